"""When what people read reaches them: the first working Sunday of a month, at six in the morning, local time."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from warehouse.calendar import month_of, shift
from warehouse.closed_days import first_working_sunday

AT = time(6)


def last_delivery(now: datetime, zone: ZoneInfo, closed: Container[date]) -> datetime:
    """The last of these moments that has come by `now` (UTC or any zone), an instant in the local `zone`."""
    month = month_of(now.astimezone(zone).date())
    for one in (month, shift(month, -1)):
        moment = datetime.combine(first_working_sunday(one, closed), AT, zone)
        if moment <= now:
            return moment
    raise AssertionError("a month has passed since the first Sunday of the one before")
