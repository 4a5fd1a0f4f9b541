"""Databases in memory that a thread keeps for the next question."""

import pyarrow as pa

from expectations.sql import session


def test_what_was_not_fetched_to_its_end_stands_in_nobodys_way() -> None:
    first, second = pa.table({"a": [1, 2]}), pa.table({"a": [3]})
    with session(rows=first) as con:
        assert con.execute("select a from rows, range(100000)").fetchone() == (1,)
    with session(rows=second) as con:
        assert con.execute("select a from rows").fetchall() == [(3,)]


def test_a_kept_session_holds_no_table_of_the_one_before() -> None:
    with session(rows=pa.table({"a": [1]})):
        pass
    with session(others=pa.table({"b": [1]})) as con:
        listed = con.execute("select view_name from duckdb_views() where not internal").fetchall()
        assert listed == [("others",)]
