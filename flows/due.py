"""When a month's report is due: schedules ask every Sunday, and the calendar of the town answers."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta

from town.closed_days import closed_days
from town.store import TownStore
from warehouse.calendar import first_day, shift

SUNDAY = 6


def first_working_sunday(month: str, closed: Container[date]) -> date:
    """The first Sunday of a month that is no holiday; a month of holidays keeps its first Sunday."""
    first = first_day(month)
    day = first + timedelta(days=(SUNDAY - first.weekday()) % 7)
    sundays = [day + timedelta(weeks=week) for week in range(4)]
    return next((one for one in sundays if one not in closed), day)


def is_publishing_due(store: TownStore, month: str) -> bool:
    """True on the first working Sunday after the month, and later when that Sunday was missed."""
    day = first_working_sunday(shift(month, 1), closed_days(store.engine, store.authority.code))
    written = (store.output / "reports" / store.authority.code / month).is_dir()
    return store.today == day or (store.today > day and not written)
