"""The rows of landed segments: in a file of their own, in one with others, or in the ledger's own row.

A pull that brought no record lands all the same what it covered, a row or a few. A file with two syncs for each would
be most of what an idle round costs, so they stand as text in the row that lists the segment. Small neighbours are laid
together into one file later (`warehouse.packs`), where a column tells them apart. Name, order and run of a segment stay
what they were: whoever reads segments reads them here, and sees no difference. Who has a listing of before follows the
names to where they lie by now.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, bindparam, func, select

from warehouse.lake import Lake, LakeFile
from warehouse.ledger import SEGMENT_FILE, Ledger, core, select_rows
from warehouse.ledger_tables import SegmentRow

KINDS: dict[str, pa.DataType] = {
    str(kind): kind
    for kind in (pa.string(), pa.int64(), pa.bool_(), pa.float64(), pa.date32(), pa.timestamp("us", tz="UTC"))
}
"""Kinds of columns whose values are the same after they were a text."""
MAX_ROWS = 64
"""More rows than this go into a file."""
ORDER = "landed_order"
"""In a file of several segments the column that says of which a row is."""
_SEGMENTS = core(SegmentRow)
NEW_SEGMENT = _SEGMENTS.insert().values(
    landed_order=select(func.coalesce(func.max(_SEGMENTS.c.landed_order), 0) + 1)
    .where(_SEGMENTS.c.authority == bindparam("of"), _SEGMENTS.c.stream == bindparam("in_stream"))
    .scalar_subquery()
)
"""What `segment_row` gives becomes the last segment of its stream; a race is refused by the unique constraint."""


@dataclass(frozen=True)
class LedgerRows(LakeFile):
    """A segment without a file: `rows` is what it holds, `path` a name for it under which the lake has nothing."""

    rows: str = ""


def may_stand_in_ledger(stream: Any, rows: int) -> bool:
    """Whether so many rows of a stream say only what was covered, and of nobody, in columns a text can keep."""
    return (
        tuple(getattr(stream, "facts", ())) == ("coverage",)
        and not stream.personal_fields
        and stream.partition is None
        and rows <= MAX_ROWS
        and all(str(kind) in KINDS for kind in stream.schema.types)
    )


def in_ledger(authority: str, stream: str, run: str, rows: pa.Table) -> LedgerRows:
    """Rows of a stream as a segment that stands in the ledger."""
    columns = {name: [str(kind), rows[name].cast(pa.string()).to_pylist()] for name, kind in _kinds(rows.schema)}
    text = json.dumps(columns)
    return LedgerRows(f"ledger/{authority}/{stream}/{run}", digest_of(text), rows.num_rows, text)


def segment_row(authority: str, stream: str, run: str, landed: LakeFile) -> dict[str, object]:
    """What `NEW_SEGMENT` wants of a segment."""
    return {
        "path": landed.path, "authority": authority, "stream": stream, "records": landed.records,
        "sha256": landed.sha256, "run": run, "rows": landed.rows if isinstance(landed, LedgerRows) else "",
        "of": authority, "in_stream": stream,
    }  # fmt: skip


def digest_of(text: str) -> str:
    """The digest the ledger keeps of rows that stand in it."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Piece:
    """Rows of neighbours of one stream that lie together; `of` has for each row the place of its segment in `segments`.

    The rows are in the order they landed.
    """

    segments: Sequence[SegmentRow]
    rows: pa.Table
    of: pa.Array


def pieces(ledger: Ledger, lake: Lake, segments: Sequence[SegmentRow]) -> Iterator[Piece]:
    """The rows of listed segments as they landed, file by file. Raises LakeDamaged or LakeMissing as the lake does."""
    for _, together in groupby(segments, lambda row: row.file or row.path):
        group = list(together)
        try:
            piece = _piece(lake, group)
        except OSError:
            lying = segments_named(ledger, [row.path for row in group])
            if [*map(file_of, lying)] == [*map(file_of, group)] or len(lying) != len(group):
                raise
            yield from pieces(ledger, lake, lying)  # they were laid together since they were listed
        else:
            yield piece


def one_by_one(ledger: Ledger, lake: Lake, segments: Sequence[SegmentRow]) -> Iterator[tuple[SegmentRow, pa.Table]]:
    """(segment, its rows as they landed) of each of the listed segments. Raises as `pieces`."""
    for piece in pieces(ledger, lake, segments):
        ends = np.searchsorted(np.asarray(piece.of), np.arange(len(piece.segments) + 1))
        for row, begin, end in zip(piece.segments, ends, ends[1:], strict=False):
            yield row, piece.rows.slice(begin, end - begin)


def segment_rows(ledger: Ledger, lake: Lake, row: SegmentRow) -> pa.Table:
    """The rows of one listed segment as they landed. Raises as `pieces`."""
    return next(pieces(ledger, lake, [row])).rows


def file_of(row: SegmentRow) -> str:
    """The file of the lake a listed segment lies in; '' where it stands in the ledger."""
    return "" if row.rows else row.file or row.path


def segments_named(ledger: Ledger, paths: Collection[str]) -> list[SegmentRow]:
    """Segments of one stream by their names, as they lie now, in the order they landed."""
    query = select(_SEGMENTS).where(_SEGMENTS.c.path.in_(list(paths)))
    return select_rows(ledger.engine, SegmentRow, query.order_by(_SEGMENTS.c.landed_order))


def unmoved(tx: Connection, segments: Collection[SegmentRow]) -> bool:
    """Whether segments lie where they were listed to lie; nobody moves them until this transaction ends."""
    query = select(_SEGMENTS.c.path, SEGMENT_FILE).where(_SEGMENTS.c.path.in_([row.path for row in segments]))
    found = tx.execute(query.order_by(_SEGMENTS.c.path).with_for_update()).tuples()
    return dict(found.all()) == {row.path: file_of(row) for row in segments}


def rows_of_orders(rows: pa.Table, orders: Sequence[int]) -> tuple[pa.Table, pa.Array]:
    """(rows of those of these orders, in that order; of which each is), of a file of several segments."""
    of = pc.index_in(rows[ORDER], value_set=pa.array(orders, pa.int64())).combine_chunks()
    rows = rows.drop_columns([ORDER])
    if of.null_count:
        rows, of = rows.filter(of.is_valid()), of.drop_null()
    places = np.asarray(of)
    if (places[1:] < places[:-1]).any():
        sorted_ = pa.array(np.argsort(places, kind="stable"))
        rows, of = rows.take(sorted_), of.take(sorted_)
    return rows, of


def _piece(lake: Lake, group: Sequence[SegmentRow]) -> Piece:
    first = group[0]
    if first.file:
        return Piece(group, *rows_of_orders(lake.read([first.file]), [row.landed_order for row in group]))
    rows = lake.read([first.path]) if not first.rows else _of_text(first.rows)
    return Piece(group, rows, pa.repeat(pa.scalar(0, pa.int32()), rows.num_rows))


def _of_text(text: str) -> pa.Table:
    columns: dict[str, tuple[str, list[str | None]]] = json.loads(text)
    return pa.table({name: pa.array(values, pa.string()).cast(KINDS[kind]) for name, (kind, values) in columns.items()})


def _kinds(schema: pa.Schema) -> list[tuple[str, pa.DataType]]:
    return list(zip(schema.names, schema.types, strict=True))
