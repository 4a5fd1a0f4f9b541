"""Which rows of a survey file are responses, and when they were sent: decided by whole columns, never cell by cell."""

import csv
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from collectors.base import FileReport, FileSettings
from collectors.errors import RejectFile
from collectors.survey_file.survey import SurveyFile
from tests.said import in_words
from texts import error
from transforms.questionnaire import questionnaire

HEADS = {
    "he": ["חותמת זמן", *(item.he for item in questionnaire().scales["trust"].items[:2])],
    "ar": ["طابع زمني", *(item.ar for item in questionnaire().scales["trust"].items[:2])],
    "en": ["Timestamp", *(item.en for item in questionnaire().scales["trust"].items[:2])],
}


def saved(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def read(path: Path, today: date = date(2026, 11, 29), **own: Any) -> tuple[list[dict[str, Any]], FileReport]:
    report = FileReport(str(path))
    given_settings = SurveyFile.Settings.model_validate(own)
    settings = FileSettings(options=given_settings, reader_options=questionnaire().reader_options(), today=today)
    pages = SurveyFile().pages(path, settings, report)
    return [row for page in pages for row in page.rows.to_pylist()], report


def refusal(path: Path, **own: Any) -> RejectFile:
    with pytest.raises(RejectFile) as refused:
        read(path, **own)
    for language in ("he", "ar", "en"):
        assert "{" not in error(refused.value.code, language, **refused.value.arguments)  # type: ignore[arg-type]
    return refused.value


@pytest.mark.parametrize("language", ["he", "ar", "en"])
@pytest.mark.parametrize(("pattern", "days"), [("%m/%d/%Y", 20), ("%d/%m/%Y", 20), ("%m/%d/%Y", 12), ("%d/%m/%Y", 12)])
def test_a_whole_column_decides_the_order_of_day_and_month(
    tmp_path: Path, language: str, pattern: str, days: int
) -> None:
    sent = [datetime(2026, 10, day, 16, 12, 33) for day in range(1, days + 1)]
    rows = [[f"{at:{pattern}} {at:%H:%M:%S}", 4, 5] for at in sent]
    found, report = read(saved(tmp_path / "s.csv", [HEADS[language], *rows]))
    assert (report.details["respondents"], report.details["closed_day"], report.rejected) == (
        days,
        f"2026-10-{days:02d}",
        [],
    )
    assert {row["wave"] for row in found} == {"2026-10"}
    assert {row["as_of"].replace(tzinfo=None) for row in found} == {datetime(2026, 10, days, 13, 12)}


def test_days_in_two_orders_are_refused_with_the_remedy(tmp_path: Path) -> None:
    texts = [["10/13/2026 08:00", 4, 5], ["14/10/2026 08:00", 4, 5]]
    refused = refusal(saved(tmp_path / "s.csv", [HEADS["en"], *texts]))
    assert (refused.code, refused.arguments) == ("dates_contradict", {"where": "A"})


def test_days_that_a_spreadsheet_turned_around_are_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    turned = [[datetime(2026, day, 10, 8, 0), 4, 5] for day in range(1, 11)]  # 10/1/2026 taken for the 10th of January
    for row in [HEADS["en"], *turned, *([f"10/{day}/2026 8:00", 4, 5] for day in range(13, 20))]:
        sheet.append(row)
    book.save(tmp_path / "s.xlsx")
    assert refusal(tmp_path / "s.xlsx").code == "dates_contradict"


def test_a_wave_is_never_in_the_future(tmp_path: Path) -> None:
    path = saved(tmp_path / "s.csv", [HEADS["he"], ["2027-01-05 10:00", 4, 5]])
    assert refusal(path).code == "wave_in_future"


def test_late_answers_do_not_move_the_month_of_a_wave(tmp_path: Path) -> None:
    rows = [[f"2026-10-{day:02d} 10:00", 4, 5] for day in range(1, 29)]
    late = [[f"2026-11-{day:02d} 10:00", 2, 1] for day in range(1, 6)]
    for number, written in enumerate((rows, [*late, *rows])):
        found, report = read(saved(tmp_path / f"{number}.csv", [HEADS["he"], *written]))
        assert {(row["wave"], row["closed_day"]) for row in found} == {("2026-10", date(2026, 10, 28))}
        assert report.details["respondents"] == len(written)


def test_serial_numbers_under_a_dates_header_are_days(tmp_path: Path) -> None:
    rows, _ = read(saved(tmp_path / "s.csv", [HEADS["ar"], [46296.42, 4, 5], [46300, 4, 5]]))
    assert {row["closed_day"] for row in rows} == {date(2026, 10, 5)}
    assert refusal(saved(tmp_path / "n.csv", [HEADS["ar"], [7, 4, 5], [46300, 4, 5]])).code == "wave_unknown"


def test_a_day_that_stands_for_no_day_is_none(tmp_path: Path) -> None:
    head = ["submitdate", "trust_1"]
    undated = [["1980-01-01 00:00:00", 4], ["1980-01-01 00:00:00", 5], ["", 3]]
    rows, report = read(saved(tmp_path / "s.csv", [head, *undated]), wave="2026-10")
    assert [row["answer"] for row in rows] == [4, 5]
    assert {(row["sent"], row["as_of"], row["closed_day"]) for row in rows} == {(None, None, date(2026, 10, 31))}
    assert report.details["left_out"] == 1


QUALTRICS = [
    ["StartDate", "EndDate", "Status", "Progress", "Finished", "RecordedDate", "Q1", "Q2"],
    ["Start Date", "End Date", "Response Type", "Progress", "Finished", "Recorded Date", *HEADS["ar"][1:]],
    ['{"ImportId":"a"}', '{"ImportId":"endDate","timeZone":"Asia/Jerusalem"}', *['{"ImportId":"b"}'] * 6],
]


def response(status: str = "IP Address", finished: str = "True", progress: str = "100") -> list[str]:
    at = "2026-10-05 10:00:00"
    return [at, at, status, progress, finished, at, "4", "5"]


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        (response(), True),
        (response("Imported"), True),
        (response("Survey Preview"), False),
        (response("Survey Test"), False),
        (response("Spam"), False),
        (response("1", "1"), False),
        (response("0", "1"), True),
        (response(finished="False", progress="40"), False),
        (response(finished="0"), False),
        (response(finished="", progress="99"), False),
    ],
)
def test_what_was_not_sent_is_no_response(tmp_path: Path, row: list[str], counts: bool) -> None:
    found, report = read(saved(tmp_path / "q.csv", [*QUALTRICS, response(), row]))
    assert (report.details["respondents"], report.details["left_out"]) == ((2, 0) if counts else (1, 1))
    assert len(found) == 2 * report.details["respondents"] and not report.rejected
    assert any("not count" in one for one in in_words(report.notices)) is not counts


TYPEFORM = ["#", *HEADS["en"][1:], "Response Type", "Start Date (UTC)", "Stage Date (UTC)", "Submit Date (UTC)"]
LIME = ["id. Response ID", "lastpage. Last page", *HEADS["en"][1:]]
MONKEY = [["Respondent ID", "Date Created", "Date Modified", *HEADS["en"][1:]], ["", "", "", "Response", "Response"]]
AT = "2026-10-31 22:30:00"


@pytest.mark.parametrize(
    ("rows", "respondents", "left_out", "day"),
    [
        pytest.param(
            [TYPEFORM, ["a", 4, 5, "completed", AT, "", AT], ["b", 4, "", "partial", AT, AT, ""],
             ["c", 4, "", "started", AT, AT, ""]], 1, 2, "2026-11-01", id="Typeform, whose clock is UTC",
        ),
        pytest.param([LIME, [1, 3, 4, 5], [2, 3, 2, 1], [3, 1, 4, ""], [4, "", 4, ""]], 2, 2, "2026-10-31", id="LimeSurvey"),
        pytest.param([*MONKEY, [1, "10/20/2026 08:00:00 PM", "10/20/2026 08:05:00 PM", 4, 5]], 1, 0, "2026-10-20", id="SurveyMonkey"),
        pytest.param(
            [["ID", "Start time", "Completion time", *HEADS["en"][1:]], [1, AT, AT, 4, 5], [2, AT, "", 4, ""]],
            1, 1, "2026-10-31", id="Microsoft Forms",
        ),
    ],
)  # fmt: skip
def test_each_service_has_its_own_word_for_what_was_sent(
    tmp_path: Path, rows: list[list[Any]], respondents: int, left_out: int, day: str
) -> None:
    found, report = read(saved(tmp_path / "s.csv", rows), **({"wave": "2026-10"} if rows[0] is LIME else {}))
    assert (report.details["respondents"], report.details["left_out"]) == (respondents, left_out)
    assert {row["closed_day"].isoformat() for row in found} == {day} and not report.rejected


def test_a_stamp_after_today_is_put_aside_and_its_answers_stay(tmp_path: Path) -> None:
    stamps = ["2026-11-20 10:00", "2026-11-21 10:00", "2026-11-30 10:00"]
    found, report = read(saved(tmp_path / "s.csv", [HEADS["en"], *([at, 4, 5] for at in stamps)]))
    assert [(one.where, one.code) for one in report.rejected] == [("A4", "day_to_come")]
    assert report.details["respondents"] == 3 and {row["closed_day"] for row in found} == {date(2026, 11, 21)}


def test_nothing_but_unfinished_responses_is_said_to_be_that(tmp_path: Path) -> None:
    refused = refusal(saved(tmp_path / "q.csv", [*QUALTRICS, response(finished="False")]))
    assert (refused.code, refused.arguments) == ("only_unfinished", {"number": 1})


def test_a_second_row_of_headers_is_no_respondent(tmp_path: Path) -> None:
    head = [["Respondent ID", "End Date", "How far do you agree?", ""], ["", "", *HEADS["en"][1:]]]
    rows, report = read(saved(tmp_path / "s.csv", [*head, ["1", "2026-10-05 10:00", 4, 5]]))
    assert [(row["item"], row["answer"]) for row in rows] == [("trust_1", 4), ("trust_2", 5)]
    assert (report.details["rows"], report.rejected) == (1, [])
    kinds = ["", "Response", "Response"]
    rows, report = read(saved(tmp_path / "k.csv", [HEADS["en"], kinds, ["2026-10-05 10:00", 4, 5]]))
    assert (report.details["rows"], report.rejected) == (1, [])


def test_rows_hidden_by_a_filter_are_read_and_said(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [HEADS["he"], *([datetime(2026, 10, 1) + timedelta(days=n), 4, 5] for n in range(4))]:
        sheet.append(row)
    sheet.row_dimensions[4].hidden = True
    book.save(tmp_path / "s.xlsx")
    _, report = read(tmp_path / "s.xlsx")
    assert (report.details["rows"], report.details["hidden_rows"]) == (4, 1)
    assert any("1 row is hidden" in one for one in in_words(report.notices))


def test_a_file_sorted_or_read_with_other_settings_is_the_same_form(tmp_path: Path) -> None:
    rows = [[f"2026-10-{day:02d} 10:00", day % 5 + 1, 5] for day in range(1, 9)]
    one, _ = read(saved(tmp_path / "a.csv", [HEADS["he"], *rows]))
    other, _ = read(saved(tmp_path / "b.csv", [HEADS["he"], *reversed(rows)]), sample_type="probability", wave="autumn")
    less, _ = read(saved(tmp_path / "c.csv", [HEADS["he"], *rows[1:]]))
    assert {row["form"] for row in one} == {row["form"] for row in other} != {row["form"] for row in less}
    assert {row["stated"] for row in one} == {""}
    assert {row["stated"] for row in other} == {"sample_type wave"}
