"""Names that mean something elsewhere, and files with nothing in them, through the import. Numbers: docs/bad_inputs.md."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.files import file_lines
from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.files import import_file
from tests.e2e import hostile
from tests.e2e.hostile import GROUP, SURVEY, SURVEY_HEAD, code_of, packed, parts, rows, table
from tests.said import in_words
from town.store import TownStore


@pytest.mark.parametrize(
    "name",
    [os.fsdecode(b"\xff\xfe.csv"), "CON.csv", "-rf.csv", "two\nlines.csv", "\x1b[2J\u202egpj.csv", "א" * 125 + ".csv",
     "..x..csv", "'; DROP TABLE.csv", "<img onerror=1>.csv"],
    ids=["bytes", "CON", "dash", "newline", "terminal", "long", "dots", "sql", "html"],
)  # fmt: skip
def test_55_file_names_do_no_harm(stocked: TownStore, tmp_path: Path, name: str) -> None:
    path = table(tmp_path / name, [*SURVEY, [f"2026-10-26 10:{len(name) % 60:02d}", "1", "1"]])
    outside = hostile.tree(tmp_path)
    report = import_file(stocked, path)
    assert report.status in ("read", "duplicate"), report
    assert hostile.tree(tmp_path) == outside
    stem = os.fsencode(path.stem[:40])
    assert not [one for one in stocked.config.base.rglob("*") if stem in os.fsencode(one.name)]
    shown = "\n".join(file_lines(report, "en"))
    assert all(c.isprintable() or c == "\n" for c in shown)
    assert ": survey, " in shown.split("\n")[0]  # the name and what was read stand on one line


def test_55_no_file_a_folder_and_a_pipe(stocked: TownStore, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path / "absent.csv", tmp_path, tmp_path / "pipe.csv", tmp_path / "../../x"):
        assert code_of(stocked, path) == "no_file"


EMPTY: dict[str, tuple[str, bytes]] = {
    "zero": ("survey.csv", b""),
    "bom": ("survey.csv", b"\xef\xbb\xbf"),
    "blank": ("survey.csv", b"\r\n\r\n ,,\r\n"),
    "survey": ("survey.csv", ",".join(SURVEY_HEAD).encode()),
    "group": ("group.csv", b"Date,Total Members,Posts\r\n"),
    "chat": ("WhatsApp Chat with x.txt", b""),
    "chat_bom": ("WhatsApp Chat with x.txt", b"\xef\xbb\xbf"),
}


@pytest.mark.parametrize("kind", EMPTY)
def test_56_nothing_below_the_header(stocked: TownStore, tmp_path: Path, kind: str) -> None:
    name, content = EMPTY[kind]
    (tmp_path / name).write_bytes(content)
    assert code_of(stocked, tmp_path / name) == "empty"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda p: write_staff_workbook(p, months=["2026-10"]), "nothing_entered"),
        (lambda p: packed(p, parts(GROUP[:1])), "empty"),
    ],
)
def test_56_workbooks_without_entries(
    stocked: TownStore, tmp_path: Path, make: Callable[[Path], object], code: str
) -> None:
    make(tmp_path / "a.xlsx")
    assert code_of(stocked, tmp_path / "a.xlsx") == code


def test_58_column_names_that_clash(stocked: TownStore, tmp_path: Path) -> None:
    long = "ש" * 40
    heads = [*SURVEY_HEAD, "select", 'a"b', f"{long}1", f"{long}2", "Name", "NAME", "TRUST_1"]
    report = import_file(stocked, table(tmp_path / "s.csv", [heads, *[[*row, *"1234567"] for row in SURVEY[1:]]]))
    assert report.status == "read"
    assert report.details["columns"] == {"A": "submitted_at", "B": "trust_1", "C": "trust_2"}
    assert report.details["unrecognised"] == ["D", "E", "F", "G", "H", "I", "J"]
    assert any("J" in notice and "repeat" in notice for notice in in_words(report.notices))
    group = [["Date", "Total Members", "Posts", "select", f"{long}1", f"{long}2", "posts"]]
    again = import_file(stocked, table(tmp_path / "g.csv", [*group, *[[f"2026-10-{d:02d}", 5, d, 1, 2, 3, 9] for d in range(1, 9)]]))  # fmt: skip
    assert list(again.details["columns"].values()) == ["members", "posts", "column_4", "column_5", "column_6", "column_7"]  # fmt: skip
    assert sum(row["amount"] for row in rows(stocked, "facebook_group_metric") if row["metric"] == "posts") == sum(range(1, 9))  # fmt: skip
