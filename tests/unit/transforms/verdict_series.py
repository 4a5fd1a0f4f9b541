"""Series for the tests of verdicts: a level with a season, a calendar and a little noise, all given by the seed."""

import math
from dataclasses import replace

import numpy as np

from transforms.verdicts import Point, Series, month_days
from warehouse.calendar import shift


def months_from(first: str, count: int) -> list[str]:
    return [shift(first, number) for number in range(count)]


def steady(
    count: int = 40, first: str = "2022-01", noise: float = 0.03, seed: int = 5, level: float = 5000.0
) -> list[Point]:
    rng = np.random.default_rng(seed)
    points = []
    for month in months_from(first, count):
        log = math.log(level) + 0.1 * math.sin(math.pi * int(month[5:]) / 6) - 0.4 * month_days(month).holidays
        log += -0.12 * month.endswith("-08") + float(rng.normal(0, noise))
        points.append(Point(month, math.exp(log)))
    return points


def times(points: list[Point], factor: float, since: int) -> list[Point]:
    """The points, from a place on so many times as large."""
    return [
        replace(one, value=(one.value or 0) * (factor if place >= since else 1)) for place, one in enumerate(points)
    ]


def series_of(points: list[Point], **more: object) -> Series:
    return Series("website.resident_sessions", "count", tuple(points), **more)  # type: ignore[arg-type]
