"""The register of matters told back: what a row becomes, what later days change, and what contradicts itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from collectors.base import FileReport, FileSettings
from collectors.staff_workbook.reader import StaffWorkbook
from collectors.staff_workbook.write import write_staff_workbook

RAMP: dict[str, Any] = {"raised_day": date(2026, 9, 29), "matter": "a ramp at the school", "raised_in": "meeting"}


def read(path: Path, rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], FileReport]:
    write_staff_workbook(path, language="en", entries={"told_back": rows})
    report = FileReport(str(path))
    pages = list(StaffWorkbook().pages(path, FileSettings(), report))
    return [row for page in pages if page.stream.name == "staff_report" for row in page.rows.to_pylist()], report


@pytest.mark.parametrize(
    ("days", "state", "amount"),
    [
        ({}, "raised", None),
        ({"decided_day": date(2026, 10, 5)}, "decided", None),
        ({"decided_day": date(2026, 10, 5), "told_day": date(2026, 11, 28)}, "told", 60.0),
        ({"decided_day": date(2026, 9, 29), "told_day": date(2026, 9, 29)}, "told", 0.0),
    ],
)
def test_a_matter_is_of_the_month_it_was_raised_in_and_says_how_far_it_came(
    tmp_path: Path, days: dict[str, date], state: str, amount: float | None
) -> None:
    (row,), report = read(tmp_path / "staff.xlsx", [{**RAMP, **days, "evidence": "https://town.example/ramp"}])
    assert not report.rejected
    said = {name: row[name] for name in ("month", "indicator", "part", "subject", "state", "amount", "has_evidence")}
    assert said == {
        "month": "2026-09", "indicator": "assets.told_back", "part": "meeting", "subject": "a ramp at the school",
        "state": state, "amount": amount, "has_evidence": True,
    }  # fmt: skip
    assert "town.example" not in str(row)


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ({"told_day": date(2026, 10, 5)}, "told_before_decided"),
        ({"decided_day": date(2026, 9, 28)}, "ends_before_it_starts"),
        ({"decided_day": date(2026, 10, 5), "told_day": date(2026, 10, 4)}, "ends_before_it_starts"),
    ],
)
def test_days_that_contradict_each_other_are_put_aside(tmp_path: Path, days: dict[str, date], code: str) -> None:
    rows, report = read(tmp_path / "staff.xlsx", [{**RAMP, **days}, {**RAMP, "matter": "a bus"}])
    assert [one.code for one in report.rejected] == [code]
    assert [row["subject"] for row in rows] == ["a bus"]


def test_a_matter_written_twice_is_one_as_it_stands_last(tmp_path: Path) -> None:
    later = {**RAMP, "decided_day": date(2026, 10, 5), "told_day": date(2026, 10, 9)}
    (row,), _ = read(tmp_path / "staff.xlsx", [RAMP, later])
    assert (row["state"], row["amount"]) == ("told", 10.0)
