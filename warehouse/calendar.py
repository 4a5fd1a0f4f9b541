"""The day it is in a town, months as text YYYY-MM, and the arithmetic on them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def day_in(timezone: str) -> date:
    """The day it is now by the clocks of a time zone (Asia/Jerusalem): a town's day, whatever its machine says."""
    return datetime.now(ZoneInfo(timezone)).date()


def month_of(day: date) -> str:
    """The month a local day lies in."""
    return f"{day.year:04d}-{day.month:02d}"


def first_day(month: str) -> date:
    """First day of a month."""
    return date(int(month[:4]), int(month[5:]), 1)


def shift(month: str, by: int) -> str:
    """The month `by` months later (earlier when negative)."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def last_day(month: str) -> date:
    """Last day of a month."""
    return first_day(shift(month, 1)) - timedelta(days=1)


def span(first: str, last: str) -> list[str]:
    """All months from first to last, both included."""
    months = []
    while first <= last:
        months.append(first)
        first = shift(first, 1)
    return months
