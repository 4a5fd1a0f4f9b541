"""Whether days are written day first or month first: decided once for a whole column, by what the table itself shows.

03/04/2026 is a day in April and a day in March. A cell cannot tell; its column can. What counts, each only where it
leaves one order possible:

- a number above 12 stands first or second, in any row;
- read in the other order some row would lie after today;
- marks of a locale: 3.4.2026, and hours with Hebrew or Arabic halves of a day, are written day first;
- read in one order the rows stand by time, in the other they do not (a text sorted by its letters proves nothing);
- read in the other order ends come before beginnings;
- the table's other columns of days, written in the same way, are of one order;
- its words are Hebrew or Arabic, and five days or more lie within a month if the day stands first, else far apart.

What the town says of its files decides where the table is silent. Else the file is refused: a guess is never made,
because it would move figures into months in which nothing happened.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

from collectors.tabular.cells import Cell, Row
from collectors.tabular.days import WrittenDay, as_written, clock_of, written_day

Order = Literal["day_first", "month_first"]
BOTH: tuple[Order, Order] = ("day_first", "month_first")

_DAY_FIRST = re.compile(r"\d\.\d{1,2}\.|לפנה|אחה|בבוקר|בערב|[صم]\s*$")
"""Dots between the numbers, and halves of the day as Hebrew and Arabic clocks write them."""
_ENOUGH_TO_STAND_BY_TIME = 8
"""Days of which it is no accident that they stand by time in one order only."""
_ENOUGH_TO_LIE_TOGETHER = 5
_TOGETHER, _APART = timedelta(days=31), timedelta(days=62)
_ENOUGH_TURNED_AROUND = 2
"""Rows that would end before they begin; one may be a slip of the pen."""


class Contradicts(Exception):
    """One column proves both orders: the `column`th of those asked for."""

    def __init__(self, column: int = 0) -> None:
        super().__init__(column)
        self.column = column


@dataclass
class Column:
    """The cells of a column of days in the order of their rows, None where a row has none."""

    cells: Sequence[Cell | None]

    @cached_property
    def written(self) -> Sequence[WrittenDay | None]:
        """Its days whose numbers may stand for day and month."""
        return [written_day(cell) for cell in self.cells]

    @cached_property
    def filled(self) -> Sequence[tuple[Cell, WrittenDay]]:
        """Those of its cells that are such days."""
        return [(cell, day) for cell, day in zip(self.cells, self.written, strict=True) if cell and day]


def proven(column: Column) -> Order | None:
    """The order a number above 12 proves; None where there is none. Raises Contradicts.

    One column has one order, so days that prove both contradict one another. So do texts that all prove an order
    beside real dates none of which lies after the 12th of its month: a spreadsheet of another country turned those it
    could read around and left the others as text. What is a day in neither order (32/10) proves nothing.
    """
    found = [day for _, day in column.filled if as_written(day, True) or as_written(day, False)]
    sure = [day for day in found if (day.first > 12) != (day.second > 12)]
    dates = [cell.value for cell in column.cells if cell is not None and isinstance(cell.value, date)]
    orders = {BOTH[day.second > 12] for day in sure}
    is_half_turned = bool(dates) and 0 < len(sure) == len(found) and all(day.day <= 12 for day in dates)
    if len(orders) > 1 or is_half_turned:
        raise Contradicts
    return orders.pop() if orders else None


def order_of(
    columns: Sequence[Column], rows: Sequence[Row], today: date | None, earliest: int | None, is_local: bool
) -> list[Order | None]:
    """The order of each of `columns`; None where its days may be read either way. Raises Contradicts.

    `rows` are those of the whole table, `earliest` the one of `columns` whose day is never
    after those of the others in its row. `is_local` says that the words of the table are of a language that writes the
    day first.
    """
    orders = []
    for number, column in enumerate(columns):
        try:
            orders.append(proven(column) or _only(_possible(column, today, is_local)))
        except Contradicts:
            raise Contradicts(number) from None
    if None in orders and earliest is not None:
        by_rows = _by_rows(columns, earliest)
        orders = [order or by_rows for order in orders]
    if None not in orders:
        return orders
    told = {order for order in [*orders, *_of_others(columns, rows)] if order is not None}
    return [order or _only([told]) for order in orders]


def is_two_way(column: Column) -> bool:
    """Whether the order matters: some day is another one in the other order."""
    return any(len({as_written(day, True), as_written(day, False)}) > 1 for _, day in column.filled)


def _of_others(columns: Sequence[Column], rows: Sequence[Row]) -> Iterator[Order | None]:
    """What the other columns of days of the table prove whose cells are written in the way of one of `columns`.

    A day that a respondent typed is written by another hand than the time stamps beside it, and says nothing of them.
    """
    ways = {_way(column) for column in columns} - {None}
    for at in range(max((len(row.cells) for row in rows), default=0)):
        column = Column([row.cell(at) for row in rows])
        if _way(column) in ways:
            try:
                yield proven(column)
            except Contradicts:
                continue


def _way(column: Column) -> str | None:
    """The shape all filled cells share, digits aside; None where they have several or are no days."""
    shapes = set()
    for cell, day in zip(column.cells, column.written, strict=True):
        if cell is None or cell.value is None:
            continue
        if day is None:
            return None
        shapes.add(re.sub(r"\d+", "9", str(cell.value).strip()))
    return shapes.pop() if len(shapes) == 1 else None


def _possible(column: Column, today: date | None, is_local: bool) -> list[set[Order]]:
    """What each kind of evidence leaves possible in a column."""
    distinct, texts = {day for _, day in column.filled}, [str(cell.value) for cell, _ in column.filled]
    found: list[set[Order]] = [{"day_first"} if any(map(_DAY_FIRST.search, texts)) else set(BOTH)]
    if today is not None:
        found.append({order for order in BOTH if all(_read(day, order) <= today for day in distinct)})
    if len(distinct) >= _ENOUGH_TO_STAND_BY_TIME and not _is_sorted(texts):
        found.append(_by_time(column))
    if is_local and len(distinct) >= _ENOUGH_TO_LIE_TOGETHER:
        found.append(_together(distinct))
    return found


def _by_time(column: Column) -> set[Order]:
    """The orders in which the rows stand by time, the newest first or last."""
    clocks = [clock_of(cell) for cell, _ in column.filled]
    days = [day for _, day in column.filled]
    return {
        order for order in BOTH if _is_sorted([(_read(day, order), at) for day, at in zip(days, clocks, strict=True)])
    }


def _together(days: Collection[WrittenDay]) -> set[Order]:
    """Day first, where the days lie close together then, and far apart if not; but not on firsts of months."""
    close, far = ([_read(day, order) for day in days] for order in BOTH)
    is_close = max(close) - min(close) <= _TOGETHER and max(far) - min(far) > _APART
    return {"day_first"} if is_close and any(day.day > 1 for day in far) else set(BOTH)


def _by_rows(columns: Sequence[Column], earliest: int) -> Order | None:
    """The only order in which no row ends before it begins; None where that is no single one."""
    turned = dict.fromkeys(BOTH, 0)
    for row in zip(*(column.written for column in columns), strict=True):
        first = row[earliest]
        for order in BOTH if first is not None else ():
            days = [_read(day, order) for day in row if day is not None]
            turned[order] += first is not None and min(days) < _read(first, order)
    clean = [order for order in BOTH if not turned[order]]
    return clean[0] if len(clean) == 1 and sum(turned.values()) >= _ENOUGH_TURNED_AROUND else None


def _read(day: WrittenDay, order: Order) -> date:
    """The day it is in an order; the earliest there is where it is none."""
    return as_written(day, order == "day_first") or date.min


def _only(evidence: Sequence[set[Order]]) -> Order | None:
    """The order all evidence points at that points at one; None where there is no such, or two kinds disagree."""
    found = {next(iter(orders)) for orders in evidence if len(orders) == 1}
    return found.pop() if len(found) == 1 else None


def _is_sorted(found: Sequence[Any]) -> bool:
    steps = list(pairwise(found))
    return all(one <= other for one, other in steps) or all(one >= other for one, other in steps)
