"""The sheet of personas: what is known of each beside the whole town; a month that tells of none has none."""

from __future__ import annotations

from publishers.book import Book
from publishers.report import Cell, IndicatorReport, Report
from texts import text
from texts.cuts import cut_name
from texts.writing import pick
from warehouse.vocabulary import PERSONA


def personas(report: Report) -> list[tuple[str, IndicatorReport, Cell]]:
    """Persona by persona its indicators, each with the figure of its whole."""
    found = [
        (cell.cut, one, cell)
        for one in report.indicators
        for cell in one.beside
        if cell.cut.startswith(f"{PERSONA}=") and not cell.part and not cell.space
    ]
    return sorted(found, key=lambda one: one[0])


def write_personas(book: Book) -> None:
    """One row a persona and indicator; the filter narrows it to one persona."""
    language = book.language
    sheet = book.sheet(text("cuts.personas", language), [34, 36, 14, 11, 34, 14, 34])
    titles = [
        text("cuts.persona", language), book.say("indicator"), book.say("value"), book.say("people"),
        book.say("quality"), text("cuts.town", language), book.say("reason"),
    ]  # fmt: skip
    book.header(sheet, 0, titles)
    rows = personas(book.report)
    for row, (cut, one, cell) in enumerate(rows, start=1):
        book.text(sheet, row, 0, cut_name(cut, language))
        book.text(sheet, row, 1, pick(one.title, language), bold=True)
        book.value(sheet, row, 2, cell, cell.unit, bold=True)
        book.count(sheet, row, 3, cell.n)
        book.text(sheet, row, 4, book.quality(cell))
        book.value(sheet, row, 5, one.whole, one.unit)
        book.text(sheet, row, 6, book.why(cell))
    sheet.autofilter(0, 0, max(len(rows), 1), len(titles) - 1)
