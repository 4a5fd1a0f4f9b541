"""Working time against a clock that ticks minute by minute, and a calendar written out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.week import SUNDAY_TO_THURSDAY, Week
from transforms.working_days import Stretch, Workdays, working_days

ZONE = "Asia/Jerusalem"
EVENTS: list[Stretch] = [
    ("short_day", date(2026, 9, 20), date(2026, 9, 20)),
    ("holiday", date(2026, 9, 21), date(2026, 9, 21)),
    ("holiday", date(2026, 9, 26), date(2026, 10, 3)),
    ("workday", date(2026, 9, 29), date(2026, 9, 29)),
    ("emergency", date(2026, 9, 22), None),
    ("short_day", date(2026, 9, 28), date(2026, 9, 29)),
]
OPEN = {  # by hand: local day -> hours
    **{date(2026, 9, day): (8, 16) for day in (13, 14, 15, 16, 17, 22, 23, 24, 29)},
    date(2026, 9, 20): (8, 12),
    **{date(2026, 10, day): (8, 16) for day in (4, 5, 6, 7, 8)},
}
FIRST, LAST = datetime(2026, 9, 12, tzinfo=ZoneInfo(ZONE)), datetime(2026, 10, 10, tzinfo=ZoneInfo(ZONE))


def days(events: Any = EVENTS, week: Week = SUNDAY_TO_THURSDAY, zone: str = ZONE, month: str = "2026-09") -> Any:
    rows = working_days("T", week, events, zone, [month]).to_pylist()
    return {row["day"]: row for row in rows}


def seconds(one: datetime, other: datetime, register: Any, zone: str = ZONE) -> int:
    """Two look-ups and a subtraction, as statements do it."""
    until: list[int] = []
    for at in (one, other):
        row = register[at.astimezone(ZoneInfo(zone)).date()]
        until.append(
            row["seconds_before"] + (min(max(at, row["opens_at"]), row["closes_at"]) - row["opens_at"]).seconds
        )
    return until[1] - until[0]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 28 * 1440 - 1), st.integers(0, 28 * 1440 - 1))
def test_working_time_is_the_minutes_a_clock_ticks_while_the_town_works(one: int, other: int) -> None:
    asked, answered = (FIRST + timedelta(minutes=at) for at in sorted((one, other)))
    ticks, at = 0, asked
    while at < answered:
        hours = OPEN.get(at.date())
        ticks += hours is not None and hours[0] <= at.hour < hours[1]
        at += timedelta(minutes=1)
    assert seconds(asked.astimezone(UTC), answered.astimezone(UTC), days()) == 60 * ticks


def test_working_days_are_counted_and_a_declared_one_goes_before_the_holiday_it_lies_in() -> None:
    register = days()
    first = register[date(2026, 9, 13)]["workdays"]
    for day, row in register.items():
        if date(2026, 9, 13) <= day <= date(2026, 10, 8):
            assert row["workdays"] - first == sum(date(2026, 9, 13) < one <= day for one in OPEN)


def test_an_answer_in_the_evening_of_a_holiday_takes_no_working_time_and_never_less() -> None:
    at = [datetime(2026, 9, 21, hour, tzinfo=UTC) for hour in (5, 19)]
    assert seconds(at[0], at[1], days()) == 0
    assert seconds(datetime(2026, 9, 20, 12, tzinfo=UTC), at[1], days()) == 0  # asked after the short day had ended
    assert seconds(datetime(2026, 9, 20, 8, tzinfo=UTC), at[1], days()) == 3600  # at eleven, an hour before


@pytest.mark.parametrize(("month", "changes"), [("2026-03", date(2026, 3, 27)), ("2026-10", date(2026, 10, 25))])
def test_the_clock_on_the_wall_opens_and_closes_the_town_on_both_sides_of_a_change(month: str, changes: date) -> None:
    always = Week((*[(0, 1440)] * 7,), (0, 1440))
    register = days([], always, month=month)
    lengths = {
        day: (row["closes_at"] - row["opens_at"]).total_seconds() / 3600
        for day, row in register.items()
        if abs((day - changes).days) < 3
    }
    changed = 23.0 if month == "2026-03" else 25.0
    assert lengths == {day: changed if day == changes else 24.0 for day in lengths}
    plain = days([], month=month)
    for day in (changes - timedelta(3), changes + timedelta(3)):
        local = plain[day]["opens_at"].astimezone(ZoneInfo(ZONE))
        assert (local.hour, local.minute) in ((8, 0), (0, 0))
        assert plain[day]["opens_at"].astimezone(UTC).hour != 8


def test_another_week_and_another_zone() -> None:
    week = Week((*[(540, 1020)] * 5, None, None), (540, 720))  # Monday to Friday
    register = days([], week, "Europe/Berlin", "2026-06")
    friday, sunday = register[date(2026, 6, 5)], register[date(2026, 6, 7)]
    assert (friday["opens_at"], friday["closes_at"]) == (
        datetime(2026, 6, 5, 7, tzinfo=UTC),
        datetime(2026, 6, 5, 15, tzinfo=UTC),
    )
    assert sunday["opens_at"] == sunday["closes_at"]


def test_a_declared_working_day_at_the_weekend_has_the_hours_of_the_longest_day() -> None:
    saturday = date(2026, 9, 19)
    row = days([("workday", saturday, saturday)])[saturday]
    assert row["closes_at"] - row["opens_at"] == timedelta(hours=8)


def test_a_month_has_the_days_after_it_in_which_answers_come_and_adding_a_month_moves_none() -> None:
    short, long = days(month="2026-09"), working_days("T", SUNDAY_TO_THURSDAY, EVENTS, ZONE, ["2025-01", "2026-09"])
    assert max(short) == date(2026, 12, 31) and min(short) == date(2026, 8, 1)
    assert {row["day"]: row for row in long.to_pylist() if row["day"] in short} == short
    assert working_days("T", SUNDAY_TO_THURSDAY, EVENTS, ZONE, []).num_rows == 0


def test_a_window_of_working_days_ends_with_the_last_of_them() -> None:
    workdays = Workdays.of(working_days("T", SUNDAY_TO_THURSDAY, EVENTS, ZONE, ["2026-09"]))
    assert workdays.end_of("2 working days", "2026-09") == date(2026, 10, 5)  # the feast lasts until Saturday
    assert workdays.end_of(30, "2026-09") == date(2026, 10, 30)
    assert workdays.end_of("2 working days", "2031-01") == date(2031, 2, 14)  # beyond the register: a week for each


def test_a_month_is_told_in_runs_of_days_of_the_same_hours() -> None:
    workdays = Workdays.of(working_days("T", SUNDAY_TO_THURSDAY, EVENTS, ZONE, ["2026-09"]))
    assert workdays.as_text("2026-09") == (
        "1-3 0500-1300, 6-10 0500-1300, 13-17 0500-1300, 20 0500-0900, 22-24 0500-1300, 29 0500-1300"
    )
    assert workdays.as_text("2026-10").endswith("25-29 0600-1400")  # the clock is moved on the 25th
