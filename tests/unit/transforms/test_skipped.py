"""What staging leaves out is counted and lowers coverage; what is read whole elsewhere is not lost."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.columns import Column
from collectors.kinds import Reader, WrongValue, day, instant
from town.staged import staging_modules
from town.streams import streams_by_name
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
        flags = {row["quality"] for row in found if row["extent"] != "full"}
        assert flags <= {"estimated partial_period"} and len(found) == len(rows)
        return {(row["fact"], row["space"], row["month"]) for row in found if row["extent"] != "full"}

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


MODULES = [module for module in staging_modules() if hasattr(module, "NEEDS")]
NEEDED = [(stream, column) for module in MODULES for stream, need in module.NEEDS.items() for column in need.columns]


@pytest.mark.parametrize(("stream", "column"), NEEDED)
def test_what_staging_cannot_do_without_its_collector_requires(stream: str, column: str) -> None:
    """A column of a record is read by something that refuses nothing; the others the collector makes itself."""
    declared = next(one for one in streams_by_name()[stream].columns if one.name == column)
    if declared.path and not declared.path.startswith("_"):
        for nothing in (None, "", " "):
            with pytest.raises(WrongValue):
                declared.reader()(nothing)


def test_modules_say_what_they_cannot_do_without_of_streams_they_stage() -> None:
    assert {module.SOURCE for module in MODULES} >= {"zoom", "newsletter"}
    assert all(set(module.NEEDS) <= set(module.STREAMS) for module in MODULES)


@pytest.mark.parametrize("stream", sorted(streams_by_name()))
def test_a_text_of_nothing_is_no_value(stream: str) -> None:
    """Whatever a service sends as an empty text reads as null does: as nothing, or as refused."""

    def read(reader: Reader, value: str | None) -> object:
        try:
            return reader(value)
        except WrongValue:
            return WrongValue

    for one in streams_by_name()[stream].columns:
        if one.path and not one.path.startswith("_") and not one.key:
            assert read(one.reader(), "") == read(one.reader(), None), one.name


def test_figures_of_a_campaign_not_worked_out_are_no_figures() -> None:
    for stream, path in (("brevo_campaign", "statistics.globalStats.sent"), ("mailchimp_campaign", "emails_sent")):
        (column,) = [one for one in streams_by_name()[stream].columns if one.path == path]
        assert column.reader()(1) == 1
        with pytest.raises(WrongValue):
            column.reader()(0)


@pytest.mark.parametrize("written", ["1970-01-01", "1980-01-01", "1899-12-30", "0001-01-01"])
def test_a_date_from_before_there_was_any_service_is_no_value(written: str) -> None:
    assert day(written) is None and instant(f"{written}T12:00:00Z") is None and instant(0) is None
    assert day("2000-01-01") == date(2000, 1, 1) and instant("2000-01-01T12:00:00Z") is not None
    required = Column("sent_at", "sent", instant, "When", required=True)
    with pytest.raises(WrongValue):
        required.reader()(f"{written}T12:00:00Z")
