"""How long rows of the ledger that only watch over services are kept: events seen, pulls that brought nothing.

The periods are decided here, longer than whatever reads the rows looks back. Pulls that brought records, or put any
aside, stay: staging asks them which days were read (`pipeline.refresh.lost`), for as long as what they landed.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, Engine, Table, bindparam, delete, func, select

from pipeline.gaps.empty_answers import LOOKED_AT
from town.store import TownStore
from warehouse.ledger import core, now
from warehouse.ledger_tables import EventRow, PullRow, QuarantineRow
from warehouse.pulls import OPEN, WAITING
from warehouse.store import transaction

EVENTS_KEPT = timedelta(days=180)
"""An event is known again for so long. Services send one again for days; how usual silence is, is asked of 8 weeks."""
PULLS_KEPT = timedelta(days=92)
"""Pulls without records are kept for so long, and the last `PULLS_OF_A_STREAM` of each outcome whatever their age."""
PULLS_OF_A_STREAM = LOOKED_AT
AT_ONCE = 2000
"""Rows deleted in one transaction: nobody waits long for it."""


def forget_old_rows(store: TownStore) -> int:
    """Delete rows of events and pulls that nothing reads any more; gives how many. Killed, the next call goes on."""
    engine, code, at = store.engine, store.authority.code, now()
    events, pulls = core(EventRow), core(PullRow)
    # Events that wait or were put aside have an item or an original of theirs.
    seen = (events.c.authority == code) & (events.c.status == "landed") & (events.c.first_seen_at < at - EVENTS_KEPT)
    gone = _delete(engine, events, seen)
    brought_nothing = (pulls.c.authority == code) & (pulls.c.ended_at < at - PULLS_KEPT)
    brought_nothing &= (pulls.c.records == 0) & (pulls.c.quarantined == 0) & (pulls.c.status != "suspect")
    return gone + _delete(engine, pulls, brought_nothing & ~_still_read(store))


def _still_read(store: TownStore) -> ColumnElement[bool]:
    """The last pulls of each stream, and all of a service of which something waits in the quarantine.

    What waits is given up for lost but on days that another pull read whole, be it of long ago.
    """
    pulls, items = core(PullRow), core(QuarantineRow)
    of_stream = (pulls.c.source, pulls.c.account, pulls.c.stream, pulls.c.is_backfill, pulls.c.status)
    order = (pulls.c.started_at.desc(), pulls.c.until.desc())
    number = func.row_number().over(partition_by=of_stream, order_by=order).label("number")
    numbered = select(pulls.c.run, number).where(pulls.c.authority == store.authority.code).subquery()
    last = select(numbered.c.run).where(numbered.c.number <= PULLS_OF_A_STREAM)
    waits = (items.c.authority == store.authority.code) & items.c.status.in_([OPEN, WAITING])
    with store.engine.connect() as connection:
        sources = connection.execute(select(items.c.source).where(waits).distinct()).scalars().all()
    services = sorted({service for service, _, _stream in (one.partition(".") for one in sources)})
    return pulls.c.run.in_(last) | pulls.c.source.in_(services)


def _delete(engine: Engine, table: Table, which: ColumnElement[bool]) -> int:
    keys = tuple(table.primary_key.columns)
    with engine.connect() as connection:
        old = connection.execute(select(*keys).where(which)).all()
    one = delete(table).where(*(key == bindparam(f"of_{key.name}") for key in keys))
    for begin in range(0, len(old), AT_ONCE):
        some = [{f"of_{name}": value for name, value in row._mapping.items()} for row in old[begin : begin + AT_ONCE]]
        with transaction(engine) as tx:
            tx.execute(one, some)
    return len(old)
