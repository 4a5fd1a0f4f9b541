"""What was published and is now known to be different: closed months, their differences, restatements.

A snapshot is never edited. What changes after closing is written as a restatement, and becomes a new
revision only when somebody asks for one. Restatements are the history: a cell that went another way, that
is computed no more, that came back to what was published. What differs *now* is always read from the
snapshot and the cells (`warehouse.published`), never from that history.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, func, select, update

from warehouse.ledger import Ledger, core, select_rows
from warehouse.published import PLACE, Difference, is_same
from warehouse.published import differences as differing
from warehouse.store import insert, transaction
from warehouse.tables import IndicatorValue, MonthState, Restatement, Snapshot

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


def differences(ledger: Ledger, month: str, revision: int) -> list[Difference]:
    """Cells of a closed month that are now known to differ from what its `revision` published."""
    with ledger.engine.connect() as connection:
        return differing(connection, ledger.authority, month, revision)


def changed_since(ledger: Ledger) -> dict[str, tuple[int, int]]:
    """Closed month -> (its latest revision, how many of its figures say something else now), of those that changed.

    A figure that only became final says nothing else.
    """
    table = core(MonthState)
    restated = (table.c.authority == ledger.authority) & (table.c.state == "restated")
    found = {}
    with ledger.engine.connect() as connection:
        for month, revision in connection.execute(select(table.c.month, table.c.revision).where(restated)).tuples():
            known = differing(connection, ledger.authority, month, revision)
            found[month] = revision, sum(one.why != "completed" for one in known)
    return found


def note_restatements(ledger: Ledger, sources: Sequence[str], months: Collection[str] | None = None) -> int:
    """Write a restatement for every cell of a closed month that changed, came back or went; gives how many.

    With `months` only of those. A month of which every cell is as it was published, or is only final by now, is closed
    and not restated.
    """
    snapshots = core(Snapshot)
    mine = snapshots.c.authority == ledger.authority
    written = 0
    with transaction(ledger.engine) as tx:
        query = select(snapshots.c.month, func.max(snapshots.c.revision)).where(mine).group_by(snapshots.c.month)
        latest = [(str(month), int(revision)) for month, revision in tx.execute(query)]
        for month, revision in latest:
            if months is not None and month not in months:
                continue
            found = differing(tx, ledger.authority, month, revision)
            new = _news(tx, ledger.authority, month, revision, found)
            written += insert(tx, Restatement, [{**row, "source": " ".join(sources)} for row in new])
            states = core(MonthState)
            here = (states.c.authority == ledger.authority) & (states.c.month == month)
            state = "restated" if any(one.why != "completed" for one in found) else "closed"
            tx.execute(update(states).where(here & (states.c.state != state)).values(state=state, revision=revision))
    return written


def _news(
    tx: Connection, authority: str, month: str, revision: int, found: Sequence[Difference]
) -> list[dict[str, object]]:
    """Rows of `Restatement` for what is not as the history last said it was."""
    table = core(Restatement)
    here = (table.c.authority == authority) & (table.c.month == month) & (table.c.snapshot_revision == revision)
    last = {
        tuple(getattr(row, name) for name in PLACE): row
        for row in tx.execute(select(table).where(here).order_by(table.c.cell_revision))
    }
    fixed = {"authority": authority, "month": month, "snapshot_revision": revision}
    rows: list[dict[str, object]] = []
    for one in found:
        told = last.pop(one.place, None)
        if told is not None and is_same((told.new_value, told.new_status), (one.new_value, one.new_status)):
            continue
        # A cell that went and came again counts from one: the history's own order must not.
        number = max(one.cell_revision, told.cell_revision + 1 if told is not None else 0)
        rows.append(
            {
                **fixed, **dict(zip(PLACE, one.place, strict=True)), "cell_revision": number,
                "old_value": one.old_value, "new_value": one.new_value, "old_status": one.old_status,
                "new_status": one.new_status, "reason": one.why,
            }
        )  # fmt: skip
    for place, told in sorted(last.items()):  # what differed before and does no more
        published = (told.old_value, told.old_status)
        if is_same(published, (told.new_value, told.new_status)):
            continue
        rows.append(
            {
                **fixed, **dict(zip(PLACE, place, strict=True)), "cell_revision": told.cell_revision + 1,
                "old_value": told.old_value, "new_value": told.old_value, "old_status": told.old_status,
                "new_status": told.old_status, "reason": "returned",
            }
        )  # fmt: skip
    return rows
