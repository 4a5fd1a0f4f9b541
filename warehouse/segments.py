"""The rows of landed segments: of a file of the lake, or the few that stand in the ledger's own row.

A pull that brought no record lands all the same what it covered, a row or a few. A file with two syncs for each would
be most of what an idle round costs, so they stand as text in the row that lists the segment. Whoever reads segments
reads them here, and sees no difference.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from sqlalchemy import bindparam, func, select

from warehouse.lake import Lake, LakeFile
from warehouse.ledger import core
from warehouse.ledger_tables import SegmentRow

KINDS: dict[str, pa.DataType] = {
    str(kind): kind
    for kind in (pa.string(), pa.int64(), pa.bool_(), pa.float64(), pa.date32(), pa.timestamp("us", tz="UTC"))
}
"""Kinds of columns whose values are the same after they were a text."""
MAX_ROWS = 64
"""More rows than this go into a file."""
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


def segment_rows(lake: Lake, row: SegmentRow) -> pa.Table:
    """The rows of a listed segment as they landed. Raises LakeDamaged or LakeMissing as the lake does."""
    if not row.rows:
        return lake.read([row.path])
    columns: dict[str, tuple[str, list[str | None]]] = json.loads(row.rows)
    return pa.table({name: pa.array(values, pa.string()).cast(KINDS[kind]) for name, (kind, values) in columns.items()})


def _kinds(schema: pa.Schema) -> list[tuple[str, pa.DataType]]:
    return list(zip(schema.names, schema.types, strict=True))
