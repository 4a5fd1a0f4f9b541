"""Records of services that were put aside, through their stream's reader again after an upgrade."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from collectors.records import read_again
from collectors.service import PullReport, ServiceStream
from flows.landed import landed_tables, streams_by_name
from flows.town_store import TownStore
from warehouse.landing import RECORDS, Landing
from warehouse.ledger import core
from warehouse.ledger_tables import RunRow


def is_record(sealed_path: str) -> bool:
    """Whether a sealed thing is one record of a service, and not a file."""
    return f"/{RECORDS}/" in sealed_path


def replay_records(store: TownStore) -> dict[str, int]:
    """Read every sealed record again; gives records read and items settled.

    A record whose key landed again after it was put aside is settled by that: the newer reading speaks. One
    whose stream cannot read it alone stays open: pull its window again with `kehila backfill`.
    """
    read = settled = 0
    for row in [one for one in store.ledger.quarantine() if is_record(one.sealed_path)]:
        kept = _kept(store, row.sealed_path)
        stream = streams_by_name().get(kept.get("stream", ""))
        if stream is None or not issubclass(stream, ServiceStream) or stream.alone() is None:
            continue
        read += 1
        if _replay(store, row, stream, kept):
            settled += store.ledger.settle_quarantine(row.sealed_path, [])
        else:
            store.ledger.settle_quarantine(row.sealed_path, [row.item])
    return {"records": read, "replayed": settled}


def _replay(store: TownStore, row: Any, stream: type[ServiceStream], kept: dict[str, Any]) -> bool:
    """Whether the record is taken now, landed or outrun by a newer one."""
    fields = stream.alone()
    assert fields is not None
    page = read_again(stream, fields, kept, PullReport())
    if not page.rows.num_rows:
        return False
    (found,) = page.rows.select(list(stream.key)).to_pylist()
    if _landed_since(store, stream, found, kept["at"]):
        return True
    run = store.ledger.begin_run("replay")
    landed = Landing(store.ledger, store.lake, store.keys).land(run, lambda: [page], source=row.source)
    store.ledger.end_run(run, "done", received=landed, loaded=landed)
    return True


def _landed_since(store: TownStore, stream: type[ServiceStream], key: dict[str, Any], at: str) -> bool:
    """Whether a row of this key was landed by a run that began after the record was put aside."""
    landed = landed_tables(store, [stream.name])[stream.name]
    runs = {row["batch"] for row in landed.select([*key, "batch"]).to_pylist() if all(row[n] == key[n] for n in key)}
    table = core(RunRow)
    with store.engine.connect() as connection:
        began = connection.execute(select(table.c.started_at).where(table.c.run.in_(runs))).scalars().all()
    return any(one.isoformat() > at for one in began)


def _kept(store: TownStore, sealed_path: str) -> dict[str, Any]:
    """What was sealed of a record; {} for one that no stream can read again."""
    try:
        kept = json.loads(store.keys.unseal((store.lake.root / sealed_path).read_bytes()))
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) and {"stream", "record", "fixed", "at"} <= set(kept) else {}
