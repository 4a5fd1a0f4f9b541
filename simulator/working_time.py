"""Working time in the generated town: its calendar written out, and a clock that counts by it.

Sunday to Thursday from eight to four, until noon on the day before a holiday and between the days of a feast. Where
staff wrote a feast into their calendar, nobody works on any of its days.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from simulator.calendar import FRIDAY, SATURDAY, is_holiday
from simulator.places import TIMEZONE
from simulator.work import UnusualDays

ZONE, UTC = ZoneInfo(TIMEZONE), ZoneInfo("UTC")
OPENS, CLOSES, SHORT_CLOSES = time(8), time(16), time(12)
DAY = timedelta(days=1)
REST_DAYS = frozenset(
    date.fromisoformat(day)
    for day in (
        "2024-04-23", "2024-04-29", "2024-05-14", "2024-06-12", "2024-10-03", "2024-10-04", "2024-10-12", "2024-10-17",
        "2024-10-24", "2025-04-13", "2025-04-19", "2025-05-01", "2025-06-02", "2025-09-23", "2025-09-24", "2025-10-02",
        "2025-10-07", "2025-10-14", "2026-04-02", "2026-04-08", "2026-04-22", "2026-05-22", "2026-09-12", "2026-09-13",
        "2026-09-21", "2026-09-26", "2026-10-03",
    )
)  # fmt: skip
"""Days of rest by law; the other days of `simulator.calendar.HOLIDAYS` are eves and days between."""
MEMORIAL_DAYS = frozenset({date(2024, 5, 13), date(2025, 4, 30), date(2026, 4, 21)})


@dataclass(frozen=True)
class WorkingTime:
    """The town's clock; `closed` are the days its staff wrote into the calendar."""

    closed: frozenset[date]

    @classmethod
    def of(cls, events: Iterable[UnusualDays]) -> WorkingTime:
        """By what staff typed of holidays and closures."""
        return cls(
            frozenset(
                one.first_day + number * DAY
                for one in events
                if one.kind in ("holiday", "closure")
                for number in range((one.last_day - one.first_day).days + 1)
            )
        )

    def closes(self, day: date) -> time | None:
        """The hour work ends on a day; None when nobody works."""
        if day.weekday() in (FRIDAY, SATURDAY) or day in self.closed | REST_DAYS:
            return None
        return SHORT_CLOSES if is_holiday(day) or day in MEMORIAL_DAYS else CLOSES

    def hours(self, asked: datetime, answered: datetime) -> float:
        """Working hours between two instants."""
        day, last, worked = asked.astimezone(ZONE).date(), answered.astimezone(ZONE).date(), timedelta()
        while day <= last:
            if (closes := self.closes(day)) is not None:
                begin, end = (datetime.combine(day, at, ZONE).astimezone(UTC) for at in (OPENS, closes))
                worked += max(min(answered, end) - max(asked, begin), timedelta())
            day += DAY
        return worked / timedelta(hours=1)

    def days(self, first: date, last: date) -> int:
        """Working days after the first, the last with them."""
        count, day = 0, first + DAY
        while day <= last and count < 9:
            count += self.closes(day) is not None
            day += DAY
        return count


@dataclass(frozen=True)
class Asked:
    """Something asked, and when it was first answered, as instants."""

    at: datetime
    answered_at: datetime | None

    def hours(self) -> float | None:
        """Hours it waited."""
        return None if self.answered_at is None else (self.answered_at - self.at) / timedelta(hours=1)

    def working_hours(self, clock: WorkingTime) -> float | None:
        """Working hours it waited."""
        return None if self.answered_at is None else clock.hours(self.at, self.answered_at)

    def is_due(self, clock: WorkingTime, until: date) -> bool:
        """Whether two working days have passed on the last day that was heard."""
        return clock.days(self.at.astimezone(ZONE).date(), until) >= 2

    def is_in_time(self, clock: WorkingTime) -> bool:
        """Whether it was answered before a third working day began."""
        if self.answered_at is None:
            return False
        return clock.days(*(at.astimezone(ZONE).date() for at in (self.at, self.answered_at))) <= 2


def in_time(asked: Iterable[Asked], clock: WorkingTime, until: date) -> tuple[int, int]:
    """How many were answered in time, and of how many that can be said."""
    due = [one for one in asked if one.is_due(clock, until)]
    return sum(one.is_in_time(clock) for one in due), len(due)
