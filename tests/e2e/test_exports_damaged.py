"""A row of an export that cannot be taken leaves its month not whole, until a later export tells of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pipeline.land.files import import_file
from pipeline.refresh.refresh import refresh
from tests.e2e import hostile
from tests.e2e.towns import opened
from town.store import TownStore

Rows = list[list[str]]
ZOOM = '\n[zoom_participants]\nspace = "hall"\n[mailchimp_campaigns]\nspace = "list"\n[ga4_download]\nspace = "site"\n'
ZOOM += 'cities = ["Ashdod"]\n[meta_suite]\nspace = "page"\n'


def zoom(broken: str) -> tuple[str, Rows]:
    head = ["Topic", "Meeting ID", "User Email", "Start Time", "End Time", "Duration (Minutes)", "Participants"]
    rows = [["t", f"852 1848 62{day}", "h@x.org", f"10/{day}/2026 08:00:00 PM", f"10/{day}/2026 09:00:00 PM", "60", "1"]
            for day in (14, 20)]  # fmt: skip
    rows[1][3] = broken or rows[1][3]
    return "meetinglistdetails_20261001_20261031.csv", [head, *rows]


def mailchimp(broken: str) -> tuple[str, Rows]:
    head = [
        "List",
        "Send Date",
        "Total Recipients",
        "Successful Deliveries",
        "Unique Opens",
        "Unique Clicks",
        "Unique Id",
    ]
    rows = [["L", f"{when}, 2026 09:00 am", "100", "95", "40", "5", f"id{number:08d}"]
            for number, when in enumerate(("Oct 1", "Oct 14", "Oct 31", "Nov 2"))]  # fmt: skip
    rows[1][2] = broken or rows[1][2]
    return "campaigns.csv", [head, *rows]


def meta(broken: str) -> tuple[str, Rows]:
    head = ["Post ID", "Page ID", "Page name", "Publish time", "Reactions", "Comments"]
    rows = [[f"9{number}", "1", "P", f"{when}/2026 10:00", "5", "2"]
            for number, when in enumerate(("10/01", "10/14", "10/31", "11/02"))]  # fmt: skip
    rows[1][4] = broken or rows[1][4]
    return "posts.csv", [head, *rows]


def ga4(broken: str) -> tuple[str, Rows]:
    head = [["# Any"], ["# Start date: 20261001"], ["# End date: 20261031"], ["City", "Active users", "Sessions"]]
    return "download.csv", [*head, ["Haifa", "3", "4"], ["Ashdod", "30", broken or "40"]]


EXPORTS: dict[str, tuple[Callable[[str], tuple[str, Rows]], set[str]]] = {
    "zoom_participants": (zoom, {"gathering"}),
    "mailchimp_campaigns": (mailchimp, {"mailing"}),
    "meta_suite": (meta, {"publication", "platform_metric"}),
    "ga4_download": (ga4, {"visit"}),
}
QUICK = ("mailchimp_campaigns", "meta_suite")


def full(store: TownStore) -> set[str]:
    """The facts of which October is heard as a whole."""
    refresh(store)
    paths = [one.path for one in store.ledger.partitions() if one.fact == "coverage"]
    rows: Sequence[dict[str, str]] = store.lake.read(paths).to_pylist() if paths else []
    return {row["fact"] for row in rows if row["month"] == "2026-10" and row["extent"] == "full"}


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=() if one in QUICK else pytest.mark.more) for one in sorted(EXPORTS)]
)
def test_a_month_is_whole_again_once_a_later_export_tells_of_the_row(name: str, tmp_path: Path) -> None:
    write, facts = EXPORTS[name]
    hostile.town(tmp_path / "town", ZOOM).engine.dispose()
    store = opened(tmp_path / "town")
    for folder, broken, status in (("broken", "soon", "partial"), ("mended", "", "read")):
        (tmp_path / folder).mkdir()
        file, rows = write(broken)
        report = import_file(store, hostile.table(tmp_path / folder / file, rows))
        assert (report.format, report.status) == (name, status), (report.code, report.rejected)
        assert full(store) & facts == (set() if broken else facts)
        assert bool(store.ledger.quarantine()) == bool(broken)
    store.engine.dispose()
