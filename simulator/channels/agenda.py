"""What the town's authority takes up: each matter is told on some channels, and some lead to a meeting.

One agenda feeds all channels, so that a page, the campaign that links to it, the post about it and the
meeting on it are the same matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from simulator.calendar import Span, first_of, is_workday, last_of

KINDS: tuple[tuple[str, str, str, str], ...] = (
    ("/planning/ideas/", "process", "planning", "idea"),
    ("/planning/drafts/", "process", "planning", "draft"),
    ("/tenders/", "process", "tenders", ""),
    ("/budget/", "process", "budget", "decision"),
    ("/meetings/", "process", "residents_meeting", "done"),
    ("/services/", "service", "", ""),
    ("/contact/", "contact", "", ""),
    ("/learning/", "learning", "", ""),
    ("/rights/", "rights", "", ""),
    ("/culture/", "culture", "", ""),
)
"""Where on the site a matter stands, and its topic, kind of process and stage by the town's rules."""

LANGUAGES = (("he", ""), ("ar", "/ar"), ("ru", "/ru"))


@dataclass(frozen=True)
class Matter:
    """Something the authority tells or asks."""

    number: int
    day: date
    prefix: str
    topic: str
    kind: str
    stage: str
    language: str
    in_newsletter: bool
    on_facebook: bool
    meeting: date | None  # when it is talked over on Zoom

    @property
    def path(self) -> str:
        """Its page on the site."""
        return f"{dict(LANGUAGES)[self.language]}{self.prefix}{self.number}"


def make_agenda(rng: Random, span: Span) -> Iterator[Matter]:
    """The matters of all months, in order; six to ten a month."""
    number = 0
    for month in span.months:
        days = [first_of(month) + timedelta(days=n) for n in range(last_of(month).day)]
        offices = [day for day in days if is_workday(day)] or days
        for day in sorted(rng.choices(offices, k=rng.randint(6, 10))):
            number += 1
            prefix, topic, kind, stage = rng.choice(KINDS)
            meeting = next(day + timedelta(days=n) for n in range(5, 30) if is_workday(day + timedelta(days=n)))
            is_met = topic == "process" and rng.random() < 0.6 and meeting <= span.last_day
            yield Matter(
                number, day, prefix, topic, kind, stage, rng.choices(LANGUAGES, (8, 2, 1))[0][0],
                rng.random() < 0.8, rng.random() < 0.7, meeting if is_met else None,
            )  # fmt: skip


def page_rules() -> dict[str, str]:
    """The rules a town writes for its site, in every language's folder."""
    return {
        folder + prefix: ":".join(part for part in (topic, kind, stage) if part)
        for _, folder in LANGUAGES
        for prefix, topic, kind, stage in KINDS
    }
