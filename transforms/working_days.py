"""Working time in the town's own calendar, decided once: the register `working_day`, a row a local day.

Working seconds between two instants are two look-ups and a subtraction: those before the day, and those of the day that
have passed. Of a day the calendar decides: a working day staff declared goes before a closed one, that before a short.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from transforms.week import Hours, Week, Window
from warehouse.calendar import first_day, last_day, month_of, shift
from warehouse.closed_days import CLOSED, OPEN

SHORT = "short_day"
CALENDAR_KINDS = (OPEN, *CLOSED, SHORT)
"""Kinds of events that say something of working time, the first that is said of a day deciding."""

FIRST_DAY, LAST_DAY = date(2015, 1, 1), date(2040, 12, 31)
"""Working time is counted from the first, or an earlier month asked for; what lasts still, lasts until the other."""

Stretch = tuple[str, date, date | None]
"""A row of the town's calendar: its kind, first and last local day; None while it lasts."""

SCHEMA = pa.schema(
    [
        ("authority", pa.string()),
        ("month", pa.string()),
        ("day", pa.date32()),
        ("opens_at", pa.timestamp("us", tz="UTC")),
        ("closes_at", pa.timestamp("us", tz="UTC")),  # as `opens_at` on a day nobody works
        ("seconds_before", pa.int64()),  # working seconds of all days before
        ("workdays", pa.int64()),  # working days so far, this one with them
    ]
)


@dataclass(frozen=True)
class Workdays:
    """The working days of a register in order, each with the instants of opening and closing, UTC."""

    hours: Mapping[date, tuple[datetime, datetime]]
    days: tuple[date, ...]

    @classmethod
    def of(cls, register: pa.Table) -> Workdays:
        """From the register `working_day`."""
        worked = register.filter(pc.greater(register["closes_at"], register["opens_at"]))
        opens, closes = worked["opens_at"].to_pylist(), worked["closes_at"].to_pylist()
        days = worked["day"].to_pylist()
        return cls(dict(zip(days, zip(opens, closes, strict=True), strict=True)), tuple(days))

    def as_text(self, month: str) -> str:
        """The working days of a month, those of the same hours (UTC) in a row as one: `1-5 0500-1300, 8 0500-0900`."""
        found = []
        named = ((day, "-".join(f"{at:%H%M}" for at in self.hours[day])) for day in self.days if month_of(day) == month)
        for (_, hours), run in groupby(named, key=lambda one: (one[0].toordinal() - self._place(one[0]), one[1])):
            run_days = [day.day for day, _ in run]
            found.append(f"{run_days[0]}-{run_days[-1]} {hours}" if len(run_days) > 1 else f"{run_days[0]} {hours}")
        return ", ".join(found)

    def _place(self, day: date) -> int:
        return bisect_right(self.days, day)

    def end_of(self, window: Window, month: str) -> date:
        """The last local day on which something may still come to a month: days, or working days, after it."""
        ends = last_day(month)
        if isinstance(window, int):
            return ends + timedelta(window)
        count = int(window.split()[0])
        place = self._place(ends) + count - 1
        return self.days[place] if place < len(self.days) else ends + timedelta(7 * count)

    def last_of(self, windows: Iterable[Window], month: str) -> date:
        """The last local day on which something may still come to a month by any of its windows."""
        return max((self.end_of(window, month) for window in windows), default=last_day(month))


def days_of(first: date, last: date | None) -> Iterator[date]:
    """The local days from one to another; those of what lasts still end with `LAST_DAY`."""
    while first <= (last or LAST_DAY):
        yield first
        first += timedelta(1)


def kinds_of_days(events: Iterable[Stretch]) -> dict[date, str]:
    """Local day -> what the calendar says of it; days it says nothing of are not there."""
    found: dict[date, str] = {}
    said = [one for one in events if one[0] in CALENDAR_KINDS]
    for kind, first, last in sorted(said, key=lambda one: CALENDAR_KINDS.index(one[0]), reverse=True):
        found.update(dict.fromkeys(days_of(first, last), kind))
    return found


def working_days(
    authority: str, week: Week, events: Iterable[Stretch], timezone: str, months: Sequence[str]
) -> pa.Table:
    """The register for these months, the one before them and the three after, in which answers may still come.

    `events` are the rows of the town's calendar.
    """
    if not months:
        return SCHEMA.empty_table()
    return _register(authority, week, tuple(events), timezone, shift(min(months), -1), shift(max(months), 3))


@lru_cache(maxsize=8)
def _register(
    authority: str, week: Week, events: tuple[Stretch, ...], timezone: str, first: str, last: str
) -> pa.Table:
    zone, end = ZoneInfo(timezone), last_day(last)
    kinds = kinds_of_days(events)
    rows, seconds, workdays = [], 0, 0
    day = min(FIRST_DAY, first_day(first))
    while day <= end:
        opens, closes = hours_on(week, day, kinds.get(day))
        worked = 60 * (closes - opens)
        workdays += closes > opens
        if day >= first_day(first):
            opens_at, closes_at = _instant(day, opens, zone), _instant(day, closes, zone)
            rows.append((authority, month_of(day), day, opens_at, closes_at, seconds, workdays))
            worked = round((closes_at - opens_at).total_seconds())
        seconds += worked
        day += timedelta(1)
    columns = [pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), SCHEMA.types, strict=True)]
    return pa.table(columns, schema=SCHEMA)


def hours_on(week: Week, day: date, kind: str | None) -> Hours:
    """A local day's hours. One declared a working day though nobody works on it by the week has the longest day's."""
    plain = week.days[day.weekday()]
    if kind == OPEN and plain is None:
        return max((one for one in week.days if one), key=lambda one: one[1] - one[0], default=week.short)
    if kind in CLOSED or plain is None:
        return 0, 0
    return week.short if kind == SHORT else plain


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The instant, UTC, at which the clock on the wall shows a minute of the day, on the nights it is moved too."""
    at = time(minute % 1440 // 60, minute % 60)
    return datetime.combine(day + timedelta(minute // 1440), at, zone).astimezone(UTC)
