"""What the survey waves come to: the latest wave of twelve months, respondents averaged first.

An estimate on fewer than 30 answers is not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import fmean

from simulator.calendar import month_of, months_until
from simulator.model import Respondent, Wave
from simulator.truth_pages import Pages, divided
from transforms.questionnaire import YES, Scale, questionnaire

MIN_ANSWERS = 30
AGREES = 4
FACTORS = ("social_capital", "satisfaction", "attachment")
HALF_ANSWERED = frozenset(
    {*(f"resilience.{factor}" for factor in FACTORS), "resilience.loneliness", "resilience.quality_of_life"}
)


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
    "resilience.quality_of_life",
)
KINDS = ("opportunity", "barriers")
"""Scales of which a yes to any item counts, and each kind stands apart."""
SURVEYED = (*OF_ONE_SCALE, "resilience.index", "resilience.opportunity", "measurement.barriers")


def enter(pages: Pages) -> None:
    """Every indicator that is surveyed and one scale's."""
    for indicator in OF_ONE_SCALE:
        scale = next(s for s in questionnaire().scales.values() if indicator in s.indicators)
        for month in pages.town.months:
            wave = latest(pages.town.waves, month, scale.audience, asked_since(scale))
            _show(pages, indicator, month, wave, scale)
    for name in KINDS:
        for month in pages.town.months:
            _kinds(pages, questionnaire().scales[name], month)
    _literacy_gained(pages)
    for month in pages.town.months:
        _answers_felt(pages, month)
        _after_meetings(pages, month)
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
        pages.put(indicator, month, value, part=part, n=len(scores(concerned(wave, scale), scale)) if wave else None)


def asked_since(scale: Scale) -> int:
    """The first version of the questionnaire that asks the scale."""
    return min(item.since for item in scale.items)


def latest(waves: Iterable[Wave], month: str, audience: str, version: int = 1) -> Wave | None:
    """The latest wave of this version or a later one that closed in the month or the eleven before it."""
    window = months_until(month, 12)
    asked = [wave for wave in waves if wave.audience == audience and wave.version >= version]
    found = [wave for wave in asked if month_of(wave.closed_day) in window]
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


def concerned(wave: Wave, scale: Scale) -> list[Respondent]:
    """Whom the scale counts of: where the wave asked first whom it is for, those who said yes."""
    is_filtered = bool(scale.filter) and wave.version > 1
    return [person for person in wave.people if not is_filtered or person.answers.get(scale.filter) == YES]


def _kinds(pages: Pages, scale: Scale, month: str) -> None:
    """Those who say yes to any kind, of all who answered; each kind of those who answered it. Nothing is no kind."""
    indicator = scale.indicators[0]
    wave = latest(pages.town.waves, month, "residents", asked_since(scale))
    if wave is None:
        pages.put(indicator, month, None)
        return
    kinds = {item.id: item.part for item in scale.items if item.part != "nothing"}
    asked = [person.answers for person in wave.people if any(item.id in person.answers for item in scale.items)]
    yes = [any(answers.get(item) == YES for item in kinds) for answers in asked]
    pages.put(indicator, month, sum(yes) / len(yes), n=len(yes))
    for item, part in kinds.items():
        told = [answers[item] == YES for answers in asked if item in answers]
        pages.put(indicator, month, sum(told) / len(told), part=part, n=len(told))


def scores(people: Iterable[Respondent], scale: Scale) -> list[float]:
    """The means of those who have one."""
    return [found for person in people if (found := score(person, scale)) is not None]


def estimate(wave: Wave, scale: Scale) -> float | None:
    """Mean or share of the scale in a wave; None when too few answered."""
    people = scores(concerned(wave, scale), scale)
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
    for name, part in (("awareness", "aware"), ("flow", "in_time")):
        newer = latest(pages.town.waves, month, "residents", 2)
        share = estimate(newer, questionnaire().scales[name]) if newer else None
        if share is not None:
            pages.put(indicator, month, share, part=part)


def _answers_felt(pages: Pages, month: str) -> None:
    """What the answer was worth to those who say that they got one."""
    wave = latest(pages.town.waves, month, "residents", 2)
    scale = questionnaire().scales["answer_quality"]
    felt = estimate(wave, scale) if wave else None
    if wave is not None and felt is not None:
        pages.put("whatsapp.answers", month, felt, part="quality_felt", n=len(scores(concerned(wave, scale), scale)))


def gave_feedback(pages: Pages, month: str) -> list[float]:
    """What those who filled in a form after a meeting say, each her mean, of the forms that closed in the month."""
    scale = questionnaire().scales["after_meeting"]
    waves = [w for w in pages.town.waves if w.audience == "meeting" and month_of(w.closed_day) == month]
    return [one for wave in waves for one in scores(wave.people, scale)]


def _after_meetings(pages: Pages, month: str) -> None:
    said = gave_feedback(pages, month)
    if len(said) >= MIN_ANSWERS:
        pages.put("zoom.participation", month, fmean(said), part="feedback_score", n=len(said))


def _met(pages: Pages, month: str) -> None:
    """Those who meet people of a group weekly, beside the meetings staff entered."""
    wave = latest(pages.town.waves, month, "residents")
    share = estimate(wave, questionnaire().scales["meetups"]) if wave else None
    if share is not None:
        pages.put("whatsapp.meetups", month, share, part="surveyed_share")
