"""What staff of the generated town typed of how it responds: requests by site and phone, and matters told back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from simulator.calendar import Span, first_of
from simulator.talk import poisson
from simulator.work import Entry, Matter

_WHERE = ("meeting", "meeting", "group", "site", "other")
_MATTERS = ("תאורה בשביל לגן", "מעבר חציה ליד בית הספר", "קו אוטובוס לשכונה", "הצללה בגן", "ספסלים בטיילת")


def request_entries(seed: int, span: Span) -> Iterator[Entry]:
    """Requests through the site and to the call centre, as two clerks count them; some months are left out."""
    rng = Random(f"{seed}:requests")
    for month in span.months:
        for indicator, mean in (("website.answers", 14), ("assets.answered_in_time", 60)):
            if rng.random() < 0.15:
                continue
            opened = 1 + poisson(rng, mean)
            answered = round(opened * rng.uniform(0.7, 0.95))
            yield Entry(month, indicator, opened, "opened")
            yield Entry(month, indicator, round(answered * rng.uniform(0.5, 0.9)), "in_two_days")
            if indicator == "website.answers":
                yield Entry(month, indicator, answered, "answered")


def matters(seed: int, span: Span) -> Iterator[Matter]:
    """A few a month: most are decided, most of those told, some of them late; some months have none."""
    rng = Random(f"{seed}:matters")
    for number, month in enumerate(span.months):
        for one in range(poisson(rng, 2.2)):
            raised = first_of(month) + timedelta(days=rng.randint(0, 27))
            decided = raised + timedelta(days=rng.randint(3, 50)) if rng.random() < 0.75 else None
            told = decided + timedelta(days=rng.randint(0, 40)) if decided and rng.random() < 0.8 else None
            yield Matter(f"{rng.choice(_MATTERS)} {number + 1}-{one + 1}", rng.choice(_WHERE), raised, decided, told)
