"""Places of few people among the figures of all indicators: the one place where a computed cell is kept back for them.

What is hidden of a month is decided once (`disclosure.places`) from the members of its closed places; every indicator
is held to it before anything of it is stored, so that no table, page, package or answer has to think of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, get_args

from transforms.catalogue import Indicator, shared_views
from transforms.choice import CENSORED, Cell
from transforms.composition import LARGEST, Piece, piece
from transforms.disclosure.places import CLOSED_KINDS, OPEN_KINDS, Month, Said, Scope, Town
from transforms.engines.duck import DuckSession
from transforms.inputs import COMPUTED_SCHEMA, Inputs, fill, months_table
from transforms.reasons import is_revealing
from warehouse.vocabulary import PLACE_CUTS, Asset

REASON = "kept_back"
"""One reason for the few and for those hidden for their sake: who could tell them apart would know the few."""
COUNTED = frozenset({"membership", "message", "platform_metric"})
"""Facts of places; what an indicator says of them is of their members."""
MEMBERS = frozenset({"membership", "report", "coverage"})
"""What the members of places are known from."""
ASSETS = frozenset(get_args(Asset))
"""A part of such a name is of the places of that asset."""
NAME_LENGTH = 110

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Few:
    """What is kept back in each month of a town, and the places and members it was decided from."""

    months: Mapping[str, Month] = field(default_factory=dict)
    shares: Mapping[str, Month] = field(default_factory=dict)
    """The same for indicators that are shares of members: of small open places too."""
    counted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    spaces: Sequence[Row] = ()
    published: Mapping[tuple[str, str, str, str], Row] = field(default_factory=dict)
    """(indicator, month, cut, part) -> what is told of a group, or of all who answered, in a month that is closed."""

    personas: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Name of a persona -> the groups it is made of."""

    def of(self, indicator: Indicator, month: str) -> Month:
        """What is kept back of an indicator in a month."""
        return (self.shares if is_share_of_members(indicator) else self.months).get(month, Month())

    def hides_total(self, indicator: Indicator, month: str, part: str) -> bool:
        """Whether the whole, or a part, of a month would tell of a place that is hidden."""
        totals = self.of(indicator, month).totals
        return bool(totals) and is_of_places(indicator) and self._scope(indicator, part) & self.counted[month] in totals

    def hides_group(self, month: str, places: Scope) -> bool:
        """Whether a total of some places of a month, which adds them up, would tell of one that is hidden."""
        decided = self.months.get(month)
        counted = places & self.counted.get(month, frozenset())
        return decided is not None and (counted in decided.totals or (len(counted) == 1 and counted <= decided.places))

    def mark(self, indicator: Indicator, month: str) -> str:
        """What an indicator's cells of a month depend on here; '' where nothing is kept back."""
        if indicator.header.method == "surveyed" and self.personas:
            return f"personas:{sorted((name, *made) for name, made in self.personas.items())}"
        decided = self.of(indicator, month)
        if not is_of_places(indicator):
            return ""
        scopes = sorted(sorted(one) for one in decided.totals)
        mine = decided.places & self._scope(indicator, "")
        return f"few:{sorted(mine)}{scopes}" if mine or scopes else ""

    def _scope(self, indicator: Indicator, part: str) -> Scope:
        return scope_of(indicator, part, self.spaces)

    @cached_property
    def wholes(self) -> dict[tuple[str, str], dict[str, Row]]:
        """Indicator and part -> closed month -> what is told of all who answered."""
        found: dict[tuple[str, str], dict[str, Row]] = {}
        for (indicator, month, cut, part), row in self.published.items():
            if not cut:
                found.setdefault((indicator, part), {})[month] = row
        return found

    @cached_property
    def is_empty(self) -> bool:
        """Whether nothing is kept back."""
        return not self.months and not self.shares


def is_of_places(indicator: Indicator) -> bool:
    """Whether an indicator counts what is or happens in places people join."""
    return bool(COUNTED & set(indicator.facts))


def is_share_of_members(indicator: Indicator) -> bool:
    """Whether an indicator tells what the members of each place do, as a share of them: not how many there are."""
    of_members = "members" in indicator.views and "message" in indicator.facts
    return of_members and "space" in indicator.header.grain and indicator.header.unit != "count"


def scope_of(indicator: Indicator, part: str, spaces: Iterable[Row]) -> Scope:
    """The registered places a whole, or a part of one, is of."""
    head = indicator.header
    assets = frozenset({part}) if part in ASSETS else frozenset(head.assets)
    _, _, name = indicator.id.partition(".")
    society = name.removesuffix("_users") if indicator.id.startswith("societies.") and name.endswith("_users") else ""
    return frozenset(
        one["space"]
        for one in spaces
        if head.spaces.holds(one)
        and (not assets or one["asset"] in assets)
        and (not society or (one["society"] == society and one["kind"] != "page"))
    )


def scopes_of(indicators: Iterable[Indicator], spaces: Sequence[Row]) -> frozenset[Scope]:
    """The places of every total that is published: of wholes, and of the parts that are one asset's."""
    found = {
        scope_of(one, part, spaces)
        for one in indicators
        if is_of_places(one)
        for part in ("", *(name for name in one.header.parts if name in ASSETS))
    }
    return frozenset(found - {frozenset()})


def groups_of(indicators: Iterable[Indicator], spaces: Sequence[Row]) -> frozenset[Scope]:
    """The places of every total by what places declare: of indicators that are sums of places."""
    register = {one["space"]: one for one in spaces}
    found = {
        frozenset(names)
        for one in indicators
        if one.header.sum_of == "spaces" and is_of_places(one)
        for dimension in PLACE_CUTS
        for names in by_attribute(scope_of(one, "", spaces), register, dimension).values()
    }
    return frozenset(found)


def by_attribute(names: Iterable[str], register: Mapping[str, Row], dimension: str) -> dict[str, list[str]]:
    """What registered places declare of themselves -> the places; those that declare nothing are in no group."""
    groups: dict[str, list[str]] = {}
    for name in sorted(names):
        if name in register and (declared := register[name][dimension]):
            groups.setdefault(str(declared), []).append(name)
    return groups


def members_of(inputs: Inputs, authority: str, months: Sequence[str]) -> dict[str, dict[str, int]]:
    """Month -> place -> its members, known staff left out, by the best count there is."""
    needed = [
        one for fact in MEMBERS - {"coverage"} for month in inputs.partitions.get(fact, {}).values() for one in month
    ]
    session = DuckSession()
    try:
        fill(session, [inputs.tables(needed, COMPUTED_SCHEMA.empty_table())])
        session.put("months", months_table(authority, months, inputs.timezone))
        session.lay({view: shared_views()[view] for view in ("member_count", "members")})
        _, rows = session.ask("select month, space, members from members")
    finally:
        session.close()
    found: dict[str, dict[str, int]] = {month: {} for month in months}
    for month, space, members in rows:
        found[month][space] = int(members)
    return found


def few_in(
    inputs: Inputs,
    indicators: Iterable[Indicator],
    authority: str,
    months: Sequence[str],
    said: Mapping[str, Said],
    said_of_shares: Mapping[str, Said] = MappingProxyType({}),
) -> Few:
    """Decide what is kept back in each month; `said` is what was published of months before, `said_of_shares` the same
    of indicators that are shares of members.

    Of a small place that is open to all nothing is kept back but what its members do.
    """
    register = inputs.registers.get("space")
    spaces: list[Row] = [] if register is None else register.to_pylist()
    closed = frozenset(one["space"] for one in spaces if one["kind"] in CLOSED_KINDS)
    all_joined = closed | frozenset(one["space"] for one in spaces if one["kind"] in OPEN_KINDS)
    if not all_joined or not months:
        return Few(spaces=spaces)
    known = {one["space"] for one in spaces}
    members = {
        month: {place: count for place, count in people.items() if place in known}
        for month, people in members_of(inputs, authority, months).items()
    }
    indicators = list(indicators)
    scopes, lesser = scopes_of(indicators, spaces), groups_of(indicators, spaces)
    decided = Town(members, closed, scopes, _of_known(said, members), lesser - scopes).decide()
    scopes = scopes_of([one for one in indicators if is_share_of_members(one)], spaces)
    shares = Town(members, all_joined, scopes, _of_known(said_of_shares, members)).decide()
    both = {month: _both(decided.get(month, Month()), shares.get(month, Month())) for month in {*decided, *shares}}
    return Few(decided, both, {month: frozenset(people) for month, people in members.items()}, spaces)


def _of_known(said: Mapping[str, Said], members: Mapping[str, Mapping[str, int]]) -> dict[str, Said]:
    """What was published, totals by those of their places whose members are known."""
    return {
        month: replace(one, hidden_totals=frozenset(scope.intersection(members[month]) for scope in one.hidden_totals))
        for month, one in said.items()
        if month in members
    }


def _both(one: Month, other: Month) -> Month:
    return Month(one.places | other.places, one.totals | other.totals)


def keep_back(indicator: Indicator, cells: Iterable[Cell], few: Few) -> None:
    """Take away, in place, what the cells of an indicator say of few people; of a composition too."""
    for cell in cells if not few.is_empty else ():
        hidden = few.of(indicator, cell["month"]).places
        pieces = cell.get("composition", [])
        largest = {one["name"].removeprefix(LARGEST) for one in pieces if one["kind"] == "formula"}
        is_hidden = cell["space"] in hidden if cell["space"] else bool(largest & hidden)
        is_hidden = is_hidden or (not cell["space"] and few.hides_total(indicator, cell["month"], cell["part"]))
        # That half were never answered, or that nobody asked, is a figure of theirs too.
        if is_hidden and (cell["value"] is not None or is_revealing(cell["reason"])):
            withhold(cell, REASON)
            cell["quality"] = " ".join(flag for flag in cell["quality"].split() if flag != CENSORED)
        if pieces:
            cell["composition"] = list(_without(pieces, hidden, is_total_hidden=is_hidden))


def withhold(cell: Cell, reason: str) -> None:
    """Take a figure away that is of too few to be shown."""
    bare = dict.fromkeys(("value", "numerator", "denominator", "n", "lo", "hi"))
    cell.update(bare, status="suppressed", reason=reason)


def _without(pieces: Iterable[Piece], hidden: frozenset[str], *, is_total_hidden: bool) -> Iterable[Piece]:
    """The pieces of a headline without the figures of hidden places; what these come to together is no secret."""
    together: list[Piece] = []
    for one in pieces:
        if one["kind"] == "space" and one["name"] in hidden:
            together.append(one)
        elif one["kind"] == "unused" and (is_total_hidden or hidden & set(one["name"].split(":"))):
            yield {**one, "amount": None}
        elif one["kind"] == "part" and is_total_hidden:
            yield {**one, "amount": None, "base": None}
        else:
            yield one
    if together:
        yield _joined(together, is_total_hidden=is_total_hidden)


def _joined(pieces: Sequence[Piece], *, is_total_hidden: bool) -> Piece:
    """Several places as one thing that a total is of."""
    name = " + ".join(sorted(one["name"] for one in pieces))
    name = name if len(name) <= NAME_LENGTH else f"{name[:NAME_LENGTH]}..."
    ways = {one["detail"] for one in pieces}

    def over(what: str) -> float | None:
        known = [one[what] for one in pieces]
        return None if is_total_hidden or len(known) < 2 or None in known else float(sum(known))

    return piece("space", name, over("amount"), over("base"), ways.pop() if len(ways) == 1 else "")
