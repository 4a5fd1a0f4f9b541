"""Landing and the ledger: all or nothing, races between processes, runs left open, what a sweep spares."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from collectors.base import Page, Rejected, Stream
from collectors.columns import FIXED, Column
from collectors.kinds import count, text
from warehouse.accounts import AccountRef, StreamRef
from warehouse.keys import KeyProblem, Keys, load_root_key, new_key_file
from warehouse.lake import Lake
from warehouse.landing import Landing
from warehouse.ledger import Ledger, core, now
from warehouse.ledger_tables import ImportedFile, QuarantineRow, RunRow, SegmentRow, WatermarkRow
from warehouse.migrations import upgrade
from warehouse.people import PEOPLE_STREAM, normal_identity
from warehouse.store import open_engine, transaction, upsert


class Visits(Stream):
    name = "visits"
    columns = (
        Column("who", FIXED, text, "Visitor", key=True, person="chat_sender"),
        Column("count", FIXED, count, "Her visits"),
    )


class House:
    """A ledger, a lake and a landing on a fresh store."""

    def __init__(self, folder: Path) -> None:
        self.engine = open_engine(f"sqlite:///{folder}/w.db")
        upgrade(self.engine)
        self.ledger, self.lake = Ledger(self.engine, "T"), Lake(folder / "lake")
        self.landing = Landing(self.ledger, self.lake, Keys(b"k" * 32, "T"))

    def rows(self, table: Any) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(select(core(table))))

    def land(self, *people: str, run: str = "r1", **more: Any) -> int:
        rows = [{"who": name, "count": 1} for name in people]
        return self.landing.land(run, lambda: [Page.of(Visits, rows)], source="visits", **more)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.engine.dispose()


def test_people_are_ordinals_and_the_same_person_is_one(house: House) -> None:
    house.land("Dana", "~ Dana", "+972 50-000-0001", "050-0000001")
    house.land("dana", run="r2")
    tables = [house.lake.read([row.path]) for row in house.ledger.segments(["visits"])]
    assert [t["who"].to_pylist() for t in tables] == [[0, 0, 1, 1], [0]]
    assert sum(row.records for row in house.ledger.segments([PEOPLE_STREAM])) == 2


def test_a_reader_that_fails_half_way_lands_nothing(house: House) -> None:
    def read() -> Iterator[Page]:
        yield Page.of(Visits, [{"who": "a", "count": 1}])
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        house.landing.land("r1", read, source="visits")
    assert house.rows(SegmentRow) == []
    assert list(house.lake.root.rglob("*.*")) == []


def test_rows_watermark_file_and_quarantine_become_true_together(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = [Rejected("row 2", "bad", {"found": "x"}, b"raw")]
    reached = now()
    more: dict[str, Any] = {
        "rejected": lambda: bad, "file": {"fingerprint": "f", "format": "visits"}, "watermarks": {StreamRef(AccountRef("service", "main"), "visits"): reached},
    }  # fmt: skip
    from warehouse import landing

    def refuse(*_args: Any) -> int:
        raise RuntimeError("killed here")

    with monkeypatch.context() as patch:
        patch.setattr(landing, "upsert", refuse)
        with pytest.raises(RuntimeError):
            house.land("a", **more)
    tables = (SegmentRow, ImportedFile, QuarantineRow, WatermarkRow)
    assert [house.rows(t) for t in tables] == [[], [], [], []]
    assert house.land("a", **more) == 1
    assert [len(house.rows(t)) for t in tables] == [2, 1, 1, 1]
    assert house.rows(WatermarkRow)[0].reached_at == reached


def test_two_processes_never_give_one_ordinal_to_two_people(house: House) -> None:
    """The second landing reads the dictionary, meets the first one's commit, and starts again."""
    calls = []

    def read() -> list[Page]:
        if not calls:
            calls.append("raced")
            house.land("first", run="r0")
        return [Page.of(Visits, [{"who": "second", "count": 1}])]

    house.landing.land("r1", read, source="visits")
    people = house.lake.read([row.path for row in house.ledger.segments([PEOPLE_STREAM])])
    assert sorted(people["person"].to_pylist()) == [0, 1]
    who = [house.lake.read([row.path])["who"].to_pylist() for row in house.ledger.segments(["visits"])]
    assert who == [[0], [1]]


def test_runs_left_open_are_closed_as_killed(house: House) -> None:
    old = {
        "run": "old",
        "authority": "T",
        "kind": "import",
        "status": "running",
        "started_at": now() - timedelta(hours=7),
    }
    with transaction(house.engine) as tx:
        tx.execute(core(RunRow).insert().values(old))
    house.ledger.begin_run("import")
    assert {r.run: r.status for r in house.rows(RunRow)}["old"] == "killed"


def test_a_sweep_spares_what_is_listed(house: House) -> None:
    house.land("a")
    orphan = house.lake.root / "landing" / "T" / "0123456789abcdef0123.parquet"
    orphan.write_bytes(b"x")
    assert house.lake.sweep(house.ledger.listed_paths()) == 1
    assert house.lake.sweep(house.ledger.listed_paths()) == 0
    assert not orphan.exists()
    assert house.land("a", run="r3") == 1


def test_an_equal_row_is_not_written_again(house: House) -> None:
    row = {"authority": "T", "stream": "s", "account": "", "reached_at": now()}
    with transaction(house.engine) as tx:
        assert upsert(tx, WatermarkRow, [row]) == 1
    with transaction(house.engine) as tx:
        assert upsert(tx, WatermarkRow, [row]) == 0


@pytest.mark.parametrize(("version", "journal"), [((3, 40, 1), "delete"), ((3, 51, 2), "delete"), ((3, 51, 3), "wal")])
def test_the_journal_suits_the_library(tmp_path: Path, version: tuple[int, ...], journal: str) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/j.db", sqlite_version=version)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("pragma journal_mode").scalar() == journal
        assert connection.exec_driver_sql("pragma synchronous").scalar() == 2
    engine.dispose()


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        ("chat_sender", "\u202a+972 50-111-2222\u202c", "0501112222"),
        ("chat_sender", "~\u202fדנה", "דנה"),
        ("phone", "00972-50-1112222", "+972501112222"),
        ("email", "A@Example.Invalid", " a@example.invalid "),
        ("chat_sender", "٠٥٠١١١٢٢٢٢", "050-1112222"),
    ],
)
def test_one_identity_one_spelling(kind: str, left: str, right: str) -> None:
    assert normal_identity(kind, left) == normal_identity(kind, right)


def test_names_and_numbers_do_not_meet() -> None:
    assert normal_identity("chat_sender", "דירה 5") != normal_identity("phone", "5")
    assert normal_identity("account", "5") != normal_identity("phone", "5")


def test_keys(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "root.key"
    new_key_file(path)
    assert path.stat().st_mode & 0o777 == 0o600
    keys = Keys(load_root_key("file:keys/root.key", tmp_path), "T")
    assert keys.unseal(keys.seal(b"x")) == b"x"
    assert keys.derive("pseudonym") != keys.derive("vault") != Keys(b"k" * 32, "T").derive("vault")
    with pytest.raises(KeyProblem, match="another key"):
        Keys(b"k" * 32, "T").unseal(keys.seal(b"x"))
    for bad in ("plain-secret", "env:NOT_SET_ANYWHERE", "file:none"):
        with pytest.raises(KeyProblem):
            load_root_key(bad, tmp_path)


def test_a_column_that_is_not_given_has_its_default_and_keeps_what_was_written_later(tmp_path: Path) -> None:
    house = House(tmp_path)
    row = {"authority": "T", "source": "s", "place": "p", "code": "c"}
    row |= {"item": "i", "status": "open", "first_seen_at": now(), "run": "r"}
    for times, code in ((3, "d"), (3, "e")):
        with transaction(house.engine) as tx:
            upsert(tx, QuarantineRow, [row])
            if code == "d":
                assert [(one.attempts, one.sealed_path) for one in tx.execute(select(core(QuarantineRow)))] == [(1, "")]
                tx.execute(core(QuarantineRow).update().values(attempts=times))
            upsert(tx, QuarantineRow, [{**row, "code": code}])
    assert [(one.attempts, one.code) for one in house.rows(QuarantineRow)] == [(3, "e")]
