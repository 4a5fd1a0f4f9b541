"""Figures by groups: of answers by what respondents declared of themselves, of places by what the register declares.

Nothing is inferred of anybody. A group is asked what the town is asked: the indicator's own statement runs over the
answers of the group, in whose rows the cut stands for the authority. A cut is of the month its wave closed in, and is
not carried on. It is rounded, tells no numerator, and of few people nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import duckdb
import pyarrow as pa

from transforms.catalogue import Indicator, shared_views
from transforms.choice import MIN_ANSWERS, Cell, Desk, answers_of, empty_cell, is_of_too_few, offer
from transforms.disclosure import THRESHOLD, Family, Recoverable, Sum, protect, rounded
from transforms.few import REASON, Few, by_attribute, withhold
from transforms.inputs import copy_in, session
from transforms.standing import is_of_answers
from transforms.sums import summed
from warehouse.vocabulary import CUT_LENGTH, CUTS, PLACE_CUTS, cut_code

DECIMALS = 2
CARRIED, LOW = "carried", "low_reliability"
FEW_ANSWERS = 50
"""Survey estimates on fewer effective answers carry a sign."""

ANSWERS = """
select s.*
from survey_response s
join (select distinct wave, wave_month, indicator, audience from survey_answer where wave_month = month) a
    on a.wave = s.wave and a.wave_month = s.month and a.indicator = s.indicator and a.audience = s.audience
where s.audience = 'residents'
"""

_sessions: WeakKeyDictionary[duckdb.DuckDBPyConnection, duckdb.DuckDBPyConnection] = WeakKeyDictionary()


def of_answers(con: duckdb.DuckDBPyConnection, indicator: Indicator, whole: Sequence[Cell], few: Few) -> list[Cell]:
    """The cells of an indicator of answers by what respondents declared, of the months in which a wave closed.

    `whole` are its cells of the whole town; where one is not shown no group of it is.
    """
    if not is_of_answers(indicator):
        return []
    shown = {
        (cell["month"], cell["part"]): cell
        for cell in whole
        if cell["value"] is not None and not cell["space"] and CARRIED not in cell["quality"].split()
    }
    months = sorted({month for month, _ in shown})
    rows = _asked(con, indicator, months) if months else []
    found: list[Cell] = []
    for place in sorted(shown):
        for dimension in CUTS:
            mine = {
                row["authority"]: row
                for row in rows
                if (row["month"], row.get("part") or "") == place and row["authority"].startswith(f"{dimension}=")
                if row["value"] is not None and row["n"] and CARRIED not in (row.get("quality") or "").split()
            }
            found += _decided(indicator, shown[place], mine, few)
    return found


def _asked(con: duckdb.DuckDBPyConnection, indicator: Indicator, months: Sequence[str]) -> list[dict[str, Any]]:
    """The statement's rows for every group; `authority` is the cut."""
    # Of two waves of a month the one that speaks for the town speaks for its groups too.
    answers: pa.Table = con.sql(ANSWERS).to_arrow_table()
    declared = {name: set(answers.column(name).to_pylist()) - {None} for name in CUTS}
    groups = sorted(cut_code(name, str(one)) for name, told in declared.items() for one in told)
    if not groups:
        return []
    each = [
        f"select * replace (substr(concat('{name}=', {name}), 1, {CUT_LENGTH}) as authority)"  # noqa: S608
        f" from answers where {name} is not null"
        for name in CUTS
    ]
    return asked_of(con, indicator, months, answers, each, groups)


def asked_of(
    con: duckdb.DuckDBPyConnection, indicator: Indicator, months: Sequence[str], answers: pa.Table,
    each: Sequence[str], groups: Sequence[str],
) -> list[dict[str, Any]]:  # fmt: skip
    """The statement's rows for these groups; `each` selects their answers, the group in place of the authority."""
    own = _sessions.get(con)
    if own is None:
        own = _sessions[con] = session()
    copy_in(own, "answers", answers)
    own.execute(f"create or replace table survey_response as {' union all '.join(each)}")
    register = con.table("months").to_arrow_table()
    rows = [{**row, "authority": group} for row in register.to_pylist() if row["month"] in months for group in groups]
    copy_in(own, "months", pa.Table.from_pylist(rows, schema=register.schema))
    for view in indicator.views:
        own.execute(f"create or replace temp view {view} as {shared_views()[view]}")
    result = own.execute(indicator.sql)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


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
