"""What staff write of indicators: note, next action, day to look again, target; kept as typed."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
from sqlalchemy import Connection, delete, select

from town.store import TownStore
from transforms.staging.staff_follow_up import follow_ups
from warehouse.ledger import core
from warehouse.store import transaction, upsert
from warehouse.verdict_tables import FollowUp


def refresh_follow_ups(store: TownStore, landed: Mapping[str, pa.Table]) -> None:
    """Bring the table up to date with the workbooks; rows that did not change are not written."""
    code, table = store.authority.code, core(FollowUp)
    rows = [{"authority": code, **row} for row in follow_ups(landed) if row["indicator"] in store.catalogue]
    present = {(row["indicator"], row["month"]) for row in rows}
    with transaction(store.engine) as tx:
        query = select(table.c.indicator, table.c.month).where(table.c.authority == code)
        for indicator, month in {(row.indicator, row.month) for row in tx.execute(query)} - present:
            at = (table.c.authority == code) & (table.c.indicator == indicator) & (table.c.month == month)
            tx.execute(delete(table).where(at))
        upsert(tx, FollowUp, rows)


def staff_targets(tx: Connection, code: str) -> dict[str, float]:
    """Indicator -> the latest target staff set it, in its unit."""
    table = core(FollowUp)
    query = select(table.c.indicator, table.c.target).where(table.c.authority == code, table.c.target.is_not(None))
    return {row.indicator: row.target for row in tx.execute(query.order_by(table.c.month))}
