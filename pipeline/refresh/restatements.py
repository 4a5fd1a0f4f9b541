"""What was published and is now known to be different: closed months, their differences, restatements.

A snapshot is never edited. What changes after closing is written as a restatement, and becomes a new
revision only when somebody asks for one.
"""

from __future__ import annotations

from sqlalchemy import func, select

from warehouse.ledger import Ledger, core, select_rows
from warehouse.store import transaction, upsert
from warehouse.tables import IndicatorValue, MonthState, Restatement, Snapshot, SnapshotValue

PLACE = ("indicator", "cut", "space", "part")
PUBLISHED = ("value", "status", "quality", "definition_version")


def latest_snapshot(ledger: Ledger, month: str) -> Snapshot | None:
    """The row of the month's latest snapshot, or None."""
    table = core(Snapshot)
    mine = (table.c.authority == ledger.authority) & (table.c.month == month)
    found = select_rows(ledger.engine, Snapshot, select(table).where(mine).order_by(table.c.revision.desc()).limit(1))
    return found[0] if found else None


def closed_months(ledger: Ledger) -> frozenset[str]:
    """Months that were published."""
    table = core(Snapshot)
    with ledger.engine.connect() as connection:
        query = select(table.c.month).where(table.c.authority == ledger.authority).distinct()
        return frozenset(connection.execute(query).scalars())


def month_values(ledger: Ledger, month: str) -> list[IndicatorValue]:
    """Every cell of a month as it is known now, in no order."""
    table = core(IndicatorValue)
    mine = (table.c.authority == ledger.authority) & (table.c.month == month)
    return select_rows(ledger.engine, IndicatorValue, select(table).where(mine))


def differences(ledger: Ledger, month: str, revision: int) -> list[dict[str, object]]:
    """Cells of a closed month that are now known to differ from what its `revision` published.

    Gives rows of `Restatement`, the sources whose facts changed left empty.
    """
    table = core(SnapshotValue)
    mine = (table.c.authority == ledger.authority) & (table.c.month == month)
    kept = select_rows(
        ledger.engine, SnapshotValue, select(table).where(mine & (table.c.snapshot_revision == revision))
    )
    published = {tuple(getattr(row, name) for name in PLACE): row for row in kept}
    known = {tuple(getattr(row, name) for name in PLACE): row for row in month_values(ledger, month)}
    found: list[dict[str, object]] = []
    for place in sorted(set(published) | set(known)):
        old, new = published.get(place), known.get(place)
        old_cell = (old.value, old.status) if old else (None, "missing")
        new_cell = (new.value, new.status) if new else (None, "missing")
        if old_cell == new_cell:
            continue
        redefined = old is not None and new is not None and old.definition_version != new.definition_version
        found.append(
            {
                "authority": ledger.authority, "month": month, "snapshot_revision": revision,
                **dict(zip(PLACE, place, strict=True)), "cell_revision": new.revision if new else 0,
                "old_value": old_cell[0], "new_value": new_cell[0], "old_status": old_cell[1],
                "new_status": new_cell[1], "reason": "definition" if redefined else "facts", "source": "",
            }
        )  # fmt: skip
    return found


def note_restatements(ledger: Ledger, sources: list[str]) -> int:
    """Write a restatement for every cell of a closed month that changed; gives how many were new."""
    snapshots = core(Snapshot)
    mine = snapshots.c.authority == ledger.authority
    with ledger.engine.connect() as connection:
        query = select(snapshots.c.month, func.max(snapshots.c.revision)).where(mine).group_by(snapshots.c.month)
        latest = [(str(month), int(revision)) for month, revision in connection.execute(query)]
    written = 0
    for month, revision in latest:
        named = [{**row, "source": " ".join(sources)} for row in differences(ledger, month, revision)]
        if not named:
            continue
        with transaction(ledger.engine) as tx:
            table = core(Restatement)
            keys = [table.c[name] for name in (*PLACE, "cell_revision")]
            here = (table.c.authority == ledger.authority) & (table.c.month == month)
            stored = set(tx.execute(select(*keys).where(here & (table.c.snapshot_revision == revision))).tuples())
            new = [row for row in named if tuple(row[n] for n in (*PLACE, "cell_revision")) not in stored]
            written += upsert(tx, Restatement, new)
            state = {"authority": ledger.authority, "month": month, "state": "restated", "revision": revision}
            upsert(tx, MonthState, [state])
    return written
