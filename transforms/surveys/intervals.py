"""How sure an estimate of a sample is: the number of equal answers it is worth, and its 95 % interval.

The effective number is Kish's: weights that differ make an estimate as sure as fewer answers of one weight. Intervals
tell chance alone. Of people who chose to answer they do not say how far these are from those who did not.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import exp, lgamma, log, log1p, pi, sqrt
from typing import NamedTuple

Z = 1.959963984540054
"""95 % of a normal distribution lie within so many standard deviations."""
_LEVEL = 0.95
_MEMBERS = 300
"""Of the continued fraction: enough for a hundred thousand answers."""


class Interval(NamedTuple):
    """The ends of a 95 % interval, in the estimate's own unit."""

    lo: float
    hi: float


def effective(weights: Sequence[float]) -> float:
    """Kish's effective number of answers: 0 of none, as many as there are where all weights are alike."""
    squares = sum(one * one for one in weights)
    return sum(weights) ** 2 / squares if squares else 0.0


def share_interval(share: float, answers: float) -> Interval | None:
    """Wilson's interval of a share (0 to 1) of so many effective answers; None of none."""
    if answers <= 0:
        return None
    square = Z * Z
    middle = (share + square / (2 * answers)) / (1 + square / answers)
    half = Z / (1 + square / answers) * sqrt(share * (1 - share) / answers + square / (4 * answers * answers))
    return Interval(max(middle - half, 0.0), min(middle + half, 1.0))


def mean_interval(mean: float, variance: float, answers: float) -> Interval | None:
    """Student's interval of a mean of so many effective answers, None of one or fewer.

    `variance` is the weighted mean of the squared distances from the mean.
    """
    if answers <= 1:
        return None
    half = student(answers - 1) * sqrt(max(variance, 0.0) / (answers - 1))
    return Interval(mean - half, mean + half)


def difference(now: float, of_now: Interval, then: float, of_then: Interval) -> Interval:
    """The interval of how much `now` is above `then`, each a figure of its own sample with its own interval.

    Each side takes the half of either interval that lies on it (Newcombe).
    """
    change = now - then
    return Interval(
        change - sqrt((now - of_now.lo) ** 2 + (of_then.hi - then) ** 2),
        change + sqrt((of_now.hi - now) ** 2 + (then - of_then.lo) ** 2),
    )


@lru_cache(maxsize=4_096)
def student(freedom: float) -> float:
    """Within how many standard errors 95 % of Student's distribution lie; `freedom` above 0 need not be whole."""
    scale = exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(freedom * pi)
    distance = Z
    for _ in range(100):
        # What lies beyond is a convex function, and Newton's steps from below never pass the root.
        density = scale * (1 + distance * distance / freedom) ** (-(freedom + 1) / 2)
        step = (_beyond(distance, freedom) - (1 - _LEVEL)) / (2 * density)
        distance += step
        if abs(step) <= 1e-13 * distance:
            break
    return distance


def _beyond(distance: float, freedom: float) -> float:
    """The share of Student's distribution further from its middle than this: an incomplete beta function."""
    return _incomplete_beta(freedom / 2, 0.5, freedom / (freedom + distance * distance))


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function for x from 0 to 1, by its continued fraction (DLMF 8.17.22)."""
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x > (a + 1) / (a + b + 2):
        return 1 - front * _fraction(b, a, 1 - x) / b
    return front * _fraction(a, b, x) / a


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction, from its last member to its first."""
    found = 1.0
    for number in range(_MEMBERS, 0, -1):
        m, is_odd = divmod(number, 2)
        part = -(a + m) * (a + b + m) if is_odd else m * (b - m)
        found = 1 + part * x / ((a + number - 1) * (a + number)) / found
    return 1 / found
