"""What staging leaves out is counted and lowers coverage; what is read whole elsewhere is not lost."""

from datetime import UTC, date, datetime

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from transforms.staging.coverage import Lost, Part, coverage_row, lowered, without
from transforms.staging.records import fact_rows
from transforms.staging.skipped import NO_COLUMN, SKIPPED, Need, Skipped
from transforms.staging.town import Town

TOWN = Town("0070")
NEED = {"letter": Need(("mailing",), ("campaign", "sent_at"), ("campaign",), ("sent_at",))}
MAY = datetime(2026, 5, 31, 22, tzinfo=UTC)  # already June in the town
DAYS = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(
    lambda pair: tuple(date.fromordinal(739000 + one) for one in sorted(pair))
)


def letters(*rows: tuple[str | None, datetime | None]) -> pa.Table:
    return pa.table(
        {
            "campaign": pa.array([one for one, _ in rows], pa.string()),
            "sent_at": pa.array([at for _, at in rows], pa.timestamp("us", "UTC")),
            "space": pa.array(["list"] * len(rows)), "batch": pa.array(["b"] * len(rows)),
        }
    )  # fmt: skip


def test_a_row_without_what_it_needs_is_left_out_and_counted() -> None:
    skipped = Skipped(NEED, TOWN)
    fit = skipped.fit({"letter": letters(("a", MAY), ("b", None), ("", MAY), (None, MAY)), "other": letters()})
    assert fit["letter"]["campaign"].to_pylist() == ["a"]
    found = {(one["subject"], one["month"]): one for one in skipped.tables()[SKIPPED].to_pylist()}
    assert {place: one["records"] for place, one in found.items()} == {("sent_at", ""): 1, ("campaign", "2026-06"): 2}
    same = {"stream": "letter", "batch": "b", "fact": "mailing", "space": "list", "code": NO_COLUMN}
    assert all(same.items() <= one.items() for one in found.values())


def test_a_record_read_again_whole_is_not_lost() -> None:
    skipped = Skipped(NEED, TOWN)
    fit = skipped.fit({"letter": letters(("a", MAY), ("a", None))})
    assert fit["letter"].num_rows == 1 and skipped.tables() == {}


def test_only_the_months_something_is_lost_of_are_not_full() -> None:
    rows = [
        coverage_row(fact, Part.whole(month), basis="api", asset="newsletter", space=space, flags=["estimated"])
        for fact in ("mailing", "membership")
        for month in ("2026-05", "2026-06", "2026-07")
        for space in ("list", "other")
    ]
    table = fact_rows("coverage", rows, TOWN)
    assert lowered(table, []) is table

    def part(*lost: Lost) -> set[tuple[str, str, str]]:
        found = lowered(table, lost).to_pylist()
        flags = {row["quality"] for row in found if not row["is_full"]}
        assert flags <= {"estimated partial_period"} and len(found) == len(rows)
        return {(row["fact"], row["space"], row["month"]) for row in found if not row["is_full"]}

    assert part(Lost("mailing", "list", "2026-06")) == {("mailing", "list", "2026-06")}
    assert part(Lost("mailing", month="2026-06")) == {("mailing", "list", "2026-06"), ("mailing", "other", "2026-06")}
    night = (date(2026, 5, 31), date(2026, 6, 1))
    both = {("membership", space, month) for space in ("list", "other") for month in ("2026-05", "2026-06")}
    assert part(Lost("membership", days=(night,))) == both
    assert len(part(Lost("mailing"))) == 6


@given(st.lists(DAYS, max_size=5), st.lists(DAYS, max_size=5))
def test_days_without_others_are_those_no_other_stretch_holds(days: list, others: list) -> None:  # type: ignore[type-arg]
    def each(stretches: list) -> set[int]:  # type: ignore[type-arg]
        return {n for first, last in stretches for n in range(first.toordinal(), last.toordinal() + 1)}

    assert each(without(days, others)) == each(days) - each(others)
