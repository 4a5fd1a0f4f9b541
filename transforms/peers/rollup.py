"""What may be said of the figures of a group of authorities: the middle, the quartiles, or why nothing.

Whose figure is whose cannot be had from it: whoever of five or more has which, the same is said. Fewer than five say
nothing; nor does a group that leaves one to four of all those who speak outside, since who sees both would see the few.
The quartiles of fewer than eight would lie at the ends, so they are not said. What is shown is rounded to two digits.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from transforms.peers.groups import Group

MIN_AUTHORITIES = 5
MIN_FOR_QUARTILES = 8
DIGITS = 2
"""Significant digits of what is shown."""
NOT_COMPARED = ("suspect", "lower_bound", "incomplete", "partial_period", "low_reliability")
"""Flags with which a figure, though final, is not put beside others."""

Why = Literal["", "too_few", "few_outside"]


@dataclass(frozen=True)
class Figure:
    """An authority's figure of one indicator and month as it stands: a value only where it is final and comparable.

    `status`: that of the cell; `not_compared` where a flag, another definition or unknown residents keep it out.
    """

    authority: str
    status: str
    value: float | None = None

    @property
    def speaks(self) -> bool:
        """Whether it is one of those the middle is taken of."""
        return self.status == "final" and self.value is not None


@dataclass(frozen=True)
class Middle:
    """Of some figures: the median and, of eight or more, the quartiles; each rounded to two digits."""

    median: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class RollUp:
    """What is said of a group: of how many authorities, by status, and the middle of those that speak, or why not.

    Of a group of fewer than five authorities not even how many speak is said (None), and no status.
    """

    group: Group
    speaking: int | None
    statuses: Mapping[str, int] = field(default_factory=dict)
    middle: Middle | None = None
    share: float | None = None
    why: Why = ""


def is_comparable(quality: Iterable[str]) -> bool:
    """Whether a final figure with these flags may stand beside those of others."""
    return not any(flag.partition(":")[0] in NOT_COMPARED for flag in quality)


def roll_up(group: Group, members: Collection[Figure], everybody: Collection[Figure]) -> RollUp:
    """The middle of a group's figures; `everybody` are those of all groups of whom something is said beside it.

    Suppressed and missing figures are counted as what they are, and are in no middle.
    """
    values, why = _values(members, everybody)
    return _said(group, members, None if why else _middle(values), None, why)


def share_of(group: Group, members: Collection[Figure], everybody: Collection[Figure]) -> RollUp:
    """Of authorities that have something (1) or do not (0): the share that has it, in whole hundredths."""
    values, why = _values(members, everybody)
    share = None if why else round(sum(values) / len(values), 2)
    return _said(group, members, None, share, why)


def beside_peers(
    authority: str, group: Group, members: Collection[Figure], everybody: Collection[Figure], *, is_share: bool = False
) -> RollUp:
    """The others of a group, for one of its authorities to see itself beside: at least five, without itself."""
    others = [one for one in members if one.authority != authority]
    rest = [one for one in everybody if one.authority != authority]
    return (share_of if is_share else roll_up)(group, others, rest)


def rounded(value: float) -> float:
    """A figure with two significant digits."""
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, DIGITS - 1 - math.floor(math.log10(abs(value))))


def _values(members: Collection[Figure], everybody: Collection[Figure]) -> tuple[list[float], Why]:
    values = sorted(one.value for one in members if one.speaks and one.value is not None)
    if len(values) < MIN_AUTHORITIES:
        return values, "too_few"
    outside = sum(one.speaks for one in everybody) - len(values)
    return values, "few_outside" if 0 < outside < MIN_AUTHORITIES else ""


def _middle(values: list[float]) -> Middle:
    median = rounded(statistics.median(values))
    if len(values) < MIN_FOR_QUARTILES:
        return Middle(median)
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return Middle(median, rounded(low), rounded(high))


def _said(group: Group, members: Collection[Figure], middle: Middle | None, share: float | None, why: Why) -> RollUp:
    if len(members) < MIN_AUTHORITIES:
        return RollUp(group, None, why=why)
    statuses = dict(sorted(Counter(one.status for one in members).items()))
    return RollUp(group, sum(one.speaks for one in members), statuses, middle, share, why)
