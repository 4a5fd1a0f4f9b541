"""The guides of the site: their commands run in the order they are written, and staff are told the words they see."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from simulator import staff_book
from simulator.town import make_town
from simulator.writing import write_files
from tests.conftest import ROOT
from tests.e2e.command_line import Run, entry_point
from texts import Language, text

DOCS = ROOT / "docs"
NOT_HERE = ("demo", "serve")
"""Commands that run for long; the suites of the demo town and of serving run them."""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return entry_point(monkeypatch, capsys)


def commands(page: Path) -> list[list[str]]:
    """The lines of `kehila` in the blocks of a page, in their order."""
    blocks = re.split(r"^```.*$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)[1::2]
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("kehila ")]
    return [shlex.split(line, comments=True)[1:] for line in lines]


@pytest.mark.more
def test_the_first_town_is_begun_as_its_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """With the files a town hands over: chats, groups, surveys, its workbook filled in."""
    monkeypatch.setattr(staff_book, "CODE", "0070")
    handed = write_files(tmp_path / "town", make_town(7, 3, scale=0.3, last_month="2026-10"))
    monkeypatch.chdir(tmp_path)
    shutil.move(tmp_path / "town" / "files", "exports")
    ran = {}
    for words in commands(DOCS / "first_town.md"):
        if words[0] in NOT_HERE:
            continue
        if words[0] == "import":
            book = next(path.name for path in handed if path.suffix == ".xlsx" and "staff" in path.name)
            shutil.move(Path("exports") / book, "staff.xlsx")
        ran[words[0]] = run("--today", "2026-11-15", *words)
        if words[0] == "collect":  # of a town that named no account yet
            assert "[source.NAME.ACCOUNT]" in ran["collect"].err
            continue
        assert ran[words[0]].code == 0 or words[0] in ("doctor", "checks"), (words, ran[words[0]])
    assert {"init", "workbook", "import", "run", "show", "close", "verify"} <= ran.keys()
    assert list(Path("output/snapshots/0070/2026-10").iterdir())


@pytest.mark.parametrize("language", ["he", "ar"])
def test_staff_are_told_the_words_of_the_form(language: Language) -> None:
    page = (DOCS / f"staff_{language}.md").read_text(encoding="utf-8")
    for name in ("send", "nothing"):
        assert f"**{text(f'entry.{name}', language)}**" in page


@pytest.mark.parametrize("page", ["staff_he.md", "staff_ar.md"])
def test_guides_of_staff_say_the_same(page: str) -> None:
    """The same headings, points, steps and pictures, whichever language."""
    shape = [
        [line[:2] for line in (DOCS / name).read_text(encoding="utf-8").splitlines() if re.match(r"#|- |\d\.|!", line)]
        for name in ("staff_he.md", page)
    ]
    assert shape[0] == shape[1]
    assert f"pictures/form-phone{'-ar' if page == 'staff_ar.md' else ''}.png" in (DOCS / page).read_text(
        encoding="utf-8"
    )
