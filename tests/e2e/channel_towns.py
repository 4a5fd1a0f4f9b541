"""A town with live channels, collected month after month through the real clients, by a clock of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import time_machine

from pipeline.collect.collect import collect
from pipeline.land.files import files_under, import_file
from pipeline.refresh.outcome import Refreshed
from pipeline.refresh.refresh import refresh
from simulator.calendar import first_of, shifted
from simulator.channels.files import write_bare_town
from simulator.channels.life import Life
from simulator.channels.mailing_list import ZONE
from simulator.channels.served import Served
from town.config import load
from town.store import TownStore, open_store
from warehouse.keys import new_key_file

DAYS = (1, 11)
"""Days of the month on which the town collects: before the services have settled, and after."""


def readings(life: Life) -> list[datetime]:
    """When the town looks: from the day before its first until ten days after its last month."""
    months = (*life.span.months, shifted(life.span.months[-1], 1))
    # The site's list tells of the present only: what is there at the first look was there before.
    eve = datetime.combine(life.span.first_day - timedelta(days=1), datetime.min.time(), ZONE).replace(hour=13)
    return [eve] + [
        datetime.combine(first_of(month).replace(day=day), datetime.min.time(), ZONE).replace(hour=13)
        for month in months
        for day in DAYS
    ]


def opened(folder: Path, life: Life, served: Served) -> TownStore:
    """The town's folder made: configuration, key, workbook, and the workbook imported."""
    write_bare_town(folder, life)
    served.write(folder)
    new_key_file(folder / "keys" / "root.key")
    store = open_store(load(folder / "kehila.toml"), today=readings(life)[-1].date())
    for path in files_under([folder / "files"]):
        report = import_file(store, path)
        assert report.status == "read", (path, report.status, report.code)
    return store


def collect_all(store: TownStore, served: Served, instants: Sequence[datetime]) -> Iterator[tuple[datetime, int]]:
    """Collect at each instant; gives the records of each round. Every pull must succeed; one that
    finds nothing where much is usual is suspect, and its stretch is read again.
    """
    for instant in instants:
        served.at(instant)
        with time_machine.travel(instant, tick=False):
            done = collect(store)
        failed = [(one.ref, one.code) for one in done if one.status not in ("done", "suspect")]
        assert failed == [], (instant, failed)
        yield instant, sum(one.records for one in done)


def refreshed(store: TownStore, at: datetime) -> Refreshed:
    """Stage and compute as at an instant."""
    with time_machine.travel(at, tick=True):
        return refresh(store)
