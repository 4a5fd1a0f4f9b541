"""Which part of the form a sheet belongs to, and which of its columns somebody types.

Derived from the declaration of the workbook alone: a sheet that is new there is in the form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from collectors.staff_workbook.layout import ENTRIES, SHEETS, Column, Entry, SheetLayout
from warehouse.calendar import shift

LIST = "list"
"""The period of sheets that hold over time."""
FILLED = ("month", "entered_by")
"""Columns that the form fills itself: of which month the page is, and who is signed in."""
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
PERIODS = "periods"
"""The sheet of finished months, whose topics are boxes to tick beside the figures."""


def is_monthly(layout: SheetLayout) -> bool:
    """Whether a sheet's rows are each of a month."""
    return any(column.id == "month" for column in layout.columns)


def is_of_people(layout: SheetLayout) -> bool:
    """Whether its rows are known by persons: of such lines nothing is kept once they were sent."""
    return bool(set(layout.stream.key) & set(layout.stream.personal_fields))


def is_of_figures(layout: SheetLayout) -> bool:
    """Whether its rows are figures of indicators that are entered month by month."""
    return is_monthly(layout) and any(column.type == "indicator" for column in layout.columns)


def book_of(layout: SheetLayout, month: str) -> str:
    """The book a sheet's line belongs to: that of the month, or its own list's."""
    return month if is_monthly(layout) else f"{LIST}-{layout.id}"


def sheets_in(book: str) -> list[SheetLayout]:
    """The sheets of a book."""
    if MONTH.fullmatch(book):
        return [one for one in SHEETS.values() if is_monthly(one)]
    return [one for one in SHEETS.values() if book == f"{LIST}-{one.id}"]


def is_open(book: str, today: date) -> bool:
    """Whether there is a page to fill in of a book: of a list, or of a month up to the present one, ten years back."""
    if not MONTH.fullmatch(book):
        return bool(sheets_in(book))
    now = f"{today:%Y-%m}"
    return shift(now, -121) <= book <= now


def typed_columns(layout: SheetLayout) -> list[Column]:
    """The columns people fill in."""
    return [column for column in layout.columns if column.id not in FILLED]


def figures() -> Mapping[str, Entry]:
    """The indicators of which figures are typed month by month."""
    return {name: one for name, one in ENTRIES.items() if is_of_figures(SHEETS[one.sheet])}
