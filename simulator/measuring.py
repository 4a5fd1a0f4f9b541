"""What staff of the generated town typed about measuring itself: who was invited, who lives there, and focus groups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from simulator.calendar import Span, first_of
from simulator.surveys import WAVES, size_of
from simulator.work import Entry, FocusGroup

TOPIC = "measuring"
INDICATOR = "measurement.participation"
RESIDENTS = {"people_haredi": 3100, "people_arab": 2900, "people_women": 15200, "people_65": 4700}
_WITH = ("haredi", "arab", "older", "young", "immigrants")
_BARRIERS = ("not_known", "language", "skills", "trust", "religious", "no_time")


def measuring_entries(span: Span, scale: float) -> Iterator[Entry]:
    """Invitations of the second wave, and the town's groups in the months in which residents were asked."""
    asked = [one for one in WAVES if one[1] == "residents"]
    for number, wave in enumerate(asked):
        month = span.month_at(wave[0])
        if number == 1:
            yield Entry(month, INDICATOR, 3 * size_of(wave[1], wave[2], scale), "invited")
        for part, people in RESIDENTS.items():
            yield Entry(month, INDICATOR, people, part)


def focus_groups(seed: int, span: Span) -> Iterator[FocusGroup]:
    """A few groups in every third month, each with up to three barriers; now and then two of a kind on one day."""
    rng = Random(f"{seed}:focus")
    for month in span.months[1::3]:
        for held_with in rng.sample(_WITH, 2):
            day = first_of(month) + timedelta(days=rng.randint(2, 24))
            for _ in range(2 if rng.random() < 0.2 else 1):
                yield FocusGroup(day, held_with, rng.randint(5, 12), tuple(rng.sample(_BARRIERS, rng.randint(0, 3))))


def months_complete(seed: int, span: Span) -> frozenset[str]:
    """The months of which staff declared that all about measuring is entered."""
    rng = Random(f"{seed}:measuring")
    return frozenset(month for month in span.months if rng.random() < 0.8)
