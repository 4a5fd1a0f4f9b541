"""106 registers staged: the register that reaches furthest speaks, whatever came first; what days they speak of."""

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.hotline_106.streams import HotlineRequest
from transforms.staging.hotline_106 import stage
from transforms.staging.town import Town
from warehouse.registers import Space
from warehouse.schemas import arrow_schema

TOWN = Town("1234")
Row = dict[str, Any]


def at(day: int, hour: int = 9, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def request(number: str, opened: datetime, closed: datetime | None = None, **given: Any) -> Row:
    plain = {"is_estimated": False, "kind": "request", "channel": "phone", "answered_at": None}
    return {**plain, "request": number, "opened_at": opened, "closed_at": closed, **given}


def landed(*files: list[Row], order: list[int] | None = None) -> dict[str, pa.Table]:
    schema = HotlineRequest.schema.append(pa.field("segment", pa.string())).append(pa.field("landed_order", pa.int64()))
    turns = order or list(range(len(files)))
    rows = [{**row, "segment": f"s{turn}", "landed_order": turn} for turn in turns for row in files[turn]]
    for row in rows:
        row["landed_order"] = turns.index(row["landed_order"])
        row["segment"] = f"s{row['landed_order']}"
    return {"hotline_106_request": pa.Table.from_pylist(rows, schema=schema)}


def test_nothing_landed_gives_empty_facts_of_the_right_shape() -> None:
    for fact, table in stage({}, TOWN).items():
        assert table.num_rows == 0 and table.schema == arrow_schema(fact)


def test_a_later_register_says_what_happened_since() -> None:
    early, late = (
        [request("a", at(1)), request("b", at(2))],
        [request("a", at(1), at(9), rating=5), request("c", at(9))],
    )
    rows = {row["request"]: row for row in stage(landed(late, early), TOWN)["request"].to_pylist()}
    assert set(rows) == {"106-a", "106-b", "106-c"}
    assert (rows["106-a"]["closed_at"], rows["106-a"]["rating"]) == (at(9), 5)
    assert rows["106-a"]["answered_at"] == at(9), "a closing is the first answer known of"


def test_a_request_is_of_its_channel_and_of_its_local_month() -> None:
    table = stage(landed([request("a", datetime(2026, 9, 30, 21, 30, tzinfo=UTC), channel="website")]), TOWN)
    (row,) = table["request"].to_pylist()
    assert (row["month"], row["asset"], row["channel"], row["space"]) == ("2026-10", "website", "website", "")
    assert {one["asset"] for one in table["coverage"].to_pylist()} == {"phone", "website"}


def covered(*files: list[Row]) -> list[tuple[str, date, date, str, str]]:
    names = ("month", "first_day", "last_day", "extent", "quality")
    return [tuple(row[n] for n in names) for row in stage(landed(*files), TOWN)["coverage"].to_pylist()]


def test_a_register_speaks_from_its_first_request_to_its_last() -> None:
    days = [*(at(day, month=9) for day in (20, 30)), *(at(day) for day in (10, 20, 31)), at(2, month=11)]
    found = covered([request(str(n), day, day) for n, day in enumerate(days)])
    assert found == [
        ("2026-09", date(2026, 9, 20), date(2026, 9, 30), "part", "estimated partial_period"),
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31), "full", "estimated"),
        ("2026-11", date(2026, 11, 1), date(2026, 11, 2), "part", "estimated partial_period"),
    ]


def test_a_register_without_answers_says_nothing_of_them() -> None:
    with_answers, without = request("a", at(1), at(3)), request("a", at(1), tells_answers=False)
    later = request("b", at(9), tells_answers=False)
    knows = [row["knows"] for row in stage(landed([without, later]), TOWN)["coverage"].to_pylist()]
    assert knows == [""]
    assert [row["knows"] for row in stage(landed([with_answers]), TOWN)["coverage"].to_pylist()] == ["answer"]
    both = stage(landed([with_answers], [without, later]), TOWN)["request"].to_pylist()
    assert {row["request"]: row["closed_at"] for row in both} == {"106-a": at(3), "106-b": None}


def test_a_year_mistyped_covers_its_own_day_alone() -> None:
    file = [request("a", at(1)), request("b", at(2)), request("c", datetime(2062, 10, 1, 9, tzinfo=UTC))]
    assert [row[:3] for row in covered(file)] == [
        ("2026-10", date(2026, 10, 1), date(2026, 10, 2)),
        ("2062-10", date(2062, 10, 1), date(2062, 10, 1)),
    ]


files = st.lists(
    st.lists(
        st.builds(
            lambda number, opened, took, rating: request(
                str(number), at(opened), at(opened + took) if took else None, rating=rating
            ),
            st.integers(0, 4), st.integers(1, 9), st.integers(0, 9), st.sampled_from([None, 1, 5]),
        ),
        min_size=1, max_size=5, unique_by=lambda row: row["request"],
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(found=files, data=st.data())
def test_the_order_of_import_leaves_no_trace(found: list[list[Row]], data: st.DataObject) -> None:
    # Of registers that reach as far the order decides: each reaches a day further than the one before.
    found = [[*rows, request(f"own-{turn}", at(20 + turn))] for turn, rows in enumerate(found)]
    order = data.draw(st.permutations(range(len(found))))
    assert stage(landed(*found), TOWN) == stage(landed(*found, order=list(order)), TOWN)


def test_of_registers_that_reach_as_far_the_one_that_landed_last_speaks() -> None:
    ended, open_again = ([request("a", at(1), closed), request("b", at(9))] for closed in (at(2), None))
    for files, expected in (((ended, open_again), None), ((open_again, ended), at(2))):
        rows = {row["request"]: row for row in stage(landed(*files), TOWN)["request"].to_pylist()}
        assert rows["106-a"]["closed_at"] == expected


@pytest.mark.parametrize(
    ("kinds", "place"),
    [
        (("hotline",), "line0"),
        ((), ""),
        (("hotline", "hotline"), ""),
        (("group", "hotline"), "line1"),
        (("group",), ""),
    ],
)
def test_what_came_by_whatsapp_came_to_the_only_hotline_there(kinds: tuple[str, ...], place: str) -> None:
    """Of several lines a register does not say which; of a phone's requests no place is known."""
    spaces = {
        f"line{n}": Space(
            authority="1234", space=f"line{n}", title="line", asset="whatsapp", kind=kind, operated_by="authority"
        )
        for n, kind in enumerate(kinds)
    }
    facts = stage(landed([request("a", at(1), channel="whatsapp"), request("b", at(2))]), Town("1234", spaces=spaces))
    for name in ("request", "coverage"):
        found = {row["asset"]: row["space"] for row in facts[name].to_pylist()}
        assert found == {"whatsapp": place, "phone": ""}, name
