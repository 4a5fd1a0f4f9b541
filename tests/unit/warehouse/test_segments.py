"""Rows that stand in the ledger come back as they went in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.service import sources
from warehouse.segments import KINDS, in_ledger, may_stand_in_ledger, segment_rows

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": st.text(max_size=12),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "bool": st.booleans(),
    "double": st.floats(allow_nan=False),
    "date32[day]": st.dates(date(1970, 1, 1), date(2200, 1, 1)),
    "timestamp[us, tz=UTC]": st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),
}


@settings(deadline=None)
@given(st.data())
def test_every_kind_of_value_comes_back(data: st.DataObject) -> None:
    assert set(VALUES) == set(KINDS)
    number = data.draw(st.integers(1, 4))
    columns = {
        name: pa.array(data.draw(st.lists(st.none() | VALUES[name], min_size=number, max_size=number)), kind)
        for name, kind in KINDS.items()
    }
    rows = pa.table(columns)
    kept = in_ledger("T1", "bell_pull", "run", rows)
    listed: Any = SimpleNamespace(path=kept.path, rows=kept.rows, file="")
    nothing: Any = None  # nothing is read there
    assert segment_rows(nothing, nothing, listed).equals(rows)
    assert kept.records == number


def test_what_any_service_says_it_covered_may_stand_there() -> None:
    covering = [
        one for source in sources().values() for one in source.side_streams if tuple(one.facts) == ("coverage",)
    ]
    assert len(covering) >= 5
    assert [one.name for one in covering if not may_stand_in_ledger(one, 1)] == []
    assert [one.name for one in covering if may_stand_in_ledger(one, 65)] == []
    records = [one for source in sources().values() for one in source.streams]
    assert [one.name for one in records if may_stand_in_ledger(one, 1)] == []
