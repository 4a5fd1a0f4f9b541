"""The pages the books are written on: one figure for each indicator, month, space and part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from simulator.model import Town

Place = tuple[str, str, str, str]
"""indicator, month, space ('' for the authority as a whole), part ('' for the whole)."""


@dataclass(frozen=True)
class Books:
    """The values; None stands for missing, suppressed or not applicable."""

    town: Town
    values: dict[Place, float | None]

    @property
    def indicators(self) -> frozenset[str]:
        """The indicators the books know."""
        return frozenset(indicator for indicator, *_ in self.values)


@dataclass
class Pages:
    """The books while they are written."""

    town: Town
    values: dict[Place, float | None] = field(default_factory=dict)

    def put(self, indicator: str, month: str, value: float | None, space: str = "", part: str = "") -> None:
        """Write a figure; each place is written once."""
        place = (indicator, month, space, part)
        if place in self.values:
            raise ValueError(f"written twice: {place}")
        self.values[place] = value

    def missing(self, indicator: str, months: Iterable[str] | None = None) -> None:
        """Write that the whole is missing in months where nothing stands yet."""
        for month in self.town.months if months is None else months:
            self.values.setdefault((indicator, month, "", ""), None)


def divided(numerator: float, denominator: float) -> float | None:
    """A share; None when there is nothing to divide by."""
    return numerator / denominator if denominator else None


def residents_at(town: Town, month: str) -> int:
    """Residents at a month's end: on a straight line between two ends of year, carried beyond the last."""
    place = int(month[:4]) * 12 + int(month[5:])
    ends = sorted((year * 12 + 12, residents) for year, residents in town.residents.items())
    earlier = [end for end in ends if end[0] <= place]
    later = [end for end in ends if end[0] >= place]
    if not earlier or not later:
        return (earlier[-1] if earlier else later[0])[1]
    (start, first), (end, last) = earlier[-1], later[0]
    return first if start == end else round(first + (last - first) * (place - start) / (end - start))
