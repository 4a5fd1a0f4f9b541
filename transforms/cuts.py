"""Figures by groups: of answers by what respondents declared of themselves, of places by what the register declares.

Nothing is inferred of anybody. A group is asked what the town is asked: the indicator's own statement runs over the
answers of the group, in whose rows the cut stands for the authority. A cut is of the month its wave closed in, and is
not carried on. It is rounded, tells no numerator, and of few people nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from transforms.catalogue import Indicator
from transforms.choice import MIN_ANSWERS, Cell, Desk, answers_of, empty_cell, is_of_too_few, offer
from transforms.disclosure import THRESHOLD, Family, Recoverable, Sum, protect, rounded
from transforms.engines import Session
from transforms.few import REASON, Few, by_attribute, withhold
from transforms.standing import is_of_answers
from transforms.sums import summed
from transforms.waves import Waves, asked_of
from warehouse.vocabulary import CUTS, PLACE_CUTS, cut_code

DECIMALS = 2
CARRIED, LOW = "carried", "low_reliability"
FEW_ANSWERS = 50
"""Survey estimates on fewer effective answers carry a sign."""


@dataclass(frozen=True)
class Whole:
    """A town's cells of an indicator, as yet without groups.

    `months` is its months register, `answers` all its answers to surveys.
    """

    months: pa.Table
    answers: pa.Table
    cells: Sequence[Cell]
    few: Few

    @property
    def authority(self) -> str:
        """The code of the town."""
        return str(self.months["authority"][0].as_py())


def of_answers(session: Session, indicator: Indicator, towns: Sequence[Whole], waves: Waves) -> list[list[Cell]]:
    """Each town's cells of an indicator of answers by what respondents declared, of months in which a wave closed.

    Where a cell of the whole is not shown no group of it is.
    """
    if not is_of_answers(indicator):
        return [[] for _ in towns]
    shown = [
        {
            (cell["month"], cell["part"]): cell
            for cell in one.cells
            if cell["value"] is not None and not cell["space"] and CARRIED not in cell["quality"].split()
        }
        for one in towns
    ]
    # Of all months in which a wave closed, whatever is shown of this indicator: so the session's months stay the same.
    asked = [
        (one.authority, _of_months(one, waves), waves.people(one.authority, one.answers) if cells else None)
        for one, cells in zip(towns, shown, strict=True)
    ]
    found: list[list[Cell]] = []
    for one, cells, rows in zip(towns, shown, asked_of(session.beside(), indicator, asked), strict=True):
        mine: list[Cell] = []
        for place in sorted(cells):
            for dimension in CUTS:
                of_groups = {
                    row["authority"]: row
                    for row in rows
                    if (row["month"], row.get("part") or "") == place and row["authority"].startswith(f"{dimension}=")
                    if row["value"] is not None and row["n"] and CARRIED not in (row.get("quality") or "").split()
                }
                mine += _decided(indicator, cells[place], of_groups, one.few)
        found.append(mine)
    return found


def _of_months(town: Whole, waves: Waves) -> pa.Table:
    closed = pc.unique(waves.answers(town.authority, town.answers)["month"])
    return town.months.filter(pc.is_in(town.months["month"], closed.cast(pa.string())))


def _decided(indicator: Indicator, whole: Cell, rows: Mapping[str, Mapping[str, Any]], few: Few) -> list[Cell]:
    """The groups of one cut of one cell, few people and those who would tell of them hidden."""
    if len(rows) < 2:
        return []
    counts: dict[tuple[str, ...], int] = {(cut,): int(row["n"]) for cut, row in rows.items()}
    # Of too few nothing is shown, and a spread of one or two people has no interval to speak of.
    bare = {"variance": None}
    offers = {cut: offer(indicator, row if row["n"] >= MIN_ANSWERS else {**row, **bare}) for cut, row in rows.items()}
    before = {cut: few.published.get((indicator.id, whole["month"], cut, whole["part"])) for cut in rows}
    silent = max(0, int(whole["n"] or 0) - sum(counts.values()))
    was_hidden = {(cut,) for cut, one in before.items() if one is not None and one["value"] is None}
    thin = {(cut,) for cut, one in offers.items() if is_of_too_few(indicator, one)}
    total, rest = ("all",), ("silent",)
    family = Family(
        {**counts, total: sum(counts.values()) + silent, rest: silent},
        [Sum(total, (*counts, rest))],
        public=frozenset({total}),
        known=frozenset((cut,) for cut, one in before.items() if one is not None and one["value"] is not None),
        closed=frozenset({rest}),
        kept=frozenset(thin | was_hidden),
        unasked=frozenset(key for key in thin - was_hidden if counts[key] >= THRESHOLD),
    )
    try:
        hidden = protect(family).hidden
    except Recoverable:
        hidden = frozenset(counts)
    return [
        cell_of_group(indicator, whole, cut, told, before[cut], is_hidden=(cut,) in hidden)
        for cut, told in sorted(offers.items())
    ]


def cell_of_group(
    indicator: Indicator, whole: Cell, cut: str, told: Cell, before: Mapping[str, Any] | None, *, is_hidden: bool
) -> Cell:
    """The cell of a group of people who answered: rounded, or without anything; what was published of it stands."""
    cell = {**_of(indicator, whole, cut), "as_of": told["as_of"]}
    if is_hidden:
        withhold(cell, REASON)
        return cell
    cell |= {name: _short(told[name]) for name in ("value", "lo", "hi")} | {"n": rounded(told["n"])}
    cell["quality"] = _with_sign(cell["quality"], answers_of(indicator, told))
    return cell | _standing(before, cell)


def _with_sign(quality: str, answers: float | None) -> str:
    """Quality flags with the sign of a group's own few answers."""
    flags = {*quality.split()} - {LOW}
    return " ".join(sorted(flags | ({LOW} if answers is not None and answers < FEW_ANSWERS else set())))


def _standing(before: Mapping[str, Any] | None, cell: Cell) -> dict[str, Any]:
    """What was published of a group stands until ten people more or fewer are in it: less would tell of each."""
    if before is None or before["n"] is None or abs(before["n"] - cell["n"]) >= THRESHOLD:
        return {}
    return {name: before[name] for name in ("value", "lo", "hi", "n")}


def _of(indicator: Indicator, whole: Cell, cut: str) -> Cell:
    """A cell of a group, as yet without a value, in the place of one of the whole."""
    compared = ("series_break", "like_for_like")
    flags = [flag for flag in whole["quality"].split() if flag.partition(":")[0] not in compared]
    bare = empty_cell(indicator, whole["month"], whole["space"], whole["part"])
    return {**bare, "cut": cut, "status": whole["status"], "quality": " ".join(flags), "composition": []}


def _short(value: float | None) -> float | None:
    return None if value is None else round(float(value), DECIMALS) + 0.0


def of_places(desk: Desk, whole: Sequence[Cell], few: Few) -> list[Cell]:
    """The totals of an indicator by society, language and neighbourhood of the places they are of."""
    indicator = desk.indicator
    if indicator.header.sum_of != "spaces":
        return []
    register = {one["space"]: one for one in few.spaces}
    found: list[Cell] = []
    for cell in whole:
        if cell["space"] or cell["part"] or cell["value"] is None:
            continue
        told = {name: one for name, one in desk.spaces_of(cell["month"]).items() if one["value"] is not None}
        for dimension in PLACE_CUTS:
            groups = by_attribute(told, register, dimension)
            if len(groups) > 1:
                found += [
                    _of_group(indicator, cell, cut_code(dimension, group), {name: told[name] for name in names}, few)
                    for group, names in sorted(groups.items())
                ]
    return found


def _of_group(indicator: Indicator, whole: Cell, cut: str, told: Mapping[str, Cell], few: Few) -> Cell:
    total = summed(indicator, told, is_ratio=True)
    cell = {**_of(indicator, whole, cut), "quality": total["quality"], "as_of": total["as_of"]}
    if few.hides_group(whole["month"], frozenset(told)) or total["value"] is None:
        withhold(cell, REASON)
        return cell
    is_count = cell["unit"] == "count"
    value = float(rounded(round(total["value"]))) if is_count else _short(total["value"])
    return cell | {"value": value, "n": None if total["n"] is None else rounded(int(total["n"]))}
