"""Cells of the warehouse for `kehila show` and `kehila indicators`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from town.store import TownStore
from transforms.header import Labels
from warehouse.ledger import core, select_rows
from warehouse.tables import IndicatorComposition, IndicatorInput, IndicatorValue
from warehouse.verdict_tables import FollowUp, ProgrammeGoal, Verdict
from warehouse.vocabulary import Unit

GOALS = "programmes.goals"
"""The indicator that goals of programmes are shown below."""
VERSIONS = "staff_version"
"""The stream in which every version of a workbook lands a row."""
PIECE = ("kind", "name", "amount", "base", "detail")


@dataclass(frozen=True)
class Shown:
    """A cell with the indicator's title, its parts, what it is made of, and the partitions behind it.

    `withdrawn` counts rows of staff workbooks that fed it and were withdrawn. The verdict is of the part `headline`
    ('' the whole), in `speaking_unit`.
    """

    title: Labels
    row: IndicatorValue
    parts: list[IndicatorValue]
    composition: list[IndicatorComposition]
    inputs: list[str]
    part_titles: Mapping[str, Labels]
    withdrawn: int = 0
    verdict: Verdict | None = None
    headline: str = ""
    speaking_unit: Unit = "count"
    follow_up: FollowUp | None = None  # the latest staff wrote of it, up to the month
    goals: Sequence[ProgrammeGoal] = ()  # of programmes, where the indicator is of them

    def as_json(self) -> dict[str, Any]:
        """The object `kehila show --json` prints."""
        names = (
            "indicator",
            "authority",
            "month",
            "value",
            "numerator",
            "denominator",
            "n",
            "lo",
            "hi",
            "unit",
            "status",
        )
        plain = {name: getattr(self.row, name) for name in names}
        return {
            **plain,
            "quality": self.row.quality.split(),
            "verdict": self.verdict.word if self.verdict else self.row.verdict,
            "reason": self.row.reason or (self.verdict.reason if self.verdict else self.row.verdict_reason),
            "headline": self.headline,
            "revision": self.row.revision,
            "as_of": self.row.as_of,
            "definition_version": self.row.definition_version,
            "parts": {p.part: p.value for p in self.parts if not p.space and p.part},
            "spaces": {p.space: p.value for p in self.parts if p.space and not p.part},
            "composition": [{name: getattr(one, name) for name in PIECE} for one in self.composition],
            "inputs": self.inputs,
            "withdrawn": self.withdrawn,
            "conclusion": self._conclusion(),
            **({"follow_up": _follow_up_as_json(self.follow_up)} if self.follow_up else {}),
            **({"goals": [_goal_as_json(one) for one in self.goals]} if self.goals else {}),
        }

    def _conclusion(self) -> dict[str, Any] | None:
        """The verdict with its numbers."""
        if self.verdict is None:
            return None
        names = (
            "complete_month",
            "pace",
            "rule",
            "held",
            "effect",
            "strength",
            "p",
            "centre",
            "lower",
            "upper",
            "is_trial",
        )
        plain = {name: getattr(self.verdict, name) for name in ("word", "reason", *names)}
        return {**plain, "baseline": self.verdict.baseline.split(), "fields": json.loads(self.verdict.fields)}


def _follow_up_as_json(one: FollowUp) -> dict[str, Any]:
    names = ("month", "note", "action", "owner", "review_day", "target", "target_day")
    return {name: getattr(one, name) for name in names}


def _goal_as_json(one: ProgrammeGoal) -> dict[str, Any]:
    wanted = ("programme", "goal", "indicator", "better", "since", "baseline", "target", "until", "owner")
    names = (*wanted, "word", "reason")
    return {**{name: getattr(one, name) for name in names}, "fields": json.loads(one.fields)}


@dataclass(frozen=True)
class Group:
    """A group of people in a month: the cell of the whole by part '', and those of its parts."""

    indicator: str
    authority: str
    month: str
    cut: str
    cells: Mapping[str, IndicatorValue]

    def as_json(self) -> dict[str, Any]:
        """The object `kehila show --cut --json` prints."""
        names = ("value", "lo", "hi", "n", "unit", "status", "reason")
        told = {part: {name: getattr(row, name) for name in names} for part, row in self.cells.items()}
        whole = told.pop("", dict.fromkeys(names))
        same = {name: getattr(self, name) for name in ("indicator", "authority", "month", "cut")}
        return {**same, **whole, "parts": told}


def show_cell(store: TownStore, indicator: str, month: str) -> Shown | None:
    """The stored cell of one of the town's indicators in a month, or None."""
    values, inputs, made = core(IndicatorValue), core(IndicatorInput), core(IndicatorComposition)
    where = (values.c.authority == store.authority.code) & (values.c.indicator == indicator) & (values.c.month == month)
    behind = (
        (inputs.c.authority == store.authority.code) & (inputs.c.indicator == indicator) & (inputs.c.month == month)
    )
    of_it = (made.c.authority == store.authority.code) & (made.c.indicator == indicator) & (made.c.month == month)
    pieces = select_rows(
        store.engine, IndicatorComposition, select(made).where(of_it).order_by(made.c.kind, made.c.name)
    )
    query = select(values).where(where & (values.c.cut == "")).order_by(values.c.space, values.c.part)
    cells = select_rows(store.engine, IndicatorValue, query)
    with store.engine.connect() as connection:
        paths = list(
            connection.execute(select(inputs.c.partition).where(behind).order_by(inputs.c.partition)).scalars()
        )
    whole = [row for row in cells if not row.space and not row.part]
    if not whole:
        return None
    concluded = core(Verdict)
    asked = (
        (concluded.c.authority == store.authority.code)
        & (concluded.c.indicator == indicator)
        & (concluded.c.month == month)
    )
    verdicts = select_rows(store.engine, Verdict, select(concluded).where(asked))
    head = store.catalogue[indicator].header
    stand = core(ProgrammeGoal)
    of_month = (stand.c.authority == store.authority.code) & (stand.c.month == month)
    goals = select(stand).where(of_month).order_by(stand.c.programme, stand.c.goal)
    of_staff = core(FollowUp)
    of_staff_here = (of_staff.c.authority == store.authority.code) & (of_staff.c.indicator == indicator)
    written = select(of_staff).where(of_staff_here & (of_staff.c.month <= month)).order_by(of_staff.c.month.desc())
    return Shown(
        head.title,
        whole[0],
        [row for row in cells if row.space or row.part],
        pieces,
        paths,
        {name: part.title for name, part in head.parts.items()},
        _withdrawn(store, indicator, month),
        next(iter(verdicts), None),
        head.headline,
        head.headline_unit,
        next(iter(select_rows(store.engine, FollowUp, written)), None),
        select_rows(store.engine, ProgrammeGoal, goals) if indicator == GOALS else (),
    )


def _withdrawn(store: TownStore, indicator: str, month: str) -> int:
    """Rows of workbooks that fed a month and were withdrawn: none where there never was a second version."""
    if sum(row.records for row in store.ledger.segments([VERSIONS])) < 2:
        return 0
    from town.landed import landed_tables
    from transforms.staging.staff import STREAMS
    from transforms.staging.staff_changes import withdrawn_rows

    return withdrawn_rows(landed_tables(store, STREAMS), indicator, month)


def show_group(store: TownStore, indicator: str, month: str, cut: str) -> Group | None:
    """What is told of a group of people, by its code; None where the month has no such group."""
    rows = [row for row in _groups(store, indicator, month) if row.cut == cut]
    return Group(indicator, store.authority.code, month, cut, {row.part: row for row in rows}) if rows else None


def persona_cells(store: TownStore, month: str, cut: str) -> dict[str, tuple[IndicatorValue, IndicatorValue | None]]:
    """Indicator -> its figure of a group in a month, and that of the town beside it."""
    values = core(IndicatorValue)
    mine = (values.c.authority == store.authority.code) & (values.c.month == month) & (values.c.space == "")
    query = (
        select(values).where(mine & values.c.cut.in_(["", cut]) & (values.c.part == "")).order_by(values.c.indicator)
    )
    rows = select_rows(store.engine, IndicatorValue, query)
    whole = {row.indicator: row for row in rows if not row.cut}
    return {row.indicator: (row, whole.get(row.indicator)) for row in rows if row.cut}


def months_of_group(store: TownStore, cut: str) -> list[str]:
    """The months that tell of a group: those in which a wave closed, or places of it have figures."""
    values = core(IndicatorValue)
    mine = (values.c.authority == store.authority.code) & (values.c.cut == cut)
    with store.engine.connect() as connection:
        return sorted(connection.execute(select(values.c.month).where(mine).distinct()).scalars())


def groups_of(store: TownStore, indicator: str, month: str) -> list[str]:
    """The groups an indicator tells of in a month."""
    return sorted({row.cut for row in _groups(store, indicator, month)})


def _groups(store: TownStore, indicator: str, month: str) -> list[IndicatorValue]:
    values = core(IndicatorValue)
    mine = (values.c.authority == store.authority.code) & (values.c.indicator == indicator) & (values.c.month == month)
    query = select(values).where(mine & (values.c.cut != "") & (values.c.space == "")).order_by(values.c.cut)
    return select_rows(store.engine, IndicatorValue, query)


def headlines(store: TownStore, month: str) -> dict[str, IndicatorValue]:
    """Indicator -> its stored cell for the town as a whole in a month; those never computed are not in it."""
    values = core(IndicatorValue)
    is_headline = (values.c.cut == "") & (values.c.space == "") & (values.c.part == "")
    query = select(values).where(is_headline, values.c.authority == store.authority.code, values.c.month == month)
    return {row.indicator: row for row in select_rows(store.engine, IndicatorValue, query)}
