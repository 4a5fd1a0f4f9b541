"""The cells of one indicator: what its statement offers, decided, with the status and what each is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import pyarrow as pa

from transforms.asked import Worth, pieces_of
from transforms.catalogue import COLUMNS, REQUIRED, CatalogueError, Indicator, shared_views
from transforms.choice import (
    INCOMPLETE,
    MIN_ANSWERS,
    NOT_FINAL,
    Cell,
    Desk,
    Place,
    answers_of,
    empty_cell,
    is_of_too_few,
)
from transforms.composition import made_of, not_used
from transforms.cuts import FEW_ANSWERS, Whole, of_answers, of_places
from transforms.doubted import SUSPECT, Doubt, leans_on_doubt
from transforms.engines import Session, StatementFailed
from transforms.ever_heard import NEVER_HEARD
from transforms.few import Few, keep_back, withhold
from transforms.heard import EXTENTS, Heard
from transforms.personas import of_personas
from transforms.reasons import why_empty, why_missing
from transforms.standing import let_stand
from transforms.sums import add_up
from transforms.waves import Waves
from transforms.working_days import Workdays
from warehouse.calendar import last_day

NOTHING_HIDDEN = Few()
Silent = frozenset[tuple[str, str, str]]
"""(fact, asset, month) a source was silent about where it usually is not: neither a zero nor a plain gap."""


@dataclass(frozen=True)
class Asking:
    """A town that asks for an indicator, and what its cells are decided by.

    `months` are its months (`transforms.inputs.months_table`), `residents` are by month; `heard` is who listened in
    these months, `workdays` when the town works, `doubts` are those of the files each month reads; `few` is what is
    kept back of small places. `answers` are its answers to surveys.
    """

    months: pa.Table
    today: date
    heard: Heard
    workdays: Workdays
    residents: Mapping[str, int]
    answers: pa.Table
    unused_assets: frozenset[str] = frozenset()
    silent: Silent = frozenset()
    doubts: Mapping[str, Sequence[Doubt]] = field(default_factory=dict)
    few: Few = NOTHING_HIDDEN

    @cached_property
    def authority(self) -> str:
        """Its code."""
        return str(self.months["authority"][0].as_py())


def asking_in(session: Session, months: pa.Table, today: date, **own: Any) -> Asking:
    """The only town of a session, by the session's own tables; `own` are fields of Asking that these do not tell."""
    coverage, spaces, waiting, days, people, answers = (
        session.table(f"select * from {name}")  # noqa: S608 names of ours
        for name in ("coverage", "space", "waiting", "working_day", "population", "survey_response")
    )
    told = {"heard": Heard(coverage, spaces.to_pylist(), waiting), "workdays": Workdays.of(days)}
    return Asking(months, today, **{**told, "residents": residents_in(people), "answers": answers, **own})


def residents_in(population: pa.Table) -> dict[str, int]:
    """Residents by month, by one town's register."""
    return dict(zip(population["month"].to_pylist(), population["residents"].to_pylist(), strict=True))


def cells_of(
    session: Session, indicator: Indicator, towns: Sequence[Asking], register: pa.Table | None = None,
    waves: Waves | None = None,
) -> list[list[Cell]]:  # fmt: skip
    """Run one indicator's statement, once for all these towns, and decide the cells of each, missing ones included.

    A row is its authority's and nobody else's; the session holds these towns and no others. `register` may hold more
    months, and other towns of the session, than these ask for: what is said of them is left out; it has to be the same
    wherever `waves` are. Raises CatalogueError.
    """
    own = pa.concat_tables([one.months for one in towns])
    session.put("months", own if register is None else register)
    found = run(session, indicator)
    if register is not None:
        asked = set(zip(own["authority"].to_pylist(), own["month"].to_pylist(), strict=True))
        there = set(zip(register["authority"].to_pylist(), register["month"].to_pylist(), strict=True))
        found = [row for row in found if (place := (row["authority"], row["month"])) in asked or place not in there]
    rows = by_authority(indicator, found, [one.authority for one in towns])
    decided = [_decided(indicator, one, rows[one.authority]) for one in towns]
    told = [one for one in decided if not one.is_foreign]
    _say_how_asked(session, indicator, told)
    for one in told:
        let_stand(indicator, one.cells, one.asking.few)
        keep_back(indicator, one.cells, one.asking.few)
    wholes = [Whole(one.asking.months, one.asking.answers, one.cells, one.asking.few) for one in told]
    waves = waves or Waves(session)
    groups = of_answers(session, indicator, wholes, waves)
    personas = of_personas(session, indicator, wholes, waves, groups)
    for one, mine, named in zip(told, groups, personas, strict=True):
        one.cells = [*one.cells, *mine, *named, *of_places(one.desk, one.cells, one.asking.few)]
    return [one.cells for one in decided]


def by_authority(
    indicator: Indicator, rows: Iterable[dict[str, Any]], codes: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """A statement's rows by the authority each names. Raises CatalogueError for one of none of these."""
    found: dict[str, list[dict[str, Any]]] = {code: [] for code in codes}
    for row in rows:
        if row["authority"] not in found:
            raise CatalogueError(f"{indicator.id}: the statement gave a row of {row['authority']}, not asked for")
        found[row["authority"]].append(row)
    return found


@dataclass
class _Decided:
    """A town's cells on their way."""

    asking: Asking
    desk: Desk
    cells: list[Cell]

    @property
    def is_foreign(self) -> bool:
        """Whether the town uses nothing of what the indicator is of."""
        assets = self.desk.indicator.header.assets
        return bool(assets) and set(assets) <= self.asking.unused_assets


def _decided(indicator: Indicator, asking: Asking, rows: Sequence[dict[str, Any]]) -> _Decided:
    """The town's cells of its whole and its places, as the statement's rows and its own rules have them."""
    desk = Desk(indicator, asking.heard, asking.today, asking.workdays, asking.unused_assets)
    months: list[str] = asking.months["month"].to_pylist()
    desk.take(rows, months)
    decided = _Decided(asking, desk, [])
    if decided.is_foreign:
        declared = {"status": "not_applicable", "reason": f"asset_not_used:{indicator.family}"}
        bare = ({**empty_cell(indicator, month), **declared, "composition": []} for month in sorted(months))
        decided.cells = list(bare)
        return decided
    desk.choose()
    add_up(desk, months)
    residents = asking.residents
    found: dict[Place, Cell] = {}
    for place, cell in desk.chosen.items():
        if cell["value"] is None:
            cell = {**cell, "reason": why_empty(indicator, cell, are_residents_known=place[0] in residents)}
            cell |= dict.fromkeys(("numerator", "denominator", "n", "lo", "hi"))
        found[place] = finished(desk, place, cell, residents, asking.doubts.get(place[0], ()))
    for month in months:
        if (month, "", "") not in found:
            found[month, "", ""] = missing(desk, month, month in residents)
    for place, cell in found.items():
        mark_source_down(cell, suspect_assets(indicator, asking.silent, place[0]))
        if place in desk.chosen:
            hide_unreliable(indicator, cell, desk.chosen[place])
        if cell["value"] is not None and 0 < (cell["n"] or 0) < indicator.header.min_people:
            withhold(cell, f"too_few_people:{indicator.header.min_people}")
    decided.cells = [found[place] for place in sorted(found)]
    return decided


def _say_how_asked(session: Session, indicator: Indicator, decided: Iterable[_Decided]) -> None:
    """Put what a survey's headlines rest on into their composition, of those that are shown."""
    shown: dict[str, dict[str, Cell]] = {}
    worth: Worth = {}
    for one in decided:
        for cell in one.cells:
            said = one.desk.chosen.get((cell["month"], cell["space"], cell["part"]))
            is_headline = not (cell["space"] or cell["part"]) and cell["value"] is not None
            if is_headline and said is not None and said["method"] == "surveyed":
                worth.setdefault(one.asking.authority, {})[cell["month"]] = said["n_effective"], said["n"]
                shown.setdefault(one.asking.authority, {})[cell["month"]] = cell
    for (code, month), pieces in pieces_of(session, indicator, worth).items():
        shown[code][month]["composition"] = [*shown[code][month]["composition"], *pieces]


def run(session: Session, indicator: Indicator) -> list[dict[str, Any]]:
    """The statement's rows; CatalogueError when it fails or gives other columns than agreed."""
    try:
        session.lay({name: shared_views()[name] for name in indicator.views})
        names, rows = session.ask(indicator.sql)
    except StatementFailed as problem:
        raise CatalogueError(f"{indicator.id}: the statement failed: {problem}") from None
    if not REQUIRED <= set(names) <= COLUMNS:
        raise CatalogueError(f"{indicator.id}: columns {names}; give {sorted(REQUIRED)} and at most {sorted(COLUMNS)}")
    return [dict(zip(names, row, strict=True)) for row in rows]


def finished(desk: Desk, place: Place, cell: Cell, residents: Mapping[str, int], doubts: Sequence[Doubt] = ()) -> Cell:
    """A chosen cell with its status, and what it is made of."""
    flags = {*cell["quality"].split(), *(f"{INCOMPLETE}:{space}" for space in desk.lacking(place))}
    status = "missing"
    if cell["value"] is not None:
        flags |= {SUSPECT} if leans_on_doubt(desk.indicator, desk.heard, cell, cell["as_of"], doubts) else set()
        is_part = any(flag.partition(":")[0] in NOT_FINAL for flag in flags)
        status = "provisional" if is_part or last_day(place[0]) >= desk.today else "final"
    done = {name: cell[name] for name in empty_cell(desk.indicator, place[0])}
    made = []
    if not place[1] and not place[2]:
        life = life_of(desk.indicator, place[0], desk.today, desk.workdays)
        places = desk.spaces_of(place[0], cell.get("formula") or "")
        made = made_of(desk.indicator, cell, desk.heard, places, residents, life, desk.workdays)
    return {**done, "status": status, "quality": " ".join(sorted(flags)), "composition": made}


def life_of(indicator: Indicator, month: str, today: date, workdays: Workdays) -> str:
    """running, open while something may still come to its values, or settled."""
    ends = last_day(month)
    if ends >= today:
        return "running"
    return "open" if workdays.last_of(indicator.header.windows.values(), month) >= today else "settled"


def missing(desk: Desk, month: str, are_residents_known: bool) -> Cell:
    """A headline of which nothing can be said, with the reason and what was offered all the same."""
    indicator = desk.indicator
    kinds = indicator.header.sum_of
    heard = [kind for kind in kinds if indicator.header.needs.get(kind)] if kinds != "spaces" else []
    # Where nobody ever heard of any of them, that is why there is nothing.
    wanted = [kind for kind in heard if not desk.is_foreign(kind)] or heard
    extents = [desk.extent((month, "", kind)) for kind in wanted or ("",)]
    # A sum lacks what was heard least of its kinds, first of those that were ever heard; where all were, what only
    # staff can tell.
    extent = min(extents, key=lambda one: (EXTENTS.index(one.extent), one.why.startswith(NEVER_HEARD)))
    whys = {one.why for one in extents}
    if len(whys) > 1 and all(one.startswith(NEVER_HEARD) for one in whys):
        extent = replace(extent, why=f"{max(whys).partition(':')[0]}:any")
    offers = desk.offered.get((month, "", ""), [])
    if any(one["method"] == "measured" and one["value"] == 0 for one in offers):
        extent = replace(extent, why=desk.why_no_zero(extent))
    cell = empty_cell(indicator, month)
    empty = [one for kind in wanted if (one := desk.chosen.get((month, "", kind))) and one["value"] is None]
    cell["reason"] = (
        why_empty(indicator, empty[0], are_residents_known=are_residents_known)
        if empty
        else "no_entry"
        if wanted and extent.extent == "full" and not extent.why
        else why_missing(
            indicator, extent, bool(desk.heard.withdrawal(indicator, month)), is_offered=bool(offers),
            is_left_to_staff=desk.heard.is_left_to_staff(indicator, month),
        )
    )  # fmt: skip
    cell["quality"] = " ".join(sorted(extent.flags & WITHHELD))
    return {**cell, "composition": not_used(one for one in offers if one["value"] is not None)}


WITHHELD = frozenset({"thresholded", "truncated"})
"""Flags by which a platform says that it shows less than it knows: they explain a gap."""


def suspect_assets(indicator: Indicator, silent: Silent, month: str) -> list[str]:
    """Assets of which, for a fact the indicator reads, a source gave an empty answer nobody believes."""
    facts, assets = set(indicator.facts), indicator.header.assets
    return sorted({a for fact, a, when in silent if when == month and fact in facts and (not assets or a in assets)})


SILENT_REASONS = frozenset({*NEVER_HEARD, "not_covered", "empty_denominator", "partly_covered"})


def mark_source_down(cell: Cell, assets: Sequence[str]) -> None:
    """What a silent source would have told is missing by that name; what others told is not the whole."""
    if not assets or cell["status"] == "not_applicable":
        return
    if cell["value"] is not None:
        cell["quality"] = " ".join(sorted({*cell["quality"].split(), "source_down"}))
        cell["status"] = "provisional" if cell["status"] == "final" else cell["status"]
    elif cell["reason"].partition(":")[0] in SILENT_REASONS:
        cell["reason"] = f"source_silent:{assets[0]}"


def hide_unreliable(indicator: Indicator, cell: Cell, chosen: Cell) -> None:
    """A survey estimate on too few effective answers is not shown; on few it carries a sign."""
    if is_of_too_few(indicator, chosen):
        withhold(cell, f"too_few_answers:{MIN_ANSWERS}")
    elif (answers := answers_of(indicator, chosen)) is not None and answers < FEW_ANSWERS:
        cell["quality"] = " ".join(sorted({*cell["quality"].split(), "low_reliability"}))
