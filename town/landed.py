"""Landed rows of an authority as the staging modules want them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pyarrow as pa

from collectors.base import Stream, file_formats
from collectors.service import sources
from town.store import TownStore
from warehouse.people import landed_schema

LINEAGE = {"segment": pa.string(), "landed_order": pa.int64(), "batch": pa.string()}
"""Columns staging gets beside the stream's own: file, order of landing, and the run that landed it."""


@cache
def streams_by_name() -> dict[str, type[Stream]]:
    """Every declared stream by its name."""
    declared: list[type[Stream]] = [stream for one in file_formats() for stream in one.streams]
    declared += [stream for one in sources().values() for stream in (*one.streams, *one.side_streams)]
    return {stream.name: stream for stream in declared}


def staging_schema(stream: type[Stream]) -> pa.Schema:
    """A stream's columns after landing, with the lineage columns."""
    schema = landed_schema(stream.schema, stream.personal_fields)
    for name, kind in LINEAGE.items():
        schema = schema.append(pa.field(name, kind))
    return schema


def landed_tables(store: TownStore, streams: Iterable[str]) -> dict[str, pa.Table]:
    """Stream name -> all its landed rows of the authority; an empty table when nothing landed."""
    found: dict[str, pa.Table] = {}
    for name in streams:
        schema = staging_schema(streams_by_name()[name])
        parts = []
        for row in store.ledger.segments([name]):
            table = store.lake.read([row.path])
            count = table.num_rows
            for column, value in zip(LINEAGE, (row.path, row.landed_order, row.run), strict=True):
                table = table.append_column(column, pa.repeat(pa.scalar(value, LINEAGE[column]), count))
            parts.append(table)
        whole = pa.concat_tables(parts, promote_options="permissive") if parts else schema.empty_table()
        found[name] = whole.unify_dictionaries()
    return found
