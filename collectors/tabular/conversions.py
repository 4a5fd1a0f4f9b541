"""One cell to one value. A conversion never guesses: it converts, or it names the cell and the remedy."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from collectors.tabular.calendar_words import MONTH_OF_WORD
from collectors.tabular.cells import Cell, CellError

MAX_TEXT = 32_767
"""Longest text of a cell, Excel's own limit; a longer one is a broken file, not an answer."""


_SPACES = re.compile(r"\s+")
_ERROR_VALUES = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"}
)
_DAY = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?:[T,\s]+\d{1,2}:\d{2}.*)?")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)? ?(?:Z|UTC|[+-]\d{2}:?\d{2})")
_TIME = re.compile(r"[T,\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:\s*([AaPp])\.?[Mm]\.?)?")
_MONTH = re.compile(r"(?:(\d{4})[./-](\d{1,2})|(\d{1,2})[./-](\d{4}))")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_SHORT_NUMBER = re.compile(r"[+-]?[\d.,]+\s?(?:[kKmM]|אלף|אלפים|מיליון|ألف|مليون)\.?")


def as_text(cell: Cell | None) -> str | None:
    """The cell as text with surrounding and repeated white space and direction marks removed."""
    if cell is None:
        return None
    _need_value(cell)
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


def as_number(cell: Cell | None) -> float | None:
    """The cell as a number: digits of any script, thousands separators, a percent sign (45% is 0.45)."""
    if cell is None:
        return None
    _need_value(cell)
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
    return _number_of_text(cell, _western_digits(text))


def _number_of_text(cell: Cell, text: str) -> float:
    plain = text.replace("٬", ",").replace("٫", ".").replace("−", "-")
    if _SHORT_NUMBER.fullmatch(plain):
        raise CellError(cell.address, "abbreviated_number")
    plain = plain.removeprefix("₪").removesuffix("₪").strip()
    is_percent = plain.endswith(("%", "٪"))
    plain = plain.rstrip("%٪").strip()
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"[+-]?\d{1,3}(?: \d{3})+", plain):
        plain = plain.replace(" ", "")
    if not _PLAIN_NUMBER.fullmatch(plain):
        raise _not_a_number(cell)
    number = float(plain)
    if not math.isfinite(number):
        raise CellError(cell.address, "number_out_of_range")
    return number / 100 if is_percent else number


def as_day(cell: Cell | None, day_first: bool = True, timezone: str | None = None) -> date | None:
    """The cell as a day; a time of day after it does not count. 03/04/2026 is 3 April when `day_first`.

    With `timezone`, an instant written with its offset (2026-10-31T22:30Z) is the day it was there.

    Two-digit years stand for 2010 to 2049 only: 26/04/03 could be three different days. A plain
    number is not a day; a date cell whose serial is impossible (29 February 1900, year 29280) was
    kept as a number by the reader and so is refused here too.
    """
    if cell is None:
        return None
    _need_value(cell)
    value = cell.value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if value is None:
        return None
    if not isinstance(value, str):
        raise _not_a_day(cell)
    text = as_text(cell)
    if text is None:
        return None
    text = _western_digits(text)
    if timezone is not None and _INSTANT.fullmatch(text):
        return _day_of_instant(cell, text, timezone)
    match = _DAY.fullmatch(text)
    if match:
        return _day_of_numbers(cell, match, day_first)
    return _day_of_words(cell, text)


def numbers_of_day(cell: Cell | None) -> tuple[int, int] | None:
    """The first two numbers of a day written 31/10/2026 or 10/31/2026; None for anything else, a year first too."""
    try:
        text = as_text(cell) if cell is not None and isinstance(cell.value, str) else None
    except CellError:
        return None
    match = _DAY.fullmatch(_western_digits(text)) if text else None
    return (int(match[1]), int(match[2])) if match and len(match[1]) <= 2 else None


def as_time(cell: Cell | None, timezone: str, day_first: bool = True) -> datetime | date | None:
    """The cell as an instant in UTC; as a day where no time of day is written. Days are read as `as_day` does.

    What is written without an offset is the clock of `timezone`; of an hour that stands twice when the clock is
    turned back, the first.
    """
    day = as_day(cell, day_first, timezone)
    if cell is None or day is None:
        return None
    value = cell.value
    try:
        if isinstance(value, str):
            text = _western_digits(as_text(cell) or "")
            if _INSTANT.fullmatch(text):
                return datetime.fromisoformat(text.replace("UTC", "Z").replace(" Z", "Z")).astimezone(UTC)
            _, colon, _ = text.partition(":")
            found = _TIME.search(text)
            if found is None or found.end() != len(text):
                if colon:
                    raise _not_a_day(cell)
                return day
            value = datetime.combine(day, _time_of(found))
        if not isinstance(value, datetime):
            return day
        return value.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _not_a_day(cell) from None


def _time_of(found: re.Match[str]) -> time:
    hour, minute, second, half = int(found[1]), int(found[2]), int(found[3] or 0), (found[4] or "").lower()
    if half and not 1 <= hour <= 12:
        raise ValueError
    return time(hour % 12 + (12 if half == "p" else 0) if half else hour, minute, second)


def _day_of_instant(cell: Cell, text: str, timezone: str) -> date:
    try:
        moment = datetime.fromisoformat(text.replace("UTC", "Z").replace(" Z", "Z"))
        return moment.astimezone(ZoneInfo(timezone)).date()
    except (ValueError, OverflowError):
        raise _not_a_day(cell) from None


def _day_of_numbers(cell: Cell, match: re.Match[str], day_first: bool) -> date:
    first, second, third = match.groups()
    if len(first) == 4:
        year, month, day = int(first), int(second), int(third)
    elif len(first) <= 2 and len(third) in (2, 4):
        year = int(third) if len(third) == 4 else _full_year(cell, int(third))
        day, month = (int(first), int(second)) if day_first else (int(second), int(first))
    else:
        raise _not_a_day(cell)
    try:
        return date(year, month, day)
    except ValueError:
        raise _not_a_day(cell) from None


def _day_of_words(cell: Cell, text: str) -> date:
    """`Oct 1, 2026`, `1 October 2026`, `1 באוקטובר 2026`, `1 تشرين الأول 2026`."""
    month = _month_word(text)
    numbers = re.findall(r"\d+", text.split(":")[0])
    day = next((int(n) for n in numbers if len(n) <= 2), None)
    year = next((int(n) for n in numbers if len(n) == 4), None)
    if month is None or day is None or year is None:
        raise _not_a_day(cell)
    try:
        return date(year, month, day)
    except ValueError:
        raise _not_a_day(cell) from None


def as_month(cell: Cell | None) -> str | None:
    """The cell as a month `YYYY-MM`: a date, `2026-10`, `10/2026`, or a month's name and a year."""
    if cell is None:
        return None
    _need_value(cell)
    value = cell.value
    if isinstance(value, date):
        return f"{value.year:04d}-{value.month:02d}"
    if value is None:
        return None
    if not isinstance(value, str):
        raise _not_a_month(cell)
    text = as_text(cell)
    if text is None:
        return None
    text = _western_digits(text)
    match = _MONTH.fullmatch(text)
    if match:
        year, month = (match[1], match[2]) if match[1] else (match[4], match[3])
        if 1 <= int(month) <= 12:
            return f"{int(year):04d}-{int(month):02d}"
        raise _not_a_month(cell)
    word = _month_word(text)
    years = re.findall(r"(?<!\d)\d{4}(?!\d)", text)
    if word is not None and len(years) == 1:
        return f"{years[0]}-{word:02d}"
    if _DAY.fullmatch(text):
        day = as_day(cell)
        return f"{day.year:04d}-{day.month:02d}" if day else None
    raise _not_a_month(cell)


def _month_word(text: str) -> int | None:
    words = re.sub(r"[\d.,:׳'’/-]+", " ", text.casefold()).split()
    pairs = [" ".join(words[i : i + 2]) for i in range(len(words))]
    found = {MONTH_OF_WORD[w] for w in (*pairs, *words) if w in MONTH_OF_WORD}
    return found.pop() if len(found) == 1 else None


def _full_year(cell: Cell, two_digits: int) -> int:
    if 10 <= two_digits <= 49:
        return 2000 + two_digits
    raise CellError(cell.address, "two_digit_year")


def _western_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _need_value(cell: Cell) -> None:
    if cell.is_formula_without_value:
        raise CellError(cell.address, "formula_without_value")


def _not_a_number(cell: Cell) -> CellError:
    return CellError(cell.address, "not_a_number")


def _not_a_day(cell: Cell) -> CellError:
    return CellError(cell.address, "not_a_date")


def _not_a_month(cell: Cell) -> CellError:
    return CellError(cell.address, "not_a_month")
