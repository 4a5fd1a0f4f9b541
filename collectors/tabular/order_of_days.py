"""Whether a column of days is written day first or month first: decided once for the whole column."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

from collectors.tabular.cells import Cell, CellError
from collectors.tabular.conversions import as_day, numbers_of_day

Order = Literal["day_first", "month_first", "either", "contradicts"]

_LIKELY, _UNLIKELY = timedelta(days=31), timedelta(days=62)


def day_order(cells: Iterable[Cell | None]) -> Order:
    """What the days of one column say of their order; `either` where none has a number above 12 to prove it.

    One table has one order, so days that prove both contradict one another. So do texts that all prove an order
    beside real dates none of which lies after the 12th of its month: a spreadsheet of another country turned those it
    could read around and left the others as text.
    """
    proven: set[Order] = set()
    texts = 0
    dates: list[date] = []
    unlike = 0
    for cell in cells:
        if cell is not None and isinstance(cell.value, date):
            dates.append(cell.value)
        numbers = numbers_of_day(cell)
        if numbers is None:
            continue
        first, second = numbers
        texts += 1
        if (first > 12) != (second > 12):
            unlike += 1
            proven.add("day_first" if first > 12 else "month_first")
    is_half_turned = bool(dates) and 0 < unlike == texts and all(day.day <= 12 for day in dates)
    if len(proven) > 1 or is_half_turned:
        return "contradicts"
    return proven.pop() if proven else "either"


def likely_order(cells: Iterable[Cell | None]) -> Order:
    """Of a column that may be read either way, the order in which its days lie close together, else day first.

    Twelve days of one month read the other way are the same day of twelve months.
    """
    found = list(cells)
    by_day, by_month = _span(found, day_first=True), _span(found, day_first=False)
    return "month_first" if by_month <= _LIKELY and by_day > _UNLIKELY else "day_first"


def _span(cells: list[Cell | None], *, day_first: bool) -> timedelta:
    days = []
    for cell in cells:
        try:
            day = as_day(cell, day_first)
        except CellError:
            continue
        if day is not None:
            days.append(day)
    return max(days) - min(days) if days else timedelta(0)
