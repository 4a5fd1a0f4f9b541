"""The command line when the machine says no: permissions, a full disk, a locked database, Ctrl-C."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import hostile
from tests.e2e.command_line import NAME, Ran, Run, config, one_line, town_with_a_chat
from tests.e2e.towns import opened
from town.faults import describe
from warehouse import patience
from warehouse.identity import LINE
from warehouse.sqlite import sqlite3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return town_with_a_chat(tmp_path)


@pytest.fixture
def plain_user(folder: Path, run: Run) -> Iterator[Path]:
    """The town's folder in a process that may not do everything: root asks nobody for permission."""
    if os.geteuid() != 0:
        yield folder
        return
    # What is loaded late must be loaded now: the libraries may lie where only root may read.
    hostile.town(folder / "warm").engine.dispose()
    run("--config", folder / "warm" / "kehila.toml", "import", folder / f"{NAME}.txt", folder / "absent")
    describe(RuntimeError())
    nobody = 65534
    for path in (folder, *folder.rglob("*")):
        os.chown(path, nobody, nobody)
    modes = [(path, path.stat().st_mode) for path in folder.parents if path.stat().st_mode & 0o011 != 0o011]
    for path, mode in modes:
        path.chmod(mode | 0o011)
    os.seteuid(nobody)
    try:
        yield folder
    finally:
        os.seteuid(0)
        for path, mode in modes:
            path.chmod(mode)


def test_an_unreadable_file_does_not_stop_the_others(plain_user: Path, run: Run) -> None:
    locked = hostile.table(plain_user / "a.csv", hostile.SURVEY)
    locked.chmod(0)
    ran = run(*config(plain_user), "import", locked, plain_user / f"{NAME}.txt", "--json")
    assert (ran.code, ran.err) == (1, "")
    bad, good = json.loads(ran.out)["files"]
    assert (bad["code"], good["status"], good["new_messages"]) == ("unreadable", "read", 42)
    assert "let this user read it" in bad["reason"]


@pytest.mark.parametrize("what", ["lake", "town"])
def test_a_folder_that_cannot_be_written(plain_user: Path, run: Run, what: str) -> None:
    town = plain_user / "town"
    (town / "lake").mkdir(exist_ok=True)
    (town / "lake").chmod(0o555)
    if what == "town":
        (town / "warehouse.db").chmod(0o444)
        town.chmod(0o555)
    ran = run(*config(plain_user), "import", plain_user / f"{NAME}.txt")
    one_line(ran, 1, "kehila.toml" if what == "lake" else "writable")
    town.chmod(0o755)
    (town / "warehouse.db").chmod(0o644)
    (town / "lake").chmod(0o755)
    gc.collect()  # SQLite goes on reading only while a connection of before is open in this process
    assert run(*config(plain_user), "import", plain_user / f"{NAME}.txt").code == 0


def test_a_full_disk_reported_while_syncing(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        one_line(run(*config(folder), "import", folder / f"{NAME}.txt"), 1, "free some space")
    store = opened(folder / "town")
    assert store.ledger.streams() == []
    assert json.loads(run(*config(folder), "import", folder / f"{NAME}.txt", "--json").out)["files"][0]["new_messages"] == 42  # fmt: skip


def test_a_disk_that_is_really_full(folder: Path, run: Run) -> None:
    disk = folder / "town"
    stored = {path.relative_to(disk): path.read_bytes() for path in disk.rglob("*") if path.is_file()}
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("mounting a small disk is not permitted here")
    try:
        for path, content in stored.items():
            (disk / path).parent.mkdir(exist_ok=True)
            (disk / path).write_bytes(content)
        filler = disk / "filler"
        try:
            with filler.open("wb", buffering=0) as stream:
                while stream.write(b"x" * 4096):
                    pass
        except OSError:
            pass
        before = hostile.tree(disk / "lake")
        ran = run(*config(folder), "import", folder / f"{NAME}.txt")
        one_line(ran, 1)
        assert "space" in ran.err or "full" in ran.err
        assert {path for path in hostile.tree(disk / "lake") - before if path.endswith(".parquet")} == set()
        filler.unlink()
        again = run(*config(folder), "import", folder / f"{NAME}.txt", "--json")
        assert json.loads(again.out)["files"][0]["new_messages"] == 42
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_locked_database(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "INTERACTIVE", 0.05)
    holder = sqlite3.connect(folder / "town" / "warehouse.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    ran = run(*config(folder), "import", folder / f"{NAME}.txt")
    assert (ran.code, ran.out) == (1, "")
    waiting, busy = ran.err.splitlines()
    assert "waiting for another program that writes" in waiting
    assert "busy" in busy and "close it" in busy
    holder.execute("ROLLBACK")
    holder.close()
    assert run(*config(folder), "import", folder / f"{NAME}.txt").code == 0


def stopped_while_writing(command: list[str], lake: Path) -> Ran:
    """Run a command and interrupt it once it has begun to write into the lake, before it has committed."""
    started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 60
    while not list(lake.rglob("*.tmp")) and started.poll() is None:
        assert time.monotonic() < until, "it never began to write"
        time.sleep(0.005)
    if started.poll() is None:
        started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=60)
    return Ran(started.returncode, out, err.lstrip("\n"))


@pytest.mark.more
def test_ctrl_c_in_the_middle_leaves_a_store_that_a_second_run_completes(folder: Path, run: Run) -> None:
    for attempt in range(5):
        folder = town_with_a_chat(folder / f"try{attempt}")
        path = hostile.long_chat(folder / "long.txt", 300_000)
        ran = stopped_while_writing([*hostile.KEHILA, *config(folder), "import", str(path)], folder / "town" / "lake")
        if ran.code != 0:  # on a busy machine the import may end before we have seen it begin
            break
    one_line(ran, 1, "stopped", "run the command again")
    store = opened(folder / "town")
    assert store.ledger.streams() == []
    # A file begun in that very instant may be left; it is listed nowhere, and the next sweep takes it.
    store.lake.sweep(store.ledger.listed_paths())
    assert [path for path in (folder / "town" / "lake").rglob("*") if path.is_file() and path.name != LINE] == []
    ran = run(*config(folder), "import", path, "--json")
    assert json.loads(ran.out)["files"][0]["new_messages"] == 300_000


@pytest.mark.parametrize("code", ["../../x", "x/../y", "", "123456789", "שם", "a b"])
def test_a_code_that_could_lead_out_of_the_lake_is_refused(tmp_path: Path, run: Run, code: str) -> None:
    one_line(run("init", "--authority-code", code, "--folder", tmp_path / "new"), 2, "letters and digits")
    assert not (tmp_path / "new").exists()
    (tmp_path / "kehila.toml").write_text(f"[[authority]]\ncode = '{code}'\n", encoding="utf-8")
    one_line(run("--config", tmp_path / "kehila.toml", "refresh"), 2, "code")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[authority]]\ncode = "0070"\ntimezone = "Asia/Jerusalme"\n', ("timezone", "did you mean")),
        ('[[authority]]\ncode = "0070"\n[[authority]]\ncode = "0070"\n', ("0070", "twice")),
    ],
)
def test_what_a_town_cannot_be_is_refused_by_its_key(
    tmp_path: Path, run: Run, text: str, words: tuple[str, ...]
) -> None:
    (tmp_path / "kehila.toml").write_text(text, encoding="utf-8")
    one_line(run("--config", tmp_path / "kehila.toml", "refresh"), 2, *words)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("colect",), ("Did you mean", "kehila --help")),
        (("show", "whatsapp.answers", "--month", "2026-13"), ("2026-13", "kehila show --help")),
        (("refresh", "--config", "x.toml"), ("stands before the command",)),
    ],
)
def test_a_wrong_word_costs_one_line(run: Run, arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
    one_line(run(*arguments), 2, *words)
