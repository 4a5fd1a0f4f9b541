"""From facts to indicator values: only the indicators and months whose inputs changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from transforms.catalogue import COLUMNS, REQUIRED, CatalogueError, Indicator, shared_views
from transforms.inputs import COMPUTED_SCHEMA, Inputs, Partition, copy_in, months_table
from transforms.reasons import NAMED_METRIC, why_missing
from warehouse.calendar import last_day, shift
from warehouse.facts import FACTS

DECIMALS = 6
MIN_ANSWERS = 30
FEW_ANSWERS = 50
"""Survey estimates on fewer answers are not shown; on fewer than 50 they carry a sign."""

MAX_ROWS = 300_000
"""Rows of facts in memory at once, about 250 bytes each: a history of millions is computed some months at a time."""

WITHHELD = frozenset({"thresholded", "truncated"})

Cell = dict[str, Any]
Changed = Mapping[str, Collection[str]]
"""Fact -> months of it that were replaced."""
Silent = frozenset[tuple[str, str, str]]
"""(fact, asset, month) a source was silent about where it usually is not: neither a zero nor a plain gap."""


@dataclass
class Computed:
    """The outcome for one indicator: its stale months, their cells, lineage and fingerprints."""

    indicator: Indicator
    months: list[str]
    cells: list[Cell] = field(default_factory=list)
    lineage: dict[str, list[Partition]] = field(default_factory=dict)
    fingerprints: dict[str, str] = field(default_factory=dict)


def month_status(month: str, today: date) -> str:
    """provisional while the month is running, final after it."""
    return "final" if last_day(month) < today else "provisional"


def fingerprint(
    indicator: Indicator, inputs: Inputs, read: Sequence[Partition], month: str, status: str, extra: str
) -> str:
    """Digest of everything a month's value depends on, `read` being the partitions it reads."""
    parts = [indicator.definition_version, status, extra, inputs.timezone]
    parts += [f"{one.fact}/{one.month}/{one.source}:{one.sha256}" for one in read]
    spans = {name: span for name, span in indicator.header.inputs.items() if name not in FACTS}
    parts += [f"{name}={inputs.register_digest(name, month, span)}" for name, span in sorted(spans.items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def circumstances(
    indicator: Indicator, spoken: set[tuple[str, str]], unused_assets: frozenset[str], others: str
) -> str:
    """What else a month's outcome depends on: assets not used, sources ever heard, values of others."""
    facts, assets = set(indicator.facts), set(indicator.header.assets)
    heard = sorted(
        f"{fact}/{asset}" for fact, asset in spoken if fact.split(":")[0] in facts and (not assets or asset in assets)
    )
    unused = sorted(assets & unused_assets)
    return f"{heard}{unused}{others if 'computed' in indicator.header.inputs else ''}"


def suspect_assets(indicator: Indicator, silent: Silent, month: str) -> list[str]:
    """Assets of which, for a fact the indicator reads, a source gave an empty answer nobody believes."""
    facts, assets = set(indicator.facts), indicator.header.assets
    return sorted({a for fact, a, when in silent if when == month and fact in facts and (not assets or a in assets)})


def compute(
    indicators: Iterable[Indicator],
    inputs: Inputs,
    *,
    authority: str,
    months: Sequence[str],
    today: date,
    known: Mapping[tuple[str, str], str],
    unused_assets: frozenset[str] = frozenset(),
    computed: pa.Table | None = None,
    silent: Silent = frozenset(),
    changed: Changed | None = None,
    progress: Callable[[str], None] = lambda _text: None,
) -> list[Computed]:
    """Compute the stale months of each indicator; those with unchanged inputs do not appear.

    With `changed`, the partitions replaced since all was last computed, nothing that reads none of them is looked
    at: whatever else may have changed (registers, the date) is left to the next call without it.

    `known` maps (indicator, month) to the fingerprint of the stored value. `computed` holds stored
    values for the indicators that read others' values. Where all assets of an indicator are
    `unused_assets` its cells are not applicable; what is in `silent` is missing for that reason, or flagged where other
    sources have data. `today` is the local day: the month it lies in is provisional. `progress` is called with what is
    being computed. Gives cells, lineage and fingerprints; nothing is stored.
    """
    waiting: list[Computed] = []
    computed = COMPUTED_SCHEMA.empty_table() if computed is None else computed
    others = hashlib.sha256(repr(computed.to_pylist()).encode()).hexdigest()
    spoken = inputs.covered()
    for indicator in indicators:
        one = Computed(indicator, [])
        extra = circumstances(indicator, spoken, unused_assets, others) + waiting_places(indicator, inputs.waiting)
        spans = {name: span for name, span in indicator.header.inputs.items() if name in FACTS}
        spans.setdefault("coverage", (0, 0))
        for month in months if changed is None else reached_by(changed, spans, months):
            read = inputs.read_by(spans, month)
            quiet = f"silent:{hush}" if (hush := suspect_assets(indicator, silent, month)) else ""
            mark = fingerprint(indicator, inputs, read, month, month_status(month, today), extra + quiet)
            if known.get((indicator.id, month)) == mark:
                continue
            one.months.append(month)
            one.lineage[month] = read
            one.fingerprints[month] = mark
        if one.months:
            waiting.append(one)
    for batch in batches(waiting):
        now = [(one, [month for month in one.months if month in batch]) for one in waiting]
        con = inputs.open({p for one, mine in now for month in mine for p in one.lineage[month]}, computed)
        try:
            for one, mine in now:
                if mine:
                    progress(one.indicator.id)
                    months_register = months_table(authority, mine, inputs.timezone)
                    one.cells += cells_of(con, one.indicator, months_register, today, unused_assets, silent)
        finally:
            con.close()
    return waiting


def batches(waiting: Iterable[Computed], most: int = MAX_ROWS) -> list[set[str]]:
    """The stale months in runs whose facts are at most so many rows together, or a single month's.

    What is in memory at once is bounded by that, however long a history is computed anew.
    """
    needs: dict[str, set[Partition]] = {}
    for one in waiting:
        for month in one.months:
            needs.setdefault(month, set()).update(one.lineage[month])
    found: list[set[str]] = []
    held: set[Partition] = set()
    for month in sorted(needs):
        held |= needs[month]
        if not found or sum(partition.records for partition in held) > most:
            found.append(set())
            held = set(needs[month])
        found[-1].add(month)
    return found


def waiting_places(indicator: Indicator, waiting: pa.Table) -> str:
    """The places of the indicator's assets that wait to be registered: when they are, the same facts count."""
    assets = set(indicator.header.assets)
    places = zip(waiting["space"].to_pylist(), waiting["asset"].to_pylist(), strict=True)
    return "".join(sorted({f"waiting:{space}" for space, asset in places if not assets or asset in assets}))


def reached_by(changed: Changed, spans: Mapping[str, tuple[int, int]], months: Sequence[str]) -> list[str]:
    """The months whose values read one of the changed partitions."""
    read = [(one, before, after) for fact, (before, after) in spans.items() for one in changed.get(fact, ())]
    return [
        month
        for month in months
        if any(shift(month, before) <= one <= shift(month, after) for one, before, after in read)
    ]


def cells_of(
    con: duckdb.DuckDBPyConnection,
    indicator: Indicator,
    months_register: pa.Table,
    today: date,
    unused_assets: frozenset[str] = frozenset(),
    silent: Silent = frozenset(),
) -> list[Cell]:
    """Run one indicator's statement for the months of the register and complete its cells, missing ones included."""
    copy_in(con, "months", months_register)
    months: list[str] = months_register["month"].to_pylist()
    for view in indicator.views:
        con.execute(f"create or replace temp view {view} as {shared_views()[view]}")
    rows = run(con, indicator)
    flags = coverage_flags(con, indicator)
    cells: dict[tuple[str, str, str], Cell] = {}
    for row in rows:
        if row["month"] not in months:
            raise CatalogueError(f"{indicator.id}: the statement gave month {row['month']}, which was not asked for")
        cell = complete(indicator, row, flags)
        place = (cell["month"], cell["space"], cell["part"])
        if place in cells:
            raise CatalogueError(f"{indicator.id}: two rows for month, space, part {place}; the grain is wrong")
        cell["status"] = "missing" if cell["value"] is None else month_status(cell["month"], today)
        cells[place] = cell
    unused = bool(indicator.header.assets) and set(indicator.header.assets) <= unused_assets
    if unused:
        declared = {"status": "not_applicable", "reason": f"asset_not_used:{indicator.family}"}
        cells |= {(month, "", ""): {**empty_cell(indicator, month), **declared} for month in months}
    else:
        headlines = {month: cells.get((month, "", "")) for month in months}
        without = {month: one is not None for month, one in headlines.items() if one is None or one["value"] is None}
        for month, reason in why_missing(con, indicator, without).items():
            why = {"reason": reason, "quality": withheld(flags, month)}
            cells[(month, "", "")] = {**empty_cell(indicator, month), **why}
    for cell in cells.values():
        mark_source_down(cell, suspect_assets(indicator, silent, cell["month"]))
        hide_unreliable(indicator, cell)
    return [cells[place] for place in sorted(cells)]


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


def empty_cell(indicator: Indicator, month: str, space: str = "", part: str = "") -> Cell:
    """A cell without a value."""
    unit = indicator.header.parts[part].unit if part else indicator.header.unit
    return {
        "indicator": indicator.id, "month": month, "cut": "", "space": space, "part": part, "value": None,
        "numerator": None, "denominator": None, "n": None, "lo": None, "hi": None, "unit": unit,
        "status": "missing", "quality": "", "reason": "",
        "definition_version": indicator.definition_version, "as_of": None,
    }  # fmt: skip


def complete(indicator: Indicator, row: Mapping[str, Any], flags: Mapping[tuple[str, str], tuple[str, date]]) -> Cell:
    """A statement's row as a cell: defaults, rounding, the quality its sources declared."""
    space, part = row.get("space") or "", row.get("part") or ""
    if part and part not in indicator.header.parts:
        raise CatalogueError(f"{indicator.id}: part {part!r} is not declared in the header")
    cell = empty_cell(indicator, row["month"], space, part)
    for name in ("value", "numerator", "denominator"):
        amount = row.get(name)
        # The zero added turns -0.0 into 0.0: both databases then print the same text.
        cell[name] = None if amount is None else round(float(amount), DECIMALS) + 0.0
    cell["n"] = None if row.get("n") is None else int(row["n"])
    declared, last = flags.get((row["month"], space), ("", None))
    own = (row.get("quality") or "").split()
    cell["quality"] = " ".join(sorted({*own, *declared.split()}))
    cell["as_of"] = row.get("as_of") or last
    if cell["value"] is None and (space or part):
        cell["reason"] = "empty_denominator"
    return cell


def withheld(flags: Mapping[tuple[str, str], tuple[str, date]], month: str) -> str:
    """Of a month's flags those by which a platform says that it shows less than it knows: they explain a gap."""
    return " ".join(flag for flag in flags.get((month, ""), ("", None))[0].split() if flag in WITHHELD)


def coverage_flags(con: duckdb.DuckDBPyConnection, indicator: Indicator) -> dict[tuple[str, str], tuple[str, date]]:
    """(month, space) -> quality flags of the sources behind it and the last day they speak of; space '' is all."""
    facts = [name for name in indicator.facts if name != "coverage"]
    rows = con.execute(
        f"""
        select
            c.month, c.space, c.quality, c.is_full or c.basis = 'entered',
            case when c.fact like '%:%' then c.first_day else c.last_day end
        from coverage c join months m on m.authority = c.authority and m.month = c.month
        where (list_contains(?, c.fact) or {NAMED_METRIC}) and (len(?) = 0 or list_contains(?, coalesce(c.asset, '')))
        """,  # noqa: S608
        [facts, indicator.sql, indicator.header.assets, indicator.header.assets],
    ).fetchall()
    found: dict[tuple[str, str], tuple[set[str], date]] = {}
    for month, space, quality, is_full, day in rows:
        for place in {(month, space), (month, "")}:
            flags, last = found.get(place, (set(), day))
            flags = flags | set(quality.split()) | (set() if is_full else {"partial_period"})
            found[place] = (flags, max(last, day))
    return {place: (" ".join(sorted(flags)), last) for place, (flags, last) in found.items()}


def mark_source_down(cell: Cell, assets: Sequence[str]) -> None:
    """What a silent source would have told is missing by that name; what others told is not the whole."""
    if not assets or cell["status"] == "not_applicable":
        return
    if cell["value"] is not None:
        cell["quality"] = " ".join(sorted({*cell["quality"].split(), "source_down"}))
    elif cell["reason"].partition(":")[0] in ("not_covered", "no_source", "empty_denominator"):
        cell["reason"] = f"source_silent:{assets[0]}"


def hide_unreliable(indicator: Indicator, cell: Cell) -> None:
    """A survey estimate on too few answers is not shown; on few it carries a sign."""
    if indicator.header.method != "surveyed" or cell["value"] is None:
        return
    answers = cell["n"] or 0
    if answers < MIN_ANSWERS:
        cell.update(value=None, numerator=None, denominator=None, n=None, status="suppressed")
        cell["reason"] = f"too_few_answers:{MIN_ANSWERS}"
    elif answers < FEW_ANSWERS:
        cell["quality"] = " ".join(sorted({*cell["quality"].split(), "low_reliability"}))
