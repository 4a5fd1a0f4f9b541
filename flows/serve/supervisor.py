"""Child processes of `kehila serve`: started, kept alive with a growing pause, stopped in order, and told of.

Each says what is wrong with it in its own words on standard error; what is written here is when it ended and when
it is started again. How things stand is a small file, so that `--status` and `/healthz` can tell without asking us.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import IO, Any

from town.log import Say, written_by
from town.parts import STATUS_VARIABLE, SUPERVISOR_VARIABLE
from warehouse.files import private_folder, replace_file

RESTARTS, RESTART_WINDOW_SECONDS = 5, 600.0
FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 1.0, 60.0
STATUS_SECONDS = 5.0
LAST_WORDS_SECONDS = 1.0
# The death of the parent, even by SIGKILL, must leave nothing behind: Linux tells the child. It may have come before.
TIED = """
import ctypes, os, sys
parent = int(sys.argv.pop(1))
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, 15)
    if os.getppid() != parent:
        sys.exit(0)
"""
KEHILA = "from cli.main import main; main()"


def tied(code: str, *arguments: str) -> list[str]:
    """A command that runs Python code and ends with this process."""
    return [sys.executable, "-c", TIED + code, str(os.getpid()), *arguments]


class Restarts:
    """How often something may be started again: at most `RESTARTS` in the window, after a growing pause."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ends: list[float] = []

    def ended(self) -> float:
        """Note an end; gives the seconds until it may be started again."""
        at = self._clock()
        self._ends = [one for one in self._ends if at - one < RESTART_WINDOW_SECONDS] + [at]
        if self.is_too_often:
            return self._ends[-RESTARTS] + RESTART_WINDOW_SECONDS - at
        pause: float = min(FIRST_PAUSE_SECONDS * 2.0 ** (len(self._ends) - 1), MAX_PAUSE_SECONDS)
        return pause

    @property
    def is_too_often(self) -> bool:
        """Whether it ended more often than it may be started again."""
        return len(self._ends) > RESTARTS

    @property
    def count(self) -> int:
        """Ends within the window."""
        return len(self._ends)


class Part:
    """One child process. `what` is its name in a sentence; `health` an address that answers 200 when all is well."""

    def __init__(
        self, name: str, what: str, command: Sequence[str], *,
        log: Path | None = None, health: str = "", stop_seconds: float = 8.0,
    ) -> None:  # fmt: skip
        self.name, self.what, self.command = name, what, list(command)
        self.log, self.health, self.stop_seconds = log, health, stop_seconds
        self.restarts = Restarts()
        self.since: datetime | None = None
        self.due: float | None = None  # when it is started again, by the steady clock
        self._process: subprocess.Popen[bytes] | None = None
        self._listener: Thread | None = None

    @property
    def pid(self) -> int | None:
        """The child's number while there is one."""
        return self._process.pid if self._process else None

    @property
    def is_alive(self) -> bool:
        """True while the child runs."""
        return self._process is not None and self._process.poll() is None

    def start(self, env: Mapping[str, str]) -> None:
        """Start the child in a session of its own: Ctrl-C reaches us first, and we decide who goes when."""
        with contextlib.ExitStack() as stack:
            out: Any = subprocess.PIPE
            if self.log is not None:
                private_folder(self.log.parent)
                out = stack.enter_context(self.log.open("wb"))
            self._process = subprocess.Popen(
                self.command, env={**os.environ, **env}, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
        if self._process.stdout is not None:
            self._listener = Thread(target=_overhear, args=(self._process.stdout, self.name), daemon=True)
            self._listener.start()
        self.since, self.due = datetime.now(UTC), None

    def ask_to_stop(self) -> None:
        """SIGTERM."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def stop(self, seconds: float | None = None) -> None:
        """End the child, gently first; what does not end in its time is killed."""
        if self._process is None:
            return
        self.ask_to_stop()
        try:
            self._process.wait(self.stop_seconds if seconds is None else seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._listener is not None:
            self._listener.join(LAST_WORDS_SECONDS)
        self._process, self.due = None, None

    def ended(self) -> str:
        """How the child ended, in words; the child is let go of."""
        assert self._process is not None
        code, self._process = self._process.returncode, None
        if code < 0:
            with contextlib.suppress(ValueError):
                return f"was ended by {signal.Signals(-code).name}"
        return f"ended by itself with {code}"

    def row(self, *, is_stopping: bool = False) -> dict[str, Any]:
        """How the child stands."""
        state = "running" if self.is_alive else "stopped" if is_stopping else "waiting"
        since = self.since.isoformat(timespec="seconds") if self.since else None
        return {"name": self.name, "what": self.what, "state": state, "pid": self.pid if self.is_alive else None,
                "since": since, "restarts": self.restarts.count, "health": self.health}  # fmt: skip


def _overhear(stream: IO[bytes], part: str) -> None:
    """Pass on what a part says, to its end: also where it died before it could say anything in form."""
    written = written_by(part)
    with stream, contextlib.suppress(OSError):
        for line in stream:
            written.write(line.decode(errors="replace"))
        written.end()


@dataclass
class Supervisor:
    """Keeps parts alive. `look` is to be called about twice a second, by the thread that called `start`."""

    parts: list[Part]  # in the order they are started, and stopped
    status_file: Path
    say: Say
    env: dict[str, str] = field(default_factory=dict)
    others: Callable[[], list[dict[str, Any]]] = list  # rows of what is kept alive elsewhere
    is_stopping: bool = False
    _told: float = 0.0

    def start(self) -> None:
        """Start every part."""
        self.env = {**self.env, STATUS_VARIABLE: str(self.status_file), SUPERVISOR_VARIABLE: str(os.getpid())}
        for part in self.parts:
            part.start(self.env)
            self.say(f"started {part.what}", "part_started", part=part.name)
        self.write_status()

    def look(self) -> None:
        """Notice who ended, and start again whose pause is over."""
        if self.is_stopping:
            return
        changed = False
        for part in self.parts:
            if part.pid is not None and not part.is_alive:
                how, pause, changed = part.ended(), part.restarts.ended(), True
                part.due = time.monotonic() + pause
                often = f" ({part.restarts.count} times in ten minutes)" if part.restarts.is_too_often else ""
                self.say(f"{part.what} {how}{often}; it is started again in {pause:.0f} s", "part_ended",
                         level=logging.WARNING, part=part.name, restarts=part.restarts.count, wait=pause)  # fmt: skip
            elif part.due is not None and time.monotonic() >= part.due:
                part.start(self.env)
                changed = True
        if changed or time.monotonic() - self._told >= STATUS_SECONDS:
            self.write_status()

    def stop(self) -> None:
        """One after the other, in their order: nothing more is accepted before what was accepted is drained."""
        self.is_stopping = True
        for part in self.parts:
            part.stop()
        with contextlib.suppress(OSError):
            self.write_status()

    def write_status(self) -> None:
        """Write how things stand."""
        self._told = time.monotonic()
        rows = [one.row(is_stopping=self.is_stopping) for one in self.parts]
        text = json.dumps({"at": datetime.now(UTC).isoformat(timespec="seconds"), "parts": [*rows, *self.others()]})
        replace_file(self.status_file, text.encode(), synced=False)
