"""What goes over several spaces: levels of communication, ladder, ties, use and contact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simulator.calendar import months_until
from simulator.model import Place, Town
from simulator.truth_chats import Account, Said
from simulator.truth_pages import Pages, divided, last_counts, residents_at

FULL = 1000.0
TALKING = frozenset({"open", "group"})
"""Kinds of spaces in which residents talk among themselves."""


@dataclass(frozen=True)
class Audience:
    """Residents among the members of a space at a month's end, as the town knows them."""

    space: str
    kind: str
    members: int
    is_reached: bool  # the authority runs it, and what it writes there comes to every member
    is_carried: bool  # counted in a month before
    is_seen: bool = False  # only those seen since its export begins: nobody is weighed against them


def audiences(town: Town, accounts: Iterable[Account], month: str) -> dict[str, Audience]:
    """Every space whose members are known in a month: counted by an export, otherwise by staff."""
    by_hand = last_counts(town, month)
    counted = {space: one.members - _staff_in(accounts, space, month) for space, one in by_hand.items()}
    carried = {space for space, one in by_hand.items() if one.month < month}
    for group in town.groups:
        days = [day for day in group.days if day.day.isoformat()[:7] == month]
        if days:
            counted[group.place.code] = days[-1].amounts["members"]
            carried.discard(group.place.code)
    counted |= {one.place.code: one.members[month] for one in accounts if month in one.members}
    places = {place.code: place for place in town.places}
    seen = {one.place.code for one in accounts if one.is_cut and month in one.members}
    return {
        code: Audience(code, places[code].kind, members, _reaches(places[code]), code in carried, code in seen)
        for code, members in counted.items()
    }


def _reaches(place: Place) -> bool:
    return place.operated_by == "authority" and place.kind != "page"


def _staff_in(accounts: Iterable[Account], space: str, month: str) -> int:
    """Staff a chat's export last showed in it, in the month or the three before."""
    shown = {when: n for one in accounts if one.place.code == space for when, n in one.staff.items()}
    return next((shown[when] for when in reversed(months_until(month, 4)) if when in shown), 0)


def enter(pages: Pages, accounts: tuple[Account, ...]) -> None:
    """The figures of all months."""
    for month in pages.town.months:
        heard = {one.place.code: tuple(one.in_month(month)) for one in accounts if month in one.months}
        known = audiences(pages.town, accounts, month)
        weighed = {space: one for space, one in known.items() if not one.is_seen}
        _levels(pages, month, heard)
        _ladder(pages, month, heard, weighed)
        _ties(pages, month, heard, weighed)
        _contact(pages, month, heard, known)
        _use(pages, month, heard, accounts)
    pages.missing(
        (
            "assets.communication_level",
            "assets.participation_ladder",
            "assets.tie_density",
            "policy.resident_use",
            "policy.residents_in_contact",
        )
    )


Heard = Mapping[str, tuple[Said, ...]]


def _pairs(said: Iterable[Said]) -> dict[frozenset[str], set[str]]:
    """Pairs of residents who answered each other, with those of the two who did."""
    pairs: dict[frozenset[str], set[str]] = {}
    for one in said:
        if one.is_neighbourly and one.answers is not None:
            pairs.setdefault(frozenset((one.author, one.answers.author)), set()).add(one.author)
    return pairs


def _levels(pages: Pages, month: str, heard: Heard) -> None:
    published: dict[str, int] = {}
    for item in pages.town.work.publications:
        if item.day.isoformat()[:7] == month:
            published[item.space] = published.get(item.space, 0) + 1
    others = {place.code for place in pages.town.places if place.operated_by == "residents"}
    levels = {space: _level(heard.get(space, ()), published.get(space, 0)) for space in {*heard, *published} - others}
    spaces = {space: level for space, level in levels.items() if space}
    placed = spaces or levels  # what was published in no space is one of its own where there is no other
    if placed:
        pages.put("assets.communication_level", month, sum(placed.values()) / len(placed))
    for space, level in spaces.items():
        pages.put("assets.communication_level", month, level, space)
    for level in (1, 2, 3):
        if spaces:
            count = sum(one == level for one in spaces.values())
            pages.put("assets.communication_level", month, count, part=f"spaces_level_{level}")


def _level(said: Iterable[Said], published: int) -> int:
    messages = tuple(said)
    authority = sum(one.is_staff for one in messages) + published
    across = sum(one.answers is not None and one.is_staff != one.answers.is_staff for one in messages)
    if len(_pairs(messages)) >= 3 and authority:
        return 3
    if across >= 3 or (across >= 1 and across * 20 >= len(messages)):
        return 2
    return 1 if authority else 0


def _ladder(pages: Pages, month: str, heard: Heard, known: Mapping[str, Audience]) -> None:
    total = [0, 0, 0]  # members, responded, initiated
    for space, said in heard.items():
        audience = known.get(space)
        if audience is None or audience.kind not in TALKING:
            continue
        residents = [one for one in said if not one.is_staff]
        initiated = {one.author for one in residents if one.is_start}
        responded = {one.author for one in residents} - initiated
        members = max(audience.members, len(initiated) + len(responded))
        row = [members, len(responded), len(initiated)]
        total = [a + b for a, b in zip(total, row, strict=True)]
        _ladder_row(pages, month, space, row)
    if total[0]:
        _ladder_row(pages, month, "", total)


def _ladder_row(pages: Pages, month: str, space: str, row: list[int]) -> None:
    members, responded, initiated = row
    shares = {"": responded + initiated, "silent": members - responded - initiated}
    shares |= {"responded": responded, "initiated": initiated}
    for part, people in shares.items():
        pages.put("assets.participation_ladder", month, divided(people, members), space, part, n=members)


def _ties(pages: Pages, month: str, heard: Heard, known: Mapping[str, Audience]) -> None:
    whole: dict[frozenset[str], set[str]] = {}
    members = 0
    for space, said in heard.items():
        if space not in known or known[space].kind not in TALKING:
            continue
        pairs = _pairs(said)
        for pair, sides in pairs.items():
            whole.setdefault(pair, set()).update(sides)
        members += known[space].members
        _ties_row(pages, month, space, pairs, known[space].members)
    if any(space in known and known[space].kind in TALKING for space in heard):
        _ties_row(pages, month, "", whole, members)
    if heard:
        wrote: dict[str, set[str]] = {}
        for space, said in heard.items():
            for one in said:
                if not one.is_staff:
                    wrote.setdefault(one.author, set()).add(space)
        bridges = sum(len(spaces) >= 2 for spaces in wrote.values())
        # Of groups on Facebook nobody hears what is written: that nobody stands in two places nobody can say.
        is_whole = not any(one.kind == "group" and one.operated_by == "authority" for one in pages.town.places)
        pages.put("assets.tie_density", month, bridges if bridges or is_whole else None, part="bridges")


def _ties_row(pages: Pages, month: str, space: str, pairs: Mapping[frozenset[str], set[str]], members: int) -> None:
    mutual = sum(len(sides) == 2 for sides in pairs.values())
    pages.put("assets.tie_density", month, divided(FULL * len(pairs), members), space, n=len(pairs))
    pages.put("assets.tie_density", month, divided(mutual, len(pairs)), space, "reciprocity", n=len(pairs))


def _contact(pages: Pages, month: str, heard: Heard, known: Mapping[str, Audience]) -> None:
    sizes = [audience.members for audience in known.values() if audience.is_reached]
    if sizes:
        pages.put("policy.residents_in_contact", month, max(sizes))
        pages.put("policy.residents_in_contact", month, sum(sizes), part="upper_bound")
    run = {place.code for place in pages.town.places if place.operated_by == "authority"}
    if any(space in run for space in heard):
        people = {one.author for space in heard if space in run for one in heard[space] if not one.is_staff}
        pages.put("policy.residents_in_contact", month, len(people), part="matched")


def _use(pages: Pages, month: str, heard: Heard, accounts: Iterable[Account]) -> None:
    if not heard:
        return
    acts = 0
    for one in accounts:
        if one.place.operated_by == "authority" and month in one.months:
            acts += sum(not said.is_staff for said in heard[one.place.code])
    value = FULL * acts / residents_at(pages.town, month)
    pages.put("policy.resident_use", month, value, part="whatsapp", n=acts)
    pages.put("policy.resident_use", month, value or None, n=acts)  # no act in chats is no zero of all assets
