"""Stretches joined, cut and intersected, against sets of days and of hours counted one by one; latest readings."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from transforms.staging.coverage import (
    Part,
    common,
    coverage_row,
    joined,
    month_parts,
    shown_by,
    whole_days,
    with_evidence,
)  # fmt: skip
from transforms.staging.records import Row, fact_rows, latest
from transforms.staging.town import Town
from warehouse.calendar import last_day
from warehouse.schemas import arrow_schema

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NEW_YEAR = date(2026, 1, 1)
ZONE = "Asia/Jerusalem"
NIGHT = datetime(2026, 3, 25, 22, tzinfo=UTC)
"""Local midnight two days before the clocks go forward."""

stretches = st.lists(st.tuples(st.integers(0, 120), st.integers(0, 40)), max_size=12)


def days_of(spans: list[tuple[int, int]]) -> list[tuple[date, date]]:
    return [(NEW_YEAR + first * DAY, NEW_YEAR + (first + more) * DAY) for first, more in spans]


def one_by_one(spans: list[tuple[date, date]]) -> set[date]:
    return {first + n * DAY for first, last in spans for n in range((last - first).days + 1)}


def hours_of(spans: list[tuple[int, int]]) -> list[tuple[datetime, datetime]]:
    return [(NIGHT + first * HOUR, NIGHT + (first + more) * HOUR) for first, more in spans]


def hour_by_hour(spans: list[tuple[datetime, datetime]]) -> set[datetime]:
    return {since + n * HOUR for since, until in spans for n in range((until - since) // HOUR)}


def whole(hours: set[datetime]) -> set[date]:
    """The local days of which no hour is missing; one of them has 23."""
    found: dict[date, int] = defaultdict(int)
    for hour in hours:
        found[hour.astimezone(ZoneInfo(ZONE)).date()] += 1
    return {day for day, count in found.items() if count == (23 if day == date(2026, 3, 27) else 24)}


def parts_of(days: set[date]) -> list[Part]:
    months: dict[str, list[date]] = defaultdict(list)
    for day in sorted(days):
        months[f"{day:%Y-%m}"].append(day)
    return [Part(m, own[0], own[-1], len(own) == last_day(m).day) for m, own in sorted(months.items())]


@given(spans=stretches, seed=st.randoms(use_true_random=False), cuts=st.integers(1, 9))
def test_days_split_in_any_way_and_order_make_the_same_months(
    spans: list[tuple[int, int]], seed: random.Random, cuts: int
) -> None:
    given_days = days_of(spans)
    pieces = []
    for first, last in given_days:
        while (last - first).days >= cuts:  # neighbours share a day, as exports of one chat do
            pieces.append((first, first + cuts * DAY))
            first += cuts * DAY
        pieces.append((first, last))
    seed.shuffle(pieces)
    assert joined(pieces) == joined(given_days)
    assert one_by_one(joined(pieces)) == one_by_one(given_days)
    assert month_parts(pieces) == parts_of(one_by_one(given_days))
    assert month_parts((day, day) for day in one_by_one(given_days)) == parts_of(one_by_one(given_days))


@given(spans=st.lists(st.tuples(st.integers(0, 150), st.integers(0, 90)), max_size=8), seed=st.randoms())
def test_a_local_day_is_whole_when_none_of_its_hours_is_missing(
    spans: list[tuple[int, int]], seed: random.Random
) -> None:
    instants = hours_of(spans)
    halves = [
        piece
        for a, b in instants
        for piece in ((a, a + (b - a) // HOUR // 2 * HOUR), (a + (b - a) // HOUR // 2 * HOUR, b))
    ]
    seed.shuffle(halves)
    expected = whole(hour_by_hour(instants))
    assert one_by_one(whole_days(instants, ZONE)) == expected
    assert one_by_one(whole_days(halves, ZONE)) == expected


@given(lists=st.lists(st.lists(st.tuples(st.integers(0, 150), st.integers(0, 90)), max_size=5), min_size=1, max_size=4))
def test_days_common_to_several_accounts_are_those_all_of_them_read(lists: list[list[tuple[int, int]]]) -> None:
    read = [joined(hours_of(spans)) for spans in lists]
    expected = set.intersection(*(whole(hour_by_hour(spans)) for spans in read))
    assert common(read) == joined(common(read)) and all(since <= until for since, until in common(read))
    assert one_by_one(whole_days(common(read), ZONE)) == expected
    assert set(one_by_one(common([whole_days(spans, ZONE) for spans in read]))) == expected


def test_a_row_says_where_and_its_flags_in_order() -> None:
    part = Part("2026-02", date(2026, 2, 3), date(2026, 2, 28), is_full=False)
    row = coverage_row("message", part, basis="api", asset="zoom", flags=["truncated", *part.flags, "by_name"])
    stored = fact_rows("coverage", [row], Town("T1")).to_pylist()
    assert stored == [
        {
            "authority": "T1", "month": "2026-02", "fact": "message", "asset": "zoom", "space": "",
            "first_day": date(2026, 2, 3), "last_day": date(2026, 2, 28), "extent": "part", "knows": "", "why": "",
            "quality": "by_name partial_period truncated", "basis": "api", "exists_since": None,
        }
    ]  # fmt: skip


def test_no_rows_are_an_empty_table_of_the_fact() -> None:
    assert fact_rows("coverage", [], Town("T1")) == arrow_schema("coverage").empty_table()


def test_rows_of_coverage_are_made_in_one_place() -> None:
    modules = (ROOT / "transforms" / "staging").glob("*.py")
    assert [path.name for path in modules if '"extent"' in path.read_text(encoding="utf-8")] == ["coverage.py"]


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "page": st.sampled_from(["p1", "p2", None]),
            "day": st.sampled_from([NEW_YEAR, NEW_YEAR + DAY]),
            "landed_order": st.integers(0, 2),
            "segment": st.sampled_from(["s1", "s2"]),
            "amount": st.none() | st.integers(0, 3),
        }
    )
)


@given(rows=ROWS, seed=st.randoms(use_true_random=False))
def test_the_last_reading_of_each_key_stands_in_whatever_order_they_come(
    rows: list[dict[str, Any]], seed: random.Random
) -> None:
    schema = pa.schema(
        [("page", pa.string()), ("day", pa.date32()), ("landed_order", pa.int64()), ("segment", pa.string()), ("amount", pa.int64())]
    )  # fmt: skip
    expected: dict[tuple[str, date], Row] = {}
    for row in sorted(rows, key=lambda r: (r["landed_order"], r["segment"], repr(sorted(r.items())))):
        expected[row["page"] or "", row["day"]] = row
    seed.shuffle(rows)
    table = pa.Table.from_pylist(rows, schema=schema)
    # Many chunks, as many segments land.
    chunked = pa.concat_tables([table.slice(n, 1) for n in range(len(rows))] or [table])
    assert latest({"reading": chunked}, "reading", ("page", "day")) == [expected[key] for key in sorted(expected)]
    assert latest({}, "reading", ("page", "day")) == []


places = st.lists(st.tuples(st.sampled_from(["", "a", "b"]), st.integers(1, 12)), max_size=12)


@given(st.lists(places, min_size=1, max_size=3), places)
def test_what_happened_before_a_place_was_heard_shows_that_it_was_there(
    facts: list[list[tuple[str, int]]], heard: list[tuple[str, int]]
) -> None:
    tables = [
        pa.table({"space": [one for one, _ in rows], "month": [f"2026-{month:02}" for _, month in rows]})
        for rows in facts
        if rows
    ]
    rows = [coverage_row("visit", Part.whole(f"2026-{month:02}"), basis="api", space=one) for one, month in heard]
    said = with_evidence(rows, shown_by(tables))
    assert [{**row, "exists_since": None} for row in said] == rows
    for row in said:
        own = [month for one, month in heard if one == row["space"]]
        told = [month for each in facts for one, month in each if one == row["space"]]
        is_older = bool(row["space"]) and bool(told) and min(told) < min(own) and int(row["month"][5:]) == min(own)
        assert row["exists_since"] == (date(2026, min(told), 1) if is_older else None)
