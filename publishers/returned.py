"""A staff workbook that goes back to whoever filled it in: the same file, what could not be taken marked at its cell.

Red is refused, yellow is taken and unlikely; a note on the cell says what and what to do; a first sheet lists it all.
Marks of an earlier time go. Belongs here: cells, notes, the sheet. Does not: what is wrong, where the file is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill

from texts import Language, text
from texts.cell_notes import Note, Said, cell_lines
from texts.writing import day_text, direction

RED, YELLOW = "FFFFC7CE", "FFFFEB9C"
_AUTHOR = "Kehila"
_SIGN = "קהילה · Kehila"
"""Begins each note of ours: an office programme may forget who wrote it."""
_WIDTHS = (24, 14, 90)
_NOTE_SIZE = (420, 40, 26)  # pixels: width, height of the head, height of a line
_CHARS_OF_A_LINE = 60


@dataclass(frozen=True)
class Summary:
    """What the first sheet says beside the notes: rows `taken` and `refused` by sheet, and what else was noticed."""

    title: str
    town: str
    day: date
    taken: Mapping[str, int]
    refused: Mapping[str, int]
    remarks: Sequence[str | Said]


def returned(content: bytes, notes: Sequence[Note], summary: Summary, language: Language) -> bytes:
    """The workbook `content` with its notes and the sheet `summary.title` before all others."""
    book = load_workbook(BytesIO(content))
    for sheet in book.worksheets:
        _clean(sheet)
    if summary.title in book.sheetnames:
        del book[summary.title]
    by_cell: dict[tuple[str, str], list[Note]] = {}
    for note in notes:
        by_cell.setdefault((note.sheet, note.address), []).append(note)
    for (name, address), some in by_cell.items():
        if name in book.sheetnames:
            _mark(book[name], address, some, language)
    _first_sheet(book, by_cell, summary, language)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _clean(sheet: Any) -> None:
    """Take away what an earlier return marked."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment is not None and (cell.comment.author == _AUTHOR or cell.comment.text.startswith(_SIGN)):
                cell.comment = None
            if cell.has_style and cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in (RED, YELLOW):
                cell.fill = PatternFill()


def _mark(sheet: Any, address: str, notes: Sequence[Note], language: Language) -> None:
    cell = sheet[address]
    if isinstance(cell, MergedCell):
        area = next(one for one in sheet.merged_cells.ranges if address in one)
        cell = sheet.cell(area.min_row, area.min_col)
    lines = [line for note in notes for line in cell_lines(note, language)]
    colour = RED if any(note.is_refused for note in notes) else YELLOW
    cell.fill = PatternFill("solid", fgColor=colour)
    was = cell.comment.text if cell.comment is not None else ""
    comment = Comment("\n".join([_SIGN, *lines, *([was] if was else [])]), _AUTHOR)
    comment.width, head, each = _NOTE_SIZE
    comment.height = head + each * sum(1 + len(line) // _CHARS_OF_A_LINE for line in lines)
    cell.comment = comment


def _first_sheet(
    book: Any, by_cell: Mapping[tuple[str, str], Sequence[Note]], summary: Summary, language: Language
) -> None:
    sheet = book.create_sheet(summary.title, 0)
    book.active = 0
    for one in book.worksheets[1:]:
        one.sheet_view.tabSelected = False
    order = 2 if direction(language) == "rtl" else 1
    sheet.sheet_view.rightToLeft = order == 2
    for letter, width in zip("ABC", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    writer = _Writer(sheet, order, language)
    writer.line(text("returned.heading", language), size=16)
    writer.line(text("returned.checked", language, day=day_text(summary.day, language), town=summary.town))
    is_clean = not by_cell and not summary.refused
    for key in ("all_taken",) if is_clean else ("to_mend", "what_next"):
        writer.line(text(f"returned.{key}", language))
    writer.heading("taken")
    writer.table(("sheet", "rows"), [(name, count) for name, count in summary.taken.items()])
    for heading, is_refused, colour in (("aside", True, RED), ("doubted", False, YELLOW)):
        writer.heading(heading)
        rows = [
            (name, address, "\n".join(line for note in some for line in cell_lines(note, language)))
            for (name, address), all_of in by_cell.items()
            if (some := [note for note in all_of if note.is_refused is is_refused])
        ]
        writer.table(("sheet", "cell", "why"), rows, colour)
    if summary.remarks:
        writer.heading("also_noted")
        for remark in summary.remarks:
            writer.line(
                remark if isinstance(remark, str) else text(f"remarks.{remark.code}", language, **remark.arguments)
            )


class _Writer:
    """Writes the first sheet from top to bottom."""

    def __init__(self, sheet: Any, reading_order: int, language: Language) -> None:
        self.sheet, self.language, self.row = sheet, language, 1
        self.alignment = Alignment(wrap_text=True, vertical="top", readingOrder=reading_order)

    def line(self, said: str, *, size: int = 11, bold: bool = False) -> None:
        self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=1, end_column=len(_WIDTHS))
        self._write(1, said, Font(name="Arial", size=size, bold=bold or size > 11))
        self._height([(said, sum(_WIDTHS))], size)

    def heading(self, key: str) -> None:
        self.row += 1
        self.line(text(f"returned.{key}", self.language), size=13)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str | int]], colour: str = "") -> None:
        if not rows:
            self.line(text("returned.nothing", self.language))
            return
        for at, head in enumerate(heads, start=1):
            self._write(at, text(f"returned.{head}", self.language), Font(name="Arial", size=11, bold=True))
        self.row += 1
        for row in rows:
            for at, value in enumerate(row, start=1):
                self._write(at, value, Font(name="Arial", size=11))
                if heads[at - 1] == "cell":
                    cell = self.sheet.cell(self.row, at)
                    cell.hyperlink = f"#'{str(row[0]).replace(chr(39), chr(39) * 2)}'!{value}"
                    cell.font = Font(name="Arial", size=11, underline="single", color="FF0B5F6B")
                    cell.fill = PatternFill("solid", fgColor=colour)
            self._height([(str(value), _WIDTHS[at]) for at, value in enumerate(row)], 11)

    def _write(self, at: int, value: str | int, font: Font) -> None:
        cell = self.sheet.cell(self.row, at)
        cell.value, cell.font, cell.alignment = value, font, self.alignment
        if isinstance(value, str):
            cell.data_type = "s"  # text is text: what a town calls a sheet makes no formula

    def _height(self, said: Sequence[tuple[str, int]], size: int) -> None:
        """Give the row the height its text needs: not every programme finds it by itself."""
        lines = max(sum(1 + len(part) // width for part in text.split("\n")) for text, width in said)
        self.sheet.row_dimensions[self.row].height = lines * size * 1.5
        self.row += 1
