"""Who reads the warehouse is in nobody's way: a dashboard's long read, held through everything that writes."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.collect.collect import collect
from pipeline.land.files import import_file
from pipeline.month.close import close
from pipeline.refresh.refresh import refresh
from tests.e2e import hostile
from tests.e2e.tower import tower
from town.store import TownStore
from warehouse.patience import be_patient, patience
from warehouse.sqlite import sqlite3
from warehouse.store import WAL_SAFE, open_engine, transaction

needs_sound_sqlite = pytest.mark.skipif(
    sqlite3.sqlite_version_info < WAL_SAFE, reason="no wheel of a sound SQLite on this machine"
)
READER = """
import sqlite3, sys
line = sqlite3.connect(sys.argv[1], isolation_level=None)
line.execute("begin")
before = line.execute("select count(*) from ledger_run").fetchone()
print("reads", flush=True)
input()
assert line.execute("select count(*) from ledger_run").fetchone() == before
line.close()
line = sqlite3.connect(sys.argv[1])
print(line.execute("pragma integrity_check").fetchone()[0], *before, *line.execute("select count(*) from ledger_run").fetchone())
"""
"""Another program, with the library Python was built with: it reads one state for as long as it likes."""


@contextmanager
def reader(path: Path) -> Iterator[list[str]]:
    """Somebody who reads until the block ends; what he prints then is in the list."""
    said: list[str] = []
    command = [sys.executable, "-c", READER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "reads\n"
        yield said
        out, _ = process.communicate("\n", timeout=60)
        assert process.returncode == 0
        said += out.split()


@pytest.fixture
def impatient() -> Iterator[list[str]]:
    """A process that waits for a third of a second only; what it says while it waits."""
    usual, said = patience(), list[str]()
    be_patient("test", 0.3, said.append)
    yield said
    be_patient(usual.command, usual.seconds, usual.say)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, impatient: list[str]) -> Iterator[TownStore]:
    with tower(tmp_path, monkeypatch) as made:
        yield made


@needs_sound_sqlite
@pytest.mark.more
def test_a_read_longer_than_the_patience_stops_nothing(store: TownStore, impatient: list[str], tmp_path: Path) -> None:
    chat = tmp_path / "WhatsApp Chat with Garden.txt"
    chat.write_text(hostile.chat(), encoding="utf-8")
    with reader(tmp_path / "warehouse.db") as told:
        assert [one.status for one in collect(store)] == ["done"]
        assert import_file(store, chat).status == "read"
        assert refresh(store).indicators
        assert close(store, "2026-10", is_forced=True).revision == 1
    intact, before, after = told
    assert (intact, impatient) == ("ok", []) and int(after) > int(before)


def test_a_database_of_before_is_taken_over_once_nobody_reads_it(tmp_path: Path, impatient: list[str]) -> None:
    path = tmp_path / "w.db"
    old = open_engine(f"sqlite:///{path}", sqlite_version=(3, 40, 1))
    with transaction(old) as tx:
        tx.exec_driver_sql("create table ledger_run (run text)")
    old.dispose()

    def journal() -> object:
        engine = open_engine(f"sqlite:///{path}", sqlite_version=WAL_SAFE)
        with engine.connect() as connection:
            found = connection.exec_driver_sql("pragma journal_mode").scalar()
        engine.dispose()
        return found

    with reader(path):
        assert journal() == "delete"
    assert journal() == "wal"


def test_who_writes_waits_for_a_writer_and_says_so(tmp_path: Path, impatient: list[str]) -> None:
    url = f"sqlite:///{tmp_path}/w.db"
    holder, other = open_engine(url), open_engine(url)
    with transaction(holder):
        with pytest.raises(Exception, match="locked"), transaction(other):
            pass
        with other.connect() as connection:  # who only reads does not wait
            assert connection.exec_driver_sql("select count(*) from sqlite_master").scalar() == 0
    with transaction(other) as tx:
        tx.exec_driver_sql("create table one (n int)")
    assert impatient == ["waiting for another program that writes to the database, up to 0 seconds"]
    holder.dispose()
    other.dispose()


def test_a_database_that_was_closed_is_one_file(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/w.db")
    with transaction(engine) as tx:
        tx.exec_driver_sql("create table one (n int)")
    engine.dispose()
    assert [path.name for path in tmp_path.iterdir()] == ["w.db"]
