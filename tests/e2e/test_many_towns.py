"""One command in many towns: each does it, none stops another, and the exit code is the worst."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.main import kehila
from cli.session import OF_EACH, OF_THE_INSTALLATION
from tests.architecture.test_commands import ALL as EVERY
from town.config import load
from town.store import TownStore, open_store

MONTH = "2026-10"
TOWNS = ("T1", "T2", "T3")
Kehila = Callable[..., Result]


@pytest.fixture
def towns(refreshed: Path, tmp_path: Path) -> Kehila:
    """The command line on a configuration of three towns: T1 has a month, T2 and T3 have nothing."""
    folder = tmp_path / "towns"
    shutil.copytree(refreshed, folder)
    config = folder / "kehila.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text + "".join(f'[[authority]]\ncode = "{one}"\n' for one in TOWNS[1:]), encoding="utf-8")

    def run(*words: str, stdin: str = "") -> Result:
        return CliRunner().invoke(kehila, ["--config", str(config), "--today", "2026-11-22", *words], input=stdin)

    run.config = config  # type: ignore[attr-defined]
    return run


def store_of(towns: Kehila, code: str) -> TownStore:
    return open_store(load(towns.config), code)  # type: ignore[attr-defined]


def told(done: Result) -> dict[str, dict[str, Any]]:
    """What one document says, by town; its exit code is the command's."""
    found = json.loads(done.stdout)
    assert found["exit_code"] == done.exit_code
    return {one.pop("authority"): one for one in found["towns"]}


def test_each_town_is_done_and_the_worst_exit_code_is_the_commands(towns: Kehila) -> None:
    done = towns("--authority", "all", "refresh", "--json")
    assert done.exit_code == 0
    found = told(done)
    assert list(found) == list(TOWNS)
    assert all({"recomputed", "cells_written"} <= one["answer"].keys() for one in found.values())
    # Of T2 and T3 nothing has landed yet: they say so, and T1 between them and the end has its report.
    done = towns("--authority", "T2,T1,T3", "publish", "--month", MONTH, "--json")
    found = told(done)
    assert list(found) == ["T2", "T1", "T3"] and done.exit_code == 0
    assert [one["exit_code"] for one in found.values()] == [0, 0, 0]
    assert "problem" in found["T2"] and any(
        "page" in one or one.endswith(".xlsx") for one in found["T1"]["answer"]["files"]
    )


def test_words_name_each_town_and_what_came_of_it(towns: Kehila) -> None:
    done = towns("--authority", "all", "publish", "--month", MONTH)
    lines = done.stdout.splitlines()
    assert [one for one in lines if " of 3)" in one] == [
        f"{load(towns.config).label(code)} ({number} of 3)" for number, code in enumerate(TOWNS, start=1)
    ]  # type: ignore[attr-defined]
    assert any(one.startswith("  wrote ") for one in lines)
    assert lines[-4] == "3 of 3 towns without a problem"
    assert [one[:4] for one in lines[-3:]] == ["✓ T1", "– T2", "– T3"]


def test_a_fault_of_one_town_is_its_own_and_shows_no_value(towns: Kehila, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.refresh import refresh as module

    real, seen = module.refreshing, []

    def failing(store: TownStore, **more: Any) -> Any:
        seen.append(store.authority.code)
        if store.authority.code == "T1":
            raise ValueError("Dana Levi 050-1234567")
        return (yield from real(store, **more))

    monkeypatch.setattr(module, "refreshing", failing)
    done = towns("--authority", "all", "refresh")
    assert seen == list(TOWNS) and done.exit_code == 1
    assert "an error of ours (ValueError at" in done.output and "Dana" not in done.output


def test_what_is_in_one_town_only_is_no_problem_of_the_others(towns: Kehila) -> None:
    text = 'base_url = "http://127.0.0.1:9"\nsecrets = { key = "env:NOBODY_SET_THIS" }\n'
    with towns.config.open("a", encoding="utf-8") as config:  # type: ignore[attr-defined]
        config.write(f'[source.brevo.letters]\nlist = "7"\nspace = "letters"\nauthority = "T2"\n{text}')
    found = told(towns("--authority", "all", "collect", "--json"))
    assert [one["exit_code"] for one in found.values()] == [0, 2, 0]  # T2 lacks its secret
    assert "NOBODY_SET_THIS" in found["T2"]["problem"]
    found = told(towns("--authority", "all", "collect", "--source", "brevo", "--json"))
    assert [one["exit_code"] for one in found.values()] == [0, 2, 0]
    done = towns("--authority", "all", "collect", "--source", "zoom", "--json")
    assert done.exit_code == 2, "a source that no town has was meant otherwise"
    assert all("zoom" in one["problem"] for one in told(done).values())


def test_a_person_is_erased_in_every_town_that_knows_her_from_one_standard_input(towns: Kehila) -> None:
    done = towns("--authority", "all", "erase", "--dry-run", "--json", stdin="דנה\n")
    found = told(done)
    assert done.exit_code == 0 and found["T1"]["answer"]["found"] and "problem" in found["T2"]


OF_A_MONTH = ("--month", MONTH)
ASKED = {
    "run": OF_A_MONTH, "headline": OF_A_MONTH, "publish": OF_A_MONTH, "close": (*OF_A_MONTH, "--force"), "push": (),
    "show": ("whatsapp.posts", *OF_A_MONTH), "backfill": ("--since", MONTH + "-01"), "erase": ("דנה",),
}  # fmt: skip
"""What is given to the commands of OF_EACH that want something."""


@pytest.mark.parametrize("command", sorted(OF_EACH - {"doctor"}))  # who tries all is to say that it is handed nothing
def test_a_town_that_has_nothing_yet_is_no_failure_of_the_others(towns: Kehila, command: str) -> None:
    with towns.config.open("a", encoding="utf-8") as config:  # type: ignore[attr-defined]
        config.write('[push.bi]\nkind = "folder"\npath = "bi"\n')
    closed = towns("--authority", "T1", "close", "--month", MONTH, "--force")
    assert closed.exit_code == 0, closed.output
    given = ASKED.get(command, ())
    if command == "close":
        given = OF_A_MONTH
    alone = towns("--authority", "T1", *command.split(), *given, "--json").exit_code
    done = towns("--authority", "all", *command.split(), *given, "--json")
    assert done.exit_code == alone, done.output


def test_a_town_that_closed_nothing_has_nothing_to_push(towns: Kehila) -> None:
    with towns.config.open("a", encoding="utf-8") as config:  # type: ignore[attr-defined]
        config.write('[push.bi]\nkind = "folder"\npath = "bi"\n')
    done = towns("--authority", "T2", "push")
    assert done.exit_code == 0 and "nothing to deliver" in done.stdout
    done = towns("--authority", "T2", "push", "--month", MONTH)
    assert done.exit_code == 1 and "kehila close --month 2026-10" in str(done.exception)
    done = towns("--authority", "all", "push", "--month", MONTH)
    assert done.exit_code == 2, "a month that nobody closed was meant otherwise"


def test_import_of_several_names_the_towns_and_what_is_written(towns: Kehila) -> None:
    for asked in (("--authority", "all"), ()):
        done = towns(*asked, "import", "x.txt")
        said = done.stderr or str(done.exception)
        assert done.exit_code != 0
        assert "`kehila --authority T1 import ...`" in said and "T2" in said and "--authority all" not in said


@pytest.mark.parametrize(
    "words",
    [
        ("import", "x.txt"), ("run", "--month", MONTH, "x.txt"), ("accept", "message", MONTH, "--reason", "so"),
        ("quarantine", "discard", "1"), ("workbook", "x.xlsx"), ("staff", "list"),
    ],
)  # fmt: skip
def test_what_is_about_one_town_wants_its_code(towns: Kehila, words: tuple[str, ...]) -> None:
    done = towns("--authority", "all", *words)
    assert done.exit_code == 2 and "--authority CODE" in done.stderr, done.output
    assert "about one" in done.stderr or "of one town" in done.stderr


@pytest.mark.parametrize("words", [("verify", "--json"), ("dump", "--sha256"), ("drain", "--json")])
@pytest.mark.parametrize("asked", [(), ("--authority", "all"), ("--authority", "T2")])
def test_what_is_about_all_that_is_stored_wants_no_town(
    towns: Kehila, words: tuple[str, ...], asked: tuple[str, ...]
) -> None:
    done = towns(*asked, *words)
    assert done.exit_code == 0, done.output
    assert done.stdout == towns("--authority", "T1", *words).stdout


def test_a_code_nobody_has_is_refused_before_anything_is_done(towns: Kehila) -> None:
    done = towns("--authority", "T1,T9", "refresh")
    assert done.exit_code != 0 and not done.stdout
    assert "T9" in str(done.exception)


def test_several_without_a_name_are_told_how_to_name_all(towns: Kehila) -> None:
    assert "--authority all" in str(towns("refresh").exception)


def test_all_is_no_towns_code(tmp_path: Path) -> None:
    done = CliRunner().invoke(kehila, ["init", "--authority-code", "all", "--new-place", "--folder", str(tmp_path)])
    assert done.exit_code == 2 and not (tmp_path / "kehila.toml").exists()


def test_the_table_names_commands_that_are() -> None:
    assert set(EVERY) >= OF_EACH | OF_THE_INSTALLATION
    assert not OF_EACH & OF_THE_INSTALLATION


def test_a_target_without_its_secret_leaves_the_others_served(towns: Kehila) -> None:
    with towns.config.open("a", encoding="utf-8") as config:  # type: ignore[attr-defined]
        config.write(
            '[push.a]\nkind = "http"\nurl = "https://bi.example/"\nsecret = "env:NOBODY_SET_THIS"\n'
            '[push.b]\nkind = "folder"\npath = "bi"\n'
        )
    assert towns("--authority", "T1", "close", "--month", MONTH, "--force").exit_code == 0
    done = towns("--authority", "T1", "push", "--json")
    found = {one["target"]: one for one in json.loads(done.stdout)["deliveries"]}
    assert done.exit_code == 1 and {name: one["status"] for name, one in found.items()} == {
        "a": "failed",
        "b": "delivered",
    }
    assert "NOBODY_SET_THIS" in found["a"]["receipt"]
