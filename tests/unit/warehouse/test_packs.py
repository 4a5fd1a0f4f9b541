"""Small landed segments lie together, and are what they were: whenever it is done, killed, raced, or read meanwhile."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from collectors.base import Page, Stream
from collectors.columns import FIXED, Column
from collectors.kinds import count as number
from collectors.kinds import text
from tests.unit.warehouse.test_ledger import House
from warehouse import landing, packs
from warehouse.condemned import destroy_condemned
from warehouse.forgetting import people_of, write_anew
from warehouse.keys import Keys
from warehouse.landing import Landing
from warehouse.ledger import Ledger, core
from warehouse.ledger_tables import CondemnedFile, SegmentRow
from warehouse.packs import EVERY, MAX_PACK_ROWS, lay_together
from warehouse.people import PEOPLE_STREAM
from warehouse.proof import LakeDamaged, LakeMissing
from warehouse.segments import NEW_SEGMENT, in_ledger, one_by_one, pieces, segment_row
from warehouse.store import open_engine, transaction

ROOT = Path(__file__).parents[3]


class Bells(Stream):
    name = "bells"
    columns = (Column("door", FIXED, text, "Door", key=True), Column("rings", FIXED, number, "Rings"))


class BellsWithTone(Stream):
    name = "bells"
    columns = (*Bells.columns, Column("tone", FIXED, text, "Tone"))


class Town:
    """One authority of a store, and what it was given: (run, rows) in the order of landing."""

    def __init__(self, house: House, code: str) -> None:
        self.ledger, self.lake = Ledger(house.engine, code), house.lake
        self.landing = Landing(self.ledger, self.lake, Keys(b"k" * 32, code))
        self.given: list[tuple[str, list[dict[str, Any]]]] = []
        self._numbers = count(1)

    def land(self, rows: int, stream: type[Stream] = Bells) -> None:
        run = f"{next(self._numbers):08}beefbeef"
        more = {"tone": "low"} if stream is BellsWithTone else {}
        said = [{"door": f"{run}.{place}", "rings": place, **more} for place in range(rows)]
        file = None if rows else {"format": "bells", "fingerprint": run}  # what a service gave of nothing lands nothing
        self.landing.land(run, lambda: [Page.of(stream, said)], source="bells", file=file)
        self.given.append((run, said))

    def note(self) -> None:
        """Rows that stand in the ledger."""
        run = f"{next(self._numbers):08}beefbeef"
        rows = Page.of(Bells, [{"door": run, "rings": None}]).rows
        with transaction(self.ledger.engine) as tx:
            kept = in_ledger(self.ledger.authority, "bells", run, rows)
            tx.execute(NEW_SEGMENT, segment_row(self.ledger.authority, "bells", run, kept))
        self.given.append((run, rows.to_pylist()))

    def segments(self) -> list[SegmentRow]:
        return self.ledger.segments(["bells"])

    def landed(self, listed: list[SegmentRow] | None = None) -> list[tuple[str, list[dict[str, Any]]]]:
        rows = one_by_one(self.ledger, self.lake, self.segments() if listed is None else listed)
        return [(row.run, table.to_pylist()) for row, table in rows]

    def files(self) -> set[str]:
        return {one.path for one in self.lake.files(f"landing/{self.ledger.authority}/bells")}

    def listed_files(self) -> set[str]:
        mine = f"landing/{self.ledger.authority}/bells"
        return {path for path in self.ledger.listed_paths() if path.startswith(mine)}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("house"))
    yield made
    made.engine.dispose()


CODES = count(1)


@pytest.fixture
def town(house: House) -> Town:
    return Town(house, f"U{next(CODES)}")


STEPS = st.one_of(
    st.integers(0, 5), st.sampled_from(["tone", "note", "lay", "lay", "killed before", "killed after", "raced"])
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEPS, min_size=2, max_size=14), st.sampled_from([6, 40, MAX_PACK_ROWS]))
def test_whenever_they_are_laid_together_they_are_what_landed(house: House, steps: list[Any], most: int) -> None:
    town = Town(house, f"T{next(CODES)}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packs, "MAX_PACK_ROWS", most)
        for step in steps:
            before = [(row.path, row.landed_order, row.run, row.records) for row in town.segments()]
            follow(town, step)
            after = [(row.path, row.landed_order, row.run, row.records) for row in town.segments()]
            assert after[: len(before)] == before
            assert town.landed() == town.given
            assert town.listed_files() <= town.files()
    lay_together(town.ledger, town.lake)
    destroy_condemned(town.ledger, town.lake)
    assert town.landed() == town.given
    house.lake.sweep(town.ledger.listed_paths())
    assert town.listed_files() == town.files()


def follow(town: Town, step: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        match step:
            case int():
                town.land(step)
            case "tone":
                town.land(2, BellsWithTone)
            case "note":
                town.note()
            case "lay":
                lay_together(town.ledger, town.lake)
            case "killed before" | "killed after":
                patch.setattr(packs, "condemn" if step == "killed before" else "destroy_condemned", killed)
                with suppress(KeyboardInterrupt):
                    lay_together(town.ledger, town.lake)
            case "raced":  # another process does it while this one has read what it will lay
                raced(town, patch)


def killed(*_: Any) -> None:
    raise KeyboardInterrupt


def raced(town: Town, patch: pytest.MonkeyPatch) -> None:
    write, is_first = packs.write_pack, True

    def late(*given: Any) -> Any:
        nonlocal is_first
        file = write(*given)
        if is_first:
            is_first = False
            lay_together(town.ledger, town.lake)
        return file

    patch.setattr(packs, "write_pack", late)
    lay_together(town.ledger, town.lake)


def test_a_thousand_landings_of_one_row_leave_few_files_and_write_each_row_few_times(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    write = packs.write_pack

    def counted(lake: Any, laid: Any) -> Any:
        written.append(sum(one.rows.num_rows for one in laid))
        return write(lake, laid)

    monkeypatch.setattr(packs, "write_pack", counted)
    most = 0
    for _ in range(1000):
        town.land(1)
        if not len(town.given) % 50:
            most = max(most, len(town.files()))
    assert most <= EVERY + 10
    assert len(town.files()) <= EVERY + 10
    assert sum(written) <= 1000 * 6
    lay_together(town.ledger, town.lake)
    assert len(town.files()) <= 10
    assert town.landed() == town.given
    written.clear()
    assert (lay_together(town.ledger, town.lake), written) == (0, [])  # nothing new, nothing written
    town.land(1)
    lay_together(town.ledger, town.lake)
    assert sum(written) <= 50  # what it costs follows what is small


def test_what_is_large_is_left_alone(town: Town) -> None:
    town.land(MAX_PACK_ROWS)
    large = town.files()
    for _ in range(3):
        town.land(1)
    town.land(MAX_PACK_ROWS - 1)
    lay_together(town.ledger, town.lake)
    assert len(town.files()) == 3 and large < town.files()
    assert town.landed() == town.given


def test_who_listed_before_follows_to_where_they_lie(town: Town) -> None:
    for rows in (1, 0, 2, 3):
        town.land(rows)
    town.note()
    listed = town.segments()
    lay_together(town.ledger, town.lake)
    town.land(5)
    lay_together(town.ledger, town.lake)
    assert len(town.files()) == 1
    assert town.landed(listed) == town.given[:-1]
    assert town.landed(listed[2:4]) == town.given[2:4]
    for path in town.files():
        town.lake.remove([path])
    with pytest.raises(LakeMissing):  # gone, and nowhere else
        town.landed(listed)


def test_one_process_reads_while_another_lays_together(tmp_path: Path) -> None:
    house = House(tmp_path)
    town = Town(house, "P1")
    for _ in range(40):
        town.land(1)
    other = f"""
from pathlib import Path
from tests.unit.warehouse.test_ledger import Ledger, Lake, open_engine
from warehouse.packs import lay_together
print(lay_together(Ledger(open_engine("sqlite:///{tmp_path}/w.db"), "P1"), Lake(Path("{tmp_path}/lake"))))
"""
    reading, found = pieces(town.ledger, town.lake, town.segments()), []
    for place, piece in enumerate(reading):
        found += [(row.run, None) for row in piece.segments]
        if place == 3:
            done = subprocess.run([sys.executable, "-c", other], cwd=ROOT, capture_output=True, text=True, timeout=120)
            assert (done.stdout, done.stderr) == ("40\n", "")
    assert [run for run, _ in found] == [run for run, _ in town.given]
    assert len(town.files()) == 1
    house.engine.dispose()


def test_what_is_damaged_is_left_as_it_lies_and_landing_goes_on(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "EVERY", 2)
    town.land(1)
    (path,) = town.files()
    place = town.lake.root / path
    whole = place.read_bytes()
    place.write_bytes(whole[:-20] + bytes(20))
    town.land(1)
    assert (len(town.files()), lay_together(town.ledger, town.lake)) == (2, 0)
    with pytest.raises(LakeDamaged):
        town.landed()
    place.write_bytes(whole)
    assert lay_together(town.ledger, town.lake) == 2
    assert town.landed() == town.given


def test_a_segment_written_anew_leaves_the_file_it_shared(town: Town) -> None:
    for rows in (2, 1, 3):
        town.land(rows)
    lay_together(town.ledger, town.lake)
    (shared,), (_, changed, _) = town.files(), town.segments()
    new = pa.table({"door": ["nobody's"], "rings": pa.array([7], pa.int64())})
    write_anew(town.ledger, town.lake, {changed.path: new})
    town.given[1] = (town.given[1][0], new.to_pylist())
    assert town.landed() == town.given
    assert shared not in town.files() and len(town.files()) == 2
    assert town.segments()[1].path != changed.path  # another name: what was made of it is made anew
    town.land(4)
    lay_together(town.ledger, town.lake)
    assert (len(town.files()), town.landed()) == (1, town.given)


def test_a_file_of_rows_that_lay_together_before_is_not_the_one_that_is_to_be_destroyed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for rows in (2, 1):
        town.land(rows)
    lay_together(town.ledger, town.lake)
    town.land(3)
    follow(town, "killed after")  # the file of the first two is condemned, and lies there
    (_, _, third) = town.segments()
    monkeypatch.setattr("warehouse.forgetting.destroy_condemned", lambda *_: 0)
    write_anew(town.ledger, town.lake, {third.path: Page.of(Bells, [{"door": "x", "rings": 1}]).rows})
    town.given[2] = (town.given[2][0], [{"door": "x", "rings": 1}])
    destroy_condemned(town.ledger, town.lake)
    assert town.landed() == town.given


def test_the_dictionary_of_people_has_a_way_of_its_own(tmp_path: Path) -> None:
    house = House(tmp_path)
    for place in range(4):
        house.land(f"Person {place}", run=f"run{place:05}beefbeef")
    people = house.ledger.segments([PEOPLE_STREAM])
    lay_together(house.ledger, house.lake)
    assert house.ledger.segments([PEOPLE_STREAM]) == people
    assert len({row.file for row in house.ledger.segments(["visits"])} - {""}) == 1
    assert house.rows(CondemnedFile) == []
    house.engine.dispose()


def test_who_asks_the_dictionary_follows_it_while_others_land(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.land("Dana", run="run00001beefbeef")
    key = Keys(b"k" * 32, "T").derive("pseudonym")
    asked, never_asked = (people_of(house.ledger, house.lake, key) for _ in range(2))
    assert asked.find("chat_sender", "Dana") == 0
    (before,) = house.ledger.segments([PEOPLE_STREAM])
    house.land("Noa", run="run00002beefbeef")  # takes the file of before in, and destroys it
    assert before.path not in house.ledger.listed_paths() and not house.lake.is_whole(before.path)
    assert len(asked.stored("chat_sender", "Dana")) == 1 and never_asked.find("chat_sender", "Noa") == 1
    (now,) = house.ledger.segments([PEOPLE_STREAM])
    house.lake.remove([now.path])
    with pytest.raises(LakeMissing):
        never_asked.stored("chat_sender", "Noa")
    house.engine.dispose()


@pytest.mark.more
def test_on_postgresql_as_well(postgres: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.unit.warehouse import test_ledger

    address = postgres("packs")
    monkeypatch.setattr(test_ledger, "open_engine", lambda _: open_engine(address))
    house = House(tmp_path)
    town = Town(house, "T1")
    for step in (1, 2, "note", "lay", 1, "killed before", 3, "killed after", 1, 1, "raced", "tone", "lay"):
        follow(town, step)
        assert town.landed() == town.given
    destroy_condemned(town.ledger, town.lake)
    with house.engine.connect() as connection:
        assert len(connection.execute(select(core(SegmentRow).c.path)).all()) == len(town.given)
    house.engine.dispose()
    shutil.rmtree(tmp_path)
