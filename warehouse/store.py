"""Opening the warehouse database, SQLite or PostgreSQL, and writing to it in whole transactions."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, create_engine, event, or_, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from warehouse import gate_tables, ledger_tables, tables

WAL_SAFE = (3, 51, 3)
"""First SQLite library without the write-ahead-log reset race; older ones get the rollback journal."""

WAREHOUSE_TABLES: tuple[type[SQLModel], ...] = (
    tables.DimAuthority,
    tables.DimPopulation,
    tables.DimIndicator,
    tables.DimPart,
    tables.DimSpace,
    tables.DimEvent,
    tables.IndicatorValue,
    tables.IndicatorInput,
    tables.IndicatorComposition,
    tables.MonthState,
    tables.Snapshot,
    tables.SnapshotValue,
    tables.Restatement,
)
LEDGER_TABLES: tuple[type[SQLModel], ...] = (
    ledger_tables.RunRow,
    ledger_tables.SegmentRow,
    ledger_tables.PartRow,
    ledger_tables.WatermarkRow,
    ledger_tables.PullRow,
    ledger_tables.DriftRow,
    ledger_tables.QuotaRow,
    ledger_tables.BackfillRow,
    ledger_tables.InboxRow,
    ledger_tables.EventRow,
    ledger_tables.ScheduledPull,
    ledger_tables.GapRow,
    ledger_tables.ImportedFile,
    ledger_tables.FactPartition,
    ledger_tables.StagedSource,
    ledger_tables.StagedUnit,
    ledger_tables.ComputedMonth,
    gate_tables.AcceptanceRow,
    ledger_tables.QuarantineRow,
    gate_tables.SkippedRow,
    gate_tables.CheckRow,
    ledger_tables.CondemnedFile,
    ledger_tables.PushReceipt,
)


def open_engine(url: str, *, sqlite_version: tuple[int, ...] = sqlite3.sqlite_version_info) -> Engine:
    """An engine that never prints parameters and, on SQLite, is durable and takes the write lock first.

    A transaction that reads before it writes would meet "database is locked" at once, whatever the
    timeout, if another process wrote in between: hence BEGIN IMMEDIATE. `sqlite_version` is the library's: below
    WAL_SAFE there is no write-ahead log.
    """
    engine = create_engine(url, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        if engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        journal = "WAL" if sqlite_version >= WAL_SAFE else "DELETE"

        def on_connect(connection: Any, _record: Any) -> None:
            connection.isolation_level = None
            cursor = connection.cursor()
            cursor.execute("PRAGMA busy_timeout = 30000")
            cursor.execute(f"PRAGMA journal_mode = {journal}")
            cursor.execute("PRAGMA synchronous = FULL")
            cursor.execute("PRAGMA secure_delete = ON")
            cursor.close()

        def on_begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        event.listen(engine, "connect", on_connect)
        event.listen(engine, "begin", on_begin)
    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction: all of it is durable at the end, or none."""
    with engine.begin() as connection:
        yield connection


def upsert(
    connection: Connection, table: type[SQLModel], rows: Iterable[Mapping[str, object]], *, keep: Sequence[str] = ()
) -> int:
    """Insert rows or update those whose values changed; gives the number of rows written.

    Rows must all have the same keys. A row equal to the stored one is not written, so a second run
    over the same input changes nothing. Columns in `keep` stay as they were first written.
    """
    waiting = [dict(row) for row in rows]
    if not waiting:
        return 0
    statement = _upserting(table, tuple(waiting[0]), tuple(keep), connection.dialect.name)
    return max(connection.execute(statement, waiting).rowcount, 0)


@cache
def _upserting(table: type[SQLModel], columns: tuple[str, ...], keep: tuple[str, ...], database: str) -> Any:
    """The statement of `upsert`. To put it together costs more than to run it, so it is done once.

    It becomes a text, since SQLAlchemy remembers no compiled statement that has ON CONFLICT.
    """
    core = SQLModel.metadata.tables[str(table.__tablename__)]
    keys = [column.name for column in core.primary_key]
    dialect: Any = sqlite if database == "sqlite" else postgresql
    insert = dialect.insert(core)
    changing = [name for name in columns if name not in keys and name not in keep]
    if changing:
        statement = insert.on_conflict_do_update(
            index_elements=keys,
            set_={name: insert.excluded[name] for name in changing},
            where=or_(*(core.c[name].is_distinct_from(insert.excluded[name]) for name in changing)),
        )
    else:
        statement = insert.on_conflict_do_nothing(index_elements=keys)
    compiled = statement.compile(dialect=dialect.dialect(paramstyle="named"), column_keys=columns)
    given = [bindparam(name, type_=core.c[name].type) for name in columns]
    defaults: dict[str, Any] = {c.name: c.default for c in core.columns if c.name not in columns}
    given += [bindparam(name, one.arg, type_=core.c[name].type) for name, one in defaults.items() if one is not None]
    return text(str(compiled)).bindparams(*given)


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, float):
        return format(value, ".6f")
    return value


LOAD_COLUMNS = {"closed_at", "started_at", "ended_at", "delivered_at", "first_seen_at", "run"}
"""When and by which run: differs between two runs that agree on everything else."""


def canonical_dump(engine: Engine, only: Sequence[type[SQLModel]] = WAREHOUSE_TABLES) -> Iterator[str]:
    """Every row of the warehouse (of `only` some tables) as one line of text, in key order, alike on every database.

    Load times and run identifiers are left out: two stores with the same content give the same text.
    """
    with engine.connect() as connection:
        for table in only:
            core = SQLModel.metadata.tables[str(table.__tablename__)]
            names = [column.name for column in core.columns if column.name not in LOAD_COLUMNS]
            rows = connection.execute(core.select()).mappings()
            lines = [json.dumps([_plain(row[name]) for name in names], ensure_ascii=False) for row in rows]
            # Sorted here and not by the database: PostgreSQL's collation depends on the machine.
            yield from (f"{core.name} {line}" for line in sorted(lines))


def dump_sha256(engine: Engine) -> str:
    """One digest of the whole warehouse content."""
    digest = hashlib.sha256()
    for line in canonical_dump(engine):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()
