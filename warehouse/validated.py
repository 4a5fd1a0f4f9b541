"""Which stored files of facts Great Expectations' whole suite was run over, and which wait for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, and_, select

from warehouse.facts import FACTS
from warehouse.gate_tables import ValidationRow
from warehouse.ledger import Ledger, core, select_rows
from warehouse.ledger_tables import FactPartition
from warehouse.store import upsert

SAME = ("authority", "fact", "month", "source", "sha256")


def unvalidated(ledger: Ledger) -> list[FactPartition]:
    """Files of facts that kernels let through and the whole suite was not run over yet, by source, fact and month."""
    files, runs = core(FactPartition), core(ValidationRow)
    same = and_(*(files.c[name] == runs.c[name] for name in SAME))
    query = select(files).join(runs, same, isouter=True).where(runs.c.run.is_(None))
    query = query.where(files.c.authority == ledger.authority, files.c.fact.in_(sorted(FACTS)))
    return select_rows(ledger.engine, FactPartition, query.order_by(files.c.source, files.c.fact, files.c.month))


def note_run(tx: Connection, authority: str, rows: Iterable[Mapping[str, object]]) -> None:
    """Name the run of some files; they have the columns of `ValidationRow` but the authority."""
    upsert(tx, ValidationRow, [{"authority": authority, **one} for one in rows])
