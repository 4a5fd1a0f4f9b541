"""Forgetting people: the dictionary loses their hashes, in one transaction with all that is to be destroyed for them.

Rows hold ordinals, and stay as they are: an ordinal without an entry is nobody's. So no number moves, and nothing is
made again. Files that are to go are listed as condemned in the transaction that unlists them, and destroyed after it;
a process killed in between leaves the list, and whoever comes next finishes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

import pyarrow as pa
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError

from warehouse.condemned import condemn, destroy_condemned
from warehouse.lake import Lake
from warehouse.ledger import Ledger, core, select_rows
from warehouse.ledger_tables import QuarantineRow, SegmentRow
from warehouse.locks import landing
from warehouse.packs import list_pack, write_pack
from warehouse.people import GROUP_ROWS, PEOPLE_SCHEMA, PEOPLE_STREAM, Dictionary, People, mark_of
from warehouse.segments import file_of, pieces, segments_named, unmoved
from warehouse.store import empty_log, transaction

Answer = TypeVar("Answer")
RACES = 5
"""How often it starts again when landings take segments of the dictionary in meanwhile."""


def people_of(ledger: Ledger, lake: Lake, key: bytes) -> People:
    """The people of an authority, to be asked for, also while others land. Raises LakeDamaged or LakeMissing."""
    return People(key, _Followed(ledger, lake))


class _Followed:
    """The stored dictionary, wherever it lies by now: landings and erasures put others in place of its files."""

    def __init__(self, ledger: Ledger, lake: Lake) -> None:
        self._ledger, self._lake = ledger, lake
        self._paths = self._listed()

    def find(self, hashes: pa.Array) -> pa.Table:
        return self._asked(lambda dictionary: dictionary.find(hashes))

    def greatest(self) -> int:
        return self._asked(Dictionary.greatest)

    def _asked(self, ask: Callable[[Dictionary], Answer]) -> Answer:
        while True:
            try:
                return ask(Dictionary(self._lake, self._paths))
            except FileNotFoundError:
                paths = self._listed()
                if paths == self._paths:
                    raise
                self._paths = paths

    def _listed(self) -> list[str]:
        return [row.path for row in self._ledger.segments([PEOPLE_STREAM])]


def forget_people(
    ledger: Ledger, lake: Lake, key: bytes, identifiers: Sequence[tuple[str, str]], originals: Collection[str] = ()
) -> int:
    """Forget who bears these identifiers, (kind, value); gives how many the dictionary knew of them.

    `originals` are sealed files of the lake's vault that go with them. Killed before its transaction it has done
    nothing, after it `destroy_condemned` does the rest. Raises IntegrityError when landings never leave it room.
    """
    for race in range(RACES):
        try:
            hashes = {one for kind, value in identifiers for one in people_of(ledger, lake, key).stored(kind, value)}
            with landing(ledger.engine):
                _forget(ledger, lake, key, hashes, originals)
        except (IntegrityError, FileNotFoundError):
            if race == RACES - 1:
                raise
            continue
        destroy_condemned(ledger, lake)
        empty_log(ledger.engine)
        return len(hashes)
    raise AssertionError("unreachable")


def _forget(ledger: Ledger, lake: Lake, key: bytes, hashes: set[bytes], originals: Collection[str]) -> None:
    table, code = core(SegmentRow), ledger.authority
    written = []
    for row in ledger.segments([PEOPLE_STREAM]) if hashes else []:
        people = lake.read([row.path], PEOPLE_SCHEMA)
        if hashes.isdisjoint(people["person_hash"].to_pylist()):
            continue
        kept = [mark_of(key, one) if one in hashes else one for one in people["person_hash"].to_pylist()]
        marked = people.set_column(0, "person_hash", pa.array(kept, pa.binary(16))).sort_by("person_hash")
        written.append((row, lake.write(f"landing/{code}/{PEOPLE_STREAM}", marked, group_rows=GROUP_ROWS)))
    with transaction(ledger.engine) as tx:
        for row, new in written:
            # A new order: a landing that read the old segment sees that it was overtaken, and starts again.
            order = ledger.next_order(tx, code, PEOPLE_STREAM)
            values = {"path": new.path, "sha256": new.sha256, "landed_order": order}
            changed = tx.execute(update(table).where(table.c.path == row.path).values(**values))
            if changed.rowcount != 1:
                raise IntegrityError("a landing took the segment in", None, ValueError())
        condemn(tx, ledger, [row.path for row, _ in written])
        unseal_never(tx, ledger, originals)


def write_anew(ledger: Ledger, lake: Lake, tables: Mapping[str, pa.Table]) -> None:
    """Write listed segments of streams without partitions anew, path -> its rows. The old files are destroyed.

    Killed before its transaction it has done nothing, after it `destroy_condemned` does the rest. Raises IntegrityError
    when those who lay files together never leave it room.
    """
    for race in range(RACES):
        try:
            with landing(ledger.engine):
                _write_anew(ledger, lake, tables)
        except (IntegrityError, FileNotFoundError):
            if race == RACES - 1:
                raise
            continue
        break
    destroy_condemned(ledger, lake)
    empty_log(ledger.engine)


def _write_anew(ledger: Ledger, lake: Lake, tables: Mapping[str, pa.Table]) -> None:
    table = core(SegmentRow)
    files = {row.file for row in segments_named(ledger, tables)} - {""}
    in_them = select(table).where(table.c.file.in_(sorted(files))).order_by(table.c.stream, table.c.landed_order)
    beside = [row for row in select_rows(ledger.engine, SegmentRow, in_them) if row.path not in tables]
    written = []
    for row in segments_named(ledger, tables):
        folder, _, name = row.path.rpartition("/")
        pending = lake.begin(folder, tables[row.path].schema)
        pending.write(tables[row.path])
        written.append((row, pending.keep(name.removesuffix(".parquet").partition("-")[2])))
    # Whoever lay in a file with them stays in one, which is written anew without them.
    rests = [[piece] for piece in pieces(ledger, lake, beside)]
    packs = [(rest[0].segments, write_pack(lake, rest)) for rest in rests]
    with transaction(ledger.engine) as tx:
        if not unmoved(tx, [*(row for row, _ in written), *beside]):
            raise IntegrityError("somebody laid the segments together", None, ValueError())
        for row, new in written:
            values = {"path": new.path, "sha256": new.sha256, "file": ""}
            tx.execute(update(table).where(table.c.path == row.path).values(**values))
        for segments, file in packs:
            list_pack(tx, segments, file)
        condemn(tx, ledger, {file_of(row) for row, _ in written})


def unseal_never(tx: Connection, ledger: Ledger, paths: Collection[str]) -> None:
    """Condemn sealed originals. What stood for them in the quarantine stays: no month gets whole by it."""
    table = core(QuarantineRow)
    mine = (table.c.authority == ledger.authority) & table.c.sealed_path.in_(list(paths))
    tx.execute(update(table).where(mine).values(sealed_path=""))
    condemn(tx, ledger, paths)
