"""Pulls that brought no record: all of a town's round in one transaction, without a file.

What each covered stands in the ledger (`warehouse.segments`) beside its pull, its run and its watermark, true together
or not at all. A process killed before that has moved nothing: the same windows are read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from warehouse.accounts import StreamRef
from warehouse.identity import say_landings
from warehouse.identity_tables import count_landing
from warehouse.lake import Lake
from warehouse.landing import RACES
from warehouse.ledger import Ledger
from warehouse.ledger_tables import QuotaRow
from warehouse.locks import landing
from warehouse.marks import advance
from warehouse.pulls import NEW_PULL, NEW_RUN, NewPull, quota_rows, run_row
from warehouse.segments import NEW_SEGMENT, LedgerRows, segment_row
from warehouse.store import transaction, upsert


@dataclass(frozen=True)
class QuietPull:
    """A pull that went well and brought no record, with the rows that say what it covered, by stream."""

    row: NewPull
    covered: Mapping[str, LedgerRows]
    marks: Mapping[StreamRef, datetime]
    quota: Mapping[str, str]

    @property
    def landed(self) -> int:
        """Rows that land with it."""
        return sum(one.records for one in self.covered.values())


def land_quiet(ledger: Ledger, lake: Lake, pulls: Sequence[QuietPull]) -> None:
    """Land pulls together, in their order. Raises IntegrityError when other processes never leave it room."""
    if not pulls:
        return
    with landing(ledger.engine):
        for race in range(RACES):
            try:
                with transaction(ledger.engine) as tx:
                    _write(tx, ledger, pulls)
                break
            except IntegrityError:
                if race == RACES - 1:
                    raise
        say_landings(ledger.engine, lake)


def _write(tx: Connection, ledger: Ledger, pulls: Sequence[QuietPull]) -> None:
    code = ledger.authority
    segments = [
        segment_row(code, stream, one.row["run"], rows) for one in pulls for stream, rows in one.covered.items()
    ]
    if segments:
        tx.execute(NEW_SEGMENT, segments)
    tx.execute(NEW_RUN, [run_row(ledger, one.row, one.landed) for one in pulls])
    tx.execute(NEW_PULL, [{"authority": code, **one.row} for one in pulls])
    upsert(tx, QuotaRow, [row for one in pulls for row in quota_rows(ledger, one.row, one.quota)])
    advance(tx, code, {ref: at for one in pulls for ref, at in one.marks.items()})
    count_landing(tx)
