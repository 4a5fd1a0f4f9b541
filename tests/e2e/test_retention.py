"""Originals go after their period and not before, in every place; what was discarded goes at once."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from pipeline.land.files import import_file, replay_file
from pipeline.land.quarantine import discard, replay
from pipeline.upkeep import retention
from tests.e2e import hostile
from town.store import TownStore
from warehouse.ledger import core, now
from warehouse.ledger_tables import QuarantineRow
from warehouse.store import transaction

NAME = "כנריתה צפצפנית"


@pytest.fixture
def town(tmp_path: Path) -> TownStore:
    store = hostile.town(tmp_path / "town")
    for number in range(2):
        path = tmp_path / f"{number}.csv"
        path.write_text(f"nobody,of,these\n{number},{NAME},2\n", encoding="utf-8")
        assert import_file(store, path).status == "rejected"
        put_away = store.config.base / "drop" / ("imported", "refused")[number] / f"{number}.csv"
        put_away.parent.mkdir(parents=True, exist_ok=True)
        put_away.write_text("a,b\n", encoding="utf-8")
    return store


def sealed(store: TownStore) -> list[Path]:
    return sorted(store.lake.root.rglob("*.sealed"))


def aged(store: TownStore, item: str, days: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if one original had been put aside, and all the files, so many days ago."""
    table = core(QuarantineRow)
    with transaction(store.engine) as tx:
        values = {"first_seen_at": now() - timedelta(days=days)}
        tx.execute(update(table).where(table.c.item == item).values(**values))
    at = retention.time.time() + days * 86400
    monkeypatch.setattr(retention.time, "time", lambda: at)


@pytest.mark.parametrize(("days", "gone"), [(89.9, 0), (90.1, 1)])
def test_an_original_goes_after_its_period(
    town: TownStore, monkeypatch: pytest.MonkeyPatch, days: float, gone: int
) -> None:
    old, young = town.ledger.quarantine()
    aged(town, old.item, days, monkeypatch)
    would = retention.expire(town, is_dry_run=True)
    assert len(sealed(town)) == 2
    done = retention.expire(town)
    assert (done["sealed"], done["files"]) == (gone, 2 * gone) == (would["sealed"], would["files"])
    assert len(sealed(town)) == 2 - gone
    assert len(list((town.config.base / "drop").rglob("*.csv"))) == 2 - 2 * gone
    assert (town.lake.root / young.sealed_path).exists()
    assert len(town.ledger.quarantine()) == 2, "the items stay: no month gets whole by it"
    reports = list((town.output / "retention" / "T1").glob("*.json"))
    assert [json.loads(one.read_text())["sealed"] for one in reports] == [1] * gone
    assert retention.expire(town)["sealed"] == 0
    assert replay(town, lambda _code: town).still_open == 2


def test_what_is_discarded_is_destroyed_at_once(town: TownStore) -> None:
    first, second = town.ledger.quarantine()
    assert discard(town, [first.item]) == (1, 1)
    assert [path.name for path in sealed(town)] == [Path(second.sealed_path).name]
    assert discard(town, [first.item]) == (0, 0)


def test_a_sealed_file_is_read_from_memory_and_a_kill_leaves_no_byte(
    town: TownStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = town.ledger.quarantine()[0]
    content = town.keys.unseal((town.lake.root / row.sealed_path).read_bytes())

    class Killed(BaseException):
        pass

    def killed(_store: TownStore, path: Path, **_named: object) -> None:
        assert NAME in path.read_text(encoding="utf-8")
        raise Killed

    monkeypatch.setattr("pipeline.land.files.import_file", killed)
    monkeypatch.setattr("shutil.rmtree", lambda *_arguments, **_named: None)
    with pytest.raises(Killed):
        replay_file(town, row.sealed_path, content)
    monkeypatch.undo()
    left = [path for path in town.config.base.rglob("reading-*/*/*") if path.exists()]
    assert [path.read_bytes() for path in left if NAME.encode() in path.read_bytes()] == []
    # The next one clears the names away, though this process, whose number they bear, lives.
    folder = next(town.config.base.rglob("reading-*"))
    folder.rename(folder.with_name(f"reading-{_dead()}"))
    retention.expire(town)
    assert list(town.config.base.rglob("reading-*")) == []


def _dead() -> int:
    """The number of a process that is no more."""
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    return child
