"""Kills an import and refresh at random instants and checks that nothing is lost, doubled or half-written.

The parent has everything imported and forks; a child opens the store and works; the parent kills it
with SIGKILL after a random time, over the whole length of a run. When a child gets through, its
warehouse must equal, byte for byte, that of a run nobody disturbed.
"""

from __future__ import annotations

import random
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq
from sqlalchemy import text

from tests.children import child, ended
from tests.e2e.towns import opened, run_all
from warehouse.store import canonical_dump


@dataclass
class Outcome:
    """What a kill loop saw."""

    kills: int = 0
    finished: int = 0
    different: int = 0
    first_difference: list[str] = field(default_factory=list)
    unlisted_truth: int = 0  # files the ledger lists that are missing or unreadable


def preload() -> None:
    """Import what a run needs before forking: Great Expectations takes seconds."""
    import great_expectations  # noqa: F401

    import pipeline.refresh.refresh  # noqa: F401


def pipeline(folder: Path) -> int:
    """A child that runs the pipeline on a store; gives its number."""
    return child(lambda: run_all(opened(folder)))


def listed_files_are_whole(folder: Path) -> int:
    """Files the ledger lists that are missing or cannot be read."""
    store = opened(folder)
    bad = 0
    with store.engine.connect() as connection:
        assert connection.execute(text("pragma integrity_check")).scalar() == "ok"
    for path in store.ledger.listed_paths():
        if path.endswith(".parquet"):
            try:
                pq.read_metadata(store.lake.root / path)
            except OSError:
                bad += 1
    store.engine.dispose()
    return bad


def clear(folder: Path) -> None:
    """Forget the store, keep the files, the key and the configuration."""
    for name in ("lake", "output"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for path in folder.glob("warehouse.db*"):
        path.unlink()


def content_of(folder: Path) -> list[str]:
    """The warehouse's content, canonical."""
    store = opened(folder)
    try:
        return list(canonical_dump(store.engine))
    finally:
        store.engine.dispose()


def compare(outcome: Outcome, reference: list[str], folder: Path) -> None:
    """Count a finished run, and keep the first lines in which it differs."""
    outcome.finished += 1
    found = content_of(folder)
    if found != reference:
        outcome.different += 1
        outcome.first_difference = sorted(set(found) ^ set(reference))[:6]


def kill_loop(folder: Path, kills: int, seed: int) -> Outcome:
    """Disturb runs until `kills` processes were killed; compare every run that got through."""
    preload()
    rng = random.Random(seed)
    clear(folder)
    started = time.monotonic()
    assert ended(pipeline(folder), 600)
    length = time.monotonic() - started
    reference = content_of(folder)
    outcome = Outcome()
    clear(folder)
    while outcome.kills < kills:
        if ended(pipeline(folder), rng.uniform(0, length * 1.1)):
            compare(outcome, reference, folder)
            clear(folder)
        else:
            outcome.kills += 1
            outcome.unlisted_truth += listed_files_are_whole(folder)
    assert ended(pipeline(folder), 600)
    compare(outcome, reference, folder)
    return outcome
