"""Days on which the authority does not work: holidays and closures of its calendar, seeded or of its staff."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Engine, select

from warehouse.calendar import first_day, month_of
from warehouse.ledger import core
from warehouse.tables import DimEvent

OPEN, CLOSED = "workday", ("holiday", "closure")
"""Kinds of events that say whether the authority works on a day."""
SUNDAY = 6

Stretch = tuple[date, date | None]
"""First and last day, included; one without a last day lasts."""


@dataclass(frozen=True)
class ClosedDays:
    """Holds a day that lies in one of the closed stretches, unless staff declared it a working day."""

    stretches: tuple[Stretch, ...]
    workdays: tuple[Stretch, ...] = ()

    def __contains__(self, day: object) -> bool:
        """Whether the authority is closed on a local day."""
        return isinstance(day, date) and _lies_in(day, self.stretches) and not _lies_in(day, self.workdays)


def _lies_in(day: date, stretches: tuple[Stretch, ...]) -> bool:
    return any(first <= day and (last is None or day <= last) for first, last in stretches)


def closed_in(events: Iterable[tuple[str, date, date | None]]) -> ClosedDays:
    """The closed days that events tell of, each (kind, first day, last day); other kinds say nothing."""
    said: dict[bool, list[Stretch]] = {True: [], False: []}
    for kind, first, last in events:
        if kind in (OPEN, *CLOSED):
            said[kind == OPEN].append((first, last))
    return ClosedDays(tuple(said[False]), tuple(said[True]))


def closed_days(engine: Engine, authority: str) -> ClosedDays:
    """The closed days of an authority as its calendar stands in the warehouse."""
    table = core(DimEvent)
    mine = (table.c.authority == authority) & table.c.kind.in_((OPEN, *CLOSED))
    with engine.connect() as connection:
        rows = connection.execute(select(table.c.kind, table.c.first_day, table.c.last_day).where(mine)).all()
    return closed_in((row.kind, row.first_day, row.last_day) for row in rows)


def first_working_sunday(month: str, closed: Container[date]) -> date:
    """The first Sunday of a month that is no holiday; a month of holidays keeps its first Sunday."""
    first = first_day(month)
    day = first + timedelta(days=(SUNDAY - first.weekday()) % 7)
    sundays = [day + timedelta(weeks=week) for week in range(5) if month_of(day + timedelta(weeks=week)) == month]
    return next((one for one in sundays if one not in closed), day)
