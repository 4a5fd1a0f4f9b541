"""What a refresh with nothing to do rests on: one digest, which everything that matters must change."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from pipeline.refresh import indicators, staging
from pipeline.refresh.doubts import doubts_of
from pipeline.refresh.indicators import silences, state_of, was_computed
from pipeline.refresh.refresh import refresh
from pipeline.upkeep.upkeep import rebuild
from tests.e2e import hostile
from town.landed import landed_tables
from town.store import TownStore
from transforms.catalogue import catalogue
from transforms.compute import Computed, batches
from transforms.inputs import Partition
from transforms.staging import staff
from warehouse.checks import checks
from warehouse.ledger import now
from warehouse.schemas import arrow_schema
from warehouse.store import canonical_dump, transaction, upsert
from warehouse.tables import Snapshot


@pytest.fixture
def store(refreshed: Path, tmp_path: Path) -> TownStore:
    shutil.copytree(refreshed, tmp_path / "town")
    return hostile.opened(tmp_path / "town")


@pytest.fixture
def landed(tmp_path: Path) -> TownStore:
    """One that was never refreshed."""
    return hostile.stocked(tmp_path / "town")


def current(store: TownStore) -> bool:
    town = staff.town_from(landed_tables(store, staff.STREAMS), store.authority.code, store.authority.timezone)
    partitions = store.ledger.partitions()
    doubts = doubts_of(store, partitions, checks(store.ledger))
    return was_computed(store.ledger, state_of(store, town, partitions, silences(store), doubts))


def later(store: TownStore) -> None:
    store.today = date(store.today.year + 1, 1, 15)


def more_residents(store: TownStore) -> None:
    store.authority.population["2026"] = 31_000


def another_name(store: TownStore) -> None:
    store.authority.name_he = "עיר אחרת"


def published(store: TownStore) -> None:
    row = {"authority": store.authority.code, "month": "2026-10", "revision": 1, "manifest_sha256": "0" * 64}
    with transaction(store.engine) as tx:
        upsert(tx, Snapshot, [{**row, "closed_at": now(), "folder": "none"}])


CHANGES: dict[str, Callable[[TownStore], None]] = {
    "another month": later,
    "the town's own figure of residents": more_residents,
    "the town's name": another_name,
    "a month that was published": published,
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_a_value_or_a_label_depends_on_is_looked_at_again(store: TownStore, change: str) -> None:
    refresh(store)
    assert current(store)
    CHANGES[change](store)
    assert not current(store)
    refresh(store)
    assert current(store)


def test_what_broke_off_is_not_taken_for_done_when_all_is_again_as_it_was_before(
    store: TownStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A source is silent, the refresh that says so is killed once figures are stored, and the source speaks again."""
    refresh(store)
    before = list(canonical_dump(store.engine))
    quiet = frozenset(("visit", asset, "2026-10") for asset in ("website", "app"))
    with monkeypatch.context() as broken:
        broken.setattr(indicators, "silent_months", lambda *_: quiet)
        broken.setattr("pipeline.refresh.refresh.refresh_verdicts", stopped)
        with pytest.raises(KeyboardInterrupt):
            refresh(store)
    assert list(canonical_dump(store.engine)) != before, "figures were stored"
    refresh(store)
    assert list(canonical_dump(store.engine)) == before and current(store)


def stopped(*_: object) -> None:
    raise KeyboardInterrupt


def test_residents_of_a_year_the_town_tells_no_more_are_gone(store: TownStore) -> None:
    refresh(store)
    before = list(canonical_dump(store.engine))
    more_residents(store)
    refresh(store)
    assert any("31000" in line for line in canonical_dump(store.engine))
    del store.authority.population["2026"]
    refresh(store)
    assert list(canonical_dump(store.engine)) == before


def test_a_silence_and_another_definition_are_looked_at_again(
    store: TownStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(store)
    monkeypatch.setattr(indicators, "silent_months", lambda *_: frozenset({("message", "whatsapp", "2026-10")}))
    assert not current(store)
    monkeypatch.undo()
    assert current(store)
    monkeypatch.setattr(indicators, "catalogue_rows", lambda _catalogue: "another release")
    assert not current(store)


def test_a_new_column_of_a_fact_stages_every_source_anew(landed: TownStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store, first = landed, set(refresh(landed).staged)
    later(store)  # something to compute, and nothing to stage
    assert refresh(store).staged == []
    monkeypatch.setattr(staging, "shape_of_facts", lambda: "with one column more")
    assert set(refresh(store).staged) == first


def test_facts_staged_before_a_column_was_declared_have_it_empty(store: TownStore) -> None:
    refresh(store)
    row = next(one for one in store.ledger.partitions() if one.fact == "message")
    wider = arrow_schema("message").append(pa.field("to_come", pa.string()))
    assert store.lake.read([row.path], wider)["to_come"].null_count == row.records
    hours = store.lake.read([row.path], arrow_schema("message"))
    told = [one.astimezone(ZoneInfo(store.authority.timezone)).hour for one in hours["sent_at"].to_pylist()]
    assert hours["local_hour"].to_pylist() == told


def test_a_refresh_for_one_month_or_some_streams_does_not_claim_the_rest(landed: TownStore) -> None:
    store = landed
    refresh(store, months=["2026-10"])
    assert not current(store)
    refresh(store)
    before = list(canonical_dump(store.engine))
    rebuild(store)
    assert current(store)
    assert list(canonical_dump(store.engine)) == before


def test_a_long_history_is_computed_in_batches_of_bounded_rows() -> None:
    one = next(iter(catalogue().values()))
    months = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)]
    parts = {month: Partition("message", month, "whatsapp", f"{month}.parquet", month, 100) for month in months}
    waiting = Computed(
        one, months, lineage={m: [parts[m], *([parts[months[i - 1]]] if i else [])] for i, m in enumerate(months)}
    )
    found = batches([(0, waiting)], most=350)
    assert sorted(month for batch in found for _, month in batch) == months
    for batch in found:
        assert sum(p.records for p in {p for _, month in batch for p in waiting.lineage[month]}) <= 350
    assert len(batches([(0, waiting)], most=10_000)) == 1
    assert len(batches([(0, waiting)], most=1)) == len(months), "a month that is too large by itself is computed alone"
