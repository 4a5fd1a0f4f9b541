"""Coverage: what a source speaks for, decided and made into rows here for all of them.

A source says which days of a fact it read, where, and what its figures suffer from. What that makes of each month
is decided here alone: stretches of instants are joined, the local days wholly inside them found, cut at the ends of
months, and a month is full when none of its days is missing. A source with another notion of a full month
makes its own `Part` and still has its rows from `coverage_row`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pyarrow as pa

from transforms.staging.records import Row
from warehouse.calendar import first_day, last_day, month_of, shift, span

T = TypeVar("T", date, datetime)

Days = list[tuple[date, date]]
"""Stretches of local days, first and last included."""
Instants = list[tuple[datetime, datetime]]
"""Stretches of time, the first instant included and the last one not."""

DAY = timedelta(days=1)
OUTLIVES = 3
"""Months a thing stays a part of its space after it was last heard, as a count of members stays good so long."""
PARTIAL = "partial_period"
NOT_IN_EXPORT = "not_in_export"
"""Why nobody can know: what was imported is an export by hand, which does not say it."""


@dataclass(frozen=True)
class Lost:
    """Some of a fact is missing: in a month, or on any of the days; '' for a space says in whichever it was.

    A fact that ends in a colon is all that coverage names with that beginning.
    """

    fact: str
    space: str = ""
    month: str = ""
    days: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True)
class Part:
    """What is covered of a month, from its first covered day to its last; `is_full` when nothing is missing."""

    month: str
    first_day: date
    last_day: date
    is_full: bool

    @property
    def flags(self) -> tuple[str, ...]:
        """The flag of a month of which some is missing, for sources that flag it."""
        return () if self.is_full else (PARTIAL,)

    @classmethod
    def whole(cls, month: str, *, is_full: bool = True) -> Part:
        """All days of a month; not full where some of what happened on them is known to be missing."""
        return cls(month, first_day(month), last_day(month), is_full)


def coverage_row(
    fact: str,
    part: Part,
    *,
    basis: str,
    asset: str | None = None,
    space: str = "",
    knows: Iterable[str] = (),
    flags: Iterable[str] = (),
) -> Row:
    """The row by which a source speaks for a fact in a month.

    `asset` is None and `space` '' where it speaks for the authority as a whole; `knows` are the attributes of the fact
    (`warehouse.vocabulary.ATTRIBUTES`) the source can know, `flags` what its figures suffer from in that month.
    """
    return {
        "month": part.month, "fact": fact, "asset": asset, "space": space, "first_day": part.first_day,
        "last_day": part.last_day, "extent": "full" if part.is_full else "part", "knows": " ".join(sorted(set(knows))),
        "why": "", "quality": " ".join(sorted(set(flags))), "basis": basis, "exists_since": None,
    }  # fmt: skip


def deaf_row(fact: str, month: str, why: str, *, basis: str, asset: str | None, space: str) -> Row:
    """The row by which a source says that of a month it can know nothing any more; `why` is a reason's code."""
    row = coverage_row(fact, Part.whole(month, is_full=False), basis=basis, asset=asset, space=space)
    return {**row, "extent": "none", "why": why}


def with_evidence(coverage: Iterable[Row], shown: Mapping[str, date]) -> list[Row]:
    """Rows of `coverage`, with the day a space is shown to have been there where that is in a month before them all.

    `shown` is that day by space: a group is older than what its phone heard, a post than the pull that counts it. The
    rows of the first month say it, so that no later month is another one for it.
    """
    rows = [dict(row) for row in coverage]
    first: dict[str, str] = {}
    for row in rows:
        first[row["space"]] = min(row["month"], first.get(row["space"], row["month"]))
    for row in rows:
        day, month = shown.get(row["space"]), first[row["space"]]
        if row["space"] and day is not None and row["month"] == month and month_of(day) < month:
            row["exists_since"] = day
    return rows


def shown_by(facts: Iterable[pa.Table]) -> dict[str, date]:
    """Space -> the first day of the first month any row of the facts lies in: what happened there shows that it was."""
    found: dict[str, str] = {}
    for table in facts:
        if {"space", "month"} <= set(table.column_names):
            for row in table.group_by("space").aggregate([("month", "min")]).to_pylist():
                if row["space"] and row["month_min"]:
                    found[row["space"]] = min(row["month_min"], found.get(row["space"], row["month_min"]))
    return {space: first_day(month) for space, month in found.items()}


def joined(stretches: Iterable[tuple[T, T]]) -> list[tuple[T, T]]:
    """Stretches (begin, end) that overlap, or begin where another ends, made one; in order.

    Of days, a stretch is joined to one that shares a day with it: what ended on Monday and began again on Tuesday
    may have missed the night.
    """
    found: list[tuple[T, T]] = []
    for since, until in sorted(stretches):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


def common(lists: Iterable[list[tuple[T, T]]]) -> list[tuple[T, T]]:
    """What all the lists of joined stretches hold; at least one list must be given."""
    return reduce(
        lambda one, other: [(max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) <= min(b, d)], lists
    )


def whole_days(stretches: Iterable[tuple[datetime, datetime]], timezone: str) -> Days:
    """The local days that lie wholly inside the joined stretches."""
    zone = ZoneInfo(timezone)
    found = []
    for since, until in joined(stretches):
        start, end = since.astimezone(zone), until.astimezone(zone)
        first = start.date() if start.time() == time(0) else start.date() + DAY
        if first < end.date():
            found.append((first, end.date() - DAY))
    return found


def by_month(days: Iterable[tuple[date, date]]) -> dict[str, Days]:
    """The joined stretches cut at the ends of months, in order."""
    months: dict[str, Days] = defaultdict(list)
    for first, last in joined(days):
        for month in span(month_of(first), month_of(last)):
            months[month].append((max(first, first_day(month)), min(last, last_day(month))))
    return months


def month_parts(days: Iterable[tuple[date, date]]) -> list[Part]:
    """A part for each month any of the days lies in; full when none of the month's days is missing."""
    return [
        Part(month, cut[0][0], cut[-1][1], sum((last - first + DAY).days for first, last in cut) == last_day(month).day)
        for month, cut in by_month(days).items()
    ]


def parts_of_all(each: Iterable[Iterable[tuple[date, date]]]) -> list[Part]:
    """What several things of one space cover together, of each the days it was read.

    A month is full only where each that is a part of the space then covers it: from when it was first heard until some
    months after it was heard last.
    """
    covered = [{part.month: part for part in month_parts(days)} for days in each]
    covered = [months for months in covered if months]
    found = []
    for month in sorted({month for months in covered for month in months}):
        expected = [months for months in covered if min(months) <= month <= shift(max(months), OUTLIVES)]
        parts = [months[month] for months in expected if month in months]
        is_full = len(parts) == len(expected) and all(part.is_full for part in parts)
        found.append(Part(month, min(one.first_day for one in parts), max(one.last_day for one in parts), is_full))
    return found


def lowered(coverage: pa.Table, lost: Iterable[Lost]) -> pa.Table:
    """Rows of `coverage`, those of a month of which something was lost not full."""
    found = list(lost)
    if not found or not coverage.num_rows:
        return coverage
    rows: list[dict[str, Any]] = coverage.to_pylist()
    for row in rows:
        if any(_falls_in(one, row) for one in found):
            row["extent"] = "part" if row["extent"] == "full" else row["extent"]
            row["quality"] = " ".join(sorted({*row["quality"].split(), PARTIAL}))
    return pa.Table.from_pylist(rows, schema=coverage.schema)


def _falls_in(lost: Lost, row: Row) -> bool:
    is_of_it = row["fact"].startswith(lost.fact) if lost.fact.endswith(":") else row["fact"] == lost.fact
    if not is_of_it or (lost.space and row["space"] and lost.space != row["space"]):
        return False
    if lost.days:
        return any(first <= row["last_day"] and row["first_day"] <= last for first, last in lost.days)
    return lost.month in ("", row["month"])


def without(days: Days, others: Days) -> Days:
    """The days of some stretches that no other stretch holds."""
    left = list(days)
    for first, last in others:
        cut: Days = []
        for since, until in left:
            if until < first or last < since:
                cut.append((since, until))
                continue
            if since < first:
                cut.append((since, date.fromordinal(first.toordinal() - 1)))
            if last < until:
                cut.append((date.fromordinal(last.toordinal() + 1), until))
        left = cut
    return left
