"""Tables as people report them, through the command line: what a user would expect of each, and what she is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import shared
from tests.e2e import hostile
from tests.e2e.command_line import Run, config
from texts import LANGUAGES, error_texts

TODAY = "2026-12-02"


@pytest.fixture
def tried(tmp_path: Path, run: Run) -> Any:
    """Imports files of the trials into one empty town, one call after the other; gives the last one's report."""
    hostile.town(tmp_path / "town").engine.dispose()

    def called(*parts: str) -> dict[str, Any]:
        ran = run(*config(tmp_path), "--today", TODAY, "import", shared("trials", "files", *parts), "--json")
        (report,) = json.loads(ran.out)["files"]
        assert ran.code == (0 if report["status"] in ("read", "duplicate") else 1)
        return {**report, "exit": ran.code}

    return called


def said(report: dict[str, Any], *words: str) -> None:
    notices = " ".join(report["notices"])
    assert all(word in notices for word in words), notices


@pytest.mark.parametrize(
    ("name", "respondents", "left_out"),
    [
        pytest.param("S01_qualtrics_three_header_rows.csv", 4, 2, id="S01"),
        pytest.param("S03b_limesurvey_full_answers_one_incomplete.csv", 4, 1, id="S03b"),
        pytest.param("S04b_google_forms_en_timestamp_gmt.csv", 5, 0, id="S04b"),
        pytest.param("S07_microsoft_forms.xlsx", 5, 0, id="S07"),
        pytest.param("S08_rows_hidden_by_filter.xlsx", 7, 0, id="S08"),
        pytest.param("S09_dates_as_bare_serials.xlsx", 5, 0, id="S09"),
        pytest.param("S11_google_sheet_us_locale_timestamps.csv", 20, 0, id="S11"),
    ],
)
def test_surveys_count_who_sent_answers_in_the_month_they_were_sent(
    tried: Any, name: str, respondents: int, left_out: int
) -> None:
    report = tried("survey", name)
    assert (report["status"], report["quarantined"]) == ("read", 0)
    assert (report["respondents"], report["left_out"], report["wave"]) == (respondents, left_out, "2026-10")
    assert (
        report["closed_day"] == f"2026-10-{20 if 'S11' in name else int(report['closed_day'][-2:]):02d}" <= "2026-10-31"
    )


def test_s03_answer_codes_are_said_and_nothing_is_guessed(tried: Any) -> None:
    report = tried("survey", "S03_limesurvey_answer_codes_semicolon.csv")
    assert (report["status"], report["answers"], report["respondents"]) == ("partial", 0, 0)
    assert report["quarantined"] == 8


def test_s08_the_hidden_row_is_said(tried: Any) -> None:
    said(tried("survey", "S08_rows_hidden_by_filter.xlsx"), "1 row is hidden")


def test_s10_a_form_exported_again_is_one_wave(tried: Any) -> None:
    first = tried("survey", "S10_same_form_exported_again", "1_after_a_month.csv")
    second = tried("survey", "S10_same_form_exported_again", "2_five_days_later.csv")
    assert (first["respondents"], second["respondents"]) == (28, 33)
    assert first["wave"] == second["wave"] == "2026-10"
    assert (second["counted"]["verdict"], second["counted"]["now"]) == ("again", 33)


def test_s11_the_other_order_of_days_is_said(tried: Any) -> None:
    said(tried("survey", "S11_google_sheet_us_locale_timestamps.csv"), "other order of day and month")


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(("facebook", "F01_meta_business_suite_posts.csv"), id="F01"),
        pytest.param(("facebook", "F01b_meta_business_suite_posts_hebrew_utf16.csv"), id="F01b"),
        pytest.param(("facebook", "F01c_meta_posts_one_a_day_mdy.csv"), id="F01c"),
        pytest.param(("facebook", "F01d_meta_posts_one_a_day_dmy.csv"), id="F01d"),
        pytest.param(("facebook", "F02_meta_insights_results_blocks_utf16.csv"), id="F02"),
        pytest.param(("municipal", "G02_ga4_by_day.csv"), id="G02"),
        pytest.param(("municipal", "G01_ga4_export.csv"), id="G01"),
    ],
)
def test_figures_of_pages_and_sites_are_no_groups_days(tried: Any, parts: tuple[str, ...]) -> None:
    assert tried(*parts)["format"] != "facebook_group"


def test_f03_names_of_contributors_are_not_kept(tried: Any) -> None:
    report = tried("facebook", "F03_group_insights_with_contributors_Gefen.xlsx")
    assert (report["status"], report["rows"]) == ("read", 7)
    assert (report["first"], report["last"]) == ("2026-10-01", "2026-10-07")
    assert report["columns"]["G"] == "column_7"


def test_f04b_a_month_first_table_is_the_month_it_is(tried: Any) -> None:
    report = tried("facebook", "F04b_שכונת הגפן תובנות full month.csv")
    assert (report["status"], report["rows"], report["quarantined"]) == ("read", 31, 0)
    assert (report["first"], report["last"]) == ("2026-10-01", "2026-10-31")
    said(report, "other order of day and month")


def test_x02_a_workbook_saved_again_elsewhere_is_read(tried: Any) -> None:
    report = tried("excel", "X02_staff_workbook_resaved_by_libreoffice.xlsx")
    assert (report["format"], report["entries"]) == ("staff_workbook", 6)
    assert report["exit"] == 1 and report["quarantined"] == 1, "a telephone number that is none, typed so"


def test_h01_the_register_in_a_hebrew_code_page_is_read(tried: Any) -> None:
    report = tried("municipal", "H01_hotline_106_cp1255.csv")
    assert (report["status"], report["requests"]) == ("read", 6)
    assert (report["first"][:10], report["last"][:10]) == ("2026-10-01", "2026-10-06")


def test_h02_a_web_page_called_xls_is_read_as_far_as_its_days_tell(tried: Any) -> None:
    """Its one request was opened on 01/10/2026, and nothing tells which day that is."""
    report = tried("municipal", "H02_hotline_106_html_as_xls.xls")
    assert (report["format"], report["status"], report["code"]) == ("hotline_106", "rejected", "dates_undecided")
    assert all(word in report["reason"] for word in ("2026-10-31", "day_first", "[hotline_106]"))


@pytest.mark.parametrize(
    ("parts", "code", "words"),
    [
        pytest.param(("excel", "X03_staff_workbook_as_ods.ods"), "legacy_format", ("ods", "xlsx"), id="X03"),
        pytest.param(("zoom", "Z04_meeting_saved_chat.txt"), "foreign_zoom_chat", ("Zoom", "participants"), id="Z04"),
        pytest.param(
            ("newsletter", "M02_mailchimp_members_export.csv"), "foreign_mailchimp_members", ("not kept",), id="M02"
        ),
        pytest.param(("whatsapp", "W19_telegram_result.json"), "foreign_telegram", ("Telegram", "Members"), id="W19"),
        pytest.param(("whatsapp", "W19b_signal_chat.md"), "foreign_signal", ("Signal", "Members"), id="W19b"),
    ],
)
def test_what_is_none_of_ours_is_refused_as_what_it_is(
    tried: Any, tmp_path: Path, parts: tuple[str, ...], code: str, words: tuple[str, ...]
) -> None:
    report = tried(*parts)
    assert (report["status"], report["code"], report["exit"]) == ("rejected", code, 1)
    assert all(word in report["reason"] for word in words), report["reason"]
    assert set(LANGUAGES) == {"he", "ar", "en"} and error_texts()[code].remedy
    if code.startswith("foreign_"):
        assert not list((tmp_path / "town").rglob("*.sealed"))
