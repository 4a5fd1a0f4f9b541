"""Small neighbours among the landed segments of a stream, laid together into one file.

A webhook's event lands a segment of one row, and a file each would be most of what reading costs. Only where the rows
lie changes: the ledger says so of all of them in one transaction, the files of before are condemned in it and destroyed
after it. Killed before it, a file nobody lists is left to the sweep. Who has a listing of before finds the old files
gone and follows the segments' names (`warehouse.segments`).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import pyarrow as pa
from sqlalchemy import Connection, func, select, update

from warehouse.condemned import condemn, destroy_condemned
from warehouse.identity import say_landings
from warehouse.identity_tables import count_landing
from warehouse.lake import Lake, LakeFile
from warehouse.ledger import Ledger, core, select_rows
from warehouse.ledger_tables import PartRow, SegmentRow
from warehouse.locks import landing
from warehouse.people import PEOPLE_STREAM, absorbed
from warehouse.proof import LakeDamaged
from warehouse.segments import ORDER, Piece, file_of, pieces, unmoved
from warehouse.store import transaction

MAX_PACK_ROWS = 8192
"""More rows than this are not laid together: the file is one row group, which is read for one month of it, too."""
EVERY = 64
"""After so many landings of a stream its small files are looked at; others wait for the night."""
_SEGMENTS, _PARTS = core(SegmentRow), core(PartRow)


@dataclass(frozen=True)
class _Lot:
    """Neighbours that are to lie together: from one order of landing to another, in these places."""

    stream: str
    first: int
    last: int
    places: frozenset[str]


def lay_together(ledger: Ledger, lake: Lake, streams: Collection[str] | None = None) -> int:
    """Lay small neighbours together; gives how many files, and segments in the ledger, now lie with others.

    Without `streams` it looks at all of them.

    What is damaged is left as it lies: whoever needs it says so. Raises OSError.
    """
    gone = 0
    for lot in _lots(ledger, streams):
        try:
            gone += _lay(ledger, lake, lot)
        except LakeDamaged:
            continue
    return gone


def write_pack(lake: Lake, laid: Sequence[Piece]) -> LakeFile:
    """Write pieces of one stream and shape, in the order they landed, as one file that no ledger lists yet."""
    (folder,) = {f"landing/{row.authority}/{row.stream}" for piece in laid for row in piece.segments}
    schema, tables = laid[0].rows.schema, []
    for piece in laid:
        orders = pa.array([row.landed_order for row in piece.segments], pa.int64()).take(piece.of)
        tables.append(pa.Table.from_arrays(piece.rows.columns, schema=schema).append_column(ORDER, orders))
    whole = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    pending = lake.begin(folder, whole.schema)
    pending.write(whole)
    # A name is never given twice: equal rows may have lain in a file that is still to be destroyed.
    return pending.keep(secrets.token_hex(4))


def list_pack(tx: Connection, segments: Collection[SegmentRow], file: LakeFile) -> None:
    """Say of segments that they lie in this file, with others or what was others."""
    paths = [row.path for row in segments]
    lies = {"file": file.path, "sha256": file.sha256, "rows": ""}
    tx.execute(update(_SEGMENTS).where(_SEGMENTS.c.path.in_(paths)).values(**lies))
    tx.execute(update(_PARTS).where(_PARTS.c.path.in_(paths)).values(row_groups="0"))


def _lots(ledger: Ledger, streams: Collection[str] | None) -> Iterator[_Lot]:
    """What is to lie together, by the rule the dictionary of people grows by."""
    place = func.coalesce(func.nullif(_SEGMENTS.c.file, ""), _SEGMENTS.c.path).label("place")
    first, last = (one(_SEGMENTS.c.landed_order) for one in (func.min, func.max))
    query = select(_SEGMENTS.c.stream, place, first.label("first"), last.label("last"), func.sum(_SEGMENTS.c.records))
    query = query.where(_SEGMENTS.c.authority == ledger.authority, _SEGMENTS.c.stream != PEOPLE_STREAM)
    if streams is not None:
        query = query.where(_SEGMENTS.c.stream.in_(list(streams)))
    query = query.group_by(_SEGMENTS.c.stream, place).order_by(_SEGMENTS.c.stream, first)
    with ledger.engine.connect() as connection:
        found = connection.execute(query).all()
    for stream, own in groupby(found, lambda row: row.stream):
        lying = list(own)
        sizes = [max(int(row[4]), 1) for row in lying]
        end = len(lying)
        while end:
            before = (sizes[number] for number in range(end - 2, -1, -1))
            begin = end - 1 - absorbed(sizes[end - 1], before, MAX_PACK_ROWS)
            if end - begin > 1:
                lot = lying[begin:end]
                places = frozenset(row.place for row in lot)
                yield _Lot(stream, lot[0].first, max(row.last for row in lot), places)
            end = begin


def _lay(ledger: Ledger, lake: Lake, lot: _Lot) -> int:
    within = _SEGMENTS.c.landed_order.between(lot.first, lot.last)
    query = select(_SEGMENTS).where(_SEGMENTS.c.authority == ledger.authority, _SEGMENTS.c.stream == lot.stream, within)
    gone = 0
    with landing(ledger.engine):
        rows = select_rows(ledger.engine, SegmentRow, query.order_by(_SEGMENTS.c.landed_order))
        own = [row for row in rows if (row.file or row.path) in lot.places]
        for _, alike in groupby(pieces(ledger, lake, own), lambda one: _shape(one.rows)):
            gone += _move(ledger, lake, list(alike))
        if gone:
            say_landings(ledger.engine, lake)
    if gone:
        destroy_condemned(ledger, lake)
    return gone


def _move(ledger: Ledger, lake: Lake, laid: Sequence[Piece]) -> int:
    segments = [row for piece in laid for row in piece.segments]
    places = {row.file or row.path for row in segments}
    if len(places) < 2:
        return 0
    file = write_pack(lake, laid)
    with transaction(ledger.engine) as tx:
        if is_mine := unmoved(tx, segments) and _are_whole(tx, segments):
            list_pack(tx, segments, file)
            condemn(tx, ledger, {file_of(row) for row in segments} - {""})
            count_landing(tx)  # a database of before must not be taken for this lake's
    if not is_mine:  # somebody else was at it
        lake.remove([file.path])
        return 0
    return len(places)


def _are_whole(tx: Connection, segments: Collection[SegmentRow]) -> bool:
    """Whether in the files these lie in no other lies: it would go with its file, and its rows with it.

    One does where somebody else laid others together with some of these meanwhile, or where one of other columns that
    was written anew lay between them.
    """
    beside = select(_SEGMENTS.c.path).where(_SEGMENTS.c.file.in_({row.file for row in segments} - {""}))
    return {row.path for row in segments}.issuperset(tx.execute(beside).scalars())


def _shape(rows: pa.Table) -> list[tuple[str, pa.DataType]]:
    return list(zip(rows.schema.names, rows.schema.types, strict=True))
