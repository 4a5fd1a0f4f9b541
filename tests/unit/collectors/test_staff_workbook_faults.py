"""Staff workbooks as people return them: moved, renamed, half wrong. Right rows load, wrong ones are named."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from collectors.base import FileReport, FileSettings
from collectors.errors import RejectFile
from collectors.staff_workbook.layout import HIDDEN_SHEET, LANGUAGES, SHEETS
from collectors.staff_workbook.reader import StaffWorkbook
from collectors.staff_workbook.write import write_staff_workbook
from tests.said import said
from texts import error_texts
from texts.catalogue import load

MONTHS = ["2026-01", "2026-02"]
CANARY = "Canary Person"
GOOD: dict[str, list[dict[str, Any]]] = {
    "spaces": [
        {"space": "news", "title": "עדכונים", "asset": "whatsapp", "kind": "broadcast", "operated_by": "authority"}
    ],
    "monthly": [{"month": "2026-01", "indicator": "facebook.initiatives", "part": "culture", "amount": 2}],
    "members": [
        {"month": "2026-01", "space": "news", "members": 10},
        {"month": "2026-02", "space": "news", "members": 11},
    ],
}


def read(path: Path) -> tuple[dict[str, list[dict[str, Any]]], FileReport]:
    report = FileReport(str(path))
    pages = StaffWorkbook().pages(path, FileSettings(), report)
    return {page.stream.name: page.rows.to_pylist() for page in pages}, report


def place(sheet: Any, column: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == f"{sheet['A1'].value.split('.')[0]}.{column}")


def edited(folder: Path, change: Callable[[Any], None], entries: dict[str, list[dict[str, Any]]] | None = None) -> Path:
    """A filled workbook after somebody worked on it."""
    path = folder / "workbook.xlsx"
    write_staff_workbook(path, months=MONTHS, entries=GOOD if entries is None else entries)
    book = load_workbook(path)
    change(book)
    book.save(path)
    return path


def sheet_of(book: Any, name: str) -> Any:
    return book[SHEETS[name].title["he"]]


def typed(name: str, **values: Any) -> Callable[[Any], None]:
    """Somebody typed a row into the first free line of a sheet, whatever was on the drop-downs."""

    def change(book: Any) -> None:
        sheet = sheet_of(book, name)
        row = next(n for n in range(3, 500) if all(sheet.cell(n, c).value is None for c in range(1, 14)))
        for column, value in values.items():
            sheet.cell(row, place(sheet, column)).value = value

    return change


WRONG: list[tuple[str, str, str, dict[str, Any]]] = [
    # code, sheet, cell the message must name, what was typed
    ("required", "monthly", "D4", {"month": "2026-01", "indicator": "app.residents"}),
    ("unknown_word", "spaces", "C4", {"title": CANARY, "asset": CANARY, "kind": "עמוד", "operated_by": "הרשות"}),
    ("unknown_word", "assets", "B3", {}),
    ("unknown_indicator", "monthly", "B4", {"month": "2026-01", "indicator": CANARY, "amount": 1}),
    ("unknown_indicator", "goals", "D3", {"month": "2026-01", "programme": "p", "goal": "g", "linked": CANARY}),
    ("unknown_part", "monthly", "C4", {"month": "2026-01", "indicator": "facebook.initiatives", "part": "שעות עבודה", "amount": 1}),
    ("part_missing", "monthly", "C4", {"month": "2026-01", "indicator": "ethics.training", "amount": 1}),
    ("required", "investment", "C3", {"month": "2026-01", "indicator": "policy.investment", "amount": 1}),
    ("space_not_listed", "members", "B5", {"month": "2026-01", "space": CANARY, "members": 1}),
    ("not_whole", "members", "C5", {"month": "2026-01", "space": "news", "members": 1.5}),
    ("number_too_large", "members", "C5", {"month": "2026-01", "space": "news", "members": 99999999999999999}),
    ("number_too_large", "members", "C5", {"month": "2026-01", "space": "news", "members": 1e300}),
    ("too_small", "members", "C5", {"month": "2026-01", "space": "news", "members": -1}),
    ("not_a_number", "members", "C5", {"month": "2026-01", "space": "news", "members": CANARY}),
    ("not_a_share", "roles", "B3", {"role": "r", "share": 50, "from_day": date(2026, 1, 1)}),
    ("not_a_code", "spaces", "A4", {"space": CANARY, "title": "t", "asset": "פייסבוק", "kind": "עמוד", "operated_by": "הרשות"}),
    ("not_a_phone", "staff", "B3", {"chat_name": CANARY, "phone": "12"}),
    ("not_an_email", "staff", "C3", {"chat_name": CANARY, "email": "canary"}),
    ("no_identity", "staff", "A3", {"department": CANARY}),
    ("nothing_said", "communities", "C3", {"month": "2026-01", "community": CANARY}),
    ("no_follow_up", "follow_up", "C3", {"month": "2026-01", "indicator": "app.residents"}),
    ("required", "follow_up", "G3", {"month": "2026-01", "indicator": "app.residents", "note": CANARY, "target_day": date(2026, 2, 1)}),
    ("unknown_word", "follow_up", "E3", {"month": "2026-01", "indicator": "app.residents", "note": "n", "owner": CANARY}),
    ("target_out_of_reach", "follow_up", "G3", {"month": "2026-01", "indicator": "programmes.goals", "target": 40}),
    ("too_small", "follow_up", "G3", {"month": "2026-01", "indicator": "app.residents", "target": -1}),
    ("ends_before_it_starts", "routines", "F3", {"routine": CANARY, "indicator": "policy.routines", "form": "מדיניות או נוהל", "from_day": date(2026, 2, 1), "to_day": date(2026, 1, 1)}),
    ("told_before_decided", "told_back", "D3", {"raised_day": date(2026, 1, 5), "matter": CANARY, "raised_in": "מפגש שיתוף ציבור", "told_day": date(2026, 2, 1)}),
    ("year_out_of_range", "members", "A5", {"month": "2062-01", "space": "news", "members": 1}),
    ("year_out_of_range", "roles", "D3", {"role": "r", "from_day": date(2900, 1, 1)}),
    ("not_a_month", "members", "A5", {"month": CANARY, "space": "news", "members": 1}),
    ("not_a_date", "roles", "D3", {"role": "r", "from_day": CANARY}),
    ("not_a_date", "roles", "D3", {"role": "r", "from_day": 10_000_000}),
    ("two_digit_year", "roles", "D3", {"role": "r", "from_day": "26/04/03"}),
    ("formula_without_value", "members", "C5", {"month": "2026-01", "space": "news", "members": "=1+1"}),
    ("abbreviated_number", "members", "C5", {"month": "2026-01", "space": "news", "members": "12K"}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "sheet", "cell", "values"), WRONG)
def test_a_wrong_row_is_named_with_its_remedy_and_the_rest_loads(
    tmp_path: Path, code: str, sheet: str, cell: str, values: dict[str, Any]
) -> None:
    def first_asset(book: Any) -> None:
        sheet_of(book, "assets")["B3"] = CANARY

    records, report = read(edited(tmp_path, typed(sheet, **values) if values else first_asset))
    (wrong,) = report.rejected
    assert (wrong.code, wrong.where) == (code, f"{SHEETS[sheet].title['he']}!{cell}")
    assert CANARY.casefold() not in json.dumps(dict(wrong.arguments)).casefold()
    remedies = ("choose", "fill", "write", "correct", "add it", "type", "shorten")
    assert any(remedy in said(wrong) for remedy in remedies) and "…" not in said(wrong)
    assert "יש ל" in said(wrong, "he") and "…" not in said(wrong, "ar")
    assert json.loads(wrong.raw)["sheet"] == sheet
    assert report.status == "partial"
    assert report.details["rejected_by_sheet"] == {sheet: 1}
    assert [r["members"] for r in records["staff_membership"]] == [10, 11]


def test_every_code_of_a_wrong_row_is_tried() -> None:
    structural = {"column_missing", "column_twice", "ambiguous_space", "day_undecided"}
    named = {code for code in load("errors_files") if error_texts()[code].arguments == ("column",)}
    assert {code for code, *_ in WRONG} >= named - structural


@pytest.mark.parametrize(
    ("typed_days", "days", "aside"),
    [
        (["31/10/2026", "5/10/2026"], ["2026-10-31", "2026-10-05"], []),
        (["10/31/2026", "10/5/2026"], ["2026-10-31", "2026-10-05"], []),
        (["5/10/2026"], ["2026-10-05"], []),
        (["10/31/2026", "2026-10-05", "31/10/2026", "5/10/2026"], ["2026-10-05"], ["day_undecided"] * 3),
    ],
)
def test_days_typed_as_text_are_read_by_their_column(
    tmp_path: Path, typed_days: list[str], days: list[str], aside: list[str]
) -> None:
    def change(book: Any) -> None:
        for number, day in enumerate(typed_days):
            typed("roles", role=f"r{number}", from_day=day)(book)

    records, report = read(edited(tmp_path, change))
    starts = [row["in_force_from"] for row in records["staff_report"] if row["in_force_from"]]
    assert [day.isoformat() for day in starts] == days
    assert [one.code for one in report.rejected] == aside


def test_two_wrong_cells_of_a_row_are_one_row_put_aside(tmp_path: Path) -> None:
    _, report = read(edited(tmp_path, typed("members", month="x", space="y", members=1)))
    (wrong,) = report.rejected
    assert wrong.where.endswith("!A5, B5")


def test_columns_sheets_and_headers_may_move_and_change(tmp_path: Path) -> None:
    expected, _ = read(edited(tmp_path, lambda book: None))

    def change(book: Any) -> None:
        sheet = sheet_of(book, "members")
        sheet.insert_cols(2, 3)  # blank columns in the middle
        for row in sheet.iter_rows(min_row=1, max_row=6, max_col=9):
            row[8].value, row[0].value = row[0].value, None  # the first column moves to the end
        for cell in sheet[2]:
            cell.value = None if cell.value is None else "כותרת משלנו"
        sheet.title = "ספירה שלנו"
        book.move_sheet(sheet, -9)

    records, report = read(edited(tmp_path, change))
    assert records["staff_membership"] == expected["staff_membership"]
    assert report.status == "read"


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_the_hidden_row_headers_decide(tmp_path: Path, language: str) -> None:
    path = tmp_path / "workbook.xlsx"
    write_staff_workbook(path, months=MONTHS, entries=GOOD, language=language)
    expected, _ = read(path)
    book = load_workbook(path)
    for sheet in book.worksheets[1:-1]:
        sheet.delete_rows(1)
    book.save(path)
    records, report = read(path)
    assert (report.rejected, report.notices) == ([], [])
    assert records["staff_membership"] == expected["staff_membership"]
    assert len(records["staff_report"]) == 1


def test_unknown_sheets_and_columns_are_reported_without_their_words(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book.create_sheet(CANARY).append([CANARY, 1])
        sheet = sheet_of(book, "members")
        sheet["F2"], sheet["F3"] = CANARY, CANARY

    records, report = read(edited(tmp_path, change))
    assert len(report.notices) == 2
    assert any("מספר חברים!F2" in notice for notice in report.notices)
    assert CANARY not in json.dumps(report.as_json(), ensure_ascii=False)
    assert len(records["staff_membership"]) == 2


@pytest.mark.parametrize("word", ['סה"כ', "סה״כ", "total", "المجموع"])
def test_a_totals_row_is_never_counted(tmp_path: Path, word: str) -> None:
    records, report = read(edited(tmp_path, typed("members", space=word, members=21)))
    assert [r["members"] for r in records["staff_membership"]] == [10, 11]
    assert report.rejected == []
    assert len(report.notices) == 1 and "5" in report.notices[0]


def test_the_last_of_two_rows_of_one_key_counts(tmp_path: Path) -> None:
    records, report = read(edited(tmp_path, typed("members", month="2026-01", space="news", members=99)))
    assert {r["month"]: r["members"] for r in records["staff_membership"]} == {"2026-01": 99, "2026-02": 11}
    (notice,) = report.notices
    assert "3, 5" in notice


def test_two_spaces_of_one_name_must_be_told_apart(tmp_path: Path) -> None:
    twin = {"space": "other", "title": "עדכונים", "asset": "facebook", "kind": "page", "operated_by": "authority"}
    entries = {"spaces": [*GOOD["spaces"], twin], "members": GOOD["members"]}
    records, report = read(edited(tmp_path, typed("members", month="2026-01", space="עדכונים", members=1), entries))
    assert [r.code for r in report.rejected] == ["ambiguous_space"]
    assert len(records["staff_membership"]) == 2


def test_a_missing_or_doubled_required_column_costs_that_sheet_only(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet_of(book, "members").delete_cols(2)
        sheet = sheet_of(book, "monthly")
        sheet["K1"], sheet["K2"] = "monthly.amount", "מספר"

    records, report = read(edited(tmp_path, change))
    assert sorted(r.code for r in report.rejected) == ["column_missing", "column_twice"]
    assert all(("!" in r.where and "מספר" in said(r)) or "מרחב" in said(r) for r in report.rejected)
    assert set(records) == {"staff_space"}


@pytest.mark.parametrize("epoch", ["1900", "1904"])
def test_dates_of_either_calendar_and_as_text(tmp_path: Path, epoch: str) -> None:
    days = [datetime(2026, 4, 3), "03/04/2026", "2026-04-03", "3.4.26", "3 באפריל 2026"]

    def change(book: Any) -> None:
        if epoch == "1904":
            book.epoch = CALENDAR_MAC_1904
        for number, day in enumerate(days):
            typed("roles", role=f"r{number}", from_day=day)(book)

    records, report = read(edited(tmp_path, change))
    assert report.rejected == []
    roles = [r for r in records["staff_report"] if r["indicator"] == "policy.role_holder"]
    assert [r["in_force_from"] for r in roles] == [date(2026, 4, 3)] * len(days)


def test_a_phone_excel_took_for_a_number_keeps_its_zero(tmp_path: Path) -> None:
    records, _ = read(edited(tmp_path, typed("staff", phone=505550199)))
    assert [r["phone"] for r in records["staff_member"]] == ["0505550199"]


def test_only_wrong_rows_is_no_reason_to_lose_them(tmp_path: Path) -> None:
    records, report = read(edited(tmp_path, typed("members", month="x"), {}))
    assert records == {} and report.status == "partial" and len(report.rejected) == 1


def test_a_workbook_without_a_known_sheet_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["a", "b"])
    book.active.append([1, 2])
    book.create_sheet(HIDDEN_SHEET).append(["layout", "1"])
    book.save(tmp_path / "w.xlsx")
    with pytest.raises(RejectFile) as refused:
        read(tmp_path / "w.xlsx")
    assert refused.value.code == "no_sheets"


def test_reading_again_into_one_report_says_everything_once(tmp_path: Path) -> None:
    path = edited(tmp_path, typed("members", month="x"))
    report = FileReport(str(path))
    for _ in range(2):
        list(StaffWorkbook().pages(path, FileSettings(), report))
    assert len(report.rejected) == 1


def test_no_personal_value_in_any_message(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        typed("staff", chat_name=CANARY, phone="12", email=CANARY, from_day=CANARY)(book)
        typed("staff", chat_name=CANARY)(book)
        typed("staff", chat_name=CANARY)(book)
        typed("monthly", month="2026-01", indicator="app.residents", amount=CANARY, entered_by=CANARY, subject=CANARY)(
            book
        )

    _, report = read(edited(tmp_path, change))
    assert len(report.rejected) == 2 and len(report.notices) == 1
    shown = json.dumps(
        [report.as_json(), [(r.where, r.code, dict(r.arguments)) for r in report.rejected]], ensure_ascii=False
    )
    assert CANARY not in shown


def test_one_sheet_copied_for_two_departments_is_read_twice_and_says_so(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book.copy_worksheet(sheet_of(book, "members")).title = "אגף שני"
        book["אגף שני"]["C3"] = 77

    records, report = read(edited(tmp_path, change))
    assert {r["month"]: r["members"] for r in records["staff_membership"]} == {"2026-01": 77, "2026-02": 11}
    assert len(report.notices) == 2 and "מספר חברים!3, 3" in report.notices[0]


def test_a_row_of_direction_marks_and_spaces_is_blank(tmp_path: Path) -> None:
    _, report = read(edited(tmp_path, typed("members", month="\u200f \u00a0", space=" ")))
    assert report.rejected == []
