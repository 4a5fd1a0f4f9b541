"""The days of a month on which life here goes another way: Tishrei and Pesach, Ramadan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from warehouse.calendar import first_day, last_day

TISHREI_DAYS = 23
"""From Rosh Hashanah to Simchat Torah."""
PESACH_DAYS = 7


@dataclass(frozen=True)
class MonthDays:
    """A month's shares of Tishrei and Pesach days and of Ramadan days, each 0 to 1."""

    holidays: float
    ramadan: float


@cache
def month_days(month: str) -> MonthDays:
    """The shares of a month, YYYY-MM."""
    first, last = first_day(month), last_day(month)
    days = [first + timedelta(number) for number in range((last - first).days + 1)]
    feasts = _jewish(first.year)
    fasts = {day for year in (first.year - 1, first.year, first.year + 1) for day in _ramadan(year - 579)}
    return MonthDays(sum(day in feasts for day in days) / len(days), sum(day in fasts for day in days) / len(days))


@cache
def _jewish(year: int) -> frozenset[date]:
    from holidays import country_holidays

    known = country_holidays("IL", years=year, language="en_US")
    found = set()
    for name, length in (("Rosh Hashanah", TISHREI_DAYS), ("Pesach", PESACH_DAYS)):
        first = min(day for day in known if name in known.get_list(day))
        found |= {first + timedelta(number) for number in range(length)}
    return frozenset(found)


@cache
def _ramadan(hijri_year: int) -> frozenset[date]:
    from hijridate import Hijri

    first = Hijri(hijri_year, 9, 1).to_gregorian()
    start = date(first.year, first.month, first.day)
    return frozenset(start + timedelta(number) for number in range(Hijri(hijri_year, 9, 1).month_length()))
