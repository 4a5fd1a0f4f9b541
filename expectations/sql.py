"""DuckDB for rules, measures and bounds, also a town's own: shut in before any of their SQL runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import local

import duckdb
import pyarrow as pa


def cannot_run(kind: str, sql: str) -> str:
    """What is said of SQL that failed, and what to do."""
    return f"this SQL cannot be run ({kind}): {sql}; correct it, or say `off = true`"


@contextmanager
def session(timezone: str = "UTC", **tables: pa.Table) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory with these tables, whose SQL reaches no file, no address and no variable of this process.

    To open one costs more than most of what is asked of it: each thread keeps those it has opened, empty.
    """
    kept = _kept.__dict__
    con = kept.pop(timezone, None) or _opened(timezone)
    for name, table in tables.items():
        con.register(name, table)
    try:
        yield con
    except BaseException:
        con.close()
        raise
    con.abort()  # of what was asked last a rest may not have been fetched; the next one could put no table in
    for name in tables:
        con.unregister(name)
    kept[timezone] = con


_kept = local()


def _opened(timezone: str) -> duckdb.DuckDBPyConnection:
    closed: dict[str, str | bool | int | float | list[str]] = {
        "threads": 2, "enable_external_access": False, "python_enable_replacements": False,
        "autoinstall_known_extensions": False, "autoload_known_extensions": False,
    }  # fmt: skip
    con = duckdb.connect(":memory:", config=closed)
    con.execute("set timezone = $1", [timezone])
    con.execute("set lock_configuration = true")
    return con
