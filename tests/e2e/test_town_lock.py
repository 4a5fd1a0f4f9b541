"""What must not happen to one town at once: two closes, a sweep beside a landing, a migration beside work."""

import hashlib
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.land.files import import_file
from pipeline.month.close import close
from pipeline.refresh.refresh import refresh
from pipeline.upkeep import upkeep
from publishers import snapshot
from tests.conftest import ROOT
from tests.e2e import hostile
from tests.e2e.test_month import add_initiatives, rows
from tests.e2e.towns import opened
from town.config import ConfigProblem
from town.store import TownStore
from warehouse.bi_tables import DimColumn
from warehouse.lake import Lake
from warehouse.ledger import core
from warehouse.locks import SCHEMA, StoreBusy, one_at_a_time, town_at_rest
from warehouse.migrations import HEAD
from warehouse.patience import be_patient, patience
from warehouse.store import LEDGER_TABLES, WAREHOUSE_TABLES, open_engine
from warehouse.tables import Snapshot, SnapshotValue

MONTH = "2026-10"
FIRST = """
import sys
from sqlalchemy import text
from alembic import command
from warehouse.migrations import upgrade
from warehouse.store import open_engine
engine = open_engine(sys.argv[1])
print("ready", flush=True)
input()
upgrade(engine)
with engine.connect() as connection:
    print(connection.execute(text("select version_num from alembic_version")).scalar())
"""


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each of them gives, or the error it raises."""
    begin = threading.Barrier(len(works))

    def one(work: Callable[[], Any]) -> Any:
        begin.wait(60)
        try:
            return work()
        except Exception as problem:  # noqa: BLE001 (the test looks at it)
            return problem

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def agree(store: TownStore) -> list[int]:
    """The revisions of the month, each of them whole in ledger and folder, and no other folder."""
    known = [row for row in rows(store, Snapshot) if row.month == MONTH]
    for row in known:
        manifest = store.output / row.folder / "manifest.json"
        assert hashlib.sha256(manifest.read_bytes()).hexdigest() == row.manifest_sha256
        published = core(SnapshotValue)
        with store.engine.connect() as connection:
            query = select(published.c.indicator).where(published.c.snapshot_revision == row.revision)
            assert connection.execute(query.where(published.c.month == MONTH)).all()
    folder = store.output / "snapshots" / store.authority.code / MONTH
    assert sorted(one.name for one in folder.iterdir()) == [f"r{row.revision}" for row in known]
    return [row.revision for row in known]


@pytest.mark.more
def test_two_closes_at_once_give_one_revision(tmp_path: Path, finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(finished, tmp_path / "town")
    one, other = opened(tmp_path / "town"), opened(tmp_path / "town")
    real, together = snapshot.build_snapshot, threading.Barrier(2)

    def slow(*given: Any) -> str:
        with suppress(threading.BrokenBarrierError):
            together.wait(1)  # where two may be here at once, they are
        return real(*given)

    monkeypatch.setattr(snapshot, "build_snapshot", slow)
    done = at_once(lambda: close(one, MONTH, is_forced=True), lambda: close(other, MONTH, is_forced=True))
    assert sorted((d.revision, d.is_new) for d in done) == [(1, False), (1, True)]
    assert agree(one) == [1]
    add_initiatives(one, MONTH, 90)
    together.reset()
    done = at_once(
        lambda: refresh(other), lambda: close(one, MONTH, again=True, is_forced=True),
        lambda: close(other, MONTH, again=True, is_forced=True),
    )[1:]  # fmt: skip
    assert len({d.manifest_sha256 for d in done if d.revision == 2}) <= 1
    close(one, MONTH, again=True, is_forced=True)
    assert agree(one) == [1, 2]


def test_a_landing_however_slow_and_a_sweep_do_not_meet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = hostile.town(tmp_path / "town")
    chat = tmp_path / "WhatsApp Chat with Garden.txt"
    chat.write_text(hostile.chat(), encoding="utf-8")
    orphan = town.lake.root / "landing" / "T1" / "0123456789abcdef0123.parquet"
    written, swept = threading.Event(), threading.Event()
    monkeypatch.setattr(upkeep, "SWEEP_WAITS", 0.2)
    real = Lake.write

    def slow(lake: Lake, folder: str, table: Any, **more: Any) -> Any:
        file = real(lake, folder, table, **more)  # the dictionary, after all segments: the ledger is next
        written.set()
        assert swept.wait(60)
        return file

    monkeypatch.setattr(Lake, "write", slow)

    def sweep() -> int:
        assert written.wait(60)
        orphan.write_bytes(b"x")
        try:
            return upkeep.sweep(opened(tmp_path / "town"))
        finally:
            swept.set()

    report, gone = at_once(lambda: import_file(town, chat), sweep)
    assert (report.status, gone) == ("read", 0)
    assert all((town.lake.root / path).exists() for path in town.ledger.listed_paths() if path)
    assert upkeep.sweep(town) == 1 and not orphan.exists()
    assert all((town.lake.root / path).exists() for path in town.ledger.listed_paths() if path)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_who_waits_is_told_for_whom_and_gives_up(tmp_path: Path, postgres: Any, database: str) -> None:
    url = f"sqlite:///{tmp_path}/w.db" if database == "sqlite" else postgres("busy")
    usual, said = patience(), list[str]()
    be_patient("kehila close", 0.1, said.append)
    try:
        engine, other = open_engine(url), open_engine(url)
        with town_at_rest(engine, "0070"):
            with town_at_rest(engine, "0070"):  # what it calls may take it again
                pass
            with town_at_rest(other, "0031"):  # another town
                pass

            def refused() -> None:
                with town_at_rest(other, "0070"):
                    pass

            (problem,) = at_once(refused)
            assert isinstance(problem, StoreBusy)
            assert "kehila close, since" in str(problem) and "try again" in str(problem)
            assert len(said) == 1 and said[0].startswith("waiting for kehila close, since")
            with pytest.raises(StoreBusy), one_at_a_time(other, SCHEMA, seconds=0):  # nor is the schema changed
                pass
        with one_at_a_time(other, SCHEMA, seconds=0):
            pass
        engine.dispose()
        other.dispose()
    finally:
        be_patient(usual.command, usual.seconds, usual.say)


@pytest.mark.more
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_first_commands_at_once_on_an_empty_database(tmp_path: Path, postgres: Any, database: str) -> None:
    url = f"sqlite:///{tmp_path}/new/w.db" if database == "sqlite" else postgres("first")
    command = [sys.executable, "-c", FIRST, url]
    many = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(15)
    ]  # fmt: skip
    for one in many:
        assert one.stdout and one.stdout.readline() == "ready\n"
    for one in many:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    told = [(*one.communicate(timeout=200), one.returncode) for one in many]
    assert told == [(f"{HEAD}\n", "", 0)] * 15
    engine = open_engine(url)
    with engine.connect() as connection:
        for table in {*WAREHOUSE_TABLES, *LEDGER_TABLES} - {DimColumn}:
            assert connection.execute(core(table).select()).all() == []
        dictionary = connection.execute(core(DimColumn).select()).all()
        assert len(dictionary) == len({(row.relation, row.column_name) for row in dictionary}) > 0
    engine.dispose()


@pytest.mark.parametrize("lake", [".", "..", "share"])
def test_a_lake_over_other_things_is_refused_before_anything_is_written(tmp_path: Path, lake: str) -> None:
    share = tmp_path / "town" / "share"
    share.mkdir(parents=True)
    (share / "letters.odt").write_text("x")
    with pytest.raises(ConfigProblem, match="folder of its own"):
        hostile.town(tmp_path / "town", f'[store]\nlake = "{lake}"\n')
    assert [one.name for one in share.iterdir()] == ["letters.odt"] and not (tmp_path / "town" / "landing").exists()
    (share / "letters.odt").unlink()
    (share / "lost+found").mkdir()
    if lake == "share":
        assert hostile.town(tmp_path / "town", f'[store]\nlake = "{lake}"\n').lake.root == share
