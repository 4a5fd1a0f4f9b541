"""Commands that print sentences to staff take `--language`, and the environment says it for all of them."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from cli.main import kehila
from tests.e2e.command_line import Run
from texts.catalogue import group, texts_of
from town import reference
from town.config import load
from town.store import open_store
from warehouse.checks import checks

SPEAKING = {
    "show": ("website.resident_users", "--month", "2026-10"), "indicators": ("--missing",), "checks": ("--all",),
    "check": (), "spaces": (), "quarantine list": (),
}  # fmt: skip
SILENT = {"check"}
"""Of a town in which nothing is wrong it says a line for monitoring systems alone."""
HEBREW, ARABIC = re.compile("[א-ת]"), re.compile("[\u0621-\u064a]")


def command(name: str) -> click.Command:
    found: click.Command = kehila
    for one in name.split():
        assert isinstance(found, click.Group)
        found = found.commands[one]
    return found


@pytest.mark.parametrize("name", SPEAKING)
def test_each_takes_the_language_and_the_environment_says_it(
    refreshed: Path, run: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert any(one.name == "language" for one in command(name).params)
    given = ("--config", refreshed / "kehila.toml", "--today", "2026-12-22", *name.split(), *SPEAKING[name])
    said = {language: run(*given, "--language", language).out for language in ("he", "ar", "en")}
    if name not in SILENT:
        assert HEBREW.search(said["he"]) and ARABIC.search(said["ar"]), said
        assert len(set(said.values())) == 3, said
    monkeypatch.setenv("KEHILA_LANGUAGE", "ar")
    assert run(*given).out == said["ar"]


def test_checks_say_in_the_language_that_there_are_none(refreshed: Path, run: Run) -> None:
    assert checks(open_store(load(refreshed / "kehila.toml")).ledger, is_open=False) == []
    out = run("--config", refreshed / "kehila.toml", "checks", "--language", "he").out
    assert out == "שום דבר לא עומד נגד אף חודש\n"


BROKEN = (
    ('[receive]\nport = "x"\n', "port", "צריך להיות מספר שלם, בלי מירכאות"),
    ("[receive]\nprot = 5\n", "did you mean", "האם הכוונה ל־port?"),
    ('[push.a]\nkind = "folders"\n', "folder", "צריך להיות אחד מאלה: 'folder' or 'http'"),
    ("[retention]\ndays = 0\n", "days", "הערך לא מתאים"),
)


@pytest.mark.parametrize(("text", "english", "hebrew"), BROKEN)
def test_what_is_wrong_with_the_configuration_is_said_in_the_language(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, text: str, english: str, hebrew: str
) -> None:
    (tmp_path / "kehila.toml").write_text(f'[[authority]]\ncode = "T1"\n{text}', encoding="utf-8")
    asked = ("--config", tmp_path / "kehila.toml")
    said = run(*asked, "spaces")
    assert said.code == 2 and english in said.err and not HEBREW.search(said.err)
    assert hebrew in (told := run(*asked, "spaces", "--language", "he").err) and "kehila.toml: [" in told
    monkeypatch.setenv("KEHILA_LANGUAGE", "ar")
    assert ARABIC.search(run(*asked, "refresh").err)


def test_what_logs_say_is_what_the_texts_say_in_english() -> None:
    for code, said in reference.ENGLISH.items():
        assert texts_of("configuration")[code].labels["en"] == said
    kinds = group("configuration.kinds")
    # A text has no braces of its own, so a table is written otherwise there.
    assert {code: one.labels["en"] for code, one in kinds.items()} == {
        code: said.replace("{ ... = ... }", "NAME = VALUE") for code, said in reference.KINDS_IN_WORDS.items()
    }
