"""One cell to one day, time or month, by the order of day and month its column has."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from collectors.tabular.calendar_words import MONTH_OF_WORD
from collectors.tabular.cells import Cell, CellError
from collectors.tabular.conversions import as_text, need_value, western_digits

_DAY = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?:[T,\s]+\d{1,2}:\d{2}.*)?")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)? ?(?:Z|UTC|[+-]\d{2}:?\d{2})")
_TIME = re.compile(
    r"[T,\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:\s*([AaPp]\.?[Mm]\.?|(?:לפנה|אחה)\W{0,2}צ|[صم]))?"
)
_AFTERNOON = ("p", "אחה", "م")
_MONTH = re.compile(r"(?:(\d{4})[./-](\d{1,2})|(\d{1,2})[./-](\d{4}))")


def as_day(cell: Cell | None, day_first: bool = True, timezone: str | None = None) -> date | None:
    """The cell as a day; a time of day after it does not count. 03/04/2026 is 3 April when `day_first`.

    With `timezone`, an instant written with its offset (2026-10-31T22:30Z) is the day it was there.

    Two-digit years stand for 2010 to 2049 only: 26/04/03 could be three different days. A plain
    number is not a day; a date cell whose serial is impossible (29 February 1900, year 29280) was
    kept as a number by the reader and so is refused here too.
    """
    if cell is None:
        return None
    need_value(cell)
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
    text = western_digits(text)
    if timezone is not None and _INSTANT.fullmatch(text):
        return _day_of_instant(cell, text, timezone)
    match = _DAY.fullmatch(text)
    if match:
        return _day_of_numbers(cell, match, day_first)
    return _day_of_words(cell, text)


class WrittenDay(NamedTuple):
    """A day written with numbers, its year last: 31/10/2026 or 10/31/2026."""

    first: int
    second: int
    year: int


def written_day(cell: Cell | None) -> WrittenDay | None:
    """The numbers of a day that may be written in either order; None for anything else, a year first too."""
    match = _DAY.fullmatch(_plain(cell)) if cell is not None and isinstance(cell.value, str) else None
    if cell is None or match is None or len(match[1]) > 2 or len(match[3]) not in (2, 4):
        return None
    try:
        year = int(match[3]) if len(match[3]) == 4 else _full_year(cell, int(match[3]))
    except CellError:
        return None
    return WrittenDay(int(match[1]), int(match[2]), year)


def clock_of(cell: Cell) -> time:
    """The time of day a text says; midnight where it says none that can be read."""
    found = _TIME.search(_plain(cell))
    try:
        return _time_of(found) if found else time()
    except ValueError:
        return time()


def _plain(cell: Cell) -> str:
    """A cell's text without marks, its digits 0 to 9; '' where there is none."""
    text = str(cell.value).strip()
    if text.isascii():
        return text
    try:
        return western_digits(as_text(cell) or "")
    except CellError:
        return ""


def as_written(day: WrittenDay, day_first: bool) -> date | None:
    """The day it is in one order; None where there is none."""
    number, month = (day.first, day.second) if day_first else (day.second, day.first)
    try:
        return date(day.year, month, number)
    except ValueError:
        return None


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
            text = western_digits(as_text(cell) or "")
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
    return time(hour % 12 + 12 * half.startswith(_AFTERNOON) if half else hour, minute, second)


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


def as_month(cell: Cell | None, day_first: bool = True) -> str | None:
    """The cell as a month `YYYY-MM`: a day (03/04/2026 is in April when `day_first`), `2026-10`, `10/2026`, or a
    month's name and a year.
    """
    if cell is None:
        return None
    need_value(cell)
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
    text = western_digits(text)
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
        day = as_day(cell, day_first)
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


def _not_a_day(cell: Cell) -> CellError:
    return CellError(cell.address, "not_a_date")


def _not_a_month(cell: Cell) -> CellError:
    return CellError(cell.address, "not_a_month")
