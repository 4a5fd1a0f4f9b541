"""`kehila serve` over a day of mishaps: dropped files, killed servers, a deleted or another database."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from flows.serve.prefect_server import server_settings
from tests.integration.prefect_town import KEHILA, RUN_MONTH, Serving, Town, chat, counts, new_town, until
from warehouse.sqlite import sqlite3


@pytest.mark.long
def test_serve_takes_what_is_dropped_once_and_outlives_what_happens_to_it(tmp_path: Path) -> None:
    town = Town(new_town(tmp_path))
    drop = tmp_path / "drop"
    serving = Serving(town)
    try:
        serving.wait_ready()
        until("refused", lambda: len(list((drop / "refused").iterdir())) == 2)
        until("imported", lambda: len(list((drop / "imported").iterdir())) == 2)

        growing = drop / "second.txt"  # written in pieces: not taken until the last one is there
        pieces = chat("Ploni Canaryname", 10).splitlines(keepends=True)
        for piece in range(4):
            with growing.open("a", encoding="utf-8") as stream:
                stream.write("".join(pieces[piece * 10 : piece * 10 + 10]))
            began = time.monotonic()
            until("time for another piece", lambda began=began: time.monotonic() - began > 6)
            assert growing.exists()
        until("the whole file", lambda: not growing.exists())
        until("computed", lambda: serving.said().count("Finished in state Completed") >= 8)

        (server,) = [pid for pid in serving.family()[1:] if is_server(pid)]
        os.kill(server, signal.SIGKILL)
        serving.wait_ready(times=2)
        assert "Traceback" not in serving.said()
        serving.end(signal.SIGTERM)

        serving = Serving(town)  # put there while nobody looked
        (drop / "third.txt").write_text(chat("Almoni Canaryname", 8), encoding="utf-8")
        serving.wait_ready()
        until("the third file", lambda: (drop / "imported/third.txt").exists())
        serving.end(signal.SIGINT)  # while it computes
        assert "Canaryname" not in serving.said()
        with closing(sqlite3.connect(tmp_path / "warehouse.db")) as warehouse:
            files = warehouse.execute("select status, count(*) from ledger_file group by 1").fetchall()
        assert dict(files) == {"read": 4, "rejected": 1}
    finally:
        if serving.process.poll() is None:
            serving.process.kill()


def is_server(pid: int) -> bool:
    return b"run_module('prefect'" in Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.mark.long
def test_a_killed_serve_leaves_no_server_and_a_second_one_is_refused(tmp_path: Path) -> None:
    serving = Serving(Town(new_town(tmp_path)))
    serving.wait_ready()
    config = str(tmp_path / "kehila.toml")
    second = subprocess.run([*KEHILA, "--config", config, "serve", "--port", "4999"], capture_output=True, text=True)
    assert second.returncode == 2
    assert "runs here already" in second.stderr
    serving.end(signal.SIGKILL)


@pytest.mark.long
def test_deleting_prefects_database_loses_nothing(tmp_path: Path) -> None:
    town = Town(new_town(tmp_path))
    try:
        town.start()
        assert town.python(RUN_MONTH).returncode == 0
        before = counts(tmp_path)
        town.server.stop()
        shutil.rmtree(tmp_path / ".prefect")
        town.start()
        done = town.python(RUN_MONTH)
        assert "recomputed 0 indicators, wrote 0 cells" in done.stdout + done.stderr
        assert counts(tmp_path) == before
    finally:
        town.server.stop()


@pytest.mark.long
def test_prefect_on_postgresql_runs_the_same(
    tmp_path: Path, postgres: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(new_town(tmp_path / "town"))
    try:
        monkeypatch.setenv("TOWN_DATABASE", postgres("prefect").replace("postgresql+psycopg://", "postgresql://"))
        town.settings.update(
            {
                name: value
                for name, value in server_settings(town.base, "127.0.0.1", 4200, "env:TOWN_DATABASE").items()
                if "DATABASE" in name
            }
        )
        town.start()
        done = town.python(RUN_MONTH)
        assert done.returncode == 0, done.stderr[-3000:]
        assert not (town.base / ".prefect/prefect.db").exists()
    finally:
        town.server.stop()
