"""Small closed places: whose figures are kept back in a month, and the totals from which theirs could be taken away.

One decision a month for all indicators: the members of a place stand in many of them, and what one hid another would
show. A month is decided with those around it, since a place counts about as many people this month as last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations

from transforms.disclosure.audit import Recoverable
from transforms.disclosure.family import THRESHOLD, Family, Key, Link, Sum
from transforms.disclosure.protect import protect

CLOSED_KINDS = frozenset({"group"})
"""Kinds of places that are closed: what such a place says is of its members, where they are few of each of them."""
OPEN_KINDS = frozenset({"open"})
"""Kinds of places whoever likes joins: how many are in one is no secret, what so few of them do is theirs."""
AROUND = 3
"""Months before and after in which a reader may suppose that a place counted about as many people."""
TOTAL_COST, GROUP_COST = 25.0, 2.0
"""How much dearer than a place it is to hide a total, and one of a group of places."""

Scope = frozenset[str]
"""The places a total is of."""


@dataclass(frozen=True)
class Month:
    """What is hidden of a month: places, and totals by those of their places whose members are known."""

    places: frozenset[str] = frozenset()
    totals: frozenset[Scope] = frozenset()


@dataclass(frozen=True)
class Said:
    """What was said of a month before: places hidden and shown, and totals hidden."""

    hidden: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    hidden_totals: frozenset[Scope] = frozenset()
    is_said: bool = False


@dataclass
class Town:
    """The members of places by month, which of them are closed, and the totals that are published of them.

    `members` is month -> place -> people; of a place without a count nothing is decided. `said` is what was published
    of months before; totals of `lesser` are no headlines, and cheap to hide.
    """

    members: Mapping[str, Mapping[str, int]]
    closed: frozenset[str]
    scopes: frozenset[Scope]
    said: Mapping[str, Said] = field(default_factory=dict)
    lesser: frozenset[Scope] = frozenset()

    def decide(self) -> dict[str, Month]:
        """Every month with anything hidden. A month that cannot be protected hides all its closed places and totals."""
        months, found = sorted(self.members), dict[str, Month]()
        base = dict[str, frozenset[str]]()
        for at, month in enumerate(months):
            near = self._told_around(month, AROUND)
            if not self._has_few(month) and not any(self._hides(one, found) for one in near):
                continue
            # A month in between is seen from both sides: what is shown now ties to what was shown before it.
            around = self._told_around(month, 2 * AROUND)
            like = frozenset(("place", month, place) for place in base.get(months[at - 1] if at else "", ()))
            try:
                # What would do by itself is hidden in any case: then the months to come have something to go on with.
                alone = protect(self._family(month, (), found), like).hidden
                base[month] = frozenset(key[2] for key in alone if key[0] == "place")
                family = self._family(month, around, found)
                decision = protect(replace(family, kept=family.kept | alone))
                found[month] = Month(
                    frozenset(key[2] for key in decision.hidden if key[:2] == ("place", month)),
                    frozenset(self._scope(key) for key in decision.hidden if key[:2] == ("total", month)),
                )
            except Recoverable:
                found[month] = self._all_of(month)
        return found

    def _all_of(self, month: str) -> Month:
        """All closed places of a month, and all totals they are in."""
        there = self.members[month].keys()
        return Month(
            self.closed.intersection(there),
            frozenset(one.intersection(there) for one in self.scopes | self.lesser if one & self.closed),
        )

    @cached_property
    def _order(self) -> dict[str, int]:
        """Month -> its number."""
        return {month: number for number, month in enumerate(sorted(self.members))}

    def _told_around(self, month: str, reach: int) -> list[str]:
        """The months before, and those after of which something was said, no further off than this."""
        return [
            one
            for one, number in self._order.items()
            if one != month and abs(number - self._order[month]) <= reach and (one < month or self._is_said(one))
        ]

    def _is_said(self, month: str) -> bool:
        return month in self.said and self.said[month].is_said

    def _hides(self, month: str, found: Mapping[str, Month]) -> bool:
        return bool(found.get(month, Month()).places or self._said_of(month).hidden)

    def _has_few(self, month: str) -> bool:
        few = any(0 < self.members[month][place] < THRESHOLD for place in self.closed & self.members[month].keys())
        return few or bool(self._said_of(month).hidden)

    def _said_of(self, month: str) -> Said:
        return self.said.get(month, Said())

    def _family(self, month: str, around: Sequence[str], found: Mapping[str, Month]) -> Family:
        months = [month, *around]
        counts: dict[Key, int] = {}
        sums: list[Sum] = []
        public, known, kept, unasked = set[Key](), set[Key](), set[Key](), set[Key]()
        costs: dict[Key, float] = {}
        for one in months:
            people, decided = self.members[one], found.get(one)
            said = self._said_of(one)
            for place, count in people.items():
                key: Key = ("place", one, place)
                counts[key] = count
                # One that was hidden in this month may have been of few when it was published.
                if count >= (2 * THRESHOLD if one == month and place in said.hidden else THRESHOLD):
                    unasked.add(key)
                if place not in self.closed:
                    public.add(key)
                elif one != month:
                    is_hidden = place in (decided.places if decided is not None else said.hidden)
                    (kept if is_hidden else known).add(key)
                elif place in said.hidden:
                    kept.add(key)
                elif place in said.shown and count >= THRESHOLD:
                    known.add(key)
            lesser = {scope.intersection(people) for scope in self.lesser}
            heads = {scope.intersection(people) for scope in self.scopes}
            for scope in (heads | lesser) - {frozenset()}:
                if not scope & self.closed:
                    continue
                key = ("total", one, *sorted(scope))
                counts[key] = sum(people[place] for place in scope)
                costs[key] = TOTAL_COST if scope in heads else GROUP_COST
                sums.append(Sum(key, tuple(("place", one, place) for place in sorted(scope))))
                hidden = decided.totals if decided is not None else said.hidden_totals
                if counts[key] >= THRESHOLD:
                    unasked.add(key)
                if scope in hidden or (one == month and self._grows(scope, month)):
                    kept.add(key)
                elif one != month:
                    known.add(key)
        return Family(
            counts, sums, self._links(months), frozenset(public), frozenset(known), frozenset(), frozenset(kept),
            frozenset(unasked), costs, {key: self._order[key[1]] for key in counts}, AROUND,
        )  # fmt: skip

    def _grows(self, scope: Scope, month: str) -> bool:
        """Whether places of a total are few now that were shown when it was: then the new total would tell them."""
        said, people = self._said_of(month), self.members[month]
        return said.is_said and any(
            0 < people[place] < THRESHOLD and place in said.shown for place in scope & self.closed
        )

    def _links(self, months: Iterable[str]) -> list[Link]:
        found = []
        for before, after in combinations(sorted(months), 2):
            if self._order[after] - self._order[before] > AROUND:
                continue
            for place in self.closed & self.members[before].keys() & self.members[after].keys():
                gap = abs(self.members[after][place] - self.members[before][place])
                if gap < THRESHOLD:  # who supposes less learns nothing too narrow
                    found.append(Link(place, ("place", before, place), ("place", after, place), gap))
        return found

    @staticmethod
    def _scope(key: Key) -> Scope:
        return frozenset(key[2:])
