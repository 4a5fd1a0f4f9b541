"""Prism, the mock server for OpenAPI files: where it is kept, how it is installed, started and ended.

It lives in the user's cache folder and never in the repository. `make contracts` sets `KEHILA_PRISM` to that
folder; without it the tests that need Prism skip, counted, since they take minutes.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests

PACKAGE, VERSION = "@stoplight/prism-cli", "5.14.2"
"""The last version whose declared range of Node.js begins at 18; later ones ask for 24."""
REMEDY = "the services' own specifications are served by `make contracts` (Node.js 18 or newer)"
PATIENCE_SECONDS = 180.0


def folder() -> Path:
    """Where this version is kept; `KEHILA_PRISM` names another folder with node_modules in it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("KEHILA_PRISM") or cache / "kehila" / f"prism-{VERSION}")


def program() -> Path:
    """Its command, whether it exists or not."""
    return folder() / "node_modules" / ".bin" / "prism"


def install() -> None:
    """Fetch it with npm when it is not there. Raises SystemExit naming what is missing."""
    if program().exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is not on this machine; install Node.js 18 or newer, then run `make contracts` again")
    folder().mkdir(parents=True, exist_ok=True)
    # Nothing a package would run while it is installed is needed, and some of it reports home.
    quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error"]
    done = subprocess.run([npm, "install", *quiet, "--prefix", str(folder()), f"{PACKAGE}@{VERSION}"], check=False)
    if done.returncode or not program().exists():
        raise SystemExit(f"npm could not install {PACKAGE}@{VERSION}; see its words above")


@contextmanager
def mocks(specifications: list[Path], logs: Path) -> Iterator[list[str]]:
    """The addresses of a Prism for each file; skips, counted, when it is not asked for or not there."""
    if "KEHILA_PRISM" not in os.environ or not program().exists() or shutil.which("node") is None:
        pytest.skip(REMEDY)
    with ExitStack() as running:
        started = [running.enter_context(_started(one, logs / f"{one.name}.log")) for one in specifications]
        for address, process, log in started:
            _await(address, process, log)
        yield [address for address, _, _ in started]


@contextmanager
def _started(specification: Path, log: Path) -> Iterator[tuple[str, subprocess.Popen[bytes], Path]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [str(program()), "mock", "--host", "127.0.0.1", "--port", port, "--seed", "kehila", str(specification)]
    with log.open("wb") as told:
        process = subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT)
    try:
        yield f"http://127.0.0.1:{port}", process, log
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _await(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            requests.get(address, timeout=2)
        except requests.RequestException:
            time.sleep(0.2)
        else:
            return
    tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise AssertionError(f"Prism did not serve the specification: {tail}")
