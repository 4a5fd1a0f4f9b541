"""One cell of the staff workbook to one value, by the type of its column.

Words in any of the three languages become codes. What cannot be taken is a CellError whose message
names the column and the remedy and never repeats what was typed: a cell may hold anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from collectors.staff_workbook.hidden_sheet import Contents
from collectors.staff_workbook.layout import Column, SheetLayout, codes_of_words
from collectors.tabular import Cell, CellError, as_day, as_month, as_number, as_text, plain_text, written_day

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_INDICATOR = re.compile(r"[a-z][a-z_]*\.[a-z][a-z0-9_]*")
_PHONE_DIGITS = range(8, 16)
_FIRST_YEAR, _LAST_YEAR = 1950, 2100
_FIRST_MONTH, _MONTHS_AHEAD = "2005-01", 24
_MARKS = {"true": "yes", "false": "no", "1": "yes", "0": "no", "v": "yes", "x": "no", "✓": "yes", "✔": "yes", "✗": "no"}
_YES_NO = {**codes_of_words("yes_no"), **_MARKS}


@dataclass
class Book:
    """What cells are read against: the hidden sheet, and the spaces the workbook names."""

    contents: Contents
    space_codes: dict[str, str] = field(default_factory=dict)  # plain code or title -> code
    ambiguous: set[str] = field(default_factory=set)  # plain titles two spaces share
    lists: dict[str, Mapping[str, str]] = field(default_factory=dict)  # drop-downs as read back, made once
    day_first: dict[str, bool | None] = field(default_factory=dict)  # column -> its order; None: written in both

    def known(self, name: str, make: Callable[[str], Mapping[str, str]]) -> Mapping[str, str]:
        """The words of a drop-down of this workbook."""
        if name not in self.lists:
            self.lists[name] = make(name)
        return self.lists[name]

    def add_space(self, code: str, title: str) -> None:
        """Make a space known by its code and by its title."""
        plain = plain_text(title)
        if plain and self.space_codes.get(plain, code) != code:
            self.ambiguous.add(plain)
        elif plain:
            self.space_codes[plain] = code
        self.space_codes[plain_text(code)] = code

    def space_titled(self, title: str) -> str | None:
        """The code the town already gave to the space of this title."""
        plain = plain_text(title)
        return next((code for code, name in self.contents.spaces.items() if plain_text(name) == plain), None)


def problem(address: str, code: str, column: Column) -> CellError:
    """The error of a cell of a column; the reader writes the column's title in the workbook's own language."""
    return CellError(address, code, column=column.id)


def parse_cell(layout: SheetLayout, column: Column, cell: Cell | None, row: Mapping[str, Any], book: Book) -> Any:
    """The value of a cell, None when blank. `row` holds the columns before it (a part needs its indicator)."""
    if cell is None or (cell.value is None and not cell.is_formula_without_value):
        return None
    match column.type:
        case "month":
            return _month(column, cell, book)
        case "day":
            return _day(column, cell, book)
        case "number" | "whole" | "share":
            return _number(column, cell)
        case "phone":
            return _phone(column, cell)
    text = as_text(cell)
    if text is None:
        return None
    match column.type:
        case "code" if text in book.contents.spaces:  # as `kehila.toml` spells it
            return text
        case "words":
            return _found(codes_of_words(column.words), text, cell, "unknown_word", column)
        case "yes_no":
            return _found(_YES_NO, text, cell, "unknown_word", column) == "yes"
        case "indicator":
            return _found(book.known(layout.id, book.contents.indicators_of), text, cell, "unknown_indicator", column)
        case "part":
            return _part(column, cell, text, row.get("indicator"), book)
        case "linked":
            return _linked(column, cell, text, book)
        case "space":
            if plain_text(text) in book.ambiguous:
                raise problem(cell.address, "ambiguous_space", column)
            return _found(book.space_codes, text, cell, "space_not_listed", column)
    return _text(column, cell, text)


def _text(column: Column, cell: Cell, text: str) -> Any:
    match column.type:
        case "evidence":
            return True  # that something was named; the text itself stays in the workbook
        case "names":
            return [name for name in (part.strip() for part in re.split("[;؛]", text)) if name]
        case "code" if not _CODE.fullmatch(text.casefold()):
            raise problem(cell.address, "not_a_code", column)
        case "code":
            return text.casefold()
        case "email" if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
            raise problem(cell.address, "not_an_email", column)
    return text


def _found(known: Mapping[str, str], text: str, cell: Cell, code: str, column: Column) -> str:
    found = known.get(plain_text(text))
    if found is None:
        raise problem(cell.address, code, column)
    return found


def _part(column: Column, cell: Cell, text: str, indicator: str | None, book: Book) -> str | None:
    if indicator is None:
        return None  # the row is refused for its indicator already
    return _found(book.known(indicator, book.contents.parts_of), text, cell, "unknown_part", column)


def _linked(column: Column, cell: Cell, text: str, book: Book) -> str:
    if _INDICATOR.fullmatch(text):
        return text
    return _found(book.contents.linked, text, cell, "unknown_indicator", column)


def _month(column: Column, cell: Cell, book: Book) -> str | None:
    contents = book.contents
    month = as_month(cell, _is_day_first(column, cell, book))
    if month is None:
        return None
    last = _plus_months(max(contents.months), _MONTHS_AHEAD) if contents.months else f"{_LAST_YEAR}-12"
    if not _FIRST_MONTH <= month <= last:
        raise problem(cell.address, "year_out_of_range", column)
    return month


def _plus_months(month: str, number: int) -> str:
    # The list of months may hold anything once people edited the hidden sheet.
    if not re.fullmatch(r"\d{4}-\d{2}", month):
        return f"{_LAST_YEAR}-12"
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + number
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def _is_day_first(column: Column, cell: Cell, book: Book) -> bool:
    """The order of day and month in the cell's column; in one written in both only words and 2026-10-31 count."""
    is_day_first = book.day_first.get(column.id, True)
    if is_day_first is None and (isinstance(cell.value, date) or written_day(cell) is not None):
        raise problem(cell.address, "day_undecided", column)
    return is_day_first is not False


def _day(column: Column, cell: Cell, book: Book) -> date | None:
    day = as_day(cell, _is_day_first(column, cell, book))
    if day is not None and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise problem(cell.address, "year_out_of_range", column)
    return day


def _number(column: Column, cell: Cell) -> float | int | None:
    number = as_number(cell)
    if number is None:
        return None
    if column.type == "share" and not 0 <= number <= 1:
        raise problem(cell.address, "not_a_share", column)
    if column.minimum is not None and number < column.minimum:
        raise problem(cell.address, "too_small", column)
    if column.type == "whole":
        if not number.is_integer() or abs(number) > 1e15:
            raise problem(cell.address, "not_whole", column)
        return int(number)
    return number


def _phone(column: Column, cell: Cell) -> str | None:
    text = as_text(cell)
    if text is None:
        return None
    digits = sum(c.isdigit() for c in text)
    # Excel turns 050... into a number and drops the zero; such a number never starts with a country code.
    if isinstance(cell.value, (int, float)) and digits in (8, 9):
        return f"0{text}"
    if digits not in _PHONE_DIGITS or any(c.isalpha() for c in text):
        raise problem(cell.address, "not_a_phone", column)
    return text
