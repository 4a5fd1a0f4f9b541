"""The town's calendar: seeded holidays against days known from printed calendars, and what staff write going before."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from town.calendar import CalendarSettings
from town.config import ConfigProblem, load
from town.seeded_days import YEARS, _declared, _jewish, seeds, with_seeds

KNOWN = {  # religion -> first day, last day, kind, from printed calendars and official announcements
    "jewish": [
        ("2015-09-14", "2015-09-15", "holiday"),  # Rosh Hashanah
        ("2023-09-25", "2023-09-25", "holiday"),  # Yom Kippur
        ("2024-04-23", "2024-04-23", "holiday"),  # Pesach
        ("2024-05-14", "2024-05-14", "holiday"),  # Independence Day, put off from a Monday
        ("2026-09-27", "2026-10-01", "short_day"),  # the days between of Sukkot
        ("2026-04-21", "2026-04-21", "short_day"),  # Memorial Day
        ("2035-10-13", "2035-10-13", "holiday"),  # Yom Kippur
    ],
    "muslim": [("2024-04-10", "2024-04-12", "holiday"), ("2025-06-06", "2025-06-09", "holiday")],
    "christian_west": [("2024-03-31", "2024-04-01", "holiday"), ("2026-12-25", "2026-12-26", "holiday")],
    "christian_east": [("2024-05-05", "2024-05-06", "holiday"), ("2026-01-07", "2026-01-08", "holiday")],
    "druze": [("2024-04-25", "2024-04-28", "holiday"), ("2015-09-10", "2015-09-10", "holiday")],
}
PLAIN = CalendarSettings()


def row(kind: str, first: str, last: str | None = None, event: str = "own") -> dict[str, Any]:
    days = {"first_day": date.fromisoformat(first), "last_day": date.fromisoformat(last or first)}
    return {"event": event, "kind": kind, "title": "own", "scope": "", "source": "", **days}


def days_of(rows: Any, kind: str) -> set[date]:
    return {
        one["first_day"] + timedelta(number)
        for one in rows
        if one["kind"] == kind
        for number in range((one["last_day"] - one["first_day"]).days + 1)
    }


@pytest.mark.parametrize("religion", KNOWN)
def test_the_holidays_of_a_religion_lie_where_printed_calendars_have_them(religion: Any) -> None:
    found = {(str(one["first_day"]), str(one["last_day"]), one["kind"]) for one in seeds(religion, "en")}
    assert found >= set(KNOWN[religion])


@pytest.mark.parametrize("religion", KNOWN)
@pytest.mark.parametrize("language", ["he", "ar", "en"])
def test_every_year_is_seeded_in_every_language_and_no_day_twice(religion: Any, language: str) -> None:
    rows = seeds(religion, language)
    years = {one["first_day"].year for one in rows}
    assert years >= set(range(2015, 2036)) and all(one["title"] for one in rows)
    assert len({one["event"] for one in rows}) == len(rows) and {one["source"] for one in rows} == {
        f"calendar:{religion}"
    }
    holidays, short = (days_of(rows, kind) for kind in ("holiday", "short_day"))
    assert not holidays & short


def test_every_jewish_day_we_declare_is_one_the_library_knows_each_year() -> None:
    assert _jewish().keys() == _declared()["jewish"].keys()
    for name, found in _jewish().items():
        assert {day.year for day in found} == set(YEARS), name


def test_a_town_without_short_days_is_closed_on_them() -> None:
    closed = with_seeds(CalendarSettings(short_days=""), "he", [], [])
    assert date(2026, 9, 20) in days_of(closed, "holiday") and not days_of(closed, "short_day")
    assert not with_seeds(CalendarSettings(holidays=[]), "he", [], [])


def test_what_staff_write_of_a_day_goes_before_what_is_seeded_of_it() -> None:
    own = [
        row("workday", "2026-09-28", "2026-09-29"),
        row("closure", "2026-09-20"),
        row("emergency", "2026-04-01", "2026-04-30"),
    ]
    found = with_seeds(PLAIN, "he", own, [])
    assert found[:3] == own
    seeded = found[3:]
    assert days_of(seeded, "short_day") >= {date(2026, 9, 27), date(2026, 9, 30), date(2026, 10, 1)}
    taken = {date(2026, 9, 20), date(2026, 9, 28), date(2026, 9, 29)}
    assert not taken & (days_of(seeded, "short_day") | days_of(seeded, "holiday"))
    assert date(2026, 4, 2) in days_of(seeded, "holiday")  # an emergency says nothing of working time
    codes = [one["event"] for one in seeded]
    assert len(codes) == len(set(codes))


def test_a_seeded_row_that_was_taken_out_stays_out_and_one_that_was_edited_is_as_edited() -> None:
    found = with_seeds(PLAIN, "he", [row("short_day", "2026-09-22", event="jewish-2026-09-21")], ["jewish-2026-04-02"])
    named = {one["event"]: one for one in found}
    assert "jewish-2026-04-02" not in named and date(2026, 4, 2) not in days_of(found, "holiday")
    assert str(named["jewish-2026-09-21"]["first_day"]) == "2026-09-22"
    assert date(2026, 9, 21) not in days_of(found, "holiday")


@pytest.mark.parametrize("hours", ["8-16", "16:00-08:00", "25:00-26:00", "08:00", "08:00-24:30"])
def test_hours_that_are_none_are_refused_in_plain_words(hours: str) -> None:
    with pytest.raises(ValidationError, match=r"hours|closes before"):
        CalendarSettings(sunday=hours)


def test_the_week_is_as_written() -> None:
    week = CalendarSettings(sunday="", friday="09:30-13:00", short_days="00:00-24:00").week
    assert (week.days[6], week.days[4], week.days[0], week.short) == (None, (570, 780), (480, 960), (0, 1440))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('sundai = "08:00-16:00"', "did you mean sunday?"),
        ('sunday = "8-16"', 'write them like "08:00-16:00"'),
        ('holidays = ["jewsh"]', "'jewish', 'muslim'"),
    ],
)
def test_a_calendar_mistyped_is_refused_by_its_place_and_the_nearest(tmp_path: Path, written: str, said: str) -> None:
    path = tmp_path / "kehila.toml"
    path.write_text(f'[[authority]]\ncode = "0070"\n[authority.calendar]\n{written}\n', encoding="utf-8")
    with pytest.raises(ConfigProblem) as refused:
        load(path)
    assert "calendar" in str(refused.value) and said in str(refused.value)
