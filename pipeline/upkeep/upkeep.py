"""Upkeep of a store: what the night tidies, sweeping the lake, and building facts and indicators again."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import delete, update

from pipeline.refresh.outcome import Refreshed
from pipeline.refresh.refresh import refresh
from pipeline.upkeep.old_rows import forget_old_rows
from town.store import TownStore
from warehouse.ledger import core
from warehouse.ledger_tables import ComputedMonth, FactPartition, StagedSource, StagedUnit
from warehouse.locks import LANDING, StoreBusy, one_at_a_time, town_at_rest
from warehouse.packs import lay_together
from warehouse.row_sums import damaged_tables
from warehouse.store import transaction
from warehouse.tables import IndicatorValue

SWEEP_WAITS = 10.0
"""Seconds a sweep waits for landings to end: nothing is in a hurry to be swept."""


class Tended(NamedTuple):
    """What became less: small files (and segments in the ledger) laid together, rows of the ledger forgotten."""

    laid_together: int
    rows_forgotten: int

    def __str__(self) -> str:
        return f"laid together: {self.laid_together} small files; forgotten: {self.rows_forgotten} old rows"


def tend(store: TownStore) -> Tended:
    """Lay small landed files together, and forget rows of the ledger that nothing reads any more. Raises OSError."""
    return Tended(lay_together(store.ledger, store.lake), forget_old_rows(store))


def rebuild(store: TownStore) -> Refreshed:
    """Forget what was staged and computed, and do both again from the landed segments; then sweep the lake.

    Facts whose file is damaged or gone are taken for not stored: they are made anew like all others.
    """
    code = store.authority.code
    with town_at_rest(store.engine, code):
        _forget_computed(store, code)
        done = refresh(store)
    sweep(store)
    return done


def sweep(store: TownStore) -> int:
    """Remove files of ours that nothing lists, while nobody lands; gives how many. Left to the next when somebody does.

    Of the ledger's list nothing is missing then: whoever writes files keeps sweeps away until they are listed.
    """
    try:
        with one_at_a_time(store.engine, LANDING, seconds=SWEEP_WAITS):
            return store.lake.sweep(store.ledger.listed_paths())
    except StoreBusy:
        return 0


def _forget_computed(store: TownStore, code: str) -> None:
    lost = [row.path for row in store.ledger.partitions() if not store.lake.is_whole(row.path)]
    with transaction(store.engine) as tx:
        for table in (StagedSource, StagedUnit):
            tx.execute(delete(core(table)).where(core(table).c.authority == code))
        # That there is a figure is not forgotten, or one that waits for a doubted month would be made of that. Figures
        # that are not what was written wait for nothing.
        computed = core(ComputedMonth)
        if any(damaged_tables(tx, [IndicatorValue])):
            tx.execute(delete(computed).where(computed.c.authority == code))
        else:
            tx.execute(update(computed).where(computed.c.authority == code).values(fingerprint=""))
        # What is stored stays until something takes its place, and none of it is believed to be what is staged.
        stored = core(FactPartition)
        tx.execute(delete(stored).where(stored.c.authority == code, stored.c.path.in_(lost)))
        tx.execute(update(stored).where(stored.c.authority == code).values(digest=""))
