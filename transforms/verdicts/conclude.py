"""The verdict of one series in one month: which word, by which rule, and what the sentence needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from transforms.verdicts.adjust import PARAMETERS, adjusted
from transforms.verdicts.calendar import month_days
from transforms.verdicts.limits import Limits, Rule, Values, held, in_a_row, rules_at
from transforms.verdicts.series import Point, Series, Verdict
from transforms.verdicts.steps import (
    FEW,
    MONTHS,
    PULSE,
    QUARTERS,
    WAVES,
    Pace,
    Segment,
    by_quarter,
    emergency_in,
    segment_of,
)
from transforms.verdicts.strength import Strength, strength_of
from transforms.verdicts.waves import of_waves
from warehouse.calendar import shift

ENGINE = 3
"""Raised with any change by which a stored series would get another verdict."""
HELD = 2
"""Steps in a row in which a rule of one direction must hold."""
MAX_BEHIND, MAX_WAVE_BEHIND, MAX_QUARTER_BEHIND = 3, 12, 5
"""Months a verdict may be older than the month it is asked of, while that is not complete; of waves, and of those of
which there is one a quarter."""
FEAST = 1 / 6
"""Share of Tishrei and Pesach days by which a month is left out of limits while the calendar cannot be taken out."""


def verdict_of(series: Series, asked: str) -> Verdict:
    """The verdict of a month, YYYY-MM, from the points up to it.

    Where the month is not complete, the last complete one is looked at and named. No error is raised for a series
    that has nothing to look at: that is a verdict too. Its `fields` say beside it whether the target is reached by the
    month that was looked at.
    """
    found = _without_target(series, asked)
    looked_at = next((one for one in series.points if one.month == found.month and not one.flaw), None)
    value = found.fields.get("value", looked_at.value if looked_at else None)
    if series.target is None or value is None:
        return found
    told = {"target": series.target.value, "is_reached": series.target.is_reached(float(value))}
    return replace(found, fields={**found.fields, **told})


def _without_target(series: Series, asked: str) -> Verdict:
    point = next((one for one in series.points if one.month == asked), Point(asked, None))
    if (emergency := emergency_in(asked, series.emergencies)) is not None:
        fields = {"month": asked, "day": emergency.first_day.isoformat()}
        return Verdict("exceptional_month", asked, asked, "emergency", fields=fields)
    if point.break_reason and not point.flaw:
        return Verdict("series_break", asked, asked, "break", fields={"month": asked, "why": point.break_reason})
    segment = segment_of(series, asked)
    waves = PULSE if series.is_quarterly else WAVES
    behind = MAX_QUARTER_BEHIND if series.is_quarterly else MAX_WAVE_BEHIND if series.is_surveyed else MAX_BEHIND
    if not segment.steps:
        return _too_little(asked, segment, 0)
    if segment.steps[-1].month < shift(asked, -behind):
        fields = {"month": asked, "flaw": point.flaw or "carried", "last": segment.steps[-1].month}
        return Verdict("not_judged", asked, asked, "no_complete_month", fields=fields)
    base = max((one.month for one in series.rebases if one.month <= segment.steps[-1].month), default="")
    if series.is_surveyed:
        return of_waves(series, asked, segment, waves) if len(segment.steps) < waves.baseline else _Look(
            series, asked, segment, waves, base
        ).verdict()  # fmt: skip
    begun = [one.events for one in segment.steps if one.month >= base][: MONTHS.baseline]
    if np.mean(begun) < FEW:
        quarters = by_quarter(segment)
        if not quarters.steps:
            return _too_little(asked, segment, len(segment.steps))
        return _Look(series, asked, quarters, QUARTERS, base).verdict()
    if len(segment.steps) < MONTHS.baseline:
        return _on_trial(series, asked, segment, base)
    return _Look(series, asked, segment, MONTHS, base).verdict()


def _too_little(asked: str, segment: Segment, have: int, pace: Pace = MONTHS, reason: str = "too_short") -> Verdict:
    last = segment.months[-1] if segment.steps else asked
    fields = {"month": last, "have": have, "need": pace.baseline, "since": segment.since, "why": segment.why}
    reason = f"{reason}_since_break" if segment.why and reason == "too_short" else reason
    return Verdict("too_little_data", asked, last, reason, pace.name, fields=fields)


def _on_trial(series: Series, asked: str, segment: Segment, base: str) -> Verdict:
    """Too few months to take the calendar out: those with many feast days stay out, and the limits are on trial."""
    have = len(segment.steps)
    plain = [one for one in segment.steps if one.month >= base and month_days(one.month).holidays < FEAST]
    little = _too_little(asked, segment, have)
    is_feast = not plain or plain[-1].month != segment.months[-1]
    if len(plain) < MONTHS.trial or is_feast:
        return little
    values = np.array([one.place for one in plain])
    limits = Limits.of(values)
    look = _Look(series, asked, replace(segment, steps=tuple(plain)), MONTHS, base)
    found = look.described(limits, values)
    found["fields"] = {**found["fields"], **little.fields}
    for sign, reason in ((1, "trial_rise"), (-1, "trial_fall")):
        if held(values, limits, sign) >= HELD:
            return replace(little, reason=reason, is_trial=True, **found)
    return replace(little, word="no_signal", reason="trial_steady", is_trial=True, **found)


@dataclass(frozen=True)
class _Look:
    """One look at the steps of a segment at a pace."""

    series: Series
    asked: str
    segment: Segment
    pace: Pace
    base: str

    def verdict(self) -> Verdict:
        """The word and what led to it."""
        months, places, pace = self.segment.months, self.segment.places, self.pace
        have = len(months)
        start = next(place for place, month in enumerate(months) if month >= self.base)
        size = min(pace.baseline, have - start)
        if have < pace.baseline or size < pace.trial:
            if have < pace.baseline:
                return _too_little(self.asked, self.segment, have, pace)
            little = _too_little(self.asked, self.segment, size, pace, "too_short_since_rebase")
            return replace(little, fields={**little.fields, "need": pace.trial, "since": self.base})
        baseline = slice(start, start + size)
        # Limits are those drawn when the baseline was whole: no later month moves them.
        locked = max(start + size, pace.baseline)
        limits = Limits.of(self._adjusted(places[:locked], baseline)[baseline])
        values = self._adjusted(places, baseline)
        since = values[start:]
        change = self.segment.scale.change(
            *map(float, (values[-2 * pace.year : -pace.year].mean(), values[-pace.year :].mean()))
        )
        sign = 1 if change >= 0 else -1
        fitted = PARAMETERS / have if pace is MONTHS else 0.0
        strength = strength_of(values, pace.stretches, pace.before, pace.lean, fitted, sign)
        seen: dict[str, Any] = {
            "effect": change, "strength": strength.errors, "p": strength.p, "is_trial": size < pace.baseline,
            "autocorrelation": strength.autocorrelation, "baseline": tuple(months[baseline]),
        }  # fmt: skip
        word, reason, rule = self._word(since, limits, change, sign, strength)
        found = self.described(limits, values, rule, sign, since)
        fields = {**found.pop("fields"), "effect": change, "minimum": self.series.minimum_effect}
        return Verdict(
            word, self.asked, months[-1], reason, pace.name, rule=rule, held=held(since, limits, sign) if rule else 0,
            fields=fields, **seen, **found,
        )  # fmt: skip

    def _word(
        self, since: Values, limits: Limits, change: float, sign: int, strength: Strength
    ) -> tuple[Any, str, Rule | Any]:
        """Word, reason and rule: a rule that held, an effect of size, and strength enough."""
        count = held(since, limits, sign)
        if not count:
            other = held(since, limits, -sign)
            return "no_signal", "steady_back" if other >= HELD else "steady", ""
        rule = rules_at(since, limits, len(since) - 1, sign)[0]
        if count < HELD:
            return "no_signal", "steady_new", rule
        if abs(change) <= self.series.minimum_effect:
            return "no_signal", "steady_small", rule
        if not strength.claims(sign):
            return "no_signal", "steady_unsure", rule
        return ("real_rise", f"rise_{rule}", rule) if sign > 0 else ("real_fall", f"fall_{rule}", rule)

    def _adjusted(self, places: Values, baseline: slice) -> Values:
        if self.pace is not MONTHS:
            return places
        months = self.segment.months[: len(places)]
        acts = sorted({one.month for one in self.series.rebases if months[0] < one.month <= months[-1]})
        steps = [next(place for place, month in enumerate(months) if month >= act) for act in acts]
        return adjusted(places, months, self.series.arab_share, baseline, steps)

    def described(
        self, limits: Limits, values: Values, rule: Rule | Any = "", sign: int = 1, since: Values | None = None
    ) -> dict[str, Any]:
        """Limits and values in the indicator's unit, on the level of the last step; and what every sentence names."""
        last, scale = self.segment.steps[-1], self.segment.scale
        edges = [limits.centre, limits.centre - limits.width, limits.centre + limits.width]
        centre, lower, upper = (scale.back(edge + last.shift) * last.unit for edge in edges)
        shown = tuple(
            (step.month, round(scale.back(float(place) + step.shift) * step.unit, 6))
            for step, place in zip(self.segment.steps, values, strict=True)
        )
        fields: Mapping[str, Any] = {
            "month": last.month, "value": last.value, "plain": shown[-1][1],
            "centre": centre, "lower": lower, "upper": upper,
            "count": in_a_row(since if since is not None else values, limits, rule, sign) if rule else 0,
        }  # fmt: skip
        return {"centre": centre, "lower": lower, "upper": upper, "adjusted": shown, "fields": fields}
