"""What was planted in the demo town's figures: the truth that its verdicts are held against.

Without it a town is made as ever. With it some things rise or fall in a known month and nothing else grows, and the
channels are of the size of the town: who browses the site stands for several who do alike, and the list is longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from simulator.calendar import Span, month_of, shifted

Kind = Literal["rise", "fall", "growth", "break", "emergency", "forgotten"]


@dataclass(frozen=True)
class Planted:
    """Something that happens to an indicator ('' all of them).

    From `months_ago` before the last month on, what it counts is `factor` times what it was; of a break, an emergency
    and a forgotten entry that month alone is meant. A `growth` is no step: the town is made so that it rises slowly.
    """

    kind: Kind
    indicator: str
    months_ago: int = 0
    factor: float = 1.0

    def month(self, span: Span) -> str:
        """The month it begins in."""
        return shifted(span.months[-1], -self.months_ago)


DEMO: tuple[Planted, ...] = (
    Planted("rise", "website.resident_users", 8, 1.45),
    Planted("rise", "newsletter.clickers", 9, 1.6),
    Planted("rise", "facebook.resident_comments", 8, 1.8),
    Planted("fall", "assets.answered_in_time", 8, 0.5),
    Planted("fall", "facebook.resident_posts", 9, 0.6),
    Planted("break", "resilience.index"),
    Planted("emergency", "", 16),
    Planted("forgotten", "website.event_arrivals"),
    Planted("growth", "whatsapp.open_members"),
    Planted("growth", "whatsapp.resident_replies"),
    Planted("growth", "whatsapp.responses"),
    Planted("growth", "whatsapp.trust"),
    Planted("growth", "resilience.index"),
)
"""Three rises, two falls, a break, an emergency and a forgotten entry; groups that have grown all along, and answers
that were better in the second wave than in the first (`simulator.surveys.WAVES`)."""

LEAD = (
    "website.resident_users", "newsletter.clickers", "whatsapp.open_members", "facebook.resident_comments",
    "whatsapp.responses", "whatsapp.resident_replies", "facebook.resident_posts", "assets.answered_in_time",
    "assets.told_back", "website.event_arrivals", "whatsapp.trust", "resilience.index",
)  # fmt: skip
"""What leads in the demo town: ours, but for what its two years of meetings cannot tell and new voices."""
TARGETS = {"assets.answered_in_time": 0.8, "assets.told_back": 0.7, "facebook.resident_comments": 100.0}


def since(planted: Sequence[Planted], span: Span, last: str) -> tuple[Planted, ...]:
    """The same, said of a span that goes on after the `last` month they are counted from."""
    later = sum(month > last for month in span.months)
    return tuple(replace(one, months_ago=one.months_ago + later) for one in planted)


def factor(planted: Sequence[Planted], indicator: str, day: date, span: Span) -> float:
    """How many times as much of an indicator there is on a day, by what was planted; 1 where nothing was."""
    found = 1.0
    for one in planted:
        if one.indicator == indicator and one.kind in ("rise", "fall") and month_of(day) >= one.month(span):
            found *= one.factor
    return found


def is_forgotten(planted: Sequence[Planted], indicator: str, month: str, span: Span) -> bool:
    """Whether the staff forget the indicator's entry of a month."""
    return any(one.kind == "forgotten" and one.indicator == indicator and one.month(span) == month for one in planted)
