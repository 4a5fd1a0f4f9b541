"""The first change that CONTRIBUTING walks through is tried as it stands there: its statement, its cases, its table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.unit.indicators.cases import load
from town.faults import describe
from transforms import catalogue as catalogue_module
from transforms.cases import Case, CaseError, as_table, check, compared
from transforms.catalogue import FOLDER, CatalogueError, Indicator, parse

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
WALK = PAGE.partition("## Your first change")[2].partition("\n## ")[0]


def block(kind: str, containing: str) -> str:
    """The block of the walk that holds a text, without its margin."""
    blocks = re.findall(r"^   ```(\w*)\n(.*?)^   ```$", WALK, re.MULTILINE | re.DOTALL)
    found = [text for its_kind, text in blocks if its_kind == kind and containing in text]
    assert len(found) == 1, (kind, containing)
    return re.sub(r"^   ", "", found[0], flags=re.M)


@pytest.fixture
def questions(tmp_path: Path) -> Indicator:
    """The neighbour's header and the statement of the page."""
    header = (FOLDER / "whatsapp" / "resident_replies.sql").read_text(encoding="utf-8").partition("*/")[0]
    path = tmp_path / "whatsapp" / "questions.sql"
    path.parent.mkdir()
    path.write_text(f"{header}*/\n{block('sql', 'select')}", encoding="utf-8")
    return parse(path)


def cases() -> list[Case]:
    found: list[Case] = yaml.safe_load(block("yaml", "cases:"))["cases"]
    return found


def test_the_cases_say_what_the_page_says_they_do(questions: Indicator) -> None:
    first, second = cases()
    for case in (first, second):
        check(case, "CONTRIBUTING.md")
    lines = compared(questions, first)
    assert [(one.place, one.column) for one in lines if one.differs] == [("2026-01", "value")]
    assert as_table(lines).splitlines() == [line.rstrip() for line in block("", "place").splitlines()]
    assert not any(one.differs for one in compared(questions, second))


def test_with_the_figure_put_right_both_pass(questions: Indicator) -> None:
    for case in yaml.safe_load(block("yaml", "cases:").replace("value: 2.0", "value: 1.0"))["cases"]:
        assert not any(one.differs for one in compared(questions, case))


def test_the_errors_the_page_quotes_are_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "indicators"
    (folder / "whatsapp").mkdir(parents=True)
    neighbour = (FOLDER / "whatsapp" / "resident_replies.sql").read_text(encoding="utf-8")
    (folder / "whatsapp" / "questions.sql").write_text(neighbour, encoding="utf-8")
    (folder / "order.txt").write_text("whatsapp.resident_replies\n", encoding="utf-8")
    monkeypatch.setattr(catalogue_module, "FOLDER", folder)
    with pytest.raises(CatalogueError) as told:
        catalogue_module.ours.__wrapped__()
    assert f"kehila: {describe(told.value).sentence}" in WALK
    with pytest.raises(CaseError) as asked:
        load("whatsapp.questions")
    assert f"`{asked.value}`" in WALK
