"""A database whose pages are damaged, met by each command: it is named with its remedy, or harms nothing.

Never an error of ours, and no traceback. What of it is refused by name at all is held by `test_damage`.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import traceback
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

from cli.main import FOR_DEVELOPERS, GROUPS, main
from pipeline.land.files import import_file
from pipeline.month.close import close
from pipeline.refresh.refresh import refresh
from pipeline.upkeep.backup import backup
from publishers.rooms import Access, room_of
from tests.e2e import hostile
from tests.e2e.towns import TODAY
from warehouse.sqlite import sqlite3

SPARED = {
    "demo", "init", "questionnaire", "receive", "serve", "entry", "staff", "operations", "automations", "drain",
    *FOR_DEVELOPERS,
}  # fmt: skip
"""They open no store of their own, or go on until they are stopped: of these the tests of serving tell."""
COMMANDS = {
    "import": ("new.txt",),
    "workbook": ("staff.xlsx",),
    "collect": (),
    "backfill": ("--since", "2026-09-01"),
    "run": ("--month", "2026-10"),
    "refresh": (),
    "show": ("whatsapp.answers", "--month", "2026-10"),
    "persona": ("society=arab",),
    "headline": ("--month", "2026-10"),
    "peers": ("--month", "2026-10"),
    "indicators": ("--missing",),
    "publish": ("--month", "2026-10"),
    "close": ("--month", "2026-10", "--force"),
    "push": (),
    "bi": (),
    "doctor": (),
    "check": (),
    "freshness": (),
    "spaces": (),
    "quarantine": ("list",),
    "quarantine replay": (),
    "reconcile": (),
    "checks": ("--all",),
    "accept": ("message", "2026-10", "--reason", "right"),
    "verify": (),
    "backup": ("copies",),
    "restore": ("copies",),
    "rebuild": (),
    "erase": ("דנה",),
    "retention": (),
    "dump": ("--sha256",),
}
CONFIG = """
[push.folder]
kind = "folder"
path = "pushed"
"""


def ended(folder: Path, name: str) -> tuple[int, str]:
    """A command in a process of its own, of everything loaded: its code, and what it said."""
    process = os.fork()
    if not process:
        code = 99
        try:
            os.chdir(folder)
            said = os.open("said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            for stream in (1, 2):
                os.dup2(said, stream)
            sys.stdout, sys.stderr = (os.fdopen(stream, "w", closefd=False) for stream in (1, 2))
            sys.argv = ["kehila", "--today", TODAY.isoformat(), *name.split(), *COMMANDS[name]]
            try:
                main()
                code = 0
            except SystemExit as problem:
                code = int(problem.code or 0)
            sys.stdout.flush()
            sys.stderr.flush()
        except BaseException:  # noqa: BLE001 (whatever it is, it is what the user would see)
            traceback.print_exc(file=os.fdopen(2, "w", closefd=False))
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    return code, (folder / "said").read_text(errors="replace")


for late in ("great_expectations", "duckdb", "pandas", "pyarrow.parquet", "openpyxl", "alembic.command"):
    import_module(late)  # once, and not in each process


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town with files of each kind, a closed month, what is put aside, a backup, and a chat that waits."""
    folder = tmp_path_factory.mktemp("town")
    process = os.fork()
    if not process:
        try:
            store = hostile.stocked(folder)
            with (folder / "kehila.toml").open("a", encoding="utf-8") as config:
                config.write(CONFIG)
            (folder / "bad.xlsx").write_bytes(b"PK\x03\x04" + bytes(range(256)))
            import_file(store, folder / "bad.xlsx")
            refresh(store)
            close(store, "2026-10", is_forced=True)
            backup(store, room_of("copies", folder, Access()))
            (folder / "new.txt").write_text(hostile.chat(month=9), encoding="utf-8")
            store.engine.dispose()
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(process, 0)[1] == 0
    raw = sqlite3.connect(folder / "warehouse.db")
    raw.execute("pragma wal_checkpoint(truncate)")
    raw.execute("pragma journal_mode = delete")
    raw.close()
    return folder


def damage(path: Path, chance: random.Random) -> str:
    """Break some of a database as disks do; says how."""
    raw = bytearray(path.read_bytes())
    size = int.from_bytes(raw[16:18], "big")
    pages = len(raw) // size
    how = chance.choice(["bits", "bits", "bits", "zeros", "noise", "swapped", "cut"])
    for _ in range(chance.choice([1, 1, 3, 20])):
        at = chance.randrange(pages) * size
        other = chance.randrange(pages) * size
        if how == "bits":
            raw[at + chance.randrange(size)] ^= 1 << chance.randrange(8)
        elif how == "zeros":
            raw[at : at + size] = bytes(size)
        elif how == "noise":
            raw[at : at + size] = chance.randbytes(size)
        elif how == "swapped":
            raw[at : at + size], raw[other : other + size] = raw[other : other + size], raw[at : at + size]
    path.write_bytes(raw[: chance.randrange(len(raw))] if how == "cut" else raw)
    return how


def test_every_command_that_opens_a_store_is_tried() -> None:
    assert {name.split()[0] for name in COMMANDS} | SPARED == {name for group in GROUPS.values() for name in group} | {
        *FOR_DEVELOPERS
    }


@pytest.mark.more
def test_the_town_is_well_with_each(town: Path, tmp_path: Path) -> None:
    for name in COMMANDS:
        folder = tmp_path / "town"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(town, folder)
        code, said = ended(folder, name)
        print(name, code, said)
        assert "error of ours" not in said and "Traceback" not in said, (name, said)


@pytest.mark.parametrize("times", [pytest.param(2, marks=pytest.mark.more), pytest.param(20, marks=pytest.mark.long)])
def test_damage_met_by_any_command_is_named_with_its_remedy(town: Path, tmp_path: Path, times: int) -> None:
    seed = int(os.environ.get("KEHILA_SEED", "1"))
    wrong, came = [], Counter[str]()
    for number, name in enumerate(name for name in COMMANDS for _ in range(times)):
        folder = tmp_path / "town"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(town, folder)
        how = damage(folder / "warehouse.db", random.Random(seed * 1_000_003 + number))
        code, said = ended(folder, name)
        came["named" if "restore" in said and "damaged" in said else f"code {code}"] += 1
        if "error of ours" in said or "Traceback" in said or code not in (0, 1, 2, 3):
            wrong.append((name, number, how, code, said[-600:]))
    print(dict(came))
    assert not wrong, "\n".join(map(str, wrong))
