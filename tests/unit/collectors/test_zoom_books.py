"""A made-up town on Zoom for a year, read month by month: the staged facts are the books."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from collectors.base import Page
from collectors.service import PullReport, Window
from simulator.services.zoom import FakeZoom
from tests.unit.collectors.zoom_life import ZONE, a_year, read, staged
from warehouse.calendar import shift


def figures(facts: Mapping[str, list[dict[str, Any]]]) -> dict[str, dict[str, int]]:
    """The staged facts in the form of the books."""
    found: dict[str, dict[str, int]] = {}
    people: dict[str, set[Any]] = {}
    for row in facts["gathering"]:
        found.setdefault(row["month"], {"meetings": 0, "attendances": 0, "minutes": 0})["meetings"] += 1
    for row in facts["attendance"]:
        if row["role"] == "resident":
            found[row["month"]]["attendances"] += 1
            found[row["month"]]["minutes"] += row["minutes"]
            alone = row["person"] if row["person"] is not None else (row["gathering"], row["attendee"])
            people.setdefault(row["month"], set()).add(alone)
    return {month: {**row, "residents": len(people.get(month, ()))} for month, row in sorted(found.items())}


def month_windows(first: str, months: int) -> list[Window]:
    starts = [datetime.fromisoformat(f"{shift(first, n)}-01T00:00:00+00:00") for n in range(months + 1)]
    return [Window(max(a - timedelta(days=3), starts[0]), b) for a, b in pairwise(starts)]


@pytest.fixture(scope="module")
def year() -> tuple[dict[str, dict[str, int]], list[list[Page]], list[list[Page]], PullReport]:
    """Books, and two readings of twelve months, each month read soon after its end."""
    with FakeZoom(datetime(2025, 1, 1, tzinfo=UTC)) as fake:
        a_year(fake, datetime(2025, 1, 1, 6, tzinfo=UTC))
        report, once, again = PullReport(), [], []
        for window in month_windows("2025-01", 13):
            fake.now = window.until
            once.append(read(fake, window, report))
            again.append(read(fake, window))
        return fake.truth(ZONE), once, again, report


def test_staged_facts_are_the_books(year: Any) -> None:
    truth, once, _, report = year
    assert figures(staged(once)) == truth
    assert len(truth) >= 12
    assert not report.rejected and not report.drift


def test_two_full_reads_are_equal(year: Any) -> None:
    _, once, again, _ = year
    assert [[p.rows.to_pylist() for p in pages] for pages in once] == [
        [p.rows.to_pylist() for p in pages] for pages in again
    ]
    assert staged(once) == staged([*once, *again])


def test_every_read_month_is_covered_in_full(year: Any) -> None:
    facts = staged(year[1])
    full = {(row["month"], row["fact"]) for row in facts["coverage"] if (row["extent"] == "full")}
    assert {(f"2025-{m:02d}", fact) for m in range(2, 13) for fact in ("gathering", "attendance")} <= full
    guests = {row["month"] for row in facts["attendance"] if row["person"] is None}
    flagged = {r["month"] for r in facts["coverage"] if r["fact"] == "attendance" and "by_name" in r["quality"]}
    assert guests == flagged


def test_kinds_hearing_and_acts_come_through(year: Any) -> None:
    facts = staged(year[1])
    assert {row["kind"] for row in facts["gathering"]} == {"participation", "residents"}
    assert {row["heard_via"] for row in facts["attendance"]} == {"newsletter", None}
    assert {row["has_voted"] for row in facts["attendance"]} == {True, False}
    assert {row["has_chatted"] for row in facts["attendance"]} == {True, False}
    assert {row["has_asked"] for row in facts["attendance"]} == {None}
    assert {row["role"] for row in facts["attendance"] if row["has_chatted"]} == {"resident", "authority"}
    assert {row["is_question"] for row in facts["message"]} == {True, False}


def test_nothing_said_or_named_is_landed(year: Any) -> None:
    landed_pages = [page for pages in year[1] for page in pages]
    people = repr([page.rows.select(list(page.stream.personal_fields)).to_pylist() for page in landed_pages])
    assert "@home" in people and "Guest" in people  # the control: that was said, and stands where people stand
    for page in landed_pages:
        left = page.rows.drop_columns([c for c in page.stream.personal_fields if c in page.rows.column_names])
        text = repr(left.to_pylist())
        for canary in ("Resident", "Guest", "@home", "why?", "because", "canary", "Clerk"):
            assert canary not in text


def test_a_backfill_past_the_reports_finds_the_standing_meetings() -> None:
    with FakeZoom(datetime(2025, 1, 1, tzinfo=UTC)) as fake:
        a_year(fake, datetime(2025, 1, 3, 6, tzinfo=UTC), months=3)
        fake.now = datetime(2025, 11, 1, tzinfo=UTC)
        report = PullReport()
        window = Window(datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 5, 1, tzinfo=UTC))
        facts = staged([read(fake, window, report)])
        assert {row["kind"] for row in facts["gathering"]} == {"participation", "residents"}
        assert figures(facts)["2025-02"] == fake.truth(ZONE)["2025-02"]
        assert not any((row["extent"] == "full") for row in facts["coverage"])
        assert any("enter the others in the staff workbook" in notice for notice in report.notices)
