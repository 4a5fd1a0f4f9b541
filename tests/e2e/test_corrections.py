"""A workbook corrected after its month was closed, through the command line: what moves, what is withdrawn, what is told."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from collectors.staff_workbook.write import write_staff_workbook
from tests.e2e.command_line import Run, entry_point
from warehouse.keys import new_key_file

CONFIG = '[[authority]]\ncode = "0070"\n'
CULTURE = {"indicator": "facebook.initiatives", "part": "culture"}
ENTRIES: list[dict[str, Any]] = [
    {"month": "2026-09", **CULTURE, "amount": 2},
    {"month": "2026-09", "indicator": "facebook.business_ties", "part": "other", "amount": 3},
    {"month": "2026-10", **CULTURE, "amount": 1},
    {"month": "2026-10", "indicator": "facebook.initiatives", "part": "safety", "amount": 1},
    {"month": "2026-10", "indicator": "policy.initiatives", "part": "local", "amount": 4},
]


class Desk:
    """A town of staff entries, and what its clerk and its engineer do."""

    def __init__(self, folder: Path, run: Run) -> None:
        self.folder, self.run = folder, run
        new_key_file(folder / "keys" / "root.key")
        (folder / "kehila.toml").write_text(CONFIG, encoding="utf-8")

    def kehila(self, *words: str) -> Any:
        ran = self.run("--config", str(self.folder / "kehila.toml"), "--today", "2026-11-22", *words, "--json")
        assert ran.code == 0, (ran.out, ran.err)
        return json.loads(ran.out)

    def workbook(self, name: str, entries: list[dict[str, Any]]) -> str:
        path = self.folder / f"{name}.xlsx"
        write_staff_workbook(path, language="en", authority="0070", entries={"monthly": entries})
        return str(path)

    def takes(self, path: str, *options: str) -> dict[str, Any]:
        (report,) = self.kehila("import", path, *options)["files"]
        self.kehila("refresh")
        return dict(report)

    def value(self, indicator: str, month: str) -> tuple[Any, str]:
        shown = self.kehila("show", indicator, "--month", month)
        return shown["value"], shown["reason"] if shown["value"] is None else ""

    def changes(self) -> list[tuple[str, Any, Any]]:
        """The headlines on page one that differ from what was published."""
        self.kehila("publish", "--month", "2026-10")
        path = next(self.folder.rglob("kehila-0070-2026-10-changes.json"))
        return [
            (one["indicator"], one["old_value"], one["new_value"])
            for one in json.loads(path.read_text(encoding="utf-8"))
            if not one["part"] and not one["space"]
        ]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, entry_point(monkeypatch, capsys))


def test_corrected_withdrawn_and_back_again(desk: Desk) -> None:
    original = desk.workbook("original", ENTRIES)
    assert desk.takes(original)["changes"]["added"] == 5
    desk.kehila("close", "--month", "2026-10", "--force")
    assert (desk.value("facebook.initiatives", "2026-10")[0], desk.changes()) == (2, [])

    moved = desk.workbook("moved", [*ENTRIES[:2], {**ENTRIES[2], "month": "2026-09"}, *ENTRIES[3:]])
    report = desk.takes(moved)
    assert report["changes"]["moved"] == [{"old": "2026-10", "new": "2026-09"}]
    assert any("count together" in notice for notice in report["notices"])
    found = [desk.value("facebook.initiatives", month)[0] for month in ("2026-09", "2026-10")]
    assert found == [3, 1], "four stays four"
    assert desk.changes() == [("facebook.initiatives", 2, 1)]

    deleted = desk.workbook("deleted", [*ENTRIES[:2], {**ENTRIES[2], "month": "2026-09"}, ENTRIES[3]])
    report = desk.takes(deleted)
    gone = [{"sheet": "monthly", "month": "2026-10", "rows": 1, "headlines": ["policy.initiatives"]}]
    assert (report["changes"]["vanished"], desk.value("policy.initiatives", "2026-10")[0]) == (gone, 4)
    report = desk.takes(deleted, "--withdraw")
    assert report["changes"]["withdrawn"] == gone
    value, reason = desk.value("policy.initiatives", "2026-10")
    assert value is None and reason.startswith("no_entry")
    assert desk.kehila("show", "policy.initiatives", "--month", "2026-10")["withdrawn"] == 1
    assert desk.changes() == [("facebook.initiatives", 2, 1), ("policy.initiatives", 4, None)]

    report = desk.takes(original)
    assert report["status"] == "duplicate" and "--again" in report["reason"]
    assert desk.value("policy.initiatives", "2026-10")[0] is None
    assert desk.takes(original, "--again")["status"] == "read"
    assert [desk.value("facebook.initiatives", month)[0] for month in ("2026-09", "2026-10")] == [2, 2]
    assert (desk.value("policy.initiatives", "2026-10")[0], desk.changes()) == (4, [])
    assert desk.kehila("show", "policy.initiatives", "--month", "2026-10")["withdrawn"] == 0
    assert desk.kehila("close", "--month", "2026-10", "--again")["revision"] == 1, "as it was published"


def test_a_row_that_cannot_be_read_is_not_taken_for_deleted(desk: Desk) -> None:
    desk.takes(desk.workbook("original", ENTRIES))
    path = desk.workbook("typo", ENTRIES)
    book = load_workbook(path)
    cells = [cell for row in book["Monthly entries"].iter_rows() for cell in row if cell.value == 4]
    assert len(cells) == 1
    cells[0].value = "four"
    book.save(path)
    ran = desk.run(
        "--config", str(desk.folder / "kehila.toml"), "--today", "2026-11-22", "import", path, "--withdraw", "--json"
    )
    (report,) = json.loads(ran.out)["files"]
    assert (report["quarantined"], report["changes"]["withdrawn"]) == (1, [])
    desk.kehila("refresh")
    assert desk.value("policy.initiatives", "2026-10")[0] == 4


@pytest.mark.more
def test_a_workbook_emptied_lists_what_it_held_and_takes_it_back_when_asked(desk: Desk) -> None:
    desk.takes(desk.workbook("one", ENTRIES[-1:]))
    empty = desk.workbook("empty", [])
    ran = desk.run("--config", str(desk.folder / "kehila.toml"), "--today", "2026-11-22", "import", empty, "--json")
    (refused,) = json.loads(ran.out)["files"]
    assert refused["status"] == "rejected" and "--withdraw" in refused["reason"]
    assert desk.value("policy.initiatives", "2026-10")[0] == 4
    report = desk.takes(empty, "--withdraw")
    assert [(one["sheet"], one["rows"]) for one in report["changes"]["withdrawn"]] == [("monthly", 1)]
    value, reason = desk.value("policy.initiatives", "2026-10")
    assert value is None and reason.startswith("no_entry")


PLACES = [
    {"space": "page", "title": "Page", "asset": "facebook", "kind": "page", "operated_by": "authority"},
    {"space": "news", "title": "News", "asset": "whatsapp", "kind": "broadcast", "operated_by": "authority"},
]  # fmt: skip


@pytest.mark.parametrize(
    "sheets",
    [
        pytest.param(["monthly"], marks=pytest.mark.more),
        pytest.param(["members"], marks=pytest.mark.more),
        ["monthly", "members"],
    ],
)
def test_a_sheet_emptied_lists_what_vanished_and_takes_it_back_when_asked(desk: Desk, sheets: list[str]) -> None:
    """The lists of places and people stay; what was on the emptied sheets goes, and nothing else."""
    whole = {
        "monthly": ENTRIES[-1:], "members": [{"month": "2026-10", "space": "page", "members": 40}],
        "publications": [{"published_day": date(2026, 10, 4), "asset": "facebook", "topic": "service", "language": "he"}],
        "spaces": PLACES,
    }  # fmt: skip
    if sheets == ["monthly", "members"]:
        del whole["publications"]  # then nothing but lists is left
    path = desk.folder / "whole.xlsx"
    write_staff_workbook(path, language="en", authority="0070", entries=whole)
    desk.takes(str(path))
    left = desk.folder / "left.xlsx"
    write_staff_workbook(
        left,
        language="en",
        authority="0070",
        entries={name: rows for name, rows in whole.items() if name not in sheets},
    )
    report = desk.takes(str(left))
    assert sorted(one["sheet"] for one in report["changes"]["vanished"]) == sorted(sheets)
    assert desk.value("policy.initiatives", "2026-10")[0] == 4
    report = desk.takes(str(left), "--withdraw")
    assert sorted(one["sheet"] for one in report["changes"]["withdrawn"]) == sorted(sheets)
    assert desk.value("policy.initiatives", "2026-10")[0] == (None if "monthly" in sheets else 4)


@pytest.mark.more
def test_of_two_workbooks_an_empty_one_is_none_for_sure(desk: Desk) -> None:
    desk.takes(desk.workbook("one", ENTRIES[:1]))
    desk.takes(desk.workbook("two", ENTRIES[-1:]))
    report = desk.takes(desk.workbook("empty", []), "--withdraw")
    assert report["changes"]["withdrawn"] == [] and any("cannot be told" in one for one in report["notices"])
    assert desk.value("policy.initiatives", "2026-10")[0] == 4
