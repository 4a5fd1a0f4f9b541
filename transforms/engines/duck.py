"""Statements in DuckDB, in this process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from transforms.catalogue import tables_read
from transforms.engines import StatementFailed
from transforms.engines.macros import MACROS

SMALL_ROWS = 10_000
"""Tables of so many rows are compared by what they say; larger ones by the stretches they are put together from."""


def _is_same(one: pa.Table, other: pa.Table) -> bool:
    if one is other:
        return True
    if one.num_rows != other.num_rows or not one.schema.equals(other.schema):
        return False
    return bool(one.equals(other)) if one.num_rows <= SMALL_ROWS else _places(one) == _places(other)


def _places(table: pa.Table) -> list[tuple[int, ...]]:
    """Where in memory the stretches lie that a table is put together from."""
    return [
        (part.num_rows, *(one.offset for one in part.columns), *(at.address for at in _buffers(part)))
        for part in table.to_batches()
    ]


def _parts(table: pa.Table) -> dict[tuple[int, ...], pa.RecordBatch]:
    """The stretches a table is put together from, by where they lie in memory."""
    return dict(zip(_places(table), table.to_batches(), strict=True))


def _buffers(part: pa.RecordBatch) -> Iterator[pa.Buffer]:
    return (one for column in part.columns for one in column.buffers() if one is not None)


def _differing(one: pa.Table, other: pa.Table) -> list[str] | None:
    """The spaces of which two tables made of some of the same stretches may differ; None where most is another."""
    if "space" not in one.column_names or not one.schema.equals(other.schema):
        return None
    ours, theirs = _parts(one), _parts(other)
    if sum(part.num_rows for part in theirs.values()) < other.num_rows:  # it has a stretch twice
        return None
    apart = [found for where, found in (*ours.items(), *theirs.items()) if not (where in ours and where in theirs)]
    if 2 * sum(part.num_rows for part in apart) > other.num_rows:
        return None
    return sorted({space for part in apart for space in part.column("space").unique().to_pylist()})


@cache
def read_by(sql: str) -> tuple[str, ...]:
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
        self._dead: Counter[str] = Counter()
        self._laid: dict[str, object] = {}
        self._edition: Counter[str] = Counter()
        self._beside: DuckSession | None = None

    def put(self, name: str, table: pa.Table) -> None:
        before = self._put.pop(name, None)  # what breaks off is put in as a whole the next time
        if before is None or not _is_same(before, table):
            self._change(name, None if before is None else _differing(before, table), table)
        self._put[name] = table

    def _change(self, name: str, spaces: list[str] | None, table: pa.Table) -> None:
        """Bring a table up to date, of many spaces those few that differ; what was taken out of it is in the way until
        it is made anew."""
        if spaces == []:
            return
        if spaces is None or self._dead[name] > table.num_rows:
            self._load(f"create or replace table {name} as", table)
            self._dead[name] = 0
        else:
            rows = table.filter(pc.is_in(table["space"], pa.array(spaces, pa.string())))
            self.con.execute(f"delete from {name} where list_contains(?, space)", [spaces])  # noqa: S608
            self._load(f"insert into {name}", rows)
            self._dead[name] += rows.num_rows
        self._edition[name] += 1

    def _load(self, into: str, table: pa.Table) -> None:
        self.con.register("_incoming", table)
        self.con.execute(f"{into} select * from _incoming")  # noqa: S608 into a table of our own
        self.con.unregister("_incoming")

    def lay(self, views: Mapping[str, str]) -> None:
        # A statement of ours takes longer to plan than to run, and a plan holds every view it rests on: so each view is
        # a table, made once for all statements, and again when a table it reads is another.
        for name, sql in views.items():
            made_of = (sql, *(self._edition[read] for read in read_by(sql)))
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
