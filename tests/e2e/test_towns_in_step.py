"""All towns refreshed by one command, in step: what is stored is what each stores by itself, for fewer statements."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.main import kehila
from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.files import import_file
from pipeline.refresh import indicators as storing
from tests.e2e import hostile
from tests.finished import built_once
from town.config import load
from town.store import open_store
from transforms.engines.duck import DuckSession
from warehouse.keys import new_key_file
from warehouse.store import canonical_dump, open_engine

MONTH, TODAY = "2026-10", date(2026, 11, 22)
TOWNS = ("T1", "T2", "T3", "T4")
CONFIG = "".join(f'[[authority]]\ncode = "{one}"\n' for one in TOWNS)


def files_of(town: str, folder: Path) -> list[Path]:
    """What each drops: T1 something of each kind, T2 two chats and many answers, T3 a group's table, T4 nothing."""
    chat, survey, group, staff = (folder / name for name in ("WhatsApp Chat with A.txt", "s.csv", "g.csv", "s.xlsx"))
    if town == "T1":
        chat.write_text(hostile.chat(), encoding="utf-8")
        hostile.table(survey, hostile.SURVEY)
        write_staff_workbook(staff, months=[MONTH], entries={"spaces": [hostile.NEWS], "monthly": [hostile.ENTRY]})
        return [chat, survey, staff]
    if town == "T2":
        older = folder / "WhatsApp Chat with B.txt"
        chat.write_text(hostile.chat(range(14, 20)), encoding="utf-8")
        older.write_text(hostile.chat(range(14, 28), 9, name="נועה"), encoding="utf-8")
        hostile.table(survey, [hostile.SURVEY_HEAD, *([row[0], "5", "1"] for row in hostile.SURVEY[1:])])
        return [chat, older, survey]
    if town == "T3":
        hostile.table(group, hostile.GROUP)
        return [group]
    return []


def landed(folder: Path) -> None:
    """All four towns with their files imported and nothing computed."""
    folder.mkdir()
    (folder / "kehila.toml").write_text(CONFIG, encoding="utf-8")
    new_key_file(folder / "keys" / "root.key")
    for town in TOWNS:
        store = open_store(load(folder / "kehila.toml"), town, TODAY)
        (own := folder / town).mkdir()
        for path in files_of(town, own):
            assert import_file(store, path).status == "read", path
        store.engine.dispose()


@pytest.fixture
def folders(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> tuple[Path, Path]:
    """The same towns twice: to be done together, and one by one."""
    made = built_once(tmp_path_factory, "four_towns", landed)
    return shutil.copytree(made, tmp_path / "together"), shutil.copytree(made, tmp_path / "alone")


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    real, asked = DuckSession.ask, list[str]()

    def counted(session: DuckSession, sql: str) -> Any:
        asked.append(sql)
        return real(session, sql)

    monkeypatch.setattr(DuckSession, "ask", counted)
    return asked


def kehila_in(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(kehila, ["--config", str(folder / "kehila.toml"), "--today", str(TODAY), *words])


def stored(folder: Path) -> list[str]:
    engine = open_engine(f"sqlite:///{next(folder.glob('*.db'), folder / 'warehouse.db')}")
    try:
        return list(canonical_dump(engine))
    finally:
        engine.dispose()


def differing(one: list[str], other: list[str]) -> list[str]:
    return sorted(set(one) ^ set(other))[:6]


@pytest.mark.parametrize("words", [("refresh",), pytest.param(("run", "--month", MONTH), marks=pytest.mark.more)])
def test_towns_in_step_store_what_each_stores_alone(
    folders: tuple[Path, Path], statements: list[str], words: tuple[str, ...]
) -> None:
    together, alone = folders
    done = kehila_in(together, "--authority", "all", *words, "--json")
    count = len(statements)
    each = [kehila_in(alone, "--authority", town, *words, "--json") for town in TOWNS]
    told = json.loads(done.stdout)["towns"]
    assert [one["authority"] for one in told] == list(TOWNS)
    for one, own in zip(told, each, strict=True):
        if "answer" in one:
            assert one["exit_code"] == own.exit_code == 0, (one, own.output)
            plain = json.dumps(one["answer"]).replace(str(together), str(alone))
            assert json.loads(plain) == json.loads(own.stdout)
    assert not differing(stored(together), stored(alone))
    assert sum("answer" in one for one in told) >= 3
    assert 80 < count < 0.6 * (len(statements) - count), "statements are asked once for all of them"


def test_one_towns_failure_stops_no_other_and_stores_nothing_of_it(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    together, alone = folders
    real: Callable[..., Any] = storing.write

    def failing(tx: Any, authority: str, *more: Any) -> Any:
        if authority == "T2":
            raise ValueError("Dana Levi 050-1234567")
        return real(tx, authority, *more)

    with monkeypatch.context() as patch:
        patch.setattr(storing, "write", failing)
        done = kehila_in(together, "--authority", "all", "refresh", "--json")
    assert done.exit_code == 1 and "Dana" not in done.output
    assert [one["exit_code"] for one in json.loads(done.stdout)["towns"]] == [0, 1, 0, 0]
    for town in ("T1", "T3", "T4"):
        assert kehila_in(alone, "--authority", town, "refresh").exit_code == 0
    of_others = [line for line in stored(together) if '"T2"' not in line]
    assert not differing(of_others, [line for line in stored(alone) if '"T2"' not in line])
    # Its lock was let go, and the next time it is done as if nothing had been.
    assert kehila_in(together, "--authority", "all", "refresh").exit_code == 0
    assert kehila_in(alone, "--authority", "T2", "refresh").exit_code == 0
    assert not differing(stored(together), stored(alone))


def test_files_of_a_run_of_several_are_said_under_their_towns_name(folders: tuple[Path, Path]) -> None:
    together, _ = folders
    reversed_ = "".join(f'[[authority]]\ncode = "{one}"\n' for one in reversed(TOWNS))
    (together / "kehila.toml").write_text(reversed_, encoding="utf-8")
    for town in ("T1", "T3"):
        (drop := together / "drop" / town).mkdir(parents=True)
        (drop / f"WhatsApp Chat with {town}.txt").write_text(hostile.chat(range(1, 14)), encoding="utf-8")
    lines = kehila_in(together, "--authority", "T3,T1", "run", "--month", MONTH).stdout.splitlines()
    heads = [at for at, line in enumerate(lines) if " of 2)" in line]
    assert [lines[at].split()[0] for at in heads] == ["T1", "T3"], "in the order of their codes, on every machine"
    for town, part in (("T1", lines[heads[0] : heads[1]]), ("T3", lines[heads[1] :])):
        assert [line for line in part if f"with {town}.txt" in line]
    assert not [line for line in lines[heads[0] : heads[1]] if "with T3.txt" in line]
