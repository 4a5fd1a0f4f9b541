"""Records of services that were put aside: through their reader again after an upgrade, and closed when outrun."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from collectors.records import read_again
from collectors.service import PullReport, ServiceStream
from town.landed import streams_by_name
from town.store import TownStore
from warehouse.landing import RECORDS, Landing
from warehouse.ledger import core
from warehouse.ledger_tables import RunRow
from warehouse.pulls import read_again_whole


def is_record(sealed_path: str) -> bool:
    """Whether a sealed thing is one record of a service, and not a file."""
    return f"/{RECORDS}/" in sealed_path


def replay_records(store: TownStore, source: str | None = None) -> dict[str, int]:
    """Read every sealed record again, or those of one source; gives records read and items settled.

    One whose stream cannot read it alone stays open: pull its window again with `kehila backfill`.
    """
    read, settled = 0, close_outrun(store, None if source is None else {source})
    for row in [one for one in store.ledger.quarantine(source=source) if is_record(one.sealed_path)]:
        kept = _kept(store, row.sealed_path)
        stream = streams_by_name().get(kept.get("stream", ""))
        if stream is None or not issubclass(stream, ServiceStream) or not stream.is_replayable:
            continue
        read += 1
        if _replay(store, row, stream, kept):
            settled += store.ledger.settle_quarantine(row.sealed_path, [])
        else:
            store.ledger.settle_quarantine(row.sealed_path, [row.item])
    return {"records": read, "replayed": settled}


def close_outrun(store: TownStore, sources: Collection[str] | None = None) -> int:
    """Close the open items a newer reading has outrun, as `superseded`; gives how many.

    That is a record whose key landed from a later run, or, where what was put aside has no key that can be
    read, one whose whole window was pulled again later with nothing put aside. `sources`, as items name them
    (`brevo.brevo_campaign`), narrows it to what was just pulled.
    """
    items = [row for row in store.ledger.quarantine() if is_record(row.sealed_path)]
    items = [row for row in items if sources is None or row.source in sources]
    if not items:
        return 0
    began = _began(store, {row.run for row in items})
    keyed: dict[type[ServiceStream], list[tuple[str, Key, datetime]]] = defaultdict(list)
    keyless = set()
    for row in items:
        stream, key = _key(_kept(store, row.sealed_path))
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
    stream = streams_by_name().get(kept.get("stream", ""))
    if stream is None or not issubclass(stream, ServiceStream):
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
    for segment in sorted((row for row in segments if row.run in began), key=lambda row: began[row.run]):
        columns = store.lake.read([segment.path]).select(list(stream.key)).to_pydict()
        newest.update(dict.fromkeys(zip(*columns.values(), strict=True), began[segment.run]))
    return newest


def _began(store: TownStore, runs: Iterable[str]) -> dict[str, datetime]:
    """Run -> when it began."""
    table = core(RunRow)
    with store.engine.connect() as connection:
        query = select(table.c.run, table.c.started_at).where(table.c.run.in_(sorted(runs)))
        return {row.run: row.started_at for row in connection.execute(query)}


def _replay(store: TownStore, row: Any, stream: type[ServiceStream], kept: dict[str, Any]) -> bool:
    """Whether the record can be taken now; then it is landed."""
    page = read_again(stream, kept, PullReport())
    if not page.rows.num_rows:
        return False
    run = store.ledger.begin_run("replay")
    landed = Landing(store.ledger, store.lake, store.keys).land(run, lambda: [page], source=row.source)
    store.ledger.end_run(run, "done", received=landed, loaded=landed)
    return True


def _kept(store: TownStore, sealed_path: str) -> dict[str, Any]:
    """What was sealed of a record; {} for one that no stream can read again."""
    try:
        kept = json.loads(store.keys.unseal((store.lake.root / sealed_path).read_bytes()))
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) and {"stream", "record", "fixed", "at"} <= set(kept) else {}
