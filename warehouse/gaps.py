"""Gaps as the ledger keeps them: when an account was not heard, by what it is known, and whether it healed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NotRequired, TypedDict

from sqlalchemy import select, update

from warehouse.ledger import Ledger, core, now, select_rows
from warehouse.ledger_tables import GapRow
from warehouse.store import transaction, upsert

RECEIVER_DOWN, SILENT, FEWER = "receiver_down", "silent", "fewer_than_counted"


def gaps(ledger: Ledger, *, is_healed: bool = False) -> list[GapRow]:
    """The open gaps of an authority, or with `is_healed` those that healed, the oldest first; instants in UTC."""
    table = core(GapRow)
    healed = table.c.healed_at.is_not(None) if is_healed else table.c.healed_at.is_(None)
    query = select(table).where(table.c.authority == ledger.authority, healed)
    return select_rows(ledger.engine, GapRow, query.order_by(table.c.since, table.c.account, table.c.kind))


class FoundGap(TypedDict):
    """A gap as it was found; instants in UTC."""

    account: str
    kind: str
    since: datetime
    until: datetime | None  # None while it lasts
    expected: NotRequired[int | None]
    heard: NotRequired[int | None]


def note(ledger: Ledger, found: Collection[FoundGap]) -> list[tuple[str, str, datetime]]:
    """Write gaps; gives (account, kind, since in UTC) of those not known before.

    One that was known keeps when it was noted, and is open again.
    """
    rows = [
        {"authority": ledger.authority, "expected": None, "heard": None, "noted_at": now(), "healed_at": None, **one}
        for one in found
    ]
    table = core(GapRow)
    with transaction(ledger.engine) as tx:
        mine = table.c.authority == ledger.authority
        known = {(r.account, r.kind, r.since) for r in tx.execute(select(table).where(mine))}
        upsert(tx, GapRow, rows, keep=("noted_at",))
    return [key for one in found if (key := (one["account"], one["kind"], one["since"])) not in known]


def heal(ledger: Ledger, healed: Collection[GapRow]) -> None:
    """Close these rows of `gaps`: what was missing has come, or there was nothing to come."""
    table = core(GapRow)
    with transaction(ledger.engine) as tx:
        for row in healed:
            mine = (table.c.authority == ledger.authority) & (table.c.account == row.account)
            mine &= (table.c.kind == row.kind) & (table.c.since == row.since)
            tx.execute(update(table).where(mine).values(healed_at=now()))
