"""The whole history up to a month, as the views for BI have it: typed Parquet, one file a table.

What the clock says is left out, and rows lie in the order of their keys: the same warehouse gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Connection, text

from publishers.rows import plain
from texts import LANGUAGES, Language
from texts.catalogue import text as said
from warehouse.bi.views import View, address, views

NUMBERS = frozenset({
    "value", "lo", "hi", "numerator", "denominator", "previous_value", "change", "change_share", "effect", "lower",
    "upper", "target", "feast_share", "ramadan_share",
})  # fmt: skip
WHOLE_NUMBERS = frozenset({"n", "outcome", "lead", "year", "quarter", "month_of_year", "number", "place"})
DAYS = frozenset({"date", "as_of", "last_day"})
TRUTHS = frozenset({"has_holiday", "has_emergency"})
BY_THE_CLOCK = frozenset({"month_state", "month_state_name"})
FILES: Mapping[str, str] = {
    **{f"headlines-{language}": f"v_headline_{language}" for language in LANGUAGES},
    **{f"{what.replace('_', '-')}": f"v_indicator_value_by_{what}_en"
       for what in ("part", "space", "space_and_part", "group", "group_and_part")},
    "months": "v_month", "codes": "v_code", "columns": "v_column",
}  # fmt: skip
"""Table of the history -> the view it is of."""


@cache
def _view(name: str) -> View:
    return next(one for one in views() if one.name == name)


def file_name(table: str) -> str:
    """The file of a table of the history."""
    return f"history-{table}.parquet"


def title(table: str, language: Language) -> str:
    """What a table of the history holds."""
    name = "headlines" if table.startswith("headlines") else table.replace("-", "_")
    return said(f"report.history.{name}", language)


def read_history(connection: Connection, authority: str, month: str) -> dict[str, pa.Table]:
    """Table -> its rows of an authority up to a month, and the dimensions they are named by."""
    found = {}
    for table, name in FILES.items():
        view = _view(name)
        columns = [one for one in view.columns if one not in BY_THE_CLOCK]
        wanted = [f"{one} = :{one}" for one in ("authority",) if one in columns and table != "codes"]
        wanted += ["month <= :month"] if "month" in columns and "value" in columns else []
        wanted += ["authority in ('', :authority)"] if table == "codes" else []
        wanted += ["month <= :end"] if table == "months" else []
        where = f" where {' and '.join(wanted)}" if wanted else ""
        query = f"select {', '.join(columns)} from {address(connection, name)}{where}"  # noqa: S608 names of ours
        given = {"authority": authority, "month": month, "end": f"{month[:4]}-12"}
        rows = connection.execute(text(query), {key: value for key, value in given.items() if f":{key}" in where})
        key = [columns.index(one) for one in view.key]
        found[table] = _table(columns, sorted(rows.all(), key=lambda row: tuple(str(row[one]) for one in key)))
    return found


def _table(columns: list[str], rows: list[Any]) -> pa.Table:
    arrays = [pa.array([_value(name, row[place]) for row in rows], _type(name)) for place, name in enumerate(columns)]
    return pa.Table.from_arrays(arrays, names=columns)


def _type(name: str) -> pa.DataType:
    if name in NUMBERS or name.startswith("value_"):
        return pa.float64()
    if name in WHOLE_NUMBERS:
        return pa.int64()
    return pa.date32() if name in DAYS else pa.bool_() if name in TRUTHS else pa.string()


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in DAYS:  # SQLite gives dates as text
        return date.fromisoformat(str(value)[:10])
    return bool(value) if name in TRUTHS else plain(value) if isinstance(value, str) else value


def history_bytes(table: pa.Table) -> bytes:
    """A table as the bytes of its file."""
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()
