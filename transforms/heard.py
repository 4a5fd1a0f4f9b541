"""Who was listening: what the sources together can say of a month, decided here for every indicator.

A source says by rows of the fact `coverage` which days of a fact it read, where, and which attributes it can know. An
indicator says in its header what it needs. Put together that is an `Extent` for a month, of one space or of all the
spaces the indicator counts: only over a full one nothing is a zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from transforms.catalogue import Indicator
from transforms.ever_heard import NEVER_HEARD, EverHeard, Line, subject
from transforms.header import Need
from warehouse.calendar import last_day, month_of, shift, span

EXTENTS = ("none", "part", "full")
"""In order: what needs two things is heard as far as the less heard one."""
PARTIAL = "partial_period"


@dataclass(frozen=True)
class Extent:
    """How far a need was heard: full, part or none.

    `flags` are those of the sources that spoke, `spaces` the places they spoke of, `lacking` registered places of
    the kind of which nobody spoke, `why` the reason code of what is not full. `other_assets` have such places too, and
    nobody spoke of them in the month: what is said of the others is no zero of all.
    """

    extent: str
    flags: frozenset[str] = frozenset()
    last_day: date | None = None
    spaces: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()
    why: str = ""
    other_assets: frozenset[str] = frozenset()

    def __and__(self, other: Extent) -> Extent:
        """Both are needed; places and the last day are those of the first."""
        less = min(self, other, key=lambda one: EXTENTS.index(one.extent))
        return replace(self, extent=less.extent, why=less.why, flags=self.flags | other.flags)


NOTHING_NEEDED = Extent("full")


@dataclass
class Heard:
    """The coverage and the places of one authority, as asked by indicators.

    `waiting` is the coverage of places nobody has registered.
    """

    coverage: pa.Table
    spaces: Sequence[Mapping[str, object]]
    waiting: pa.Table
    _lines: dict[tuple[str, str], list[Line]] = field(default_factory=dict)
    _loaded: set[str] = field(default_factory=set)
    _known: dict[tuple[int, Need, str, str], tuple[Indicator, Extent]] = field(default_factory=dict)

    @cached_property
    def ever(self) -> EverHeard:
        """What was heard in any month, and so what never was."""
        return EverHeard(self.coverage, self.spaces, self.waiting)

    def lines(self, fact: str, month: str) -> list[Line]:
        """What sources said of a fact in a month."""
        if month not in self._loaded:
            self._loaded.add(month)
            rows = self.coverage.filter(pc.equal(self.coverage["month"], month)).to_pylist()
            for row in rows:
                line = Line(
                    row["asset"] or "", row["space"], row["extent"], frozenset(row["knows"].split()), row["why"],
                    frozenset(row["quality"].split()), row["basis"] == "entered", row["last_day"],
                )  # fmt: skip
                self._lines.setdefault((row["fact"], month), []).append(line)
        return self._lines.get((fact, month), [])

    def marks(self, indicator: Indicator, month: str, surveyed: date | None = None) -> frozenset[str]:
        """The flags of what staff entered for a month, or of the wave that closed on `surveyed`: partial where a row of
        it is put aside."""
        if surveyed is not None:
            lines = self.lines("survey_response", month_of(surveyed))
        else:
            own = {f"report:{indicator.id}", *({"publication", "membership"} & set(indicator.facts))}
            lines = [line for fact in own for line in self.lines(fact, month) if line.is_entered]
        return frozenset({PARTIAL} & {flag for line in lines for flag in line.flags})

    def is_left_to_staff(self, indicator: Indicator, month: str) -> bool:
        """Whether staff entered the indicator in any month, or took back what they had entered of this one."""
        facts = {f"report:{indicator.id}", *({"publication", "membership"} & set(indicator.facts))}
        taken_back = any(line.is_entered and line.why for line in self.lines(f"report:{indicator.id}", month))
        assets = {"", *indicator.header.assets}
        return taken_back or any(
            fact in facts and (assets == {""} or asset in assets) for fact, asset in self.ever.entered
        )

    def extent(self, indicator: Indicator, part: str, month: str, space: str = "") -> Extent:
        """How far all that a part needs was heard in a month, of one space or (space '') of all that count.

        So it must have been in the months before, as far as the indicator reaches back; where it was not, the reason
        names the last of them.
        """
        own = whole = self._extent(indicator, part, month, space)
        unheard = ""
        for back in range(1, indicator.header.reaches_back + 1):
            before = self._extent(indicator, part, shift(month, -back), space)
            is_less = EXTENTS.index(before.extent) < EXTENTS.index(own.extent)
            if is_less and not unheard:
                unheard = shift(month, -back)
            whole &= before
        if unheard and whole.why.startswith((*NEVER_HEARD, "not_covered", "partly_covered")):
            return replace(whole, why=f"not_long_enough:{unheard}")
        return whole

    def _extent(self, indicator: Indicator, part: str, month: str, space: str) -> Extent:
        found = [
            max((self._of(indicator, one, month, space) for one in either), key=_most)
            for either in indicator.needs_of(part)
        ]
        if not found:
            return NOTHING_NEEDED
        whole = found[0]
        for other in found[1:]:
            whole &= other
        return whole

    def _of(self, indicator: Indicator, need: Need, month: str, space: str) -> Extent:
        """The same of one need: found once, since a process asks it again after every event."""
        place = id(indicator), need, month, space
        if place not in self._known:
            # With the indicator itself, whose number is nobody else's while it is kept.
            self._known[place] = indicator, self._found(indicator, need, month, space)
        return self._known[place][1]

    def _found(self, indicator: Indicator, need: Need, month: str, space: str) -> Extent:
        assets = frozenset(need.assets if need.assets is not None else indicator.header.assets)
        counts = self.counting(indicator, month)
        mine = [
            line
            for line in self.lines(need.fact, month)
            if not line.is_entered
            and (not assets or line.asset in assets or not line.asset)
            and (not space or line.space in (space, ""))
            and (need.is_elsewhere or counts(line.space))
        ]
        knowing = [line for line in mine if need.attributes <= line.knows]
        places: dict[tuple[str, str], list[Line]] = defaultdict(list)
        for line in knowing:
            places[line.space, line.asset].append(line)
        # Of several sources of one place the one that heard most speaks for it; '' is a place of each asset by itself.
        best = {place: max(lines, key=lambda one: EXTENTS.index(one.extent)) for place, lines in places.items()}
        speaking: dict[str, list[Line]] = defaultdict(list)
        for (place, _), line in best.items():
            if line.extent != "none":
                speaking[place].append(line)
        lacking = self.ever.lacking(indicator, need, month, speaking) if not space else frozenset[str]()
        if not speaking:
            return Extent("none", lacking=lacking, why=self.ever.why_none(indicator, need, mine, assets, month))
        is_full = all(line.extent == "full" for line in best.values())
        is_short = bool(lacking) or not is_full
        return Extent(
            "full" if is_full else "part",
            frozenset().union(*(line.flags for lines in speaking.values() for line in lines)),
            max(line.last_day for lines in speaking.values() for line in lines),
            frozenset(speaking),
            lacking,
            "" if not is_short else self._not_spoken_of(lacking) if is_full else f"partly_covered:{subject(assets)}",
            self.ever.other_assets(indicator, need, month, speaking) if not (space or assets) else frozenset(),
        )

    def _not_spoken_of(self, lacking: frozenset[str]) -> str:
        """The reason of what was heard in full of some places, and not at all of registered others."""
        return f"not_covered:{subject({str(one['asset']) for one in self.spaces if one['space'] in lacking})}"

    def counting(self, indicator: Indicator, month: str) -> Callable[[str], bool]:
        """Whether a place is one of those the indicator counts; '' is the authority as a whole."""
        rule = indicator.header.spaces
        known = {str(one["space"]): one for one in self.spaces}

        def counts(space: str) -> bool:
            one = known.get(space)
            return not space or one is None or rule.holds(one)

        return counts

    @cached_property
    def _withdrawn(self) -> frozenset[tuple[str, str]]:
        rows = self.coverage.filter(pc.starts_with(self.coverage["fact"], "platform_metric:"))
        return frozenset(
            (row["month"], row["fact"].partition(":")[2]) for row in rows.select(["month", "fact"]).to_pylist()
        )

    def withdrawal(self, indicator: Indicator, month: str) -> frozenset[str]:
        """The flags of metrics the statement names that are withdrawn by then."""
        names = [name for when, name in self._withdrawn if when == month and f"'{name}'" in indicator.sql]
        lines = [line for name in names for line in self.lines(f"platform_metric:{name}", month)]
        ended = {"partial_period"} if any(line.extent == "part" for line in lines) else set()
        return frozenset({"metric_withdrawn"}).union(ended, *(line.flags for line in lines)) if names else frozenset()

    def has_listened(self, indicator: Indicator, part: str, month: str, until: date, spaces: frozenset[str]) -> bool:
        """Whether the sources of these places listened on, through a day after the month, to what may still come."""
        needs = indicator.needs_of(part)
        # What follows elsewhere on what happened here comes later; where nothing does, all of it may.
        later = [either for either in needs if all(need.is_elsewhere for need in either)] or needs
        return all(any(self._reaches(need, month, until, spaces) for need in either) for either in later)

    def _reaches(self, need: Need, month: str, until: date, spaces: frozenset[str]) -> bool:
        for after in span(shift(month, 1), month_of(until)):
            wanted = min(until, last_day(after))
            lines = [one for one in self.lines(need.fact, after) if not one.is_entered and one.extent != "none"]
            heard = {one.space for one in lines if one.extent == "full" or one.last_day >= wanted}
            if not (heard if need.is_elsewhere or "" in heard else spaces <= heard):
                return False
        return True


def _most(extent: Extent) -> tuple[int, bool]:
    """Of alternatives the one heard most, and of unheard ones one of which there is a source."""
    return EXTENTS.index(extent.extent), not extent.why.startswith(NEVER_HEARD)
