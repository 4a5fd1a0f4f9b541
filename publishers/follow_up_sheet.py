"""The sheet of what staff do about indicators; a month of which they said nothing has none."""

from __future__ import annotations

from publishers.book import Book
from texts import follow_up, text
from texts.writing import pick

WIDTHS = (34, 50, 50, 26, 16, 22, 16)


def write_follow_ups(book: Book) -> None:
    """One row an indicator that staff wrote of, in their own words."""
    names = ("indicator", "note", "action", "owner", "review_day", "target", "month")
    sheet = book.sheet(text("follow_up.heading", book.language), list(WIDTHS))
    book.header(sheet, 0, [text(f"follow_up.columns.{name}", book.language) for name in names])
    found = [one for one in book.report.indicators if one.follow_up]
    for row, one in enumerate(found, start=1):
        assert one.follow_up is not None
        said = follow_up.cells(one.follow_up, one.speaking_unit or one.unit, book.language)
        said["indicator"] = pick(one.title, book.language)
        for column, name in enumerate(names):
            book.text(sheet, row, column, said[name], bold=column == 0)
    sheet.autofilter(0, 0, max(len(found), 1), len(names) - 1)
