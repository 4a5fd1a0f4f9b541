"""Rules no number of a town may break, whoever decides it: each finds what once was published and was not so.

They read the warehouse, the facts `coverage` and `report` and the headers, and decide by themselves what was heard.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from town.store import TownStore
from transforms.catalogue import Indicator
from transforms.composition import BY_HAND
from transforms.inputs import Inputs
from warehouse.calendar import last_day
from warehouse.ledger import core
from warehouse.ledger_tables import FactPartition
from warehouse.schemas import arrow_schema
from warehouse.tables import DimSpace, IndicatorComposition, IndicatorValue

Cell = dict[str, Any]
Place = tuple[str, str, str, str]
"""Indicator, month, space, part."""


@dataclass
class Told:
    """All a town tells, and what was heard and entered."""

    store: TownStore
    cells: dict[Place, Cell]
    pieces: dict[tuple[str, str], list[Cell]]
    spaces: dict[str, Cell]
    coverage: dict[tuple[str, str], list[Cell]] = field(default_factory=lambda: defaultdict(list))
    entries: dict[tuple[str, str], list[Cell]] = field(default_factory=lambda: defaultdict(list))

    def indicator(self, place: Place) -> Indicator:
        """The indicator of a cell."""
        return self.store.catalogue[place[0]]

    def headlines(self) -> Iterator[tuple[Place, Cell]]:
        """The headlines that have a value, by indicator and month."""
        for place, cell in sorted(self.cells.items()):
            if place[2:] == ("", "") and cell["value"] is not None:
                yield place, cell

    def ways(self, place: Place, kind: str = "method") -> set[str]:
        """The names of a headline's pieces of a kind."""
        return {one["name"] for one in self.pieces.get(place[:2], []) if one["kind"] == kind}

    def extents(self, place: Place) -> list[set[str]]:
        """For each thing the cell needs, what the sources that can know it said: full, part, none."""
        name, month, space, part = place
        found = []
        for either in self.store.catalogue[name].needs_of(part):
            said: set[str] = set()
            for need in either:
                assets = set(need.assets if need.assets is not None else self.store.catalogue[name].header.assets)
                said |= {
                    row["extent"]
                    for row in self.coverage[need.fact, month]
                    if row["basis"] != "entered"
                    and (not assets or row["asset"] is None or row["asset"] in assets)
                    and (not space or need.is_elsewhere or row["space"] in ("", space))
                    and need.attributes <= set(row["knows"].split())
                }
            found.append(said)
        return found


def told(store: TownStore) -> Told:
    """Everything of a town's warehouse and lake the rules look at."""
    values, made, places = core(IndicatorValue), core(IndicatorComposition), core(DimSpace)
    partitions = core(FactPartition)
    with store.engine.connect() as connection:
        cells = {
            (row["indicator"], row["month"], row["space"], row["part"]): dict(row)
            for row in connection.execute(select(values).where(values.c.cut == "")).mappings()
        }
        pieces: dict[tuple[str, str], list[Cell]] = defaultdict(list)
        for row in connection.execute(select(made)).mappings():
            pieces[row["indicator"], row["month"]].append(dict(row))
        spaces = {row["space"]: dict(row) for row in connection.execute(select(places)).mappings()}
        rows = [FactPartition(**row) for row in connection.execute(select(partitions)).mappings()]
    found = Told(store, cells, pieces, spaces)
    inputs = Inputs.of(store.lake, rows, store.authority.timezone)
    for fact, by, key in (("coverage", found.coverage, "fact"), ("report", found.entries, "indicator")):
        paths = [one.path for months in inputs.partitions.get(fact, {}).values() for one in months]
        for row in store.lake.read(paths, arrow_schema(fact)).to_pylist():
            by[row[key], row["month"]].append(row)
    return found


def has(cell: Mapping[str, Any], flag: str) -> bool:
    """Whether a cell has a flag, whatever its subject."""
    return any(one.partition(":")[0] == flag for one in cell["quality"].split())


def zeros_nobody_heard(t: Told) -> Iterator[Place]:
    """A measured zero where no source that can know it heard the whole month."""
    for place, cell in t.cells.items():
        is_measured = not has(cell, "entered_by_hand")
        if cell["value"] == 0 and is_measured and any("full" not in said for said in t.extents(place)):
            yield place


def measured_by_nobody(t: Told) -> Iterator[Place]:
    """A headline measured, though no source that spoke can know it."""
    for place, _ in t.headlines():
        if t.ways(place) == {"measured"} and any(not said & {"full", "part"} for said in t.extents(place)):
            yield place


def parts_called_final(t: Told) -> Iterator[Place]:
    """A measured headline, final, of a month nobody heard in full."""
    for place, cell in t.headlines():
        is_final = t.ways(place) == {"measured"} and cell["status"] == "final"
        if is_final and any("full" not in said for said in t.extents(place)):
            yield place


def entries_lost(t: Told) -> Iterator[Place]:
    """Staff counted some, and less than they counted is published that no measurement told."""
    for (name, month), rows in t.entries.items():
        one = t.store.catalogue.get(name)
        if one is None or one.header.unit != "count":
            continue
        kinds = {"", *(one.header.sum_of if one.header.sum_of != "spaces" else ())}
        counted = max((row["amount"] or 0 for row in rows if row["part"] in kinds and not row["space"]), default=0)
        cell = t.cells.get((name, month, "", ""))
        is_measured = cell is not None and "measured" in t.ways((name, month, "", ""))
        if counted and (cell is None or cell["value"] is None or (cell["value"] < counted and not is_measured)):
            yield name, month, "", ""


def shares_of_nothing(t: Told) -> Iterator[Place]:
    """A share of none."""
    for place, cell in t.cells.items():
        if cell["value"] is not None and cell["unit"] == "share" and cell["denominator"] == 0:
            yield place


def followers_among_members(t: Told) -> Iterator[Place]:
    """A place where nobody can answer, or a page, among those whose members are weighed against each other."""
    for place, _ in t.headlines():
        if place[0] in ("assets.participation_ladder", "assets.tie_density"):
            kinds = {t.spaces[name]["kind"] for name in t.ways(place, "space") if name in t.spaces}
            if kinds & {"page", "broadcast"}:
                yield place


def unions_below_a_part(t: Told) -> Iterator[Place]:
    """Arrivals through site or newsletter, fewer than through one of them."""
    for (name, month, _, _), cell in t.headlines():
        if name == "newsletter.site_and_mail_arrivals":
            through = (
                t.cells.get((one, month, "", "")) for one in ("website.event_arrivals", "newsletter.event_arrivals")
            )
            if any(one and one["value"] is not None and one["value"] > cell["value"] for one in through):
                yield name, month, "", ""


def times_nothing_happened_for(t: Told) -> Iterator[Place]:
    """A time to the answer, missing because nothing was asked, where something was."""
    for place, cell in t.cells.items():
        if cell["value"] is None and cell["unit"] == "hours" and cell["reason"] == "empty_denominator":
            asked = [t.cells.get((*place[:3], part)) for part in ("share_answered", "share_questions_answered")]
            if any(one and one["denominator"] for one in asked):
                yield place


def open_windows_called_final(t: Told) -> Iterator[Place]:
    """A measurement final, or not said to be open, while answers or opens may still come."""
    for place, cell in t.cells.items():
        window = t.indicator(place).header.windows.get(place[3], 0)
        days = window if isinstance(window, int) else 2  # of two working days, two have not passed before
        ends = last_day(place[1])
        is_open = days and ends < t.store.today <= ends + timedelta(days=days)
        is_measured = cell["value"] is not None and not has(cell, "entered_by_hand")
        if is_open and is_measured and (cell["status"] == "final" or not has(cell, "right_censored")):
            yield place


def flags_of_others(t: Told) -> Iterator[Place]:
    """A flag that no source of the indicator can have given."""
    for place, cell in t.cells.items():
        reads = set(t.indicator(place).header.inputs)
        wrong = {"opt_in_sample": {"survey_response"}, "by_name": {"message", "attendance"}}
        if any(has(cell, flag) and not reads & facts for flag, facts in wrong.items()):
            yield place
        if (
            place[0] == "policy.resident_use"
            and place[3] == "website"
            and (has(cell, "by_name") or has(cell, "truncated"))
        ):
            yield place


def methods_glued(t: Told) -> Iterator[Place]:
    """A headline known another way, or by another formula, than the one told before, without a break."""
    for (before, _), (now, cell) in pairwise(t.headlines()):
        if before[0] != now[0] or any("carried" in t.ways(one) for one in (before, now)):
            continue
        ways = [{"by_hand" if one in BY_HAND else one for one in t.ways(place)} for place in (before, now)]
        is_bare = not any(t.ways(place, kind) for place in (before, now) for kind in ("part", "space"))
        differs = (is_bare and ways[0] != ways[1]) or t.ways(before, "formula") != t.ways(now, "formula")
        if differs and not has(cell, "series_break"):
            yield now


def totals_that_lack_a_place(t: Told) -> Iterator[Place]:
    """A total of places without one that is registered and of which nobody knows a figure, and no word of it."""
    heard: dict[str, str] = defaultdict(lambda: "9999-99")
    for (_, month), rows in t.coverage.items():
        for row in rows:
            heard[row["space"]] = min(heard[row["space"]], month)
    for place, cell in t.headlines():
        head = t.indicator(place).header
        if head.sum_of != "spaces" or "carried" in t.ways(place) or "measured" not in t.ways(place):
            continue
        for name, space in t.spaces.items():
            known = t.cells.get((*place[:2], name, ""))
            is_known = known is not None and known["value"] is not None
            is_meant = space["asset"] in head.assets and head.spaces.holds(space) and heard[name] <= place[1]
            if is_meant and not is_known and f"incomplete:{name}" not in cell["quality"].split():
                yield place


def values_without_their_registers(t: Told) -> Iterator[Place]:
    """A headline of which nothing says how it is known, in which life of its month, or over how many residents."""
    for place, cell in t.headlines():
        is_of_residents = "population" in t.indicator(place).header.inputs and cell["denominator"] is not None
        is_told = any(one == "population" or one.startswith("space:") for one in t.ways(place, "register"))
        if not t.ways(place) or not t.ways(place, "life") or (is_of_residents and not is_told):
            yield place


RULES: tuple[Callable[[Told], Iterator[Place]], ...] = (
    zeros_nobody_heard, measured_by_nobody, parts_called_final, entries_lost, shares_of_nothing, followers_among_members,
    unions_below_a_part, times_nothing_happened_for, open_windows_called_final, flags_of_others, methods_glued,
    totals_that_lack_a_place, values_without_their_registers,
)  # fmt: skip
