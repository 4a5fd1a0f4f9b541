"""The command line keeps its own rules: help, examples, nearest names, and a start that loads nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from cli.main import FOR_DEVELOPERS, GROUPS, Commands, kehila
from tests.conftest import ROOT
from town.faults import describe
from town.version import checked_out, running_version

FIRST_LINES = {name: line for group in (*GROUPS.values(), FOR_DEVELOPERS) for name, (_, line) in group.items()}
MAX_FIRST_LINE = 60


def every_command(group: click.Group = kehila, above: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """All commands with the words that call them, those under others too."""
    for name in group.commands:
        command = group.commands[name]
        yield " ".join((*above, name)), command
        if isinstance(command, click.Group):
            yield from every_command(command, (*above, name))


ALL = dict(every_command())


def first_line(command: click.Command) -> str:
    return (command.help or "").strip().splitlines()[0]


@pytest.mark.parametrize("name", FIRST_LINES)
def test_the_table_says_what_the_command_says(name: str) -> None:
    command = Commands()[name]
    assert (command.name, first_line(command)) == (name, FIRST_LINES[name])


@pytest.mark.parametrize("name", ALL)
def test_help_is_short_whole_and_has_an_example(name: str) -> None:
    command = ALL[name]
    line = first_line(command)
    assert len(line) <= MAX_FIRST_LINE and line.endswith(".") and not line.endswith("..."), line
    assert re.search(rf"^ +kehila {name}\b", command.help or "", re.MULTILINE), "give an example"
    bare = [one.name for one in command.params if isinstance(one, click.Option) and not one.help]
    assert bare == [], "say what these options are for"


@pytest.mark.parametrize("width", [80, 110])
def test_no_line_of_the_help_is_cut(width: int) -> None:
    shown = CliRunner().invoke(kehila, ["--help"], terminal_width=width).output
    assert "..." not in shown.replace("[ARGS]...", "")
    for heading, group in GROUPS.items():
        _, _, under = shown.partition(f"\n{heading}:\n")
        assert [row.split()[0] for row in under.partition("\n\n")[0].splitlines()] == list(group)


def test_every_module_of_commands_is_reached_by_the_table() -> None:
    """A command written and not named in the table could not be called."""
    written = set()
    for path in (ROOT / "cli").glob("*.py"):
        found = re.findall(
            r"^@click\.(?:command|group)\(.*\)\n(?:@.*\n|    .*\n|\).*\n)*def (\w+)", path.read_text(), re.M
        )
        written |= {f"{path.stem}:{name}" for name in found}
    named = {place for group in (*GROUPS.values(), FOR_DEVELOPERS) for place, _ in group.values()}
    assert len(written) > 20
    assert written - named == {"main:kehila"}


def test_help_loads_no_command_and_nothing_heavy() -> None:
    code = (
        "import sys; from cli.main import kehila; kehila.main(['--help'], standalone_mode=False)\n"
        "print([one for one in sys.modules if one.partition('.')[0] in ('pyarrow', 'sqlalchemy', 'pydantic', 'duckdb',"
        " 'pandas', 'prefect', 'pipeline', 'transforms', 'warehouse') or one in ('cli.files', 'cli.docs')])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["colect"], "Did you mean 'collect'?"),
        (["refresh", "--mont", "2026-10"], "--month"),
    ],
)
def test_a_name_nobody_knows_is_answered_with_the_nearest(words: list[str], says: str) -> None:
    done = CliRunner().invoke(kehila, words)
    assert done.exit_code == 2
    assert says in done.stderr


def test_the_version_names_all_a_report_needs() -> None:
    shown = CliRunner().invoke(kehila, ["--version"]).output.strip()
    assert shown == running_version()
    assert re.fullmatch(r"kehila \d+\.\d+\.\d+( \([0-9a-z.-]+\))?, Python 3\.\d+\.\d+\S*, SQLite 3\.[\d.]+", shown), (
        shown
    )


def test_only_a_checkout_of_ours_names_a_commit(tmp_path_factory: pytest.TempPathFactory) -> None:
    outer = tmp_path_factory.mktemp("town")
    subprocess.run(["git", "init", "-q", str(outer)], check=True)
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", str(outer), *identity, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    assert re.fullmatch(r"[0-9a-f]{7,}", checked_out(outer))
    (outer / "kehila").mkdir()
    assert checked_out(outer / "kehila") == ""


def test_a_fault_of_ours_names_the_version_beside_its_place() -> None:
    try:
        raise KeyError("Dana Levi")
    except KeyError as problem:
        sentence = describe(problem).sentence
    assert running_version() in sentence and "KeyError at test_commands.py:" in sentence
    assert "Dana" not in sentence
