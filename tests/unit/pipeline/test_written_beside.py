"""What an event writes beside the months it computed: a month that follows one of them is compared anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.refresh.dimensions import publish_dimensions
from pipeline.refresh.verdicts import refresh_verdicts
from pipeline.refresh.written import Written, write
from tests.e2e.tower import tower
from tests.unit.pipeline.test_refresh_verdicts import RISEN, TOWN, cell
from town.store import TownStore
from transforms.choice import empty_cell
from transforms.composition import piece
from transforms.compute import Computed
from warehouse.bi_tables import DimCode
from warehouse.ledger import core
from warehouse.store import transaction
from warehouse.tables import IndicatorValue

BEFORE, NEXT = "2026-08", "2026-09"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TownStore]:
    with tower(tmp_path, monkeypatch) as made:
        publish_dimensions(made.engine, made.authority, made.catalogue, TOWN)
        yield made


def computed(store: TownStore, places: dict[str, dict[str, float]]) -> Computed:
    """The headlines of some months, each the sum of some places."""
    one = store.catalogue[RISEN]
    cells: list[Any] = []
    for month, of in places.items():
        made = [piece("space", name, amount, detail="measured") for name, amount in of.items()]
        told = {
            name: value
            for name, value in cell(RISEN, month, sum(of.values())).items()
            if name in empty_cell(one, month)
        }
        cells.append({**empty_cell(one, month), **told, "composition": [*made, piece("method", "measured")]})
    return Computed(one, [*places], cells, {month: [] for month in places}, dict.fromkeys(places, "f"))


def written(store: TownStore, one: Computed, closed: frozenset[str] = frozenset()) -> Written:
    with transaction(store.engine) as tx:
        return write(tx, store.authority.code, [one], closed)


def codes(store: TownStore) -> set[tuple[str, str]]:
    table = core(DimCode)
    with store.engine.connect() as connection:
        return set(connection.execute(select(table.c.kind, table.c.key).where(table.c.authority == "T")).tuples())


def flags(store: TownStore) -> dict[str, str]:
    table = core(IndicatorValue)
    with store.engine.connect() as connection:
        return dict(connection.execute(select(table.c.month, table.c.quality)).tuples().all())


def test_words_follow_a_flag_that_came_to_the_month_after_and_one_that_left_it(store: TownStore) -> None:
    written(store, computed(store, {BEFORE: {"a": 3.0, "b": 4.0}, NEXT: {"a": 5.0, "b": 6.0}}))
    refresh_verdicts(store, TOWN)
    plain = codes(store)
    assert not flags(store)[NEXT]
    for places in ({"c": 7.0}, {"a": 3.0, "b": 4.0}):
        refresh_verdicts(store, TOWN, written(store, computed(store, {BEFORE: places})))
        after_event = codes(store)
        refresh_verdicts(store, TOWN)
        assert after_event == codes(store), "as all of it made anew"
        assert (after_event == plain) == (not flags(store)[NEXT])
    assert after_event == plain


def test_a_published_month_that_is_only_compared_anew_is_said_to_be_another(store: TownStore) -> None:
    written(store, computed(store, {BEFORE: {"a": 3.0, "b": 4.0}, NEXT: {"a": 5.0, "b": 6.0}}))
    assert NEXT in written(store, computed(store, {BEFORE: {"c": 7.0}}), frozenset({NEXT})).months
