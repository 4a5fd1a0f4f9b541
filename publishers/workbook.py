"""The month as a workbook: sheets right to left in Hebrew and Arabic, the same bytes for the same month."""

from __future__ import annotations

from typing import Any, get_args

from xlsxwriter.utility import xl_range

from publishers import summary
from publishers.book import ACCENT, LINE, NUMBER, STATUS_LOOKS, Book
from publishers.chart import drawn, is_break
from publishers.follow_up_sheet import write_follow_ups
from publishers.front import advice, front_page
from publishers.front_words import said
from publishers.goals_sheet import write_programmes
from publishers.personas_sheet import personas, write_personas
from publishers.pictures import Pictures, pictures, write_pictures
from publishers.report import IndicatorReport, Report
from texts import Language, word
from texts.cuts import cut_name
from texts.values import number
from texts.writing import day_text, isolated, month_name, pick
from warehouse.vocabulary import Status

SERIES_SHEET = "series"
MARKS = {"rises": "▲ ", "falls": "▼ ", "standing": "● "}
COLUMNS = {
    "outcome": 20, "asset": 13, "indicator": 28, "value": 12, "unit": 11, "year_ago": 12, "change": 13, "people": 10,
    "status": 10, "verdict": 34, "quality": 24, "reason": 22, "advice": 32, "question": 34, "code": 28, "year": 20,
}  # fmt: skip
"""Columns of the indicators and their widths, in reading order."""
LAST_PRINTED = "advice"
"""What is for filtering alone, and small lines that not every suite draws, stay off the paper."""


def workbook(report: Report, language: Language, drawn: Pictures | None = None) -> bytes:
    """The workbook of a month in one language. `drawn` are the report's pictures where they are made already.

    Raises NotTypeset.
    """
    book = Book(report, language)
    write_summary(book)
    write_indicators(book)
    if drawn := pictures(report) if drawn is None else drawn:
        write_pictures(book, drawn)
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
    book.text(sheet, row + 1, 0, text, over=3, bold=True, font_size=13, bottom=2, bottom_color=ACCENT)
    return row + 2


def wide(book: Book, sheet: Any, row: int, text: str, **properties: Any) -> int:
    """A line of text over the whole page."""
    book.text(sheet, row, 0, text, over=3, **properties)
    return row + 1


def write_indicators(book: Book) -> None:
    """One row an indicator, by outcome and asset; nothing stands between the rows, so that they sort and pivot."""
    sheet = book.sheet(book.say("sheet_indicators"), list(COLUMNS.values()))
    names = list(COLUMNS)
    book.header(sheet, 0, [book.say(name) for name in names])
    sheet.freeze_panes(1, names.index("indicator") + 1)
    row = 1
    for outcome, families in summary.groups(book.report):
        named = f"{outcome}. {word('codes.outcomes', str(outcome), book.language)}"
        for family, indicators in families:
            asset = word("codes.families", family, book.language)
            for one in indicators:
                write_indicator(book, sheet, row, one, named, asset)
                row += 1
    sheet.autofilter(0, 0, max(row - 1, 1), len(names) - 1)
    sheet.print_area(0, 0, max(row - 1, 1), names.index(LAST_PRINTED))


def write_indicator(book: Book, sheet: Any, row: int, one: IndicatorReport, outcome: str, asset: str) -> None:
    """The row of one indicator."""
    cell = one.speaks
    line: dict[str, Any] = {"bottom": 1, "bottom_color": LINE}
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
        {"range": f"{SERIES_SHEET}!{xl_range(row, 1, row, len(drawn(one.year)))}",
         "empty_cells": "gaps", "show_hidden": True,
         "series_color": ACCENT, "last_point": True, "last_color": "#C25E00", "weight": 1.5},
    )  # fmt: skip
    write_change(book, sheet, row, one, line)


def write_change(book: Book, sheet: Any, row: int, one: IndicatorReport, line: dict[str, Any]) -> None:
    """The same month a year before and the change since, shares in points; no change across a break of the series."""
    places = list(COLUMNS)
    before, now, unit = one.year_ago, one.speaks.value, one.speaking_unit or one.unit
    if before is None:
        for name in ("year_ago", "change"):
            sheet.write_blank(row, places.index(name), None, book.look(**line))
        return
    book.value(sheet, row, places.index("year_ago"), before, unit, **line)
    at = places.index("change")
    if now is None or before.value is None:
        sheet.write_blank(row, at, None, book.look(**line))
    elif any(is_break(between) for between in one.year):
        book.text(sheet, row, at, book.say("not_comparable"), font_color="#4A5B63", **line)
    elif unit == "share":
        shape = f'+0.0" {book.say("points")}";-0.0" {book.say("points")}"'
        sheet.write_number(row, at, (now - before.value) * 100, book.look(num_format=shape, **line, **NUMBER))
    else:
        shape = "+#,##0.0;-#,##0.0;0"
        sheet.write_number(row, at, now - before.value, book.look(num_format=shape, **line, **NUMBER))


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
    sheet = book.sheet(book.say("sheet_details"), [30, 24, 26, 13, 10, 10, 10, 72, 30, 18])
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
            if cell.unit == "share" and cell.numerator is not None and cell.denominator is not None:
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
