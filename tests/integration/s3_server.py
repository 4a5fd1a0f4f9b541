"""moto, a stand-in for services that keep buckets: where it is kept, how it is installed, started and ended.

It lives in an environment of its own in the user's cache folder, and never in the lock file. `make ci-more` installs it;
without it the tests that need it skip, counted.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

VERSION = "5.2.5"
REMEDY = "moto is installed by `make ci-more`"
PATIENCE_SECONDS = 60.0
_PREPARE = """
import boto3, json, sys
said = dict(endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="any", aws_secret_access_key="any")
boto3.client("s3", **said).create_bucket(Bucket="backups")
iam = boto3.client("iam", **said)
iam.create_user(UserName="kehila")
keys = iam.create_access_key(UserName="kehila")["AccessKey"]
policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
iam.put_user_policy(UserName="kehila", PolicyName="all", PolicyDocument=json.dumps(policy))
print(json.dumps([keys["AccessKeyId"], keys["SecretAccessKey"]]))
"""
CALLS = 4
"""What `_PREPARE` asks: from the next call on moto looks at keys."""


def folder() -> Path:
    """The environment; `KEHILA_MOTO` names another one."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("KEHILA_MOTO") or cache / "kehila" / f"moto-{VERSION}")


def install() -> None:
    """Fetch it when it is not there. Raises SubprocessError."""
    if not (folder() / "bin" / "moto_server").exists():
        subprocess.run([sys.executable, "-m", "venv", folder()], check=True)
        pip = [folder() / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, f"moto[server]=={VERSION}"], check=True)


@dataclass
class S3Server:
    """One that runs: its address, and keys that may do all in the bucket `backups`."""

    port: int
    process: subprocess.Popen[bytes]
    access_key: str = ""
    secret_key: str = ""

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(20)


@contextmanager
def s3_server(log: Path) -> Iterator[S3Server]:
    """A service with the bucket `backups`; skips, counted, when it is not there."""
    if not (folder() / "bin" / "moto_server").exists():
        pytest.skip(REMEDY)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [folder() / "bin" / "moto_server", "-H", "127.0.0.1", "-p", str(port)]
    with log.open("wb") as told:
        process = subprocess.Popen(
            command, stdout=told, stderr=told, env={**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": str(CALLS)}
        )
    server = S3Server(port, process)
    try:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > end:
                    raise AssertionError(log.read_text()) from None
                time.sleep(0.1)
        made = subprocess.run(
            [folder() / "bin" / "python", "-c", _PREPARE, server.endpoint], check=True, capture_output=True
        )
        server.access_key, server.secret_key = json.loads(made.stdout)
        yield server
    finally:
        server.end()
