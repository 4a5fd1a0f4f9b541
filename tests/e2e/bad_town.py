"""A town of every source, collected and imported once, with a month closed: what bad batches are planted in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

import time_machine

from pipeline.collect.collect import collect
from pipeline.land.files import files_under, import_file
from pipeline.month.close import close
from pipeline.refresh.refresh import refresh
from simulator.channels.files import with_channels
from simulator.channels.life import make_life
from simulator.channels.served import Served
from simulator.town import make_town
from simulator.writing import write_files
from tests.e2e import hostile
from tests.unit.collectors.test_hotline_106 import HEBREW
from town.config import load
from town.store import TownStore, open_store
from warehouse.calendar import first_day, shift
from warehouse.keys import new_key_file
from warehouse.store import transaction, upsert
from warehouse.tables import Snapshot

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = NOW.date()
CLOSED, OPEN, RUNNING = "2026-09", "2026-10", "2026-11"
"""The last month that was published, a full one that was not yet, and one in progress."""
MONTHS, PEOPLE = 8, 160


def register(path: Path, month: str = "2026-04", until: date = DAY) -> Path:
    """The requests of the hotline, six on each day, as its register is downloaded."""
    rows = [HEBREW]
    first = first_day(month)
    for number in range(6 * (until - first).days):
        chance = Random(number)
        opened_at = datetime.combine(first + timedelta(days=number // 6), time(8 + number % 8, chance.randrange(60)))
        answered_at = opened_at + timedelta(minutes=chance.randrange(15, 240))
        closed_at = answered_at + timedelta(minutes=chance.randrange(5, 180))
        times = (f"{at:%Y-%m-%d %H:%M}" for at in (opened_at, answered_at, closed_at))
        rows.append([str(number), *times, "תלונה", ("תאורה", "ניקיון")[number % 2], "טלפון", str(1 + number % 5)])
    return hostile.table(path, rows)


def build(folder: Path) -> None:
    """The town's months up to the running one, read, refreshed, and the others closed."""
    write_files(folder, with_channels(make_town(7, MONTHS, scale=0.3, last_month=RUNNING)))
    register(folder / "files" / "106.csv")
    new_key_file(folder / "keys" / "root.key")
    with Served(make_life(7, MONTHS, PEOPLE, last_month=RUNNING), is_travelling=True) as served:
        served.at(NOW)
        served.write(folder)
        store = opened(folder)
        with time_machine.travel(NOW, tick=False):
            for path in files_under([folder / "files"]):
                import_file(store, path)
            collect(store)
    with time_machine.travel(NOW, tick=True):
        refresh(store)
        close(store, CLOSED)
        earlier = [shift(CLOSED, -back) for back in range(1, MONTHS)]
        told = {"authority": store.authority.code, "revision": 1, "closed_at": NOW, "manifest_sha256": "0" * 64}
        with transaction(store.engine) as tx:
            upsert(tx, Snapshot, [{**told, "month": month, "folder": "none"} for month in earlier])
    store.engine.dispose()


def opened(folder: Path, day: date = DAY) -> TownStore:
    """The town's store as on a day."""
    return open_store(load(folder / "kehila.toml"), today=day)


@contextmanager
def copied(built: Path, to: Path) -> Iterator[TownStore]:
    """A town of one's own; files that are never rewritten are shared."""

    def copy(source: str, target: str) -> None:
        (os.link if source.endswith(".parquet") else shutil.copy2)(source, target)

    store = opened(Path(shutil.copytree(built, to, copy_function=copy)))
    yield store
    store.engine.dispose()
