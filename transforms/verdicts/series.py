"""What a verdict is made from and what it says. Months are YYYY-MM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from warehouse.vocabulary import Unit, VerdictWord

DISQUALIFYING = frozenset(
    {
        "partial_period",
        "lower_bound",
        "right_censored",
        "stale",
        "source_down",
        "suspect",
        "truncated",
        "low_reliability",
        "metric_withdrawn",
    }
)
"""Quality flags of a value that nothing is concluded from, nor any limit drawn."""
CARRIED = "carried"
"""Flag of a survey's value shown again in a later month: no wave of its own."""


_RULES = ("outside", "run", "trend", "outer")
REASONS = frozenset(
    {
        *(f"{way}_{rule}" for way in ("rise", "fall") for rule in _RULES),
        *(f"steady{more}" for more in ("", "_new", "_small", "_unsure", "_back")),
        *(f"trial_{way}" for way in ("steady", "rise", "fall")),
        *(f"too_short{more}" for more in ("", "_since_break", "_since_rebase")),
        *(f"waves_{way}" for way in ("rise", "fall", "small", "alike")),
        "first_wave", "first_wave_since_break", "no_interval", "emergency", "break", "no_complete_month",
    }
)  # fmt: skip
"""Why a verdict is what it is: each is a sentence of `texts/verdicts.yaml`."""


@dataclass(frozen=True)
class Point:
    """A headline in one month.

    `value` is in the indicator's unit, None where there is none. `exposure` is what a count is held against (residents,
    sends, sessions), of every month of a series or of none. `numerator`, `denominator` and `n` are those of the cell;
    `lo` and `hi` the ends of a 95 % interval. `flags` are quality flags with their subject, `NAME` or `NAME:SUBJECT`.
    `like_for_like` is (figure of the month before, figure of this one) over the places both have, and `break_reason`
    why the month is not to be compared with those before it.
    """

    month: str
    value: float | None
    status: str = "final"
    flags: frozenset[str] = frozenset()
    numerator: float | None = None
    denominator: float | None = None
    n: int | None = None
    exposure: float | None = None
    lo: float | None = None
    hi: float | None = None
    like_for_like: tuple[float, float] | None = None
    break_reason: str = ""

    @property
    def flaw(self) -> str:
        """Why nothing is concluded from it: `missing`, a status or a disqualifying flag; '' where it is sound."""
        if self.value is None:
            return self.status if self.status in ("suppressed", "not_applicable") else "missing"
        bad = sorted({flag.partition(":")[0] for flag in self.flags} & DISQUALIFYING)
        return bad[0] if bad else "" if self.status == "final" else self.status


@dataclass(frozen=True)
class Emergency:
    """A stretch of days unlike others, both ends included; one without a last day lasts.

    `scope` says in free words whom it touched: the whole town or a neighbourhood. It is shown and keeps no row away:
    what a town's total is of, no month of an emergency tells.
    """

    first_day: date
    last_day: date | None = None
    scope: str = ""
    source: str = ""


@dataclass(frozen=True)
class Rebase:
    """A recorded act: from this month on the usual level is drawn anew."""

    month: str
    reason: str


@dataclass(frozen=True)
class Target:
    """What the figure is to reach, in the indicator's unit; one that `is_ceiling` is reached from above."""

    value: float
    is_ceiling: bool = False

    def is_reached(self, figure: float) -> bool:
        """Whether a figure reaches it, or is beyond."""
        return figure <= self.value if self.is_ceiling else figure >= self.value


@dataclass(frozen=True)
class Series:
    """One headline of one authority through time. `points` come in any order, at most one a month.

    `minimum_effect` is the smallest change worth a word, as a share; `arab_share` (0 to 1) weighs Ramadan;
    `is_surveyed` says that its points are waves, `is_quarterly` that there is one a quarter. Direction of good is no
    part of it: a verdict speaks of the measure. `target` is what its staff want of it: it is said beside a verdict and
    makes none.
    """

    indicator: str
    unit: Unit
    points: tuple[Point, ...]
    minimum_effect: float = 0.03
    arab_share: float = 0.0
    is_surveyed: bool = False
    is_quarterly: bool = False
    emergencies: tuple[Emergency, ...] = ()
    rebases: tuple[Rebase, ...] = ()
    target: Target | None = None


@dataclass(frozen=True)
class Verdict:
    """What is concluded of a headline in a month, and all that led to it.

    `month` is the month (of quarters the last one) that was looked at, earlier than `asked` where that is not complete.
    `rule` is outside, run, trend, outer or interval; `held` the steps in a row in which it, or another one of the same
    direction, held. `effect` is the relative change of the latest year against the one before it (of waves, of the
    last two), `strength` the standard errors by which the latest stretch differs from what was before it, signed, `p`
    their two-sided probability where nothing happens. `centre`, `lower` and `upper` are in the indicator's unit;
    `adjusted` are the values without season and holidays. `reason` and `fields` make the sentence.
    """

    word: VerdictWord
    asked: str
    month: str
    reason: str
    pace: str = "month"
    rule: str = ""
    held: int = 0
    effect: float | None = None
    strength: float | None = None
    p: float | None = None
    autocorrelation: float | None = None
    centre: float | None = None
    lower: float | None = None
    upper: float | None = None
    is_trial: bool = False
    baseline: tuple[str, ...] = ()
    adjusted: tuple[tuple[str, float], ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
