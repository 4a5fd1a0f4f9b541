"""Two waves of a survey: the interval of their difference. Nothing is drawn between them."""

from __future__ import annotations

from math import erfc, sqrt

from transforms.surveys.intervals import Interval, Z, difference, share_interval
from transforms.verdicts.series import Point, Series, Verdict
from transforms.verdicts.steps import WAVES, Pace, Segment


def of_waves(series: Series, asked: str, segment: Segment, pace: Pace = WAVES) -> Verdict:
    """The last wave beside the one before it: a change is one when the 95 % interval of the difference leaves zero out.

    Each wave's own interval is needed (of a share, the answers behind it are enough).
    """
    waves = [one for one in series.points if one.month in segment.months[-2:]]
    then, now = sorted(waves, key=lambda one: one.month)[-2:] if len(waves) > 1 else (None, waves[0])
    assert now.value is not None
    fields = {"month": now.month, "value": now.value, "since": segment.since, "why": segment.why}
    if then is None or then.value is None:
        reason = "first_wave_since_break" if segment.why else "first_wave"
        return Verdict("too_little_data", asked, now.month, reason, pace.name, fields=fields)
    ends = _interval(then, series), _interval(now, series)
    fields |= {"before": then.value, "before_month": then.month}
    if ends[0] is None or ends[1] is None:
        return Verdict("too_little_data", asked, now.month, "no_interval", pace.name, fields=fields)
    change = now.value - then.value
    lower, upper = difference(now.value, ends[1], then.value, ends[0])
    error = (upper - lower) / 2 / Z
    effect = change / abs(then.value) if then.value else float((change > 0) - (change < 0))
    fields |= {"effect": effect, "minimum": series.minimum_effect}
    errors = change / error if error > 0 else 0.0
    word, reason = "no_signal", "waves_alike"
    if (lower > 0 or upper < 0) and abs(effect) > series.minimum_effect:
        word, reason = ("real_rise", "waves_rise") if change > 0 else ("real_fall", "waves_fall")
    elif lower > 0 or upper < 0:
        reason = "waves_small"
    return Verdict(
        word,  # type: ignore[arg-type]
        asked, now.month, reason, pace.name, rule="interval", held=1, effect=effect, strength=errors,
        p=erfc(abs(errors) / sqrt(2)), lower=lower, upper=upper, baseline=(then.month,), fields=fields,
    )  # fmt: skip


def _interval(one: Point, series: Series) -> Interval | None:
    """The 95 % interval of a wave: its own; of a share that has none, that of as many equal answers."""
    assert one.value is not None
    if one.lo is not None and one.hi is not None:
        return Interval(one.lo, one.hi)
    return share_interval(one.value, one.n or 0) if series.unit == "share" else None
