"""What ran last, from the ledger."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from town.store import TownStore
from warehouse.accounts import StreamRef
from warehouse.ledger import core, select_rows
from warehouse.ledger_tables import RunRow

SHOWN_RUNS, LOOKED_AT_RUNS = 10, 400


@dataclass
class RunSummary:
    """A run, or pulls of one account in a row, with their books."""

    kind: str
    place: str
    status: str
    at: datetime
    times: int = 0
    received: int = 0
    loaded: int = 0
    duplicate: int = 0
    quarantined: int = 0

    def add(self, row: RunRow) -> None:
        """Take in a row of the ledger."""
        self.times += 1
        for name in ("received", "loaded", "duplicate", "quarantined"):
            setattr(self, name, getattr(self, name) + getattr(row, name))


def last_runs(store: TownStore) -> list[RunSummary]:
    """What ran last, the latest first; pulls of one account in a row are one line."""
    table = core(RunRow)
    query = select(table).where(table.c.authority == store.authority.code).order_by(table.c.started_at.desc())
    found: list[RunSummary] = []
    for row in select_rows(store.engine, RunRow, query.limit(LOOKED_AT_RUNS)):
        # Only of a pull is the note a stream; nothing else of it is shown.
        place = str(StreamRef.parse(row.note).account) if row.kind == "collect" else ""
        same = (row.kind, place, row.status)
        if not place or not found or (found[-1].kind, found[-1].place, found[-1].status) != same:
            found.append(RunSummary(*same, row.started_at))
        found[-1].add(row)
    return found[:SHOWN_RUNS]


def last_counted(store: TownStore) -> dict[str, str | int]:
    """How the survey imported last was counted beside those before it; {} where none was or there is nothing to say."""
    table = core(RunRow)
    mine = (table.c.authority == store.authority.code) & (table.c.kind == "import") & table.c.note.startswith("{")
    query = select(table.c.note).where(mine).order_by(table.c.started_at.desc()).limit(1)
    with store.engine.connect() as connection:
        found = json.loads(connection.execute(query).scalar() or "{}")
    return {} if found.get("verdict") == "first" else dict(found)
