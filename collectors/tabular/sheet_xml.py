"""The XML of one worksheet to rows, within a budget of cells shared by the whole workbook."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from xml.etree.ElementTree import Element  # types only: parsing is defusedxml's

from collectors.errors import RejectFile
from collectors.tabular.cells import Cell, Row, Value
from collectors.tabular.letters import column_letter

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_WHOLE = re.compile(r"\s*-?[0-9]{1,15}\s*")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_LAST_SERIAL = 2_958_465  # 9999-12-31
_MAX_MERGES = 65_536

Area = tuple[int, int, int, int]


@dataclass
class Book:
    """What all sheets of a workbook share. `cells_left` shrinks as sheets are read."""

    strings: list[str]
    date_styles: frozenset[int]
    is_1904: bool
    cells_left: int


def read_sheet(parts: Iterator[tuple[str, Element]], book: Book, first_rows: int | None) -> list[Row]:
    """The filled rows of a sheet in order. Raises RejectFile `too_many_cells` before it is built."""
    grid: dict[int, dict[int, Cell]] = {}
    merges: list[Area] = []
    hidden: set[int] = set()
    row, column, elements, tallest, widest = 0, 0, 0, 0, 0
    for event, element in parts:
        tag = local(element.tag)
        if event == "start":
            if tag == "row":
                row, column = int(element.get("r", row + 1)), 0
                if element.get("hidden", "0") in ("1", "true"):
                    hidden.add(row)
                if first_rows is not None and len(grid) >= first_rows:
                    break
        elif tag == "c":
            elements += 1
            at, column = _position(element, row, column)
            if elements > book.cells_left:
                raise RejectFile("too_many_cells")
            cell = _cell(element, at, column, book)
            if cell is not None:
                grid.setdefault(at, {})[column] = cell
                tallest, widest = max(tallest, at), max(widest, column)
                _refuse_span(tallest * widest, book.cells_left)
        elif tag == "mergeCell" and len(merges) < _MAX_MERGES:
            merges.append(_area(element.get("ref", "")))
    rows = [_filled_row(number, grid[number], number in hidden) for number in sorted(grid)]
    book.cells_left -= max(elements, sum(len(r.cells) for r in rows))
    _mark_merged(rows, merges)
    return rows


@lru_cache(20_000)
def _column(letters: str) -> int:
    from openpyxl.utils import column_index_from_string

    return int(column_index_from_string(letters))


def _position(element: Element, row: int, column: int) -> tuple[int, int]:
    address = element.get("r")
    if address is None:
        return row, column + 1
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError("cell address")
    found = int(match[2]), _column(match[1])
    if found[0] > _LAST_ROW or found[1] > _LAST_COLUMN:
        raise ValueError("cell address")
    return found


def _refuse_span(spanned: int, limit: int) -> None:
    if spanned > limit:
        raise RejectFile("too_many_cells")


def _cell(element: Element, row: int, column: int, book: Book) -> Cell | None:
    """The cell, or None when it is only formatted."""
    kind = element.get("t", "n")
    has_formula, stored, inline = False, "", None
    for child in element:
        tag = local(child.tag)
        if tag == "f":
            has_formula = True
        elif tag == "v":
            stored = child.text or ""
        elif tag == "is":
            inline = child
    address = f"{column_letter(column)}{row}"
    if inline is not None:
        return _text_cell(address, rich_text(inline))
    if not stored:
        # A formula that gives the empty text is stored as text (`str`); one never computed is not.
        return Cell(address, None, is_formula_without_value=True) if has_formula and kind != "str" else None
    if kind in ("str", "e"):
        return _text_cell(address, _unescaped(stored))
    if kind == "s":
        return _text_cell(address, book.strings[int(stored)])
    if kind == "b":
        return Cell(address, stored.strip() in ("1", "true"))
    if kind == "d":
        return Cell(address, _iso(stored))
    number = _number(stored)
    if int(element.get("s", "0")) in book.date_styles:
        return Cell(address, date_of_serial(number, book.is_1904))
    return Cell(address, number)


def _text_cell(address: str, text: str) -> Cell | None:
    return Cell(address, text) if text and not text.isspace() else None


def _unescaped(text: str) -> str:
    """The text without the format's own escapes (_x000D_)."""
    if "_x" not in text:
        return text
    from openpyxl.utils.escape import unescape

    return str(unescape(text))


def _number(stored: str) -> int | float:
    return int(stored) if _WHOLE.fullmatch(stored) else float(stored)


def _iso(stored: str) -> Value:
    try:
        moment = datetime.fromisoformat(stored)
    except ValueError:
        return stored
    return moment.date() if moment.time() == datetime.min.time() else moment


def date_of_serial(serial: float, is_1904: bool) -> date | datetime | int | float:
    """The day, or day and time, a date cell shows; the number itself when no such day exists.

    The 1900 system counts a 29 February 1900 (serial 60) that never was, so days before it are one
    off. A serial under 1 is a time of day, one past the year 9999 a mistake.
    """
    if not math.isfinite(serial) or not 0 <= serial < _LAST_SERIAL + 1:
        return serial
    if is_1904:
        epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - a cell's clock has no zone
    elif serial < 1 or 60 <= serial < 61:
        return serial
    else:
        epoch = datetime(1899, 12, 30 if serial > 60 else 31)  # noqa: DTZ001
    try:
        moment = epoch + timedelta(days=int(serial), seconds=round((serial - int(serial)) * 86_400))
    except OverflowError:
        return serial
    return moment.date() if moment.time() == datetime.min.time() else moment


def _filled_row(number: int, cells: dict[int, Cell], is_hidden: bool) -> Row:
    blank = (Cell(f"{column_letter(i)}{number}", None) for i in range(1, max(cells) + 1))
    return Row(number, [cells.get(i, cell) for i, cell in enumerate(blank, start=1)], is_hidden)


def _area(reference: str) -> Area:
    first, _, last = reference.partition(":")
    corners = [_ADDRESS.fullmatch(corner) for corner in (first, last or first)]
    if corners[0] is None or corners[1] is None:
        raise ValueError("merged area")
    (left, top), (right, bottom) = ((_column(corner[1]), int(corner[2])) for corner in corners if corner is not None)
    return top, left, bottom, right


def _mark_merged(rows: list[Row], merges: list[Area]) -> None:
    """Mark the cells of merged areas; areas of a sound file do not overlap, so each cell is met once."""
    budget = 2 * sum(len(row.cells) for row in rows) + len(rows)
    by_number = {row.number: row for row in rows}
    numbers = sorted(by_number)
    for top, left, bottom, right in merges:
        inside = range(top, bottom + 1) if bottom - top < len(numbers) else numbers
        for number in inside:
            row = by_number.get(number)
            if row is None or not top <= number <= bottom:
                continue
            for cell in row.cells[left - 1 : right]:
                cell.is_merged = True
                budget -= 1
            if budget < 0:
                raise ValueError("merged areas overlap")


@lru_cache(1_000)
def local(name: str) -> str:
    """A tag or attribute without its namespace: the strict and the usual dialect differ in it alone."""
    return name.rpartition("}")[2]


def rich_text(element: Element) -> str:
    """The text of a string item: its runs joined, without the reading aids (phonetic runs)."""
    parts = []
    for child in element:
        tag = local(child.tag)
        if tag == "t":
            parts.append(child.text or "")
        elif tag == "r":
            parts.extend(run.text or "" for run in child if local(run.tag) == "t")
    return _unescaped("".join(parts))
