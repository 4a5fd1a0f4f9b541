"""The holidays a town's calendar begins with: those of the religions it names, until staff say otherwise.

What staff wrote of a day goes before what is seeded of it, and a seeded row they took out of their workbook stays out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

from town.calendar import CalendarSettings, Religion
from transforms.working_days import CALENDAR_KINDS, FIRST_DAY, LAST_DAY, SHORT, days_of

YEARS = range(FIRST_DAY.year, LAST_DAY.year + 1)
"""Years that are seeded; a day outside them is a plain one until staff say otherwise."""

Event = Mapping[str, Any]
"""A row of the calendar: event, kind, title, first_day, last_day, scope, source."""
_Named = tuple[date, str, Mapping[str, str]]
"""A day, its kind, and its name by language."""


def with_seeds(
    settings: CalendarSettings, language: str, events: Sequence[Event], removed: Iterable[str]
) -> list[Event]:
    """The calendar: what staff wrote, and every seeded day they said nothing of.

    `removed` are codes that stood in a workbook of theirs and stand there no more. `language` is of the days' names.
    """
    own = [row for row in events if row["kind"] in CALENDAR_KINDS]
    said = {day for row in own for day in days_of(row["first_day"], row["last_day"])}
    out = {*removed, *(row["event"] for row in events)}
    rest = (
        row for religion in settings.holidays for row in seeds(religion, language, has_short=bool(settings.short_days))
    )
    return [*events, *(piece for row in rest if row["event"] not in out for piece in _pieces(row, said, out))]


def _pieces(row: Event, said: set[date], out: set[str]) -> Iterator[Event]:
    """The stretches of a seeded row on which staff said nothing."""
    days = [day for day in days_of(row["first_day"], row["last_day"]) if day not in said]
    for first, last in _stretches(days):
        code = _code(row["event"].partition("-")[0], first)
        if code not in out:
            yield {**row, "event": code, "first_day": first, "last_day": last}


@lru_cache(maxsize=100)
def seeds(religion: Religion, language: str, *, has_short: bool = True) -> tuple[Event, ...]:
    """A religion's days as rows of the calendar, those of one name in a row as one stretch.

    Where a town has no short days (`has_short`), it is closed on them as on the holiday itself.
    """
    by_day: dict[date, tuple[str, str]] = {}
    # What comes first stands: a holiday before an eve, an eve before a day between holidays.
    for day, kind, name in sorted(_named(religion), key=lambda one: (one[1] == SHORT, "eve" not in one[2])):
        by_day.setdefault(day, (kind if has_short else "holiday", name[language]))
    rows = []
    for (kind, title), found in groupby(sorted(by_day), key=lambda day: by_day[day]):
        for first, last in _stretches(list(found)):
            rows.append(
                {
                    "event": _code(religion, first), "kind": kind, "title": title, "first_day": first,
                    "last_day": last, "scope": "", "source": f"calendar:{religion}",
                }
            )  # fmt: skip
    return tuple(rows)


def _code(religion: str, first: date) -> str:
    return f"{religion}-{first.isoformat()}"


def _stretches(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    """First and last day of each run of days that follow one another."""
    for _, run in groupby(enumerate(days), key=lambda one: one[1] - timedelta(one[0])):
        found = [day for _, day in run]
        yield found[0], found[-1]


def _named(religion: Religion) -> Iterator[_Named]:
    declared = _declared()
    for key, one in declared[religion].items():
        for first in _jewish()[key] if religion == "jewish" else _first_days(religion, one):
            if one.get("short"):
                yield first, SHORT, one
                continue
            for number in range(one.get("days", 1)):
                yield first + timedelta(number), "holiday", one
            if "eve" in one:
                plain = {language: text.format(day=one[language]) for language, text in declared["eve_of"].items()}
                yield first - timedelta(1), SHORT, {"eve": "", **plain, **one["eve"]}


def _first_days(religion: Religion, one: Mapping[str, Any]) -> Iterator[date]:
    """The day a holiday begins, in each year."""
    if "hijri" in one:
        yield from _islamic(*map(int, one["hijri"].split("-")))
        return
    rite = EASTER_ORTHODOX if religion == "christian_east" else EASTER_WESTERN
    for year in YEARS:
        if "easter" in one:
            yield easter(year, rite) + timedelta(one["easter"])
        else:
            yield date.fromisoformat(f"{year}-{one['day']}")


def _islamic(month: int, day: int) -> Iterator[date]:
    from hijridate import Gregorian, Hijri

    first, last = (Gregorian(year, *ends).to_hijri().year for year, ends in ((YEARS[0], (1, 1)), (YEARS[-1], (12, 31))))
    for year in range(first, last + 1):
        found = Hijri(year, month, day).to_gregorian()
        if found.year in YEARS:
            yield date(found.year, found.month, found.day)


@cache
def _jewish() -> dict[str, list[date]]:
    """The library's name of a holiday -> its days."""
    from holidays import country_holidays
    from holidays.constants import OPTIONAL, PUBLIC

    found: dict[str, list[date]] = {name: [] for name in _declared()["jewish"]}
    known = country_holidays("IL", years=YEARS, categories=(PUBLIC, OPTIONAL), language="en_US")
    for day in sorted(known):
        for name in known.get_list(day):
            plain = name.removesuffix(" (observed)")
            if plain in found:
                found[plain].append(day)
    return found


@cache
def _declared() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("holidays.yaml").read_text(encoding="utf-8"))
    return found
