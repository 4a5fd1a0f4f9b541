"""When each response was sent: one column of time stamps, whose way of writing days is decided once for all rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from collectors.casts import FIRST_YEAR
from collectors.tabular import Cell, CellError, DayWriting, Row, Sheet, day_columns


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
    """Reads the cells of one column. Raises RejectFile as `day_columns` does."""

    def __init__(self, sheet: Sheet, rows: Sequence[Row], at: int, writing: DayWriting, timezone: str) -> None:
        """`timezone` is the town's; that of `writing` is the column's own."""
        self._column = day_columns(sheet, rows, [at], writing)[at]
        self._zone = ZoneInfo(timezone)
        self.at = at
        self.is_proven_otherwise = self._column.is_proven_otherwise

    def of(self, cell: Cell | None) -> Sent | None:
        """When the response was sent; None where it is blank or a day that stands for none. Raises CellError."""
        found: datetime | date | None
        try:
            found = self._column.time(cell)
        except CellError:  # the day stands though the clock is written in some other way
            found = self._column.day(cell)
        if found is None or found.year < FIRST_YEAR:
            return None
        if not isinstance(found, datetime):
            return Sent(found, None)
        return Sent(found.astimezone(self._zone).date(), found.replace(second=0, microsecond=0))
