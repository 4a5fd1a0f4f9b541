"""What a bad batch is, and what may become of a landed row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from tests.e2e.bad_town import CLOSED, OPEN, RUNNING

Row = dict[str, Any]
Change = Callable[[Row], Row | list[Row] | None]
"""What becomes of a landed row: another, several, or nothing."""


@dataclass(frozen=True)
class Plant:
    """A bad batch: what it alters of landed streams, or of staged facts as a faulty release would.

    `verdict` is the worst that is said of it, `rule` (FACT.RULE) one that says so.
    """

    name: str
    source: str
    verdict: str
    rule: str
    streams: Mapping[str, Change] = field(default_factory=dict)
    facts: Mapping[str, Change] = field(default_factory=dict)

    @property
    def is_of_closed(self) -> bool:
        """Whether it is of a month that was published, of which nothing may change."""
        return self.verdict in ("held", "aside")


WHEN = {CLOSED: "", OPEN: ", in an open month", RUNNING: ", in the running month"}


def plants(
    source: str,
    name: str,
    rule: str,
    change: Change,
    streams: Sequence[str] = (),
    *,
    facts: Sequence[str] = (),
    months: Sequence[str] = (CLOSED, OPEN),
    verdict: str = "",
    rule_open: str = "",
) -> Iterator[Plant]:
    """The same fault of streams or facts, once in each month: a published one is held, any other doubted."""
    for month in months:
        said = verdict or ("held" if month == CLOSED else "doubted")
        found = rule if month == CLOSED else rule_open or rule
        during_it = during(change, month)
        yield Plant(
            name + WHEN[month], source, said, found, dict.fromkeys(streams, during_it), dict.fromkeys(facts, during_it)
        )


_TIMES = (
    "created_at", "sent_at", "opened_at", "started_at", "first_day", "period_start", "day", "sent_local", "joined_at",
    "at_local", "published_at", "published_day", "closed_day",
)  # fmt: skip


def month_of(row: Row) -> str:
    """The month a landed row is of, by its first time; '' where it has none."""
    if row.get("month"):
        return str(row["month"])
    at = next((row[name] for name in _TIMES if row.get(name) is not None), None)
    return f"{at:%Y-%m}" if at is not None else ""


def during(change: Change, *months: str) -> Change:
    """The change in some months, every other row as it is."""
    return lambda row: change(row) if month_of(row) in months else row


def on_day(day: int, change: Change, column: str) -> Change:
    """The change on one day of the month."""
    return lambda row: change(row) if row[column].day == day else row


def times(factor: float, *names: str) -> Change:
    """Amounts so many times as large, whole ones whole."""

    def changed(row: Row) -> Row:
        new = {name: row[name] * factor for name in names if row.get(name) is not None}
        return row | {name: int(one) if isinstance(row[name], int) else one for name, one in new.items()}

    return changed


def put(**values: Any) -> Change:
    """Other values; one that is called gives it from the row."""
    return lambda row: row | {name: one(row) if callable(one) else one for name, one in values.items()}


def moved(by: timedelta, *names: str) -> Change:
    """Times later by so much, where a row has them."""
    return lambda row: row | {name: row[name] + by for name in names if row.get(name) is not None}


def every(part: int) -> Change:
    """One row of so many stays."""
    seen = count()
    return lambda row: row if next(seen) % part == 0 else None


def first_half(column: str) -> Change:
    """Only what is of the first fourteen days stays."""
    return lambda row: row if row[column].day <= 14 else None


def gone(row: Row) -> None:
    """No row."""


def again(**values: Callable[[Row], Any]) -> Change:
    """Each row a second time, under other ids."""
    return lambda row: [row, row | {name: one(row) for name, one in values.items()}]


def twice(*names: str) -> Change:
    """Each row a second time, its ids with a word more."""
    return lambda row: [row, row | {name: f"{row[name]}-again" for name in names}]


def copies(number: int, name: str) -> Change:
    """So many of each row, each by an id of its own."""
    return lambda row: [row | {name: f"{row[name]}-{n}"} for n in range(number)]
