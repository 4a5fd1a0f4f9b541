"""Files of the lake that are to go: listed in the transaction that unlists them, destroyed after it, then off the list.

A process killed in between leaves the list, and whoever comes next finishes. What is only unlisted is left to the
sweep; this is for what must not be found any more.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, select

from warehouse.lake import Lake
from warehouse.ledger import Ledger, core
from warehouse.ledger_tables import CondemnedFile
from warehouse.store import transaction, upsert


def condemn(tx: Connection, ledger: Ledger, paths: Collection[str]) -> None:
    """List files of the lake that are to be destroyed once this transaction is true."""
    upsert(tx, CondemnedFile, [{"path": path, "authority": ledger.authority} for path in sorted(paths)])


def destroy_condemned(ledger: Ledger, lake: Lake) -> int:
    """Destroy what is listed to be destroyed, also by processes killed before they had; gives how many files."""
    table = core(CondemnedFile)
    mine = table.c.authority == ledger.authority
    with ledger.engine.connect() as connection:
        paths = list(connection.execute(select(table.c.path).where(mine)).scalars())
    if not paths:
        return 0
    lake.remove(paths)
    with transaction(ledger.engine) as tx:
        tx.execute(delete(table).where(mine, table.c.path.in_(paths)))
    return len(paths)
