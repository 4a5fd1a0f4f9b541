"""Webhooks land an event at a time: files laid together by themselves change no fact, figure or lineage."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.refresh.refresh import refresh
from pipeline.upkeep.erasure.erase import erase
from pipeline.upkeep.upkeep import rebuild, sweep
from pipeline.upkeep.verify import verify
from tests.integration.draining import bodies, drainer, names, opened, received, talk
from town import landed as reading
from town.landed import landed_tables
from town.store import TownStore
from warehouse import landing
from warehouse.packs import lay_together
from warehouse.segments import Piece, pieces
from warehouse.store import canonical_dump

ROOT = Path(__file__).parents[2]
STREAMS = ("whatsapp_cloud_identity", "whatsapp_cloud_message", "whatsapp_cloud_status")


def event_by_event(drained: Path, folder: Path, events: int = 12) -> TownStore:
    """A town to which events came one at a time, each drained before the next."""
    config = shutil.copytree(drained, folder) / "kehila.toml"
    worker = drainer(config)
    for number, body in enumerate(bodies(talk(40 + events, minutes=24 * 60))[40:]):
        received(config, [body], start=100_000 + 1000 * number)
        assert worker.once().as_json()["quarantined"] == 0
    return opened(config)


def files(store: TownStore) -> int:
    return sum(len(list(store.lake.files(f"landing/{store.authority.code}/{stream}"))) for stream in STREAMS)


def rows(store: TownStore) -> dict[str, list[dict[str, Any]]]:
    """What landed, but for what differs between two stores: names of files and runs."""
    tables = landed_tables(store, STREAMS)
    return {name: table.drop_columns(["segment", "batch"]).to_pylist() for name, table in tables.items()}


@pytest.fixture(scope="module")
def apart(drained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a town in which nothing lies together."""
    made = event_by_event(drained, tmp_path_factory.mktemp("apart") / "town")
    made.engine.dispose()
    return made.config.base


@pytest.fixture
def town(apart: Path, tmp_path: Path) -> Iterator[TownStore]:
    made = opened(shutil.copytree(apart, tmp_path / "town") / "kehila.toml")
    yield made
    made.engine.dispose()


def test_by_itself_at_any_point_it_changes_nothing(
    town: TownStore, drained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landing, "EVERY", 3)
    other = event_by_event(drained, tmp_path / "other")
    assert files(other) < files(town) / 2
    assert rows(other) == rows(town)
    dump = list(canonical_dump(town.engine))
    assert list(canonical_dump(other.engine)) == dump
    lay_together(other.ledger, other.lake)
    done = refresh(other)
    assert (done.staged, done.cells_written) == ([], 0)  # nothing has another fingerprint
    rebuild(other)
    assert list(canonical_dump(other.engine)) == dump
    assert not verify(other).damaged and sweep(other) == 0
    other.engine.dispose()


def test_facts_are_made_in_one_process_while_another_lays_together(
    town: TownStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump, before, said = list(canonical_dump(town.engine)), files(town), []
    config = town.config.base / "kehila.toml"
    other = f"""
from pathlib import Path
from tests.integration.draining import opened
from warehouse.packs import lay_together
town = opened(Path("{config}"))
print(lay_together(town.ledger, town.lake))
"""

    def beside(*given: Any) -> Iterator[Piece]:  # what is listed is not read yet
        if not said:
            told = subprocess.run([sys.executable, "-c", other], cwd=ROOT, capture_output=True, text=True, timeout=120)
            assert told.returncode == 0, told.stderr
            said.append(int(told.stdout))
        return pieces(*given)

    monkeypatch.setattr(reading, "pieces", beside)
    rebuild(town)
    assert said[0] > 20 and files(town) < before / 4
    assert list(canonical_dump(town.engine)) == dump
    assert not verify(town).damaged


def test_who_is_forgotten_afterwards_is_forgotten_and_no_number_moves(town: TownStore) -> None:
    lay_together(town.ledger, town.lake)
    dump, landed, known = list(canonical_dump(town.engine)), rows(town), names(town)
    assert erase(town, [f"+{talk(1)[0].number}"])["found"]
    assert len(set(names(town).values()) - set(known.values())) == 1  # her mark
    assert (list(canonical_dump(town.engine)), rows(town)) == (dump, landed)
    rebuild(town)
    assert list(canonical_dump(town.engine)) == dump
    assert not verify(town).damaged


def test_what_is_laid_together_while_all_is_looked_through_is_not_said_to_be_damaged(town: TownStore) -> None:
    """Nor is it passed over: where it lies by now is looked at as well."""
    laid = []

    def said(text: str) -> None:
        if text.startswith("verify: lake") and not laid:  # what is listed is not looked at yet
            laid.append(lay_together(town.ledger, town.lake))

    town.progress = said
    assert not verify(town).damaged and laid[0] > 20
    laid.clear()
    (path, *_) = (row.file for row in town.ledger.segments(STREAMS) if row.file)

    def gone(text: str) -> None:
        if text.startswith("verify: lake") and not laid:
            laid.append(1)
            town.lake.remove([path])

    town.progress = gone
    assert [one.name for one in verify(town).damaged] == [path]
