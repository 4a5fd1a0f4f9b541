"""When what people read reaches them: the first working Sunday of a month, at six in the morning, local time."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from warehouse.calendar import first_day, month_of, shift

SUNDAY = 6
AT = time(6)


def first_working_sunday(month: str, closed: Container[date]) -> date:
    """The first Sunday of a month that is no holiday; a month of holidays keeps its first Sunday."""
    first = first_day(month)
    day = first + timedelta(days=(SUNDAY - first.weekday()) % 7)
    sundays = [day + timedelta(weeks=week) for week in range(5) if month_of(day + timedelta(weeks=week)) == month]
    return next((one for one in sundays if one not in closed), day)


def last_delivery(now: datetime, zone: ZoneInfo, closed: Container[date]) -> datetime:
    """The last of these moments that has come by `now` (UTC or any zone), an instant in the local `zone`."""
    month = month_of(now.astimezone(zone).date())
    for one in (month, shift(month, -1)):
        moment = datetime.combine(first_working_sunday(one, closed), AT, zone)
        if moment <= now:
            return moment
    raise AssertionError("a month has passed since the first Sunday of the one before")
