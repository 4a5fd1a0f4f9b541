"""Bits flip, files are cut and vanish, anywhere in what is stored: each is refused by name or harms nothing.

No row, original or webhook may come out other than it was written, or not at all.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.land.files import import_file
from pipeline.refresh.refresh import refresh
from pipeline.upkeep.verify import verify
from receiver.events import open_inbox
from tests.e2e import hostile
from town.config import Config
from town.faults import FaultKind, describe
from town.store import TownStore
from warehouse.identity import recognise
from warehouse.inbox import START, Entry
from warehouse.inbox_writer import InboxWriter
from warehouse.lake import Lake
from warehouse.migrations import upgrade
from warehouse.proof import LakeDamaged
from warehouse.row_sums import refuse_damaged
from warehouse.store import LEDGER_TABLES, WAREHOUSE_TABLES, canonical_dump, open_engine

ALL = (*WAREHOUSE_TABLES, *LEDGER_TABLES)
REFUSED, HARMLESS, WRONG = "refused", "harmless", "wrong"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TownStore]:
    made = hostile.town(tmp_path / "town")
    for name in ("Garden", "Street"):
        path = tmp_path / f"WhatsApp Chat with {name}.txt"
        path.write_text(hostile.chat(), encoding="utf-8")
        import_file(made, path)
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04" + bytes(range(256)))
    import_file(made, tmp_path / "bad.xlsx")
    refresh(made)
    writer = InboxWriter(open_inbox(made.config))
    for batch in range(4):
        writer.append(
            [Entry("meta", ("facebook.town",), 1_790_000_000_000 + n, b"body %d %d" % (batch, n)) for n in range(5)]
        )
        if batch % 2:
            writer._close()  # the next begins a segment
    writer.close()
    yield made
    made.engine.dispose()


class Damage:
    """What is stored, how it is read, and what came of each way to break it."""

    def __init__(self, store: TownStore, seed: int) -> None:
        self.store, self.chance, self.came = store, random.Random(seed), Counter[tuple[str, str]]()
        base, root = store.config.base, store.lake.root
        listed = sorted(store.ledger.listed_paths())
        self.places: dict[str, list[Path]] = {
            "lake": [root / one for one in listed if not one.startswith("vault/")],
            "vault": [root / one for one in listed if one.startswith("vault/")],
            "inbox": [one for one in (*base.glob("inbox/*"), *base.glob("keys/inbox/*")) if one.name != "lock"],
            "database": [base / "copy.db"],
        }
        with store.engine.connect() as connection:  # one file with all in it
            connection.exec_driver_sql("commit")
            connection.exec_driver_sql(f"vacuum into '{base / 'copy.db'}'")
        self.reads: dict[str, Callable[[Path], object]] = {
            "lake": self._lake,
            "vault": self._vault,
            "inbox": self._inbox,
            "database": self._database,
        }
        self.right = {path: self.reads[kind](path) for kind, paths in self.places.items() for path in paths}

    def _lake(self, path: Path) -> object:
        return Lake(self.store.lake.root).read([path.relative_to(self.store.lake.root).as_posix()]).to_pydict()

    def _vault(self, path: Path) -> object:
        return self.store.unsealed(path.relative_to(self.store.lake.root).as_posix())

    def _inbox(self, _path: Path) -> object:
        return [one._replace(position=START) for one in open_inbox(self.store.config).read()]

    def _database(self, path: Path) -> object:
        engine = open_engine(f"sqlite:///{path}")
        try:
            upgrade(engine)
            recognise(engine, self.store.lake, self.store.keys)
            refuse_damaged(engine)  # as whoever publishes does
            return list(canonical_dump(engine, ALL))
        finally:
            engine.dispose()

    def once(self) -> None:
        kind = self.chance.choice(list(self.places))
        path = self.chance.choice(self.places[kind])
        whole, right = path.read_bytes(), self.right[path]
        how = self.chance.choice(["flip"] * 8 + ["cut", "delete"])
        if how == "delete":
            path.unlink()
        elif how == "cut":
            path.write_bytes(whole[: self.chance.randrange(len(whole))])
        else:
            broken = bytearray(whole)
            bit = self.chance.randrange(len(whole) * 8)
            broken[bit // 8] ^= 1 << bit % 8
            path.write_bytes(bytes(broken))
        try:
            found = self.reads[kind](path)
            came = HARMLESS if found == right else WRONG
        except AssertionError:
            came = WRONG
        except Exception as problem:  # noqa: BLE001 (whatever it is has to be in our own words)
            asked = {"authority": [{"code": "T1"}], "store": {"warehouse": f"sqlite:///{path}"}}
            said = describe(problem, Config.model_validate(asked) if kind == "database" else None)
            came = REFUSED if said.kind in (FaultKind.DATA, FaultKind.USAGE) else f"crash {problem!r}"
            if isinstance(problem, LakeDamaged) and problem.path not in said.sentence:
                came = "unnamed"
        self.came[kind, f"{how} {came}" if came == WRONG else came] += 1
        for left in path.parent.glob(f"{path.name}-*"):
            left.unlink()
        path.write_bytes(whole)


@pytest.mark.parametrize(
    "times", [pytest.param(60, marks=pytest.mark.more), pytest.param(1_000, marks=pytest.mark.long)]
)
def test_damage_is_refused_by_name_or_harmless(store: TownStore, times: int) -> None:
    damage = Damage(store, times)
    for _ in range(times):
        damage.once()
    print(dict(sorted(damage.came.items())))
    assert not {one: count for one, count in damage.came.items() if one[1] not in (REFUSED, HARMLESS)}
    assert verify(store).damaged == []
