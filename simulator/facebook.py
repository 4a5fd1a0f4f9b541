"""Facebook groups with an insights export: what happens in them day by day.

From the break on the platform no longer gives `views`; a column the product does not know appears
in its place. Belongs here: the numbers. How the files look is in `group_files`.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random

from simulator.calendar import SATURDAY, Span, is_holiday
from simulator.model import FacebookGroup, GroupDay, Place
from simulator.places import GROUP_AR, GROUP_HE
from simulator.talk import poisson

BREAK_AT = 26 / 36
WITHDRAWN, APPEARING = "views", "viewers"


def make_groups(seed: int, span: Span, scale: float) -> tuple[FacebookGroup, ...]:
    """The two groups that have exports."""
    return (
        _group(seed, span, GROUP_HE, "csv-en", (5_200 * scale, 6_900 * scale), 7.0 * max(scale, 0.1)),
        _group(seed, span, GROUP_AR, "xlsx-he", (620 * scale, 1_150 * scale), 1.6 * max(scale, 0.1)),
    )


def _group(
    seed: int, span: Span, place: Place, file_kind: str, members: tuple[float, float], posts: float
) -> FacebookGroup:
    rng = Random(f"{seed}:{place.code}")
    emergency = span.emergency()
    broken = span.day_at(BREAK_AT).replace(day=1)
    count = round(members[0])
    days: list[GroupDay] = []
    for number in range(span.days):
        day = span.first_day + timedelta(days=number)
        wanted = members[0] + (members[1] - members[0]) * number / max(span.days - 1, 1)
        left = poisson(rng, count * 0.0004)
        joined = max(round(wanted - count), 0) + left
        count += joined - left
        lively = 0.5 if day.weekday() == SATURDAY or is_holiday(day) else 1.0
        if emergency[0] <= day <= emergency[1]:
            lively *= 2.5
        written = poisson(rng, posts * lively * (0.8 + 0.5 * number / span.days))
        comments = sum(poisson(rng, 4.5) for _ in range(written))
        reactions = sum(poisson(rng, 9) for _ in range(written))
        active = min(count, round((written + comments) * 0.8) + poisson(rng, 12 * lively))
        seen = active * 6 + poisson(rng, 20)
        amounts = {
            "members": count,
            "joined": joined,
            "left": left,
            "posts": written,
            "comments": comments,
            "reactions": reactions,
            "active_members": active,
            (WITHDRAWN if day < broken else APPEARING): seen,
        }
        days.append(GroupDay(day, amounts))
    return FacebookGroup(place, tuple(days), "csv-en" if file_kind == "csv-en" else "xlsx-he")
