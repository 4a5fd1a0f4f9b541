"""Working time in the town's own calendar, decided once: the register `working_day`, a row a local day.

Working seconds between two instants are two look-ups and a subtraction: those before the day, and those of the day that
have passed. Of a day the calendar decides: a working day staff declared goes before a closed one, that before a short.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pyarrow as pa

from warehouse.calendar import first_day, last_day, month_of, shift

Hours = tuple[int, int]
"""Minutes of the local day at opening and closing."""

OPEN, CLOSED, SHORT = "workday", ("holiday", "closure"), "short_day"
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
        ("workdays_before", pa.int64()),  # working days before
    ]
)


@dataclass(frozen=True)
class Week:
    """Hours of each weekday, Monday first, None where nobody works; and those of short days."""

    days: tuple[Hours | None, ...]
    short: Hours


SUNDAY_TO_THURSDAY = Week((*[(480, 960)] * 4, None, None, (480, 960)), (480, 720))
"""The week of a town that says nothing else: eight to four, short days until noon."""


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
        if day >= first_day(first):
            opens_at, closes_at = _instant(day, opens, zone), _instant(day, closes, zone)
            rows.append((authority, month_of(day), day, opens_at, closes_at, seconds, workdays))
            worked = round((closes_at - opens_at).total_seconds())
        seconds += worked
        workdays += closes > opens
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
