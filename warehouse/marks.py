"""Watermarks: how far streams were read, moved in the transaction that lands what was read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from warehouse.accounts import StreamRef
from warehouse.ledger import core, now
from warehouse.ledger_tables import WatermarkRow
from warehouse.store import upsert

_MARKS = core(WatermarkRow)
_REACHED = (
    select(_MARKS)
    .where(
        _MARKS.c.authority == bindparam("of"),
        _MARKS.c.account.in_(bindparam("accounts", expanding=True)),
        _MARKS.c.stream.in_(bindparam("streams", expanding=True)),
    )
    .order_by(*_MARKS.primary_key.columns)
    .with_for_update()
)


def advance(tx: Connection, code: str, marks: Mapping[StreamRef, datetime]) -> None:
    """Move watermarks on, never back: another worker may have read further. One in the future is a wrong clock's."""
    if not marks:
        return
    asked = {
        "of": code, "accounts": sorted({str(ref.account) for ref in marks}),
        "streams": sorted({ref.stream for ref in marks}),
    }  # fmt: skip
    known = {(row.stream, row.account): row.reached_at for row in tx.execute(_REACHED, asked)}
    at = now()
    moved = []
    for ref, reached in sorted(marks.items()):
        before = known.get((ref.stream, str(ref.account)))
        if before is None or before < reached or before > at:
            moved.append({"authority": code, "stream": ref.stream, "account": str(ref.account), "reached_at": reached})
    upsert(tx, WatermarkRow, moved)
