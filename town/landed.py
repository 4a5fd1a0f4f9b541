"""Landed rows of an authority as the staging modules want them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import pyarrow as pa

from collectors.base import By, Stream
from town.store import TownStore
from town.streams import streams_by_name
from transforms.staging.units import LandedPart
from warehouse.parts import parts_of, rows_of
from warehouse.people import landed_schema
from warehouse.segments import segment_rows

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
    return {
        name: _whole(
            name,
            [
                with_lineage(segment_rows(store.lake, row), row.path, row.landed_order, row.run)
                for row in store.ledger.segments([name])
            ],
        )
        for name in streams
    }


class LandedParts:
    """Landed rows of an authority by partition; only those some runs landed, when they are named."""

    def __init__(self, store: TownStore, runs: Collection[str] | None = None) -> None:
        self._ledger, self._lake, self._runs = store.ledger, store.lake, runs

    def parts(self, stream: str) -> list[LandedPart]:
        """The partitions of a stream, in the order they landed.

        Segments that landed before partitions were listed are listed now, once.
        """
        for path in self._ledger.without_parts(stream):
            self._ledger.list_parts(path, parts_of(self._lake, path, _partition_of(stream)))
        return [
            LandedPart(
                stream, row.path, row.run, row.landed_order, row.part, row.month, row.records, row.first, row.digest,
                row.row_groups,
            )
            for row in self._ledger.parts(stream, self._runs)
        ]  # fmt: skip

    def rows(self, stream: str, parts: Sequence[LandedPart]) -> pa.Table:
        """The rows of some partitions of a stream, with the columns of lineage."""
        by = _partition_of(stream)
        tables = []
        for one in parts:
            own = rows_of(self._lake, one.segment, one.row_groups, (one.key, one.month), by)
            tables.append(with_lineage(own, one.segment, one.landed_order, one.batch))
        return _whole(stream, tables)


def _partition_of(stream: str) -> By:
    by = streams_by_name()[stream].partition
    if by is None:
        raise ValueError(f"stream {stream} declares no partition")
    return by


def with_lineage(rows: pa.Table, *values: str | int) -> pa.Table:
    """The rows with the columns of LINEAGE, each of one value."""
    for (column, kind), value in zip(LINEAGE.items(), values, strict=True):
        rows = rows.append_column(column, pa.repeat(pa.scalar(value, kind), rows.num_rows))
    return rows


def _whole(stream: str, tables: list[pa.Table]) -> pa.Table:
    if not tables:
        return staging_schema(streams_by_name()[stream]).empty_table()
    return pa.concat_tables(tables, promote_options="permissive").unify_dictionaries()
