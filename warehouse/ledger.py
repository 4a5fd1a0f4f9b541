"""Reading and writing the ledger: the only place that decides what exists and what was done."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast

from sqlalchemy import Connection, Engine, Executable, Table, bindparam, case, delete, func, select, update
from sqlmodel import SQLModel

from warehouse.gate_tables import AcceptanceRow
from warehouse.identity_tables import count_landing
from warehouse.lake import LakeFile
from warehouse.ledger_tables import (
    ComputedMonth,
    EventRow,
    FactPartition,
    ImportedFile,
    QuarantineRow,
    RunRow,
    SegmentRow,
    StagedSource,
    StagedUnit,
)
from warehouse.store import transaction, upsert

MAX_RUN = timedelta(hours=6)
"""A run still open after this long was killed."""


FIRST_SEEN = ("attempts", "first_seen_at")
"""What an item of the quarantine keeps when the same bad record comes again."""


TableRow = TypeVar("TableRow", bound=SQLModel)


def core(table: type[SQLModel]) -> Table:
    """The SQLAlchemy table behind a SQLModel class."""
    return SQLModel.metadata.tables[str(table.__tablename__)]


def select_rows(
    engine: Engine, table: type[TableRow], query: Executable, values: Mapping[str, object] | None = None
) -> list[TableRow]:
    """What a select of all columns of a table finds, `values` bound to its parameters; read only.

    To the type checker these are rows of the class, so that it knows their columns. They stay SQLAlchemy's own
    rows, which have the same columns: to make instances of the class costs many times what reading does.
    """
    with engine.connect() as connection:
        found = connection.execute(query, values)
        assert set(table.model_fields) <= set(found.keys())
        return cast(list[TableRow], list(found))


def now() -> datetime:
    """The present instant, UTC."""
    return datetime.now(UTC)


# Statements of every pull, put together once: that costs several times what running them does.
_RUNS, _SEGMENTS = core(RunRow), core(SegmentRow)
_CLOSE_KILLED = (
    update(_RUNS)
    .where(_RUNS.c.authority == bindparam("of"), _RUNS.c.status == "running", _RUNS.c.started_at < bindparam("before"))
    .values(status="killed")
)
_BEGIN = _RUNS.insert()
_END = update(_RUNS).where(_RUNS.c.run == bindparam("of"))
_LISTED = (
    select(_SEGMENTS)
    .where(_SEGMENTS.c.authority == bindparam("of"), _SEGMENTS.c.stream.in_(bindparam("streams", expanding=True)))
    .order_by(_SEGMENTS.c.stream, _SEGMENTS.c.landed_order)
)
SEGMENT_FILE = case(
    (_SEGMENTS.c.rows != "", ""), (_SEGMENTS.c.file != "", _SEGMENTS.c.file), else_=_SEGMENTS.c.path
).label("file")
"""The file of the lake a segment lies in; '' where it stands in the ledger."""
_LAST_ORDER = select(func.max(_SEGMENTS.c.landed_order)).where(
    _SEGMENTS.c.authority == bindparam("of"), _SEGMENTS.c.stream == bindparam("in_stream")
)


@dataclass(frozen=True)
class FactFile(LakeFile):
    """A fact's file of one month and source; `digest` is of its rows, `profile` what they amount to."""

    digest: str = ""
    profile: str = ""


@dataclass(frozen=True)
class UnitState:
    """What a unit of staging was last staged from, and what it hands on, as JSON."""

    fingerprint: str
    carry: str


class Ledger:
    """The ledger of one authority."""

    def __init__(self, engine: Engine, authority: str) -> None:
        self.engine = engine
        self.authority = authority

    # --- runs -------------------------------------------------------------------------------
    def begin_run(self, kind: str) -> str:
        """Open a run and give its identifier; runs a killed process left open long ago are closed as killed."""
        run = uuid.uuid4().hex[:16]
        row = {"run": run, "authority": self.authority, "kind": kind, "status": "running", "started_at": now()}
        with transaction(self.engine) as tx:
            tx.execute(_CLOSE_KILLED, {"of": self.authority, "before": now() - MAX_RUN})
            tx.execute(_BEGIN, row)
        return run

    def end_run(self, run: str, status: str, note: str = "", **counts: int) -> None:
        """Close a run with its books: received = loaded + duplicate + quarantined."""
        with transaction(self.engine) as tx:
            tx.execute(_END, {"of": run, "status": status, "ended_at": now(), "note": note, **counts})

    # --- landed segments --------------------------------------------------------------------
    def segments(self, streams: Sequence[str]) -> list[SegmentRow]:
        """Listed segments of the streams, in the order they landed."""
        return select_rows(self.engine, SegmentRow, _LISTED, {"of": self.authority, "streams": list(streams)})

    def streams(self) -> list[str]:
        """Streams that have landed anything."""
        table = core(SegmentRow)
        with self.engine.connect() as connection:
            found = connection.execute(select(table.c.stream).where(table.c.authority == self.authority).distinct())
            return sorted(found.scalars())

    @staticmethod
    def next_order(tx: Connection, authority: str, stream: str) -> int:
        """The order the next segment of a stream gets; a race is refused by the unique constraint."""
        return int(tx.execute(_LAST_ORDER, {"of": authority, "in_stream": stream}).scalar() or 0) + 1

    def file_imported(self, fingerprint: str) -> datetime | None:
        """When a file was imported last (UTC), by its keyed digest; None when it never was, or was refused."""
        files, runs = core(ImportedFile), core(RunRow)
        mine = (files.c.authority == self.authority, files.c.fingerprint == fingerprint, files.c.status != "rejected")
        with self.engine.connect() as tx:
            return tx.execute(select(runs.c.started_at).join(files, files.c.run == runs.c.run).where(*mine)).scalar()

    # --- facts ------------------------------------------------------------------------------
    def partitions(self, source: str | None = None) -> list[FactPartition]:
        """All fact partitions of the authority; of one source only, when it is named."""
        table = core(FactPartition)
        query = select(table).where(table.c.authority == self.authority)
        if source is not None:
            query = query.where(table.c.source == source)
        return select_rows(self.engine, FactPartition, query.order_by(table.c.fact, table.c.month, table.c.source))

    def staged(self) -> dict[str, str]:
        """Fingerprint each source was last staged from."""
        table = core(StagedSource)
        query = select(table.c.source, table.c.fingerprint).where(table.c.authority == self.authority)
        with self.engine.connect() as connection:
            return {row.source: row.fingerprint for row in connection.execute(query)}

    def units(self, source: str) -> dict[tuple[str, str], UnitState]:
        """(key, month) -> what each unit of a source was last staged from."""
        table = core(StagedUnit)
        mine = (table.c.authority == self.authority) & (table.c.source == source)
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(table.c.unit, table.c.month, table.c.fingerprint, table.c.carry).where(mine)
            )
            return {(row.unit, row.month): UnitState(row.fingerprint, row.carry) for row in rows}

    def replace_partitions(
        self,
        source: str,
        files: Mapping[tuple[str, str], FactFile],
        fingerprint: str,
        quarantined: Sequence[Mapping[str, object]],
        units: Mapping[tuple[str, str], UnitState],
        used: Iterable[tuple[str, str]] = (),
        also: Callable[[Connection], None] = lambda _tx: None,
    ) -> None:
        """Make (fact, month) -> file the only partitions of a source, with what they were staged from.

        `units` are all its units, (key, month) -> state; empty for a source that is staged as a whole. `used` are
        the accepted months that were let through with it: an acceptance counts once. `also` writes
        what belongs to it in the same transaction.
        """
        table = core(FactPartition)
        mine = (table.c.authority == self.authority) & (table.c.source == source)
        rows = [
            {
                "authority": self.authority, "fact": fact, "month": month, "source": source, "path": file.path,
                "sha256": file.sha256, "records": file.records, "digest": file.digest, "profile": file.profile,
            }
            for (fact, month), file in sorted(files.items())
        ]  # fmt: skip
        staged_units = [
            {"authority": self.authority, "source": source, "unit": key, "month": month, **asdict(state)}
            for (key, month), state in sorted(units.items())
        ]
        gone = sorted(set(self.units(source)) - set(units))
        unit = core(StagedUnit)
        quarantine = core(QuarantineRow)
        with transaction(self.engine) as tx:
            tx.execute(delete(table).where(mine))
            if rows:
                tx.execute(table.insert(), rows)
            # Staging judges all of a source's rows anew, so what it put aside before is put aside anew too.
            tx.execute(
                delete(quarantine).where(
                    quarantine.c.authority == self.authority, quarantine.c.source == f"fact:{source}"
                )
            )
            upsert(tx, QuarantineRow, quarantined, keep=FIRST_SEEN)
            for key, month in gone:
                own = (unit.c.authority == self.authority) & (unit.c.source == source)
                tx.execute(delete(unit).where(own & (unit.c.unit == key) & (unit.c.month == month)))
            upsert(tx, StagedUnit, staged_units)
            staged = {"authority": self.authority, "source": source, "fingerprint": fingerprint}
            upsert(tx, StagedSource, [staged])
            accepted = core(AcceptanceRow)
            open_ones = (accepted.c.authority == self.authority) & accepted.c.used_at.is_(None)
            open_ones &= accepted.c.source == source
            for fact, month in used:
                one = open_ones & (accepted.c.fact == fact) & (accepted.c.month == month)
                tx.execute(update(accepted).where(one).values(used_at=now()))
            also(tx)

    # --- months a person accepted -----------------------------------------------------------
    def accepted(self, source: str) -> frozenset[tuple[str, str]]:
        """(fact, month) of a source that may come as they are, once."""
        table = core(AcceptanceRow)
        mine = (table.c.authority == self.authority) & (table.c.source == source) & table.c.used_at.is_(None)
        with self.engine.connect() as connection:
            return frozenset(connection.execute(select(table.c.fact, table.c.month).where(mine)).tuples())

    def computed(self, months: Collection[str] | None = None) -> dict[tuple[str, str], str]:
        """(indicator, month) -> fingerprint it was computed from, of some `months` where they are named."""
        table = core(ComputedMonth)
        query = select(table.c.indicator, table.c.month, table.c.fingerprint).where(table.c.authority == self.authority)
        if months is not None:
            query = query.where(table.c.month.in_(months))
        with self.engine.connect() as connection:
            return {(row.indicator, row.month): row.fingerprint for row in connection.execute(query)}

    # --- quarantine -------------------------------------------------------------------------
    def quarantine(self, status: str = "open", source: str | None = None) -> list[QuarantineRow]:
        """Records put aside, by source and place; of one source only, when it is named."""
        table = core(QuarantineRow)
        query = select(table).where(table.c.authority == self.authority, table.c.status == status)
        if source is not None:
            query = query.where(table.c.source == source)
        return select_rows(self.engine, QuarantineRow, query.order_by(table.c.source, table.c.place, table.c.item))

    def add_to_quarantine(self, rows: Sequence[Mapping[str, object]], file: Mapping[str, str] | None = None) -> None:
        """Add items to the quarantine, and the row of the file they came from."""
        with transaction(self.engine) as tx:
            upsert(tx, QuarantineRow, rows, keep=FIRST_SEEN)
            if file is not None:
                upsert(tx, ImportedFile, [{"authority": self.authority, **file}])
            count_landing(tx)

    def resolve_quarantine(self, sealed_path: str, keep: Sequence[str], *, is_tried: bool = True) -> int:
        """Close the open items of a sealed file that came up no more; gives how many.

        The others were tried once more, unless they came just now (`is_tried` false).
        """
        table = core(QuarantineRow)
        mine = (table.c.authority == self.authority) & (table.c.sealed_path == sealed_path)
        gone = mine & (table.c.status == "open") & table.c.item.not_in(list(keep))
        with transaction(self.engine) as tx:
            tx.execute(update(table).where(mine).values(attempts=table.c.attempts + int(is_tried)))
            return int(tx.execute(update(table).where(gone).values(status="replayed")).rowcount)

    def close_items(self, items: Sequence[str], status: str) -> int:
        """Close open items: `discarded` by hand, `superseded` by a newer reading. Gives how many."""
        table = core(QuarantineRow)
        mine = (table.c.authority == self.authority) & (table.c.status == "open") & table.c.item.in_(list(items))
        with transaction(self.engine) as tx:
            return int(tx.execute(update(table).where(mine).values(status=status)).rowcount)

    def listed_paths(self) -> set[str]:
        """Every lake path the ledger lists, of all authorities: what a sweep must spare."""
        with self.engine.connect() as connection:
            found = set(connection.execute(select(SEGMENT_FILE).distinct()).scalars())
            found |= set(connection.execute(select(core(FactPartition).c.path)).scalars())
            found |= set(connection.execute(select(core(QuarantineRow).c.sealed_path)).scalars())
            found |= set(connection.execute(select(core(EventRow).c.sealed_path)).scalars())
            return found
