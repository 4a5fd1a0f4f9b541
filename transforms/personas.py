"""Figures of personas: people of several groups at once, as the town declares them, from their own answers.

A persona overlaps every group that is shown, so it is told only where neither it nor what it leaves of any shown group,
or of another persona, can be found to be few: the auditor of `transforms.disclosure` is asked for each kind of group.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from transforms.catalogue import Indicator
from transforms.choice import MIN_ANSWERS, Cell, is_of_too_few, offer
from transforms.cuts import CARRIED, Whole, cell_of_group
from transforms.disclosure import THRESHOLD, Family, Recoverable, Sum, protect
from transforms.engines import Session
from transforms.waves import Asked, People, Waves, asked_of
from warehouse.vocabulary import CUTS, PERSONA, cut_code

ALL, MINE, REST, SILENT = ("all",), ("mine",), ("rest",), "silent"


@dataclass(frozen=True)
class Crossed:
    """A group that may be shown: its people, those of them in the persona, and whether it is shown."""

    people: int
    mine: int
    is_shown: bool


def of_personas(
    session: Session, indicator: Indicator, towns: Sequence[Whole], waves: Waves, groups: Sequence[Sequence[Cell]]
) -> list[list[Cell]]:
    """Each town's cells of personas, of the months in which a wave closed; `groups` are its decided ones."""
    asked: list[Asked] = []
    for one, mine in zip(towns, groups, strict=True):
        months = pa.array(sorted({cell["month"] for cell in mine}), pa.string())
        register = one.months.filter(pc.is_in(one.months["month"], months))
        is_asked = one.few.personas and mine
        rows = _crossings(waves.answers(one.authority, one.answers), one.few.personas) if is_asked else {}
        asked.append((one.authority, register, People.of(one.authority, rows)))
    given = zip(towns, groups, asked_of(session.beside().beside(), indicator, asked), strict=True)
    return [_of_town(indicator, one, mine, rows) for one, mine, rows in given]


def _of_town(
    indicator: Indicator, town: Whole, groups: Sequence[Cell], answers: Sequence[dict[str, Any]]
) -> list[Cell]:
    few, places = town.few, {(one["month"], one["part"]) for one in groups}
    rows: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for row in answers:
        if row["n"] and CARRIED not in (row.get("quality") or "").split():
            rows.setdefault((row["month"], row.get("part") or ""), {})[row["authority"]] = row
    shown = {(one["month"], one["part"], one["cut"]) for one in groups if one["value"] is not None}
    of_whole = {(one["month"], one["part"]): one for one in town.cells if not one["space"]}
    found: list[Cell] = []
    for month, part in sorted(places) if few.personas else ():
        told, mine = rows.get((month, part), {}), of_whole[month, part]
        others: list[str] = []
        for name in sorted(few.personas):
            own, cut = told.get(_code(name)), cut_code(PERSONA, name)
            if own is None or own["value"] is None:
                continue
            said = offer(indicator, own if own["n"] >= MIN_ANSWERS else {**own, "variance": None})
            before = few.published.get((indicator.id, month, cut, part))
            stays_hidden = before is not None and before["value"] is None
            everybody = int(mine["n"] or 0)
            kinds = _crossed(told, everybody, name, others, {cut for *at, cut in shown if at == [month, part]})
            is_few = is_of_too_few(indicator, said) or not may_be_shown(everybody, int(own["n"]), kinds)
            is_hidden = stays_hidden or is_few
            found.append(cell_of_group(indicator, mine, cut, said, before, is_hidden=is_hidden))
            others += [] if is_hidden else [name]
    return found


def may_be_shown(everybody: int, mine: int, kinds: Sequence[Mapping[str, Crossed]]) -> bool:
    """Whether a persona of `mine` of `everybody` tells of no few, by the groups of each kind that stand beside it."""
    rest = everybody - mine
    if mine < THRESHOLD or 0 < rest < THRESHOLD:
        return False
    return all(_is_safe(everybody, mine, groups) for groups in kinds)


def _is_safe(everybody: int, mine: int, groups: Mapping[str, Crossed]) -> bool:
    """Whether the auditor lets a persona stand beside the groups of one kind, each split by the persona."""
    silent = max(0, everybody - sum(one.people for one in groups.values()))
    silent_mine = min(silent, max(0, mine - sum(one.mine for one in groups.values())))
    table = {**groups, SILENT: Crossed(silent, silent_mine, False)}
    counts: dict[tuple[str, ...], int] = {ALL: everybody, MINE: mine, REST: everybody - mine}
    sums = [Sum(ALL, (MINE, REST)), Sum(ALL, tuple((name,) for name in table))]
    for side, key in (("in", MINE), ("out", REST)):
        sums.append(Sum(key, tuple((name, side) for name in table)))
    for name, one in table.items():
        counts |= {(name,): one.people, (name, "in"): one.mine, (name, "out"): one.people - one.mine}
        sums.append(Sum((name,), ((name, "in"), (name, "out"))))
    never = frozenset(key for key in counts if len(key) == 2) | {REST}
    hidden = frozenset((name,) for name, one in groups.items() if not one.is_shown)
    few = {key for key in never if 0 < counts[key] < THRESHOLD} - {(SILENT, "in"), (SILENT, "out")}
    if not few and not any(0 < counts[key] < THRESHOLD for key in hidden):
        return True
    family = Family(
        counts, sums,
        public=frozenset({ALL}),
        # Who belongs nowhere is taken for known: nothing but the persona itself is left to be hidden.
        known=frozenset(key for key, count in counts.items() if not count)
        | frozenset((name,) for name, one in groups.items() if one.is_shown),
        closed=frozenset({(SILENT,), (SILENT, "in"), (SILENT, "out")}),
        kept=never | hidden,
        unasked=frozenset(key for key in never | hidden if counts[key] >= THRESHOLD),
    )  # fmt: skip
    try:
        return MINE not in protect(family).hidden
    except Recoverable:
        return False


def _code(name: str, group: str = "") -> str:
    return f"{PERSONA}|{name}|{group}"


def _crossed(
    told: Mapping[str, Mapping[str, Any]], everybody: int, name: str, others: Sequence[str], shown: Collection[str]
) -> list[dict[str, Crossed]]:
    """For each kind of group its groups, and for each persona that is shown already that persona."""

    def people(code: str) -> int:
        return int(told[code]["n"]) if code in told else 0

    kinds = []
    for kind in CUTS:
        plain = [code for code in told if code.startswith(f"{kind}=")]
        if plain:
            kinds.append({one: Crossed(people(one), people(_code(name, one)), one in shown) for one in plain})
    for other in others:
        theirs, both = people(_code(other)), people(_code(name, _code(other)))
        left = Crossed(everybody - theirs, people(_code(name)) - both, is_shown=True)
        kinds.append({other: Crossed(theirs, both, is_shown=True), f"not {other}": left})
    return kinds


def _crossings(answers: pa.Table, personas: Mapping[str, Sequence[str]]) -> dict[str, pa.Table]:
    """The rows of every group, every persona, and the people who are in both."""
    declared = {name: sorted(map(str, set(answers.column(name).to_pylist()) - {None})) for name in CUTS}
    plain = {f"{kind}={one}": _are(answers, kind, [one]) for kind, told in declared.items() for one in told}
    made = {name: _belong(answers, groups) for name, groups in personas.items()}
    wanted = dict(plain)
    for name, mine in made.items():
        wanted[_code(name)] = mine
        wanted |= {_code(name, group): pc.and_(mine, one) for group, one in plain.items()}
        wanted |= {_code(name, _code(other)): pc.and_(mine, one) for other, one in made.items() if other < name}
    return {code: answers.filter(one) for code, one in wanted.items()}


def _belong(answers: pa.Table, groups: Sequence[str]) -> pa.ChunkedArray:
    """Whether each row is of a persona: of one kind of group any, of several kinds all."""
    kinds: dict[str, list[str]] = {}
    for one in groups:
        kind, _, group = one.partition("=")
        kinds.setdefault(kind, []).append(group)
    mine = [_are(answers, kind, told) for kind, told in sorted(kinds.items())]
    return reduce(pc.and_, mine)


def _are(answers: pa.Table, kind: str, groups: Sequence[str]) -> pa.ChunkedArray:
    return pc.is_in(answers[kind].cast(pa.string()), pa.array(groups, pa.string()))
