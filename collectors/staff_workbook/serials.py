"""Days, months and hours as sheets show them where a cell lost its format: 46296, 202610, 3:30."""

from __future__ import annotations

import re
from datetime import date, timedelta

from collectors.tabular import Value, western_digits

_EPOCH = date(1899, 12, 30)
_SERIALS = range((date(2005, 1, 1) - _EPOCH).days, (date(2050, 1, 1) - _EPOCH).days)
_MINUTES_OF_A_DAY = 24 * 60
_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)(?::[0-5]\d)?")
_MONTH = re.compile(r"(20\d{2})(0[1-9]|1[0-2])")


def _digits(value: Value) -> str:
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return western_digits(str(value).strip()) if isinstance(value, (int, str)) else ""


def day_of_serial(value: Value) -> date | None:
    """The day a number of days since 1899 stands for, of 2005 to 2049; None of anything else."""
    text = _digits(value)
    if not (text.isascii() and text.isdigit() and len(text) == 5):
        return None
    return _EPOCH + timedelta(days=int(text)) if int(text) in _SERIALS else None


def month_of_digits(value: Value) -> str | None:
    """202610 as a month."""
    found = _MONTH.fullmatch(_digits(value))
    return f"{found[1]}-{found[2]}" if found else None


def clock_hours(value: Value) -> float | None:
    """3:30 as hours, typed so or kept by the sheet as a part of a day; None where it is neither.

    A part of a day is told from a number of hours by its decimals: 0.1458333 is half past three, 0.25 a quarter hour.
    """
    if isinstance(value, float) and 0 < value < 1:
        minutes = value * _MINUTES_OF_A_DAY
        is_clock = abs(minutes - round(minutes)) < 1e-6 and abs(value - round(value, 3)) > 1e-9
        return round(minutes) / 60 if is_clock else None
    found = _CLOCK.fullmatch(_digits(value)) if isinstance(value, str) else None
    return int(found[1]) + int(found[2]) / 60 if found else None
