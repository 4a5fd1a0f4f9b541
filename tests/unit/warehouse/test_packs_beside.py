"""Small landed segments are laid together beside others who do the same, write anew, or list what lies in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import delete
from sqlalchemy.exc import TimeoutError as PoolTimeout

from collectors.base import By, Page, Stream
from collectors.columns import FIXED, Column
from collectors.kinds import instant, text
from tests.unit.warehouse.test_ledger import House
from tests.unit.warehouse.test_packs import Town
from warehouse import landing, packs, parts
from warehouse.forgetting import write_anew
from warehouse.ledger import core
from warehouse.ledger_tables import PartRow
from warehouse.packs import lay_together
from warehouse.parts import list_missing_parts, listed_parts
from warehouse.proof import LakeMissing
from warehouse.segments import pieces
from warehouse.store import transaction


class Doors(Stream):
    name = "bells"
    columns = (Column("door", FIXED, text, "Door", key=True), Column("rung_at", FIXED, instant, "When"))
    partition = By(key="door", month="rung_at")


@pytest.fixture
def town(tmp_path: Any) -> Iterator[Town]:
    house = House(tmp_path)
    yield Town(house, "U1")
    house.engine.dispose()


def test_of_two_that_lay_different_neighbours_together_none_loses_what_lies_beside(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One began with fewer landings, and took in what is too large for the other."""
    monkeypatch.setattr(packs, "MAX_PACK_ROWS", 8)
    for rows in (5, 3):
        town.land(rows)
    earlier = list(packs._lots(town.ledger, None))
    for _ in range(2):
        town.land(1)
    later = list(packs._lots(town.ledger, None))
    assert [(one.first, one.last) for one in (*earlier, *later)] == [(1, 2), (2, 4)]
    read = pieces

    def late(*given: Any) -> Any:
        monkeypatch.setattr(packs, "pieces", read)
        packs._lay(town.ledger, town.lake, earlier[0])
        return read(*given)

    monkeypatch.setattr(packs, "pieces", late)
    packs._lay(town.ledger, town.lake, later[0])
    assert town.landed() == town.given
    assert town.listed_files() <= town.files()


def test_of_a_file_around_one_of_other_columns_nothing_is_lost(town: Town) -> None:
    for rows in (2, 1, 2):
        town.land(rows)
    lay_together(town.ledger, town.lake)
    changed = town.segments()[1]
    new = pa.table({"door": ["x"], "rings": pa.array([1], pa.int64()), "tone": ["low"]})
    write_anew(town.ledger, town.lake, {changed.path: new})
    town.given[1] = (town.given[1][0], new.to_pylist())
    for _ in range(3):
        town.land(2)
        lay_together(town.ledger, town.lake)
        assert town.landed() == town.given
        assert town.listed_files() <= town.files()


def test_partitions_are_listed_of_what_is_laid_together_meanwhile(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of segments that landed before partitions were listed; a file that is gone and nowhere else is said to be."""
    for number in range(1, 5):
        page = Page.of(Doors, [{"door": f"d{number % 2}", "rung_at": datetime(2026, number, 1, tzinfo=UTC)}])
        town.landing.land(f"{number:08}beefbeef", partial(list, [page]), source="bells")
    listed = [row[:3] + row[4:9] for row in listed_parts(town.ledger, "bells")]
    with transaction(town.ledger.engine) as tx:
        tx.execute(delete(core(PartRow)))
    read = parts.parts_of

    def late(*given: Any) -> Any:
        monkeypatch.setattr(parts, "parts_of", read)
        assert lay_together(town.ledger, town.lake) == 4
        return read(*given)

    monkeypatch.setattr(parts, "parts_of", late)
    list_missing_parts(town.ledger, town.lake, "bells", Doors.partition)
    assert [row[:3] + row[4:9] for row in listed_parts(town.ledger, "bells")] == listed
    with transaction(town.ledger.engine) as tx:
        tx.execute(delete(core(PartRow)))
    town.lake.remove([town.segments()[0].file])
    with pytest.raises(LakeMissing):
        list_missing_parts(town.ledger, town.lake, "bells", Doors.partition)


def test_what_has_landed_has_landed_where_no_connection_is_left_to_lay_it_together(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_connections(*_: Any) -> int:
        raise PoolTimeout("QueuePool limit reached")  # SQLAlchemy's own: the database never heard of it

    monkeypatch.setattr(landing, "EVERY", 1)
    monkeypatch.setattr(landing, "lay_together", out_of_connections)
    town.land(2)
    assert town.landed() == town.given
