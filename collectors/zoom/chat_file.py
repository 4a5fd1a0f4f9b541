"""The chat file of a cloud recording: who wrote when, how long, and whether it asks. The text ends here.

A line is the time since the recording began, a tab, the name and a colon, a tab, the text; a line without a
time goes on with the message before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

_LINE = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)\t[ \t]*(?:From[ \t]+)?(.*)")
_ASKS = ("?", "؟")


@dataclass(frozen=True)
class Said:
    """One message: measures only."""

    name: str
    sent_at: datetime
    length: int
    is_question: bool


def messages(text: str, recorded_from: datetime) -> Iterator[Said]:
    """The messages of a file, in its order."""
    name, at, body = "", recorded_from, ""
    for line in text.splitlines():
        begins = _LINE.fullmatch(line)
        if begins is None:
            body += "\n" + line
            continue
        if name:
            yield _said(name, at, body)
        hours, minutes, seconds, rest = begins.groups()
        at = recorded_from + timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
        name, body = _split(rest)
    if name:
        yield _said(name, at, body)


def _said(name: str, at: datetime, body: str) -> Said:
    body = body.strip()
    return Said(name, at, len(body), any(mark in body for mark in _ASKS))


def _split(rest: str) -> tuple[str, str]:
    """Name and text. A name may hold a colon, so the colon with a tab behind it goes first."""
    for mark in (":\t", " : ", ": ", ":"):
        name, found, body = rest.partition(mark)
        if found:
            name = re.split(r"\s+to\s+(?:Everyone|Hosts and panelists)\b", name, maxsplit=1)[0]
            return name.strip(), body
    return rest.strip(), ""
