"""Traces in what others write, folded: of each its kind and the place it comes from, in one line.

The words of an error are left out: those of libraries may quote a row, a file name or an address.
"""

from __future__ import annotations

import io
import re
import threading
import time
from collections.abc import Callable
from math import inf
from pathlib import PurePath
from typing import TextIO

MAX_LINE = 2000
WORDS_SECONDS = 1.0
_TRACE = re.compile(
    r"\W*(Exception Group )?Traceback \(most recent call last\):"
    r"|Stack \(most recent call last\):|(Current thread|Thread) 0x\w+.* \(most recent call first\):"
)
_FRAME = re.compile(r'\W*File "([^"]*)", line (\d+)')
_KIND = re.compile(r"([A-Za-z_][\w.]*)(:.*)?$")
_JOINS = ("During handling of", "The above exception was", "Exception ignored in", "Exception in thread", "--- ")


class Fold:
    """Lines in, lines out, with a trace among them as "KIND at FILE:LINE".

    An error's words may go on over lines that look like any other: what comes within a second of a trace is dropped.
    """

    def __init__(self) -> None:
        self._is_trace = self._is_group = False
        self._place, self._ended = "", -inf

    def take(self, line: str) -> list[str]:
        """What comes of the next line."""
        if trace := _TRACE.match(line):
            self._is_group = bool(trace[1]) or (self._is_trace and self._is_group)
            self._is_trace, self._place = True, ""
            return []
        if not self._is_trace:
            is_said = line.strip() and not line.startswith(_JOINS) and time.monotonic() - self._ended > WORDS_SECONDS
            return [line.strip()[:MAX_LINE]] if is_said else []
        if frame := _FRAME.match(line):
            self._place = f" at {PurePath(frame[1]).name}:{frame[2]}"
        # Below a frame stands what is indented; the first line that is not is the error itself, but of a group.
        if frame or not line.strip() or line[0] in " \t|+":
            return []
        kind = None if self._is_group else _KIND.match(line)
        return self.rest(kind[1].rpartition(".")[2] if kind else "")

    def rest(self, kind: str = "") -> list[str]:
        """What is told of a trace that goes on no more, if there is one."""
        if not self._is_trace:
            return []
        self._is_trace, self._ended = False, time.monotonic()
        return [f"{kind or ('several errors' if self._is_group else 'an error')}{self._place}"]


def folded(text: str) -> str:
    """A text in one line."""
    if "\n" not in text:
        return text[:MAX_LINE]
    fold = Fold()
    lines = [line for raw in text.splitlines() for line in fold.take(raw)]
    return " ".join([*lines, *fold.rest()])[:MAX_LINE]


class Written(io.TextIOBase):
    """In place of a stream: lines that `passes` go there as they are, others, folded, to `say`. Safe among threads."""

    def __init__(self, target: TextIO, passes: Callable[[str], object], say: Callable[[str], None]) -> None:
        self.target, self._passes, self._say = target, passes, say
        self._left, self._fold, self._lock = "", Fold(), threading.RLock()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """That of the stream behind it."""
        return self.target.encoding

    def fileno(self) -> int:
        """Where a child writes that is given this stream."""
        return self.target.fileno()

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, text: str) -> int:
        """Take text; what ends no line waits for the rest of it."""
        with self._lock:
            *lines, self._left = (self._left + text).split("\n")
            for line in lines:
                self._line(line.rstrip("\r"))
        return len(text)

    def end(self) -> None:
        """Nothing more comes: say what is left."""
        with self._lock:
            left, self._left = self._left, ""
            self._line(left)
            self._told(self._fold.rest())

    def _line(self, line: str) -> None:
        if self._passes(line):
            self._told(self._fold.rest())
            self.target.write(f"{line}\n")
            self.target.flush()
        else:
            self._told(self._fold.take(line))

    def _told(self, lines: list[str]) -> None:
        for line in lines:
            self._say(line)
