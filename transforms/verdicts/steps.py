"""From points to the steps that are compared: months, quarters of small counts, or waves, since the last break."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import isclose
from statistics import fmean

import numpy as np

from transforms.verdicts.limits import Values
from transforms.verdicts.scale import Scale, kind_of
from transforms.verdicts.series import CARRIED, Emergency, Point, Series
from warehouse.calendar import first_day, last_day

EMERGENCY_DAYS = 3
"""A month of which emergencies cover so many days is an exceptional one."""
FEW = 10
"""Counts of fewer a month are compared by quarter."""


@dataclass(frozen=True)
class Pace:
    """How a series is compared: steps of a baseline, a trial one and a year, and what a stretch is held against."""

    name: str
    baseline: int
    trial: int
    year: int
    stretches: range
    before: int
    lean: float


MONTHS = Pace("month", 24, 12, 12, range(4, 13), 24, 0.5)
QUARTERS = Pace("quarter", 8, 4, 4, range(2, 5), 8, 0.5**3)
WAVES = Pace("wave", 12, 12, 4, range(2, 5), 8, 0.5**3)
PULSE = replace(WAVES, name="quarter")
"""Waves of which there is one a quarter."""


@dataclass(frozen=True)
class Step:
    """One place in what is compared: its last month, the value as shown, its place on the scale.

    `unit` turns a value of the scale into one of the indicator: what a rate was taken over. `shift` is what changes of
    composition moved since the segment began, on the scale; it is taken out of `place`. `ratio` is what a share or a
    rate is made of, as (over, of); None of any other value.
    """

    month: str
    value: float
    place: float
    unit: float
    shift: float
    events: float
    ratio: tuple[float, float] | None = None


@dataclass(frozen=True)
class Segment:
    """What is comparable up to a month: its sound steps, when it began and why there."""

    steps: tuple[Step, ...]
    scale: Scale
    since: str
    why: str

    @property
    def months(self) -> list[str]:
        """The last month of each step."""
        return [step.month for step in self.steps]

    @property
    def places(self) -> Values:
        """The steps on the scale."""
        return np.array([step.place for step in self.steps])


def emergency_in(month: str, rows: Sequence[Emergency]) -> Emergency | None:
    """The first emergency by which a month is an exceptional one, None where it is not."""
    if not rows:
        return None
    first, last = first_day(month), last_day(month)
    touching = sorted((one for one in rows if _days(one, first, last)), key=lambda one: one.first_day)
    days = {day for one in touching for day in _days(one, first, last)}
    return touching[0] if len(days) >= EMERGENCY_DAYS else None


def _days(one: Emergency, first: date, last: date) -> range:
    """The days of a stretch that lie between two, as ordinals."""
    return range(max(one.first_day, first).toordinal(), min(one.last_day or last, last).toordinal() + 1)


def segment_of(series: Series, until: str) -> Segment:
    """The sound steps of a series up to a month, since its last break."""
    points = sorted((one for one in series.points if one.month <= until), key=lambda one: one.month)
    if series.is_surveyed:
        points = [one for one in points if CARRIED not in one.flags and one.value is not None]
    # What seems to break in a month that is not complete may not have by its end: nobody goes by it in that month.
    broken = (place for place, one in enumerate(points) if one.break_reason and not (one.flaw and one.month == until))
    start = max(broken, default=0)
    points = points[start:]
    sound = [one.month for one in points if not one.flaw and not emergency_in(one.month, series.emergencies)]
    baseline = set(sound[: MONTHS.baseline])
    scale = Scale.of(kind_of(series.unit), (_rate(one) for one in points if one.month in baseline))
    steps: list[Step] = []
    shift, before = 0.0, None
    for one in points:
        if one.value is None:
            continue
        if one.like_for_like and before is not None:
            then, now = (
                figure / (of.exposure or 1) for figure, of in zip(one.like_for_like, (before, one), strict=True)
            )
            moved = scale.on(_rate(one)) - scale.on(_rate(before))
            shift += moved - (scale.on(now) - scale.on(then))
        before = one
        if one.month in sound:
            place = scale.on(_rate(one)) - shift
            events, ratio = _events(one, series), _ratio(one, series)
            steps.append(Step(one.month, one.value, place, one.exposure or 1, shift, events, ratio))
    first = points[0] if points else None
    return Segment(tuple(steps), scale, first.month if first else "", first.break_reason if first else "")


def _rate(one: Point) -> float:
    assert one.value is not None
    return one.value / (one.exposure or 1)


def _events(one: Point, series: Series) -> float:
    """How many events stand behind a point; very many where it is no count and no share of one."""
    known: dict[str, float | None] = {"count": one.value, "per_1000": one.numerator, "share": one.n or one.denominator}
    found = known.get(series.unit)
    return float("inf") if found is None else found


PER = {"share": 1.0, "per_1000": 1000.0}
"""Units of a numerator over a denominator, and what it is multiplied by."""


def _ratio(one: Point, series: Series) -> tuple[float, float] | None:
    """Of what a share or a rate is made, as (over, of); None of any other value, and where they do not make it."""
    per = PER.get(series.unit)
    if per is None or one.value is None or one.numerator is None or not one.denominator:
        return None
    over, of = per * one.numerator, one.denominator
    return (over, of) if isclose(one.value, over / of, rel_tol=1e-6, abs_tol=1e-9) else None


def pooled(steps: Sequence[Step]) -> float:
    """What several months have for one value: of a share its parts over all it is a share of, else their mean.

    A month of two of four and one of ninety of a hundred are ninety-two of a hundred and four, not seven in ten. So it
    is of a count held against residents: the sum of one over the sum of the other.
    """
    ratios = [one.ratio for one in steps if one.ratio is not None]
    values = [one.value for one in steps]
    if len(ratios) < len(values):
        return fmean(values)
    return sum(over for over, _ in ratios) / sum(of for _, of in ratios)


def by_quarter(segment: Segment) -> Segment:
    """The segment by calendar quarters: their sound months `pooled`, of which each has two or three.

    The last quarter counts once its third month is there, or a later one.
    """
    found: dict[str, list[Step]] = {}
    for step in segment.steps:
        found.setdefault(_quarter_end(step.month), []).append(step)
    latest = segment.steps[-1].month if segment.steps else ""
    means = [_of_quarter(end, steps) for end, steps in sorted(found.items()) if len(steps) >= 2 and end <= latest]
    scale = Scale.of(segment.scale.kind, (one.value / one.unit for one in means[: QUARTERS.baseline]))
    steps = tuple(replace(one, place=scale.on(one.value / one.unit) - one.shift) for one in means)
    return Segment(steps, scale, segment.since, segment.why)


def _of_quarter(end: str, steps: Sequence[Step]) -> Step:
    """A quarter's step, of no place on a scale yet."""
    unit, shift, events = (fmean(getattr(one, name) for one in steps) for name in ("unit", "shift", "events"))
    return Step(end, pooled(steps), 0.0, unit, shift, events)


def _quarter_end(month: str) -> str:
    return f"{month[:4]}-{(int(month[5:]) + 2) // 3 * 3:02d}"
