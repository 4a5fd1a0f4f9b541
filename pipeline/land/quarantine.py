"""The quarantine: what is sealed in it is read again after an upgrade, and closed when newer readings outran it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from collectors.records import read_again
from collectors.service import PullReport, ServiceStream
from pipeline.land.events import replay_event
from pipeline.land.files import replay_file
from town.store import TownStore
from town.streams import streams_by_name
from warehouse.condemned import destroy_condemned
from warehouse.forgetting import unseal_never
from warehouse.landing import EVENT, FACT, FILE, OBJECT, RECORD, Landing
from warehouse.ledger import core
from warehouse.ledger_tables import QuarantineRow, RunRow
from warehouse.locks import town_at_rest
from warehouse.proof import LakeDamaged
from warehouse.pulls import read_again_whole
from warehouse.segments import one_by_one
from warehouse.store import transaction


@dataclass
class Replayed:
    """What a replay came to: sealed things read by kind, items resolved, items still open."""

    read: Counter[str] = field(default_factory=Counter)
    resolved: int = 0
    still_open: int = 0

    def as_json(self) -> dict[str, int]:
        """The object `kehila quarantine replay --json` prints."""
        kinds = {"files": FILE, "records": RECORD, "objects": OBJECT, "events": EVENT}
        counts = {name: self.read[kind] for name, kind in kinds.items()}
        return {**counts, "replayed": self.resolved, "open": self.still_open}


def replay(store: TownStore, open_store: Callable[[str], TownStore], source: str | None = None) -> Replayed:
    """Read everything sealed that has open items (of one `source`) again, and land what can be taken now.

    `open_store` opens another authority's store, to which an event may turn out to belong. A record whose stream
    cannot read it alone stays open: pull its window again with `kehila backfill`. So do objects, of which nothing is
    here: their service is asked again by `pipeline.collect.collect.replay_objects`. Raises LakeDamaged for a sealed
    file that cannot be opened, once the others are read.
    """
    with town_at_rest(store.engine, store.authority.code):
        return _replay(store, open_store, source)


def _replay(store: TownStore, open_store: Callable[[str], TownStore], source: str | None) -> Replayed:
    ledger, done = store.ledger, Replayed()
    were_open = {row.item for row in ledger.quarantine()}
    supersede_outdated(store, None if source is None else {source})
    waiting: dict[tuple[str, str], list[QuarantineRow]] = defaultdict(list)
    for row in ledger.quarantine(source=source):
        if row.sealed_path and row.kind not in (FACT, OBJECT):
            waiting[row.sealed_path, row.kind].append(row)
    damaged: LakeDamaged | None = None
    for (sealed, kind), rows in sorted(waiting.items()):
        try:
            content = store.unsealed(sealed)
        except LakeDamaged as problem:
            damaged = problem
            continue
        if kind == FILE:
            still = replay_file(store, sealed, content)
        elif kind == EVENT:
            # A body may hold items of several sources.
            items = [row.item for row in ledger.quarantine() if row.sealed_path == sealed]
            still = replay_event(store, content, items, open_store)
        else:
            kept = _kept(content)
            stream = _stream_of(kept)
            if stream is None or not stream.is_replayable:
                continue
            still = [] if _land_record(store, rows[0].source, stream, kept) else [row.item for row in rows]
        done.read[kind] += 1
        ledger.resolve_quarantine(sealed, still)
    if damaged is not None:  # the others are read by now
        raise damaged
    # What a file read again speaks for may have been settled while it landed.
    are_open = {row.item for row in ledger.quarantine()}
    done.resolved, done.still_open = len(were_open - are_open), len(are_open)
    return done


def discard(store: TownStore, items: Sequence[str]) -> tuple[int, int]:
    """Close open items by hand, and destroy the originals no open item needs; gives how many of each."""
    ledger = store.ledger
    paths = {row.sealed_path for row in ledger.quarantine() if row.item in items and row.sealed_path}
    closed = ledger.close_items(items, "discarded")
    paths -= {row.sealed_path for row in ledger.quarantine()}
    with transaction(store.engine) as tx:
        unseal_never(tx, ledger, paths)
    destroy_condemned(ledger, store.lake)
    return closed, len(paths)


def supersede_outdated(store: TownStore, sources: Collection[str] | None = None) -> int:
    """Close the open items a newer reading has outrun, as `superseded`; gives how many.

    That is a record whose key landed from a later run, or, where what was put aside has no key that can be
    read, one whose whole window was pulled again later with nothing put aside. `sources`, as items name them
    (`brevo.brevo_campaign`), narrows it to what was just pulled.
    """
    items = [row for row in store.ledger.quarantine() if row.kind == RECORD and row.sealed_path]
    items = [row for row in items if sources is None or row.source in sources]
    if not items:
        return 0
    began = _began(store, {row.run for row in items})
    keyed: dict[type[ServiceStream], list[tuple[str, Key, datetime]]] = defaultdict(list)
    keyless = set()
    for row in items:
        try:
            stream, key = _key(_kept(store.unsealed(row.sealed_path)))
        except LakeDamaged:
            stream, key = None, ()
        if stream is not None and key and row.run in began:
            keyed[stream].append((row.item, key, began[row.run]))
        else:
            keyless.add(row.item)
    outrun = keyless & set(read_again_whole(store.ledger)) if keyless else set()
    for stream, aside in keyed.items():
        newest = _newest(store, stream, min(at for _, _, at in aside))
        outrun |= {item for item, key, at in aside if key in newest and newest[key] > at}
    return store.ledger.close_items(sorted(outrun), "superseded")


Key = tuple[Any, ...]


def _key(kept: dict[str, Any]) -> tuple[type[ServiceStream] | None, Key]:
    """The stream of a sealed record and its key, () when that cannot be read."""
    stream = _stream_of(kept)
    if stream is None:
        return None, ()
    read = {name: stream.fields[name] for name in stream.key if stream.is_replayable and name in stream.fields}
    if not {*read, *kept["fixed"]}.issuperset(stream.key):
        return stream, ()
    found = read_again(stream, kept, PullReport(), fields=read).rows.select(list(stream.key)).to_pylist()
    return stream, tuple(found[0][name] for name in stream.key) if found else ()


def _newest(store: TownStore, stream: type[ServiceStream], after: datetime) -> dict[Key, datetime]:
    """Key -> when the latest run that landed it began, of runs that began after an instant."""
    segments = store.ledger.segments([stream.name])
    began = {run: at for run, at in _began(store, {row.run for row in segments}).items() if at > after}
    newest: dict[Key, datetime] = {}
    for segment, rows in one_by_one(store.ledger, store.lake, [row for row in segments if row.run in began]):
        columns = rows.select(list(stream.key)).to_pydict()
        for key in zip(*columns.values(), strict=True):
            newest[key] = max(began[segment.run], newest.get(key, began[segment.run]))
    return newest


def _began(store: TownStore, runs: Iterable[str]) -> dict[str, datetime]:
    """Run -> when it began."""
    table = core(RunRow)
    with store.engine.connect() as connection:
        query = select(table.c.run, table.c.started_at).where(table.c.run.in_(sorted(runs)))
        return {row.run: row.started_at for row in connection.execute(query)}


def _land_record(store: TownStore, source: str, stream: type[ServiceStream], kept: dict[str, Any]) -> bool:
    """Whether the record can be taken now; then it is landed."""
    page = read_again(stream, kept, PullReport())
    if not page.rows.num_rows:
        return False
    run = store.ledger.begin_run("replay")
    landed = Landing(store.ledger, store.lake, store.keys).land(run, lambda: [page], source=source)
    store.ledger.end_run(run, "done", received=landed, loaded=landed)
    return True


def _stream_of(kept: dict[str, Any]) -> type[ServiceStream] | None:
    """The stream of a service a sealed record is of; None when there is none any more."""
    stream = streams_by_name().get(kept.get("stream", ""))
    return stream if stream is not None and issubclass(stream, ServiceStream) else None


def _kept(content: bytes) -> dict[str, Any]:
    """What was sealed of a record; {} for one that no stream can read again."""
    try:
        kept = json.loads(content)
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) and {"stream", "record", "fixed", "at"} <= set(kept) else {}
