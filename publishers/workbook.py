"""The month as a workbook: four sheets, right to left in Hebrew and Arabic, the same bytes for the same month."""

from __future__ import annotations

from typing import Any, get_args

from xlsxwriter.utility import xl_range

from publishers import summary
from publishers.book import ACCENT, BAND, LINE, STATUS_LOOKS, Book
from publishers.chart import drawn
from publishers.follow_up_sheet import write_follow_ups
from publishers.front import advice, front_page
from publishers.front_words import said
from publishers.goals_sheet import write_programmes
from publishers.personas_sheet import personas, write_personas
from publishers.report import IndicatorReport, Report
from texts import Language, word
from texts.cuts import cut_name
from texts.values import number
from texts.writing import day_text, isolated, month_name, pick
from warehouse.vocabulary import Status

SERIES_SHEET = "series"
ROW_HEIGHT = 48
MARKS = {"rises": "▲ ", "falls": "▼ ", "standing": "● "}
COLUMNS = {
    "indicator": 34, "value": 14, "unit": 11, "people": 10, "status": 11, "verdict": 16, "year": 20, "quality": 24,
    "reason": 27, "advice": 38, "question": 34, "outcome": 26, "asset": 18, "code": 28,
}  # fmt: skip
"""Columns of the indicators and their widths, in reading order."""


def workbook(report: Report, language: Language) -> bytes:
    """The workbook of a month in one language."""
    book = Book(report, language)
    write_summary(book)
    write_indicators(book)
    write_details(book)
    if personas(report):
        write_personas(book)
    if report.programmes:
        write_programmes(book)
    if any(one.follow_up for one in report.indicators):
        write_follow_ups(book)
    write_dictionary(book)
    write_series(book)
    return book.finish()


def write_summary(book: Book) -> None:
    """Page one: what really moved, what to do, what not to rely on; then what is missing and how to read the rest."""
    sheet = book.sheet(book.say("sheet_summary"), [34, 70, 12], landscape=False)
    report, language, head = book.report, book.language, book.head
    one_page = said(front_page(report), report, language)
    lines: list[tuple[str, dict[str, Any]]] = [
        (book.say("report_title"), {"font_color": ACCENT, "bold": True}),
        (f"{head['authority']} · {head['month']}", {"font_size": 20, "bold": True}),
        (" · ".join(text for text in (head["state"], head["revision"], head["closed_on"]) if text), {}),
        (one_page.opening, {"bold": True, "font_size": 13}),
        *([(head["in_question"], {"bold": True})] if head["in_question"] else []),
    ]
    row = 0
    for text, properties in lines:
        row = wide(book, sheet, row, text, **properties)
    for kind, title, sentences in one_page.sections:
        row = heading(book, sheet, row, f"{MARKS.get(kind, '')}{title}")
        for sentence in sentences:
            row = wide(book, sheet, row, f"• {sentence}")
    row = wide(book, sheet, row + 1, f"{one_page.complete}. {one_page.chance}".strip(), font_color="#4A5B63")

    row = heading(book, sheet, row, book.say("counts_heading"))
    counts = summary.counts(report)
    for status in (*get_args(Status), *sorted(set(counts) - set(get_args(Status)))):
        looks = {"bold": True, **STATUS_LOOKS.get(status, {})}
        book.text(sheet, row, 0, word("codes.statuses", status, language), **looks)
        book.text(sheet, row, 1, word("codes.status_notes", status, language))
        book.count(sheet, row, 2, counts[status], bold=True)
        row += 1

    row = heading(book, sheet, row, book.say("missing_heading"))
    absences = summary.absences(report, language)
    if not absences:
        row = wide(book, sheet, row, book.say("nothing_missing"))
    for absence in absences:
        book.text(sheet, row, 0, f"{word('codes.statuses', absence.status, language)}: {absence.reason}", bold=True)
        book.text(sheet, row, 1, "\n".join(absence.titles))
        book.count(sheet, row, 2, len(absence.titles))
        sheet.set_row(row, min(400, 15.5 * max(len(absence.titles), 1 + len(absence.reason) // 26)))
        row += 1

    blocks = [
        ("changes_heading", [summary.change_text(change, report, language) for change in report.changes]),
        ("events_heading", [summary.event_text(event, language) for event in report.events]),
        (
            "reading_heading",
            [book.say(key) for key in ("report_purpose", "reading_1", "reading_2", "reading_3", "footer")],
        ),
        ("sources_heading", summary.source_texts(report.sources, language) or [book.say("no_sources")]),
    ]
    for key, texts in blocks:
        if texts:
            row = heading(book, sheet, row, book.say(key))
        for text in texts:
            row = wide(book, sheet, row, text)
    sheet.activate()


def heading(book: Book, sheet: Any, row: int, text: str) -> int:
    """A heading of page one; gives the row after it."""
    sheet.merge_range(row + 1, 0, row + 1, 2, "", book.look(bold=True, font_size=13, bottom=2, bottom_color=ACCENT))
    book.text(sheet, row + 1, 0, text, bold=True, font_size=13, bottom=2, bottom_color=ACCENT)
    sheet.set_row(row + 1, 22)
    return row + 2


def wide(book: Book, sheet: Any, row: int, text: str, **properties: Any) -> int:
    """A line of text over the whole page; a merged cell does not grow by itself, so its height is set."""
    sheet.merge_range(row, 0, row, 2, "", book.look(**properties))
    book.text(sheet, row, 0, text, **properties)
    size = properties.get("font_size", 11)
    sheet.set_row(row, size * 1.5 * (1 + len(text) * size // 1300))
    return row + 1


def write_indicators(book: Book) -> None:
    """One row an indicator, under headings of outcome and asset; the filter works on every column."""
    sheet = book.sheet(book.say("sheet_indicators"), list(COLUMNS.values()))
    names = list(COLUMNS)
    book.header(sheet, 0, [book.say(name) for name in names])
    sheet.freeze_panes(1, 1)
    row, series_row = 1, 1
    for outcome, families in summary.groups(book.report):
        named = f"{outcome}. {word('codes.outcomes', str(outcome), book.language)}"
        band(book, sheet, row, len(names), named, bold=True, font_color="#FFFFFF", bg_color="#3D6F78")
        row += 1
        for family, indicators in families:
            asset = word("codes.families", family, book.language)
            band(book, sheet, row, len(names), f"{named} · {asset}", bold=True, font_color=ACCENT, bg_color=BAND)
            row += 1
            for one in indicators:
                write_indicator(book, sheet, row, series_row, one, named, asset)
                row, series_row = row + 1, series_row + 1
    sheet.autofilter(0, 0, max(row - 1, 1), len(names) - 1)
    # What is only for filtering stays off the paper, or the print would be too small to read.
    sheet.print_area(0, 0, max(row - 1, 1), names.index("advice"))


def band(book: Book, sheet: Any, row: int, width: int, text: str, **properties: Any) -> None:
    """A heading between rows. Not merged: merged cells break sorting and screen readers."""
    book.text(sheet, row, 0, text, **{**properties, "text_wrap": False})
    for column in range(1, width):
        sheet.write_blank(row, column, None, book.look(**{**properties, "text_wrap": False}))
    sheet.set_row(row, 20)


def write_indicator(
    book: Book, sheet: Any, row: int, series_row: int, one: IndicatorReport, outcome: str, asset: str
) -> None:
    """The row of one indicator."""
    cell, line = one.speaks, {"bottom": 1, "bottom_color": LINE}
    verdict = word("codes.verdicts", cell.verdict, book.language)
    texts = {
        "unit": word("codes.units", one.unit, book.language),
        "status": word("codes.statuses", cell.status, book.language),
        "verdict": "\n".join(text for text in (verdict, summary.conclusion_text(one, book.language)) if text),
        "quality": "\n".join(filter(None, (summary.asked_text(one, book.language), book.quality(cell)))),
        "reason": book.why(cell),
        "advice": advice(one, book.language),
        "question": pick(one.question, book.language),
        "outcome": outcome,
        "asset": asset,
    }
    column = {name: place for place, name in enumerate(COLUMNS)}
    for name, text in texts.items():
        book.text(sheet, row, column[name], text, **line)
    book.text(sheet, row, column["indicator"], pick(one.title, book.language), bold=True, **line)
    book.value(sheet, row, column["value"], cell, one.unit, bold=True, font_size=12, **line)
    book.count(sheet, row, column["people"], cell.n, **line)
    book.text(sheet, row, column["code"], one.indicator, font_color="#5B6770", reading_order=1, **line)
    sheet.write_blank(row, column["year"], None, book.look(**line))
    sheet.add_sparkline(
        row, column["year"],
        {"range": f"{SERIES_SHEET}!{xl_range(series_row, 1, series_row, len(drawn(one.year)))}",
         "empty_cells": "gaps", "show_hidden": True,
         "series_color": ACCENT, "last_point": True, "last_color": "#C25E00", "weight": 1.5},
    )  # fmt: skip
    lines = [
        sum(1 + len(text) // COLUMNS[name] for text in texts[name].split("\n"))
        for name in ("quality", "reason", "advice")
    ]
    sheet.set_row(row, max(ROW_HEIGHT, 15.5 * max(lines)))


def write_series(book: Book) -> None:
    """Hidden: what the small lines draw, in the order of the rows; a month without a value, and a break, is empty."""
    sheet = book.file.add_worksheet(SERIES_SHEET)
    sheet.hide()
    plain = book.file.add_format()
    ordered = [one for _, families in summary.groups(book.report) for _, group in families for one in group]
    for row, one in enumerate(ordered, start=1):
        sheet.write_string(row, 0, one.indicator, plain)
        for column, value in enumerate(drawn(one.year), start=1):
            if value is not None:
                sheet.write_number(row, column, value, plain)


def write_details(book: Book) -> None:
    """Parts and spaces beside the whole."""
    sheet = book.sheet(book.say("sheet_details"), [34, 30, 30, 15, 12, 11, 11, 30, 34, 22])
    names = ["indicator", "space", "part", "value", "unit", "people", "status", "quality", "reason", "fraction"]
    titles = [book.say(name) for name in names[:-1]] + [book.say("fraction", above="…", below="…")]
    book.header(sheet, 0, titles)
    row = 1
    for one in book.report.indicators:
        for cell in (one.whole, *one.beside) if one.beside else ():
            space = book.report.spaces.get(cell.space) or cell.space or book.say("all_spaces")
            part = summary.part_name(book.report, cell.indicator, cell.part, book.language) or book.say("whole")
            group = cell.cut and cut_name(cell.cut, book.language)
            fraction = ""
            if cell.numerator is not None and cell.denominator is not None:
                above, below = (isolated(number(x, "count"), book.language) for x in (cell.numerator, cell.denominator))
                fraction = book.say("fraction", above=above, below=below)
            texts = {
                0: pick(one.title, book.language), 1: " · ".join(filter(None, (space, group))), 2: part,
                4: word("codes.units", cell.unit, book.language), 6: word("codes.statuses", cell.status, book.language),
                7: book.quality(cell), 8: book.why(cell), 9: fraction,
            }  # fmt: skip
            for column, text in texts.items():
                book.text(sheet, row, column, text)
            book.value(sheet, row, 3, cell, cell.unit, bold=True)
            book.count(sheet, row, 5, cell.n)
            row += 1
    sheet.autofilter(0, 0, max(row - 1, 1), len(names) - 1)


def write_dictionary(book: Book) -> None:
    """What every indicator means, who owns it and how it is known."""
    sheet = book.sheet(book.say("sheet_dictionary"), [24, 34, 36, 50, 18, 26, 20, 16, 18, 16])
    names = ["code", "indicator", "question", "definition", "unit", "method", "direction", "owner", "since",
             "definition_version"]  # fmt: skip
    book.header(sheet, 0, [book.say(name) for name in names])
    language = book.language
    for row, one in enumerate(book.report.indicators, start=1):
        as_of = f"{book.say('as_of')} {day_text(one.whole.as_of, language)}" if one.whole.as_of else ""
        definition = "\n".join(text for text in (pick(one.definition, language), as_of) if text)
        texts = [
            one.indicator, pick(one.title, language), pick(one.question, language), definition,
            word("codes.units", one.unit, language), word("codes.methods", one.method, language),
            word("codes.better", one.better, language), word("codes.owners", one.owner, language),
            month_name(one.since, language), one.whole.definition_version,
        ]  # fmt: skip
        for column, text in enumerate(texts):
            order = 1 if names[column] in ("code", "definition_version") else book.reading_order
            book.text(sheet, row, column, text, bold=column == 1, reading_order=order)
    sheet.autofilter(0, 0, max(len(book.report.indicators), 1), len(names) - 1)
