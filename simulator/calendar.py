"""Time in the town: its months, its week, its holidays. Local wall time throughout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

LAST_MONTH = "2026-10"
"""The last month a generated town tells of."""

FRIDAY, SATURDAY = 4, 5

HOLIDAYS: tuple[tuple[str, str, str], ...] = (
    ("2024-04-22", "2024-04-29", "פסח"),
    ("2024-05-14", "2024-05-14", "יום העצמאות"),
    ("2024-06-11", "2024-06-12", "שבועות"),
    ("2024-10-02", "2024-10-04", "ראש השנה"),
    ("2024-10-11", "2024-10-12", "יום הכיפורים"),
    ("2024-10-16", "2024-10-24", "סוכות"),
    ("2025-04-12", "2025-04-19", "פסח"),
    ("2025-05-01", "2025-05-01", "יום העצמאות"),
    ("2025-06-01", "2025-06-02", "שבועות"),
    ("2025-09-22", "2025-09-24", "ראש השנה"),
    ("2025-10-01", "2025-10-02", "יום הכיפורים"),
    ("2025-10-06", "2025-10-14", "סוכות"),
    ("2026-04-01", "2026-04-08", "פסח"),
    ("2026-04-22", "2026-04-22", "יום העצמאות"),
    ("2026-05-21", "2026-05-22", "שבועות"),
    ("2026-09-11", "2026-09-13", "ראש השנה"),
    ("2026-09-20", "2026-09-21", "יום הכיפורים"),
    ("2026-09-25", "2026-10-03", "סוכות"),
)
"""First and last day, the eve included, of the days on which offices are closed."""

_CLOSED = frozenset(
    date.fromisoformat(first) + timedelta(days=n)
    for first, last, _ in HOLIDAYS
    for n in range((date.fromisoformat(last) - date.fromisoformat(first)).days + 1)
)


def shifted(month: str, by: int) -> str:
    """The month `by` months later."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def months_until(last: str, count: int) -> tuple[str, ...]:
    """The `count` months that end with `last`."""
    return tuple(shifted(last, n) for n in range(1 - count, 1))


def first_of(month: str) -> date:
    """First day of a month."""
    return date.fromisoformat(f"{month}-01")


def last_of(month: str) -> date:
    """Last day of a month."""
    return first_of(shifted(month, 1)) - timedelta(days=1)


def month_of(day: date) -> str:
    """The month of a day."""
    return f"{day.year:04d}-{day.month:02d}"


def is_workday(day: date) -> bool:
    """Sunday to Thursday, holidays left out."""
    return day.weekday() not in (FRIDAY, SATURDAY) and day not in _CLOSED


def is_holiday(day: date) -> bool:
    """A holiday or its eve."""
    return day in _CLOSED


@dataclass(frozen=True)
class Span:
    """The town's whole time; shares of it place events alike in long and short towns."""

    months: tuple[str, ...]

    @property
    def first_day(self) -> date:
        """First day."""
        return first_of(self.months[0])

    @property
    def last_day(self) -> date:
        """Last day."""
        return last_of(self.months[-1])

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.last_day - self.first_day).days + 1

    def month_at(self, share: float) -> str:
        """The month that lies at a share of the time."""
        return self.months[min(int(share * len(self.months)), len(self.months) - 1)]

    def day_at(self, share: float) -> date:
        """The day that lies at a share of the time."""
        return self.first_day + timedelta(days=min(int(share * self.days), self.days - 1))

    def emergency(self) -> tuple[date, date]:
        """Three weeks of an emergency."""
        month = self.month_at(19.5 / 36)
        return date.fromisoformat(f"{month}-08"), date.fromisoformat(f"{month}-28")
