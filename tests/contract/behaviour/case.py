"""What a source gives to be asked how it behaves, and what it still lacks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from collectors.service import Account, Source
from simulator.services.server import Answer, Call, Server

CAPABILITIES = {
    "refuse": "how its stand-in refuses the credentials",
    "restate": "how its stand-in tells later something else of what it told",
    "cursor": "where in its answers the cursor of the next page stands (dotted paths)",
    "lose": "how its stand-in loses the first record of the counted list while it is read",
    "point": "how its stand-in puts a hostile address where the collector looks for one",
    "unknown": "which lists of its answers hold records whose unknown fields are drift",
}
"""What a case must say how to do, or in `without` why the service has no such thing."""
REASON_WORDS = 6
SOME = 7
"""Records of the counted stream where their number does not matter: more than a page of five."""


class Case:
    """One source ready to be asked. A subclass in `cases` is all a new source has to write here.

    `counted` is the stream whose rows `play(records)` makes so many of; `sized` names the collector's own page
    size where it asks for one; `now` is the instant of the stand-in's clock; `days` how far back is read.
    """

    source: ClassVar[str]
    counted: ClassVar[str]
    now: ClassVar[datetime]
    days: ClassVar[int] = 60
    sized: ClassVar[str] = ""
    pointed: ClassVar[str] = ""  # the stream that meets addresses in answers, when it is not the counted one
    largest: ClassVar[int] = 1000  # records a page when there are very many
    without: ClassVar[Mapping[str, str]] = {}  # capability -> why the service has no such thing
    cursor: ClassVar[tuple[str, ...]] = ()
    unknown: ClassVar[tuple[str, ...]] = ()  # keys of lists in its answers; "" for the whole answer
    remembers: ClassVar[str] = ""  # why a first reading cannot know what a later one does
    left_out: ClassVar[Mapping[str, str]] = {}  # path in an answer -> why nobody can tell that it was left out
    other: ClassVar[Mapping[str, str]] = {}  # path in an answer -> why another value there means another record

    def __init__(self, page: int = 5) -> None:
        self.page = page

    def play(self, records: int) -> Server:
        """The stand-in with so many records of the counted stream, and something for every other stream."""
        raise NotImplementedError

    def account(self, server: Any) -> Account:
        """The account that reads it, with every secret a text found nowhere else."""
        raise NotImplementedError

    def move(self, server: Any, now: datetime) -> None:
        """Set the stand-in's clock."""
        server.now = now

    def records(self, rows: list[dict[str, Any]]) -> int:
        """How many records the counted stream's rows are."""
        return len(rows)

    def refuse(self, server: Any) -> None:
        """From now on the credentials are not taken."""
        raise NotImplementedError

    def restate(self, server: Any) -> str:
        """Something told within the last days is otherwise from now on; gives a pattern of the fact that is then true."""
        raise NotImplementedError

    def lose(self, server: Any) -> None:
        """The first of the counted records is gone from now on, and every other one place nearer."""
        raise NotImplementedError

    def point(self, url: str) -> list[Callable[[Call, Answer], Answer]]:
        """Each way in which answers may name this address where the collector looks for one."""
        raise NotImplementedError


def lacking(found: Mapping[str, Source], cases: Mapping[str, type[Case]]) -> list[str]:
    """What has to be written before every source can be asked, one line a thing."""
    lines = []
    for name in sorted(found):
        case = cases.get(name)
        if case is None:
            lines.append(f"{name}: a class with source = {name!r} in tests/contract/behaviour/cases.py")
            lines += [f"{name}: in it `{wanted}`" for wanted in ("counted", "now", "play", "account")]
            lines += [f"{name}: in it `{one}`, {what}; or without[{one!r}]" for one, what in CAPABILITIES.items()]
            continue
        lines += [f"{name}: `{wanted}`" for wanted in ("counted", "now", "play", "account") if not _gives(case, wanted)]
        for one, what in CAPABILITIES.items():
            reason = case.without.get(one)
            if not _gives(case, one) and reason is None:
                lines.append(f"{name}: `{one}`, {what}; or without[{one!r}]")
            elif reason is not None and len(reason.split()) < REASON_WORDS:
                lines.append(f"{name}: without[{one!r}] is no reason")
            elif reason is not None and _gives(case, one):
                lines.append(f"{name}: `{one}` is given and said to be impossible")
        lines += [f"{name}: without[{one!r}] is no capability" for one in case.without if one not in CAPABILITIES]
        streams = {stream.name for stream in (*found[name].streams, *found[name].side_streams)}
        if _gives(case, "counted") and case.counted not in streams:
            lines.append(f"{name}: `counted` names no stream of the source")
    return lines + [f"{name}: a case but no source" for name in sorted(set(cases) - set(found))]


def _gives(case: type[Case], name: str) -> bool:
    given = getattr(case, name, None)
    return given is not None and given != getattr(Case, name, None)


def changed(change: Callable[[Any], Any]) -> Callable[[Call, Answer], Answer]:
    """A change of a JSON document as a change of answers; an answer that is none stays as it is."""

    def alter(call: Call, answer: Answer) -> Answer:
        if answer.status != 200 or ("json" not in answer.content_type and "javascript" not in answer.content_type):
            return answer
        document = json.loads(answer.body)
        told = change(document)
        return Answer(200, json.dumps(document if told is None else told).encode(), answer.headers, answer.content_type)

    return alter


def table(found: Iterable[str], cases: Mapping[str, type[Case]]) -> str:
    """What each service has not, and why, for people."""
    lines = [
        "# What the behaviour suite does not ask, and why",
        "",
        "Everything in `test_*.py` here is asked of every source, but for what stands below. Written by",
        "`python -m tests.contract.behaviour`; a test holds it current.",
        "",
        "| source | not asked | because |",
        "|---|---|---|",
    ]
    for name in sorted(found):
        told = dict(cases[name].without)
        if cases[name].remembers:
            told["later readings compared with a first one"] = cases[name].remembers
        told |= {
            **{f"`{path}` left out": why for path, why in cases[name].left_out.items()},
            **{f"`{path}` otherwise": why for path, why in cases[name].other.items()},
        }
        lines += [f"| {name} | {one} | {why} |" for one, why in told.items()] or [f"| {name} | | |"]
    return "\n".join(lines) + "\n"


A_DAY = timedelta(days=1)
