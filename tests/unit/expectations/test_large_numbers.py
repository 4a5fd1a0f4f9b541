"""A number no authority can have is put aside in every fact: the statements behind it add up numbers that fit."""

from __future__ import annotations

import pyarrow as pa
import pytest

from collectors.staff_workbook import cells
from expectations.from_tables import GREATEST
from expectations.gate import check
from expectations.sql import session
from tests.unit.expectations.rows import expected, good_rows, table
from warehouse.facts import FACTS
from warehouse.schemas import arrow_schema

NUMBERS = [
    (fact, field.name)
    for fact in FACTS
    for field in arrow_schema(fact)
    if pa.types.is_integer(field.type) or pa.types.is_floating(field.type)
]


@pytest.mark.parametrize(("fact", "column"), NUMBERS)
def test_a_number_too_large_waits_in_the_quarantine(fact: str, column: str) -> None:
    rows = good_rows(fact, 3)
    kind = int if pa.types.is_integer(arrow_schema(fact).field(column).type) else float
    rows[1][column] = kind(GREATEST[kind] * 10)
    result = check(fact, table(fact, rows), expected(fact))
    assert [one.code for one in result.quarantined] == ["out_of_range"], (fact, column)
    assert result.passed.num_rows == 2


def test_what_staff_may_type_the_facts_take() -> None:
    assert GREATEST[float] == cells.GREATEST_NUMBER


@pytest.mark.parametrize(("kind", "sql"), [(float, "double"), (int, "bigint")])
def test_so_many_of_the_largest_still_add_up(kind: type, sql: str) -> None:
    with session() as con:
        total = con.execute(f"select sum(cast({GREATEST[kind]}::{sql} as decimal(18, 2))) from range(1000)").fetchone()
    assert total is not None and total[0] == GREATEST[kind] * 1000
