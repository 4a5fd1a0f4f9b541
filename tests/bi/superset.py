"""`python -m tests.bi.superset`: the steps docs/bi.md names for Superset, followed in Superset itself, on loopback.

It is installed by `python -m tests.bi.environment`, and started here with a database of its own that is thrown away.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.bi.environment import REMEDY, folder, install
from tests.conftest import ROOT

PATIENCE_SECONDS = 300.0
SETTINGS = """
import os
SECRET_KEY = os.urandom(32).hex()
SQLALCHEMY_DATABASE_URI = "sqlite:///" + os.environ["SUPERSET_HOME"] + "/superset.db"
PREVENT_UNSAFE_DB_CONNECTIONS = False  # a file of SQLite on this machine is what docs/bi.md speaks of
WTF_CSRF_ENABLED = TALISMAN_ENABLED = RATELIMIT_ENABLED = SESSION_COOKIE_SECURE = False
"""


class Superset:
    """One that runs, and a session of its administrator."""

    def __init__(self, address: str, log: Path) -> None:
        self.address, self.log = address, log
        self.session = requests.Session()
        given = {"username": "admin", "password": "admin", "provider": "db"}
        token = self.ask("post", "security/login", given)["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"

    def ask(self, how: str, what: str, given: Any = None) -> dict[str, Any]:
        """What its interface answers; fails with what it says otherwise."""
        said = self.session.request(how, f"{self.address}/api/v1/{what}", json=given, timeout=120)
        assert said.ok, (said.status_code, said.text[:500], self.log.read_text(errors="replace")[-3000:])
        found: dict[str, Any] = said.json()
        return found

    def dataset(self, database: int, schema: str | None, view: str) -> dict[str, Any]:
        """A view as a dataset, with its columns as Superset found them."""
        made = self.ask("post", "dataset/", {"database": database, "schema": schema, "table_name": view})
        found: dict[str, Any] = self.ask("get", f"dataset/{made['id']}")["result"]
        return found


@contextmanager
def superset(home: Path) -> Iterator[Superset]:
    """Superset with a fresh database in the folder; skips, counted, when it is not installed."""
    program = folder("superset") / "bin" / "superset"
    if not program.exists():
        pytest.skip(f"Superset is {REMEDY}")
    (home / "superset_config.py").write_text(SETTINGS, encoding="utf-8")
    env = {**os.environ, "SUPERSET_HOME": str(home), "SUPERSET_CONFIG_PATH": str(home / "superset_config.py")}
    env["FLASK_APP"] = "superset.app:create_app"
    person = [
        "--username",
        "admin",
        "--firstname",
        "a",
        "--lastname",
        "b",
        "--email",
        "a@example.org",
        "--password",
        "admin",
    ]
    with (home / "log").open("wb") as log:
        for words in (["db", "upgrade"], ["fab", "create-admin", *person], ["init"]):
            subprocess.run([program, *words], env=env, stdout=log, stderr=log, check=True, timeout=PATIENCE_SECONDS)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [program, "run", "-h", "127.0.0.1", "-p", str(port)]
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        try:
            address, end = f"http://127.0.0.1:{port}", time.monotonic() + PATIENCE_SECONDS
            while not _answers(address):
                assert process.poll() is None and time.monotonic() < end, (home / "log").read_text(errors="replace")[
                    -2000:
                ]
                time.sleep(0.5)
            yield Superset(address, home / "log")
        finally:
            process.terminate()
            process.wait(30)


def _answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/health", timeout=5).ok
    except requests.ConnectionError:
        return False


def main() -> int:
    install()
    words = [
        "-m",
        "pytest",
        "-q",
        "-rs",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        "-m",
        "long",
        "tests/bi/test_superset.py",
    ]
    return subprocess.run([sys.executable, *words], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
