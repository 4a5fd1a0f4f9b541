"""Events of webhooks as the ledger keeps them: how far the inbox is drained, what was seen, what waits, what is wished.

Everything that writes takes the transaction of the landing it belongs to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, delete, select, update

from warehouse.accounts import AccountRef
from warehouse.inbox import START, Position
from warehouse.ledger import Ledger, core, select_rows
from warehouse.ledger_tables import EventRow, InboxRow, ScheduledPull
from warehouse.store import transaction, upsert

MAIN = "main"
"""The inbox of an installation, before each receiver's had a position of its own; and one that has no identity yet."""


class MovedElsewhere(Exception):
    """Another drainer moved the position in between; what it drained is read as seen."""


# Statements of every batch, put together once: that costs several times what running them does.
_EVENTS, _INBOX = core(EventRow), core(InboxRow)
_KNOWN = select(_EVENTS.c.account, _EVENTS.c.event).where(
    _EVENTS.c.authority == bindparam("of"), _EVENTS.c.event.in_(bindparam("events", expanding=True))
)
_NEW = _EVENTS.insert()
_POSITIONS = select(_INBOX.c.inbox, _INBOX.c.position).where(_INBOX.c.inbox.in_([bindparam("mine"), MAIN]))
_MOVE = (
    update(_INBOX)
    .where(_INBOX.c.inbox == bindparam("mine"), _INBOX.c.position == bindparam("from_here"))
    .values(position=bindparam("to"))
)


def position(engine: Engine, inbox: str) -> Position:
    """Everything before this place of an inbox is drained; `inbox` is its identity. Each receiver has one."""
    with engine.connect() as connection:
        found = {row.inbox: Position.of(row.position) for row in connection.execute(_POSITIONS, {"mine": inbox})}
    before = found.get(MAIN, START)
    return found.get(inbox) or (before if before.inbox in ("", inbox) else START)


def move(tx: Connection, before: Position, after: Position) -> None:
    """Move the position of the inbox `after` is a place in. Raises MovedElsewhere when it is not where it was read."""
    mine = after.inbox or MAIN
    if tx.execute(_MOVE, {"mine": mine, "from_here": str(before), "to": str(after)}).rowcount == 1:
        return
    first = {"inbox": mine, "position": str(after)}
    if not upsert(tx, InboxRow, [first], keep=("position",)):
        raise MovedElsewhere


def seen(ledger: Ledger, events: Collection[str]) -> set[tuple[str, str]]:
    """Of these events those that were seen before: (account, event)."""
    if not events:
        return set()
    with ledger.engine.connect() as connection:
        rows = connection.execute(_KNOWN, {"of": ledger.authority, "events": list(events)})
        return {(row.account, row.event) for row in rows}


def note_seen(tx: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Write events as seen. Raises IntegrityError when another process did in between."""
    if rows:
        tx.execute(_NEW, list(rows))


def update_event(tx: Connection, authority: str, account: str, event: str, **values: object) -> None:
    """Change columns of one event's row: `values` are those of `EventRow`."""
    mine = (_EVENTS.c.authority == authority) & (_EVENTS.c.account == account) & (_EVENTS.c.event == event)
    tx.execute(update(_EVENTS).where(mine).values(**values))


def waiting(ledger: Ledger, at: datetime | None = None) -> list[EventRow]:
    """Events to be tried again `at` an instant (UTC) or before, the longest waiting first; without it all that wait."""
    due = (_EVENTS.c.authority == ledger.authority) & (_EVENTS.c.status == "waiting")
    if at is not None:
        due &= _EVENTS.c.next_try_at <= at
    return select_rows(
        ledger.engine, EventRow, select(_EVENTS).where(due).order_by(_EVENTS.c.next_try_at, _EVENTS.c.event)
    )


def schedule_pull(tx: Connection, authority: str, account: AccountRef, instants: Iterable[datetime]) -> None:
    """Schedule pulls of an account, not before these instants (UTC); one that is scheduled already stays one."""
    rows = [{"authority": authority, "account": str(account), "due_at": at} for at in sorted(set(instants))]
    upsert(tx, ScheduledPull, rows)


def due(ledger: Ledger, at: datetime) -> dict[AccountRef, list[datetime]]:
    """Account -> its scheduled pulls that are due by an instant, UTC."""
    table = core(ScheduledPull)
    mine = (table.c.authority == ledger.authority) & (table.c.due_at <= at)
    found: dict[AccountRef, list[datetime]] = {}
    for row in select_rows(
        ledger.engine, ScheduledPull, select(table).where(mine).order_by(table.c.account, table.c.due_at)
    ):
        found.setdefault(AccountRef.parse(row.account), []).append(row.due_at)
    return found


def done(ledger: Ledger, account: AccountRef, instants: Collection[datetime]) -> None:
    """Take these scheduled pulls (UTC) off the list: the account was pulled after they were due."""
    table = core(ScheduledPull)
    mine = (table.c.authority == ledger.authority) & (table.c.account == str(account))
    with transaction(ledger.engine) as tx:
        tx.execute(delete(table).where(mine, table.c.due_at.in_(list(instants))))
