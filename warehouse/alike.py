"""Which landings hold something in common, asked of the ledger alone."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from warehouse.ledger import Ledger, core
from warehouse.ledger_tables import PartRow, SegmentRow

_PARTS, _SEGMENTS = core(PartRow), core(SegmentRow)


def runs_like(ledger: Ledger, run: str, streams: Collection[str]) -> set[str]:
    """The runs that landed, in these streams, partitions of a key or of rows that a run landed; itself too."""
    listed = select(_PARTS.c.part, _PARTS.c.digest, _SEGMENTS.c.run).join(_SEGMENTS, _SEGMENTS.c.path == _PARTS.c.path)
    listed = listed.where(_SEGMENTS.c.authority == ledger.authority, _SEGMENTS.c.stream.in_(streams))
    with ledger.engine.connect() as connection:
        own = connection.execute(listed.where(_SEGMENTS.c.run == run)).all()
        keys, digests = {row.part for row in own} - {""}, {row.digest for row in own}
        alike = listed.where(_PARTS.c.part.in_(keys) | _PARTS.c.digest.in_(digests))
        return {run, *(row.run for row in connection.execute(alike))}
