"""What is usual of a number: from its own past months, robust against single odd ones, with seasons.

A month may be near to any of three: the middle of the last twelve, the month before, the same month of the year
before. So a rise that stays is doubted once, a season is no fault, and one bad month does not shift what is usual.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import fmean, median

from expectations.suite import Measure
from warehouse.calendar import shift

MONTHS = 12
MIN_MONTHS = 4
"""Months there must be before anything is unusual."""
SPREADS = 4.0
"""How many times the usual scatter is believed: for a month in a few thousand of a quiet series."""
_TO_DEVIATION = 1.4826
"""From the median of absolute deviations to a standard deviation of the normal law."""
HOURS = 24


def usual(measure: Measure, month: str, past: Mapping[str, float]) -> tuple[float, float] | None:
    """The lowest and highest amount of a month that is believed; None while there is too little past to say.

    For an hour of the day they lie around the usual one and may be below 0 or above 24.
    """
    recent = [past[one] for one in sorted(past) if one < month][-MONTHS:]
    if len(recent) < MIN_MONTHS or not measure.past or (measure.kind == "count" and measure.factor is None):
        return None
    near = [past[one] for one in (shift(month, -1), shift(month, -12)) if one in past]
    if measure.kind == "hour":
        middle = _mean_hour(recent)
        wide = max(measure.floor, SPREADS * _TO_DEVIATION * median(abs(apart(one, middle)) for one in recent))
        return middle - wide, middle + wide
    if measure.kind == "level":
        middle = median(recent)
        wide = max(measure.floor, SPREADS * scatter(recent))
        centres = [middle, *near]
        low, high = min(centres) - measure.floor, max(centres) + measure.floor
        low, high = min(low, middle - wide), max(high, middle + wide)
    else:
        logs = [math.log1p(max(one, 0)) for one in recent]
        step = math.log(measure.factor or 1)
        wide = max(step, SPREADS * scatter(logs))
        middle = median(logs)
        centres = [middle, *(math.log1p(max(one, 0)) for one in near)]
        low = math.expm1(min(min(centres) - step, middle - wide))
        high = math.expm1(max(max(centres) + step, middle + wide))
        usually = math.expm1(middle)
        low, high = min(low, usually - measure.floor), max(high, usually + measure.floor)
    return low, high


def scatter(values: list[float]) -> float:
    """The usual distance from the middle, as a standard deviation that single odd values do not move."""
    middle = median(values)
    return _TO_DEVIATION * median(abs(one - middle) for one in values)


def _mean_hour(hours: list[float]) -> float:
    turns = [2 * math.pi * one / HOURS for one in hours]
    at = math.atan2(fmean(map(math.sin, turns)), fmean(map(math.cos, turns)))
    return at * HOURS / (2 * math.pi) % HOURS


def apart(one: float, other: float) -> float:
    """Hours from one time of day to another, the short way: -12 to 12."""
    return (one - other + HOURS / 2) % HOURS - HOURS / 2
