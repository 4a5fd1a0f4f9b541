"""How many rows of facts are stored."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from warehouse.ledger import Ledger, core
from warehouse.ledger_tables import FactPartition


def stored_rows(ledger: Ledger, facts: Collection[str]) -> dict[tuple[str, str], int]:
    """(fact, month) -> the rows stored of these facts, of all sources."""
    table = core(FactPartition)
    query = (
        select(table.c.fact, table.c.month, func.sum(table.c.records).label("records"))
        .where(table.c.authority == ledger.authority, table.c.fact.in_(sorted(facts)))
        .group_by(table.c.fact, table.c.month)
    )
    with ledger.engine.connect() as connection:
        return {(row.fact, row.month): int(row.records) for row in connection.execute(query)}
