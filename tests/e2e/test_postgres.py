"""The same month on SQLite and on PostgreSQL gives the same canonical dump, byte for byte."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.refresh.refresh import refresh
from pipeline.upkeep.upkeep import rebuild
from tests.e2e.towns import opened, run_all
from warehouse.store import canonical_dump, dump_sha256


@pytest.mark.more
def test_both_databases_hold_the_same(tmp_path: Path, finished: Path, postgres: Callable[[str], str]) -> None:
    shutil.copytree(finished, tmp_path / "a")
    for name in ("files", "keys"):  # the same files and the same key, and nothing done yet
        shutil.copytree(finished / name, tmp_path / "b" / name)
    shutil.copy(finished / "kehila.toml", tmp_path / "b")
    on_sqlite, on_postgres = opened(tmp_path / "a"), opened(tmp_path / "b", postgres("kehila"))
    run_all(on_postgres)
    left, right = list(canonical_dump(on_sqlite.engine)), list(canonical_dump(on_postgres.engine))
    assert len(left) > 1000
    assert left == right
    again: Any = refresh(on_postgres)
    assert (again.staged, again.cells_written) == ([], 0)
    before = dump_sha256(on_postgres.engine)
    rebuild(on_postgres)
    assert dump_sha256(on_postgres.engine) == before
    on_sqlite.engine.dispose()
    on_postgres.engine.dispose()
