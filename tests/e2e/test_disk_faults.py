"""Each call that writes fails once, in import and in close: one line is said, and once it is mended all converges.

The kernel fails them (strace), so that SQLite's and Parquet's calls are among them.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest

from cli.main import main
from pipeline.land.files import import_file
from pipeline.refresh.refresh import refresh
from pipeline.upkeep.verify import verify
from tests.e2e import hostile
from tests.e2e.towns import TODAY
from town.config import load
from town.store import open_store
from warehouse.store import LEDGER_TABLES, WAREHOUSE_TABLES, canonical_dump

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
WRITE, SYNC, NAME = "write,pwrite64,ftruncate", "fsync,fdatasync", "rename,mkdir,unlink"
FAULTS = {"EIO": f"{WRITE},{SYNC}", "ENOSPC": f"{WRITE},{NAME}", "EROFS": f"{NAME},openat", "EMFILE": "openat"}
CALLS = 200
OWN = ("ledger_store", "ledger_run")
"""Tables that tell of a run and not of what was stored."""
RUN_OF_A_FILE = re.compile(r"-[0-9a-f]{8}(?=[.]parquet)")
RUNS = {"import": ("import", "chat.txt"), "close": ("close", "--month", "2026-10", "--force")}


def started(folder: Path, *command: str) -> int:
    """A process of everything loaded, that waits to be let go: its id."""
    process = os.fork()
    if process:
        os.waitpid(process, os.WUNTRACED)
        return process
    code = 99
    try:
        os.chdir(folder)
        said = os.open("said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(said, stream)
        sys.stdout, sys.stderr = (os.fdopen(stream, "w", closefd=False) for stream in (1, 2))
        # A process somebody starts shows no such warning of a library; pytest, which this one is forked of, shows all.
        warnings.simplefilter("ignore", DeprecationWarning)
        os.kill(os.getpid(), signal.SIGSTOP)
        sys.argv = ["kehila", "--config", "kehila.toml", "--today", TODAY.isoformat(), *command]
        try:
            main()
            code = 0
        except SystemExit as problem:
            code = int(problem.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def ended(process: int) -> int:
    os.kill(process, signal.SIGCONT)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def broken(folder: Path, error: str, number: int, *command: str) -> tuple[int, str, bool]:
    """A command of which one call fails: its code, what it said, and whether it came to that call."""
    process, log = started(folder, *command), folder / "calls"
    inject = f"inject={FAULTS[error]}:error={error}:when={number}"
    tracing = subprocess.Popen(
        ["strace", "-qq", "-o", log, "-e", f"trace={FAULTS[error]}", "-e", inject, "-p", str(process)]
    )
    while "TracerPid:\t0" in Path(f"/proc/{process}/status").read_text():
        assert tracing.poll() is None
        time.sleep(0.01)
    code = ended(process)
    tracing.wait(20)
    return code, (folder / "said").read_text(errors="replace"), "(INJECTED)" in log.read_text(errors="replace")


def content(folder: Path) -> list[str]:
    """All that is stored, as another process reads it."""
    read, write = os.pipe()
    process = os.fork()
    if not process:
        os.close(read)
        try:
            store = open_store(load(folder / "kehila.toml"), today=TODAY)
            rows = [
                line
                for line in canonical_dump(store.engine, (*WAREHOUSE_TABLES, *LEDGER_TABLES))
                if not line.startswith((*OWN, "snapshot "))  # its digest is of the instant it was closed at
            ]
            with os.fdopen(write, "w") as told:
                json.dump([*rows, *map(str, verify(store).damaged)], told)
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as told:
        said = told.read()
    os.waitpid(process, 0)
    return [RUN_OF_A_FILE.sub("", line) for line in json.loads(said)]


def prepared(folder: Path, what: str) -> Path:
    """A town before the command; made in a process of its own, since this one is forked of."""
    process = os.fork()
    if not process:
        try:
            store = hostile.town(folder)
            chat = folder / "chat.txt"
            chat.write_text(hostile.chat(), encoding="utf-8")
            if what == "close":
                import_file(store, chat)
                refresh(store)
            store.engine.dispose()
        finally:
            os._exit(0)
    os.waitpid(process, 0)
    return folder


@pytest.mark.parametrize(
    "step", [pytest.param(41, marks=pytest.mark.more), pytest.param(1, marks=pytest.mark.long)], ids=["some", "all"]
)
@pytest.mark.parametrize("error", FAULTS)
@pytest.mark.parametrize("what", RUNS)
def test_a_call_that_fails_is_said_in_a_line_and_once_mended_all_is_there(
    tmp_path: Path, what: str, error: str, step: int
) -> None:
    before = prepared(tmp_path / "before", what)
    shutil.copytree(before, tmp_path / "right")
    assert ended(started(tmp_path / "right", *RUNS[what])) == 0, (tmp_path / "right" / "said").read_text()
    right = content(tmp_path / "right")
    failed = 0
    for number in range(1, CALLS + 1, step):
        folder = tmp_path / "town"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(before, folder)
        code, said, came_to_it = broken(folder, error, number, *RUNS[what])
        if not came_to_it:
            break
        where = (what, error, number, said)
        assert code in (0, 1, 2) and "Traceback" not in said and "error of ours" not in said, where
        if code:
            failed += 1
            assert sum(line.startswith("kehila: ") for line in said.splitlines()) <= 1, where
        assert ended(started(folder, *RUNS[what])) == 0, (where, (folder / "said").read_text())
        assert content(folder) == right, where
    assert failed
    print(what, error, number, failed)
