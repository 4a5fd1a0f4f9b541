"""`kehila verify` names each damaged thing and what brings it back; what can be made anew is, by `kehila rebuild`."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.month.close import close
from tests.e2e.command_line import Run
from tests.e2e.towns import TODAY, opened, run_all, small_town
from town.store import TownStore
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
