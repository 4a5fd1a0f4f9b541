"""Which months a workbook speaks for in full: what is declared complete, and what was forgotten in it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from collectors.staff_workbook import streams
from tests.unit.transforms.staff_rows import SPACES, entry, landed, of
from transforms.staging import staff
from transforms.staging.staff_topics import REPORT_TOPICS


def test_coverage_is_full_only_where_declared() -> None:
    tables = {
        "staff_space": landed(streams.StaffSpace, SPACES),
        "staff_report": landed(
            streams.StaffReport,
            [
                entry("facebook.initiatives", "2026-01", amount=1.0),
                entry("facebook.initiatives", "2026-02", amount=1.0),
            ],
        ),
        "staff_membership": landed(streams.StaffMembership, [{"month": "2026-01", "space": "news", "members": 9}]),
        "staff_period": landed(
            streams.StaffPeriod,
            [
                {"month": "2026-02", "topic": "initiatives", "is_complete": True},
                {"month": "2026-01", "topic": "members", "is_complete": True},
            ],
        ),
    }
    rows = of(tables)["coverage"].to_pylist()
    found = {(r["fact"], r["month"], r["space"]): (r["extent"] == "full") for r in rows}
    assert found["report:facebook.initiatives", "2026-01", ""] is False
    assert found["report:facebook.initiatives", "2026-02", ""] is True
    assert found["report:whatsapp.meetups", "2026-02", ""] is True  # same topic, nothing entered: zero
    assert ("report:whatsapp.meetups", "2026-01", "") not in found  # missing
    assert found["report", "2026-02", ""] is False
    assert found["membership", "2026-01", ""] is found["membership", "2026-01", "news"] is True
    assert {(r["first_day"], r["last_day"]) for r in rows if r["month"] == "2026-02"} == {
        (date(2026, 2, 1), date(2026, 2, 28))
    }


YEAR = [f"2026-{number:02}" for number in range(1, 11)]


@pytest.mark.parametrize(
    ("told", "month", "forgotten"),
    [
        (YEAR[:3], "2026-04", True),
        (YEAR[:2], "2026-03", False),  # too few to be a rule
        (YEAR[:4], "2026-04", False),  # it was entered
        (["2026-01", "2026-02", "2026-04"], "2026-05", True),  # three of four
        (["2026-01", "2026-03", "2026-05"], "2026-06", False),  # every other month
        (YEAR[:3], "2026-05", True),  # forgotten twice
        (YEAR[:3], "2026-06", False),  # given up
        (YEAR[4:], "2026-04", False),  # before it was ever entered
        ([], "2026-04", False),
        (["2024-01", "2024-02", "2024-03", *YEAR], "2026-11", True),
    ],
)
def test_what_is_entered_nearly_every_month_is_forgotten_where_it_lacks(
    told: list[str], month: str, forgotten: bool
) -> None:
    assert staff.is_forgotten(told, month) is forgotten


def test_a_month_declared_complete_says_no_zero_of_what_was_forgotten() -> None:
    """Of two figures of a topic one is entered month by month; in April both lack, and the topic is complete."""

    def zeros(*more: dict[str, Any]) -> set[str]:
        told = [entry("whatsapp.meetups", month, amount=3.0) for month in YEAR[:3]]
        complete = [{"month": "2026-04", "topic": "initiatives", "is_complete": True}]
        tables = {
            "staff_report": landed(streams.StaffReport, [*told, *more]),
            "staff_period": landed(streams.StaffPeriod, complete),
        }
        rows = of(tables)["coverage"].to_pylist()
        return {row["fact"] for row in rows if (row["month"], row["extent"]) == ("2026-04", "full")}

    assert "report:facebook.business_ties" in zeros()
    assert "report:whatsapp.meetups" not in zeros()
    assert "report:whatsapp.meetups" in zeros(entry("whatsapp.meetups", "2026-04", amount=0.0))


def test_every_topic_complete_makes_the_whole_month_full() -> None:
    rows = [{"month": "2026-01", "topic": topic, "is_complete": True} for topic in REPORT_TOPICS]
    coverage = of({"staff_period": landed(streams.StaffPeriod, rows)})["coverage"].to_pylist()
    assert [(r["extent"] == "full") for r in coverage if r["fact"] == "report"] == [True]
    assert {r["fact"] for r in coverage} >= {"report:community", "report:programme_goal", "publication", "membership"}
