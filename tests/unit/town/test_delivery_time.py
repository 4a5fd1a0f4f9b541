"""When mail is sent, 2024 to 2029: against Hebrew and civil arithmetic written here, not against the libraries."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from town.calendar import CalendarSettings
from town.delivery_time import last_delivery
from town.seeded_days import with_seeds
from transforms.working_days import CLOSED
from warehouse.closed_days import ClosedDays, first_working_sunday

ZONE = ZoneInfo("Asia/Jerusalem")
MONTHS = [(year, month) for year in range(2024, 2030) for month in range(1, 13)]
EPOCH = date(1, 1, 1).toordinal() - 1_373_428
"""The ordinal before 1 Tishri of the year 1, so that year and days elapsed give a civil day."""


def new_year(hebrew: int) -> date:
    """1 Tishri: the mean new moon, put off so that it is no Sunday, Wednesday or Friday, nor a year of no length."""

    def elapsed(year: int) -> int:
        months = (235 * year - 234) // 19
        parts = 12_084 + 13_753 * months
        days = 29 * months + parts // 25_920
        return days + 1 if 3 * (days + 1) % 7 < 3 else days

    before, here, after = (elapsed(hebrew + step) for step in (-1, 0, 1))
    delay = 2 if after - here == 356 else 1 if here - before == 382 else 0
    return date.fromordinal(EPOCH + here + delay)


def days_off(year: int) -> dict[date, str]:
    """The days on which municipalities are shut for a Jewish holiday: counted from new year and back from the next."""
    found = {}
    for hebrew in (year + 3760, year + 3761):
        first, following = new_year(hebrew), new_year(hebrew + 1)
        for step, name in ((0, "new year"), (1, "new year"), (9, "atonement"), (14, "tabernacles"), (21, "assembly")):
            found[first + timedelta(step)] = name
        for back, name in ((163, "passover"), (157, "passover, end"), (113, "weeks")):
            found[following - timedelta(back)] = name
    return found


def first_sundays() -> dict[tuple[int, int], date]:
    found = {}
    for year, month in MONTHS:
        sundays = [date(year, month, day) for day in range(1, 29) if date(year, month, day).isoweekday() == 7]
        closed = days_off(year) | days_off(year - 1)
        found[year, month] = next(one for one in sundays if one not in closed)
    return found


def utc_hour(day: date) -> int:
    """At which hour of UTC it is six here: summer from the Friday before March's last Sunday to October's last Sunday."""

    def last_sunday(month: int) -> date:
        last = date(day.year, month, 31)
        return last - timedelta(last.isoweekday() % 7)

    return 3 if last_sunday(3) - timedelta(2) <= day < last_sunday(10) else 4


@pytest.fixture(scope="module")
def closed() -> ClosedDays:
    rows = with_seeds(CalendarSettings(), "en", [], [])
    return ClosedDays(tuple((row["first_day"], row["last_day"]) for row in rows if row["kind"] in CLOSED))


def test_the_arithmetic_here_knows_the_known_days() -> None:
    known = {5785: date(2024, 10, 3), 5786: date(2025, 9, 23), 5787: date(2026, 9, 12), 5788: date(2027, 10, 2)}
    assert {year: new_year(year) for year in known} == known
    assert days_off(2025)[date(2025, 4, 13)] == "passover" and days_off(2029)[date(2029, 5, 20)] == "weeks"


def test_the_first_working_sunday_of_each_month(closed: ClosedDays) -> None:
    truth = first_sundays()
    found = {(year, month): first_working_sunday(f"{year}-{month:02d}", closed) for year, month in MONTHS}
    assert found == truth
    put_off = [day for day in truth.values() if day.day > 7]
    assert date(2027, 10, 10) in put_off  # the third of October 2027 is the second day of the new year


def test_six_on_the_wall_whatever_the_clocks_do_and_at_the_edges_of_months(closed: ClosedDays) -> None:
    moments = [
        datetime(day.year, day.month, day.day, utc_hour(day), tzinfo=UTC) for _, day in sorted(first_sundays().items())
    ]
    assert len({one.hour for one in moments}) == 2
    for before, moment in pairwise(moments):
        assert moment.astimezone(ZONE).hour == 6
        assert last_delivery(moment - timedelta(seconds=1), ZONE, closed) == before
        for later in (timedelta(0), timedelta(seconds=1), timedelta(days=1), timedelta(days=20)):
            assert last_delivery(moment + later, ZONE, closed) == moment
    midnights = [datetime(year, month, 1, tzinfo=ZONE) for year, month in MONTHS[1:]]
    for midnight, before in zip(midnights, moments, strict=False):
        assert last_delivery(midnight, ZONE, closed) == before
        assert last_delivery(midnight - timedelta(seconds=1), ZONE, closed) == before


def test_a_month_of_holidays_keeps_its_first_sunday_and_staff_may_work_on_one() -> None:
    whole = ClosedDays(((date(2026, 10, 30), date(2026, 12, 1)),))
    assert first_working_sunday("2026-11", whole) == date(2026, 11, 1)
    mended = ClosedDays(((date(2026, 10, 30), date(2026, 12, 1)),), ((date(2026, 11, 29), date(2026, 11, 29)),))
    assert first_working_sunday("2026-11", mended) == date(2026, 11, 29)  # the fifth
