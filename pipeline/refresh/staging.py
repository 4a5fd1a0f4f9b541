"""Staging of one source: all of it, or the units that changed."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from types import ModuleType

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.refresh.facts import UNIT, Place, SourceFacts
from pipeline.refresh.lost import counted, left_out, lost_in_quarantine
from pipeline.refresh.outcome import Refreshed
from pipeline.refresh.warm import Warm
from town.accounts import configured_spaces
from town.landed import LandedParts, landed_tables
from town.staged import facts_of
from town.store import TownStore
from transforms.staging.coverage import Lost, lowered, shown_by, with_evidence
from transforms.staging.skipped import SCHEMA, SKIPPED
from transforms.staging.town import Town, plain
from transforms.staging.units import Carry, Unit
from warehouse.checks import note_checks
from warehouse.facts import FACTS
from warehouse.gate_tables import CheckRow
from warehouse.ledger import UnitState
from warehouse.ledger_tables import SegmentRow
from warehouse.left_out import replace_left_out
from warehouse.schemas import arrow_schema

COVERAGE = "coverage"
Units = dict[tuple[str, str], UnitState]
"""(key, month) -> what the unit was staged from."""


@cache
def shape_of_facts() -> str:
    """Digest of the columns of all facts: where one has changed, every source is staged anew, other people's too."""
    return hashlib.sha256("".join(f"{fact}{arrow_schema(fact)}" for fact in sorted(FACTS)).encode()).hexdigest()


def fingerprint_of(
    module: ModuleType, segments: Iterable[SegmentRow], town: Town, aside: Iterable[Lost] = (), suites: str = ""
) -> str:
    """Digest of what a source's facts depend on: while it is the same, nothing of the source is looked at."""
    digest = hashlib.sha256(f"{module.SOURCE}:{getattr(module, 'REVISION', 1)}:{shape_of_facts()}{suites}".encode())
    digest.update(plain(town).encode())
    for row in segments:
        digest.update(f"{row.path}\n".encode())
    for one in aside:
        digest.update(f"{one}\n".encode())
    return digest.hexdigest()


def stage_source(
    store: TownStore, module: ModuleType, town: Town, done: Refreshed, known: Iterable[CheckRow], warm: Warm
) -> None:
    """Stage what changed of one source, gate it, and make its facts the only ones.

    `known` is all that the gate ever found of the town before this refresh.
    """
    ledger, source = store.ledger, module.SOURCE
    segments = ledger.segments(module.STREAMS)
    before = ledger.staged().get(source)
    if not segments and before is None:
        return
    waiting = lost_in_quarantine(store, module, town)
    fingerprint = fingerprint_of(module, segments, town, waiting, store.suites.digest)
    if before == fingerprint:
        return
    store.progress(f"staging {source}")
    spaces = configured_spaces(store.config, store.authority.code) | frozenset(town.spaces)
    digests = dict(warm.last(f"digests of {source}") or {})
    facts = SourceFacts(store, source, spaces, [one for one in known if one.source == source], digests)
    skipped, units = SCHEMA.empty_table(), Units()
    if hasattr(module, "units"):
        units, skipped = _stage_units(store, module, town, facts)
    else:
        found = dict(module.stage(landed_tables(store, module.STREAMS), town))
        skipped = found.pop(SKIPPED, skipped)
        _announce(module, segments, found, skipped, facts)
        _take_whole(found, facts, [*waiting, *left_out(store, skipped)])
    results = facts.finish()
    warm.keep(f"digests of {source}", digests)
    restless = {month for _, month in facts.unsettled}
    states = {(k, m): UnitState("", one.carry) if m in restless else one for (k, m), one in units.items()}
    replace_left_out(ledger, source, counted(skipped))
    judged = facts.judged
    ledger.replace_partitions(
        source, facts.files, fingerprint, facts.quarantined(), states, facts.used,
        lambda tx: note_checks(tx, ledger.authority, source, judged),
    )  # fmt: skip
    stored, files = facts.before, facts.files
    changed = {k for k in {*files, *stored} if k not in stored or k not in files or files[k].sha256 != stored[k].sha256}
    done.staged.append(source)
    done.checks[source] = results
    done.partitions_changed += len(changed)
    for fact, month in changed:
        done.changed.setdefault(fact, set()).add(month)
        done.replaced[fact, month, source] = stored.get((fact, month)), files.get((fact, month))
    done.quarantined += sum(result.quarantined_rows for result in results)


def _announce(
    module: ModuleType,
    segments: Iterable[SegmentRow],
    staged: Mapping[str, pa.Table],
    skipped: pa.Table,
    facts: SourceFacts,
) -> None:
    """Facts of which records landed and not one row was made, though staging does not say that it left them out."""
    landed: dict[str, int] = defaultdict(int)
    for one in segments:
        landed[one.stream] += one.records
    told: dict[str, int] = defaultdict(int)
    for stream, records in zip(skipped["stream"].to_pylist(), skipped["records"].to_pylist(), strict=True):
        told[stream] += records
    for fact in {fact for fact, _ in facts.before} - {COVERAGE}:
        if (fact in staged and staged[fact].num_rows) or facts.falls_are_said(fact):
            continue
        if missing := sum(max(landed[stream] - told[stream], 0) for stream in _feeding(module, fact)):
            facts.announced |= {place: missing for place in facts.before if place[0] == fact}


def _feeding(module: ModuleType, fact: str) -> list[str]:
    """The streams of which a fact's rows are made."""
    return [one for one in module.STREAMS if fact in {name.partition(":")[0] for name in facts_of(module, one)}]


def _announce_month(
    module: ModuleType, landed: LandedParts, units: Iterable[Unit], place: Place, facts: SourceFacts
) -> None:
    """The same of one month whose units made no row, though what landed of it was not left out."""
    records = sum(
        one.records for name in _feeding(module, place[0]) for one in landed.parts(name) if one.month == place[1]
    )
    left_out = sum(pc.sum(table["records"]).as_py() or 0 for unit in units for table in unit.skipped.values())
    if records > left_out:
        facts.announced[place] = records - left_out


def _take_whole(staged: Mapping[str, pa.Table], facts: SourceFacts, lost: Iterable[Lost]) -> None:
    """Hand on what was staged at once, month by month; coverage last, since what the gate keeps back lowers it.

    A fact that was stored and is staged no more is handed on as well: as nothing, which the gate judges.
    """
    gone = {fact for fact, _ in facts.before} - set(staged)
    staged = {**staged, **{fact: arrow_schema(fact).empty_table() for fact in sorted(gone)}}
    if "message" in staged:
        facts.answer(staged["message"]["message"])
    _take({fact: table for fact, table in staged.items() if fact != COVERAGE}, facts)
    told = staged.get(COVERAGE)
    if told is not None:
        shown = shown_by(table for fact, table in staged.items() if fact != COVERAGE)
        told = pa.Table.from_pylist(with_evidence(told.to_pylist(), shown), schema=told.schema)
    kept_back = facts.check_waiting([] if told is None else [told])
    if told is not None:
        _take({COVERAGE: lowered(told, [*lost, *kept_back])}, facts)


def _take(staged: Mapping[str, pa.Table], facts: SourceFacts) -> None:
    months = {fact: _by_month(table) for fact, table in staged.items()}
    places = {(fact, month) for fact, found in months.items() for month in found}
    for fact, month in sorted(places | {place for place in facts.before if place[0] in staged}):
        facts.take((fact, month), months[fact].get(month, staged[fact].slice(0, 0)))


def _by_month(table: pa.Table) -> dict[str, pa.Table]:
    table = table.sort_by("month")
    runs = pc.value_counts(table["month"].combine_chunks()).to_pylist() if table.num_rows else []
    found, offset = {}, 0
    for run in sorted(runs, key=lambda r: r["values"]):
        found[run["values"]] = table.slice(offset, run["counts"])
        offset += run["counts"]
    return found


def _stage_units(store: TownStore, module: ModuleType, town: Town, facts: SourceFacts) -> tuple[Units, pa.Table]:
    """Stage the units that changed, month by month over all keys; gives the state of all units and what they leave out.

    A unit's mark is of its fingerprint and of what its key's month before handed on, so one that hands on
    something else than before has its next month staged too, and no other.
    """
    landed = LandedParts(store)
    known = store.ledger.units(module.SOURCE)
    units: dict[str, list[Unit]] = defaultdict(list)
    skipped = [SCHEMA.empty_table()]
    for unit in module.units(landed, town):
        units[unit.month].append(unit)
        skipped += unit.skipped.values()
    gone = {(key, month) for key, month in known} - {(one.key, one.month) for found in units.values() for one in found}
    states: Units = {}
    covered: dict[Place, pa.Table | None] = {}
    carries: dict[str, str] = {}
    for month in sorted({*units, *(month for _, month in facts.before)}):
        staged: dict[str, list[pa.Table]] = defaultdict(list)
        kept, is_changed = [], any(one == month for _, one in gone)
        for unit in units.get(month, []):
            given = carries.get(unit.key, "{}")
            carry: Carry = json.loads(given)
            facts.answer(pa.array(carry.get("messages", []), pa.string()))
            mark = hashlib.sha256(f"{unit.fingerprint}{given}{shape_of_facts()}".encode()).hexdigest()
            before = known.get((unit.key, month))
            if before is not None and before.fingerprint == mark:
                kept.append(unit.key)
                states[unit.key, month] = before
            else:
                is_changed = True
                found = unit.stage(landed, carry)
                states[unit.key, month] = UnitState(mark, json.dumps(found.carry, sort_keys=True))
                for fact, table in found.facts.items():
                    staged[fact].append(table.append_column(UNIT, pa.repeat(unit.key, table.num_rows)))
            carries[unit.key] = states[unit.key, month].carry
        for place in _places(month, facts, staged):
            is_looked_at = is_changed or place in facts.doubtful
            table = _with_kept(facts, place, staged[place[0]], kept) if is_looked_at else None
            if place[0] == COVERAGE:
                covered[place] = table
                continue
            if table is not None and not table.num_rows and month in units and not facts.falls_are_said(place[0]):
                _announce_month(module, landed, units[month], place, facts)
            if table is not None:
                facts.take(place, table)
            else:
                facts.keep(place)
    told = {place: facts.stored(place) if table is None else table for place, table in covered.items()}
    lost = facts.check_waiting(told.values())
    for place, table in told.items():
        if covered[place] is None:
            facts.keep(place)
        else:
            facts.take(place, lowered(table, lost))
    return states, pa.concat_tables(skipped)


def _places(month: str, facts: SourceFacts, staged: Mapping[str, list[pa.Table]]) -> list[Place]:
    return sorted({(fact, month) for fact in staged} | {place for place in facts.before if place[1] == month})


def _with_kept(facts: SourceFacts, place: Place, staged: list[pa.Table], kept: list[str]) -> pa.Table:
    """The rows staged anew with the stored ones of units that did not change."""
    tables = list(staged)
    if place in facts.before and (kept or not tables):
        stored = facts.stored(place)
        tables.append(
            stored.filter(pc.is_in(stored[UNIT], pa.array(kept, pa.string()))) if kept else stored.slice(0, 0)
        )
    return pa.concat_tables(tables, promote_options="permissive")
