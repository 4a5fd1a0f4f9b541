"""Exports of Meta Business Suite: both layouts, English and Hebrew, and what is kept of a post."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.base import FileReport, FileSettings, file_formats, source_key
from collectors.errors import RejectFile
from collectors.meta_suite.settings import MetaSuiteSettings
from collectors.meta_suite.suite import MetaSuite
from pipeline.land.files import format_of
from tests.e2e.hostile import table

HEAD = ["Post ID", "Page ID", "Page name", "Title", "Description", "Duration (sec)", "Publish time", "Caption type",
        "Permalink", "Is crosspost", "Post type", "Date", "Reach", "Reactions, comments and shares", "Reactions",
        "Comments", "Shares", "Total clicks"]  # fmt: skip
HEBREW = ["מזהה פוסט", "מזהה דף", "שם הדף", "כותרת", "תיאור", "שעת פרסום", "קישור קבוע", "סוג פוסט", "תאריך", "טווח הגעה",
          "תגובות רגש", "תגובות", "שיתופים", "סך כל ההקלקות"]  # fmt: skip


def post(number: int, at: str, *, said: str = "תכנית חדשה", period: str = "Lifetime", **counts: str) -> list[str]:
    known = {"Reach": "1,000", "Reactions": "40", "Comments": "15", "Shares": "5", "Total clicks": "30", **counts}
    about = {"Post ID": str(number), "Page ID": "10001", "Page name": "Gefen", "Title": said, "Publish time": at,
             "Permalink": "https://www.facebook.com/1", "Date": period}  # fmt: skip
    return [{**about, **known}.get(name, "") for name in HEAD]


def read(path: Path, **own: Any) -> tuple[list[dict[str, Any]], FileReport]:
    reader, report = MetaSuite(), FileReport(str(path))
    assert isinstance(format_of(path, file_formats()), MetaSuite)
    settings = FileSettings(options=MetaSuiteSettings(**own), today=date(2026, 11, 29))
    return [one for page in reader.pages(path, settings, report) for one in page.rows.to_pylist()], report


def test_a_post_s_words_are_measured_and_its_counts_are_kept(tmp_path: Path) -> None:
    path = table(tmp_path / "posts.csv", [HEAD, post(7, "10/14/2026 09:30")])
    [one], report = read(path, process_words=["תכנית"])
    assert one == {
        "post_id": "10001_7", "space": None, "space_key": source_key("gefen", b"\0" * 32),
        "created_at": datetime(2026, 10, 14, 6, 30, tzinfo=UTC), "is_process": True, "is_call": None,
        "is_classified": True, "language": "he", "reach": 1000, "reactions": 40, "comments": 15, "shares": 5,
    }  # fmt: skip
    assert (report.status, report.details["posts"]) == ("read", 1)


def test_hebrew_headers_in_utf_16(tmp_path: Path) -> None:
    row = [
        "7",
        "10001",
        "Gefen",
        "פוסט",
        "",
        "10/14/2026 09:30",
        "https://x",
        "תמונות",
        "משך החיים",
        "9",
        "4",
        "3",
        "2",
        "1",
    ]
    [one], _ = read(table(tmp_path / "posts.csv", [HEBREW, row], encoding="utf-16"))
    assert (one["reach"], one["reactions"], one["comments"], one["shares"]) == (9, 4, 3, 2)


def test_rows_of_days_are_one_post_whose_people_nobody_knows(tmp_path: Path) -> None:
    days = [post(7, "2026-10-14T09:30:00", period=f"10/{day}/2026", Comments=str(day)) for day in (14, 15)]
    [one], _ = read(table(tmp_path / "posts.csv", [HEAD, *days]))
    assert (one["reach"], one["reactions"], one["comments"]) == (None, 80, 29)


def test_what_is_no_post_is_put_aside(tmp_path: Path) -> None:
    rows = [HEAD, post(7, "10/14/2026 09:30"), post(8, "some day"), ["1.2E+17", *post(9, "10/15/2026 09:30")[1:]]]
    found, report = read(table(tmp_path / "posts.csv", rows))
    assert len(found) == 1
    assert [(one.where, one.code) for one in report.rejected] == [("G3", "not_a_date"), ("A4", "post_unknown")]


def test_posts_one_a_day_are_no_group_s_days_and_refused_where_their_order_is_not_known(tmp_path: Path) -> None:
    path = table(tmp_path / "posts.csv", [HEAD, *(post(day, f"10/{day:02d}/2026 09:30") for day in range(1, 12))])
    with pytest.raises(RejectFile, match="dates_undecided"):
        read(path)
    found, _ = read(path, day_first=False)
    assert {one["created_at"].date() for one in found} == {date(2026, 10, day) for day in range(1, 12)}


def test_results_are_tables_below_each_other(tmp_path: Path) -> None:
    days = [[f"2026-10-0{day}T00:00:00", str(day * 10)] for day in (1, 2)]
    rows = [["Facebook visits"], ["Date", "Primary"], *days, [], ["Instagram reach"], ["Date", "Primary"], *days, [],
            ["ביקורים"], ["תאריך", "ראשי"]]  # fmt: skip
    path = table(tmp_path / "results.csv", rows, encoding="utf-16")
    path.write_bytes("sep=,\r\n".encode("utf-16") + path.read_bytes()[2:])
    found, report = read(path, space="page")
    told = [(one["metric"], one["day"], one["amount"], one["space"]) for one in found]
    assert told == [("visits", date(2026, 10, day), day * 10.0, "page") for day in (1, 2)]
    assert report.details["not_kept"] == 1, "Instagram's are another asset's"
