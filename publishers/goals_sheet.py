"""The sheet of programmes and their goals; a month without any has none."""

from __future__ import annotations

from datetime import date

from publishers.book import NUMBER, Book
from texts import programmes, text, word
from texts.writing import day_text, month_name, pick


def write_programmes(book: Book) -> None:
    """One row a goal: where it stands and why."""
    names = ["programme", "goal", "state", "why", "since", "target", "until", "owner", "indicator"]
    sheet = book.sheet(text("programmes.heading", book.language), [26, 30, 22, 70, 16, 12, 14, 24, 34])
    book.header(sheet, 0, [text(f"programmes.columns.{name}", book.language) for name in names])
    titles = {one.indicator: pick(one.title, book.language) for one in book.report.indicators}
    for row, one in enumerate(book.report.programmes, start=1):
        told = {
            0: one.programme, 1: one.goal, 2: word("programmes.states", programmes.state_of(one), book.language),
            3: programmes.why(one, book.language), 4: month_name(one.since, book.language),
            6: day_text(date.fromisoformat(one.until), book.language) if one.until else "",
            7: word("codes.owners", one.owner, book.language) if one.owner else "",
            8: titles.get(one.indicator, one.indicator) or text("programmes.own_measure", book.language),
        }  # fmt: skip
        for column, said_of_it in told.items():
            book.text(sheet, row, column, said_of_it, bold=column == 2)
        if one.target is None:
            sheet.write_blank(row, 5, None, book.look())
        else:
            sheet.write_number(row, 5, one.target, book.look(**NUMBER))
