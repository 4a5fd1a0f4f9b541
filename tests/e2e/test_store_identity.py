"""Key, database and lake of one store know each other; whatever else lies beside them is refused with its remedy."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.e2e.command_line import Ran, entry_point
from town import store as town_store
from warehouse.identity import LINE, Identity
from warehouse.keys import new_key_file
from warehouse.row_sums import FUNCTION, row_digest
from warehouse.sqlite import sqlite3

RunIn = Callable[..., Ran]
CHAT = "12.10.2026, 09:0{n} - Dana Levi: שלום {n}\n"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> RunIn:
    """A command run in a town's folder."""
    called = entry_point(monkeypatch, capsys)
    real, made = town_store.open_engine, []

    def kept(url: str) -> Engine:
        made.append(real(url))
        return made[-1]

    def inside(folder: Path, *arguments: str) -> Ran:
        monkeypatch.chdir(folder)
        ran = called(*arguments)
        for engine in made:  # as when its process ends: what it wrote is in the one file
            engine.dispose()
        return ran

    monkeypatch.setattr(town_store, "open_engine", kept)

    return inside


def town(run: RunIn, folder: Path) -> Path:
    """A town of its own that imported one chat."""
    folder.mkdir()
    assert run(folder, "init", "--authority-code", "0070").code == 0
    assert export(run, folder, 1).code == 0
    return folder


def export(run: RunIn, folder: Path, until: int) -> Ran:
    path = folder / "WhatsApp Chat with garden.txt"
    path.write_text("".join(CHAT.format(n=n) for n in range(until + 1)), encoding="utf-8")
    return run(folder, "import", path.name)


def everything(folder: Path) -> dict[str, bytes]:
    """The store's files: what a refusal must leave as it was."""
    kept = [path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".lock", ".txt"}]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in kept}


def another_key(_run: RunIn, mine: Path, _theirs: Path) -> None:
    (mine / "keys/root.key").unlink()
    new_key_file(mine / "keys/root.key")


def no_key(_run: RunIn, mine: Path, _theirs: Path) -> None:
    (mine / "keys/root.key").unlink()


def another_lake(_run: RunIn, mine: Path, theirs: Path) -> None:
    shutil.rmtree(mine / "lake")
    shutil.copytree(theirs / "lake", mine / "lake")


def another_database(_run: RunIn, mine: Path, theirs: Path) -> None:
    shutil.copy(theirs / "warehouse.db", mine / "warehouse.db")


def another_store(run: RunIn, mine: Path, theirs: Path) -> None:
    another_lake(run, mine, theirs)
    another_database(run, mine, theirs)


def older_database(run: RunIn, mine: Path, _theirs: Path) -> None:
    shutil.copy(mine / "warehouse.db", mine / "old")
    assert export(run, mine, 3).code == 0
    (mine / "old").replace(mine / "warehouse.db")


def no_database(_run: RunIn, mine: Path, _theirs: Path) -> None:
    (mine / "warehouse.db").unlink()


def empty_lake(_run: RunIn, mine: Path, _theirs: Path) -> None:
    shutil.rmtree(mine / "lake")


def newer_kehila(_run: RunIn, mine: Path, _theirs: Path) -> None:
    with sqlite3.connect(mine / "warehouse.db") as database:
        database.execute("update alembic_version set version_num = '0999'")
    database.close()


def another_code(_run: RunIn, mine: Path, _theirs: Path) -> None:
    path = mine / "kehila.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"0070"', '"9000"'), encoding="utf-8")


WRONG: dict[Callable[[RunIn, Path, Path], None], str] = {
    another_key: "another root key",
    no_key: "file keys/root.key is missing or empty; this store was made with a root key: put that one back",
    another_lake: "lake of another store",
    another_database: "lake of another store",
    another_store: "another root key",
    older_database: "older than the lake",
    no_database: "older than the lake",
    empty_lake: "not the lake of this warehouse",
    newer_kehila: "newer Kehila",
    another_code: "put the old code back",
}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda one: one.__name__)
def test_what_does_not_belong_together_is_refused_by_whatever_opens_it(
    run: RunIn, tmp_path: Path, wrong: Callable[[RunIn, Path, Path], None]
) -> None:
    mine, theirs = town(run, tmp_path / "mine"), town(run, tmp_path / "theirs")
    wrong(run, mine, theirs)
    before = everything(mine)
    for command in (["import", "WhatsApp Chat with garden.txt"], ["rebuild"], ["freshness"], ["drain"], ["dump"]):
        refused = run(mine, *command)
        assert (refused.code, WRONG[wrong] in refused.err) == (2, True), (command, refused.err)
        assert refused.err.count("\n") == 1
    after = everything(mine)
    assert {name: after.get(name) for name in before} == before
    assert set(after) - set(before) <= ({"warehouse.db"} if wrong is no_database else set())


def test_no_new_key_is_made_where_a_store_lies(run: RunIn, tmp_path: Path) -> None:
    mine = town(run, tmp_path / "mine")
    key = (mine / "keys/root.key").read_bytes()
    (mine / "keys/root.key").unlink()
    (mine / "kehila.toml").unlink()
    refused = run(mine, "init", "--authority-code", "0070")
    assert (refused.code, "put the root key back" in refused.err) == (2, True)
    assert not (mine / "kehila.toml").exists() and not (mine / "keys/root.key").exists()
    (mine / "keys/root.key").write_bytes(key)
    assert run(mine, "init", "--authority-code", "0070").code == 0
    assert run(mine, "freshness").code == 0
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run(empty, "init", "--authority-code", "0070").code == 0
    (empty / "keys/root.key").unlink()
    assert "make a new one (`kehila init`)" in run(empty, "freshness").err


def test_a_store_of_an_older_release_gets_its_identity_and_a_lost_word_is_said_again(
    run: RunIn, tmp_path: Path
) -> None:
    mine = town(run, tmp_path / "mine")
    with sqlite3.connect(mine / "warehouse.db") as database:
        database.create_function(FUNCTION, -1, row_digest, deterministic=True)
        database.execute("delete from ledger_store")  # as the migration leaves it
    database.close()
    (mine / "lake" / LINE).unlink()
    assert run(mine, "freshness").code == 0
    first = Identity.of((mine / "lake" / LINE).read_text())
    assert export(run, mine, 3).code == 0
    then = Identity.of((mine / "lake" / LINE).read_text())
    assert first
    assert then == Identity(first.store, 1)
    for broken in ("", str(then).replace(" 0", " 1"), str(first), "\x00" * 60):
        (mine / "lake" / LINE).write_text(broken)
        assert run(mine, "freshness").code == 0
        assert Identity.of((mine / "lake" / LINE).read_text()) == then


def test_a_store_of_an_older_release_is_not_taken_by_another_key(run: RunIn, tmp_path: Path) -> None:
    mine = town(run, tmp_path / "mine")
    (mine / "bad.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    run(mine, "import", "bad.xlsx")
    with sqlite3.connect(mine / "warehouse.db") as database:
        database.create_function(FUNCTION, -1, row_digest, deterministic=True)
        database.execute("delete from ledger_store")
        sealed = database.execute("select count(*) from ledger_quarantine where sealed_path != ''").fetchone()[0]
    database.close()
    assert sealed == 1
    (mine / "lake" / LINE).unlink()
    another_key(run, mine, mine)
    assert run(mine, "freshness").code == 2
    assert not (mine / "lake" / LINE).exists()
