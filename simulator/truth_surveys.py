"""What the survey waves come to: the latest wave of twelve months, respondents averaged first, then weighed.

An estimate worth fewer than 30 answers is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import fmean

from simulator.calendar import month_of, months_until
from simulator.model import Respondent, Town, Wave
from simulator.truth_pages import Pages, divided
from simulator.truth_weights import weights_of, worth
from transforms.questionnaire import YES, Scale, questionnaire

MIN_ANSWERS = 30
Answers = list[tuple[float, float]]
"""What each says, and what she counts for."""
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
    "resilience.pulse",  # the invented town keeps none open
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
    if wave is None:
        pages.put(indicator, month, None, part=part)
        return
    show(pages, indicator, month, scores(pages.town, wave, scale), is_share=scale.measure == "share", part=part)


def show(
    pages: Pages, indicator: str, month: str, answers: Answers, *, is_share: bool = False, part: str = ""
) -> None:  # fmt: skip
    """An estimate of these answers; hidden where they are worth too few."""
    if is_enough(answers):
        pages.put(indicator, month, (share_agreeing if is_share else mean)(answers), part=part, n=len(answers))
        pages.worth[indicator, month, "", part] = worth([weight for _, weight in answers])
    else:
        pages.hide(indicator, month, part)


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
    of = weighed(pages.town, wave)
    asked = [one for one in wave.people if any(item.id in one.answers for item in scale.items)]
    yes = [(5.0 if any(one.answers.get(item) == YES for item in kinds) else 1.0, of[id(one)]) for one in asked]
    show(pages, indicator, month, yes, is_share=True)
    for item, part in kinds.items():
        told = [(float(one.answers[item]), of[id(one)]) for one in asked if item in one.answers]
        show(pages, indicator, month, told, is_share=True, part=part)


def weighed(town: Town, wave: Wave) -> dict[int, float]:
    """What each in the wave counts for, by identity."""
    return {id(one): weight for one, weight in zip(wave.people, weights_of(town, wave), strict=True)}


def scores(town: Town, wave: Wave, scale: Scale, people: Iterable[Respondent] | None = None) -> Answers:
    """The means of those the scale counts of, or of `people`, who have one."""
    of = weighed(town, wave)
    asked = concerned(wave, scale) if people is None else people
    return [(found, of[id(person)]) for person in asked if (found := score(person, scale)) is not None]


def is_enough(answers: Answers) -> bool:
    """Whether they are worth as many as are shown."""
    return worth([weight for _, weight in answers]) >= MIN_ANSWERS


def estimate(town: Town, wave: Wave, scale: Scale) -> float | None:
    """Mean or share of the scale in a wave; None when too few answered."""
    answers = scores(town, wave, scale)
    return (share_agreeing if scale.measure == "share" else mean)(answers) if is_enough(answers) else None


def mean(answers: Answers) -> float:
    """Of all, each by what she counts for."""
    return sum(said * weight for said, weight in answers) / sum(weight for _, weight in answers)


def share_agreeing(answers: Answers) -> float:
    """Share of respondents at 4 or 5."""
    return sum(weight for said, weight in answers if said >= AGREES) / sum(weight for _, weight in answers)


def _literacy_gained(pages: Pages) -> None:
    """Change against the earliest wave drawn in the same way."""
    scale = questionnaire().scales["digital_literacy"]
    for month in pages.town.months:
        wave = latest(pages.town.waves, month, "residents")
        if wave is None:
            continue
        alike = [w for w in pages.town.waves if w.audience == "residents" and w.sample_type == wave.sample_type]
        first = min(alike, key=lambda w: w.closed_day)
        now, then = estimate(pages.town, wave, scale), estimate(pages.town, first, scale)
        if first.closed_day < wave.closed_day:
            change = now - then if now is not None and then is not None else None
            if change is None:
                pages.hide("assets.digital_literacy", month, "change_since_baseline")
            else:
                pages.put("assets.digital_literacy", month, change, part="change_since_baseline")


def _resilience(pages: Pages, month: str) -> None:
    """The three factors, and the mean of them over those who have all three."""
    wave = latest(pages.town.waves, month, "residents")
    if wave is None:
        return
    scales = [questionnaire().scales[factor] for factor in FACTORS]
    whole: Answers = []
    of = weighed(pages.town, wave)
    for person in wave.people:
        found = [score(person, scale) for scale in scales]
        means = [one for one in found if one is not None]
        if len(means) == len(FACTORS):
            whole.append((fmean(means), of[id(person)]))
    show(pages, "resilience.index", month, whole)
    for factor, scale in zip(FACTORS, scales, strict=True):
        _show(pages, "resilience.index", month, wave, scale, factor)


def _reach(pages: Pages, month: str) -> None:
    """Those who take part weekly: by the survey, otherwise by what staff entered; both kept apart."""
    indicator = "resilience.reach_depth"
    wave = latest(pages.town.waves, month, "residents")
    asked = estimate(pages.town, wave, questionnaire().scales["participation"]) if wave else None
    groups: dict[str, dict[str, float]] = {}
    for entry in pages.town.work.entries:
        if (entry.indicator, entry.month) == (indicator, month):
            groups.setdefault(entry.subject, {})[entry.part] = entry.amount
    both = [group for group in groups.values() if {"weekly", "population"} <= set(group)]
    told = divided(sum(g["weekly"] for g in both), sum(g["population"] for g in both))
    for part, value in (("survey", asked), ("entered", told), ("", asked if asked is not None else told)):
        if value is not None:
            pages.put(indicator, month, value, part=part)
        elif wave is not None and part != "entered":
            pages.hide(indicator, month, part)
    for name, part in (("awareness", "aware"), ("flow", "in_time")):
        newer = latest(pages.town.waves, month, "residents", 2)
        if newer is not None:
            show(
                pages,
                indicator,
                month,
                scores(pages.town, newer, questionnaire().scales[name]),
                is_share=True,
                part=part,
            )


def _answers_felt(pages: Pages, month: str) -> None:
    """What the answer was worth to those who say that they got one."""
    wave = latest(pages.town.waves, month, "residents", 2)
    scale = questionnaire().scales["answer_quality"]
    if wave is not None:
        show(pages, "whatsapp.answers", month, scores(pages.town, wave, scale), part="quality_felt")


def gave_feedback(pages: Pages, month: str) -> Answers:
    """What those who filled in a form after a meeting say, each her mean, of the forms that closed in the month."""
    scale = questionnaire().scales["after_meeting"]
    waves = [w for w in pages.town.waves if w.audience == "meeting" and month_of(w.closed_day) == month]
    return [one for wave in waves for one in scores(pages.town, wave, scale)]


def _after_meetings(pages: Pages, month: str) -> None:
    said = gave_feedback(pages, month)
    if said:
        show(pages, "zoom.participation", month, said, part="feedback_score")


def _met(pages: Pages, month: str) -> None:
    """Those who meet people of a group weekly, beside the meetings staff entered."""
    wave = latest(pages.town.waves, month, "residents")
    if wave is not None:
        answers = scores(pages.town, wave, questionnaire().scales["meetups"])
        show(pages, "whatsapp.meetups", month, answers, is_share=True, part="surveyed_share")
