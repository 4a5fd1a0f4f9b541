"""The cells of one indicator: what its statement offers, decided, with the status and what each is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

import duckdb
import pyarrow as pa

from transforms.asked import pieces_of
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
from transforms.cuts import FEW_ANSWERS, of_answers, of_places
from transforms.doubted import SUSPECT, Doubt, leans_on_doubt
from transforms.ever_heard import NEVER_HEARD
from transforms.few import Few, keep_back, withhold
from transforms.heard import EXTENTS, Heard
from transforms.inputs import copy_in
from transforms.personas import of_personas
from transforms.reasons import why_empty, why_missing
from transforms.standing import let_stand
from transforms.sums import add_up
from transforms.working_days import Workdays
from warehouse.calendar import last_day

NOTHING_HIDDEN = Few()
Silent = frozenset[tuple[str, str, str]]
"""(fact, asset, month) a source was silent about where it usually is not: neither a zero nor a plain gap."""


def cells_of(
    con: duckdb.DuckDBPyConnection,
    indicator: Indicator,
    months_register: pa.Table,
    today: date,
    unused_assets: frozenset[str] = frozenset(),
    silent: Silent = frozenset(),
    heard: Heard | None = None,
    workdays: Workdays | None = None,
    doubts: Mapping[str, Sequence[Doubt]] = MappingProxyType({}),
    few: Few = NOTHING_HIDDEN,
) -> list[Cell]:
    """Run one indicator's statement for the months of the register and decide its cells, missing ones included.

    `heard` is who listened in these months, `workdays` when the town works; without them, what the session's own
    tables say. `doubts` are those of the files each month reads; `few` is what is kept back of small places.
    """
    copy_in(con, "months", months_register)
    months: list[str] = months_register["month"].to_pylist()
    lay_views(con, indicator)
    workdays = workdays or Workdays.of(con.table("working_day").to_arrow_table())
    desk = Desk(indicator, heard or heard_in(con), today, workdays, unused_assets)
    desk.take(run(con, indicator), months)
    if indicator.header.assets and set(indicator.header.assets) <= unused_assets:
        declared = {"status": "not_applicable", "reason": f"asset_not_used:{indicator.family}"}
        return [{**empty_cell(indicator, month), **declared, "composition": []} for month in sorted(months)]
    desk.choose()
    add_up(desk, months)
    residents: dict[str, int] = dict(con.execute("select month, residents from population").fetchall())
    found: dict[Place, Cell] = {}
    for place, cell in desk.chosen.items():
        if cell["value"] is None:
            cell = {**cell, "reason": why_empty(indicator, cell, are_residents_known=place[0] in residents)}
            cell |= dict.fromkeys(("numerator", "denominator", "n", "lo", "hi"))
        found[place] = finished(desk, place, cell, residents, doubts.get(place[0], ()))
    for month in months:
        if (month, "", "") not in found:
            found[month, "", ""] = missing(desk, month, month in residents)
    for place, cell in found.items():
        mark_source_down(cell, suspect_assets(indicator, silent, place[0]))
        if place in desk.chosen:
            hide_unreliable(indicator, cell, desk.chosen[place])
        if cell["value"] is not None and 0 < (cell["n"] or 0) < indicator.header.min_people:
            withhold(cell, f"too_few_people:{indicator.header.min_people}")
    _say_how_asked(con, desk, found)
    cells = [found[place] for place in sorted(found)]
    let_stand(indicator, cells, few)
    keep_back(indicator, cells, few)
    groups = of_answers(con, indicator, cells, few)
    return cells + groups + of_personas(con, indicator, cells, groups, few) + of_places(desk, cells, few)


def _say_how_asked(con: duckdb.DuckDBPyConnection, desk: Desk, found: Mapping[Place, Cell]) -> None:
    """Put what a survey's headlines rest on into their composition, of those that are shown."""
    wholes = {
        place[0]: desk.chosen[place]
        for place, cell in found.items()
        if not (place[1] or place[2]) and cell["value"] is not None and place in desk.chosen
    }
    worth = {month: (cell["n_effective"], cell["n"]) for month, cell in wholes.items() if cell["method"] == "surveyed"}
    for month, pieces in pieces_of(con, desk.indicator, worth).items():
        found[month, "", ""]["composition"] = [*found[month, "", ""]["composition"], *pieces]


_laid: WeakKeyDictionary[duckdb.DuckDBPyConnection, dict[str, str]] = WeakKeyDictionary()
"""Views a session has, by name: DuckDB plans a view when it is made, and many indicators rest on the same."""


def lay_views(con: duckdb.DuckDBPyConnection, indicator: Indicator) -> None:
    """Make the shared views an indicator reads, where the session does not have them yet."""
    laid = _laid.setdefault(con, {})
    for view in indicator.views:
        if laid.get(view) != (sql := shared_views()[view]):
            con.execute(f"create or replace temp view {view} as {sql}")
            laid[view] = sql


def heard_in(con: duckdb.DuckDBPyConnection) -> Heard:
    """Who listened, by the session's own tables."""
    coverage, spaces, waiting = (con.table(name).to_arrow_table() for name in ("coverage", "space", "waiting"))
    return Heard(coverage, spaces.to_pylist(), waiting)


def run(con: duckdb.DuckDBPyConnection, indicator: Indicator) -> list[dict[str, Any]]:
    """The statement's rows; CatalogueError when it fails or gives other columns than agreed."""
    try:
        result = con.execute(indicator.sql)
    except duckdb.Error as problem:
        raise CatalogueError(f"{indicator.id}: the statement failed: {problem}") from None
    names = [column[0] for column in result.description or []]
    if not REQUIRED <= set(names) <= COLUMNS:
        raise CatalogueError(f"{indicator.id}: columns {names}; give {sorted(REQUIRED)} and at most {sorted(COLUMNS)}")
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


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
