"""What a process says while it works: one line for each thing, whoever says it, by the standard library's logging.

A process that stays writes, on standard error, lines for people,

    2026-11-30 08:01:02 WARNING receiver: the disk takes nothing

and a command somebody sits before `kehila: ...`. Where KEHILA_LOG is "json", each of them is an object: `time` (with
offset), `level`, `part`, `message`, and where they are known `town` (its code), `event` (a code of ours), `run`,
`task`, `logger` (a library's) and fields of the event, which are counts and codes.

An error is told by its kind and place, never by its trace. What is written past the logging (the death of a thread,
a library's print) is brought into the same form.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import re
import sys
import threading
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TextIO, cast

from town.faults import trace_place
from town.folding import Written, folded

FORMAT_VARIABLE = "KEHILA_LOG"
FORMATS = ("text", "json")
OURS = "kehila"
FIELDS = "fields"
IN_FORM = re.compile(r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [A-Z]+ [\w ]+: |\{"time": "').match
"""Whether a line is in form already: one of a child's."""

_part, _town = OURS, ""
_undone = ExitStack()


def at_work_for(town: str) -> None:
    """The lines of this process are of one town from now on, by its code."""
    global _town  # one process does one thing
    _town = town


class Line(logging.Formatter):
    """A record in one line. `part`: who says it, this process where none is given. `is_bare`: its message alone, for
    a page that shows the rest by itself."""

    def __init__(self, part: str = "", *, is_bare: bool = False) -> None:
        super().__init__()
        self.part, self.is_bare = part, is_bare

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            # What stands below the first line of a library's words is the error once more.
            text = f"{text.partition(chr(10))[0]} ({trace_place(record.exc_info[1])})"
        text = folded(text)
        if self.is_bare:
            return text
        at = datetime.fromtimestamp(record.created).astimezone()
        part = getattr(record, "part", "") or self.part or _part
        run, task = (str(getattr(record, name, None) or "") for name in ("flow_run_name", "task_run_name"))
        if os.environ.get(FORMAT_VARIABLE) != "json":
            text = ": ".join(one for one in (run, task, text) if one)
            return f"{OURS}: {text}" if part == OURS else f"{at:%Y-%m-%d %H:%M:%S} {record.levelname} {part}: {text}"
        told = {
            "time": at.isoformat(timespec="milliseconds"), "level": record.levelname.lower(), "part": part,
            "town": getattr(record, "town", "") or _town, "event": getattr(record, "event", ""), "run": run,
            "task": task, "logger": "" if record.name == OURS else record.name, **getattr(record, FIELDS, {}),
        }  # fmt: skip
        told = {name: value for name, value in told.items() if value != ""}
        return json.dumps({**told, "message": text}, ensure_ascii=False, default=str)


class WithoutChatter(logging.Filter):
    """Of libraries only what is worse than information; the orchestrator's runs are ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is kept."""
        return record.levelno >= logging.WARNING or record.name.split(".")[0] in (OURS, "prefect")


class Say(Protocol):
    """Says one thing to whoever runs the town."""

    def __call__(
        self, text: str, event: str = "", *, level: int = logging.INFO, town: str = "", **fields: object
    ) -> None:
        """`text` for people; `event` a code and `fields` counts and codes for machines. Nothing personal."""


def say(text: str, event: str = "", *, level: int = logging.INFO, town: str = "", **fields: object) -> None:
    """One line of this process's log: `text` for people.

    `event` is a code of ours, "" where machines need none; `level` one of logging's, INFO where nothing is wrong;
    `town` a code, "" where it is of none, or of the one this process works for; `fields` are counts and codes.
    """
    logging.getLogger(OURS).log(level, "%s", text, extra={"event": event, "town": town, FIELDS: fields})


def begin() -> None:
    """From now on what this process and its libraries say of themselves is in form; its answer stays as it is."""
    undo()
    root, ours, handler = logging.getLogger(), logging.getLogger(OURS), logging.StreamHandler(_behind("stderr"))
    handler.setFormatter(Line())
    handler.addFilter(WithoutChatter())
    root.addHandler(handler)
    _undone.callback(root.removeHandler, handler)
    _undone.callback(ours.setLevel, ours.level)
    ours.setLevel(logging.INFO)
    logging.captureWarnings(True)
    _undone.callback(logging.captureWarnings, False)
    _set(logging, "raiseExceptions", False)  # a log that cannot be written is no reason for a trace
    _set(sys, "excepthook", lambda _kind, problem, _trace: _died("the process", problem))
    _set(sys, "unraisablehook", lambda dead: _died("something that was put away", dead.exc_value))
    _set(threading, "excepthook", lambda dead: _died("a thread", dead.exc_value))
    write_as(os.environ.get(FORMAT_VARIABLE, ""))


def undo() -> None:
    """Leave everything as it was before `begin`: for those who run several commands in one process."""
    _undone.close()


def write_as(form: str) -> None:
    """Say everything in this form, one of FORMATS, here and in the processes that are started from now on."""
    _undone.callback(os.environ.__setitem__, FORMAT_VARIABLE, os.environ.get(FORMAT_VARIABLE, ""))
    os.environ[FORMAT_VARIABLE] = form
    if form == "json":
        _replace("stderr")


def stay_as(part: str) -> None:
    """This command's process stays, and is called `part`: all it prints is log."""
    _set(sys.modules[__name__], "_part", part)
    for name in ("stdout", "stderr"):
        _replace(name)


def written_by(part: str) -> Written:
    """Where the output of a child goes that is called `part`."""
    return Written(_behind("stderr"), IN_FORM, partial(_overheard, part))


def _overheard(part: str, text: str) -> None:
    logging.getLogger(OURS).warning("%s", text, extra={"part": part})


def _died(what: str, problem: BaseException | None) -> None:
    if problem is not None and not isinstance(problem, (KeyboardInterrupt, SystemExit)):
        logging.getLogger(OURS).error("%s ended by an error", what, exc_info=problem)


def _behind(name: str) -> TextIO:
    stream: Any = getattr(sys, name)
    return cast(TextIO, stream.target if isinstance(stream, Written) else stream)


def _set(where: Any, name: str, value: Any) -> None:
    _undone.callback(setattr, where, name, getattr(where, name))
    setattr(where, name, value)


def _replace(name: str) -> None:
    if not isinstance(getattr(sys, name), Written):
        stream = Written(_behind("stderr"), IN_FORM, partial(_overheard, ""))
        _undone.callback(stream.end)
        atexit.register(stream.end)
        _set(sys, name, stream)
