"""A workbook being written: sheets in the direction of the language, text as text, absence as a word."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from publishers import summary
from publishers.report import Cell, Report
from texts import Language, text, word
from texts.values import flags, interval, reason
from texts.writing import Argument, direction

FONT = {"font_name": "Arial", "font_size": 11, "valign": "top", "text_wrap": True}
NUMBER_FORMATS = {
    "count": "#,##0.0", "share": "0.0%", "minutes": "#,##0.0", "seconds": "#,##0", "hours": "#,##0.0",
    "score_1_5": "0.00", "ils": '"₪"#,##0', "per_1000": "#,##0.0", "decimal": "0.00", "level_0_3": "0.00",
}  # fmt: skip
WHOLE_COUNT = "#,##0"
NUMBER = {"reading_order": 1, "align": "right"}
"""A sign stands before its number in every language."""
STATUS_LOOKS: dict[str, dict[str, Any]] = {
    # Never colour alone: the word of the status stands in the cell, the look only helps the eye.
    "missing": {"font_color": "#4A5B63", "pattern": 14, "fg_color": "#D5DBDE", "bg_color": "#FFFFFF", "italic": True},
    "suppressed": {"font_color": "#57418A", "bg_color": "#EEEAF6", "bold": True},
    "not_applicable": {"font_color": "#5B6770", "bg_color": "#ECEFF1"},
}
ACCENT, LINE = "#0B5F6B", "#C9D2D6"
MAX_CELL_CHARS = 32_000  # an Excel cell holds 32,767 characters
MAX_ROW_POINTS, MIN_ROW_POINTS = 409.0, 18.0
_LINE_OF_POINT = 1.3
"""Height of a line for each point of its letters, with what suites leave around it."""
_FILL = 0.95
"""So much of a column's width a line fills before its last word goes to the next."""
_BOLD = 0.9


_NO_PLACE = re.compile("[\u064b-\u0652\u0591-\u05c7\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def lines(text: str, width: float) -> int:
    """Into how many lines a cell so many letters wide breaks a text; marks that take no place count for nothing."""
    found = 0
    for part in text.split("\n"):
        found += 1
        if len(part) <= width:
            continue
        filled = 0.0
        for one in _NO_PLACE.sub("", part).split(" "):
            if filled and filled + 1 + len(one) > width:
                found, filled = found + 1, 0.0
            found += int(len(one) // width)  # a word longer than the cell is broken
            filled += len(one) + bool(filled)
    return found


class Book:
    """A workbook being written in one language."""

    def __init__(self, report: Report, language: Language) -> None:
        self.report = report
        self.language = language
        self.buffer = BytesIO()
        # Text is text: no formula and no link is ever made from what a town wrote.
        self.file = xlsxwriter.Workbook(
            self.buffer,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        self.widths: dict[str, list[int]] = {}
        self.heights: dict[str, dict[int, float]] = {}
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.head = summary.head(report, language)
        made = report.closed_at or datetime(int(report.month[:4]), int(report.month[5:]), 1, tzinfo=UTC)
        title = f"{self.say('report_title')} · {self.head['authority']} · {self.head['month']}"
        self.file.set_properties(
            {"title": title, "subject": self.say("report_purpose"), "author": self.head["authority"],
             "keywords": f"{report.authority} {report.month} r{report.revision}", "created": made.replace(tzinfo=None)}
        )  # fmt: skip
        self.file.set_custom_property("Language", {"he": "he-IL", "ar": "ar-IL", "en": "en-GB"}[language])

    def say(self, key: str, **values: Argument) -> str:
        """A sentence in the language of the workbook."""
        return text(f"report.{key}", self.language, **values)

    def look(self, **properties: Any) -> Any:
        """A cell format, each made once."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.file.add_format({**FONT, "reading_order": self.reading_order, **properties})
        return self.formats[key]

    @property
    def reading_order(self) -> int:
        """Excel's code: 1 left to right, 2 right to left."""
        return 1 if direction(self.language) == "ltr" else 2

    def sheet(self, name: str, widths: list[int], *, landscape: bool = True) -> Any:
        """A sheet in the direction of the language, ready to print on A4."""
        sheet = self.file.add_worksheet(name)
        if direction(self.language) == "rtl":
            sheet.right_to_left()
        self.widths[name], self.heights[name] = widths, {}
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        # An ampersand in a header begins a code; doubled it is itself.
        sheet.set_header("&C" + f"{self.head['authority']} · {self.head['month']}".replace("&", "&&"))
        sheet.set_footer("&C&P / &N")
        sheet.hide_gridlines(2)
        return sheet

    def text(self, sheet: Any, row: int, column: int, text: str, *, over: int = 1, **properties: Any) -> None:
        """Write text as text, `over` so many columns; its row grows with it."""
        if over > 1:
            sheet.merge_range(row, column, row, column + over - 1, "", self.look(**properties))
        sheet.write_string(row, column, text[:MAX_CELL_CHARS], self.look(**properties))
        size = properties.get("font_size", FONT["font_size"])
        width = sum(self.widths[sheet.get_name()][column : column + over]) * 11 / size * _FILL
        width *= _BOLD if properties.get("bold") else 1
        self.grow(sheet, row, lines(text, width) * size * _LINE_OF_POINT + 2)

    def grow(self, sheet: Any, row: int, points: float) -> None:
        """Make a row so high, if nothing in it needs more: not every suite finds the height of a row by itself."""
        heights = self.heights[sheet.get_name()]
        heights[row] = min(MAX_ROW_POINTS, max(points, heights.get(row, MIN_ROW_POINTS)))

    def header(self, sheet: Any, row: int, names: list[str]) -> None:
        """A row of column names that stays in sight and repeats on every printed page."""
        for column, name in enumerate(names):
            self.text(sheet, row, column, name, bold=True, font_color="#FFFFFF", bg_color=ACCENT, valign="vcenter")
        self.grow(sheet, row, 30)
        sheet.freeze_panes(row + 1, 0)
        sheet.repeat_rows(row)

    def value(self, sheet: Any, row: int, column: int, cell: Cell | None, unit: str, **properties: Any) -> None:
        """A number as a number; its absence as a word with its own look, never as a zero or an empty cell."""
        if cell is not None and cell.value is not None:
            shape = WHOLE_COUNT if unit == "count" and cell.value.is_integer() else NUMBER_FORMATS.get(unit, "General")
            sheet.write_number(row, column, cell.value, self.look(num_format=shape, **{**properties, **NUMBER}))
            return
        status = cell.status if cell else "missing"
        status = status if status in STATUS_LOOKS else "missing"
        looks = {**properties, **STATUS_LOOKS[status], "bold": status == "suppressed"}
        self.text(sheet, row, column, word("codes.statuses", status, self.language), **looks)

    def count(self, sheet: Any, row: int, column: int, amount: int | None, **properties: Any) -> None:
        """A number of people or events; blank where none is given."""
        if amount is None:
            sheet.write_blank(row, column, None, self.look(**properties))
        else:
            sheet.write_number(row, column, amount, self.look(num_format=WHOLE_COUNT, **{**properties, **NUMBER}))

    def quality(self, cell: Cell) -> str:
        """How sure a sample is of the value, and quality flags in words, one a line."""
        sure = interval(cell.lo, cell.hi, cell.unit, cell.quality, self.language)
        return "\n".join([*filter(None, [sure]), *flags(cell.quality, self.language, self.report.spaces)])

    def why(self, cell: Cell) -> str:
        """Why there is no value; '' where there is one."""
        return "" if cell.value is not None else reason(cell.reason, self.language)

    def finish(self) -> bytes:
        """The bytes of the workbook."""
        for sheet in self.file.worksheets():
            for row, points in self.heights.get(sheet.get_name(), {}).items():
                sheet.set_row(row, points)
        self.file.close()
        return self.buffer.getvalue()
