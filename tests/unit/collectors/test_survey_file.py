"""Survey files: columns found, answers read, what is left behind. Numbers are reliability items."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.base import FileReport, FileSettings
from collectors.errors import RejectFile
from collectors.facebook_group_export.export import FacebookGroupExport
from collectors.survey_file.survey import SurveyFile
from pipeline.land.suggestions import suggested_mapping
from tests.said import in_words, said
from transforms.questionnaire import questionnaire

Rows = list[list[Any]]
HEAD = ["Timestamp", "trust_1", "trust_2"]
FREE_TEXT = "call me on 050-0000000, Miriam"


def saved(path: Path, rows: Rows, *, encoding: str = "utf-8-sig", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)
    return path


def read(path: Path, **options: Any) -> tuple[list[dict[str, Any]], FileReport]:
    report = FileReport(str(path))
    own, known = SurveyFile.Settings.model_validate(options), questionnaire().reader_options()
    settings = FileSettings(options=own, reader_options=known)
    rows = [row for page in SurveyFile().pages(path, settings, report) for row in page.rows.to_pylist()]
    return rows, report


def answers(rows: list[dict[str, Any]]) -> list[tuple[int, str, int]]:
    return [(row["respondent"], row["item"], row["answer"]) for row in rows]


def code_of(path: Path, **options: Any) -> str:
    with pytest.raises(RejectFile) as refused:
        read(path, **options)
    return refused.value.code


def test_own_questionnaire_needs_no_mapping(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "s.csv",
        [[*HEAD, "Anything to add?"], ["25/10/2026 10:00", 5, 4, FREE_TEXT], ["27/10/2026 11:00", "", 2, ""]],
    )
    rows, report = read(path)
    assert answers(rows) == [(1, "trust_1", 5), (1, "trust_2", 4), (2, "trust_2", 2)]
    assert {k: rows[0][k] for k in ("wave", "instrument", "audience", "sample_type", "closed_day")} == {
        "wave": "2026-10",
        "instrument": "kehila-1",
        "audience": "residents",
        "sample_type": "opt_in",
        "closed_day": date(2026, 10, 27),
    }
    assert report.status == "read"
    assert report.details == {
        "rows": 2,
        "respondents": 2,
        "left_out": 0,
        "hidden_rows": 0,
        "answers": 3,
        "items": {"trust_1": 1, "trust_2": 2},
        "wave": "2026-10",
        "sample_type": "opt_in",
        "audience": "residents",
        "closed_day": "2026-10-27",
        "columns": {"A": "submitted_at", "B": "trust_1", "C": "trust_2"},
        "unrecognised": ["D"],
    }
    assert any("opt-in" in notice for notice in in_words(report.notices))


def test_free_text_never_leaves_the_file(tmp_path: Path) -> None:
    path = saved(tmp_path / "s.csv", [[*HEAD, FREE_TEXT], ["25/10/2026", 5, 4, FREE_TEXT]])
    rows, report = read(path)
    assert "Miriam" not in repr(rows) + repr(report.as_json()) + repr(report.rejected)


@pytest.mark.parametrize("language", ["he", "ar", "en"])
def test_wording_and_labels_in_each_language(tmp_path: Path, language: str) -> None:
    q = questionnaire()
    items = q.scales["trust"].items
    labels = [getattr(label, language) for label in q.answers["agreement"]]
    head = ["Timestamp", *(f"{n}. {getattr(item, language)}  *" for n, item in enumerate(items, start=1))]
    path = saved(tmp_path / "form.csv", [head, ["2026-10-05", *labels[1:]], ["2026-10-05", *labels[:4]]])
    assert SurveyFile().recognises(path)
    rows, report = read(path)
    assert [score for _, _, score in answers(rows)] == [2, 3, 4, 5, 1, 2, 3, 4]
    assert not report.rejected


@pytest.mark.parametrize(
    "header",
    [
        "trust_1",
        "TRUST_1",
        "trust_1. Any text at all",
        "G01[trust_1]",
        "How far do you agree [I can rely on what the municipality tells residents]",
        "Q7: I can rely on what the municipality tells residents.",
        "\u200fאני יכולה לסמוך על מה שהעירייה אומרת [אני יכול/ה לסמוך על מה שהעירייה אומרת לתושבים]",
    ],
)
def test_headers_of_form_services(tmp_path: Path, header: str) -> None:
    rows, _ = read(saved(tmp_path / "s.csv", [["submitdate", header], ["2026-10-05 10:00:00", 3]]))
    assert answers(rows) == [(1, "trust_1", 3)]


def test_mapping_in_settings_by_header_and_by_letter(tmp_path: Path) -> None:
    path = saved(tmp_path / "s.csv", [["When", "How?", "x", "Where"], ["10/05/2026", "great", 2, "north"]])
    rows, report = read(
        path,
        wave="autumn",
        sample_type="probability",
        day_first=False,
        columns={"When": "submitted_at", "How?": "trust_1", "C": "ignore", "Where": "neighbourhood"},
        answers={"great": 5},
    )
    assert answers(rows) == [(1, "trust_1", 5)]
    assert (rows[0]["wave"], rows[0]["sample_type"], rows[0]["closed_day"], rows[0]["neighbourhood"]) == (
        "autumn",
        "probability",
        date(2026, 10, 5),
        "north",
    )
    assert report.details["columns"] == {"A": "submitted_at", "B": "trust_1", "C": "ignore", "D": "neighbourhood"}
    assert report.notices == []


@pytest.mark.parametrize("name", ["s.mapping.yaml", "s.csv.mapping.yaml"])
def test_sidecar_overrides_settings_key_by_key(tmp_path: Path, name: str) -> None:
    path = saved(tmp_path / "s.csv", [["One", "Two"], [4, 5]])
    (tmp_path / name).write_text("wave: 2026-09\nclosed_day: 2026-09-30\ncolumns: {Two: trust_2}\n", encoding="utf-8")
    assert SurveyFile().recognises(path)
    rows, _ = read(path, wave="other", columns={"One": "trust_1", "Two": "trust_4"})
    assert answers(rows) == [(1, "trust_1", 4), (1, "trust_2", 5)]
    assert (rows[0]["wave"], rows[0]["closed_day"]) == ("2026-09", date(2026, 9, 30))


@pytest.mark.parametrize(
    "text",
    ["columns: {a: trust_99}", "columns: [a]", "answers: {bad: 6}", "audience: dogs", "sample_type: some",
     "closed_day: soon", "wawe: 2026-10", "- 1", "a: [", "day_first: 3"],
)  # fmt: skip
def test_a_mapping_that_cannot_be_used_is_refused(tmp_path: Path, text: str) -> None:
    path = saved(tmp_path / "s.csv", [HEAD, ["2026-10-05", 4, 5]])
    assert read(path)[1].status == "read"
    (tmp_path / "s.mapping.yaml").write_text(text, encoding="utf-8")
    assert code_of(path) == "mapping_invalid"


def test_a_bad_answer_is_set_aside_and_the_row_loads(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Answers"
    for row in [HEAD, [date(2026, 10, 5), 7, 4], [date(2026, 10, 6), 5, "=A1"], [date(2026, 10, 6), 2.5, True]]:
        sheet.append(row)
    book.save(tmp_path / "s.xlsx")
    rows, report = read(tmp_path / "s.xlsx")
    assert answers(rows) == [(1, "trust_2", 4), (2, "trust_1", 5)]
    assert [(r.where, r.code, r.raw) for r in report.rejected] == [
        ("Answers!B2", "answer_not_on_scale", b"7"),
        ("Answers!C3", "formula_without_value", b""),  # item 42
        ("Answers!B4", "answer_not_on_scale", b"2.5"),
        ("Answers!C4", "answer_not_on_scale", b"True"),
    ]
    assert all("…" not in said(r) for r in report.rejected)
    assert (report.status, report.details["rows"], report.details["respondents"]) == ("partial", 3, 2)


def test_43_a_bad_date_is_set_aside_and_the_answers_stay(tmp_path: Path) -> None:
    rows, report = read(saved(tmp_path / "s.csv", [HEAD, ["31/13/2026", 1, 2], ["23/10/2026", 3, 4]]))
    assert len(rows) == 4 and rows[0]["closed_day"] == date(2026, 10, 23)
    assert [(r.where, r.code) for r in report.rejected] == [("A2", "not_a_date")]


def test_44_title_rows_blank_columns_hidden_sheets_and_totals(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "s.xlsx")
    hidden = book.add_worksheet("old")
    hidden.write_row(0, 0, ["trust_1", "trust_2", "trust_3"])
    hidden.write_row(1, 0, [1, 1, 1])
    sheet = book.add_worksheet("new")
    sheet.merge_range("A1:D1", "סקר תושבים 2026")
    sheet.write_row("A3", ["חותמת זמן", "", "trust_1", "trust_2"])
    sheet.write_row("A4", ["2026-10-05", "", 4, 5])
    sheet.write_row("A5", ['סה"כ', "", 4, 5])
    sheet.activate()
    hidden.hide()
    book.close()
    rows, report = read(tmp_path / "s.xlsx")
    assert answers(rows) == [(1, "trust_1", 4), (1, "trust_2", 5)]
    assert report.details["rows"] == 1


def test_44_a_repeated_item_is_read_once_and_said(tmp_path: Path) -> None:
    rows, report = read(saved(tmp_path / "s.csv", [[*HEAD, "trust_1"], ["2026-10-05", 1, 2, 3]]))
    assert answers(rows) == [(1, "trust_1", 1), (1, "trust_2", 2)]
    assert any("Columns D repeat" in notice for notice in in_words(report.notices))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1255", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_45_46_one_truth_in_every_spelling(tmp_path: Path, encoding: str, delimiter: str) -> None:
    item = questionnaire().scales["trust"].items[0].he
    rows, _ = read(
        saved(
            tmp_path / "s.csv",
            [["חותמת זמן", item, "שכונה"], ["25/10/2026", "מאוד מסכים/ה", "מזרח, ותיקה"]],
            encoding=encoding,
            delimiter=delimiter,
        )
    )
    assert answers(rows) == [(1, "trust_1", 5)] and rows[0]["neighbourhood"] == "מזרח, ותיקה"


@pytest.mark.parametrize("rows", [[HEAD], [HEAD, ["", "", ""]], [["title"], HEAD]])
def test_56_no_answers_is_empty(tmp_path: Path, rows: Rows) -> None:
    assert code_of(saved(tmp_path / "s.csv", rows)) == "empty"


def test_no_items_and_no_day_are_refused_with_the_remedy(tmp_path: Path) -> None:
    assert code_of(saved(tmp_path / "a.csv", [["x", "y"], [1, 2]])) == "no_items"
    assert code_of(saved(tmp_path / "b.csv", [["trust_1", "trust_2"], [1, 2]])) == "wave_unknown"
    rows, report = read(tmp_path / "b.csv", wave="2026-02")
    assert rows[0]["closed_day"] == date(2026, 2, 28) and any(
        "last day" in notice for notice in in_words(report.notices)
    )


def test_cuts_become_codes_and_nothing_personal_stays(tmp_path: Path) -> None:
    head = ["Timestamp", "trust_1", "גיל", "מין", "שכונה", "society", "startlanguage", "interviewtime"]
    rows, report = read(
        saved(
            tmp_path / "s.csv",
            [
                head,
                ["2026-10-05", 1, 37, "אישה", "צפון", "Arab society", "ar", "61.7"],
                ["2026-10-05", 2, "65 עד 74", "מעדיף/ה לא לענות", "resident@example.org", "martian", "he", "x"],
            ],
        )
    )
    names = ("age_band", "sex", "neighbourhood", "society", "language", "seconds")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("35-49", "female", "צפון", "arab", "ar", 62),
        ("65-74", None, None, None, "he", None),
    ]
    assert sum("left out" in notice for notice in in_words(report.notices)) == 2
    assert "martian" not in repr(report.as_json()) and "example.org" not in repr(report.as_json())


def test_staff_survey_is_told_by_its_items(tmp_path: Path) -> None:
    rows, _ = read(saved(tmp_path / "s.csv", [["Timestamp", "staff_need_1", "staff_need_2"], ["2026-10-05", 4, 5]]))
    assert {row["audience"] for row in rows} == {"staff"}


def test_recognition_leaves_the_neighbours_alone(tmp_path: Path) -> None:
    survey = saved(tmp_path / "survey.csv", [HEAD, ["05/10/2026 10:00", 5, 4]])
    daily = saved(
        tmp_path / "daily.csv",
        [
            ["Date", "Number of new posts", "Number of new comments"],
            *([f"2026-10-0{n}", n % 5, 2] for n in range(1, 9)),
        ],
    )
    staff = tmp_path / "staff.xlsx"
    book = xlsxwriter.Workbook(staff)
    book.add_worksheet("a").write_row(0, 0, ["trust_1", "trust_2"])
    book.get_worksheet_by_name("a").write_row(1, 0, [1, 2])
    book.add_worksheet("_kehila").hide()
    book.close()
    text = tmp_path / "chat.txt"
    text.write_text("1.10.2026, 10:00 - a: b\n1.10.2026, 10:01 - a: 5, 4\n", encoding="utf-8")
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    recognised = {path.name: SurveyFile().recognises(path) for path in (survey, daily, staff, text, empty)}
    assert recognised == {
        "survey.csv": True,
        "daily.csv": False,
        "staff.xlsx": False,
        "chat.txt": False,
        "empty.csv": False,
    }
    assert not FacebookGroupExport().recognises(survey)


def test_a_second_reading_gives_the_same_pages_and_report(tmp_path: Path) -> None:
    path = saved(tmp_path / "s.csv", [HEAD, ["2026-10-05", 9, 4]])
    report = FileReport(str(path))
    settings = FileSettings(reader_options=questionnaire().reader_options())
    first = [page.rows for page in SurveyFile().pages(path, settings, report)]
    said = report.as_json()
    second = [page.rows for page in SurveyFile().pages(path, settings, report)]
    assert first == second and report.as_json() == said


cells = st.one_of(
    st.sampled_from(["trust_1", "Timestamp", "2026-10-05", "גיל", "5", "מסכים/ה", "", '"', 'סה"כ', "1/1/26", "\0"]),
    st.text(max_size=6),
)


@settings(deadline=None)
@given(st.lists(st.lists(cells, max_size=4), max_size=6))
def test_any_table_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]) -> None:
    path = tmp_path_factory.getbasetemp() / "any-survey.csv"
    path.write_bytes("\n".join(",".join(row) for row in table).encode("utf-8", "surrogatepass"))
    try:
        rows, report = read(path)
    except RejectFile as refused:
        rows, code = [], refused.code
    else:
        code = "read" if report.details["answers"] == len(rows) else "miscounted"
    assert code in {"read", "empty", "no_items", "wave_unknown", "encoding_unknown", "not_a_table"}
    assert all(1 <= row["answer"] <= 5 and row["respondent"] >= 1 for row in rows)


def test_a_mapping_is_suggested_by_identifiers_wordings_and_likeness(tmp_path: Path) -> None:
    options = questionnaire().reader_options()
    wording = options["items"]["trust_1"]["he"]
    head = ["חותמת זמן", wording, wording[:-3], "trust_2", "הערות"]
    path = tmp_path / "form.csv"
    path.write_text(",".join(f'"{one}"' for one in head) + "\n2026-10-01,1,2,3,x\n", encoding="utf-8")
    found = suggested_mapping(path)
    assert found.format == "survey"
    assert dict(found.columns) == {
        head[0]: "submitted_at",
        head[1]: "trust_1",
        head[2]: "trust_1",
        "trust_2": "trust_2",
        head[4]: "",
    }
    assert {"trust_1", "age_band", "ignore"} <= set(found.valid)
