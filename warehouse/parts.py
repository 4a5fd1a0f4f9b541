"""Partitions of landed segments: which row groups of a file hold the rows of one key and month.

A segment is one file a landing; its row groups belong to one partition each, and the ledger lists them, so
that a month of a chat is read without the rest of it. A segment landed before partitions were listed is
listed when they are first asked for; its row groups may then hold rows of several. So does the one row group of a
file in which several segments lie.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select

from warehouse.digests import RowsDigest
from warehouse.lake import Lake, LakeFile
from warehouse.ledger import Ledger, core, select_rows
from warehouse.ledger_tables import PartRow, SegmentRow
from warehouse.segments import segment_rows, unmoved
from warehouse.store import transaction, upsert

_PARTS, _SEGMENTS = core(PartRow), core(SegmentRow)


class ByLike(Protocol):
    """How a collector's stream declares its partitions."""

    @property
    def key(self) -> str | None: ...
    @property
    def month(self) -> str | None: ...
    @property
    def position(self) -> str | None: ...


NO_TIME = np.iinfo(np.int64).min + 1
"""Stands for an absent time: no row that has one lies in its month."""

Place = tuple[str, str]
"""Key and month (YYYY-MM) of a partition; '' for what the stream does not tell or a row does not hold."""


@dataclass
class _Part:
    """What is known of one partition of a segment."""

    row_groups: list[int] = field(default_factory=list)
    records: int = 0
    first: int | None = None
    digest: RowsDigest = field(default_factory=RowsDigest)


class Parts:
    """The partitions of one segment, gathered row group by row group."""

    def __init__(self, by: ByLike) -> None:
        self._by = by
        self._found: dict[Place, _Part] = {}

    def add(self, place: Place, rows: pa.Table, row_group: int) -> None:
        """Take rows of one partition that lie in a row group."""
        part = self._found.setdefault(place, _Part())
        if row_group not in part.row_groups[-1:]:
            part.row_groups.append(row_group)
        part.records += rows.num_rows
        own = rows.drop_columns([self._by.key]) if self._by.key else rows
        if self._by.position:
            at = own.schema.get_field_index(self._by.position)
            if part.first is None:
                part.first = own.column(at)[0].as_py()
            own = own.set_column(at, self._by.position, pc.subtract(own.column(at), part.first))
        part.digest.add(own)

    def rows(self) -> list[dict[str, object]]:
        """Rows of `ledger_part`, without the segment's own columns."""
        return [
            {
                "part": place[0], "month": place[1], "row_groups": ",".join(map(str, one.row_groups)),
                "records": one.records, "first": one.first, "digest": one.digest.hexdigest(),
            }
            for place, one in sorted(self._found.items())
        ]  # fmt: skip


def split(rows: pa.Table, by: ByLike) -> Iterator[tuple[Place, pa.Table]]:
    """The rows of each partition, in the order they stand in."""
    if not rows.num_rows:
        return
    keys = rows[by.key].combine_chunks().dictionary_encode() if by.key else None
    months = np.zeros(rows.num_rows, np.int64)
    if by.month:
        instants = rows[by.month].cast(pa.timestamp("us", tz=rows[by.month].type.tz)).cast(pa.int64())
        months = (
            np.asarray(pc.fill_null(instants, NO_TIME))
            .astype("datetime64[us]")
            .astype("datetime64[M]")
            .astype(np.int64)
        )
    codes = months * (len(keys.dictionary) + 1 if keys is not None else 1)
    if keys is not None:
        codes = codes + np.asarray(pc.fill_null(keys.indices, len(keys.dictionary)))
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    for number in np.argsort(first):
        at = int(first[number])
        key = rows[by.key][at].as_py() if by.key else None
        known = by.month is not None and rows[by.month][at].is_valid
        month = str(np.datetime64(int(months[at]), "M")) if known else ""
        yield (key or "", month), rows if len(first) == 1 else rows.take(pa.array(np.flatnonzero(inverse == number)))


class PendingSegment:
    """A segment being written: every row group holds rows of one partition only, and they are listed."""

    def __init__(self, lake: Lake, folder: str, schema: pa.Schema, by: ByLike | None) -> None:
        self._file = lake.begin(folder, schema)
        self._by = by
        self._parts = Parts(by) if by else None
        self._row_groups = 0

    def write(self, rows: pa.Table) -> None:
        """Append rows."""
        if self._by is None or self._parts is None:
            self._file.write(rows)
            return
        for place, own in split(rows, self._by):
            self._file.write(own)
            self._parts.add(place, own, self._row_groups)
            self._row_groups += 1

    def keep(self, suffix: str = "") -> tuple[LakeFile, list[dict[str, object]]]:
        """Make the file durable; gives it with what `ledger_part` is to say of it."""
        return self._file.keep(suffix), self._parts.rows() if self._parts else []

    def discard(self) -> None:
        """Forget the file."""
        self._file.discard()


class ListedPart(NamedTuple):
    """A partition of a landed segment: the columns of `PartRow`, and its segment's run, order of landing and `file`."""

    path: str
    part: str
    month: str
    row_groups: str
    records: int
    first: int | None
    digest: str
    run: str
    landed_order: int
    file: str


def listed_parts(ledger: Ledger, stream: str, runs: Collection[str] | None = None) -> list[ListedPart]:
    """Listed partitions of a stream's segments as they landed; without `runs` those of all runs."""
    of_segment = (_SEGMENTS.c.run, _SEGMENTS.c.landed_order, _SEGMENTS.c.file)
    query = select(_PARTS, *of_segment).join(_SEGMENTS, _SEGMENTS.c.path == _PARTS.c.path)
    query = query.where(_SEGMENTS.c.authority == ledger.authority, _SEGMENTS.c.stream == stream)
    if runs is not None:
        query = query.where(_SEGMENTS.c.run.in_(runs))
    query = query.order_by(_SEGMENTS.c.landed_order, _PARTS.c.part, _PARTS.c.month)
    with ledger.engine.connect() as connection:
        return [ListedPart(*row) for row in connection.execute(query)]


def list_missing_parts(ledger: Ledger, lake: Lake, stream: str, by: ByLike) -> None:
    """List the partitions of a stream's segments that landed before there were any; reads all of those."""
    listed = select(_PARTS.c.path).where(_PARTS.c.path == _SEGMENTS.c.path).exists()
    missing = select(_SEGMENTS).where(
        _SEGMENTS.c.authority == ledger.authority, _SEGMENTS.c.stream == stream, _SEGMENTS.c.records > 0, ~listed
    )
    while rows := select_rows(ledger.engine, SegmentRow, missing):
        for row in rows:
            try:
                parts = parts_of(ledger, lake, row, by)
            except OSError:
                with ledger.engine.connect() as connection:
                    if unmoved(connection, [row]):
                        raise
                continue  # it was laid together with others: it is looked at again where it lies now
            with transaction(ledger.engine) as tx:
                if unmoved(tx, [row]):  # otherwise the same
                    upsert(tx, PartRow, [{"path": row.path, **one} for one in parts])


def parts_of(ledger: Ledger, lake: Lake, row: SegmentRow, by: ByLike) -> list[Mapping[str, object]]:
    """Rows of `ledger_part` (but for the path) of a segment whose partitions nobody listed."""
    parts, is_alone = Parts(by), not row.file
    for number, rows in enumerate(lake.row_groups(row.path) if is_alone else [segment_rows(ledger, lake, row)]):
        for place, own in split(rows, by):
            parts.add(place, own, number)
    return [*parts.rows()]


def rows_of(lake: Lake, path: str, row_groups: str, place: Place, by: ByLike) -> pa.Table:
    """The rows of one partition in some row groups of a file."""
    table = lake.read_row_groups(path, [int(one) for one in row_groups.split(",")])
    found = [own for where, own in split(table, by) if where == place]
    return pa.concat_tables(found) if found else table.slice(0, 0)
