"""The sheet of follow-up: what a row becomes in any language of the workbook, and a target no figure can reach."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from collectors.base import FileReport, FileSettings
from collectors.staff_workbook.layout import ReportedIndicator
from collectors.staff_workbook.reader import StaffWorkbook
from collectors.staff_workbook.write import write_staff_workbook
from texts import LANGUAGES

SHARE = ReportedIndicator("newsletter.open_rate", {"he": "שיעור פתיחה", "ar": "نسبة الفتح", "en": "Open rate"}, "share")
SCORE = ReportedIndicator("whatsapp.trust", {"he": "אמון", "ar": "ثقة", "en": "Trust"}, "score_1_5")
ROW: dict[str, Any] = {"month": "2026-10", "indicator": SHARE.id}


def read(path: Path, rows: list[dict[str, Any]], language: str = "he") -> tuple[list[dict[str, Any]], FileReport]:
    write_staff_workbook(
        path, language=language, months=["2026-10"], entries={"follow_up": rows}, linked=[SHARE, SCORE]
    )
    report = FileReport(str(path))
    pages = list(StaffWorkbook().pages(path, FileSettings(), report))
    return [row for page in pages if page.stream.name == "staff_follow_up" for row in page.rows.to_pylist()], report


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_becomes_a_record_in_any_language(tmp_path: Path, language: str) -> None:
    said = {**ROW, "note": "מילים", "action": "כלمات", "owner": "community worker", "review_day": date(2026, 12, 1),
            "target": 0.4, "target_day": date(2027, 6, 30), "entered_by": "Canary Clerk"}  # fmt: skip
    (row,), report = read(tmp_path / "staff.xlsx", [said], language)
    assert not report.rejected
    assert row == said


@pytest.mark.parametrize(("indicator", "target"), [(SHARE.id, 40), (SCORE.id, 0.5), (SCORE.id, 5.1)])
def test_a_target_no_figure_can_reach_is_put_aside(tmp_path: Path, indicator: str, target: float) -> None:
    rows, report = read(
        tmp_path / "staff.xlsx", [{**ROW, "indicator": indicator, "target": target}, {**ROW, "note": "n"}]
    )
    assert [one.code for one in report.rejected] == ["target_out_of_reach"]
    assert [row["note"] for row in rows] == ["n"]
