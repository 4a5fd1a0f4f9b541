"""All towns of an installation in one look, the worst first. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import func, select

from pipeline.months import last_full_month
from pipeline.upkeep.health import LEVELS, Condition, conditions
from town.config import Config
from town.faults import describe
from town.sections import Authority
from town.store import TownStore, open_store
from warehouse.checks import checks
from warehouse.ledger import core
from warehouse.ledger_tables import PullRow
from warehouse.tables import IndicatorValue, Snapshot

NO_ENTRY = "no_entry"
"""Why a figure is missing that staff enter in their workbook."""
State = Literal["fail", "unknown", "warn", "ok"]
WORST: tuple[State, ...] = ("fail", "unknown", "warn", "ok")


@dataclass(frozen=True)
class TownRow:
    """A town as its row says it. `problem` is why nothing is known of it, in English; then all else is empty."""

    town: Authority
    conditions: tuple[Condition, ...] = ()
    last_pull: datetime | None = None  # that went well
    last_closed: str = ""  # month
    standing: int = 0  # months and figures refused, held or doubted
    entries_due: int | None = None  # figures of the last full month nobody entered; None where it is not computed
    problem: str = ""

    @property
    def state(self) -> State:
        """fail, unknown, warn or ok: the worst of its conditions."""
        if self.problem:
            return "unknown"
        found = {one.level for one in self.conditions}
        return next((level for level in LEVELS if level in found), "ok")


def overview(config: Config, today: date | None, begun: Callable[[str], object] = str) -> list[TownRow]:
    """Every town, the worst first, then by name. One that cannot be opened hides no other."""
    rows = []
    for town in config.authority:
        begun(town.code)
        try:
            store = open_store(config, town.code, today, is_reading=True)
            rows.append(row_of(store))
        except Exception as problem:  # noqa: BLE001 (one town's fault does not hide the others)
            rows.append(TownRow(town, problem=describe(problem, config).sentence))
    return worst_first(rows)


def worst_first(rows: Iterable[TownRow]) -> list[TownRow]:
    """By state, then by how much fails, then by name."""

    def place(row: TownRow) -> tuple[int, int, str]:
        return WORST.index(row.state), -sum(one.level == "fail" for one in row.conditions), row.town.name

    return sorted(rows, key=place)


def row_of(store: TownStore) -> TownRow:
    """A town as it stands now."""
    code, month = store.authority.code, last_full_month(store.today)
    pulls, snapshots, cells = core(PullRow), core(Snapshot), core(IndicatorValue)
    whole = (cells.c.authority == code) & (cells.c.month == month) & (cells.c.cut == "")
    whole &= (cells.c.space == "") & (cells.c.part == "")
    with store.engine.connect() as connection:
        well = (pulls.c.authority == code) & (pulls.c.status == "done")
        last = connection.execute(select(func.max(pulls.c.ended_at)).where(well)).scalar()
        closed = connection.execute(select(func.max(snapshots.c.month)).where(snapshots.c.authority == code)).scalar()
        reasons = list(connection.execute(select(cells.c.reason).where(whole)).scalars())
    standing = {(one.fact, one.month) for one in checks(store.ledger) if one.verdict != "aside"}
    due = sum(reason == NO_ENTRY for reason in reasons) if reasons else None
    return TownRow(store.authority, tuple(conditions(store)), last, closed or "", len(standing), due)
