"""Every statement in DuckDB and in Spark: `python -m tests.bench engines [--towns 20] [--demo FOLDER]`.

The demo, made anew or taken from FOLDER (it is copied), is refreshed with all its months stale, and each question its
refresh asks is answered by both engines. So are towns made of the cases of indicators, all in one session. A statement
agrees when every cell of every month and town is the same, figures to the sixth place. It ends in how many agree, with
1 where one does not, and with 2 where there is no Spark. Seconds are by the clock, and no comparison of the engines.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from sqlalchemy import delete

from pipeline.refresh.in_step import Question
from pipeline.refresh.refresh import refreshing
from tests.integration import spark as installed
from tests.integration.spark import is_same
from tests.unit.transforms.test_towns_together import some_towns
from town.config import load
from town.store import open_store
from transforms.catalogue import ours
from transforms.compute import Asks, Computed, add_cells
from transforms.engines.duck import DuckSession
from transforms.engines.spark import EngineMissing, SparkSession, spark
from warehouse.lake import Lake
from warehouse.ledger import core
from warehouse.ledger_tables import ComputedMonth
from warehouse.store import transaction

ALL = list(ours().values())
Found = dict[str, list[list[Any]]]
"""Indicator -> cells of each town that was asked."""


class Agreement:
    """What was asked of both engines, and what they said differently."""

    def __init__(self) -> None:
        self.asked: set[str] = set()
        self.valued: set[str] = set()
        self.differ: dict[str, tuple[Any, Any]] = {}
        self.seconds = {"duckdb": 0.0, "spark": 0.0}

    def ask(self, towns: Sequence[Asks], stale: Sequence[Sequence[Computed]]) -> None:
        """Answer what is stale in both; DuckDB's cells stay in it."""
        found: dict[str, Found] = {}
        for name, engine in (("spark", SparkSession), ("duckdb", DuckSession)):
            began = time.monotonic()
            for one in (each for mine in stale for each in mine):
                one.cells.clear()
            add_cells(ALL, towns, stale, engine)
            self.seconds[name] += time.monotonic() - began
            found[name] = {}
            for one in (each for mine in stale for each in mine):
                found[name].setdefault(one.indicator.id, []).append(deepcopy(one.cells))
        for indicator, usual in found["duckdb"].items():
            other = found["spark"][indicator]
            self.asked.add(indicator)
            if any(cell["value"] is not None for cells in usual for cell in cells):
                self.valued.add(indicator)
            if not is_same(usual, other):
                self.differ.setdefault(indicator, first_difference(usual, other))

    def said(self, of: str) -> str:
        agree = len(self.asked) - len(self.differ)
        return (
            f"{of}: {agree} of {len(self.asked)} statements agree, {len(self.valued)} of them with a figure"
            f" (duckdb {self.seconds['duckdb']:.0f} s, spark {self.seconds['spark']:.0f} s by the clock)"
        )


def first_difference(usual: list[list[Any]], other: list[list[Any]]) -> tuple[Any, Any]:
    for mine, others in zip(usual, other, strict=True):
        if len(mine) != len(others):
            return len(mine), len(others)
        for one, two in zip(mine, others, strict=True):
            if not is_same(one, two):
                return one, two
    return None, None


def questions(folder: Path) -> Iterator[Question]:
    """What the refresh of a town asks when nothing of it is computed yet; each is to be answered before the next."""
    config = load(folder / "kehila.toml")
    store = open_store(config, config.authority[0].code)
    with transaction(store.engine) as tx:
        tx.execute(delete(core(ComputedMonth)))
    try:
        yield from refreshing(store)
    finally:
        store.engine.dispose()


def of_demo(made: str | None) -> Agreement:
    """All months of the demo."""
    agreement = Agreement()
    with tempfile.TemporaryDirectory() as folder:
        if made is None:
            subprocess.run(
                [Path(sys.executable).with_name("kehila"), "demo"], cwd=folder, stdout=subprocess.DEVNULL, check=True
            )
        place = Path(made) if made else next(Path(folder).glob("*/kehila.toml")).parent
        copied = shutil.copytree(place, Path(folder) / "copied")
        for question in questions(copied):
            agreement.ask([question.asks], [question.found])
    return agreement


def of_towns(count: int) -> Agreement:
    """So many towns in one session."""
    agreement = Agreement()
    with tempfile.TemporaryDirectory() as folder:
        towns = some_towns(Lake(Path(folder)), count)
        agreement.ask(towns, [one.stale(ALL) for one in towns])
    return agreement


def main() -> int:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--towns", type=int, default=20)
    parser.add_argument("--demo")
    words = parser.parse_args()
    if (installed.folder() / "pyspark").exists():
        sys.path.insert(0, str(installed.folder()))
    try:
        spark()
    except EngineMissing:
        print(installed.REMEDY)
        return 2
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}", flush=True)
    differ = False
    for name, found in (
        ("the demo", lambda: of_demo(words.demo)),
        (f"{words.towns} towns", lambda: of_towns(words.towns)),
    ):
        agreement = found()
        print(agreement.said(name), flush=True)
        for indicator, (usual, other) in sorted(agreement.differ.items()):
            print(f"  {indicator}: duckdb {usual}, spark {other}")
        differ |= bool(agreement.differ) or len(agreement.asked) < len(ALL)
    return int(differ)


if __name__ == "__main__":
    sys.exit(main())
