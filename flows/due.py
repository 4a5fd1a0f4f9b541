"""When a month's report is due: schedules ask every Sunday, and the calendar of the town answers."""

from __future__ import annotations

from town.store import TownStore
from warehouse.calendar import shift
from warehouse.closed_days import closed_days, first_working_sunday


def is_publishing_due(store: TownStore, month: str) -> bool:
    """True on the first working Sunday after the month, and later when that Sunday was missed."""
    day = first_working_sunday(shift(month, 1), closed_days(store.engine, store.authority.code))
    written = (store.output / "reports" / store.authority.code / month).is_dir()
    return store.today == day or (store.today > day and not written)
