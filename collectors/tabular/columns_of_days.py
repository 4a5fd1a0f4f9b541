"""Columns of days, read: the order of day and month is decided for the whole column, and nothing lies after today."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from collectors.errors import RejectFile
from collectors.tabular.cells import Cell, CellError, Row, Sheet
from collectors.tabular.conversions import as_number
from collectors.tabular.days import as_day, as_time
from collectors.tabular.letters import column_letter
from collectors.tabular.order_of_days import Column, Contradicts, is_two_way, order_of
from collectors.tabular.sheet_xml import date_of_serial

_OFFSET = re.compile(r"\s*\(?(?:GMT|UTC)[+-]\d{1,2}(?::?\d{2})?\)?\s*$", re.IGNORECASE)
"""What Google Forms writes after the local time: the clock of whoever owns the form, and no part of the hour."""
_LOCAL = re.compile("[א-ת\u0621-\u064a]{2}")
_SERIALS = (36_526, 73_050)
"""Serial numbers of the days 2000 to 2099: what a date is when its format was lost."""
_COMPACT = (2000_01_01, 2099_12_31)
"""The same days written 20261031, as Google Analytics writes them."""


@dataclass(frozen=True)
class DayWriting:
    """What is known of how a file writes its days before it is read.

    `timezone` is that of hours without an offset, `today` the town's day, after which nothing happened (None asks
    nothing), `day_first` the town's word, and `section` the part of kehila.toml that says it.
    """

    timezone: str
    section: str
    today: date | None = None
    day_first: bool | None = None


@dataclass(frozen=True)
class DayColumn:
    """Reads the cells of one column. `is_proven_otherwise`: not the order the town said, or month first."""

    is_day_first: bool
    is_proven_otherwise: bool
    writing: DayWriting
    holds: str  # "serials", "compact" days, or "" for texts and dates

    def day(self, cell: Cell | None) -> date | None:
        """The cell's day, None when blank. Raises CellError, `day_to_come` for one after today."""
        if cell is None:
            return None
        return self._check(cell, as_day(self._plain(cell), self.is_day_first, self.writing.timezone))

    def time(self, cell: Cell | None) -> datetime | date | None:
        """The cell as an instant in UTC, as a day where no hour is written. Raises CellError as `day` does."""
        if cell is None:
            return None
        found = as_time(self._plain(cell), self.writing.timezone, self.is_day_first)
        zone = ZoneInfo(self.writing.timezone)
        self._check(cell, found.astimezone(zone).date() if isinstance(found, datetime) else found)
        return found

    def _check(self, cell: Cell, day: date | None) -> date | None:
        if day is not None and self.writing.today is not None and day > self.writing.today:
            raise CellError(cell.address, "day_to_come", day=day.isoformat())
        return day

    def _plain(self, cell: Cell) -> Cell:
        """The cell with what only a column can tell made plain: serial numbers, compact days, a form's offset."""
        value = cell.value
        number = plain_number(cell) if self.holds else None
        if number is not None:
            value = date_of_serial(number, False) if self.holds == "serials" else f"{number:.0f}"
            if self.holds == "compact":
                value = f"{str(value)[:4]}-{str(value)[4:6]}-{str(value)[6:]}"
        elif isinstance(value, str):
            value = _OFFSET.sub("", value)
        return Cell(cell.address, value, cell.is_formula_without_value)


def day_columns(
    sheet: Sheet, rows: Sequence[Row], asked: Sequence[int], writing: DayWriting, earliest: int | None = None
) -> dict[int, DayColumn]:
    """How to read columns of days (counted from 0) of the `rows` below a header.

    `earliest` is the column whose day is never after the others' in its row. Raises RejectFile: dates_contradict
    where one column is written in both orders, dates_undecided where nothing tells which it is.
    """
    columns = [Column([row.cell(at) for row in rows]) for at in asked]
    try:
        orders = order_of(
            columns,
            rows,
            writing.today,
            None if earliest is None else asked.index(earliest),
            _has_local_words(sheet, rows),
        )
    except Contradicts as problem:
        raise RejectFile("dates_contradict", where=_where(sheet, asked[problem.column])) from None
    found: dict[int, DayColumn] = {}
    for at, column, order in zip(asked, columns, orders, strict=True):
        if order is None and writing.day_first is None and is_two_way(column):
            raise RejectFile("dates_undecided", where=_where(sheet, at), section=writing.section)
        expected = writing.day_first is not False
        is_day_first = expected if order is None else order == "day_first"
        found[at] = DayColumn(is_day_first, is_day_first != expected, writing, _holds(column.cells))
    return found


def plain_number(cell: Cell | None) -> float | None:
    """The number a cell holds where a day should stand; None for dates and for texts that are no number."""
    if cell is None or isinstance(cell.value, (bool, date)):
        return None
    if isinstance(cell.value, str) and not cell.value.strip().replace(".", "", 1).isdigit():
        return None
    try:
        return as_number(cell)
    except CellError:
        return None


def _has_local_words(sheet: Sheet, rows: Sequence[Row]) -> bool:
    """Whether what stands above the rows is written in Hebrew or Arabic."""
    first = rows[0].number if rows else 0
    above = (cell.value for row in sheet.rows if row.number < first for cell in row.cells)
    return any(isinstance(value, str) and _LOCAL.search(value) for value in above)


def _holds(cells: Sequence[Cell | None]) -> str:
    numbers = [number for cell in cells if (number := plain_number(cell)) is not None]
    for name, (first, last) in (("serials", _SERIALS), ("compact", _COMPACT)):
        if numbers and all(first <= number < last + 1 for number in numbers):
            return name
    return ""


def _where(sheet: Sheet, at: int) -> str:
    return sheet.where(column_letter(at + 1))
