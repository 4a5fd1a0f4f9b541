"""Days on which the authority does not work: holidays and closures of the calendar that staff edit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, select

from warehouse.ledger import core
from warehouse.tables import DimEvent

CLOSING_KINDS = ("holiday", "closure")


@dataclass(frozen=True)
class ClosedDays:
    """Holds a day that lies in one of the stretches, first and last day included; one without a last day lasts."""

    stretches: tuple[tuple[date, date | None], ...]

    def __contains__(self, day: object) -> bool:
        """Whether the authority is closed on a local day."""
        return isinstance(day, date) and any(
            first <= day and (last is None or day <= last) for first, last in self.stretches
        )


def closed_days(engine: Engine, authority: str) -> ClosedDays:
    """The closed days of an authority as its calendar stands in the warehouse."""
    table = core(DimEvent)
    mine = (table.c.authority == authority) & table.c.kind.in_(CLOSING_KINDS)
    with engine.connect() as connection:
        rows = connection.execute(select(table.c.first_day, table.c.last_day).where(mine)).all()
    return ClosedDays(tuple((row.first_day, row.last_day) for row in rows))
