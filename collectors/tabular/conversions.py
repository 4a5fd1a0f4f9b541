"""One cell to one text or number. A conversion never guesses: it converts, or it names the cell and the remedy."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable

from collectors.tabular.cells import Cell, CellError

MAX_TEXT = 32_767
"""Longest text of a cell, Excel's own limit; a longer one is a broken file, not an answer."""


_LONGEST_NUMBER = 40
_SPACES = re.compile(r"\s+")
_ERROR_VALUES = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"}
)
_BY_BLANKS = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?")
_EITHER_WAY = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
"""1,234 and 1.234: a thousand or one and a bit, by what the column writes."""
_WITH_COMMA = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+|[+-]?\d{1,3}(?:\.\d{3}){2,}")
_WITH_POINT = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)\.\d+|[+-]?\d{1,3}(?:,\d{3}){2,}")
_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_SHORT_NUMBER = re.compile(r"[+-]?[\d.,]+\s?(?:[kKmM]|אלף|אלפים|מיליון|ألف|مليون)\.?")


def as_text(cell: Cell | None) -> str | None:
    """The cell as text with surrounding and repeated white space and direction marks removed."""
    if cell is None:
        return None
    need_value(cell)
    value = cell.value
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if not isinstance(value, str):
        return str(value)
    if len(value) > MAX_TEXT:
        raise CellError(cell.address, "text_too_long")
    if "\0" in value:
        raise CellError(cell.address, "broken_text")
    text = "".join(c for c in value if unicodedata.category(c) != "Cf")
    text = _SPACES.sub(" ", text).strip()
    if text in _ERROR_VALUES:
        raise CellError(cell.address, "formula_error", shown=text)
    return text or None


def as_number(cell: Cell | None, decimal_comma: bool | None = False) -> float | None:
    """The cell as a number: digits of any script, thousands separators, a percent sign (45% is 0.45).

    3,5 is three and a half. 1,234 is a thousand unless its column `has_decimal_comma`; None says that the column writes
    both, and such a number is put aside.
    """
    if cell is None:
        return None
    need_value(cell)
    value = cell.value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
        raise CellError(cell.address, "number_out_of_range")
    if value is None:
        return None
    if not isinstance(value, str):
        raise _not_a_number(cell)
    text = as_text(cell)
    if text is None:
        return None
    return _number_of_text(cell, western_digits(text), decimal_comma)


def as_count(cell: Cell | None, decimal_comma: bool | None = False) -> int | None:
    """The cell as a whole number that counts something: 0 or more. Nobody counts in thousandths: 1.234 is thousands.

    `decimal_comma` is what its table `has_decimal_comma`, as of `as_number`.
    """
    is_grouped = cell is not None and isinstance(cell.value, str) and "." in cell.value
    found = as_number(cell, is_grouped if decimal_comma is False else decimal_comma)
    if found is None or cell is None:
        return None
    if found < 0 or not found.is_integer():
        raise CellError(cell.address, "not_a_count")
    return int(found)


def has_decimal_comma(cells: Iterable[Cell | None]) -> bool | None:
    """Whether a table writes three and a half as 3,5, as the texts among its numbers show; None where both ways."""
    written = (
        cell.value for cell in cells if cell and isinstance(cell.value, str) and len(cell.value) <= _LONGEST_NUMBER
    )
    texts = [_bare_number(western_digits(text))[0] for text in written]
    commas, points = (
        any(mark.fullmatch(text) and not _EITHER_WAY.fullmatch(text) for text in texts)
        for mark in (_WITH_COMMA, _WITH_POINT)
    )
    return None if commas and points else commas


def _bare_number(text: str) -> tuple[str, bool]:
    """A number's digits and signs alone, and whether a percent sign stood by them."""
    plain = text.strip().replace("٬", ",").replace("٫", ".").replace("−", "-")
    plain = plain.removeprefix("₪").removesuffix("₪").strip()
    return plain.rstrip("%٪").strip(), plain.endswith(("%", "٪"))


def _number_of_text(cell: Cell, text: str, decimal_comma: bool | None) -> float:
    plain, is_percent = _bare_number(text)
    if _SHORT_NUMBER.fullmatch(plain):
        raise CellError(cell.address, "abbreviated_number")
    if _BY_BLANKS.fullmatch(plain):
        plain = plain.replace(" ", "").replace(",", ".")
    elif _EITHER_WAY.fullmatch(plain):
        if decimal_comma is None:
            raise CellError(cell.address, "number_undecided")
        plain = plain.replace(".", "").replace(",", ".") if decimal_comma else plain.replace(",", "")
    elif _WITH_COMMA.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif _WITH_POINT.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _PLAIN_NUMBER.fullmatch(plain):
        raise _not_a_number(cell)
    number = float(plain)
    if not math.isfinite(number):
        raise CellError(cell.address, "number_out_of_range")
    return number / 100 if is_percent else number


def western_digits(text: str) -> str:
    """The text with the digits of other scripts as 0 to 9."""
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def need_value(cell: Cell) -> None:
    """Raises CellError for a formula whose value was not stored."""
    if cell.is_formula_without_value:
        raise CellError(cell.address, "formula_without_value")


def _not_a_number(cell: Cell) -> CellError:
    return CellError(cell.address, "not_a_number")
