"""How surely the latest stretch of a series differs from what was before it, when months lean on one another.

Seven months on one side say little where each month resembles the last. So no change is claimed by the rules alone:
the limits are widened for the mean of a stretch as if each month leaned on the one before it by half, and
widened further where they measurably lean by more.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import erfc, sqrt

import numpy as np

from transforms.verdicts.limits import Values

LEAN = 0.5
"""Lag-1 autocorrelation of months that is taken for granted; above it, as measured, the limits are widened."""
WIDTH, WIDE = 2.2, 2.5
"""Standard errors a stretch must differ by, and where the autocorrelation is above LEAN."""
CERTAIN = 99.0
"""Strength of a change in a series that otherwise never moves."""


@dataclass(frozen=True)
class Strength:
    """Signed standard errors, and the lag-1 autocorrelation measured (trend removed, corrected for short series)."""

    errors: float
    autocorrelation: float

    def claims(self, sign: int) -> bool:
        """Whether it is enough for a rise (1) or a fall (-1)."""
        return sign * self.errors > (WIDE if self.autocorrelation > LEAN else WIDTH)

    @property
    def p(self) -> float:
        """Probability of so much where nothing happens, two-sided, doubled as the stretch is the best of several."""
        return min(1.0, 2 * erfc(abs(self.errors) / sqrt(2)))


def strength_of(values: Values, stretches: range, before: int, lean: float, fitted: float, sign: int) -> Strength:
    """Of the stretches that end now, the strength of the one that differs most from up to `before` steps earlier.

    `fitted` is how many parameters were fitted per value before, as the calendar's are.
    """
    window = values[-(stretches[-1] + before) :]
    rest = _detrended(window)
    freedom = len(window) * (1 - fitted) - 2
    spread = sqrt(float(rest @ rest) / max(freedom, 1.0))
    best = -CERTAIN
    for length in stretches:
        earlier = min(before, len(values) - length)
        if earlier < stretches[-1]:
            break
        change = sign * float(values[-length:].mean() - values[-length - earlier : -length].mean())
        error = spread * _factor(length, earlier, lean)
        certain = 0.0 if abs(change) < 1e-9 else float(np.copysign(CERTAIN, change))
        best = max(best, min(change / error, CERTAIN) if error > 1e-12 else certain)
    return Strength(sign * best, _autocorrelation(_detrended(values)))


@cache
def _factor(length: int, earlier: int, lean: float) -> float:
    """Standard error of the difference of two adjacent means, in standard deviations of one value."""
    weights = np.concatenate([np.full(earlier, -1 / earlier), np.full(length, 1 / length)])
    places = np.arange(earlier + length)
    return sqrt(float(weights @ lean ** np.abs(np.subtract.outer(places, places)) @ weights))


def _detrended(values: Values) -> Values:
    places = np.arange(len(values)) - (len(values) - 1) / 2
    slope = float(places @ values) / float(places @ places)
    return np.asarray(values - values.mean() - slope * places)


def _autocorrelation(rest: Values) -> float:
    size, total = len(rest), float(rest @ rest)
    if total < 1e-18 or size < 6:
        return 0.0
    found = float(rest[1:] @ rest[:-1]) / total
    return float(np.clip((size * found + 1) / (size - 4), -0.9, 0.9))
