"""What is usual of a number: seasons, trends and single odd months are; a factor nobody can explain is not."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.suite import Measure
from expectations.usual import MIN_MONTHS, apart, usual
from warehouse.calendar import shift

COUNT = Measure(of="count(*)", factor=3, floor=10)
LEVEL = Measure(of="avg(x)", kind="level", floor=0.2)
HOUR = Measure(of="avg(h)", kind="hour", floor=1.5)


def months(values: list[float], last: str = "2026-09") -> dict[str, float]:
    """The values as the months up to `last`."""
    return {shift(last, -back): value for back, value in enumerate(reversed(values))}


def believed(measure: Measure, past: list[float], now: float) -> bool:
    band = usual(measure, "2026-10", months(past))
    assert band is not None
    middle = sum(band) / 2
    at = middle + apart(now, middle) if measure.kind == "hour" else now
    return band[0] <= at <= band[1]


@pytest.mark.parametrize(
    ("past", "now", "is_usual"),
    [
        ([100] * 12, 110, True), ([100] * 12, 299, True), ([100] * 12, 320, False), ([100] * 12, 30, False),
        ([100] * 11 + [400], 420, True),  # it stayed where it went: doubted once
        ([100] * 11 + [1000], 100, True),  # one bad month does not shift what is usual
        ([2, 3, 1, 2, 0, 3, 2, 1], 12, True),  # few are few: below the floor nothing is a fault
        ([round(20 * 1.25**n) for n in range(12)], 400, True),  # it grows
        ([500, 90, 100, 110, 95, 100, 105, 90, 100, 95, 100, 100], 480, True),  # as in the same month a year ago
        ([500, 90, 100, 110, 95, 100, 105, 90, 100, 95, 100, 100], 1800, False),
    ],
)  # fmt: skip
def test_a_count_is_compared_by_factor(past: list[float], now: float, is_usual: bool) -> None:
    assert believed(COUNT, past, now) is is_usual


@pytest.mark.parametrize(("now", "is_usual"), [(0.5, True), (0.69, True), (0.75, False), (0.25, False)])
def test_a_level_is_compared_by_difference(now: float, is_usual: bool) -> None:
    assert believed(LEVEL, [0.5, 0.48, 0.52, 0.5, 0.51], now) is is_usual


@pytest.mark.parametrize(
    ("past", "now", "is_usual"),
    [
        ([19.0] * 6, 20.4, True),
        ([19.0] * 6, 21.0, False),
        ([23.6, 0.2, 23.9, 0.1], 0.9, True),
        ([23.6] * 5, 2.0, False),
    ],
)
def test_an_hour_is_compared_around_the_clock(past: list[float], now: float, is_usual: bool) -> None:
    assert believed(HOUR, past, now) is is_usual


def test_with_little_past_nothing_is_unusual() -> None:
    assert usual(COUNT, "2026-10", months([5] * (MIN_MONTHS - 1))) is None
    assert usual(COUNT, "2026-10", months([5] * MIN_MONTHS)) is not None
    assert usual(Measure(of="x"), "2026-10", months([5] * 12)) is None, "a measure without a factor has no past"


@given(st.lists(st.integers(0, 10_000), min_size=MIN_MONTHS, max_size=30), st.integers(2, 9))
@settings(max_examples=200, deadline=None)
def test_what_was_is_usual_whatever_the_unit(past: list[int], times: int) -> None:
    """The month before and the middle are always believed; without a floor a count in another unit is judged alike."""
    free = Measure(of="x", factor=3)
    band = usual(free, "2026-10", months([float(one) for one in past]))
    assert band is not None
    assert band[0] <= past[-1] <= band[1]
    high = usual(free, "2026-10", months([float(one * times) for one in past]))
    assert high is not None
    assert math.log1p(high[1]) >= math.log1p(band[1]) - 1e-9
