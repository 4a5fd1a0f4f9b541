"""Refresh: landed records -> facts through the gate -> the indicator months whose inputs changed."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

import transforms.staging
from pipeline.events import refreshed
from pipeline.refresh.dimensions import publish_dimensions, registers_for, with_unregistered
from pipeline.refresh.indicators import note_computed, refresh_indicators, state_of, was_computed
from pipeline.refresh.outcome import Finding, Refreshed
from pipeline.refresh.restatements import closed_months, note_restatements
from town.landed import landed_tables
from town.store import TownStore
from transforms.questionnaire import questionnaire
from transforms.staging import staff
from transforms.staging.town import Town, plain
from warehouse.calendar import month_of
from warehouse.facts import FACTS
from warehouse.lake import LakeFile, digest_of
from warehouse.landing import FACT, quarantine_rows
from warehouse.locks import one_at_a_time


def staging_modules() -> list[ModuleType]:
    """Every module of `transforms.staging` that stages a source."""
    names = [m.name for m in pkgutil.iter_modules(transforms.staging.__path__)]
    modules = [importlib.import_module(f"transforms.staging.{name}") for name in sorted(names)]
    return [module for module in modules if hasattr(module, "STREAMS")]


def refresh(
    store: TownStore,
    *,
    months: Sequence[str] | None = None,
    streams: Collection[str] | None = None,
    month_asked: str | None = None,
) -> Refreshed:
    """Bring facts and indicators up to date with what has landed. Running it twice changes nothing.

    With `months` only their indicators are computed. `month_asked` is computed beside the months sources speak of,
    even when none speaks of it: its cells then say why they are missing.
    With `streams` only the sources staged from one of these are looked at, and only months whose rows changed
    are judged anew.
    """
    # The drainer and a scheduled run, or two workers, would stage the same segments at once.
    with one_at_a_time(store.engine, f"refresh {store.authority.code}"):
        done = _refresh(store, months, streams, month_asked)
    refreshed(store.authority.code, done.indicators)
    return done


def _refresh(
    store: TownStore, months: Sequence[str] | None, streams: Collection[str] | None, month_asked: str | None
) -> Refreshed:
    done = Refreshed()
    town = staff.town_from(landed_tables(store, staff.STREAMS), store.authority.code, store.authority.timezone)
    for module in staging_modules():
        if streams is not None and not set(module.STREAMS) & set(streams):
            continue
        _stage(store, module, town, done, only_changed=streams is not None)
    partitions = store.ledger.partitions()
    state = state_of(store, town, partitions)
    covered = {row.month for row in partitions if row.fact == "coverage"}
    extra = {month_asked} - covered if month_asked else set()
    if not months and not extra and not done.staged and was_computed(store, state):
        return done
    town = with_unregistered(store, town, partitions)
    months = list(months) if months else None
    wanted = months or sorted({month for month in covered if month <= month_of(store.today)} | extra)
    registers = registers_for(store, town, covered | set(wanted))
    publish_dimensions(store, town)
    # A source that speaks of more than before may end the silence of any month: then everything is looked at.
    is_narrow = streams is not None and "coverage" not in done.changed
    refresh_indicators(store, town, partitions, registers, wanted, done, done.changed if is_narrow else None)
    computed = {month for found in done.indicators.values() for month in found}
    if streams is None or computed & closed_months(store):
        done.restated = note_restatements(store, done.staged)
    if not months and not is_narrow:
        note_computed(store, state)
    return done


def fingerprint_of(module: ModuleType, segments: Iterable[Any], town: Town) -> str:
    """Digest of what a source's facts depend on."""
    digest = hashlib.sha256(f"{module.SOURCE}:{getattr(module, 'REVISION', 1)}".encode())
    digest.update(plain(town).encode())
    for row in segments:
        digest.update(f"{row.path}\n".encode())
    return digest.hexdigest()


def _stage(store: TownStore, module: ModuleType, town: Town, done: Refreshed, *, only_changed: bool) -> None:
    """Stage one source if its segments or the town changed, gate it, and make its facts the only ones."""
    ledger = store.ledger
    segments = ledger.segments(module.STREAMS)
    known = ledger.staged().get(module.SOURCE)
    if not segments and known is None:
        return
    fingerprint = fingerprint_of(module, segments, town)
    if known == fingerprint:
        return
    store.progress(f"staging {module.SOURCE}")
    facts: Mapping[str, pa.Table] = module.stage(landed_tables(store, module.STREAMS), town)
    before = {(p.fact, p.month): p for p in ledger.partitions() if p.source == module.SOURCE}
    spaces = frozenset(town.spaces) | _spaces_in(facts)
    # What was staged anew by other code, or for the first time, is judged as a whole.
    files = _unchanged(facts, before) if only_changed and known is not None else {}
    results = []
    for fact, table in sorted(facts.items()):
        held = pa.array([month for name, month in files if name == fact], pa.string())
        changed_rows = table.filter(pc.invert(pc.is_in(table["month"], held))) if len(held) else table
        if changed_rows.num_rows:
            stored = {place: p for place, p in before.items() if place not in files}
            results.append(_judge(store, fact, changed_rows, spaces, stored))
    for result in results:
        files.update(_write_months(store, result, module.SOURCE, before))
    aside = [one for result in results for one in result.quarantined]
    rows = quarantine_rows(store.authority.code, "", f"fact:{module.SOURCE}", aside, store.keys, kind=FACT)
    ledger.replace_partitions(module.SOURCE, files, fingerprint, rows)
    changed = {
        k for k in set(files) | set(before) if k not in before or k not in files or files[k].sha256 != before[k].sha256
    }
    done.staged.append(module.SOURCE)
    done.checks[module.SOURCE] = results
    done.partitions_changed += len(changed)
    for fact, month in changed:
        done.changed.setdefault(fact, set()).add(month)
    done.quarantined += sum(result.quarantined_rows for result in results)
    done.refused += [Finding(r.fact, one.month, one.code, one.arguments) for r in results for one in r.refused]
    done.warnings += [Finding(r.fact, one.month, one.code, one.arguments) for r in results for one in r.warnings]


def _spaces_in(facts: Mapping[str, pa.Table]) -> frozenset[str]:
    """Places the facts themselves name: an export nobody registered is still a place."""
    found: set[str] = set()
    for table in facts.values():
        if "space" in table.column_names:
            found |= set(pc.unique(table["space"]).to_pylist())
    return frozenset(found)


def _judge(store: TownStore, fact: str, table: pa.Table, spaces: frozenset[str], before: Mapping[Any, Any]) -> Any:
    from expectations.gate import GateContext, check

    context = GateContext(
        authority=store.authority.code,
        timezone=store.authority.timezone,
        spaces=spaces,
        today=store.today,
        previous_rows={month: p.records for (name, month), p in before.items() if name == fact},
        closed_months=closed_months(store),
        survey_items=frozenset(questionnaire().meanings()),
    )
    store.progress(f"checking {fact}: {table.num_rows:,} rows")
    return check(fact, table, context)


def _write_months(
    store: TownStore, result: Any, source: str, before: Mapping[Any, Any]
) -> dict[tuple[str, str], LakeFile]:
    """One durable file a month; a refused month keeps what is stored."""
    files: dict[tuple[str, str], LakeFile] = {}
    for month, part in _months(result.fact, result.passed):
        folder = f"facts/{result.fact}/{store.authority.code}/{month}/{source}"
        files[(result.fact, month)] = store.lake.write(folder, part)
    for (fact, month), kept in before.items():
        if fact == result.fact and ({month, ""} & result.refused_months):
            files[(fact, month)] = LakeFile(kept.path, kept.sha256, kept.records)
    return files


def _months(fact: str, table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """The rows of each month in the order they are stored in."""
    grain = [(name, "ascending") for name in FACTS[fact].grain]
    table = table.sort_by([("month", "ascending"), *(g for g in grain if g[0] != "month")])
    runs = pc.value_counts(table["month"].combine_chunks()).to_pylist() if table.num_rows else []
    offset = 0
    for run in sorted(runs, key=lambda r: r["values"]):
        yield run["values"], table.slice(offset, run["counts"]).combine_chunks()
        offset += run["counts"]


def _unchanged(facts: Mapping[str, pa.Table], before: Mapping[Any, Any]) -> dict[tuple[str, str], LakeFile]:
    """Stored months that hold the very rows staged now: all of them passed, and pass again."""
    return {
        (fact, month): LakeFile(stored.path, stored.sha256, stored.records)
        for fact, table in facts.items()
        for month, part in _months(fact, table)
        if (stored := before.get((fact, month))) is not None
        and stored.records == part.num_rows
        and stored.sha256 == digest_of(part)
    }
