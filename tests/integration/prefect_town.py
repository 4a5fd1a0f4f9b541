"""What the tests of Prefect share: a town with a server of its own, and `kehila serve` as a user starts it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from collectors.staff_workbook.write import write_staff_workbook
from flows.serve.prefect_server import PrefectServer, server_settings
from warehouse.sqlite import sqlite3

NAMES = ("Yiskah Canaryname", "צפורה קנרית")
PHONE = "+972 52-765 4321"
WORDS = "the lamp in our yard is broken"
CANARIES = ["Canaryname", "Yiskah", "קנרית", "צפורה", "765 4321", "7654321", "lamp in our yard"]
LIMIT = 180.0
KEHILA = [sys.executable, "-c", "from cli.main import main; main()"]

AUDIT = """
import os, sys
def note(event, args):
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event == "socket.connect" and isinstance(args[1], tuple):
        host = args[1][0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else str(host)
    handle = os.open(os.environ["KEHILA_TEST_SOCKETS"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(handle, (host + "\\n").encode())
    os.close(handle)
sys.addaudithook(note)
"""
"""Loaded by every Python process of a test: writes down each host that is looked up or connected to."""


def until(what: str, condition: Callable[[], object], limit: float = LIMIT) -> None:
    """Wait for a condition, not for luck."""
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, f"not within {limit:.0f} s: {what}"
        time.sleep(0.2)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def chat(sender: str = NAMES[0], month: int = 9) -> str:
    lines = [f"{day:02d}.{month}.2026, 10:{day:02d} - {sender}: {WORDS}, day {day}" for day in range(1, 21)]
    lines += [f"{day:02d}.{month}.2026, 11:{day:02d} - {PHONE}: {NAMES[1]}?" for day in range(1, 21)]
    return "\n".join(lines) + "\n"


def new_town(base: Path) -> Path:
    """A configured town with a chat named after a person in its drop folder, and staff's workbook: that chat is
    registered nowhere, so a month has no other value."""
    subprocess.run([*KEHILA, "init", "--authority-code", "0070", "--folder", str(base)], check=True)
    with (base / "kehila.toml").open("a") as config:
        config.write('[push.archive]\nkind = "folder"\npath = "archive"\n')
    (base / "drop").mkdir(exist_ok=True)
    (base / "drop" / f"WhatsApp Chat with {NAMES[0]}.txt").write_text(chat(), encoding="utf-8")
    (base / "drop" / f"{NAMES[1]} 052-765 4321.pdf").write_text(f"{NAMES[0]} wrote this")
    entry = {"month": "2026-09", "indicator": "facebook.initiatives", "part": "culture", "amount": 2}
    write_staff_workbook(base / "drop" / "תיבה.xlsx", entries={"monthly": [entry]}, authority="0070")
    age = time.time() - 3600
    for path in (base / "drop").iterdir():
        os.utime(path, (age, age))
    return base


class Town:
    """A town with a server of its own."""

    def __init__(self, base: Path) -> None:
        self.base = base
        site = base / "audit"
        site.mkdir(exist_ok=True)
        (site / "sitecustomize.py").write_text(AUDIT)
        self.sockets = base / "sockets.txt"
        self.settings = {
            **server_settings(base, "127.0.0.1", free_port()),
            "PYTHONPATH": str(site),
            "KEHILA_TEST_SOCKETS": str(self.sockets),
        }
        self.server = PrefectServer(
            self.settings, "127.0.0.1", int(self.settings["PREFECT_API_URL"].split(":")[2][:-4])
        )

    def start(self) -> None:
        self.server.start()
        self.server.wait_healthy(lambda *_, **_more: None, LIMIT)

    def python(self, code: str) -> subprocess.CompletedProcess[str]:
        """Run code in a process that talks to this server."""
        config = f"CONFIG = {str(self.base / 'kehila.toml')!r}\n"
        env = {**os.environ, **self.settings}
        return subprocess.run(
            [sys.executable, "-c", config + code], env=env, capture_output=True, text=True, timeout=LIMIT * 2
        )

    def get(self, path: str, *, body: object = None, signed: bool = False) -> tuple[int, str]:
        request = urllib.request.Request(self.settings["PREFECT_API_URL"].removesuffix("/api") + path)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if signed:
            request.add_header(
                "Authorization", "Basic " + b64encode(self.settings["PREFECT_API_AUTH_STRING"].encode()).decode()
            )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as problem:
            return problem.code, problem.read().decode()


RUN_MONTH = """
from flows import runs as o
with o.without_heartbeat():
    o.month_flow(CONFIG, "0070", "2026-09")
"""


def below(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for one in found:
        for children in Path("/proc").glob(f"{one}/task/*/children"):
            with suppress(OSError):  # a thread that has ended meanwhile
                found += [int(child) for child in children.read_text().split()]
    return found


class Serving:
    """`kehila serve` as a user starts it."""

    command = KEHILA

    def __init__(self, town: Town) -> None:
        self.town = town
        self.output = town.base / "serve.txt"
        self._log = self.output.open("ab")
        begin = self.output.stat().st_size
        port = str(free_port())
        command = [*self.command, "--config", str(town.base / "kehila.toml"), "serve", "--port", port]
        command += ["--operations-port", str(free_port())]
        self.process = subprocess.Popen(command, stdout=self._log, stderr=subprocess.STDOUT, start_new_session=True)
        self.said = lambda: self.output.read_bytes()[begin:].decode()

    def wait_ready(self, times: int = 1) -> None:
        until("ready: " + self.said(), lambda: self.said().count("ready: ") >= times or self.process.poll() is not None)
        assert self.process.poll() is None, self.said()

    def family(self) -> list[int]:
        """The process and all below it."""
        return below(self.process.pid)

    def end(self, number: signal.Signals) -> None:
        """Send a signal and see that nobody is left."""
        family = self.family()
        assert len(family) >= 2
        self.process.send_signal(number)
        self.process.wait(90)
        until("children end", lambda: not any(is_running(pid) for pid in family), limit=60)
        self._log.close()


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def counts(base: Path) -> tuple[int, ...]:
    with closing(sqlite3.connect(base / "warehouse.db")) as warehouse:
        return tuple(
            warehouse.execute(f"select count(*) from {table}").fetchone()[0]
            for table in ("ledger_segment", "ledger_file", "indicator_value")
        )
