"""Opening the warehouse database, SQLite or PostgreSQL, and writing to it in whole transactions."""

from __future__ import annotations

import atexit
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from weakref import ref

from sqlalchemy import Connection, Engine, bindparam, create_engine, event, make_url, or_, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DatabaseError
from sqlmodel import SQLModel

from warehouse import bi_tables, gate_tables, identity_tables, ledger_tables, tables, verdict_tables
from warehouse.files import OWNER_ONLY, new_file
from warehouse.patience import patience
from warehouse.row_sums import FUNCTION, row_digest
from warehouse.sqlite import sqlite3

WAL_SAFE = (3, 51, 3)
"""First SQLite library without the write-ahead-log reset race; older ones get the rollback journal."""
MAX_LOG_BYTES = 64 << 20
"""What is left of the log of SQLite once it was put back; a long read lets it grow meanwhile."""
QUIET_MS = 1000
"""How long a writer waits without a word."""
MAX_OVERFLOW = 25
"""Connections to PostgreSQL beside the usual five: whoever holds locks holds a connection for each."""
WRITES = "kehila_writes"
"""Option of a connection whose transactions write."""

WAREHOUSE_TABLES: tuple[type[SQLModel], ...] = (
    tables.DimAuthority,
    tables.DimPopulation,
    tables.DimIndicator,
    tables.DimPart,
    tables.DimSpace,
    tables.DimEvent,
    verdict_tables.DimChoice,
    tables.IndicatorValue,
    verdict_tables.Verdict,
    verdict_tables.VerdictSeries,
    verdict_tables.ProgrammeGoal,
    verdict_tables.FollowUp,
    tables.IndicatorInput,
    tables.IndicatorComposition,
    tables.MonthState,
    tables.Snapshot,
    tables.SnapshotValue,
    tables.Restatement,
    bi_tables.DimMonth,
    bi_tables.DimTownMonth,
    bi_tables.DimCode,
    bi_tables.DimColumn,
    bi_tables.Headline,
)
LEDGER_TABLES: tuple[type[SQLModel], ...] = (
    identity_tables.StoreRow,
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
    gate_tables.ValidationRow,
    ledger_tables.ConditionRow,
    ledger_tables.CondemnedFile,
    ledger_tables.PushReceipt,
)


def open_engine(url: str, *, sqlite_version: tuple[int, ...] = sqlite3.sqlite_version_info) -> Engine:
    """An engine that never prints parameters and waits for others as long as this process has patience.

    On SQLite it is durable, readers and writers do not wait for one another (a write-ahead log), and `transaction`
    takes the write lock first. `sqlite_version` is the library's: below WAL_SAFE there is no such log, and a writer
    waits for readers. A database on a disk that cannot be written is read as it is.
    """
    if make_url(url).get_backend_name() != "sqlite":
        options = f"-c lock_timeout={int(patience().seconds * 1000)}"
        named = {"application_name": patience().command, "options": options}
        # A connection the server gave up while it lay in the pool is replaced without a word.
        return create_engine(
            url, hide_parameters=True, pool_pre_ping=True, max_overflow=MAX_OVERFLOW, connect_args=named
        )
    engine = create_engine(url, hide_parameters=True, module=sqlite3)
    path = Path(engine.url.database) if engine.url.database not in (None, "", ":memory:") else None
    if path is not None and _is_frozen(path):
        address = f"{path.absolute().as_uri()}?immutable=1"
        event.listen(engine, "do_connect", lambda *_: sqlite3.connect(address, uri=True, check_same_thread=False))
    elif path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Made by us and empty, so that it is its owner's alone; whom BI reads as is the town's to let in.
        with suppress(FileExistsError):
            new_file(path, b"", synced=False, mode=OWNER_ONLY)
    journal = "WAL" if sqlite_version >= WAL_SAFE else "DELETE"

    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA busy_timeout = 0")
        # It stays as it is while somebody reads in the other way, and where nothing may be written.
        try:
            connection.execute(f"PRAGMA journal_mode = {journal}")
        except sqlite3.OperationalError:
            pass
        except UnicodeDecodeError:  # the first to read what is declared
            raise _malformed() from None
        connection.execute(f"PRAGMA journal_size_limit = {MAX_LOG_BYTES}")
        connection.execute(f"PRAGMA busy_timeout = {int(patience().seconds * 1000)}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.create_function(FUNCTION, -1, row_digest, deterministic=True)

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "handle_error", _on_error)
    event.listen(engine, "begin", _begin_on_sqlite)
    # Whoever closes last puts the log back into the database: a copy of the one file is then whole.
    left = ref(engine)

    def close() -> None:
        if (still := left()) is not None:
            still.dispose()

    atexit.register(close)
    return engine


def _malformed() -> Any:
    """What SQLite would say of a name or a text that was damaged, which its driver fails to decode."""
    return sqlite3.DatabaseError("malformed: what is stored is no text")


def _on_error(context: ExceptionContext) -> None:
    if isinstance(context.original_exception, UnicodeDecodeError):
        raise DatabaseError(None, None, _malformed(), hide_parameters=True) from None


def _is_frozen(path: Path) -> bool:
    """Whether a database lies where nothing may be written, and nobody writes."""
    return path.exists() and not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists()


def _begin_on_sqlite(connection: Connection) -> None:
    """Begin reading, which takes no lock, or in a `transaction` writing, which waits for another writer.

    One that read before it wrote would meet "database is locked" at once, whatever the patience, if another process
    wrote in between: so the write lock comes first.
    """
    if not connection.get_execution_options().get(WRITES):
        connection.exec_driver_sql("BEGIN")
        return
    raw: Any = connection.connection.dbapi_connection
    whole = int(patience().seconds * 1000)
    raw.execute(f"PRAGMA busy_timeout = {min(QUIET_MS, whole)}")
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        patience().say(f"waiting for another program that writes to the database, up to {whole // 1000} seconds")
        raw.execute(f"PRAGMA busy_timeout = {whole}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        raw.execute(f"PRAGMA busy_timeout = {whole}")


def empty_log(engine: Engine) -> None:
    """Put SQLite's write-ahead log back into the database and cut it, so that nothing deleted lies in it any more.

    Who reads an older state meanwhile keeps it in the log until he ends, which is said.
    """
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {QUIET_MS}")
        (is_busy, *_) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        raw.close()
    if is_busy:
        patience().say("another program reads the database: what was deleted is gone from its log when that one ends")


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes: all of it is durable at the end, or none. Every writing goes through here."""
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        yield connection


def insert(connection: Connection, table: type[SQLModel], rows: Iterable[Mapping[str, object]]) -> int:
    """Insert rows of what never changes; gives how many. Raises IntegrityError where one is there already."""
    waiting = [dict(row) for row in rows]
    if waiting:
        connection.execute(SQLModel.metadata.tables[str(table.__tablename__)].insert(), waiting)
    return len(waiting)


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


def as_text(arguments: Mapping[str, object]) -> str:
    """The arguments of an error as the ledger keeps them: JSON, days as text."""
    return json.dumps(dict(arguments), ensure_ascii=False, sort_keys=True, default=str)


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
