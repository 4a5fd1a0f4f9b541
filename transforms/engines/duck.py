"""Statements in DuckDB, in this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import pyarrow as pa

from transforms.engines import StatementFailed

MACROS = """
create macro hours_of(span) as cast(
    extract(day from span) * 24 + extract(hour from span) + extract(minute from span) / 60.0
    + extract(second from span) / 3600.0 as decimal(18, 6)
);
create macro worked(seconds_before, opens_at, closes_at, instant) as
    cast(seconds_before / 3600.0 as decimal(18, 6))
    + hours_of(least(greatest(instant, opens_at), closes_at) - opens_at);
create macro effective(weight) as
    power(cast(sum(weight) as double), 2) / cast(sum(weight * weight) as double);
create macro spread(score, weight) as
    cast(sum(weight * cast(score * score as decimal(18, 6))) as double) / cast(sum(weight) as double)
    - power(cast(sum(weight * score) as double) / cast(sum(weight) as double), 2);
create macro flags
    (flag, holds) as case when holds then flag else '' end,
    (flag, holds, flag2, holds2) as concat_ws(
        ' ', case when holds then flag end, case when holds2 then flag2 end
    ),
    (flag, holds, flag2, holds2, flag3, holds3) as concat_ws(
        ' ', case when holds then flag end, case when holds2 then flag2 end, case when holds3 then flag3 end
    )
"""
"""What a statement writes for quality flags: `flags('estimated', count(*) > 1, 'by_name', guests > 0)`. A blank between
two is not forgotten, and a condition that is null does not hold. `hours_of(later - earlier)` are the hours between two
instants, `worked(d.seconds_before, d.opens_at, d.closes_at, at)` those the town has worked until one, `d` being its day
in `working_day`. `effective(weight)` is how many equal answers weighted ones are worth, `spread(score, weight)` the
variance of scores. Elsewhere than in DuckDB all have to be declared too."""


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
        self.con.execute(MACROS)
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
