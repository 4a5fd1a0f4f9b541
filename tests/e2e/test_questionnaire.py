"""From an empty town to a published wave: the commands of docs/surveys.md, as they stand there."""

from __future__ import annotations

import json
import random
import re
import shlex
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.e2e.command_line import entry_point, one_line
from tests.unit.publishers.forms_town import asked, people
from tests.unit.publishers.test_forms_paper import type_in

CHAPTER = "## From an empty town to a published wave"
PULSE = "## A pulse, from an empty town to a published quarter"
TODAY = ("--today", "2026-11-10")


def blocks(title: str = CHAPTER) -> list[list[list[str]]]:
    """The chapter's blocks of commands, their words."""
    chapter = (ROOT / "docs" / "surveys.md").read_text(encoding="utf-8").partition(title)[2].partition("\n## ")[0]
    found = re.findall(r"^```\n(.*?)^```$", chapter, re.MULTILINE | re.DOTALL)
    return [[shlex.split(line) for line in block.splitlines()] for block in found]


def test_the_chapter_is_done_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    run = entry_point(monkeypatch, capsys)
    begin, after, *services = blocks()
    for words in begin:
        assert run(*TODAY, *words[1:]).code == 0, words
    form = asked("residents", ())
    type_in(form, "he", tmp_path / "survey.xlsx", people(form, seed=5, count=120), digits=random.Random(2))
    for words in after:
        ran = run(*TODAY, *words[1:])
        assert ran.code == 0, (words, ran)
    for words in (words for block in services for words in block):
        assert run(*words[1:]).code == 0, words
    shown = run(*TODAY, "show", "whatsapp.trust", "--month", "2026-10")
    assert shown.code == 0 and re.search(r"2026.*[1-5]\.\d", shown.out), shown
    one_line(run("questionnaire", "--format", "paper", "--output", "survey.html"), 1, "survey.html", "not written over")
    one_line(run("questionnaire", "--format", "paper", "--output", "away/survey.html"), 1, "no folder")
    one_line(run("questionnaire", "--format", "paper", "--output", "more.xlsx"), 1, "more.xlsx")
    assert not (tmp_path / "more.xlsx").exists()


def test_the_pulses_chapter_is_done_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    run = entry_point(monkeypatch, capsys)
    begin, growing, after, web = blocks(PULSE)
    for words in begin:
        assert run("--today", "2026-11-10", *words[1:]).code == 0, words
    form = asked("pulse", ())
    type_in(form, "he", tmp_path / "pulse.xlsx", people(form, seed=5, count=70), digits=random.Random(2))
    for words in growing:
        assert (ran := run("--today", "2026-11-10", *words[1:])).code == 0, (words, ran)
    early = run("--today", "2026-11-10", "show", "resilience.pulse", "--month", "2026-10", "--json")
    assert json.loads(early.out)["value"] is None, "no quarter is known before its last month"
    for words in growing[1:] + after:
        ran = run("--today", "2027-01-10", *words[1:])
        assert ran.code == 0, (words, ran)
    found = json.loads(run("--today", "2027-01-10", "show", "resilience.pulse", "--month", "2026-12", "--json").out)
    assert found["lo"] < found["value"] < found["hi"] and found["n"] == 70 and found["status"] == "final"
    for words in web:
        assert run(*words[1:]).code == 0, words
    assert {path.name for path in tmp_path.glob("pulse*")} >= {"pulse.gs", "pulse-ar.gs", "pulse.lss", "pulse.txt"}
