"""The pages the books are written on: one figure for each indicator, month, space and part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from simulator.calendar import months_until
from simulator.model import Town
from simulator.work import MemberCount

Place = tuple[str, str, str, str]
"""indicator, month, space ('' for the authority as a whole), part ('' for the whole)."""


@dataclass(frozen=True)
class Known:
    """How a figure is known: by which of these methods, of which places, and how surely."""

    methods: frozenset[str]
    spaces: frozenset[str] = frozenset()  # of a total kept by space; empty: it is not told of which
    is_final: bool | None = True  # None: it may be or not
    must: frozenset[str] = frozenset()  # flags that stand with it
    never: frozenset[str] = frozenset()  # flags that would be untrue of it


@dataclass(frozen=True)
class GroundTruth:
    """The values; None stands for missing, suppressed or not applicable."""

    town: Town
    values: dict[Place, float | None]
    why_none: dict[Place, str]  # missing, suppressed or not_applicable, for the wholes without a value
    counts: dict[Place, int]  # people or events behind a share, mean or rate; behind a count it is the count
    known: dict[Place, Known]
    worth: dict[Place, float]  # answers of one weight that a survey's estimate is worth
    reasons: dict[str, str]  # indicator without any source -> the code and subject of the reason

    @property
    def indicators(self) -> frozenset[str]:
        """The indicators the books know."""
        return frozenset(indicator for indicator, *_ in self.values)


@dataclass
class Pages:
    """The books while they are written."""

    town: Town
    values: dict[Place, float | None] = field(default_factory=dict)
    why_none: dict[Place, str] = field(default_factory=dict)
    counts: dict[Place, int] = field(default_factory=dict)
    known: dict[Place, Known] = field(default_factory=dict)
    worth: dict[Place, float] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def put(
        self, indicator: str, month: str, value: float | None, space: str = "", part: str = "", *, n: int | None = None
    ) -> None:
        """Write a figure, and how many are behind it; each place is written once."""
        place = (indicator, month, space, part)
        if place in self.values:
            raise ValueError(f"written twice: {place}")
        self.values[place] = value
        if value is not None and n is not None:
            self.counts[place] = n
        if value is None and not space and not part:
            self.why_none[place] = "missing"

    def hide(self, indicator: str, month: str, part: str = "") -> None:
        """Write that there is a figure on too few people to be shown."""
        self.put(indicator, month, None, part=part)
        self.why_none[indicator, month, "", part] = "suppressed"

    def missing(self, indicators: Iterable[str], why: str = "missing") -> None:
        """Write that the whole is missing in the months where nothing stands yet."""
        for indicator in indicators:
            for month in self.town.months:
                place = (indicator, month, "", "")
                if place not in self.values:
                    self.values[place] = None
                    self.why_none[place] = why

    def truth(self) -> GroundTruth:
        """The books, closed."""
        return GroundTruth(self.town, self.values, self.why_none, self.counts, self.known, self.worth, self.reasons)


def last_counts(town: Town, month: str) -> dict[str, MemberCount]:
    """Space -> what was last counted by hand, three months ago at most."""
    months = months_until(month, 4)
    counts = sorted((one for one in town.work.members if one.month in months), key=lambda one: one.month)
    return {one.space: one for one in counts}


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
