"""Survey waves: residents once a year, staff twice, in the product's own questionnaire.

Belongs here: who answered what. The files are written in `survey_files`, the scores counted in
`truth_surveys`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Literal

from simulator.calendar import Span, last_of
from simulator.model import Respondent, Wave
from simulator.places import NEIGHBOURHOODS
from transforms.questionnaire import NO, YES, Audience, questionnaire

FileKind = Literal["csv-1255", "xlsx", "csv-bom"]

WAVES: tuple[tuple[float, Audience, int, str, FileKind, float, int], ...] = (
    (11.5 / 36, "residents", 412, "probability", "csv-1255", 0.0, 1),
    (23.5 / 36, "residents", 388, "probability", "xlsx", 0.12, 2),
    (35.5 / 36, "residents", 455, "opt_in", "csv-bom", 0.3, 2),
    (17.5 / 36, "staff", 24, "opt_in", "xlsx", 0.0, 1),
    (29.5 / 36, "staff", 41, "opt_in", "csv-bom", 0.3, 1),
    (34.5 / 36, "meeting", 44, "opt_in", "csv-bom", 0.3, 2),
)
"""When (share of the time), who, how many, how drawn, which file, how far answers have risen, which version."""

LIKED: Mapping[str, float] = {
    "relevance": 3.2, "trust": 3.0, "meetups": 2.1, "belonging": 3.5, "right_awareness": 2.9, "partnership": 2.8,
    "digital_literacy": 3.3, "digital_use": 3.1, "neutrality": 3.2, "met_in_place": 3.0, "space_use": 3.4,
    "participation": 2.2, "social_capital": 3.5, "satisfaction": 3.4, "attachment": 3.8, "loneliness": 2.3,
    "staff_need": 3.7, "answer_quality": 3.3, "quality_of_life": 3.6, "awareness": 2.8, "flow": 2.6,
    "after_meeting": 3.6,
}  # fmt: skip
"""The mean the town begins with, as scored."""

SAYS_YES: Mapping[str, float] = {
    "reads_page_1": 0.62, "in_open_group_1": 0.48, "was_in_meeting_1": 0.24, "got_answer_1": 0.31,
    "opportunity_1": 0.34, "opportunity_2": 0.11, "opportunity_3": 0.22, "opportunity_4": 0.27,
    "barriers_1": 0.18, "barriers_2": 0.12, "barriers_3": 0.14, "barriers_4": 0.05, "barriers_5": 0.16,
    "barriers_6": 0.06, "barriers_7": 0.21, "barriers_8": 0.13, "barriers_9": 0.04,
}  # fmt: skip
"""How many say yes, or mark the answer."""
NOTHING_KEEPS = "barriers_10"

CUTS: Mapping[str, tuple[tuple[str, ...], tuple[int, ...]]] = {
    "age_band": (("18-24", "25-34", "35-49", "50-64", "65-74", "75+"), (8, 18, 30, 22, 14, 8)),
    "sex": (("female", "male", "other"), (53, 46, 1)),
    "neighbourhood": (NEIGHBOURHOODS, (30, 25, 27, 18)),
    "society": (("general", "haredi", "arab"), (78, 10, 12)),
    "religiosity": (("secular", "traditional", "religious", "haredi"), (44, 28, 17, 11)),
    "language": (("he", "ar", "ru", "am"), (74, 11, 13, 2)),
}
MARGINS: Mapping[str, Mapping[str, int]] = {
    "age_band": {"18-34": 6900, "35-49": 5600, "50-64": 4700, "65-74": 2500, "75+": 1900},
    "neighbourhood": dict(zip(NEIGHBOURHOODS, (5400, 6100, 5900, 4200), strict=True)),
}
"""The town's adults, as its settings say: not as those who answer."""
NEWER_CUTS: Mapping[str, tuple[tuple[str, ...], tuple[int, ...]]] = {
    "workplace": (("here", "elsewhere", "not_working"), (34, 41, 25)),
    "persona": (("children_away", "followed_children", "young_family", "new_immigrant", "new_mother", "none"),
                (14, 7, 22, 8, 5, 44)),
}  # fmt: skip


def make_waves(seed: int, span: Span, scale: float) -> tuple[Wave, ...]:
    """All waves; a wave closes some days before its month ends."""
    waves = []
    for share, audience, size, sample_type, file_kind, risen, version in WAVES:
        month = span.month_at(share)
        rng = Random(f"{seed}:survey:{audience}:{month}")
        size = size_of(audience, size, scale)
        # Of the second version residents are asked what the first asks, and then more.
        first = version if audience == "meeting" else 1
        people = tuple(_respondent(rng, audience, risen, first) for _ in range(size))
        later = Random(f"{seed}:survey:{audience}:{month}:{version}")
        if version > 1 and audience == "residents":
            people = tuple(_asked_more(later, one, risen, has_skips=file_kind != "xlsx") for one in people)
        closed = last_of(month) - timedelta(days=rng.randint(2, 9))
        name = month if audience == "residents" else f"{audience}-{month}"
        # How many were invited nobody says of the first wave, the workbook of the second, its settings of the last.
        invited = 2 * size + later.randint(0, size) if file_kind == "csv-bom" and audience == "residents" else None
        held_as = "phone" if file_kind == "csv-1255" else None
        waves.append(Wave(name, audience, closed, sample_type, file_kind, people, version, invited, held_as))
    return tuple(waves)


def size_of(audience: str, size: int, scale: float) -> int:
    """How many answer in a town of this scale: staff, and people at a meeting, are as many in any."""
    return size if audience != "residents" else max(round(size * min(scale * 3, 1.0)), 60)


def _respondent(rng: Random, audience: Audience, risen: float, version: int) -> Respondent:
    mood = rng.gauss(0, 0.6)
    answers: dict[str, int] = {}
    for name, scale in questionnaire().scales_for(audience, version).items():
        better = -1 if name == "loneliness" else 1
        for item in scale.items:
            if rng.random() < 0.03:
                continue  # skipped
            score = round(LIKED[name] + better * (risen + mood) + rng.gauss(0, 0.9))
            score = min(max(score, 1), 5)
            answers[item.id] = 6 - score if item.reverse else score
    cuts = {}
    if audience == "residents":
        cuts = {
            cut: rng.choices(options, weights)[0]
            for cut, (options, weights) in CUTS.items()
            if rng.random() > 0.05  # prefers not to say
        }
    return Respondent(answers, cuts, rng.randint(240, 560))


def _asked_more(rng: Random, person: Respondent, risen: float, *, has_skips: bool) -> Respondent:
    """The same respondent with the questions of the second version; `has_skips` forms hide what is not for her."""
    answers = dict(person.answers)
    if "relevance_1" in answers:
        answers["relevance_2"] = answers.pop("relevance_1")
    scales = questionnaire().scales_for("residents")
    mood = rng.gauss(0, 0.6)
    for name in ("answer_quality", "quality_of_life", "awareness", "flow"):
        for item in scales[name].items:
            score = min(max(round(LIKED[name] + risen + mood + rng.gauss(0, 0.9)), 1), 5)
            answers[item.id] = 6 - score if item.reverse else score
    for item_id, share in SAYS_YES.items():
        if rng.random() > 0.03:
            answers[item_id] = YES if rng.random() < share else NO
    marked = [item.id for item in scales["barriers"].items if answers.get(item.id) == YES]
    asked = [item.id for item in scales["barriers"].items]
    nothing = not marked and rng.random() < 0.7
    for item_id in asked:
        answers.pop(item_id, None)
    if marked or nothing:
        answers |= {one: YES if one in marked or (nothing and one == NOTHING_KEEPS) else NO for one in asked}
    for scale in scales.values():
        if has_skips and scale.filter and answers.get(scale.filter) != YES:
            for item in scale.items:
                answers.pop(item.id, None)
    cuts = {
        cut: rng.choices(options, weights)[0] for cut, (options, weights) in NEWER_CUTS.items() if rng.random() > 0.05
    }
    cuts["mode"] = "digital" if rng.random() < 0.8 else "in_person"
    return Respondent(answers, {**person.cuts, **cuts}, person.seconds)
