"""Small generated towns in a folder, and the pipeline run on them in this process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.land.files import files_under, import_file
from pipeline.refresh.outcome import Refreshed
from pipeline.refresh.refresh import refresh
from simulator.writing import write_town
from town.config import load
from town.store import TownStore, open_store
from warehouse.keys import new_key_file

TODAY = date(2026, 11, 22)


def small_town(
    folder: Path, *, seed: int = 7, months: int = 4, scale: float = 0.15, spaces: Sequence[str] | None = None
) -> Any:
    """Write a small town's files, configuration and key; gives its books."""
    truth = write_town(folder, seed=seed, months=months, scale=scale, spaces=spaces)
    key = folder / "keys" / "root.key"
    if not key.exists():
        new_key_file(key)
    return truth


def opened(folder: Path, warehouse: str | None = None) -> TownStore:
    """The town's store as on a fixed day."""
    config = load(folder / "kehila.toml")
    if warehouse is not None:
        config.store.warehouse = warehouse
    return open_store(config, today=TODAY)


def run_all(store: TownStore, paths: Sequence[Path] | None = None) -> Refreshed:
    """Import every file, then refresh."""
    for path in paths if paths is not None else files_under([store.config.base / "files"]):
        import_file(store, path)
    return refresh(store)
