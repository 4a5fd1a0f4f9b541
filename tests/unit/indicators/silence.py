"""What becomes of a case when a source of it falls silent: its facts cut, its coverage saying so.

Of each source (a fact of an asset, all its places or one) there is one variant for each way to be silent. Rows that the
source would no longer have told are gone with it, so that what is left is all that anybody knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from transforms.case_rows import Row, defaults
from transforms.cases import Case
from warehouse.calendar import first_day, last_day
from warehouse.vocabulary import ATTRIBUTES

WHEN = {
    "message": "sent_at", "membership": "day", "visit": "period_start", "mailing": "sent_at", "gathering": "started_at",
    "request": "opened_at", "publication": "published_day", "platform_metric": "period_start",
}  # fmt: skip
"""Fact -> its column of time; presence is told with its gathering."""


@dataclass(frozen=True)
class Source:
    """A fact of an asset, in one place or ('') in all of them."""

    fact: str
    asset: str
    space: str = ""

    def tells(self, fact: str, row: Mapping[str, object]) -> bool:
        """Whether a row is one of its own."""
        mine = self.fact.split(":")[0] == fact and row.get("asset") == self.asset and row.get("basis") != "entered"
        if fact == "attendance":  # that staff joined a meeting is told by itself
            mine = mine and (row["role"] == "authority" or self.fact == fact)
        return mine and self.space in ("", row.get("space"))

    def speaks(self, row: Mapping[str, object]) -> bool:
        """Whether a row of coverage is one of its own."""
        mine = (
            self.fact in (row["fact"], row["fact"].split(":")[0])
            and row["asset"] == self.asset
            and row["basis"] != "entered"
        )
        return mine and self.space in ("", row["space"])


@dataclass(frozen=True, eq=False)
class Silence:
    """A variant: which source, how silent it is (`one day`, `second half`, `nothing`, `deaf`, `without ATTRIBUTE`)."""

    source: Source
    how: str
    case: Case

    @property
    def name(self) -> str:
        """For the name of a test."""
        return " ".join(one for one in (self.source.fact, self.source.asset, self.source.space, self.how) if one)


def whole(case: Case) -> Case:
    """The case with its defaults said, all it covers covered in full by who knows all, and nothing from staff."""
    told = {
        fact: [defaults(fact, row, number) for number, row in enumerate(rows)]
        for fact, rows in case.items()
        if fact in WHEN or fact in ("attendance", "coverage")
    }
    for fact, rows in told.items():
        told[fact] = [row for row in rows if row.get("basis") != "entered"]
    when = {row["gathering"]: row["month"] for row in told.get("gathering", [])}
    told["attendance"] = [
        {**row, "month": when.get(row["gathering"], row["month"])} for row in told.get("attendance", [])
    ]
    told["coverage"] = [
        row for row in told.get("coverage", []) if row["fact"].split(":")[0] in ATTRIBUTES or row["asset"]
    ]
    return {**{name: rows for name, rows in case.items() if name != "report"}, **told}


def silences(case: Case, month: str) -> Iterator[Silence]:
    """Every way in which every source of a whole case can be silent in a month."""
    spoken = [row for row in case["coverage"] if row["month"] == month]
    sources = sorted({(row["fact"], row["asset"]) for row in spoken})
    middle = first_day(month) + timedelta(days=9)
    for fact, asset in sources:
        source = Source(fact, asset)
        yield Silence(source, "one day", cut(case, source, month, middle, middle))
        yield Silence(source, "second half", cut(case, source, month, middle + timedelta(days=6), last_day(month)))
        yield Silence(source, "nothing", without(case, source, month))
        yield Silence(source, "deaf", without(case, source, month, why="source_forgot"))
        for attribute in sorted(ATTRIBUTES.get(fact, ())):
            yield Silence(source, f"without {attribute}", ignorant(case, source, month, attribute))
        places = sorted({row["space"] for row in spoken if source.speaks(row)})
        for place in places if len(places) > 1 else ():
            if not place.endswith("1"):  # of two of a kind one is enough
                continue
            one = Source(fact, asset, place)
            yield Silence(one, "nothing", without(case, one, month))
            yield Silence(one, "one day", cut(case, one, month, middle, middle))


def cut(case: Case, source: Source, month: str, first: date, last: date) -> Case:
    """The source heard some days of the month only; a month the platform counted is known from its second half on."""

    def heard(fact: str, row: Row) -> bool:
        if row.get("period") == "month":
            return last == last_day(month)
        when = row[WHEN[fact]] if fact in WHEN else day_of[row["gathering"]]
        return first <= (when.date() if isinstance(when, datetime) else when) <= last

    day_of = {row["gathering"]: row["started_at"] for row in case.get("gathering", [])}
    part = {"first_day": first, "last_day": last, "extent": "part"}
    return _changed(case, source, month, heard, lambda row: {**row, **part})


def without(case: Case, source: Source, month: str, why: str = "") -> Case:
    """Nobody heard the source in the month; with `why` it says so itself."""
    deaf = {"extent": "none", "why": why, "knows": ""}
    return _changed(case, source, month, lambda *_: False, lambda row: {**row, **deaf} if why else None)


def ignorant(case: Case, source: Source, month: str, attribute: str) -> Case:
    """The source cannot know an attribute, and its rows do not hold it."""
    changed = _changed(
        case, source, month, lambda *_: True, lambda row: {**row, "knows": _less(row["knows"], attribute)}
    )
    fact = source.fact.split(":")[0]
    rows = [
        _blank(fact, attribute, row) if row["month"] == month and source.tells(fact, row) else row
        for row in changed.get(fact, [])
    ]
    return {**changed, fact: [row for row in rows if row is not None]}


def _less(known: str, attribute: str) -> str:
    return " ".join(one for one in known.split() if one != attribute)


def _changed(
    case: Case,
    source: Source,
    month: str,
    is_heard: Callable[[str, Row], bool],
    said: Callable[[Row], Row | None],
) -> Case:
    fact = source.fact.split(":")[0]
    rows = [
        row for row in case.get(fact, []) if row["month"] != month or not source.tells(fact, row) or is_heard(fact, row)
    ]
    spoken = [said(row) if row["month"] == month and source.speaks(row) else row for row in case["coverage"]]
    return {**case, fact: rows, "coverage": [row for row in spoken if row is not None]}


BLANKS: dict[tuple[str, str], Row] = {
    ("message", "author"): {"author": None, "reply_to_author": None},
    ("message", "role"): {"author_role": "unknown", "reply_to_role": None},
    ("message", "reply"): {
        "reply_to": None, "reply_to_author": None, "reply_to_role": None, "reply_basis": "none"
    },
    ("publication", "process"): {"process_kind": None, "stage": None},
    ("publication", "stage"): {"stage": None},
    ("publication", "topic"): {},
    ("publication", "language"): {"language": "he"},
    ("publication", "calls"): {"calls_for_response": None},
    ("publication", "follow_up"): {"follows_up": None},
    ("publication", "page_kind"): {},
    ("publication", "removal"): {"removed_day": None},
    ("mailing", "opens"): {"unique_opens": None, "unique_opens_all": None},
    ("mailing", "clicks"): {"clickers": None, "month_clickers": None},
    ("mailing", "replies"): {"replies": None},
    ("visit", "residents"): {"place": "all"},
    ("visit", "people"): {"users": None},
    ("visit", "key_events"): {},
    ("gathering", "kind"): {"kind": "other"},
    ("attendance", "heard_via"): {"heard_via": None},
    ("attendance", "acts"): {"has_spoken": None, "has_chatted": None, "has_voted": None, "has_asked": None},
    ("request", "answer"): {"answered_at": None},
    ("request", "rating"): {"rating": None},
}  # fmt: skip
"""What a row looks like whose source cannot know an attribute."""
HIDDEN_TOPICS = {
    "process": ("process",),
    "page_kind": ("service", "contact"),
    "topic": ("learning", "work", "finance", "rights"),
}


def _blank(fact: str, attribute: str, row: Row) -> Row | None:
    if (fact, attribute) == ("visit", "key_events") and row["event_kind"]:
        return None
    blank = {**row, **BLANKS[fact, attribute]}
    if (fact, attribute) == ("message", "reply"):
        blank["root"] = blank["message"]
    if fact == "publication" and row["topic"] in HIDDEN_TOPICS.get(attribute, ()):
        blank["topic"] = "other"
    return blank
