"""What staging left out of the facts, counted by reason: kept source by source, always as of the last staging."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import delete, select

from warehouse.gate_tables import SkippedRow
from warehouse.ledger import Ledger, core, select_rows
from warehouse.store import transaction, upsert


def replace_left_out(ledger: Ledger, source: str, rows: Iterable[Mapping[str, object]]) -> None:
    """Make these the only rows of a source; they have the columns of `SkippedRow` but authority and source.

    Written before the facts they belong to are: whoever dies in between stages the source again.
    """
    table = core(SkippedRow)
    with transaction(ledger.engine) as tx:
        tx.execute(delete(table).where(table.c.authority == ledger.authority, table.c.source == source))
        upsert(tx, SkippedRow, [{"authority": ledger.authority, "source": source, **one} for one in rows])


def left_out_rows(ledger: Ledger) -> list[SkippedRow]:
    """What of the authority's landed rows became no fact, by source, stream, fact and month."""
    table = core(SkippedRow)
    query = select(table).where(table.c.authority == ledger.authority).order_by(*table.primary_key.columns)
    return select_rows(ledger.engine, SkippedRow, query)
