"""What of the stored facts is doubted, as the indicators ask for it: by file, asset and place."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow.compute as pc

from town.store import TownStore
from transforms.doubted import Doubt
from warehouse.checks import KEPT_BACK
from warehouse.gate_tables import CheckRow
from warehouse.ledger_tables import FactPartition


def doubts_of(store: TownStore, partitions: Iterable[FactPartition], standing: Iterable[CheckRow]) -> list[Doubt]:
    """What passed and is doubted of what is stored. Of a source's month that is held the stored rows are not."""
    standing = list(standing)
    held = {(one.source, one.month) for one in standing if one.verdict in KEPT_BACK}
    asked: dict[tuple[str, str, str], set[str]] = {}
    for one in standing:
        if one.verdict == "doubted" and one.month and one.source and (one.source, one.month) not in held:
            asked.setdefault((one.fact, one.month, one.source), set()).add(one.space)
    found = [
        doubt
        for row in partitions
        if (things := asked.get((row.fact, row.month, row.source)))
        for doubt in _of_file(store, row, things)
    ]
    return sorted(set(found))


def _of_file(store: TownStore, row: FactPartition, things: Iterable[str]) -> Iterable[Doubt]:
    """The doubts of things that have a past of their own in a file, with the assets of their rows."""
    suite, rows = store.suites.of(row.source, row.fact), store.lake.read([row.path])
    for thing in sorted(things):
        space = suite.space_of(thing)
        indicator = thing.partition(":")[0] if row.fact == "report" else ""
        mine = rows.filter(pc.equal(rows["space"], space)) if space and "space" in rows.column_names else rows
        assets = sorted({one for one in mine["asset"].to_pylist() if one}) if "asset" in rows.column_names else []
        yield Doubt(row.fact, row.month, row.source, tuple(assets), space, indicator)
