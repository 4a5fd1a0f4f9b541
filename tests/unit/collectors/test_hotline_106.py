"""The 106 register: headers in Hebrew and English, words to closed lists, times to instants, nothing personal."""

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from collectors.base import FileReport, FileSettings, file_formats
from collectors.errors import RejectFile
from collectors.hotline_106.columns import LISTS
from collectors.hotline_106.register import HotlineRegister
from collectors.hotline_106.streams import HotlineRequest
from pipeline.land.files import format_of
from pipeline.land.suggestions import suggested_mapping
from tests.conftest import shared
from tests.said import in_words
from warehouse.facts import Request
from warehouse.vocabulary import RequestChannel, RequestTopic

HEBREW = ["מספר פנייה", "תאריך פתיחה", "מענה ראשון", "תאריך סגירה", "סוג פנייה", "נושא", "ערוץ פנייה", "שביעות רצון"]
ENGLISH = ["Request No.", "Opened", "First response", "Closed", "Type", "Topic", "Channel", "Rating"]
ROW = ["7", "25/10/2026 08:10", "25/10/2026 09:40:30", "26/10/2026 12:00", "תלונה", "תאורה", "טלפון", "4"]
SECRETS = ["Rivka Ploni", "054-7654321", "12 Herzl Street", "rivka@example.org", "the lamp by my window is broken"]


def saved(path: Path, *rows: list[str], encoding: str = "utf-8-sig") -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def read(path: Path, key: bytes = b"k" * 32) -> tuple[list[dict[str, Any]], FileReport]:
    report = FileReport(str(path))
    pages = list(HotlineRegister().pages(path, FileSettings(digest_key=key), report))
    return [row for page in pages for row in page.rows.to_pylist()], report


def codes(report: FileReport) -> list[tuple[str, str]]:
    return [(one.where, one.code) for one in report.rejected]


@pytest.mark.parametrize("head", [HEBREW, ENGLISH], ids=["hebrew", "english"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1255", "utf-16"])
def test_a_row_is_a_request(tmp_path: Path, head: list[str], encoding: str) -> None:
    path = saved(tmp_path / "r.csv", head, ROW, ["8", "31/10/2026 23:30", *[""] * 6], encoding=encoding)
    assert [one.name for one in file_formats() if one.recognises(path)] == ["hotline_106"]
    (first, second), report = read(path)
    digest = first.pop("request")
    assert first == {
        "opened_at": datetime(2026, 10, 25, 6, 10, tzinfo=UTC),  # the clock went back to winter time that night
        "answered_at": datetime(2026, 10, 25, 7, 40, 30, tzinfo=UTC),
        "closed_at": datetime(2026, 10, 26, 10, 0, tzinfo=UTC),
        "is_estimated": False, "tells_answers": True, "kind": "request", "topic": "lighting", "channel": "phone", "rating": 4,
    }  # fmt: skip
    assert second["opened_at"] == datetime(2026, 10, 31, 21, 30, tzinfo=UTC)
    assert [second[name] for name in ("answered_at", "closed_at", "topic", "rating")] == [None] * 4
    assert digest != second["request"] != ""
    assert read(path, b"x" * 32)[0][0]["request"] != digest, "the digest is keyed"
    assert report.status == "read" and report.details["requests"] == 2 and report.details["answered"] == 1


def test_the_register_of_the_trials_is_read_whole() -> None:
    rows, report = read(shared("trials", "files", "municipal", "H01_hotline_106_cp1255.csv"))
    assert report.status == "read" and [row["rating"] for row in rows] == [1, 2, 3, 4, 5, 1]
    assert {(row["topic"], row["channel"]) for row in rows} == {("sanitation", "whatsapp")}
    assert [(row["closed_at"] - row["opened_at"]).total_seconds() / 60 for row in rows] == [1670 - n for n in range(6)]


def test_a_day_without_its_hour_never_makes_an_answer_look_fast(tmp_path: Path) -> None:
    (row,), _ = read(saved(tmp_path / "r.csv", HEBREW[:4], ["7", "2026-10-01", "2026-10-01", ""]))
    assert (row["answered_at"] - row["opened_at"]).total_seconds() == 24 * 3600 - 1
    assert row["is_estimated"]


@pytest.mark.parametrize(
    ("at", "value", "code"),
    [
        (0, "", "request_incomplete"),
        (1, "", "request_incomplete"),
        (1, "25/10/2026 25:10", "not_a_date"),
        (1, "01/01/0001 00:00", "not_a_date"),
        (2, "tomorrow", "not_a_date"),
        (7, "6", "not_a_rating"),
        (7, "good", "not_a_number"),
    ],
)
def test_a_row_that_cannot_be_taken_is_put_aside_with_its_cell(tmp_path: Path, at: int, value: str, code: str) -> None:
    wrong = [value if n == at else cell for n, cell in enumerate(ROW)]
    path = saved(tmp_path / "r.csv", HEBREW, wrong, ["8", *ROW[1:]], ["8", *ROW[1:]], ["סה״כ", "2"])
    rows, report = read(path)
    assert len(rows) == 1 and report.status == "partial"
    assert codes(report) == [(f"{'ABCDEFGH'[at]}2", code), ("A4", "request_repeated")]


@pytest.mark.parametrize("pattern", ["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"])
def test_the_order_of_days_is_told_by_all_columns_or_the_file_is_refused(tmp_path: Path, pattern: str) -> None:
    opened = [datetime(2026, 3, day, 8, 10) for day in (4, 5, 6)]
    silent = [[str(n), at.strftime(pattern), "", ""] for n, at in enumerate(opened)]
    with pytest.raises(RejectFile, match="dates_undecided"):
        read(saved(tmp_path / "r.csv", HEBREW[:4], *silent))
    proven = [*silent, ["9", opened[0].strftime(pattern), "", datetime(2026, 3, 17, 9).strftime(pattern)]]
    rows, report = read(saved(tmp_path / "r.csv", HEBREW[:4], *proven))
    assert [row["opened_at"].day for row in rows] == [4, 5, 6, 4] and report.status == "read"
    assert any("other order" in notice for notice in in_words(report.notices)) is pattern.startswith("%m")


def test_answers_before_their_openings_are_read_and_told(tmp_path: Path) -> None:
    late = ["7", "25/10/2026 08:10", "24/10/2026 12:00", ""]
    fine = ["8", "25/10/2026 08:10", "26/10/2026 12:00", ""]
    head = HEBREW[:4]
    rows, report = read(saved(tmp_path / "r.csv", head, late, fine))
    assert len(rows) == 2 and report.status == "read"
    assert [one for one in in_words(report.notices) if "before they were opened: 1" in one and "import it again" in one]
    assert not read(saved(tmp_path / "s.csv", head, fine))[1].notices


def test_headings_above_the_columns_belong_to_their_names(tmp_path: Path) -> None:
    head = [["מוקד 106, דוח חודשי"], ["", "תאריך", "", ""], ["מספר פנייה", "פתיחה", "סגירה", "נושא"]]
    rows, report = read(saved(tmp_path / "r.csv", *head, ["7", "25/10/2026 08:10", "26/10/2026 12:00", "תאורה"]))
    assert [(row["topic"], row["closed_at"].day) for row in rows] == [("lighting", 26)] and report.status == "read"


def test_a_file_without_requests_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RejectFile, match="empty"):
        read(saved(tmp_path / "r.csv", HEBREW, ["סה״כ", "0"]))


@pytest.mark.parametrize("head", [HEBREW[1:4], [*HEBREW[:2], "כלב"], ["id", "created", "text", "comments"]])
def test_without_number_opening_and_an_end_or_the_word_for_requests_it_is_no_register(
    tmp_path: Path, head: list[str]
) -> None:
    assert not HotlineRegister().recognises(saved(tmp_path / "r.csv", head, ["1", "2026-10-01", "x"]))


def test_nothing_personal_leaves_the_file(tmp_path: Path) -> None:
    head = [*HEBREW, "שם הפונה", "טלפון", "כתובת", "דוא״ל", "תיאור", "עמודה אחרת"]
    typed = [
        SECRETS[0] if name in ("סוג פנייה", "נושא", "ערוץ פנייה") else cell
        for name, cell in zip(HEBREW, ROW, strict=True)
    ]
    path = saved(tmp_path / "r.csv", head, [*ROW, *SECRETS, SECRETS[0]], [SECRETS[1], *typed[1:], *SECRETS, ""])
    assert all(secret in path.read_text(encoding="utf-8-sig") for secret in SECRETS)
    rows, report = read(path)
    assert len(rows) == 2
    assert not [secret for secret in SECRETS if secret in repr(rows) + repr(report)]
    assert (rows[1]["kind"], rows[1]["topic"], rows[1]["channel"]) == ("request", "other", "other")
    assert report.details["not_kept"] == 1 and len(report.notices) == 3


def test_words_stand_for_the_codes_of_the_warehouse() -> None:
    assert set(LISTS["topic"].values()) == set(get_args(RequestTopic))
    assert set(LISTS["channel"].values()) == set(get_args(RequestChannel))
    pattern = str(Request.model_fields["kind"].metadata)
    assert all(code in pattern for code in LISTS["kind"].values())
    assert not HotlineRequest.personal_fields, "a person is left in the file"


@pytest.mark.parametrize("pattern", ["10/{d:02}/2026 08:10", "{d:02}/10/2026 08:10"])
def test_the_days_of_a_register_say_together_in_which_order_they_stand(tmp_path: Path, pattern: str) -> None:
    rows = [[f"{d}", pattern.format(d=d), pattern.format(d=d), "", *ROW[4:]] for d in range(1, 31)]
    found, report = read(saved(tmp_path / "r.csv", HEBREW, *rows))
    assert report.status == "read"
    assert sorted(row["opened_at"].day for row in found) == [*range(1, 31)]
    assert {row["opened_at"].month for row in found} == {10}


CRM = "Case,Logged on,Replied,Theme,Who\nA1,2026-10-03 10:00,2026-10-04 10:00,roads,Dana\nA2,2026-10-05 10:00,,water,Noa\n"


def beside(path: Path, text: str) -> Path:
    path.with_name(f"{path.stem}.mapping.yaml").write_text(text, encoding="utf-8")
    return path


def own_reading(path: Path) -> tuple[list[dict[str, Any]], FileReport]:
    report = FileReport(str(path))
    reader = format_of(path, file_formats())
    assert isinstance(reader, HotlineRegister)
    return [one for page in reader.pages(path, FileSettings(), report) for one in page.rows.to_pylist()], report


def test_a_register_of_other_headers_is_read_by_a_mapping_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "crm.csv"
    path.write_text(CRM, encoding="utf-8")
    with pytest.raises(RejectFile, match="unknown_format"):
        format_of(path, file_formats())
    beside(
        path, "format: hotline_106\ncolumns: {Case: number, B: opened, Replied: answered, Theme: topic, Who: ignore}\n"
    )
    rows, report = own_reading(path)
    assert [(one["topic"], one["answered_at"] is not None, one["tells_answers"]) for one in rows] == [
        ("roads", True, True), ("water", False, True)
    ]  # fmt: skip
    assert report.status == "read"


@pytest.mark.parametrize(
    ("columns", "key", "valid"),
    [
        ("{Case: numbr}", "columns: Case", "number"),
        ("{Case: number}", "columns", "opened"),
        ("nonsense", "columns", "KEY: VALUE"),
    ],
)
def test_a_wrong_mapping_is_refused_with_what_may_stand_there(
    tmp_path: Path, columns: str, key: str, valid: str
) -> None:
    path = tmp_path / "crm.csv"
    path.write_text(CRM, encoding="utf-8")
    beside(path, f"format: hotline_106\ncolumns: {columns}\n")
    with pytest.raises(RejectFile) as problem:
        own_reading(path)
    assert (problem.value.code, problem.value.arguments["key"]) == ("mapping_invalid", key)
    assert valid in str(problem.value.arguments["valid"])


def test_a_suggested_mapping_reads_the_file_it_was_suggested_for(tmp_path: Path) -> None:
    path = tmp_path / "crm.csv"
    path.write_text(CRM, encoding="utf-8")
    found = suggested_mapping(path)
    assert dict(found.columns) == {
        "Case": "number", "Logged on": "opened", "Replied": "answered", "Theme": "topic", "Who": ""
    }  # fmt: skip
    assert (
        "# each column is one of: number, opened, answered, closed, kind, topic, channel, rating, ignore"
        in found.as_yaml()
    )
    rows, _ = own_reading(beside(path, found.as_yaml()))
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("table", "whose", "lacking"),
    [
        ("Logged on,Replied,Theme\n2026-10-03,2026-10-04,roads\n", "hotline_106", ["number"]),
        ("Case,Replied,Theme\nA1,2026-10-04,roads\n", "hotline_106", ["opened"]),
        (CRM, "hotline_106", []),
        ("מספר פנייה,נושא,שביעות רצון\n7,כבישים,4\n8,מים,2\n", "hotline_106", ["opened"]),
        ("ID,Date,Satisfaction\n1,2026-10-03,4\n2,2026-10-03,4\n", "survey", ["an item of the questionnaire"]),
        ("תאריך,שביעות רצון\n3/10/2026,5\n4/10/2026,5\n", "survey", ["an item of the questionnaire"]),
        ("מספר,תאריך,trust_1\n1,3/10/2026,5\n2,4/10/2026,1\n", "survey", []),
    ],
)
def test_a_suggestion_says_what_is_lacking_and_is_of_the_format_the_table_is_like(
    tmp_path: Path, table: str, whose: str, lacking: list[str]
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(table, encoding="utf-8")
    found = suggested_mapping(path)
    assert (found.format, list(found.lacking)) == (whose, lacking)
    assert ("# needed, and no column seems to be it: " + ", ".join(lacking) in found.as_yaml()) is bool(lacking)


def test_a_web_page_called_xls_is_a_register(tmp_path: Path) -> None:
    head = "<tr><td>מספר פנייה</td><td>תאריך פתיחה</td><td>סטטוס</td></tr>"
    lines = "".join(f"<tr><td>{n}</td><td>{n}/10/2026 08:00</td><td>פתוח</td></tr>" for n in range(12, 16))
    path = tmp_path / "export.xls"
    path.write_bytes(f"<html dir=rtl><table>{head}{lines}</table></html>".encode("cp1255"))
    rows, report = own_reading(path)
    assert (len(rows), report.status) == (4, "read")
    assert {one["tells_answers"] for one in rows} == {False}, "it has no column of them"
