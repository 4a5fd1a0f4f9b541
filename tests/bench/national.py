"""Many towns refreshed by one command, in step and town by town: `python -m tests.bench national [--towns 30]`.

Every town has a month's chats, figures of groups and a staff workbook imported and nothing computed. Each round copies
them twice and refreshes the copies in this process: as `kehila --authority all refresh` does, and one town at a time.
CPU seconds are medians of interleaved rounds; statements are counted, and the dumps have to be equal.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from pipeline.land.files import files_under, import_file
from pipeline.refresh.in_step import TOWNS_AT_ONCE, in_step
from pipeline.refresh.refresh import refreshing
from tests.machines import write_towns
from town.config import load
from town.store import open_store
from transforms.engines.duck import DuckSession
from warehouse.keys import new_key_file
from warehouse.store import dump_sha256

TODAY = date(2026, 11, 22)


def landed(folder: Path, towns: int) -> list[str]:
    """Towns of one kehila.toml with all their files imported; gives their codes."""
    folder.mkdir()
    codes = write_towns(folder / "files", towns)
    (folder / "kehila.toml").write_text("".join(f'[[authority]]\ncode = "{one}"\n' for one in codes), encoding="utf-8")
    new_key_file(folder / "keys" / "root.key")
    for code in codes:
        store = open_store(load(folder / "kehila.toml"), code, TODAY)
        for path in files_under([folder / "files" / "towns" / code]):
            import_file(store, path)
        store.engine.dispose()
    return codes


def refreshed(folder: Path, codes: list[str], at_once: int) -> tuple[float, int, str]:
    """(CPU seconds, statements, digest of what is stored) of refreshing all towns, so many at once."""
    real, asked = DuckSession.ask, 0

    def counted(session: DuckSession, sql: str) -> Any:
        nonlocal asked
        asked += 1
        return real(session, sql)

    config = load(folder / "kehila.toml")
    with patch.object(DuckSession, "ask", counted):
        began = time.process_time()
        works = [lambda code=code: refreshing(open_store(config, code, TODAY)) for code in codes]
        for one in in_step(works, town_limit=at_once):
            one.result()
        spent = time.process_time() - began
    store = open_store(config, codes[0], TODAY)
    digest = dump_sha256(store.engine)
    store.engine.dispose()
    return spent, asked, digest


def main() -> int:
    """Measure and print; 1 where the two ways do not store the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--towns", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    ways = {"one by one": 1, "in step": TOWNS_AT_ONCE}
    spent: dict[str, list[float]] = {name: [] for name in ways}
    statements, digests = dict[str, int](), set[str]()
    with tempfile.TemporaryDirectory() as made:
        codes = landed(Path(made) / "landed", asked.towns)
        for number in range(asked.rounds + 1):
            for name, at_once in ways.items():
                folder = Path(shutil.copytree(Path(made) / "landed", Path(made) / f"{number} {name}"))
                seconds, statements[name], digest = refreshed(folder, codes, at_once)
                digests.add(digest)
                spent[name] += [seconds] if number else []  # the first warms imports and plans
                shutil.rmtree(folder)
    print(f"{asked.towns} towns, {asked.rounds} rounds; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    for name in ways:
        print(f"{name:10}: {median(spent[name]):7.2f} CPU s, {statements[name]:6,} statements")
    print(f"in step is {median(spent['one by one']) / median(spent['in step']):.2f} times faster")
    print("all dumps are equal" if len(digests) == 1 else "the dumps differ")
    return int(len(digests) != 1)


if __name__ == "__main__":
    sys.exit(main())
