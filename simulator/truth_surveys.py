"""What the survey waves come to: the latest wave of twelve months, respondents averaged first.

An estimate on fewer than 30 answers is not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import fmean

from simulator.calendar import month_of, months_until
from simulator.model import Respondent, Wave
from simulator.truth_pages import Pages, divided
from transforms.questionnaire import Scale, questionnaire

MIN_ANSWERS = 30
AGREES = 4
FACTORS = ("social_capital", "satisfaction", "attachment")
HALF_ANSWERED = frozenset({*(f"resilience.{factor}" for factor in FACTORS), "resilience.loneliness"})


OF_ONE_SCALE = (
    "facebook.relevance_felt",
    "whatsapp.trust",
    "whatsapp.belonging",
    "zoom.right_awareness",
    "zoom.partnership_felt",
    "assets.digital_use",
    "assets.digital_literacy",
    "ethics.neutrality_felt",
    "ethics.staff_need_felt",
    "societies.met_in_place",
    "resilience.social_capital",
    "resilience.satisfaction",
    "resilience.attachment",
    "resilience.loneliness",
)
SURVEYED = (*OF_ONE_SCALE, "resilience.index")


def enter(pages: Pages) -> None:
    """Every indicator that is surveyed and one scale's."""
    for indicator in OF_ONE_SCALE:
        scale = next(s for s in questionnaire().scales.values() if indicator in s.indicators)
        for month in pages.town.months:
            wave = latest(pages.town.waves, month, scale.audience)
            _show(pages, indicator, month, wave, scale)
    _literacy_gained(pages)
    for month in pages.town.months:
        _resilience(pages, month)
        _reach(pages, month)
        _met(pages, month)
    pages.missing(("resilience.index", "resilience.reach_depth"))


def _show(pages: Pages, indicator: str, month: str, wave: Wave | None, scale: Scale, part: str = "") -> None:
    """An estimate; hidden when too few answered."""
    value = estimate(wave, scale) if wave else None
    if wave is not None and value is None:
        pages.hide(indicator, month, part)
    else:
        pages.put(indicator, month, value, part=part, n=len(scores(wave.people, scale)) if wave else None)


def latest(waves: Iterable[Wave], month: str, audience: str) -> Wave | None:
    """The latest wave that closed in the month or the eleven before it."""
    window = months_until(month, 12)
    found = [wave for wave in waves if wave.audience == audience and month_of(wave.closed_day) in window]
    return max(found, key=lambda wave: wave.closed_day, default=None)


def score(person: Respondent, scale: Scale) -> float | None:
    """A respondent's mean over the items answered, reverse items turned; None when none was."""
    answered = [
        6 - person.answers[item.id] if item.reverse else person.answers[item.id]
        for item in scale.items
        if item.id in person.answers
    ]
    # A factor of resilience needs half of its items.
    is_enough = len(answered) * 2 >= len(scale.items) or scale.indicators[0] not in HALF_ANSWERED
    return fmean(answered) if answered and is_enough else None


def scores(people: Iterable[Respondent], scale: Scale) -> list[float]:
    """The means of those who have one."""
    return [found for person in people if (found := score(person, scale)) is not None]


def estimate(wave: Wave, scale: Scale) -> float | None:
    """Mean or share of the scale in a wave; None when too few answered."""
    people = scores(wave.people, scale)
    if len(people) < MIN_ANSWERS:
        return None
    count: Callable[[list[float]], float] = share_agreeing if scale.measure == "share" else fmean
    return count(people)


def share_agreeing(people: list[float]) -> float:
    """Share of respondents at 4 or 5."""
    return sum(score >= AGREES for score in people) / len(people)


def _literacy_gained(pages: Pages) -> None:
    """Change against the earliest wave drawn in the same way."""
    scale = questionnaire().scales["digital_literacy"]
    for month in pages.town.months:
        wave = latest(pages.town.waves, month, "residents")
        if wave is None:
            continue
        alike = [w for w in pages.town.waves if w.audience == "residents" and w.sample_type == wave.sample_type]
        first = min(alike, key=lambda w: w.closed_day)
        now, then = estimate(wave, scale), estimate(first, scale)
        if first.closed_day < wave.closed_day:
            change = now - then if now is not None and then is not None else None
            pages.put("assets.digital_literacy", month, change, part="change_since_baseline")


def _resilience(pages: Pages, month: str) -> None:
    """The three factors, and the mean of them over those who have all three."""
    wave = latest(pages.town.waves, month, "residents")
    if wave is None:
        return
    scales = [questionnaire().scales[factor] for factor in FACTORS]
    whole = []
    for person in wave.people:
        found = [score(person, scale) for scale in scales]
        means = [one for one in found if one is not None]
        if len(means) == len(FACTORS):
            whole.append(fmean(means))
    if len(whole) >= MIN_ANSWERS:
        pages.put("resilience.index", month, fmean(whole), n=len(whole))
    else:
        pages.hide("resilience.index", month)
    for factor, scale in zip(FACTORS, scales, strict=True):
        _show(pages, "resilience.index", month, wave, scale, factor)


def _reach(pages: Pages, month: str) -> None:
    """Those who take part weekly: by the survey, otherwise by what staff entered; both kept apart."""
    indicator = "resilience.reach_depth"
    wave = latest(pages.town.waves, month, "residents")
    asked = estimate(wave, questionnaire().scales["participation"]) if wave else None
    groups: dict[str, dict[str, float]] = {}
    for entry in pages.town.work.entries:
        if (entry.indicator, entry.month) == (indicator, month):
            groups.setdefault(entry.subject, {})[entry.part] = entry.amount
    both = [group for group in groups.values() if {"weekly", "population"} <= set(group)]
    told = divided(sum(g["weekly"] for g in both), sum(g["population"] for g in both))
    for part, value in (("survey", asked), ("entered", told), ("", asked if asked is not None else told)):
        if value is not None:
            pages.put(indicator, month, value, part=part)


def _met(pages: Pages, month: str) -> None:
    """Those who meet people of a group weekly, beside the meetings staff entered."""
    wave = latest(pages.town.waves, month, "residents")
    share = estimate(wave, questionnaire().scales["meetups"]) if wave else None
    if share is not None:
        pages.put("whatsapp.meetups", month, share, part="surveyed_share")
