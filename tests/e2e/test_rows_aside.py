"""A row of a file that cannot be read: its month is not whole until the file is corrected, whatever kind of file it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from collectors.staff_workbook.write import write_staff_workbook
from tests.e2e import hostile
from tests.e2e.command_line import Run, entry_point
from tests.unit.collectors.test_hotline_106 import HEBREW
from town.config import load
from town.store import open_store

pytestmark = pytest.mark.more

TODAY = "2026-12-02"
GROUP = {
    "space": "gefen",
    "title": "Gefen",
    "asset": "facebook",
    "kind": "group",
    "operated_by": "authority",
    "names": "Gefen",
}


class Town:
    """A town and its clerk, who sees what the command line says."""

    def __init__(self, folder: Path, run: Run) -> None:
        self.folder, self._run = folder, run
        hostile.town(folder).engine.dispose()

    def kehila(self, *words: str | Path) -> Any:
        ran = self._run("--config", self.folder / "kehila.toml", "--today", TODAY, *words, "--json")
        assert ran.out, ran.err
        return json.loads(ran.out)

    def takes(self, path: Path, *options: str) -> dict[str, Any]:
        (report,) = self.kehila("import", path, *options)["files"]
        self.kehila("refresh")
        return dict(report)

    def open_items(self) -> list[str]:
        return [one["code"] for one in self.kehila("quarantine", "list")["items"]]

    def extents(self, fact: str) -> dict[str, str]:
        """Month -> how far it is covered of a fact."""
        store = open_store(load(self.folder / "kehila.toml"), today=date.fromisoformat(TODAY))
        files = [one.path for one in store.ledger.partitions() if one.fact == "coverage"]
        store.engine.dispose()
        rows = [
            row for path in files for row in pq.read_table(self.folder / "lake" / path, partitioning=None).to_pylist()
        ]
        return {row["month"]: row["extent"] for row in rows if row["fact"] == fact}


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Town:
    return Town(tmp_path / "town", entry_point(monkeypatch, capsys))


def days(first: str, last: str) -> list[str]:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return [(begin + timedelta(days=n)).isoformat() for n in range((end - begin).days + 1)]


def with_cell(rows: Sequence[Sequence[str]], at: tuple[int, int], value: str) -> list[list[str]]:
    return [
        [value if (n, m) == at else cell for m, cell in enumerate(row)] for n, row in enumerate(rows)
    ]  # fmt: skip


def group(path: Path, value: str | None, at: tuple[int, int] = (40, 2)) -> Path:
    rows = [["Date", "Total Members", "Posts", "Comments"]]
    rows += [[day, str(500 + n), "3", "12"] for n, day in enumerate(days("2026-09-01", "2026-11-30"))]
    return hostile.table(path, with_cell(rows, at, value) if value else rows)


def register(path: Path, value: str | None, at: tuple[int, int] = (40, 3)) -> Path:
    rows = [HEBREW]
    for number, day in enumerate(days("2026-09-01", "2026-11-30")):
        rows.append([str(number), f"{day} 08:10", f"{day} 09:40", f"{day} 12:00", "תלונה", "תאורה", "טלפון", "4"])
    return hostile.table(path, with_cell(rows, at, value) if value else rows)


def survey(path: Path, value: str | None, at: tuple[int, int] = (7, 1)) -> Path:
    rows = [["חותמת זמן", "trust_1", "trust_2"]]
    rows += [[f"2026-10-{1 + n % 25:02d} 10:{n:02d}", str(1 + n % 5), str(1 + (n * 7) % 5)] for n in range(40)]
    return hostile.table(path, with_cell(rows, at, value) if value else rows)


def book(path: Path, value: Any, at: str = "amount") -> Path:
    """Two entries of one indicator in October and one in September; a cell of the second is `value`."""
    entry = {"indicator": "policy.initiatives", "part": "local"}
    entries: list[dict[str, Any]] = [
        {"month": "2026-09", **entry, "amount": 2}, {"month": "2026-10", **entry, "amount": 3},
        {"month": "2026-10", **entry, "subject": "b", "amount": 4},
    ]  # fmt: skip
    if value is not None:
        entries[1][at] = value
    finished = [{"month": month, "initiatives": True} for month in ("2026-09", "2026-10", "2026-11")]
    write_staff_workbook(
        path, language="en", authority="T1", entries={"monthly": entries, "periods": finished, "spaces": [GROUP]}
    )
    return path


@dataclass(frozen=True)
class Kind:
    """A kind of file: how it is made, its wrong cell, and which fact and months are not whole for that."""

    make: Callable[..., Path]
    value: Any
    fact: str
    short: tuple[str, ...]
    whole: tuple[str, ...]
    at: Any = None
    name: str = "Gefen.csv"

    def file(self, folder: Path, name: str, value: Any) -> Path:
        folder = folder / name
        folder.mkdir(parents=True)
        return self.make(folder / self.name, value, *([self.at] if self.at else []))


ALL = ("2026-09", "2026-10", "2026-11")
OCTOBER, OTHERS = ("2026-10",), ("2026-09", "2026-11")
KINDS = {
    "a number of a group": Kind(group, "many", "platform_metric", OCTOBER, OTHERS),
    "the members of a group": Kind(group, "many", "membership", OCTOBER, OTHERS, (40, 1)),
    "a day of a group": Kind(group, "someday", "membership", ALL, (), (40, 0)),
    "an answer in the register": Kind(register, "later", "request", OCTOBER, OTHERS),
    "a day of the register": Kind(register, "tomorrow", "request", ALL, (), (40, 1)),
    "an answer of a survey": Kind(survey, "very much", "survey_response", OCTOBER, ()),
    "a figure of the workbook": Kind(book, "lots", "report:policy.initiatives", OCTOBER, OTHERS, name="staff.xlsx"),
    "a month of the workbook": Kind(
        book, "soon", "report:policy.initiatives", ("2026-09", "2026-10"), (), "month", "staff.xlsx"
    ),
    "an indicator of the workbook": Kind(
        book, "what is this", "report:policy.initiatives", OCTOBER, OTHERS, "indicator", "staff.xlsx"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_a_row_that_cannot_be_read_leaves_its_month_not_whole_until_it_is_corrected(name: str, town: Town) -> None:
    kind = KINDS[name]
    assert town.takes(kind.file(town.folder, "wrong", kind.value))["status"] == "partial"
    assert len(town.open_items()) == 1
    told = town.extents(kind.fact)
    assert {told[month] for month in kind.short} == {"part"}, told
    assert {told[month] for month in kind.whole} <= {"full"}, told
    corrected = kind.file(town.folder, "right", None)
    assert town.takes(corrected)["status"] == "read"
    assert town.open_items() == []
    told = town.extents(kind.fact)
    assert {told[month] for month in (*kind.short, *kind.whole)} == {"full"}


@pytest.mark.parametrize("name", ["a number of a group", "an answer in the register", "a figure of the workbook"])
def test_the_corrected_file_first(name: str, town: Town) -> None:
    """A clerk who imports the old file after the corrected one takes nothing back of what is whole, or says it is."""
    kind = KINDS[name]
    town.takes(kind.file(town.folder, "right", None))
    assert {town.extents(kind.fact)[month] for month in (*kind.short, *kind.whole)} == {"full"}
    town.takes(kind.file(town.folder, "wrong", kind.value))
    extents = town.extents(kind.fact)
    assert ("part" in {extents[month] for month in kind.short}) == bool(town.open_items())


def test_a_figure_that_lacks_a_row_is_not_final(town: Town) -> None:
    wrong = book(town.folder / "a.xlsx", "lots")
    town.takes(wrong)
    shown = town.kehila("show", "policy.initiatives", "--month", "2026-10")
    assert (shown["value"], shown["status"]) == (4, "provisional") and "partial_period" in shown["quality"]
    assert town.kehila("show", "policy.initiatives", "--month", "2026-09")["status"] == "final"
    town.takes(book(town.folder / "b.xlsx", None))
    shown = town.kehila("show", "policy.initiatives", "--month", "2026-10")
    assert (shown["value"], shown["status"]) == (7, "final")


def test_a_month_whose_only_entry_cannot_be_read_is_no_zero(town: Town) -> None:
    entry = {"month": "2026-11", "indicator": "policy.initiatives", "part": "local", "amount": "lots"}
    path = town.folder / "a.xlsx"
    finished = [{"month": "2026-11", "initiatives": True}]
    write_staff_workbook(path, language="en", authority="T1", entries={"monthly": [entry], "periods": finished})
    town.takes(path)
    shown = town.kehila("show", "policy.initiatives", "--month", "2026-11")
    assert (shown["value"], shown["status"]) == (None, "missing")
    entry["amount"] = 5
    write_staff_workbook(path, language="en", authority="T1", entries={"monthly": [entry], "periods": finished})
    town.takes(path)
    assert town.open_items() == []
    assert town.kehila("show", "policy.initiatives", "--month", "2026-11")["value"] == 5


def test_a_wave_that_lacks_an_answer_is_not_final_in_any_month_it_speaks_for(town: Town) -> None:
    town.takes(survey(town.folder / "a.csv", "very much"))
    town.takes(group(town.folder / "Gefen.csv", None))  # so that there is a November
    for month in ("2026-10", "2026-11"):
        shown = town.kehila("show", "whatsapp.trust", "--month", month)
        assert shown["value"] is not None and shown["status"] == "provisional", shown
        assert "partial_period" in shown["quality"]
    town.takes(survey(town.folder / "b.csv", None))
    # Mended, the wave's own month is final; the month it is carried to never is, and says so alone.
    for month, status, carried in (("2026-10", "final", False), ("2026-11", "provisional", True)):
        shown = town.kehila("show", "whatsapp.trust", "--month", month)
        assert (shown["n"], shown["status"]) == (40, status), shown
        assert ("carried" in shown["quality"], "partial_period" in shown["quality"]) == (carried, False), shown


def test_what_is_discarded_by_hand_is_lost_no_more(town: Town) -> None:
    town.takes(book(town.folder / "a.xlsx", "lots"))
    (item,) = town.kehila("quarantine", "list")["items"]
    store = open_store(load(town.folder / "kehila.toml"))
    store.ledger.close_items([item["item"]], "discarded")
    store.engine.dispose()
    town.kehila("refresh")
    assert town.kehila("show", "policy.initiatives", "--month", "2026-10")["status"] == "final"


def test_a_row_of_the_roster_that_cannot_be_read_takes_nothing_from_what_was_entered(town: Town) -> None:
    path = town.folder / "a.xlsx"
    entries = {
        "monthly": [{"month": "2026-10", "indicator": "policy.initiatives", "part": "local", "amount": 3}],
        "spaces": [GROUP], "members": [{"month": "2026-10", "space": "gefen", "members": 250}],
        "staff": [{"phone": "none", "department": "parks"}],
    }  # fmt: skip
    write_staff_workbook(path, language="en", authority="T1", entries=entries)
    town.takes(path)
    assert len(town.open_items()) == 1
    assert town.kehila("show", "policy.initiatives", "--month", "2026-10")["status"] == "final"
    assert set(town.extents("membership").values()) == {"part"}, "a month not declared complete is a part, as ever"
    shown = town.kehila("show", "facebook.group_share", "--month", "2026-10")
    assert "partial_period" not in shown["quality"]
    entries["staff"] = [{"phone": "050-000-0001", "department": "parks"}]
    write_staff_workbook(path, language="en", authority="T1", entries=entries)
    town.takes(path)
    assert town.open_items() == []
