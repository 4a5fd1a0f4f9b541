"""What was never heard, and why: read off all that sources ever told, the registered places and those that wait.

That nothing is known of a month has a reason to act on: nothing is connected, what is connected tells other things, a
source forgot, a place waits to be registered. A place nobody spoke of, when somebody did of others, is lacking by name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from transforms.catalogue import Indicator
from transforms.header import Need
from warehouse.calendar import first_day, last_day

OF_ASSET: Mapping[str, str] = {"site": "website", "page": "facebook", "mailing_list": "newsletter"}
"""Kinds of places where a town publishes, each on one asset: that it has any is known without a register."""
WITHOUT: Mapping[str, tuple[str, ...]] = {"membership": ("site", "hotline", "meeting_room"), "message": ("site",)}
"""Facts that kinds of places have none of: nobody is a member of a site, and nobody writes in it."""
NO_SOURCE = "no_source"
NEVER_HEARD = (NO_SOURCE, "not_told")
"""Why nothing was ever heard: nothing is connected, or what is connected tells other things than this."""


@dataclass(frozen=True)
class Line:
    """A row of `coverage` without its month."""

    asset: str
    space: str
    extent: str
    knows: frozenset[str]
    why: str
    flags: frozenset[str]
    is_entered: bool
    last_day: date


@dataclass
class EverHeard:
    """What the sources of an authority ever told, whatever the month, and so what none of them did.

    `coverage`, `spaces` and `waiting` are those of `Heard`.
    """

    coverage: pa.Table
    spaces: Sequence[Mapping[str, object]]
    waiting: pa.Table

    @cached_property
    def said(self) -> tuple[object, ...]:
        """All that is asked of here, whatever the month: while it is equal only months of which a source speaks
        otherwise can come out otherwise."""
        names = ["fact", "asset", "space"]
        ever = self.coverage.select(names).group_by(names).aggregate([]).to_pylist()
        waiting = self.waiting.group_by([*names, "month"]).aggregate([]).to_pylist()
        return (
            {tuple(row.values()) for row in ever}, {tuple(row.values()) for row in waiting}, self.spaces,
            self.spoken_of, self.entered, self._ever_of, self.shown,
        )  # fmt: skip

    @cached_property
    def spoken_of(self) -> frozenset[tuple[str, str]]:
        """(fact, asset) of which any source but staff ever spoke."""
        rows = self.coverage.filter(pc.not_equal(self.coverage["basis"], "entered"))
        told = rows.filter(pc.not_equal(rows["extent"], "none")).select(["fact", "asset"])
        return frozenset(
            (row["fact"], row["asset"] or "") for row in told.group_by(["fact", "asset"]).aggregate([]).to_pylist()
        )

    @cached_property
    def entered(self) -> frozenset[tuple[str, str]]:
        """(fact, asset) of which staff ever told anything."""
        rows = self.coverage.filter(pc.equal(self.coverage["basis"], "entered"))
        told = rows.filter(pc.not_equal(rows["extent"], "none")).select(["fact", "asset"])
        return frozenset((row["fact"], row["asset"] or "") for row in told.to_pylist())

    def why_none(
        self, indicator: Indicator, need: Need, mine: Sequence[Line], assets: frozenset[str], month: str
    ) -> str:
        """The reason code of what nobody was heard of, `mine` being what sources say of the fact in the month."""
        deaf = sorted({line.why for line in mine if line.why})  # who forgot a month knows no attribute of it either
        if deaf:
            return f"{deaf[0]}:{subject(assets)}"
        if any(line.extent != "none" for line in mine):
            unknown_to_all = need.attributes - frozenset().union(*(line.knows for line in mine))
            unknown = min(unknown_to_all or need.attributes, default="")
            return "no_roster" if unknown == "role" else f"not_known:{unknown}"
        if waiting := self._places_waiting(indicator.facts, assets, month):
            return f"space_unregistered:{waiting}"
        connected = {fact for fact, asset in self.spoken_of if not assets or asset in assets}
        why = "not_covered" if need.fact in connected else "not_told" if connected else NO_SOURCE
        return f"{why}:{subject(assets)}"

    def _places_waiting(self, facts: Sequence[str], assets: frozenset[str], month: str) -> int:
        """How many places that wait to be registered speak of one of the facts in a month."""
        told = (
            self.waiting.filter(pc.equal(self.waiting["month"], month)).select(["fact", "asset", "space"]).to_pylist()
        )
        return len({one["space"] for one in told if one["fact"] in facts and (not assets or one["asset"] in assets)})

    def lacking(self, indicator: Indicator, need: Need, month: str, speaking: Mapping[str, object]) -> frozenset[str]:
        """Registered places of the kind, open in the month, of which nobody spoke, when somebody did of others.

        An indicator kept by space expects all places of its assets, and one of some kinds of places all of these that
        the authority runs: residents' own it may never hear. Any other expects those the fact was ever heard of.
        """
        if need.is_elsewhere or need.assets == () or "" in speaking:
            return frozenset()
        assets = need.assets if need.assets is not None else indicator.header.assets
        is_by_space = bool(assets) and "space" in indicator.header.grain
        is_of_kinds = bool(indicator.header.spaces.kinds) and not indicator.header.own_bases
        begins, ends = first_day(month), last_day(month)
        return frozenset(
            str(one["space"])
            for one in self.spaces
            if (not assets or one["asset"] in assets)
            and (
                is_by_space
                or (is_of_kinds and one["operated_by"] == "authority" and one["kind"] not in WITHOUT.get(need.fact, ()))
                or (need.fact, one["space"]) in self._ever_of
            )
            and one["space"] not in speaking
            and indicator.header.spaces.holds(one)
            and self._since(one) <= ends
            and not (isinstance(one["to_day"], date) and one["to_day"] < begins)
        )

    def other_assets(
        self, indicator: Indicator, need: Need, month: str, speaking: Mapping[str, Sequence[Line]]
    ) -> frozenset[str]:
        """Assets with places of the kinds it counts of which nobody spoke, unless they had none in the month."""
        if need.fact != "publication" or need.is_elsewhere or "" in speaking:
            return frozenset()
        heard = {line.asset for lines in speaking.values() for line in lines}
        wanted = {OF_ASSET[kind] for kind in indicator.header.spaces.kinds if kind in OF_ASSET} - heard
        begins, ends = first_day(month), last_day(month)

        def was_open(place: Mapping[str, object]) -> bool:
            from_day, to_day = place["from_day"], place["to_day"]
            is_over = isinstance(to_day, date) and to_day < begins
            return not is_over and not (isinstance(from_day, date) and from_day > ends)

        known: dict[str, list[bool]] = defaultdict(list)
        for one in self.spaces:
            if indicator.header.spaces.holds(one):
                known[str(one["asset"])].append(was_open(one))
        return frozenset(asset for asset in wanted if any(known.get(asset, [True])))

    def _since(self, place: Mapping[str, object]) -> date:
        """The day a registered place is known to exist from: its own, else the first a source shows it to be there."""
        begun = place["from_day"]
        return begun if isinstance(begun, date) else self.shown.get(str(place["space"]), date.min)

    @cached_property
    def _ever_of(self) -> frozenset[tuple[str, str]]:
        """(fact, space) of which any source but staff ever spoke."""
        rows = self.coverage.filter(pc.not_equal(self.coverage["basis"], "entered"))
        told = rows.filter(pc.not_equal(rows["extent"], "none")).select(["fact", "space"])
        return frozenset(
            (row["fact"], row["space"]) for row in told.group_by(["fact", "space"]).aggregate([]).to_pylist()
        )

    @cached_property
    def shown(self) -> dict[str, date]:
        """Space -> the first day of which a source shows that it was there: of the first month it was heard of, or
        earlier where it is older than what was heard of it."""
        told = self.coverage.group_by("space").aggregate([("month", "min"), ("exists_since", "min")]).to_pylist()
        return {row["space"]: min(first_day(row["month_min"]), row["exists_since_min"] or date.max) for row in told}


def subject(assets: Collection[str]) -> str:
    """The asset a reason speaks of; `any` where it is no single one."""
    return next(iter(assets)) if len(assets) == 1 else "any"
