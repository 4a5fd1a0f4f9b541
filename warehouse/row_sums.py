"""Whether SQLite's rows are those that were written: it checks how its pages hang together, not what they say.

Each table has a sum over digests of its rows, which triggers of the database itself carry along in whatever transaction
writes. A value that changed by itself, and a row that came or went so, makes the sum another one, and stays found: what
is written later counts with the row as it stands by then. PostgreSQL checks its own pages.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from hashlib import blake2b
from typing import Any

from sqlalchemy import BigInteger, Connection, Engine, Table, inspect, text
from sqlmodel import Field, SQLModel

from warehouse.sqlite import sqlite3

FUNCTION = "kehila_row"
"""The digest of a row, in the SQL of our own connections. Another program lacks it, and cannot write."""
_SUMMED = re.compile(rf"{FUNCTION}\(([^)]*)\)")
MASK = (1 << 62) - 1
"""Sums and digests are kept below this, so that two of them added are no more than SQLite's whole numbers hold."""
SCHEMA = "sqlite_schema"
"""Under this name: the sum of what tables, triggers and views are declared as."""


class RowSum(SQLModel, table=True):
    """What the rows of a table come to. Empty on PostgreSQL, in no backup, and no part of what is stored."""

    __tablename__ = "ledger_row_sum"
    name: str = Field(primary_key=True, max_length=60, description="Table")
    total: int = Field(sa_type=BigInteger, description="Sum of the digests of its rows")


class DatabaseDamaged(Exception):
    """What a table holds is not what was written. The message names it and what to do."""

    def __init__(self, table: str) -> None:
        super().__init__(
            f"the database is damaged: {table} does not hold what was written there; put the latest backup back "
            "(kehila restore)"
        )


def row_digest(*values: object) -> int:
    """The digest of a row's values as the driver gives them, below MASK."""
    said = repr(values).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(said, digest_size=8).digest(), "big") & MASK


def keep_sums(connection: Connection) -> None:
    """From here on what is written is summed; what stands there is taken as it stands. Nothing on PostgreSQL."""
    if connection.dialect.name != "sqlite":
        return
    drop_sums(connection)
    raw = _raw(connection)
    for table in _tables():
        names = [f'"{row[1]}"' for row in raw.execute(f"pragma table_info({table.name})")]
        if not names:
            continue  # of a later release than the schema is of
        new, old = (", ".join(f"{row}.{name}" for name in names) for row in ("new", "old"))
        plus, minus = f" + {FUNCTION}({new})", f" - {FUNCTION}({old})"
        for event, change in {"insert": [plus], "delete": [minus], "update": [minus, plus]}.items():
            steps = " ".join(
                f"update {RowSum.__tablename__} set total = (total{one}) & {MASK} where name = '{table.name}';"  # noqa: S608
                for one in change
            )
            connection.exec_driver_sql(
                f"create trigger kehila_{event}_{table.name} after {event} on {table.name} begin {steps} end"
            )
    connection.execute(
        _sums().insert(), [{"name": name, "total": _sum(raw, query)} for name, query in _queries(raw).items()]
    )


def drop_sums(connection: Connection) -> None:
    """Sum no more, until `keep_sums`: before the schema changes."""
    if connection.dialect.name == "sqlite":
        for (name,) in connection.exec_driver_sql("select name from sqlite_schema where type = 'trigger'").fetchall():
            if name.startswith("kehila_"):
                connection.exec_driver_sql(f"drop trigger {name}")
        connection.execute(_sums().delete())


def damaged_tables(connection: Connection, of: Collection[type[SQLModel]] | None = None) -> Iterator[str]:
    """Names of tables (`of` some) whose rows are not those that were written; nothing where no sums are kept."""
    if connection.dialect.name != "sqlite" or not inspect(connection).has_table(RowSum.__tablename__):
        return
    known = {row.name: row.total for row in connection.execute(_sums().select())}
    wanted = {str(one.__tablename__) for one in of} if of is not None else None
    raw = _raw(connection)
    for name, query in _queries(raw).items() if known else ():
        if wanted is None or name in wanted:
            found = None
            with suppress(sqlite3.DatabaseError, UnicodeDecodeError):  # no text any more, a page that is none
                found = _sum(raw, query)
            if found != known.get(name):
                yield name


def refuse_damaged(engine: Engine, of: Collection[type[SQLModel]] | None = None) -> None:
    """Raise DatabaseDamaged where a table (`of` some) does not hold what was written.

    Without `of` SQLite's pages and indexes are looked at too: for whoever publishes.
    """
    with engine.connect() as connection:
        if of is None and connection.dialect.name == "sqlite":
            for _ in page_faults(connection, 1):
                raise DatabaseDamaged("a page")
        for name in damaged_tables(connection, of):
            raise DatabaseDamaged(name)


def page_faults(connection: Connection, most: int) -> Iterator[str]:
    """What SQLite finds wrong with its pages and indexes, at most so many."""
    for (said,) in connection.execute(text(f"pragma integrity_check({most})")):
        if said != "ok":
            yield str(said)


def _tables() -> list[Table]:
    return [one for one in SQLModel.metadata.sorted_tables if one.name != RowSum.__tablename__]


def _sums() -> Table:
    return SQLModel.metadata.tables[RowSum.__tablename__]


def _queries(raw: Any) -> dict[str, str]:
    """What is summed, by its name: of each table the columns its triggers sum.

    Those are the columns it had when they were made, which before an upgrade are not those the classes declare.
    """
    tables, found = _tables(), {}
    made = "select tbl_name, sql from sqlite_schema where type = 'trigger' and name like 'kehila_insert_%'"
    for name, sql in raw.execute(made).fetchall():
        if any(one.name == name for one in tables) and (summed := _SUMMED.search(sql)):
            found[name] = f"select {summed[1].replace('new.', '')} from {name}"  # noqa: S608
    ours = ", ".join(f"'{one.name}'" for one in tables)
    found["alembic_version"] = "select version_num from alembic_version"
    found[SCHEMA] = (
        f"select type, name, tbl_name, sql from sqlite_schema where name in ({ours})"  # noqa: S608
        " or (type = 'trigger' and name like 'kehila_%') or (type = 'view' and name like 'indicator_value_%')"
    )
    return found


def _sum(raw: Any, query: str) -> int:
    return sum(row_digest(*row) for row in raw.execute(query)) & MASK


def _raw(connection: Connection) -> Any:
    return connection.connection.dbapi_connection
