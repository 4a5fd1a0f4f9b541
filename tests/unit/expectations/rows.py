"""Good rows of any fact, made from its class, and a town in which they are good."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, get_args, get_origin

import pyarrow as pa

from expectations.from_tables import _core, _limits
from expectations.results import GateContext
from expectations.suites import Suites
from warehouse.facts import FACTS
from warehouse.schemas import arrow_schema

TODAY = date(2026, 10, 20)
TOWN = GateContext("0070", "Asia/Jerusalem", frozenset({"square", "school"}), TODAY, survey_items=frozenset({"item_1"}))

Row = dict[str, Any]


def expected(fact: str) -> GateContext:
    """The town with what is expected of a fact, whatever its source."""
    return replace(TOWN, suite=Suites().of("", fact))


FIXED: dict[str, Callable[[int], Any]] = {
    "authority": lambda i: "0070",
    "space": lambda i: "square",
    "item": lambda i: "item_1",
    "root": lambda i: f"message{i}",
    "author": lambda i: max(i, 0),
    "users": lambda i: 5,
    "members": lambda i: 40,
}
"""What the class alone cannot say about a good row."""


def day_of(i: int) -> date:
    """The local day of row i: one day back for each row, so every row of a count by day is its own."""
    return TODAY - timedelta(days=i)


def good_row(fact: str, i: int) -> Row:
    """Row number i of a fact."""
    return {name: _value(name, info, i) for name, info in FACTS[fact].model_fields.items()}


def good_rows(fact: str, count: int) -> list[Row]:
    """Rows that differ in their grain."""
    return [good_row(fact, i) for i in range(count)]


def _value(name: str, info: Any, i: int) -> Any:
    kind, _ = _core(info.annotation)
    limits = _limits(info)
    if name in FIXED:
        return FIXED[name](i)
    if name == "month":
        return f"{day_of(i):%Y-%m}"
    if not info.is_required() and info.default is None:
        return None
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if "pattern" in limits:
        return limits["pattern"].strip("^$()").split("|")[0]
    if kind is datetime:
        return datetime.combine(day_of(i), time(9, 30), UTC)
    plain = {str: f"{name}{i}", int: int(limits.get("ge", 0)) + (i if name == "respondent" else 0)}
    plain |= {float: 1.5, bool: False, date: day_of(i)}
    return plain[kind]


def table(fact: str, rows: list[Row], types: Mapping[str, pa.DataType] | None = None) -> pa.Table:
    """The rows as staging might hand them over: declared types, gaps allowed anywhere."""
    fields = [pa.field(f.name, (types or {}).get(f.name, f.type)) for f in arrow_schema(fact)]
    return pa.Table.from_pylist(rows, schema=pa.schema(fields))


def good_table(fact: str, count: int) -> pa.Table:
    """A table that passes."""
    return table(fact, good_rows(fact, count))
