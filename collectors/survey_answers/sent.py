"""When each response was sent: one column of time stamps, whose way of writing days is decided once for all rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from collectors.errors import RejectFile
from collectors.kinds import FIRST_YEAR
from collectors.tabular import (
    Cell,
    CellError,
    as_day,
    as_number,
    as_time,
    date_of_serial,
    day_order,
    likely_order,
)

_OFFSET = re.compile(r"\s*\(?(?:GMT|UTC)[+-]\d{1,2}(?::?\d{2})?\)?\s*$", re.IGNORECASE)
"""What Google Forms writes after the local time: the clock of whoever owns the form, and no part of the hour."""
_SERIALS = (36_526, 73_050)
"""Serial numbers of the days 2000 to 2099: what a date is when its format was lost."""


@dataclass(frozen=True)
class Sent:
    """The local day a response was sent, and the minute, UTC, where it is told."""

    day: date
    moment: datetime | None

    @property
    def at(self) -> datetime:
        """The minute, or the day's beginning."""
        return self.moment or datetime.combine(self.day, time(), UTC)


class SentColumn:
    """Reads the cells of one column. Raises RejectFile `dates_contradict` when no order of day and month fits it."""

    def __init__(self, cells: Sequence[Cell | None], day_first: bool | None, timezone: str, where: str) -> None:
        """`day_first` is the town's word, which only the column itself can overrule; None where it said nothing."""
        order = day_order(cells)
        if order == "contradicts":
            raise RejectFile("dates_contradict", where=where)
        self.is_proven_otherwise = order == ("day_first" if day_first is False else "month_first")
        if order == "either":
            order = likely_order(cells) if day_first is None else ("day_first" if day_first else "month_first")
        self.is_day_first = order == "day_first"
        self._timezone = timezone
        numbers = [number for cell in cells if (number := _plain_number(cell)) is not None]
        self._holds_serials = bool(numbers) and all(_SERIALS[0] <= number < _SERIALS[1] for number in numbers)

    def of(self, cell: Cell | None) -> Sent | None:
        """When the response was sent; None where it is blank or a day that stands for none. Raises CellError."""
        if cell is None:
            return None
        value = cell.value
        number = _plain_number(cell) if self._holds_serials else None
        if number is not None:
            value = date_of_serial(number, False)
        elif isinstance(value, str):
            value = _OFFSET.sub("", value)
        plain = Cell(cell.address, value, cell.is_formula_without_value)
        day = as_day(plain, self.is_day_first, self._timezone)
        if day is None or day.year < FIRST_YEAR:
            return None
        try:
            found = as_time(plain, self._timezone, self.is_day_first)
        except CellError:  # the day stands though the clock is written in some other way
            found = None
        if not isinstance(found, datetime):
            return Sent(day, None)
        local = found.astimezone(ZoneInfo(self._timezone)).date()
        return Sent(local, found.replace(second=0, microsecond=0))


def _plain_number(cell: Cell | None) -> float | None:
    if cell is None or isinstance(cell.value, (bool, date)):
        return None
    try:
        return as_number(cell)
    except CellError:
        return None
