"""`kehila verify` names each damaged thing and what brings it back; what can be made anew is, by `kehila rebuild`."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.month.close import close
from tests.e2e.command_line import Run
from tests.e2e.towns import TODAY, opened, run_all, small_town
from town.store import TownStore
from warehouse.row_sums import FUNCTION
from warehouse.sqlite import sqlite3
from warehouse.store import dump_sha256


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TownStore]:
    small_town(tmp_path, months=2, scale=0.05)
    (tmp_path / "files" / "bad.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    made = opened(tmp_path)
    run_all(made)
    yield made
    made.engine.dispose()


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.chmod(0o600)
    path.write_bytes(bytes(content))


@pytest.mark.more
def test_each_damaged_thing_is_named_and_facts_are_made_anew(store: TownStore, run: Run) -> None:
    base = store.config.base
    common = ("--config", base / "kehila.toml", "--today", TODAY.isoformat())
    close(store, "2026-10", is_forced=True)
    before = dump_sha256(store.engine)
    whole = run(*common, "verify", "--json")
    assert (whole.code, json.loads(whole.out)["damaged"]) == (0, [])
    assert all(json.loads(whole.out)["looked_at"][name] for name in ("lake", "vault", "database", "snapshots"))

    facts = [row.path for row in store.ledger.partitions()]
    for number, path in enumerate(facts):
        (store.lake.root / path).unlink() if number % 2 else flip(store.lake.root / path)
    told = run(*common, "verify", "--json")
    damaged = json.loads(told.out)["damaged"]
    assert told.code == 1
    assert sorted(one["name"] for one in damaged) == sorted(facts)
    assert {one["remedy"] for one in damaged} == {"rebuild"}
    refused = run(*common, "freshness")
    assert refused.code == 1
    assert "kehila rebuild" in refused.err
    assert run(*common, "rebuild").code == 0
    assert run(*common, "verify").code == 0
    assert dump_sha256(store.engine) == before

    segment = store.ledger.segments(store.ledger.streams())[0].path
    sealed = next(path for path in sorted(store.ledger.listed_paths()) if path.startswith("vault/"))
    flip(store.lake.root / segment)
    flip(store.lake.root / sealed)
    flip(next((base / "output").rglob("*.csv")))
    told = run(*common, "verify")
    assert told.code == 1
    assert all(
        word in told.out for word in (f"lake/{segment} is damaged", f"lake/{sealed} is damaged", "snapshot 2026-10")
    )
    assert "3 damaged: it has to come from a backup" in told.out
    refused = run(*common, "rebuild")
    assert refused.code == 1
    assert f"lake/{segment} is damaged" in refused.err
    assert "backup" in refused.err


@pytest.mark.more
def test_a_value_that_changed_in_the_database_is_named_and_nothing_is_published_of_it(
    store: TownStore, run: Run
) -> None:
    base = store.config.base
    common = ("--config", base / "kehila.toml", "--today", TODAY.isoformat())
    with (base / "kehila.toml").open("a", encoding="utf-8") as config:
        config.write('\n[push.share]\nkind = "folder"\npath = "share"\n')
    close(store, "2026-09", is_forced=True)

    def change(statement: str) -> None:
        with closing(sqlite3.connect(str(base / "warehouse.db"))) as connection, connection:
            connection.create_function(FUNCTION, -1, lambda *_: 0, deterministic=True)  # as a flipped bit: unseen
            assert connection.execute(statement).rowcount > 0

    cases = {
        ("indicator_value", "n = n + 1", "n = n - 1"): ("close", "publish"),
        ("ledger_segment", "records = records + 1", "records = records - 1"): ("refresh", "close", "run"),
        ("snapshot", "month = '2026-08'", "month = '2026-09'"): ("push",),
    }
    for (table, there, back), commands in cases.items():
        change(f"update {table} set {there}")
        told = json.loads(run(*common, "verify", "--json").out)["damaged"]
        assert [one["name"] for one in told] == [table] and told[0]["remedy"] == "backup"
        for command in commands:
            month = () if command in ("refresh", "push") else ("--month", "2026-10")
            forced = ("--force",) if command == "close" else ()
            refused = run(*common, command, *month, *forced)
            assert refused.code == 1 and f"{table} does not hold what was written" in refused.err, command
        kept = run(*common, "backup", base / "room", "--json")
        assert kept.code == 1 and json.loads(kept.out)["damaged_tables"] == [table]
        change(f"update {table} set {back}")
    assert not (base / "share").exists() and not list((base / "output" / "snapshots").rglob("2026-10"))
    assert run(*common, "close", "--month", "2026-10", "--force").code == 0
    assert run(*common, "push").code == 0
    assert run(*common, "verify").code == 0
