"""Commands that print sentences to staff take `--language`, and the environment says it for all of them."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import click
import pytest

from cli.main import kehila
from tests.conftest import ROOT
from tests.e2e.command_line import Run
from texts.catalogue import group, texts_of
from texts.known import in_language
from town import reference
from town.config import load
from town.staged import facts_of_sources
from town.store import open_store
from warehouse.checks import checks
from warehouse.facts import FACTS

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
    ('[push.a]\nkind = "folders"\n', "folder", "צריך להיות אחד מאלה: 'folder', 'http'"),
    (
        "[source.mailchip.main]\n",
        "did you mean mailchimp? known: brevo, ",
        "אין מקור mailchip; האם הכוונה ל־mailchimp? המוכרים: brevo, ",
    ),
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


ALL = {
    **SPEAKING, "doctor": (), "freshness": (), "refresh": ("--verbose",), "rebuild": (), "reconcile": (),
    "run": ("--month", "2026-10"), "publish": ("--month", "2026-10"), "headline": ("--month", "2026-10"),
    "close": ("--month", "2026-10", "--force"), "push": (), "accept": ("message", "2026-10", "--reason", "כן"),
    "import": ("files",), "collect": (), "backfill": ("--since", "2026-09-01"), "erase": ("--dry-run", "דנה"),
    "retention": ("--dry-run",), "peers": ("--month", "2026-10"), "persona": ("society=arab",), "show": SPEAKING["show"],
}  # fmt: skip
STILL_ENGLISH = {
    **dict.fromkeys(("init", "demo", "workbook", "questionnaire"), "a line that names the file it wrote"),
    **dict.fromkeys(
        ("verify", "backup", "restore", "dump", "docs", "bi", "staff add", "staff list", "staff reset", "staff remove"),
        "for whoever runs the machine",
    ),
    **dict.fromkeys(
        ("receive", "drain", "serve", "operations", "entry", "automations list", "automations apply"),
        "go on, and say so to a log",
    ),
    **dict.fromkeys(("quarantine replay", "quarantine discard"), "counts of what was tried again"),
}
"""Commands that print no sentence for staff, and why; their refusals are English as all refusals of a command line."""
COMMAND = re.compile(r"kehila(?: [a-z_]+)*(?: --[a-z-]+(?: [A-Z0-9-]+)?| [a-z_.]+\.[a-z_.]+| \d{4}-\d\d| \"\.\.\.\")*")
QUOTED = re.compile(r"`[^`]*`|\[[^\]]*\]|\([A-Z][A-Za-z ]+\)")
NAMES = ("Google Analytics", "Google Forms", "Meta Business Suite", "WhatsApp Business", "WhatsApp Manager", "SQLite")
CODES = {*FACTS, *facts_of_sources(), "warn", "fail", "report"}
FILE = re.compile(r"^[✓=✗] [^:]*: ")
MONITORED = "KEHILA "
"""The line of `check` that monitoring systems read begins so."""
RUN = re.compile(r"[A-Za-z][a-z']+(?: [A-Za-z]?[a-z']+)+")


def sentences(out: str, folder: Path) -> list[str]:
    """Runs of Latin words in what was printed, but for file names, codes, commands and names of services."""
    found = []
    for line in out.replace(str(folder), "").splitlines():
        if line.startswith(MONITORED):
            continue
        line = FILE.sub("", line) if line.split(":")[0].endswith((".txt", ".zip", ".csv", ".xlsx")) else line
        bare = QUOTED.sub(" ~ ", COMMAND.sub(" ~ ", line))
        for name in NAMES:
            bare = bare.replace(name, "~")
        # A code or a file name has a mark, a figure or a stop in it; what is left are words.
        is_word = [
            re.fullmatch(r"[A-Za-z'’]+[,;:.)]?", one) and one.strip(",;:.)") not in CODES for one in bare.split()
        ]
        words = [word if told else "~" for word, told in zip(bare.split(), is_word, strict=True)]
        found += RUN.findall(" ".join(words))
    return found


def every_command() -> set[str]:
    names = set()
    for name, one in kehila.commands.items():
        names |= {f"{name} {inner}" for inner in one.commands} if isinstance(one, click.Group) else {name}
    return names


def test_every_command_speaks_or_says_why_it_does_not() -> None:
    assert every_command() == {*ALL, *STILL_ENGLISH}
    for name in ALL:
        assert any(one.name == "language" for one in command(name).params), name


@pytest.mark.more
@pytest.mark.parametrize("language", ["he", "ar"])
def test_no_command_prints_an_english_sentence_to_who_reads_another_language(
    refreshed: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    town = Path(shutil.copytree(refreshed, tmp_path / "town"))
    monkeypatch.setenv("KEHILA_LANGUAGE", language)
    monkeypatch.chdir(town)
    english = {}
    for name, arguments in ALL.items():
        out = run("--config", town / "kehila.toml", "--today", "2026-12-22", *name.split(), *arguments).out
        if told := sentences(out, town):
            english[name] = told
    assert english == {}


def test_every_finding_of_the_doctor_is_known_in_the_readers_language() -> None:
    """What stands in the code, whatever fills it, is found again by its English words."""
    unknown = []
    for path in [*(ROOT / "collectors").rglob("*.py"), *(ROOT / "pipeline").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
                unknown += [
                    (path.name, said) for said in map(sample, (*node.args[:1], *node.args[2:3]))
                    if said and said != "SQLite 7" and in_language(said, "doctor", "he") == said
                ]  # fmt: skip
    assert unknown == []


def sample(node: ast.expr) -> str:
    """A literal as it may come, 7 in each of its gaps; '' for what is no literal, or of no words."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    pieces = [str(one.value) if isinstance(one, ast.Constant) else "7" for one in node.values]
    return "".join(pieces) if re.search("[a-z]{2}", "".join(pieces)) else ""
