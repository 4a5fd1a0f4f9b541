"""Lists in pages: what in a list is no record costs itself, and is told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.errors import SourceChanged
from collectors.paging import by_cursor

ENTRY = st.one_of(st.integers(0, 9).map(lambda number: {"id": number}), st.sampled_from([None, 1, "x", []]))


def read(pages: list[list[Any]], doubts: list[SourceChanged]) -> list[dict[str, Any]]:
    """The list of these pages as it is read."""

    def ask(cursor: Any) -> Any:
        return {"items": pages[int(cursor.get("page", 0))], "place": int(cursor.get("page", 0))}

    def following(answer: Any) -> dict[str, str] | None:
        after = answer["place"] + 1
        return {"page": str(after)} if after < len(pages) else None

    return [one for page in by_cursor(ask, items="items", following=following, unsure=doubts.append) for one in page]


@given(st.lists(st.lists(ENTRY, max_size=4), min_size=1, max_size=6))
def test_what_is_no_record_costs_itself_alone(pages: list[list[Any]]) -> None:
    listed = [one for page in pages for one in page]
    records, doubts = [one for one in listed if isinstance(one, dict)], list[SourceChanged]()
    if listed and not records:
        with pytest.raises(SourceChanged):
            read(pages, doubts)
        return
    assert read(pages, doubts) == records
    assert [one.code for one in doubts] == (["not_a_list"] if len(records) < len(listed) else [])
