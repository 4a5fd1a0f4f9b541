"""A town of about thirty thousand residents, made from a seed: the same seed, the same town.

`scale` shrinks sizes and talk (not the number of months), `spaces` keeps only some of the chats;
tests use both to have a small town at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random

from simulator.calendar import LAST_MONTH, Span, months_until
from simulator.facebook import make_groups
from simulator.membership import Membership
from simulator.model import Chat, Happening, Place, Rhythm, Town, Utterance
from simulator.names import Register
from simulator.places import CHATS, all_places, staff, staff_in
from simulator.planted import Planted
from simulator.staff_work import make_staff_work
from simulator.surveys import make_waves
from simulator.talk import Talk

GROWTH = {2022: 0.93, 2023: 0.953, 2024: 0.977, 2025: 1.0}
"""Residents at the ends of years, against the last."""


def make_town(
    seed: int = 7,
    months: int = 36,
    residents: int = 30_000,
    scale: float = 1.0,
    spaces: Sequence[str] | None = None,
    last_month: str = LAST_MONTH,
    planted: Sequence[Planted] = (),
) -> Town:
    """Make a town that tells of so many months up to the last one, in which what is planted happens."""
    span = Span(months_until(last_month, months))
    register = Register(seed)
    chosen = [(place, shrunk(rhythm, scale)) for place, rhythm in CHATS if spaces is None or place.code in spaces]
    # Groups where only staff write come last: their members are mostly people known from the other groups.
    waiting = sorted(chosen, key=lambda one: one[1].only_staff)
    made = {place.code: make_chat(seed, place, rhythm, span, register, planted) for place, rhythm in waiting}
    chats = tuple(made[place.code] for place, _ in chosen)
    places = all_places(tuple(chat.place for chat in chats))
    by_year = {year: round(residents * share * 1.02) for year, share in GROWTH.items()}
    groups = make_groups(seed, span, scale)
    return Town(
        seed=seed,
        months=span.months,
        residents=by_year,
        places=places,
        staff=staff(span),
        chats=chats,
        groups=groups,
        work=make_staff_work(seed, span, places, scale, planted),
        waves=make_waves(seed, span, scale),
        planted=tuple(planted),
    )


def shrunk(rhythm: Rhythm, scale: float) -> Rhythm:
    """The rhythm of the same chat in a smaller town; a group that is tiny anyway stays as it is."""
    if scale == 1.0 or rhythm.members[0] < 10:
        return rhythm
    members = (max(round(rhythm.members[0] * scale), 9), max(round(rhythm.members[1] * scale), 11))
    return replace(rhythm, members=members, talks=(rhythm.talks[0] * scale, rhythm.talks[1] * scale))


def make_chat(
    seed: int, place: Place, rhythm: Rhythm, span: Span, register: Register, planted: Sequence[Planted] = ()
) -> Chat:
    """Everything that happens in a chat; each chat has its own chance, so that chats do not disturb each other."""
    rng = Random(f"{seed}:{place.code}")
    inside = staff_in(place)

    owner = register.resident(place.language, ()) if place.operated_by == "residents" else inside[0]
    membership = Membership(rng, rhythm, span, inside, owner, lambda taken: register.resident(place.language, taken))
    talk = Talk(rng, rhythm, span, place.language, inside, "ios" not in rhythm.layout, planted)
    membership.found()
    length = max((span.last_day - membership.begins).days, 1)
    for number in range(1, length + 1):
        day = membership.begins + timedelta(days=number)
        membership.live(day)
        talk.meet(membership.members, len(membership.log))
        talk.live(day, number / length)
    talk.greet(span.last_day)
    log: list[Utterance | Happening] = [*membership.log, *talk.log]
    log.sort(key=lambda entry: entry.at)
    return Chat(place, rhythm, tuple(log), _noon(span, rhythm.exported_from), _noon(span, rhythm.exported_before))


def _noon(span: Span, share: float) -> datetime | None:
    """In the middle of the day at a share of the time; None for no share."""
    return datetime.combine(span.day_at(share), time(12, 17)) if share else None
