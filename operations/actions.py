"""What the buttons do: a `kehila` command as a child process, one at a time for each authority.

The page itself changes nothing: what a button may do is what the command line can, with arguments that were
on the page. Of what a command prints only numbers are kept, and the one line that names a remedy.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from operations.login import Refused
from operations.state import State
from town.faults import DATA_PROBLEM, OK
from town.log import FORMAT_VARIABLE
from warehouse.ledger import MAX_RUN, now
from warehouse.people import may_be_personal

STOP_SECONDS = 1.5
MAX_ITEMS = 10_000
"""Items discarded at a time: a command line is not endless."""
MAX_REMEDY, MAX_REASON = 600, 300

# The death of the page, even by SIGKILL, must not leave a command behind: Linux tells the child.
CODE = (
    "import ctypes, sys\n"
    "sys.platform == 'linux' and ctypes.CDLL(None).prctl(1, 15)\n"
    "sys.argv[0] = 'kehila'\n"
    "from cli.main import main\n"
    "main()\n"
)


@dataclass
class Action:
    """An action under way or done. `numbers` and `remedy` are what its command told."""

    action: str
    target: str
    started_at: datetime = field(default_factory=now)
    ended_at: datetime | None = None
    code: int | None = None
    numbers: dict[str, int] = field(default_factory=dict)
    remedy: str = ""

    @property
    def status(self) -> str:
        """running, done, look (a data problem, nothing lost) or failed."""
        if self.ended_at is None:
            return "running"
        return {OK: "done", DATA_PROBLEM: "look"}.get(self.code if self.code is not None else -1, "failed")

    @property
    def seconds(self) -> int:
        """How long it took, or has taken so far."""
        return int(((self.ended_at or now()) - self.started_at).total_seconds())


def arguments(
    state: State, fields: Mapping[str, str], is_of_a_person: Callable[[str], bool] = may_be_personal
) -> list[str]:
    """The command of a button that stands on this page; Refused for anything else.

    A reason that `is_of_a_person` is refused: it is kept for ever.
    """
    action, target = fields.get("action", ""), fields.get("target", "")
    if action == "refresh" and not target:
        return ["refresh", "--json"]
    if action == "collect" and target in {str(one.ref) for one in state.accounts if one.is_configured}:
        return ["collect", f"--source={target}", "--json"]
    if action == "accept":
        for suspect in state.suspects():
            if str(suspect) == target:
                return ["collect", f"--source={suspect.account}", f"--accept-empty={target}", "--json"]
    if action == "right":
        for stands in state.checks:
            if stands.target == target and stands.can_accept:
                reason = " ".join(fields.get("reason", "").split())[:MAX_REASON]
                if not reason:
                    raise Refused(400, "no_reason")
                if is_of_a_person(reason):
                    raise Refused(400, "personal_reason")
                return ["accept", *stands.command, f"--reason={reason}", "--json"]
    if action == "replay" and target in {one.source for one in state.quarantine_groups if one.is_sealed}:
        return ["quarantine", "replay", f"--source={target}", "--json"]
    if action == "replay_all" and not target:
        return ["quarantine", "replay", "--json"]
    if action == "discard":
        for pile in state.quarantine_groups:
            if (pile.source, pile.code) == (target, fields.get("code")):
                if fields.get("seen") != str(len(pile.items)):
                    raise Refused(409, "page_changed")  # what came meanwhile nobody has looked at
                return ["quarantine", "discard", "--", *pile.items[:MAX_ITEMS]]
    if month := next((one for one in state.months if one.month == target), None):
        if action == "run" and month.there_is:
            return ["run", f"--month={target}", "--json"]
        if action == "close" and month.can_close:
            return ["close", f"--month={target}", "--json"]
        if action == "again" and month.restated:
            return ["close", f"--month={target}", "--again", "--json"]
    raise Refused(409, "page_changed")


class ActionRunner:
    """The actions of all authorities: at most one under way for each, and the last one's outcome."""

    def __init__(self, before: Sequence[str]) -> None:
        self._before = before  # arguments that come before the command: configuration, day
        self._of: dict[str, Action] = {}
        self._children: dict[asyncio.Task[None], asyncio.subprocess.Process] = {}

    def of(self, authority: str) -> Action | None:
        """The last action of an authority since the page was started."""
        return self._of.get(authority)

    async def begin(self, authority: str, command: Sequence[str], action: str, target: str) -> None:
        """Start a command; Refused while another one of the authority runs."""
        last = self._of.get(authority)
        if last is not None and last.status == "running":
            raise Refused(409, "already_running")
        deed = self._of[authority] = Action(action, target)
        try:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-c", CODE, *self._before, f"--authority={authority}", *command,
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
                start_new_session=True, env={**os.environ, FORMAT_VARIABLE: "text"},
            )  # fmt: skip
        except OSError:
            del self._of[authority]
            raise
        task = asyncio.create_task(_finish(deed, child, len(command) - 3 if action == "discard" else 0))
        self._children[task] = child
        task.add_done_callback(self._children.pop)

    async def stop(self) -> None:
        """End what runs, gently first: what it has landed stays, and the rest is done by the next run."""
        for child in self._children.values():
            _signal(child, signal.SIGTERM)
        if self._children:
            _, slow = await asyncio.wait(list(self._children), timeout=STOP_SECONDS)
            for one in slow:
                _signal(self._children[one], signal.SIGKILL)


def _signal(child: asyncio.subprocess.Process, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        child.send_signal(number)


async def _finish(deed: Action, child: asyncio.subprocess.Process, discarded: int) -> None:
    """Wait for a command and keep what it told in numbers."""
    try:
        out, err = await asyncio.wait_for(child.communicate(), MAX_RUN.total_seconds())
    except TimeoutError:
        _signal(child, signal.SIGKILL)
        out, err = b"", b"kehila: it took longer than six hours and was ended; nothing half-done is kept"
    deed.code = await child.wait()
    deed.numbers = numbers(deed.action, out)
    if discarded and deed.code == OK:
        deed.numbers = {"closed": discarded}
    said = [line for line in err.decode(errors="replace").splitlines() if line.startswith("kehila: ")]
    deed.remedy = said[-1].removeprefix("kehila: ")[:MAX_REMEDY] if said else ""
    deed.ended_at = now()


def numbers(action: str, out: bytes) -> dict[str, int]:
    """What a command printed with --json, as counts; {} when it printed none. Names of files are left behind."""
    try:
        told = json.loads(out)
        return COUNTED[action](told) if action in COUNTED else {}
    except (ValueError, LookupError, TypeError):
        return {}


def _replayed(told: dict[str, Any]) -> dict[str, int]:
    return {"settled": told["replayed"], "still_open": told["open"]}


def _pulled(told: dict[str, Any]) -> dict[str, int]:
    streams = told["streams"]
    statuses = [one["status"] for one in streams]
    return {
        "read_well": statuses.count("done"), "records": sum(one["records"] for one in streams),
        "failed": statuses.count("failed"), "suspect": statuses.count("suspect"),
        "quarantined": sum(one["quarantined"] for one in streams),
    }  # fmt: skip


def _refreshed(told: dict[str, Any]) -> dict[str, int]:
    indicators = {"indicators": len(told["recomputed"]), "cells": told["cells_written"]}
    return {**indicators, "quarantined": told["quarantined"], "refused": len(told["refused"])}


def _run(told: dict[str, Any]) -> dict[str, int]:
    statuses = [one["status"] for one in told["files"]]
    files = {"files": len(statuses), "files_refused": statuses.count("rejected")}
    values = {name: told["values"][name] for name in ("with_value", "missing")} if "values" in told else {}
    return {**files, **_refreshed(told["refresh"]), **values}


COUNTED: dict[str, Callable[[dict[str, Any]], dict[str, int]]] = {
    "replay": _replayed,
    "replay_all": _replayed,
    "collect": _pulled,
    "accept": _pulled,
    "refresh": _refreshed,
    "run": _run,
    "close": lambda told: {"revision": told["revision"]},
    "again": lambda told: {"revision": told["revision"]},
}
