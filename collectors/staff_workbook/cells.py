"""One cell of the staff workbook to one value, by the type of its column.

Words in any of the three languages become codes. What cannot be taken is a CellError whose message
names the column and the remedy and never repeats what was typed: a cell may hold anything. What was understood although
it is not written as asked is a doubt of the book.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from collectors.remarks import Said, said
from collectors.staff_workbook.hidden_sheet import Contents
from collectors.staff_workbook.layout import WORDS, Column, SheetLayout, codes_of_words
from collectors.staff_workbook.plausible import unit_of
from collectors.staff_workbook.serials import clock_hours, day_of_serial, month_of_digits
from collectors.staff_workbook.wording import meant_by, suggested
from collectors.tabular import Cell, CellError, as_day, as_month, as_number, as_text, plain_text, written_day

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_INDICATOR = re.compile(r"[a-z][a-z_]*\.[a-z][a-z0-9_]*")
GREATEST_NUMBER = 1e12
"""No number an authority enters is larger: it is a slip of the finger, and the facts do not take it."""
_PHONE_DIGITS = range(8, 16)
_FIRST_YEAR, _LAST_YEAR = 1950, 2100
_FIRST_MONTH, _MONTHS_AHEAD = "2005-01", 24
_MARKS = {"true": "yes", "false": "no", "1": "yes", "0": "no", "v": "yes", "x": "no", "✓": "yes", "✔": "yes", "✗": "no"}
_YES_NO = {**codes_of_words("yes_no"), **_MARKS}


@dataclass
class Book:
    """What cells are read against: the hidden sheet, and the spaces the workbook names. `doubts` are of cells read."""

    contents: Contents
    space_codes: dict[str, str] = field(default_factory=dict)  # plain code or title -> code
    space_titles: dict[str, None] = field(default_factory=dict)  # as written, in order
    doubts: list[tuple[str, Said]] = field(default_factory=list)  # address and what is unlikely
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
        self.space_titles[title or code] = None

    def space_titled(self, title: str) -> str | None:
        """The code the town already gave to the space of this title."""
        plain = plain_text(title)
        return next((code for code, name in self.contents.spaces.items() if plain_text(name) == plain), None)


class WordError(CellError):
    """A word of no list: `meant` are those of the list that are near to it, `choices` the list itself."""

    def __init__(self, address: str, code: str, column: Column, typed: str, choices: Sequence[str]) -> None:
        super().__init__(address, code, column=column.id)
        self.meant, self.choices = suggested(typed, choices), tuple(choices)


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
            return _number(column, cell, row, book)
        case "phone":
            return _phone(column, cell)
    text = as_text(cell)
    if text is None:
        return None
    match column.type:
        case "code" if text in book.contents.spaces:  # as `kehila.toml` spells it
            return text
        case "words":
            return _found(codes_of_words(column.words), text, cell, "unknown_word", column, book, row, layout)
        case "yes_no":
            return _found(_YES_NO, text, cell, "unknown_word", column, book, row, layout) == "yes"
        case "indicator":
            known = book.known(layout.id, book.contents.indicators_of)
            return _found(known, text, cell, "unknown_indicator", column, book, row, layout)
        case "part":
            if (indicator := row.get("indicator")) is None:
                return None  # the row is refused for its indicator already
            known = book.known(indicator, book.contents.parts_of)
            return _found(known, text, cell, "unknown_part", column, book, row, layout)
        case "linked" if _INDICATOR.fullmatch(text):
            return text
        case "linked":
            return _found(book.contents.linked, text, cell, "unknown_indicator", column, book, row, layout)
        case "space":
            if plain_text(text) in book.ambiguous:
                raise problem(cell.address, "ambiguous_space", column)
            return _found(book.space_codes, text, cell, "space_not_listed", column, book, row, layout)
    return _text(column, cell, text)


def choices(layout: SheetLayout, column: Column, row: Mapping[str, Any], book: Book) -> list[str]:
    """What the drop-down list of a column holds in a row, in the workbook's language; [] where there is none."""
    contents, language = book.contents, book.contents.language
    match column.type:
        case "words" | "yes_no":
            return [texts[language] for texts in WORDS[column.words or "yes_no"].values()]
        case "indicator":
            return [one.indicator.title[language] for one in contents.entries.values() if one.sheet == layout.id]
        case "part" if row.get("indicator") in contents.entries:
            return [part.title[language] for part in contents.entries[row["indicator"]].indicator.parts]
        case "linked":
            return [title[language] for title in contents.linked_titles if language in title]
        case "space":
            return list(book.space_titles)
    return []


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


def _found(
    known: Mapping[str, str], text: str, cell: Cell, code: str, column: Column, book: Book, row: Mapping[str, Any],
    layout: SheetLayout,
) -> str:  # fmt: skip
    found = meant_by(text, known)
    if found is None:
        raise WordError(cell.address, code, column, text, choices(layout, column, row, book))
    if found.is_short:
        titles = choices(layout, column, row, book)
        title = next((one for one in titles if known.get(plain_text(one)) == found.code), found.code)
        book.doubts.append((cell.address, said("taken_as", title=title)))
    return found.code


def _month(column: Column, cell: Cell, book: Book) -> str | None:
    contents = book.contents
    if (day := day_of_serial(cell.value)) is not None:
        book.doubts.append((cell.address, said("serial_as_month", month=f"{day:%Y-%m}")))
    month = month_of_digits(cell.value) or (
        f"{day:%Y-%m}" if day else as_month(cell, _is_day_first(column, cell, book))
    )
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
    if (day := day_of_serial(cell.value)) is not None:
        book.doubts.append((cell.address, said("serial_as_day", day=day.isoformat())))
    day = day or as_day(cell, _is_day_first(column, cell, book))
    if day is not None and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise problem(cell.address, "year_out_of_range", column)
    return day


def _number(column: Column, cell: Cell, row: Mapping[str, Any], book: Book) -> float | int | None:
    is_hours = unit_of(row.get("indicator") or "", row.get("part"), book.contents.entries) == "hours"
    number = clock_hours(cell.value) if is_hours else None
    if number is not None:
        book.doubts.append((cell.address, said("clock_as_hours", hours=f"{number:.2f}".rstrip("0").rstrip("."))))
    else:
        number = as_number(cell)
    if number is None:
        return None
    if column.type == "share" and not 0 <= number <= 1:
        raise problem(cell.address, "not_a_share", column)
    if column.minimum is not None and number < column.minimum:
        raise problem(cell.address, "too_small", column)
    if abs(number) > GREATEST_NUMBER:
        raise problem(cell.address, "number_too_large", column)
    if column.type == "whole":
        if not number.is_integer():
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
