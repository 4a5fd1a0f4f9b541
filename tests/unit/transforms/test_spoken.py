"""Every statement, view and macro in Spark's words: it can be said, and nothing of DuckDB's own is left in it."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from transforms.catalogue import ours, shared_views
from transforms.engines.macros import MACROS
from transforms.engines.spoken import in_spark

TEXTS = {
    **{one.id: one.sql for one in ours().values()},
    **{f"view {name}": sql for name, sql in shared_views().items()},
}


@pytest.mark.parametrize("name", TEXTS)
def test_every_statement_can_be_said_in_spark(name: str) -> None:
    said = sqlglot.parse_one(in_spark(TEXTS[name]), dialect="spark")
    assert isinstance(said, exp.Query)
    assert said.named_selects == sqlglot.parse_one(TEXTS[name], dialect="duckdb").named_selects
    words = {one.name.lower() for one in said.find_all(exp.Anonymous)}
    assert not words & {*MACROS, "timezone"}
    for one in said.find_all(exp.Select):
        group = one.args.get("group")
        by_sets = group is not None and any(isinstance(by, exp.GroupingSets) for by in group.expressions)
        assert not (by_sets and one.args.get("having")), "Spark finds no column of these in HAVING"


def test_all_are_said() -> None:
    assert len(ours()) >= 87 and set(ours()) <= set(TEXTS)


def test_a_macro_is_meant_to_the_last_one_within() -> None:
    said = in_spark("select worked(a.s, a.o, a.c, b.at) as hours, flags('x', n > 1, 'y', m is null) as q from a")
    assert "hours_of" not in said and "flags" not in said
    assert said.count("LEAST(GREATEST(") == 4, "the span stands in each of its four parts"
    assert said.endswith(
        "CONCAT_WS(' ', CASE WHEN (n > 1) THEN ('x') END, CASE WHEN (m IS NULL) THEN ('y') END)) AS q FROM a"
    )


def test_what_a_branch_of_a_union_does_not_name_is_found_again() -> None:
    said = in_spark(
        "select a, 'x' as b from t union all"
        " select a, 'by_kind' from t group by grouping sets ((a), ()) having grouping(a) = 0"
    )
    assert "SELECT a, column_1 FROM (SELECT a, 'by_kind' AS column_1, GROUPING(a) = 0 AS is_kept" in said


def test_columns_made_one_are_compared_one_by_one() -> None:
    same = "SELECT 1 FROM t WHERE (a, b) IN (SELECT a, b FROM u)"
    assert in_spark("select 1 from t where (a, b) in (select (a, b) from u)") == same
    assert in_spark("select 1 from t where (a, b) in (select a, b from u)") == same
