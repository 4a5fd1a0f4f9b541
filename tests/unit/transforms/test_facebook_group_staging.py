"""Facebook group staging: overlapping exports, months' last days, what was covered, no trace of import order."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.facebook_group_export.streams import GroupMetric
from transforms.staging.facebook_group import SOURCE, STREAMS, stage
from transforms.staging.town import Town
from warehouse.registers import Space
from warehouse.schemas import arrow_schema

KEY = "0123456789abcdef"
SPACE = Space(authority="1234", space="parents", title="הורים", asset="facebook", kind="group", operated_by="residents")
TOWN = Town("1234", spaces={"parents": SPACE}, space_of_key={KEY: "parents"})
Row = tuple[str, str, date, float]


def export(*rows: Row, key: str = KEY) -> list[dict[str, Any]]:
    """The landed rows of one file: metric, period, first day, amount."""
    return [
        {"group_key": key, "metric": metric, "period": period, "period_start": start, "amount": amount}
        for metric, period, start, amount in rows
    ]


def landed(*files: list[dict[str, Any]], segments: Sequence[str] | None = None) -> dict[str, pa.Table]:
    schema = GroupMetric.schema.append(pa.field("segment", pa.string())).append(pa.field("landed_order", pa.int64()))
    names = segments or [f"segment-{n}" for n in range(len(files))]
    rows = [{**row, "segment": names[n], "landed_order": n} for n, file in enumerate(files) for row in file]
    return {"facebook_group_metric": pa.Table.from_pylist(rows, schema=schema)}


def october(day: int) -> date:
    return date(2026, 10, day)


def test_declares_its_source() -> None:
    assert (SOURCE, STREAMS) == ("facebook_group", ("facebook_group_metric",))


def test_nothing_landed_gives_empty_facts_of_the_right_shape() -> None:
    facts = stage({}, TOWN)
    assert set(facts) == {"platform_metric", "membership", "coverage"}
    for name, table in facts.items():
        assert table.num_rows == 0 and table.schema == arrow_schema(name)


def test_metrics_and_members_go_to_their_own_facts() -> None:
    file = export(
        ("posts", "day", october(5), 7), ("column_9", "day", october(5), 1.5), ("members", "day", october(5), 90)
    )
    facts = stage(landed(file), TOWN)
    assert facts["platform_metric"].to_pylist() == [
        {
            "authority": "1234",
            "month": "2026-10",
            "space": "parents",
            "asset": "facebook",
            "metric": metric,
            "period": "day",
            "period_start": october(5),
            "amount": amount,
            "basis": "export",
        }
        for metric, amount in (("column_9", 1.5), ("posts", 7.0))
    ]
    assert facts["membership"].to_pylist() == [
        {
            "authority": "1234",
            "month": "2026-10",
            "space": "parents",
            "asset": "facebook",
            "day": october(5),
            "members": 90,
            "staff": None,
            "joined": 0,
            "left": 0,
            "basis": "export",
            "is_month_end": True,
        }
    ]


def test_an_unregistered_group_has_a_code_and_the_plain_asset() -> None:
    facts = stage(landed(export(("posts", "day", october(5), 7), key="fedcba9876543210")), TOWN)
    assert [(r["space"], r["asset"]) for r in facts["platform_metric"].to_pylist()] == [
        ("unregistered-fedcba98", "facebook")
    ]


def test_month_end_is_the_last_row_of_each_month() -> None:
    file = export(
        ("members", "day", date(2026, 9, 30), 80),
        ("joined", "day", october(1), 4),
        ("members", "day", october(1), 83),
        ("left", "day", october(1), 1),
        ("members", "day", october(9), 85),
    )
    rows = stage(landed(file), TOWN)["membership"].to_pylist()
    assert [(r["day"], r["members"], r["joined"], r["left"], r["is_month_end"]) for r in rows] == [
        (date(2026, 9, 30), 80, 0, 0, True),
        (october(1), 83, 4, 1, False),
        (october(9), 85, 0, 0, True),
    ]


def test_members_stay_unknown_when_only_changes_are_given() -> None:
    rows = stage(landed(export(("joined", "day", october(3), 2))), TOWN)["membership"].to_pylist()
    assert [(r["members"], r["joined"]) for r in rows] == [(None, 2)]


def test_a_month_is_laid_on_its_last_day_and_a_rolling_total_on_none() -> None:
    file = export(
        ("members", "month", date(2026, 2, 1), 70),
        ("members", "week", october(4), 71),
        ("active_members", "days_28", october(4), 50),
        ("members", "days_28", october(4), 99),
    )
    facts = stage(landed(file), TOWN)
    assert [(r["day"], r["members"]) for r in facts["membership"].to_pylist()] == [
        (date(2026, 2, 28), 70),
        (october(10), 71),
    ]
    assert [(r["metric"], r["period"]) for r in facts["platform_metric"].to_pylist()] == [("active_members", "days_28")]


def test_the_export_that_reaches_further_speaks_for_a_day() -> None:
    early = export(("posts", "day", october(1), 9), ("posts", "day", october(2), 1))
    late = export(("posts", "day", october(2), 4), ("posts", "day", october(3), 5))
    for files in ((early, late), (late, early), (early, late, early)):
        rows = stage(landed(*files), TOWN)["platform_metric"].to_pylist()
        assert [(r["period_start"].day, r["amount"]) for r in rows] == [(1, 9), (2, 4), (3, 5)]


def test_coverage_is_full_only_without_a_gap() -> None:
    whole = export(*(("posts", "day", october(d), 1) for d in range(1, 32)))
    gap = export(*(("members", "day", october(d), 5) for d in range(1, 32) if d != 12))
    rows = stage(landed(whole, gap), TOWN)["coverage"].to_pylist()
    assert [
        (r["fact"], r["space"], r["first_day"], r["last_day"], (r["extent"] == "full"), r["quality"]) for r in rows
    ] == [
        ("membership", "parents", october(1), october(31), False, "partial_period"),
        ("platform_metric", "parents", october(1), october(31), True, ""),
    ]


def test_a_week_over_two_months_covers_days_of_both() -> None:
    rows = stage(landed(export(("posts", "week", date(2026, 9, 28), 3))), TOWN)["coverage"].to_pylist()
    assert [(r["month"], r["first_day"], r["last_day"]) for r in rows] == [
        ("2026-09", date(2026, 9, 28), date(2026, 9, 30)),
        ("2026-10", october(1), october(4)),
    ]


numbers = st.tuples(
    st.sampled_from(["members", "joined", "posts", "column_7"]),
    st.sampled_from(["day", "week", "month"]),
    st.integers(0, 70).map(lambda n: date(2026, 9, 1) + timedelta(days=n)),
    st.integers(0, 50).map(float),
)
keyed = st.lists(numbers, min_size=1, max_size=8, unique_by=lambda n: n[:3])
files = st.lists(keyed.map(lambda rows: export(*rows)), min_size=1, max_size=4)


@settings(deadline=None)
@given(files, st.randoms(use_true_random=False))
def test_import_order_and_segment_names_leave_no_trace(written: list[list[dict[str, Any]]], random: Any) -> None:
    # Of exports that reach as far the order decides: each reaches a day further than the one before.
    ends = [export(("column_8", "day", date(2026, 12, 1 + turn), 0.0)) for turn in range(len(written))]
    written = [[*rows, *end] for rows, end in zip(written, ends, strict=True)]
    expected = stage(landed(*written), TOWN)
    shuffled = [*written, random.choice(written)]
    random.shuffle(shuffled)
    again = landed(*shuffled, segments=[f"{random.random()}-{n}" for n in range(len(shuffled))])[
        "facebook_group_metric"
    ]
    rows = list(range(again.num_rows))
    random.shuffle(rows)
    assert stage({"facebook_group_metric": again.take(rows)}, TOWN) == expected


@settings(deadline=None)
@given(files)
def test_each_space_and_month_ends_once(written: list[list[dict[str, Any]]]) -> None:
    rows = stage(landed(*written), TOWN)["membership"].to_pylist()
    ends = [(r["space"], r["month"]) for r in rows if r["is_month_end"]]
    assert sorted(ends) == sorted({(r["space"], r["month"]) for r in rows})


@settings(deadline=None)
@given(keyed, st.data())
def test_of_exports_of_the_same_days_the_one_that_landed_last_stands(rows: list[Row], data: st.DataObject) -> None:
    less = [(*row[:3], float(data.draw(st.integers(0, int(row[3]))))) for row in rows]
    assert stage(landed(export(*rows), export(*less)), TOWN) == stage(landed(export(*less)), TOWN)
    assert stage(landed(export(*less), export(*rows)), TOWN) == stage(landed(export(*rows)), TOWN)


OTHER = "fedcba9876543210"
BOTH = Town("1234", spaces={"parents": SPACE}, space_of_key={KEY: "parents", OTHER: "parents"})
BUSY = [("members", "day", october(day), 90.0 + day) for day in range(1, 32)]


def both_orders(*files: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """What is staged of files of several groups of one space, in whatever order they were imported."""
    one, other = (stage(landed(*order), BOTH) for order in (files, files[::-1]))
    assert {name: table.to_pylist() for name, table in one.items()} == {
        name: table.to_pylist() for name, table in other.items()
    }
    return {name: table.to_pylist() for name, table in one.items()}


def test_two_groups_of_one_space_are_added() -> None:
    first = export(*BUSY, *[("posts", "day", october(day), 2.0) for day in range(1, 32)])
    second = export(
        *[("members", "day", october(day), 40.0) for day in range(1, 32)],
        *[("posts", "day", october(day), 3.0) for day in range(1, 32)], key=OTHER,
    )  # fmt: skip
    facts = both_orders(first, second)
    assert [row["members"] for row in facts["membership"]] == [130 + day for day in range(1, 32)]
    assert {row["amount"] for row in facts["platform_metric"]} == {5.0}
    assert {row["extent"] for row in facts["coverage"]} == {"full"}


def test_a_group_exported_under_two_names_is_one() -> None:
    early = export(*BUSY[:20])
    late = export(*BUSY[10:18], *[(name, period, day, n + 1) for name, period, day, n in BUSY[18:]], key=OTHER)
    facts = both_orders(early, late)
    assert [row["members"] for row in facts["membership"]] == [90 + day + (day > 18) for day in range(1, 32)]
    assert {row["extent"] for row in facts["coverage"]} == {"full"}
    apart = both_orders(export(*BUSY[:10]), export(*BUSY[10:], key=OTHER))
    assert [row["members"] for row in apart["membership"]] == [90 + day for day in range(1, 32)]
    assert {row["extent"] for row in apart["coverage"]} == {"full"}


def test_a_month_one_of_two_groups_did_not_tell_whole_is_not_full() -> None:
    second = export(*[("members", "day", october(day), 40.0) for day in range(1, 21)], key=OTHER)
    facts = both_orders(export(*BUSY), second)
    assert {row["extent"] for row in facts["coverage"]} == {"part"}
    assert facts["membership"][-1]["members"] == 121 + 40  # its last count stands for it


def test_days_on_which_nothing_happened_make_no_two_groups_one() -> None:
    quiet = [("posts", "day", october(day), 0.0) for day in range(1, 32)]
    one = export(*quiet, ("members", "day", october(31), 90.0))
    other = export(*quiet, ("members", "day", october(31), 40.0), key=OTHER)
    assert [row["members"] for row in both_orders(one, other)["membership"]] == [130]
