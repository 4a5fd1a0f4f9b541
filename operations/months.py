"""Where each month stands: computed, closed, restated, delivered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from pipeline.months import last_full_month, months_of
from pipeline.refresh.restatements import differences
from town.store import TownStore
from warehouse.calendar import last_day
from warehouse.ledger import core, select_rows
from warehouse.ledger_tables import PushReceipt
from warehouse.pulls import rows_of
from warehouse.tables import IndicatorValue, MonthState, Snapshot

SHOWN_MONTHS = 12


@dataclass
class MonthStatus:
    """Where a month stands. `cells` counts whole indicators by status; `absent` those without a row."""

    month: str
    is_over: bool
    indicators: int  # how many there are
    revision: int = 0
    closed_at: datetime | None = None
    restated: int = 0  # cells now known to be different from the last snapshot
    cells: dict[str, int] = field(default_factory=dict)
    there_is: bool = True  # a record may speak of it
    deliveries: dict[str, str] = field(default_factory=dict)  # target -> pending, delivered or failed

    @property
    def state(self) -> str:
        """running, open, closed or restated."""
        if self.revision:
            return "restated" if self.restated else "closed"
        return "open" if self.is_over else "running"

    @property
    def can_close(self) -> bool:
        """Over, with a value, and never closed."""
        return self.there_is and self.is_over and not self.revision and bool(self.computed)

    @property
    def computed(self) -> int:
        """Indicators with a value."""
        return self.cells.get("final", 0) + self.cells.get("provisional", 0)

    @property
    def missing(self) -> int:
        """Indicators nobody can tell: without a source, or never computed."""
        return self.cells.get("missing", 0) + max(0, self.indicators - sum(self.cells.values()))

    @property
    def other(self) -> int:
        """Indicators withheld because too few people stand behind them, or that do not apply."""
        return sum(self.cells.values()) - self.computed - self.cells.get("missing", 0)


def months(store: TownStore) -> list[MonthStatus]:
    """The last months, the latest first; an older one only when it was restated."""
    code = store.authority.code
    cells, snapshots, states = core(IndicatorValue), core(Snapshot), core(MonthState)
    whole = (cells.c.authority == code) & (cells.c.cut == "") & (cells.c.space == "") & (cells.c.part == "")
    counted = select(cells.c.month, cells.c.status, func.count()).where(whole).group_by(cells.c.month, cells.c.status)
    restated = select(states.c.month).where(states.c.authority == code, states.c.state == "restated")
    mine = select(snapshots).where(snapshots.c.authority == code).order_by(snapshots.c.revision)
    published = select_rows(store.engine, Snapshot, mine)
    with store.engine.connect() as connection:
        statuses = list(connection.execute(counted))
        changed = set(connection.execute(restated).scalars())
    there_are = months_of(store)
    named = {row[0] for row in statuses} | {row.month for row in published} | {last_full_month(store.today)}
    shown = {*sorted(named)[-SHOWN_MONTHS:], *changed}
    found = {
        month: MonthStatus(month, last_day(month) < store.today, len(store.catalogue), there_is=month in there_are)
        for month in sorted(shown, reverse=True)
    }
    for month, status, count in statuses:
        if month in found:
            found[month].cells[status] = count
    for snapshot in published:
        if snapshot.month in found:
            found[snapshot.month].revision, found[snapshot.month].closed_at = snapshot.revision, snapshot.closed_at
    for receipt in rows_of(store.ledger, PushReceipt):
        if receipt.month in found and receipt.revision == found[receipt.month].revision:
            found[receipt.month].deliveries[receipt.target] = receipt.status
    for month in changed & set(found):
        found[month].restated = len(differences(store.ledger, month, found[month].revision))
    return list(found.values())
