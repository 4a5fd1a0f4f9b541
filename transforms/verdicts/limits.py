"""XmR limits, and the four rules by which a point is out of the ordinary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
RUN = 7
"""So many points on one side, or rising one after the other, are a signal."""
LIMIT = 2.66
"""Mean moving ranges from the centre to a limit: three standard deviations."""
SCREEN = 3.267
"""Moving ranges above so many of their mean are left out of it, once."""

Rule = Literal["outside", "run", "trend", "outer"]


@dataclass(frozen=True)
class Limits:
    """Centre and half width, on the scale of the values."""

    centre: float
    width: float

    @classmethod
    def of(cls, baseline: Values) -> Limits:
        """Limits of at least two values."""
        ranges = np.abs(np.diff(baseline))
        kept = ranges[ranges <= SCREEN * ranges.mean()]
        return cls(float(baseline.mean()), LIMIT * float(kept.mean()))


def rules_at(values: Values, limits: Limits, at: int, sign: int) -> list[Rule]:
    """The rules that hold at a place in the series for one direction, 1 up or -1 down, the plainest first."""
    off = sign * (values[: at + 1] - limits.centre)
    tolerance = 1e-9 * max(1.0, abs(limits.centre))
    found: list[Rule] = []
    if off[-1] > limits.width + tolerance:
        found.append("outside")
    if at + 1 >= RUN and bool(np.all(off[-RUN:] > tolerance)):
        found.append("run")
    if at + 1 >= RUN and bool(np.all(np.diff(off[-RUN:]) > tolerance)):
        found.append("trend")
    # Two of three, this one on the same side: a month that came back is no signal of having left.
    if at + 1 >= 3 and off[-1] > tolerance and int(np.sum(off[-3:] > 2 / 3 * limits.width + tolerance)) >= 2:
        found.append("outer")
    return found


def held(values: Values, limits: Limits, sign: int) -> int:
    """How many of the last points in a row some rule of a direction holds for."""
    count = 0
    for at in range(len(values) - 1, -1, -1):
        if not rules_at(values, limits, at, sign):
            break
        count += 1
    return count


def in_a_row(values: Values, limits: Limits, rule: Rule, sign: int) -> int:
    """How many of the last points in a row the sentence of a rule speaks of."""
    off = sign * (values - limits.centre)
    if rule == "trend":
        return _last(np.diff(off) > 0) + 1
    return _last(off > (limits.width if rule == "outside" else 0))


def _last(holds: Sequence[bool] | NDArray[np.bool_]) -> int:
    count = 0
    for one in reversed(holds):
        if not one:
            break
        count += 1
    return count
