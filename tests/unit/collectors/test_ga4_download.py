"""Downloads of Google Analytics 4: which rows are a month's people, and which never are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from collectors.base import FileReport, FileSettings, file_formats, source_key
from collectors.errors import RejectFile
from collectors.ga4_download.report import Ga4Download
from collectors.ga4_download.settings import Ga4DownloadSettings
from pipeline.land.files import format_of
from tests.e2e.hostile import table
from tests.said import in_words

Rows = list[dict[str, Any]]


def write(folder: Path, rows: Sequence[Sequence[str]], first: str = "20261001", last: str = "20261031") -> Path:
    head = [["# ----------------"], ["# Gefen - GA4"], ["# Any report"], ["# ----------------"], ["# "], ["# All Users"],
            [f"# Start date: {first}"], [f"# End date: {last}"]]  # fmt: skip
    return table(folder / "download.csv", [*head, *rows])


def read(path: Path, **own: Any) -> tuple[Rows, Rows, FileReport]:
    reader, report = Ga4Download(), FileReport(str(path))
    assert isinstance(format_of(path, file_formats()), Ga4Download)
    settings = FileSettings(options=Ga4DownloadSettings(**own), today=date(2026, 11, 29))
    pages = {page.stream.name: page.rows.to_pylist() for page in reader.pages(path, settings, report)}
    return pages.get("ga4_listed_use", []), pages.get("ga4_listed_views", []), report


def told(rows: Rows) -> dict[tuple[str, str, str], tuple[Any, ...]]:
    return {
        (row["period"], row["first_day"].isoformat(), row["place"]): (
            row["users"],
            row["sessions"],
            row["engaged_seconds"],
        )
        for row in rows
    }


def test_by_city_the_town_s_cities_are_residents_and_nobody_knows_the_people_of_all(tmp_path: Path) -> None:
    rows = [["Town/City", "Active users", "Sessions", "Average engagement time per active user"],
            ["Ashdod", "300", "400", "30.5"], ["Haifa", "100", "120", "10"], ["(not set)", "50", "51", "2"]]  # fmt: skip
    use, _, report = read(write(tmp_path, rows), cities=["ashdod"])
    assert told(use) == {
        ("month", "2026-10-01", "all"): (None, 571, 300 * 30.5 + 1000 + 100),
        ("month", "2026-10-01", "resident"): (300, 400, 9150.0),
    }
    assert report.notices == []
    keys = [source_key(name, b"\0" * 32) for name in ("Gefen - GA4", "Any report", "All Users", "Google Analytics")]
    assert use[0]["space_keys"] == keys
    without, _, told_of = read(write(tmp_path, rows))
    assert [row["place"] for row in without] == ["all"] and "city" in in_words(told_of.notices)[0]


def test_a_total_is_a_month_s_people_and_the_sum_of_its_days_never_is(tmp_path: Path) -> None:
    days = [["Date", "Active users", "Sessions"], ["20261001", "50", "60"], ["20261002", "51", "61"]]
    use, _, report = read(write(tmp_path, days))
    assert told(use) == {("day", "2026-10-01", "all"): (50, 60, None), ("day", "2026-10-02", "all"): (51, 61, None)}
    assert "not added up" in in_words(report.notices)[0]
    total = [days[0], ["", "80", "121"], *days[1:]]
    use, _, _ = read(write(tmp_path, total))
    assert told(use)["month", "2026-10-01", "all"] == (80, 121, None)


def test_months_may_be_rows(tmp_path: Path) -> None:
    rows = [["Year month", "City", "Total users"], ["202609", "Ashdod", "7"], ["202610", "Ashdod", "9"]]
    use, _, _ = read(write(tmp_path, rows, "20260901", "20261015"), cities=["Ashdod"])
    assert told(use)["month", "2026-09-01", "resident"][0] == 7
    october = next(row for row in use if row["place"] == "resident" and row["first_day"] == date(2026, 10, 1))
    assert (october["users"], october["last_day"]) == (9, date(2026, 10, 15)), "as far as the download reaches"


def test_views_of_pages_add_up_by_the_town_s_rules_and_their_people_do_not(tmp_path: Path) -> None:
    rows = [["Page path and screen class", "Views", "Active users"], ["/", "1000", "500"], ["/service/a", "300", "200"],
            ["/service/b", "30", "20"], ["/service/contact", "5", "4"]]  # fmt: skip
    rules = {"/service": "service", "/service/contact": "contact"}
    use, views, _ = read(write(tmp_path, rows), page_rules=rules)
    assert told(use) == {("month", "2026-10-01", "all"): (None, None, None)}
    assert [(one["topic"], one["views"], one["paths"]) for one in views] == [("contact", 5, 1), ("service", 330, 2)]


@pytest.mark.parametrize(("first", "last"), [("20260901", "20261031"), ("soon", "20261031")])
def test_a_longer_time_is_no_month(tmp_path: Path, first: str, last: str) -> None:
    with pytest.raises(RejectFile, match="ga4_no_month"):
        read(write(tmp_path, [["City", "Active users"], ["Ashdod", "3"]], first, last))


def test_a_figure_that_is_none_is_put_aside(tmp_path: Path) -> None:
    rows = [["City", "Active users"], ["Ashdod", "many"], ["Haifa", "3"]]
    _, _, report = read(write(tmp_path, rows), cities=["Ashdod"])
    assert [(one.where, one.code) for one in report.rejected] == [("B10", "not_a_number")]
