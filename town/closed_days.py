"""Days on which the authority does not work: holidays and closures of its calendar, seeded or of its staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, select

from transforms.working_days import CLOSED, OPEN
from warehouse.ledger import core
from warehouse.tables import DimEvent

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


def closed_days(engine: Engine, authority: str) -> ClosedDays:
    """The closed days of an authority as its calendar stands in the warehouse."""
    table = core(DimEvent)
    mine = (table.c.authority == authority) & table.c.kind.in_((OPEN, *CLOSED))
    with engine.connect() as connection:
        rows = connection.execute(select(table.c.kind, table.c.first_day, table.c.last_day).where(mine)).all()
    said: dict[bool, list[Stretch]] = {True: [], False: []}
    for row in rows:
        said[row.kind == OPEN].append((row.first_day, row.last_day))
    return ClosedDays(tuple(said[False]), tuple(said[True]))
