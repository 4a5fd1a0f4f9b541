"""What the tests of draining share: events of a town's life, a drainer, and facts without ordinals."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.land.drain import Drainer
from receiver.events import open_inbox
from simulator.services.whatsapp_cloud import Line, Written, webhook
from town.config import load
from town.store import TownStore, open_store
from warehouse.inbox import Entry
from warehouse.inbox_writer import InboxWriter
from warehouse.people import PEOPLE_SCHEMA, PEOPLE_STREAM
from warehouse.store import canonical_dump

TODAY = date(2026, 11, 20)
LINE = Line("106540352242922", "+972 3-555-0100")
FIRST = datetime(2026, 10, 5, 8, tzinfo=UTC)
HOTLINE = ("whatsapp_cloud.hotline",)


def talk(count: int = 24, minutes: int = 60) -> list[Written]:
    """Five residents who write to the number, which answers every second word."""
    return [
        Written(
            f"wamid.{number}", LINE, FIRST + timedelta(minutes=minutes * number), number // 2 % 5,
            f"מתי יתקנו את הפנס ברחוב {number}?", is_out=number % 2 == 1,
        )
        for number in range(count)
    ]  # fmt: skip


def bodies(written: Iterable[Written]) -> list[bytes]:
    return [json.dumps(webhook(one)).encode() for one in written]


def received(
    config: Path, found: Iterable[bytes], hook: str = "meta", accounts: tuple[str, ...] = HOTLINE, start: int = 0
) -> None:
    """Bodies written into the inbox as the receiver writes them."""
    writer = InboxWriter(open_inbox(load(config)))
    try:
        at = int(FIRST.timestamp() * 1000) + start
        writer.append([Entry(hook, accounts, at + number, body) for number, body in enumerate(found)])
    finally:
        writer.close()


def drainer(config: Path, **more: Any) -> Drainer:
    return Drainer(load(config), today=TODAY, **more)


def opened(config: Path) -> TownStore:
    return open_store(load(config), today=TODAY)


def names(store: TownStore) -> dict[int, str]:
    """Ordinal -> the keyed hash behind it: the same person in every store of one key."""
    rows = store.lake.read([row.path for row in store.ledger.segments([PEOPLE_STREAM])], PEOPLE_SCHEMA).to_pylist()
    return {row["person"]: row["person_hash"].hex() for row in rows}


PERSONS = ("author", "reply_to_author", "person")


def facts(store: TownStore) -> dict[str, list[str]]:
    """Every fact's rows as sorted text, people by their hashes."""
    known = names(store)
    found: dict[str, list[str]] = {}
    for part in store.ledger.partitions():
        rows = store.lake.read([part.path]).to_pylist()
        found.setdefault(part.fact, []).extend(text_of(row, known) for row in rows)
    return {fact: sorted(rows) for fact, rows in found.items()}


def text_of(row: Mapping[str, Any], known: Mapping[int, str]) -> str:
    named = {name: known[row[name]] for name in PERSONS if row.get(name) is not None and name in row}
    plain = {**row, **named}
    if str(plain.get("attendee", "")).startswith("p") and row.get("person") is not None:
        plain["attendee"] = "p"
    return json.dumps(plain, sort_keys=True, default=str, ensure_ascii=False)


def content(store: TownStore) -> list[str]:
    """The warehouse but for names of files: they are digests of rows whose ordinals depend on who came first."""
    return [line for line in canonical_dump(store.engine) if not line.startswith("indicator_input ")]


def landed_rows(store: TownStore, stream: str) -> int:
    return sum(row.records for row in store.ledger.segments([stream]))


def tables_in(store: TownStore) -> Iterator[pa.Table]:
    for path in sorted(store.lake.root.rglob("*.parquet")):
        yield store.lake.read([path.relative_to(store.lake.root).as_posix()])
