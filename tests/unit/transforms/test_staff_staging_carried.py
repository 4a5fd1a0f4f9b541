"""What holds over time stands in every month it holds, and no longer. Figures by hand."""

from __future__ import annotations

from datetime import date

import pytest

from collectors.staff_workbook import streams
from tests.unit.transforms.staff_rows import entry, landed, reports


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2026, 1, 10), None, ["2026-01", "2026-02", "2026-03", "2026-04"]),
        (date(2026, 1, 31), date(2026, 2, 28), ["2026-01", "2026-02"]),  # in force on February's last day
        (date(2026, 1, 1), date(2026, 2, 27), ["2026-01"]),
        (date(2026, 3, 1), date(2030, 12, 31), ["2026-03", "2026-04"]),  # a far end stretches nothing
        (date(2026, 2, 2), date(2026, 2, 20), []),
        (date(2026, 5, 1), None, []),  # begins after all that was spoken of
    ],
)
def test_in_force_by_month_end(start: date, end: date | None, months: list[str]) -> None:
    rows = [
        entry("policy.routines", part="policy", subject="r", state="own", in_force_from=start, in_force_to=end),
        entry("facebook.initiatives", "2026-04", amount=1.0),
    ]
    found = [row for row in reports(rows) if row["indicator"] == "policy.routines"]
    assert [row["month"] for row in found] == months
    assert all(
        (row["state"], row["part"], row["in_force_from"], row["in_force_to"]) == ("own", "policy", start, end)
        for row in found
    )


def test_a_workbook_of_routines_alone_speaks_until_its_latest_start() -> None:
    rows = [entry("policy.role_holder", subject=str(n), amount=0.5, in_force_from=date(2026, n, 1)) for n in (1, 3)]
    assert [(row["subject"], row["month"]) for row in reports(rows)] == [
        ("1", "2026-01"),
        ("1", "2026-02"),
        ("1", "2026-03"),
        ("3", "2026-03"),
    ]


def test_a_month_declared_complete_carries_states_on() -> None:
    period = landed(streams.StaffPeriod, [{"month": "2026-03", "topic": "communities", "is_complete": True}])
    rows = [entry("community", "2026-01", part="kind", subject="parents", state="hybrid")]
    assert [(row["month"], row["state"]) for row in reports(rows, staff_period=period)] == [
        ("2026-01", "hybrid"),
        ("2026-02", "hybrid"),
        ("2026-03", "hybrid"),
    ]


def test_moves_of_a_community_are_seen_in_their_month_only() -> None:
    rows = [
        entry("community", "2026-01", part="kind", subject="parents", state="unmet_need"),
        entry("community", "2026-01", part="stage", subject="parents", state="entry"),
        entry("community", "2026-03", part="kind", subject="parents", state="hybrid"),
        entry("community", "2026-03", part="stage", subject="parents", state="entry"),  # said again, not a move
        entry("community", "2026-05", part="ended", subject="parents", state="yes"),
        entry("community", "2026-06", part="stage", subject="parents", state="upkeep"),  # starts anew, not a move
    ]
    found = [(row["month"], row["part"], row["state"]) for row in reports(rows)]
    assert found == [
        ("2026-01", "kind", "unmet_need"), ("2026-01", "stage", "entry"),
        ("2026-02", "kind", "unmet_need"), ("2026-02", "stage", "entry"),
        ("2026-03", "kind", "hybrid"), ("2026-03", "kind_from:unmet_need", "hybrid"), ("2026-03", "stage", "entry"),
        ("2026-04", "kind", "hybrid"), ("2026-04", "stage", "entry"),
        ("2026-06", "stage", "upkeep"),
    ]  # fmt: skip


def test_volunteers_and_readiness_of_a_community_stand_until_said_again() -> None:
    rows = [
        entry("community", "2026-01", part="kind", subject="choir", state="hybrid"),
        entry("community", "2026-01", part="volunteers", subject="choir", amount=4.0),
        entry("community", "2026-02", part="ready", subject="choir", state="no"),
        entry("community", "2026-03", part="ready", subject="choir", state="yes"),
        entry("community", "2026-03", part="volunteers", subject="choir", amount=7.0),
        entry("community", "2026-04", part="ended", subject="choir", state="yes"),
    ]
    found = [(r["month"], r["part"], r["amount"], r["state"]) for r in reports(rows) if r["part"] != "kind"]
    assert found == [
        ("2026-01", "volunteers", 4.0, ""),
        ("2026-02", "ready", None, "no"), ("2026-02", "volunteers", 4.0, ""),
        ("2026-03", "ready", None, "yes"), ("2026-03", "volunteers", 7.0, ""),
    ]  # fmt: skip


def test_a_goal_is_defined_in_every_month_and_valued_where_entered() -> None:
    rows = [
        entry("programme_goal", "2026-01", part="goal", subject="p|g", amount=4.0, state="lower"),
        entry("programme_goal", "2026-01", part="indicator", subject="p|g", state="resilience.loneliness"),
        entry("programme_goal", "2026-02", part="value", subject="p|g", amount=3.5),
        entry("programme_goal", "2026-03", part="goal", subject="p|g", amount=5.0),
        entry("programme_goal", "2026-02", part="value", subject="p|h", amount=1.0),
    ]
    found = [(r["month"], r["subject"], r["part"], r["amount"], r["state"]) for r in reports(rows)]
    assert found == [
        ("2026-01", "p|g", "goal", 4.0, "lower"), ("2026-01", "p|g", "indicator", None, "resilience.loneliness"),
        ("2026-02", "p|g", "goal", 4.0, "lower"), ("2026-02", "p|h", "goal", None, "higher"),
        ("2026-02", "p|g", "indicator", None, "resilience.loneliness"),
        ("2026-02", "p|g", "value", 3.5, ""), ("2026-02", "p|h", "value", 1.0, ""),
        ("2026-03", "p|g", "goal", 5.0, "lower"), ("2026-03", "p|h", "goal", None, "higher"),
        ("2026-03", "p|g", "indicator", None, "resilience.loneliness"),
    ]  # fmt: skip
