"""Landed rows of an authority as the staging modules want them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

import pyarrow as pa

from collectors.base import By, Stream
from town.store import TownStore
from town.streams import streams_by_name
from transforms.staging.units import LandedPart
from warehouse.ledger_tables import SegmentRow
from warehouse.parts import list_missing_parts, listed_parts, rows_of
from warehouse.people import landed_schema
from warehouse.segments import pieces, rows_of_orders

LINEAGE = {"segment": pa.string(), "landed_order": pa.int64(), "batch": pa.string()}
"""Columns staging gets beside the stream's own: file, order of landing, and the run that landed it."""


def staging_schema(stream: type[Stream]) -> pa.Schema:
    """A stream's columns after landing, with the lineage columns."""
    schema = landed_schema(stream.schema, stream.personal_fields)
    for name, kind in LINEAGE.items():
        schema = schema.append(pa.field(name, kind))
    return schema


def landed_tables(store: TownStore, streams: Iterable[str]) -> dict[str, pa.Table]:
    """Stream name -> all its landed rows of the authority; an empty table when nothing landed.

    The rows are as they landed, people as ordinals, with the lineage columns. Raises PartError as `streams_by_name`.
    """
    landed: dict[str, list[SegmentRow]] = {name: [] for name in streams}
    for row in store.ledger.segments(list(landed)):
        landed[row.stream].append(row)
    return {
        name: _whole(
            name,
            [
                _with_lineages(one.rows, [(row.path, row.landed_order, row.run) for row in one.segments], one.of)
                for one in pieces(store.ledger, store.lake, segments)
            ],
        )
        for name, segments in landed.items()
    }


class LandedParts:
    """Landed rows of an authority by partition; only those some runs landed, when they are named."""

    def __init__(self, store: TownStore, runs: Collection[str] | None = None) -> None:
        self._ledger, self._lake, self._runs = store.ledger, store.lake, runs

    def parts(self, stream: str) -> list[LandedPart]:
        """The partitions of a stream, in the order they landed.

        Segments that landed before partitions were listed are listed now, once.
        """
        list_missing_parts(self._ledger, self._lake, stream, _partition_of(stream))
        return [
            LandedPart(
                stream, row.path, row.run, row.landed_order, row.part, row.month, row.records, row.first, row.digest,
                row.row_groups, row.file,
            )
            for row in listed_parts(self._ledger, stream, self._runs)
        ]  # fmt: skip

    def rows(self, stream: str, parts: Sequence[LandedPart]) -> pa.Table:
        """The rows of some partitions of a stream, with the columns of lineage."""
        tables = []
        for _, together in groupby(parts, lambda one: (one.file or one.segment, one.key, one.month)):
            group = list(together)
            try:
                tables.append(self._lying_together(stream, group))
            except OSError:
                known = {(one.segment, one.key, one.month): one for one in self.parts(stream)}
                lying = [known.get((one.segment, one.key, one.month), one) for one in group]
                if lying == group:
                    raise
                tables.append(self.rows(stream, lying))  # they were laid together since they were listed
        return _whole(stream, tables)

    def _lying_together(self, stream: str, group: Sequence[LandedPart]) -> pa.Table:
        one = group[0]
        own = rows_of(self._lake, one.file or one.segment, one.row_groups, (one.key, one.month), _partition_of(stream))
        of = pa.repeat(0, own.num_rows)
        if one.file:
            own, of = rows_of_orders(own, [part.landed_order for part in group])
        return _with_lineages(own, [(part.segment, part.landed_order, part.batch) for part in group], of)


def _partition_of(stream: str) -> By:
    by = streams_by_name()[stream].partition
    if by is None:
        raise ValueError(f"stream {stream} declares no partition")
    return by


def with_lineage(rows: pa.Table, segment: str, landed_order: int, batch: str) -> pa.Table:
    """The rows, all of one segment, with the columns of LINEAGE."""
    return _with_lineages(rows, [(segment, landed_order, batch)], pa.repeat(0, rows.num_rows))


def _with_lineages(rows: pa.Table, segments: Sequence[tuple[str, int, str]], of: pa.Array) -> pa.Table:
    """The rows with the columns of LINEAGE; `of` says of which of the segments each is."""
    for (column, kind), values in zip(LINEAGE.items(), zip(*segments, strict=True), strict=True):
        rows = rows.append_column(column, pa.array(values, kind).take(of))
    return rows


def _whole(stream: str, tables: list[pa.Table]) -> pa.Table:
    if not tables:
        return staging_schema(streams_by_name()[stream]).empty_table()
    return pa.concat_tables(tables, promote_options="permissive").unify_dictionaries()
