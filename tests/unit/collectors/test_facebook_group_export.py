"""Facebook group exports: days by content, metrics by header, names left behind. Numbers are reliability items."""

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.base import FileReport, FileSettings, source_key
from collectors.errors import RejectFile
from collectors.facebook_group_export.export import FacebookGroupExport
from collectors.survey_file.survey import SurveyFile
from tests.said import in_words
from texts import error_texts

Rows = list[list[Any]]
KEY = b"k" * 32
HEADS = {
    "en": ["Date", "Total Members", "Approved member requests", "Members left", "Posts", "Comments", "Reactions",
           "Active members", "Views"],
    "he": ["תאריך", "סה״כ חברים", "חברים חדשים", "עזבו", "פוסטים", "תגובות", "רגשות", "חברים פעילים", "צפיות"],
    "ar": ["التاريخ", "إجمالي الأعضاء", "أعضاء جدد", "غادروا", "المنشورات", "التعليقات", "التفاعلات",
           "الأعضاء النشطون", "المشاهدات"],
}  # fmt: skip
METRICS = ["members", "joined", "left", "posts", "comments", "reactions", "active_members", "views"]


def saved(path: Path, rows: Rows, *, encoding: str = "utf-8-sig", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)
    return path


def read(path: Path, **options: Any) -> tuple[list[dict[str, Any]], FileReport]:
    report = FileReport(str(path))
    own = FacebookGroupExport.Settings.model_validate({"group": "שכנים", **options})
    settings = FileSettings(digest_key=KEY, options=own)
    pages = list(FacebookGroupExport().pages(path, settings, report))
    return [row for page in pages for row in page.rows.to_pylist()], report


def amounts(rows: list[dict[str, Any]], metric: str) -> dict[str, float]:
    return {row["period_start"].isoformat(): row["amount"] for row in rows if row["metric"] == metric}


@pytest.mark.parametrize("language", ["en", "he", "ar"])
def test_every_known_metric_in_three_languages(tmp_path: Path, language: str) -> None:
    path = saved(tmp_path / "g.csv", [HEADS[language], ["2026-10-01", "1,204", "٣", 1, 5, 6, 7, 8, 9]])
    assert FacebookGroupExport().recognises(path)
    assert not SurveyFile().recognises(path)
    rows, report = read(path)
    assert {row["metric"]: row["amount"] for row in rows} == dict(
        zip(METRICS, [1204, 3, 1, 5, 6, 7, 8, 9], strict=True)
    )
    assert {(row["group_key"], row["period"], row["period_start"]) for row in rows} == {
        (source_key("שכנים", KEY), "day", date(2026, 10, 1))
    }
    assert report.status == "read"
    assert report.details["columns"] == dict(zip("BCDEFGHI", METRICS, strict=True))


def test_unknown_numbers_are_kept_by_position_and_names_are_not(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "g.csv",
        [
            ["Date", "Members", "Mystery", "Top contributor", "Account"],
            ["2026-10-01", 10, "1.5", "Miriam", 100012345678901],
            ["2026-10-02", 11, "2.5", "Miriam", 100012345678901],
        ],
    )
    rows, report = read(path)
    assert {row["metric"] for row in rows} == {"members", "column_3"}
    assert amounts(rows, "column_3") == {"2026-10-01": 1.5, "2026-10-02": 2.5}
    assert report.details["not_kept"] == 2
    assert "Miriam" not in repr(report.as_json()) + repr(rows)


def test_settings_name_columns_by_header_and_letter(tmp_path: Path) -> None:
    path = saved(tmp_path / "g.csv", [["Jour", "Membres", "Messages", "Rien"], ["03/04/2026", 10, 4, 5]])
    rows, report = read(path, columns={"Membres": "members", "C": "posts", "Rien": "ignore"}, day_first=False)
    assert {row["metric"]: (row["period_start"], row["amount"]) for row in rows} == {
        "members": (date(2026, 3, 4), 10),
        "posts": (date(2026, 3, 4), 4),
    }
    assert report.details["columns"] == {"B": "members", "C": "posts"}


@pytest.mark.parametrize(
    ("name", "rows", "options", "expected", "source"),
    [
        ("g.csv", [["Date", "Posts"], ["2026-10-01", 1]], {"group": "A"}, "A", "options"),
        ("g.csv", [["Group name", "שכונת הגפן"], ["Date", "Posts"], ["2026-10-01", 1]], {}, "שכונת הגפן", "cell"),
        ("g.csv", [["שם הקבוצה: הגפן", ""], ["Date", "Posts"], ["2026-10-01", 1]], {}, "הגפן", "cell"),
        ("g.csv", [["Date", "Group", "Posts"], ["2026-10-01", "הגפן", 1]], {}, "הגפן", "cell"),
        ("Parents Group_Group Insights_20261001.csv", [["Date", "Posts"], ["2026-10-01", 1]], {}, "Parents Group", "file_name"),
        ("הורי הגפן - Insights 2026-10-01_2026-10-31 (1).csv", [["Date", "Posts"], ["2026-10-01", 1]], {}, "הורי הגפן", "file_name"),
    ],
)  # fmt: skip
def test_the_groups_name(
    tmp_path: Path, name: str, rows: Rows, options: dict[str, Any], expected: str, source: str
) -> None:
    found, report = read(saved(tmp_path / name, rows), **{"group": "", **options})
    assert {row["group_key"] for row in found} == {source_key(expected, KEY)}
    assert report.details["group_from"] == source
    assert expected not in repr(report.notices) + repr(report.details)


def test_a_file_named_after_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RejectFile) as refused:
        read(saved(tmp_path / "export_2026-10-01.csv", [["Date", "Posts"], ["2026-10-01", 1]]), group="")
    assert refused.value.code == "group_unknown"


def test_bad_cells_are_set_aside_and_the_rest_loads(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "g.csv",
        [
            ["Date", "Members", "Posts", "Comments"],
            ["2026-10-01", "12.5K", 1, -1],
            ["32/10/2026", 5, 5, 5],
            ["2026-10-02", 7.5, 2, "many"],
            ["2026-10-02", 8, 3, 3],
            ["", 9, 4, 4],
            ["2026-10-03", 9, 5, ""],
            ["Generated by the platform", "", "", ""],
        ],
    )
    rows, report = read(path)
    assert {row["metric"]: amounts(rows, row["metric"]) for row in rows} == {
        "posts": {"2026-10-01": 1, "2026-10-02": 2, "2026-10-03": 5},
        "members": {"2026-10-03": 9},
    }
    assert [(r.where, r.code, r.raw) for r in sorted(report.rejected, key=lambda r: r.where)] == [
        ("A3", "not_a_date", b"32/10/2026"),
        ("A5", "date_repeated", b"2026-10-02"),
        ("A6", "date_missing", b""),
        ("B2", "abbreviated_number", b"12.5K"),
        ("B4", "not_a_count", b"7.5"),
        ("D2", "not_a_count", b"-1"),
        ("D4", "not_a_number", b"many"),
    ]
    assert report.status == "partial" and all(error_texts()[r.code].kind == "data" for r in report.rejected)


def test_44_titles_moved_columns_and_totals(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "g.csv",
        [["דוח קבוצה", "", ""], [], ["פוסטים", "חברים", "תאריך"], [2, 10, "30/10/2026"], [3, 11, "31/10/2026"],
         ['סה"כ', 21, ""]],
    )  # fmt: skip
    rows, report = read(path)
    assert amounts(rows, "posts") == {"2026-10-30": 2, "2026-10-31": 3}
    assert amounts(rows, "members") == {"2026-10-30": 10, "2026-10-31": 11}
    assert report.rejected == []


def test_44_headings_merged_above_columns_belong_to_their_names(tmp_path: Path) -> None:
    head = [["sep=;"], ["Group report"], ["", "Members", "", "", "Posts"], ["Date", "Total", "New", "Left", "Total"]]
    days = [["2026-10-01", 500, 3, 1, 7], ["2026-10-02", 502, 2, 0, 8]]
    path = saved(tmp_path / "g.csv", [*head, *days], delimiter=";")
    assert FacebookGroupExport().recognises(path)
    rows, report = read(path)
    assert report.details["columns"] == {"B": "members", "C": "joined", "D": "left", "E": "posts"}
    assert amounts(rows, "members") == {"2026-10-01": 500, "2026-10-02": 502} and not report.rejected

    book = xlsxwriter.Workbook(tmp_path / "g.xlsx")
    sheet = book.add_worksheet("Daily")
    sheet.merge_range("B1:D1", "חברים")
    sheet.write_row("A2", ["תאריך", "סך הכל", "חדשים", "עזבו"])
    sheet.write_row("A3", ["2026-10-01", 500, 3, 1])
    sheet.write_row("A4", ["2026-10-02", 502, 2, 0])
    sheet.set_row(3, None, None, {"hidden": True})
    book.close()
    rows, report = read(tmp_path / "g.xlsx")
    assert report.details["columns"] == {"B": "members", "C": "joined", "D": "left"}
    assert amounts(rows, "joined") == {"2026-10-01": 3, "2026-10-02": 2}
    assert any("1 row is hidden" in notice for notice in in_words(report.notices))


def test_33_43_decimal_commas_and_dates_that_lost_their_format(tmp_path: Path) -> None:
    rows, report = read(
        saved(
            tmp_path / "g.csv",
            [["Date", "Members", "Rate"], [46296, "1.204", "2,5"], [46297, "1.206", "3,125"]],
            delimiter=";",
        )
    )
    assert amounts(rows, "members") == {"2026-10-01": 1204, "2026-10-02": 1206}
    assert amounts(rows, "column_3") == {"2026-10-01": 2.5, "2026-10-02": 3.125} and not report.rejected


@pytest.mark.parametrize(
    ("pattern", "outcome"), [("%d/%m/%Y", ["2026-10-04", "2026-11-03"]), ("%m/%d/%Y", ["2026-10-04", "2026-11-03"])]
)
def test_43_days_are_read_by_their_column_or_not_at_all(tmp_path: Path, pattern: str, outcome: list[str]) -> None:
    days = [date.fromisoformat(day) for day in outcome]
    table = [["Date", "Members"], *([f"{day:{pattern}}", 5] for day in days)]
    with pytest.raises(RejectFile) as refused:
        read(saved(tmp_path / "g.csv", table))
    assert (refused.value.code, refused.value.arguments) == (
        "dates_undecided",
        {"where": "A", "section": "facebook_group"},
    )
    rows, _ = read(tmp_path / "g.csv", day_first=pattern.startswith("%d"))
    assert sorted(amounts(rows, "members")) == outcome
    saved(tmp_path / "g.csv", [*table, [f"{date(2026, 11, 13):{pattern}}", 5]])
    assert sorted(amounts(read(tmp_path / "g.csv")[0], "members")) == [*outcome, "2026-11-13"]


def test_a_list_of_posts_is_no_group(tmp_path: Path) -> None:
    posts = [[f"2026-10-{day:02d} 10:02", 40, 15, 5] for day in range(1, 9)]
    path = saved(tmp_path / "posts.csv", [["Publish time", "Reactions", "Comments", "Views"], *posts])
    assert not FacebookGroupExport().recognises(path)
    named = saved(tmp_path / "g.csv", [["Group name: Gefen"], ["Date", "Reactions", "Comments", "Views"], *posts])
    assert FacebookGroupExport().recognises(named)


def test_left_and_removed_are_one_loss(tmp_path: Path) -> None:
    rows, _ = read(
        saved(tmp_path / "g.csv", [["Date", "Left", "Removed"], ["2026-10-01", 2, 3], ["2026-10-02", 1, ""]])
    )
    assert amounts(rows, "left") == {"2026-10-01": 5, "2026-10-02": 1}


def test_workbook_reads_daily_sheets_and_leaves_lists_of_posts(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "g.xlsx")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    first, posts, second = (book.add_worksheet(name) for name in ("Members", "Posts", "Activity"))
    first.write_row(0, 0, ["Date", "Members"])
    posts.write_row(0, 0, ["Date", "Author", "Comments", "Reactions"])
    second.write_row(0, 0, ["Date", "Posts", "Members", "Other"])
    for n in range(5):
        start = date(2026, 10, 1) + timedelta(days=n)
        first.write_datetime(n + 1, 0, start, day)
        first.write_number(n + 1, 1, 100 + n)
        posts.write_datetime(n + 1, 0, date(2026, 10, 1), day)
        posts.write_row(n + 1, 1, ["Miriam", 3, 4])
        second.write_datetime(n + 1, 0, start, day)
        second.write_row(n + 1, 1, [n, 999, n / 2])
    book.close()
    rows, report = read(tmp_path / "g.xlsx")
    assert {row["metric"] for row in rows} == {"members", "posts", "column_10"}
    assert amounts(rows, "members")["2026-10-05"] == 104
    assert amounts(rows, "posts")["2026-10-05"] == 4
    assert report.details["columns"] == {"Members!B": "members", "Activity!B": "posts", "Activity!D": "column_10"}
    assert any("list of posts" in notice for notice in in_words(report.notices))


@pytest.mark.parametrize(
    ("days", "period"),
    [
        (["2026-10-01", "2026-10-02", "2026-10-03"], "day"),
        (["2026-10-04", "2026-10-11", "2026-10-18"], "week"),
        (["2026-08-01", "2026-09-01", "2026-10-01"], "month"),
        (["אוגוסט 2026", "ספטמבר 2026"], "month"),
        (["2026-10-01"], "day"),
    ],
)
def test_the_period_is_told_by_the_days(tmp_path: Path, days: list[str], period: str) -> None:
    rows, report = read(saved(tmp_path / "g.csv", [["Date", "Posts"], *([day, 1] for day in days)]))
    assert {row["period"] for row in rows} == {period} == {report.details["period"]}


def test_42_formula_without_value_is_missing_and_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Daily"
    for row in [["Date", "Members", "Posts"], [date(2026, 10, 1), "=A1", 4]]:
        sheet.append(row)
    book.save(tmp_path / "g.xlsx")
    rows, report = read(tmp_path / "g.xlsx", columns={"Members": "members"})
    assert [(row["metric"], row["amount"]) for row in rows] == [("posts", 4)]
    assert [(r.where, r.code) for r in report.rejected] == [("Daily!B2", "formula_without_value")]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["Date", "Posts"]], "empty"),
        ([["Date", "Posts"], ["", ""]], "empty"),
        ([["a", "b"], ["x", 1]], "no_days"),
        ([["Date", "Name"], ["2026-10-01", "Miriam"]], "no_days"),
    ],
)
def test_56_files_without_numbers_are_refused(tmp_path: Path, rows: Rows, code: str) -> None:
    with pytest.raises(RejectFile) as refused:
        read(saved(tmp_path / "g.csv", rows))
    assert refused.value.code == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1255", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_45_46_one_truth_in_every_spelling(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = saved(
        tmp_path / "g.csv", [["תאריך", "חברים"], ["31/10/2026", "1,204"]], encoding=encoding, delimiter=delimiter
    )
    assert amounts(read(path)[0], "members") == {"2026-10-31": 1204}


@pytest.mark.parametrize(
    "rows",
    [
        [["Timestamp", "Comments", "Posts"], ["2026-10-01 10:00", "I love it", "none"]],
        [["Date", "Sessions", "Users"], ["2026-10-01", 5, 6]],
        [["Posts", "Comments"], [1, 2]],
    ],
)
def test_recognition_leaves_other_tables_alone(tmp_path: Path, rows: Rows) -> None:
    assert not FacebookGroupExport().recognises(saved(tmp_path / "other.csv", rows))


@settings(deadline=None)
@given(
    st.dictionaries(
        st.dates(date(2012, 1, 1), date(2035, 12, 31)),
        st.tuples(st.integers(0, 10**7), st.integers(0, 10**5)),
        min_size=1,
        max_size=12,
    )
)
def test_every_number_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, table: dict[date, tuple[int, int]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "group.csv"
    saved(path, [["תאריך", "חברים", "פוסטים"], *([f"{d:%Y-%m-%d}", f"{m:,}", p] for d, (m, p) in table.items())])
    rows, report = read(path)
    assert not report.rejected
    assert amounts(rows, "members") == {day.isoformat(): float(m) for day, (m, _) in table.items()}
    assert amounts(rows, "posts") == {day.isoformat(): float(p) for day, (_, p) in table.items()}


cells = st.one_of(
    st.sampled_from(
        ["Date", "Posts", "חברים", "Removed", "2026-10-05", "26/10/2026", "5", "1,204", "", '"', "Total", "\0"]
    ),
    st.text(max_size=6),
)


@settings(deadline=None)
@given(st.lists(st.lists(cells, max_size=4), max_size=6))
def test_any_table_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]) -> None:
    path = tmp_path_factory.getbasetemp() / "any-group.csv"
    path.write_bytes("\n".join(",".join(row) for row in table).encode("utf-8", "surrogatepass"))
    try:
        rows, report = read(path)
    except RejectFile as refused:
        rows, code = [], refused.code
    else:
        code = "read" if report.details["numbers"] == len(rows) else "miscounted"
    assert code in {"read", "empty", "no_days", "encoding_unknown", "not_a_table"}
    keys = [(row["metric"], row["period_start"]) for row in rows]
    assert len(keys) == len(set(keys))
