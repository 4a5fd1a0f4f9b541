"""The scale on which values are compared: log for what multiplies, logit for shares, none for means of answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import copysign, exp, log
from typing import Literal

from warehouse.vocabulary import Unit

Kind = Literal["log", "logit", "none"]


def kind_of(unit: Unit) -> Kind:
    """The scale of a unit."""
    return "logit" if unit == "share" else "none" if unit in ("score_1_5", "level_0_3") else "log"


MAX_END = 0.05
"""A share of nothing or of all stands at most so far from it."""


@dataclass(frozen=True)
class Scale:
    """A scale, and where on it stands what has no logarithm: a zero, a share of nothing or of all.

    A zero is taken for half of the smallest value the scale was made from, so that multiplying all values by one number
    moves everything alike; a share of nothing or of all for half of the smallest distance to either.
    """

    kind: Kind
    edge: float

    @classmethod
    def of(cls, kind: Kind, values: Iterable[float]) -> Scale:
        """The scale of a series, by its first values."""
        known = [min(one, 1 - one) if kind == "logit" else one for one in values]
        smallest = min((one for one in known if one > 0), default=0.01 if kind == "logit" else 1.0) / 2
        return cls(kind, min(smallest, MAX_END) if kind == "logit" else smallest)

    def on(self, value: float) -> float:
        """A value on the scale."""
        if self.kind == "none":
            return value
        if self.kind == "log":
            return log(value if value > 0 else self.edge)
        share = self.edge if value <= 0 else 1 - self.edge if value >= 1 else value
        return log(share / (1 - share))

    def back(self, value: float) -> float:
        """A place on the scale as a value."""
        return value if self.kind == "none" else exp(value) if self.kind == "log" else 1 / (1 + exp(-value))

    def change(self, before: float, after: float) -> float:
        """The relative change from one place on the scale to another; from zero it is all, 1 or -1."""
        then, now = self.back(before), self.back(after)
        if then == 0:
            return copysign(1.0, now) if now else 0.0
        return (now - then) / abs(then)
