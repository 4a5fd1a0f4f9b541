"""What was told of a store's health, so that each beginning and each end is told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from pipeline.upkeep.health import Condition
from town.store import TownStore
from warehouse.ledger import core, now, select_rows
from warehouse.ledger_tables import ConditionRow
from warehouse.store import transaction, upsert


@dataclass(frozen=True)
class Changes:
    """What began, or got worse, and what is over since it was told the last time."""

    begun: Sequence[Condition]
    over: Sequence[tuple[str, str]]  # (about, code)

    def __bool__(self) -> bool:
        return bool(self.begun or self.over)


def changes(store: TownStore, found: Sequence[Condition]) -> Changes:
    """What `found` differs by from what was told."""
    table = core(ConditionRow)
    query = select(table).where(table.c.authority == store.authority.code)
    known = {(row.about, row.code): row.level for row in select_rows(store.engine, ConditionRow, query)}
    levels = {(one.about, one.code): one.level for one in found}
    begun = [one for one in found if known.get((one.about, one.code)) not in (one.level, "fail")]
    return Changes(begun, sorted(known.keys() - levels.keys()))


def note(store: TownStore, found: Sequence[Condition], told: Changes) -> None:
    """Remember what was told, and how bad it is now. Killed between the two it is told again, and never left out."""
    table, code = core(ConditionRow), store.authority.code
    rows = [
        {"authority": code, "about": one.about, "code": one.code, "level": one.level, "noted_at": now()}
        for one in found
    ]
    with transaction(store.engine) as tx:
        upsert(tx, ConditionRow, rows, keep=("noted_at",))
        for about, what in told.over:
            tx.execute(delete(table).where(table.c.authority == code, table.c.about == about, table.c.code == what))
