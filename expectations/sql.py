"""DuckDB for rules, measures and bounds, also a town's own: shut in before any of their SQL runs."""

from __future__ import annotations

import duckdb


def cannot_run(kind: str, sql: str) -> str:
    """What is said of SQL that failed, and what to do."""
    return f"this SQL cannot be run ({kind}): {sql}; correct it, or say `off = true`"


def session(timezone: str = "UTC") -> duckdb.DuckDBPyConnection:
    """A database in memory whose SQL reaches no file, no address and no variable of this process, nor changes that."""
    closed: dict[str, str | bool | int | float | list[str]] = {
        "threads": 2, "enable_external_access": False, "python_enable_replacements": False,
        "autoinstall_known_extensions": False, "autoload_known_extensions": False,
    }  # fmt: skip
    con = duckdb.connect(":memory:", config=closed)
    con.execute("set timezone = $1", [timezone])
    con.execute("set lock_configuration = true")
    return con
