"""What is read, and what must stay behind."""

import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine

from publishers import summary
from publishers.reading import months_until, read_report
from publishers.report import Report
from publishers.rows import plain
from tests.unit.publishers import town


def one(report: Report, indicator: str):  # type: ignore[no-untyped-def]
    return next(row for row in report.indicators if row.indicator == indicator)


def test_months_cross_the_year() -> None:
    assert months_until("2026-02", 4) == ("2025-11", "2025-12", "2026-01", "2026-02")


def test_indicators_come_in_report_order_with_their_parts_and_spaces(report: Report) -> None:
    assert [row.indicator for row in report.indicators] == [row[0] for row in town.INDICATORS]
    answers = one(report, "whatsapp.answers")
    assert [cell.part for cell in answers.beside if not cell.space] == ["share_answered"]
    assert len([cell for cell in answers.beside if cell.space]) == len(town.HOSTILE)
    assert answers.sources == (("whatsapp", "message"),)


def test_a_suppressed_number_never_leaves_the_warehouse(report: Report, built) -> None:  # type: ignore[no-untyped-def]
    cell = one(report, "whatsapp.trust").whole
    assert (cell.value, cell.n, cell.lo, cell.hi) == (None, None, None, None)
    for file in built.iterdir():
        if file.suffix == ".xlsx":
            with zipfile.ZipFile(file) as archive:
                contents = [archive.read(name) for name in archive.namelist()]
        elif file.suffix == ".parquet":
            contents = [repr(pq.read_table(file).to_pylist()).encode()]
        else:
            contents = [file.read_bytes()]
        assert all(b"3.14159" not in content for content in contents), file.name


def test_missing_is_not_zero(report: Report) -> None:
    assert one(report, "website.service_pages").whole.value == 0.0
    assert one(report, "facebook.business_ties").whole.value is None
    assert one(report, "resilience.loneliness").whole.status == "missing"  # the warehouse has no row at all
    assert summary.counts(report) == {"final": 4, "provisional": 1, "missing": 3, "suppressed": 1, "not_applicable": 1}
    assert summary.shown(report) == 5


def test_page_one_says_why(report: Report) -> None:
    why = {absence.reason: absence for absence in summary.absences(report, "he")}
    assert why["לא הוזן נתון בחוברת הצוות לחודש זה"].titles == ("שיתופי פעולה עסקיים",)
    assert why["התקבלו פחות מ־30 תשובות"].status == "suppressed"


def test_direction_overrides_and_control_characters_are_left_out(report: Report) -> None:
    assert plain("\u202eabc\u202c\x00\x1b[31m\u2066") == "abc[31m"
    assert plain("שלום\u200f world\n") == "שלום\u200f world\n"
    assert "\u202e" not in "".join(report.spaces.values())


def test_a_month_before_closing_shows_its_state(engine: Engine) -> None:
    now = read_report(engine, town.AUTHORITY, town.MONTH, town.TIMEZONE)
    assert (now.state, now.revision, now.closed_at) == ("provisional", 0, None)
    assert summary.head(now, "en")["revision"] == "View before the month is closed"


def test_an_unknown_authority_reads_as_all_missing(engine: Engine) -> None:
    empty = read_report(engine, "0000", town.MONTH, town.TIMEZONE)
    assert {row.whole.status for row in empty.indicators} == {"missing"}
    assert empty.name == {"he": "0000"}


@pytest.mark.parametrize(("zone", "day"), [("Asia/Jerusalem", "10.11.2026"), ("America/New_York", "9.11.2026")])
def test_the_closing_day_is_the_towns(report: Report, zone: str, day: str) -> None:
    closed = replace(report, timezone=zone, closed_at=datetime(2026, 11, 9, 22, 30, tzinfo=UTC))
    assert day in summary.head(closed, "he")["closed_on"]
