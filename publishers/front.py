"""What page one says: what really moved, what to do about it, what not to rely on. Made once from a report.

What it says in a language is `publishers.front_words`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from publishers.report import IndicatorReport, Report
from texts import Language, text, word
from texts.writing import pick

Opening = Literal["moved", "still", "emergency", "young", "silent"]
ACTIONS = 3
NEEDED = 24
"""Full months without which nothing is concluded of a month."""
WHEN = {"real_rise": "rise", "real_fall": "fall", "no_signal": "steady"}
HARMLESS = frozenset({"right_censored", "like_for_like"})
"""Flags that every month has for a while, or that a verdict has taken into account."""
GRAVE = frozenset(
    {
        "suspect", "series_break", "source_down", "stale", "partial_period", "lower_bound", "low_reliability",
        "truncated", "metric_withdrawn",
    }
)  # fmt: skip
"""Flags by which a lead indicator is not to be relied on this month."""


@dataclass(frozen=True)
class FrontPage:
    """Page one of a month, in no language yet. Each indicator is one that leads.

    `rises` and `falls` are what may be claimed, the surest first; `standing` is what moves as ever, short of its
    target; `actions` the indicators whose owners have something to do, the most urgent first; `doubts` those not to be
    relied on, also where something is claimed of them. `looked` counts those that could be examined; `due` are those of
    which staff wrote to look at them again before the next report, and nothing more pressing is to be done.
    """

    opening: Opening
    rises: tuple[IndicatorReport, ...]
    falls: tuple[IndicatorReport, ...]
    standing: tuple[IndicatorReport, ...]
    actions: tuple[IndicatorReport, ...]
    doubts: tuple[IndicatorReport, ...]
    looked: int
    due: tuple[IndicatorReport, ...] = ()


def front_page(report: Report) -> FrontPage:
    """Page one of a report."""
    leads = sorted((one for one in report.indicators if one.lead), key=lambda one: one.lead)
    claimed = sorted((one for one in leads if _claim(one)), key=_claim)
    standing = [one for one in leads if _word(one) == "no_signal" and fields_of(one).get("is_reached") is False]
    rest = [one for one in leads if _word(one) == "no_signal" and one not in standing and not _is_reached(one)]
    bad, good = ([one for one in claimed if is_good(one) is way] for way in (False, True))
    looked = sum(one.conclusion is not None and one.conclusion.p is not None for one in leads)
    doubts = [one for one in leads if _doubt(one)]
    due = [one for one in leads if is_due(one, report) and one not in bad and one not in standing]
    opening: Opening = "moved" if claimed else "still" if looked else "young" if full_months(leads) else "silent"
    if any(_word(one) == "exceptional_month" for one in leads):
        opening = "emergency"
    return FrontPage(
        opening,
        rises=tuple(one for one in claimed if _word(one) == "real_rise"),
        falls=tuple(one for one in claimed if _word(one) == "real_fall"),
        standing=tuple(standing),
        actions=tuple([*bad, *standing, *due, *(one for one in (*good, *rest) if one not in due)][:ACTIONS]),
        due=tuple(due),
        doubts=tuple(doubts),
        looked=looked,
    )


def is_due(one: IndicatorReport, report: Report) -> bool:
    """Whether staff wrote to look at it again before the next report."""
    day = one.follow_up.review_day if one.follow_up else None
    return day is not None and day <= report.next_day


def is_good(one: IndicatorReport) -> bool:
    """Whether what moved went where it should."""
    return (_word(one) == "real_rise") == (one.better == "higher")


def advice(one: IndicatorReport, language: Language) -> str:
    """What to do, by the verdict and by whether the target is reached.

    An indicator's own words for the verdict come first; what went the wrong way or stands still is mended by its
    general advice, and what went the right way is kept up as befits its aspect.
    """
    said = _word(one)
    if said == "no_signal" and _is_reached(one):
        return text("front.reached", language)
    own = pick(one.when.get(WHEN.get(said, ""), {}), language)
    if own or said not in ("real_rise", "real_fall") or not is_good(one):
        return own or pick(one.advice, language)
    return word("front.better", one.aspect, language)


def _doubt(one: IndicatorReport) -> bool:
    """Whether the month's own figure is not to be relied on: none, in doubt, or still to change."""
    cell = one.speaks
    kinds = {flag.partition(":")[0] for flag in cell.quality}
    is_late = cell.status == "provisional" and not kinds & HARMLESS
    return cell.status != "not_applicable" and (cell.value is None or is_late or bool(kinds & GRAVE))


def _word(one: IndicatorReport) -> str:
    return one.conclusion.word if one.conclusion else ""


def fields_of(one: IndicatorReport) -> dict[str, Any]:
    return dict(one.conclusion.fields) if one.conclusion else {}


def _claim(one: IndicatorReport) -> int:
    return one.conclusion.claim if one.conclusion else 0


def _is_reached(one: IndicatorReport) -> bool:
    return fields_of(one).get("is_reached") is True


def full_months(leads: list[IndicatorReport]) -> int:
    """Full months the longest series of those that lead has so far."""
    return max((int(fields_of(one).get("have", 0)) for one in leads if fields_of(one).get("need") == NEEDED), default=0)
