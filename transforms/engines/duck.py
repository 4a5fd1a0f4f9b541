"""Statements in DuckDB, in this process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from transforms.catalogue import tables_read
from transforms.engines import StatementFailed
from transforms.engines.macros import MACROS

SMALL_ROWS = 200
"""Tables of so many rows are compared by what they say; larger ones are another table when they are another object."""


def _is_same(one: pa.Table, other: pa.Table) -> bool:
    return one is other or (one.num_rows == other.num_rows <= SMALL_ROWS and bool(one.equals(other)))


@cache
def _read_by(sql: str) -> tuple[str, ...]:
    """The tables and views a view names."""
    return tuple(sorted(tables_read(sql)))


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
        self._put: dict[str, pa.Table] = {}
        self._laid: dict[str, object] = {}
        self._edition: Counter[str] = Counter()
        self._beside: DuckSession | None = None

    def put(self, name: str, table: pa.Table) -> None:
        if (before := self._put.get(name)) is not None and _is_same(before, table):
            return
        self.con.register("_incoming", table)
        self.con.execute(f"create or replace table {name} as select * from _incoming")  # noqa: S608
        self.con.unregister("_incoming")
        self._put[name] = table
        self._edition[name] += 1

    def lay(self, views: Mapping[str, str]) -> None:
        # A statement of ours takes longer to plan than to run, and a plan holds every view it rests on: so each view is
        # a table, made once for all statements, and again when a table it reads is another.
        for name, sql in views.items():
            made_of = (sql, *(self._edition[read] for read in _read_by(sql)))
            if self._laid.get(name) != made_of:
                try:
                    self.con.execute(f"create or replace temp table {name} as {sql}")
                except duckdb.Error as problem:
                    raise StatementFailed(str(problem)) from None
                self._laid[name] = made_of
                self._edition[name] += 1

    def ask(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        try:
            result = self.con.execute(sql)
            return [column[0] for column in result.description or []], result.fetchall()
        except duckdb.Error as problem:
            self.con.abort()  # what failed halfway would stand in the way of the next table
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
