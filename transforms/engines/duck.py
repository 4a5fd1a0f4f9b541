"""Statements in DuckDB, in this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import pyarrow as pa

from transforms.engines import StatementFailed
from transforms.engines.macros import MACROS


class DuckSession:
    """A DuckDB as every statement expects it: in UTC, with its macros, and closed.

    A town's own statements run in it too: none reaches a file, an address or a variable of this process, and none can
    change that.
    """

    def __init__(self) -> None:
        closed: dict[str, str | bool | int | float | list[str]] = {
            "threads": 1, "enable_external_access": False, "python_enable_replacements": False,
            "autoinstall_known_extensions": False, "autoload_known_extensions": False,
        }  # fmt: skip
        self.con = duckdb.connect(":memory:", config=closed)
        self.con.execute("set timezone = 'UTC'")
        for name, ways in MACROS.items():
            meant = ", ".join(f"({', '.join(words)}) as {body}" for words, body in ways)
            self.con.execute(f"create macro {name} {meant}")
        self.con.execute("set enable_progress_bar = false")
        self.con.execute("set lock_configuration = true")
        self._laid: dict[str, str] = {}
        self._beside: DuckSession | None = None

    def put(self, name: str, table: pa.Table) -> None:
        self.con.register("_incoming", table)
        self.con.execute(f"create or replace table {name} as select * from _incoming")  # noqa: S608
        self.con.unregister("_incoming")

    def lay(self, views: Mapping[str, str]) -> None:
        # DuckDB plans a view when it is made, and many indicators rest on the same.
        for name, sql in views.items():
            if self._laid.get(name) != sql:
                self.con.execute(f"create or replace temp view {name} as {sql}")
                self._laid[name] = sql

    def ask(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        try:
            result = self.con.execute(sql)
            return [column[0] for column in result.description or []], result.fetchall()
        except duckdb.Error as problem:
            raise StatementFailed(str(problem)) from None

    def table(self, sql: str) -> pa.Table:
        found: pa.Table = self.con.sql(sql).to_arrow_table()
        return found

    def beside(self) -> DuckSession:
        self._beside = self._beside or DuckSession()
        return self._beside

    def close(self) -> None:
        if self._beside is not None:
            self._beside.close()
        self.con.close()
