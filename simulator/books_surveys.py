"""What the survey waves come to: the latest wave of twelve months, respondents averaged first.

An estimate on fewer than 30 answers is not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import fmean

from simulator.books_pages import Pages
from simulator.calendar import month_of, months_until
from simulator.model import Wave
from transforms.questionnaire import Scale, questionnaire

FEWEST = 30
AGREES = 4


def enter(pages: Pages) -> None:
    """Every indicator that is surveyed and one scale's."""
    shown = (
        "facebook.relevance_felt",
        "whatsapp.trust",
        "whatsapp.belonging",
        "zoom.right_awareness",
        "zoom.partnership_felt",
        "assets.digital_use",
        "assets.digital_literacy",
        "ethics.neutrality_felt",
        "ethics.staff_need_felt",
        "resilience.social_capital",
        "resilience.satisfaction",
        "resilience.attachment",
        "resilience.loneliness",
    )
    for indicator in shown:
        scale = next(s for s in questionnaire().scales.values() if indicator in s.indicators)
        for month in pages.town.months:
            wave = latest(pages.town.waves, month, scale.audience)
            pages.put(indicator, month, estimate(wave, scale) if wave else None)
    _literacy_gained(pages)


def latest(waves: Iterable[Wave], month: str, audience: str) -> Wave | None:
    """The latest wave that closed in the month or the eleven before it."""
    window = months_until(month, 12)
    found = [wave for wave in waves if wave.audience == audience and month_of(wave.closed_day) in window]
    return max(found, key=lambda wave: wave.closed_day, default=None)


def scores(wave: Wave, scale: Scale) -> list[float]:
    """Each respondent's mean over the items answered, reverse items turned."""
    found = []
    for person in wave.people:
        answered = [
            6 - person.answers[item.id] if item.reverse else person.answers[item.id]
            for item in scale.items
            if item.id in person.answers
        ]
        if answered:
            found.append(fmean(answered))
    return found


def estimate(wave: Wave, scale: Scale) -> float | None:
    """Mean or share of the scale in a wave; None when too few answered."""
    people = scores(wave, scale)
    if len(people) < FEWEST:
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
