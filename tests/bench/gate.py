"""What the gate costs: a cold refresh of a town, and the same with nothing judged: `python -m tests.bench gate`.

The town's rows have landed before. Each refresh is of a copy of its own in a process of its own; with nothing judged, rows pass as
they are staged and no month, figure or profile is looked at, so facts and values have to be the same.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from unittest.mock import patch

import pyarrow as pa
import time_machine

from expectations.results import GateContext, GateResult
from pipeline.land.files import files_under, import_file
from pipeline.refresh.refresh import refresh
from simulator.channels.files import with_channels
from simulator.town import make_town
from simulator.writing import write_files
from tests.e2e.bad_town import MONTHS, RUNNING, opened, register
from warehouse.keys import new_key_file
from warehouse.schemas import arrow_schema

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
"""When the last month is over: nothing is of a day to come."""


def land(folder: Path, scale: float) -> None:
    """Everything people hand over of eight months."""
    write_files(folder, with_channels(make_town(7, MONTHS, scale=scale, last_month=RUNNING)))
    register(folder / "files" / "106.csv")
    new_key_file(folder / "keys" / "root.key")
    store = opened(folder, NOW.date())
    with time_machine.travel(NOW, tick=False):
        for path in files_under([folder / "files"]):
            import_file(store, path)
    store.engine.dispose()


def nothing_judged() -> ExitStack:
    """The refresh without its gate."""

    def passed(fact: str, table: pa.Table, _context: GateContext) -> GateResult:
        rows = table.select(arrow_schema(fact).names).cast(arrow_schema(fact))
        return GateResult(fact, table.num_rows, rows)

    off = ExitStack()
    off.enter_context(patch("expectations.gate.check", passed))
    off.enter_context(patch("expectations.profile.profiles", lambda *_: {}))
    off.enter_context(patch("pipeline.refresh.months.SourceMonths.check_months", lambda *_: []))
    off.enter_context(patch("pipeline.refresh.refresh.note_figures", lambda *_: None))
    return off


def refreshed(folder: Path, is_judged: bool) -> dict[str, float]:
    """CPU seconds of one cold refresh, with what it made."""
    store = opened(folder, NOW.date())
    with ExitStack() if is_judged else nothing_judged(), time_machine.travel(NOW + timedelta(seconds=1), tick=True):
        start = time.process_time()
        done = refresh(store)
        seconds = time.process_time() - start
    rows = sum(one.records for one in store.ledger.partitions())
    return {"seconds": seconds, "rows": rows, "cells": done.cells_written, "aside": done.quarantined}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--scale", type=float, default=0.3)
    asked.add_argument("--times", type=int, default=3)
    asked.add_argument("--one", nargs=2, metavar=("FOLDER", "JUDGED"), help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.one:
        print(json.dumps(refreshed(Path(given.one[0]), given.one[1] == "yes")))
        return
    found: dict[str, list[dict[str, float]]] = {"yes": [], "no": []}
    with tempfile.TemporaryDirectory() as place:
        landed = Path(place) / "landed"
        land(landed, given.scale)
        for turn in range(given.times):
            for judged in found:
                own = Path(shutil.copytree(landed, Path(place) / f"{judged}{turn}"))
                command = [sys.executable, "-m", "tests.bench.gate", "--one", str(own), judged]
                told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                found[judged].append(json.loads(told))
                shutil.rmtree(own)
    with_gate, without = (median(one["seconds"] for one in runs) for runs in found.values())
    for judged, runs in found.items():
        made = runs[0]
        name = "judged" if judged == "yes" else "nothing judged"
        print(f"{name}: {made['rows']:,.0f} rows of facts, {made['cells']:,.0f} values, {made['aside']:,.0f} aside")
    print(f"gate: {with_gate / without:.2f} times the refresh without it ({with_gate:.1f} to {without:.1f} s of CPU)")


if __name__ == "__main__":
    main()
