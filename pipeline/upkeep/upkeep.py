"""Upkeep of a store: how fresh it is, building it again, erasing a person."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import delete, update

from pipeline.refresh.outcome import Refreshed
from pipeline.refresh.refresh import refresh
from town.store import TownStore
from town.streams import streams_by_name
from warehouse.lake import LakeFile
from warehouse.ledger import core
from warehouse.ledger_tables import ComputedMonth, FactPartition, PartRow, SegmentRow, StagedSource, StagedUnit
from warehouse.parts import PendingSegment
from warehouse.people import PEOPLE_STREAM, Dictionary, People
from warehouse.store import transaction, upsert


class SourceFreshness(TypedDict):
    """How fresh a source is: what `kehila freshness --json` prints in `sources`."""

    source: str
    fact: str
    last_day: date  # local
    days_ago: int


class Erased(TypedDict):
    """What an erasure changed: what `kehila erase --json` prints."""

    found: bool  # False: nobody of that name was ever landed
    files: int  # rewritten
    records: int  # of which the person was taken


def source_freshness(store: TownStore) -> list[SourceFreshness]:
    """Source and fact -> the last day spoken of."""
    last: dict[tuple[str, str], date] = {}
    for row in store.ledger.partitions():
        if row.fact == "coverage":
            for one in store.lake.read([row.path]).select(["fact", "last_day"]).to_pylist():
                place = (row.source, one["fact"])
                if not one["fact"].startswith("platform_metric:"):  # a withdrawn one, of which nothing comes
                    last[place] = max(one["last_day"], last.get(place, one["last_day"]))
    return [
        {"source": source, "fact": fact, "last_day": day, "days_ago": (store.today - day).days}
        for (source, fact), day in sorted(last.items())
    ]


def rebuild(store: TownStore) -> Refreshed:
    """Forget what was staged and computed, and do both again from the landed segments."""
    code = store.authority.code
    with transaction(store.engine) as tx:
        for table in (StagedSource, StagedUnit, ComputedMonth):
            tx.execute(delete(core(table)).where(core(table).c.authority == code))
        # What is stored stays until something takes its place, and none of it is believed to be what is staged.
        stored = core(FactPartition)
        tx.execute(update(stored).where(stored.c.authority == code).values(digest=""))
    done = refresh(store)
    store.lake.sweep(store.ledger.listed_paths())
    return done


def erase(store: TownStore, kind: str, identifier: str) -> Erased:
    """Erase one person: rewrite the segments that hold her ordinal or hash, then everything made of them.

    The new files and the ledger's rows change together; the old files are removed by name after that, since a sweep of
    files just written would take those of a landing that is about to list them. Closed
    snapshots hold aggregates only and are not issued again: a count lower by one would tell of her.
    """
    ledger = store.ledger
    known = Dictionary(store.lake, [row.path for row in ledger.segments([PEOPLE_STREAM])])
    person = People(store.keys.derive("pseudonym"), known).find(kind, identifier)
    if person is None:
        return {"found": False, "files": 0, "records": 0}
    rewritten: list[tuple[str, LakeFile, list[dict[str, object]]]] = []
    records = 0
    for row in ledger.segments(ledger.streams()):
        table = store.lake.read([row.path])
        stream = None if row.stream == PEOPLE_STREAM else streams_by_name()[row.stream]
        columns = ["person"] if stream is None else list(stream.personal_fields)
        changed, touched = _without(table, columns, person, drop_rows=row.stream == PEOPLE_STREAM)
        if touched:
            records += touched
            partition = stream.partition if stream else None
            segment = PendingSegment(store.lake, row.path.rsplit("/", 1)[0], changed.schema, partition)
            segment.write(changed)
            rewritten.append((row.path, *segment.keep(row.run[:8])))
    table, parts = core(SegmentRow), core(PartRow)
    with transaction(store.engine) as tx:
        for old, new, found in rewritten:
            values = {"path": new.path, "sha256": new.sha256, "records": new.records}
            tx.execute(update(table).where(table.c.path == old).values(values))
            tx.execute(delete(parts).where(parts.c.path == old))
            upsert(tx, PartRow, [{"path": new.path, **one} for one in found])
    facts = {row.path for row in ledger.partitions()}
    rebuild(store)
    store.lake.remove({old for old, _, _ in rewritten} | (facts - {row.path for row in ledger.partitions()}))
    return {"found": True, "files": len(rewritten), "records": records}


def _without(table: pa.Table, columns: list[str], person: int, *, drop_rows: bool) -> tuple[pa.Table, int]:
    """The table without the person: her dictionary row dropped, her ordinal elsewhere made null."""
    touched = 0
    for name in columns:
        hers = pc.fill_null(pc.equal(table[name], person), False)
        touched += pc.sum(hers).as_py() or 0
        if drop_rows:
            return table.filter(pc.invert(hers)), touched
        blank = pc.if_else(hers, pa.scalar(None, pa.int64()), table[name])
        table = table.set_column(table.schema.get_field_index(name), name, blank)
    return table, touched
