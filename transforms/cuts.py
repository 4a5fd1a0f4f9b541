"""Figures by groups: of answers by what respondents declared of themselves, of places by what the register declares.

Nothing is inferred of anybody. A group is asked what the town is asked: the indicator's own statement runs over the
answers of the group, in whose rows the cut stands for the authority. A cut is of the month its wave closed in, and is
not carried on. It is rounded, tells no numerator, and of few people nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from transforms.catalogue import Indicator, shared_views
from transforms.choice import MIN_ANSWERS, Cell, Desk, answers_of, empty_cell, is_of_too_few, offer
from transforms.disclosure import THRESHOLD, Family, Recoverable, Sum, protect, rounded
from transforms.engines import Session
from transforms.few import REASON, Few, by_attribute, withhold
from transforms.standing import is_of_answers
from transforms.sums import summed
from warehouse.vocabulary import CUTS, PLACE_CUTS, cut_code

DECIMALS = 2
CARRIED, LOW = "carried", "low_reliability"
FEW_ANSWERS = 50
"""Survey estimates on fewer effective answers carry a sign."""

WAVES = """
select distinct authority, wave, month, indicator
from survey_answer
where wave_month = month and audience = 'residents'
"""
APART = "|"
"""Between an authority and a group of it, where the two stand for the authority: no code of an authority has it."""


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


@dataclass(frozen=True)
class Groups:
    """The groups a town asks about: its months register, and the rows of each group's people by its name."""

    authority: str
    months: pa.Table
    rows: Mapping[str, pa.Table]


def answers_of_waves(session: Session, indicator: Indicator, towns: Sequence[Whole]) -> list[pa.Table]:
    """Each town's answers that speak for it in the month their wave closed in; of two waves of a month those of the one
    that speaks for the town. None where the indicator is not of answers, or no town shows any."""
    if not is_of_answers(indicator) or not any(one.answers.num_rows for one in towns):
        return [one.answers.slice(0, 0) for one in towns]
    session.lay({"survey_answer": shared_views()["survey_answer"]})
    _, waves = session.ask(WAVES)
    found = []
    for one in towns:
        spoken = ["\n".join(wave[1:]) for wave in waves if wave[0] == one.authority]
        residents = one.answers.filter(pc.equal(one.answers["audience"], "residents"))
        wave = pc.binary_join_element_wise(*(residents[name] for name in ("wave", "month", "indicator")), "\n")
        found.append(residents.filter(pc.is_in(wave, pa.array(spoken, pa.string()))))
    return found


def of_answers(
    session: Session, indicator: Indicator, towns: Sequence[Whole], answers: Sequence[pa.Table]
) -> list[list[Cell]]:
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
    asked = [
        Groups(one.authority, _of_months(one.months, {month for month, _ in cells}), _declared(own) if cells else {})
        for one, cells, own in zip(towns, shown, answers, strict=True)
    ]
    found: list[list[Cell]] = []
    for one, cells, rows in zip(towns, shown, asked_of(session, indicator, asked), strict=True):
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


def _of_months(register: pa.Table, months: Collection[str]) -> pa.Table:
    return register.filter(pc.is_in(register["month"], pa.array(sorted(months), pa.string())))


def _declared(answers: pa.Table) -> dict[str, pa.Table]:
    """The rows of each group of people who declared the same of themselves."""
    found: dict[str, pa.Table] = {}
    for name in CUTS:
        groups: dict[str, list[str]] = {}
        for one in pc.unique(answers[name].drop_null()).to_pylist():
            groups.setdefault(cut_code(name, str(one)), []).append(one)
        for code, told in groups.items():
            found[code] = answers.filter(pc.is_in(answers[name], pa.array(told, answers[name].type)))
    return found


def asked_of(session: Session, indicator: Indicator, towns: Sequence[Groups]) -> list[list[dict[str, Any]]]:
    """The statement's rows for the groups of each town, in which `authority` is the group; asked once for all."""
    if not any(one.rows for one in towns):
        return [[] for _ in towns]
    own, answers, months = session.beside(), [], []
    for one in towns:
        for group, rows in one.rows.items():
            code = f"{one.authority}{APART}{group}"
            answers.append(_named(rows, code))
            months.append(_named(one.months, code))
    own.put("survey_response", pa.concat_tables(answers))
    own.put("months", pa.concat_tables(months))
    own.lay({view: shared_views()[view] for view in indicator.views})
    names, rows = own.ask(indicator.sql)
    of_town: dict[str, list[dict[str, Any]]] = {}
    for row in (dict(zip(names, row, strict=True)) for row in rows):
        code, _, group = row["authority"].partition(APART)
        of_town.setdefault(code, []).append({**row, "authority": group})
    return [of_town.get(one.authority, []) for one in towns]


def _named(table: pa.Table, authority: str) -> pa.Table:
    place = table.schema.get_field_index("authority")
    return table.set_column(place, "authority", pa.array([authority] * table.num_rows, pa.string()))


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
