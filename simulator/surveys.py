"""Survey waves: residents once a year, staff twice, in the product's own questionnaire.

Belongs here: who answered what. The files are written in `survey_files`, the scores counted in
`books_surveys`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Literal

from simulator.calendar import Span, last_of
from simulator.model import Respondent, Wave
from simulator.places import NEIGHBOURHOODS
from transforms.questionnaire import questionnaire

FileKind = Literal["csv-1255", "xlsx", "csv-bom"]

WAVES: tuple[tuple[float, str, int, str, FileKind, float], ...] = (
    (11.5 / 36, "residents", 412, "probability", "csv-1255", 0.0),
    (23.5 / 36, "residents", 388, "probability", "xlsx", 0.12),
    (35.5 / 36, "residents", 455, "opt_in", "csv-bom", 0.3),
    (17.5 / 36, "staff", 24, "opt_in", "xlsx", 0.0),
    (29.5 / 36, "staff", 41, "opt_in", "csv-bom", 0.3),
)
"""When (share of the time), who, how many, how drawn, which file, and by how much answers have risen."""

LIKED: Mapping[str, float] = {
    "relevance": 3.2, "trust": 3.0, "meetups": 2.1, "belonging": 3.5, "right_awareness": 2.9, "partnership": 2.8,
    "digital_literacy": 3.3, "digital_use": 3.1, "neutrality": 3.2, "met_in_place": 3.0, "space_use": 3.4,
    "participation": 2.2, "social_capital": 3.5, "satisfaction": 3.4, "attachment": 3.8, "loneliness": 2.3,
    "staff_need": 3.7,
}  # fmt: skip
"""The mean the town begins with, as scored."""

CUTS: Mapping[str, tuple[tuple[str, ...], tuple[int, ...]]] = {
    "age_band": (("18-24", "25-34", "35-49", "50-64", "65-74", "75+"), (8, 18, 30, 22, 14, 8)),
    "sex": (("female", "male", "other"), (53, 46, 1)),
    "neighbourhood": (NEIGHBOURHOODS, (30, 25, 27, 18)),
    "society": (("general", "haredi", "arab"), (78, 10, 12)),
    "religiosity": (("secular", "traditional", "religious", "haredi"), (44, 28, 17, 11)),
    "language": (("he", "ar", "ru", "am"), (74, 11, 13, 2)),
}


def make_waves(seed: int, span: Span, scale: float) -> tuple[Wave, ...]:
    """All waves; a wave closes some days before its month ends."""
    waves = []
    for share, audience, size, sample_type, file_kind, risen in WAVES:
        month = span.month_at(share)
        rng = Random(f"{seed}:survey:{audience}:{month}")
        size = size if audience == "staff" else max(round(size * min(scale * 3, 1.0)), 60)
        people = tuple(_respondent(rng, audience, risen) for _ in range(size))
        closed = last_of(month) - timedelta(days=rng.randint(2, 9))
        name = month if audience == "residents" else f"staff-{month}"
        waves.append(Wave(name, audience, closed, sample_type, file_kind, people))
    return tuple(waves)


def _respondent(rng: Random, audience: str, risen: float) -> Respondent:
    mood = rng.gauss(0, 0.6)
    answers: dict[str, int] = {}
    for name, scale in questionnaire().scales.items():
        if scale.audience != audience:
            continue
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
