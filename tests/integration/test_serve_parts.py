"""`kehila serve` keeps its parts: each comes back when it is killed, all go in order, none is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from flows.serve import serve
from flows.serve.prefect_server import ServeProblem
from flows.serve.supervisor import RESTART_WINDOW_SECONDS, RESTARTS, Part, Restarts, Supervisor, tied
from tests.conftest import ROOT
from tests.integration.draining import bodies, landed_rows, opened, talk
from tests.integration.prefect_town import KEHILA, Serving, Town, free_port, is_running, new_town, until
from tests.integration.receiving import CONFIG, Receiving, town
from town.parts import parts_status


class Ending:
    """A server that ends at these instants, one for each start: while it starts, while it is asked, or later."""

    log = Path("server.log")

    def __init__(self, *ends: str) -> None:
        self.ends, self.is_alive, self.starts = list(ends), False, 0

    def start(self) -> None:
        self.is_alive, self.starts = True, self.starts + 1

    def stop(self) -> None:
        self.is_alive = False

    def wait_healthy(self, _say: Any, **_more: Any) -> None:
        if self.ends[0] == "starting":
            self.ends.pop(0)
            self.is_alive = False
            raise ServeProblem("it ended while starting")

    async def run_flows(self, *_: Any) -> bool:
        how = self.ends.pop(0)
        self.is_alive = how in ("stopped", "ours")
        if how in ("asked", "ours"):
            raise OSError(how)
        return how == "stopped"


@pytest.mark.parametrize(
    ("ends", "starts", "fails"),
    [
        (["asked", "starting", "later", "starting", "stopped"], 5, None),
        (["starting"], 1, ServeProblem),  # nothing ever worked: somebody has to look
        (["ours"], 1, OSError),
        (["later"] * RESTARTS + ["starting"] * 3, RESTARTS + 1, ServeProblem),
    ],
)
def test_a_server_that_ends_at_whatever_instant_is_started_again(
    monkeypatch: pytest.MonkeyPatch, ends: list[str], starts: int, fails: type[Exception] | None
) -> None:
    server: Any = Ending(*ends)
    monkeypatch.setattr(serve, "_run_flows", server.run_flows)
    given: Any = None
    keeper = Supervisor([], Path(), lambda *_, **_more: None)
    with pytest.raises(fails) if fails else nullcontext():
        serve._until_stopped(server, keeper, given, given, keeper.say)
    assert server.starts == starts


STAY = "import signal, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\nprint('there', flush=True)\ntime.sleep(600)\n"

PARENT = """
import sys, time
from pathlib import Path
from flows.serve.supervisor import Part, Supervisor, tied
parts = [Part(name, name, tied("import time; time.sleep(600)")) for name in ("one", "two")]
keeper = Supervisor(parts, Path(sys.argv[1]), lambda text, *_, **_more: print(text))
keeper.start()
print(*(part.pid for part in parts), flush=True)
time.sleep(600)
"""


def test_an_end_is_answered_by_a_start_after_a_pause_that_grows_and_not_too_often() -> None:
    at = 0.0
    restarts = Restarts(lambda: at)
    pauses = []
    for _ in range(RESTARTS):
        pauses.append(restarts.ended())
        at += 1
    assert pauses == [1, 2, 4, 8, 16]
    assert not restarts.is_too_often
    assert restarts.ended() == pytest.approx(RESTART_WINDOW_SECONDS - 4)  # until the second end is ten minutes old
    assert restarts.is_too_often
    at += RESTART_WINDOW_SECONDS
    assert restarts.ended() == 1


def test_what_dies_comes_back_and_how_things_stand_can_be_read(tmp_path: Path) -> None:
    said: list[str] = []
    part = Part("one", "the one", tied(STAY), log=tmp_path / "one.log")
    keeper = Supervisor([part], tmp_path / "parts.json", lambda text, *_, **_more: said.append(text))
    keeper.start()
    try:
        first = part.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        until("it is missed", lambda: keeper.look() or part.pid is None, limit=60)
        (row,) = parts_status(tmp_path / "parts.json")
        assert (row["state"], row["pid"], row["restarts"]) == ("waiting", None, 1)
        until("it is back", lambda: keeper.look() or part.is_alive, limit=60)
        assert part.pid != first
        (row,) = parts_status(tmp_path / "parts.json")
        assert (row["state"], row["pid"]) == ("running", part.pid)
        assert said == ["started the one", "the one was ended by SIGKILL; it is started again in 1 s"]
    finally:
        keeper.stop()
    (row,) = parts_status(tmp_path / "parts.json")
    assert row["state"] == "stopped"
    keeper.look()
    assert not part.is_alive


def test_who_does_not_hear_is_killed_in_its_time(tmp_path: Path) -> None:
    deaf = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('deaf', flush=True)\ntime.sleep(600)\n"
    part = Part("deaf", "the deaf one", tied(deaf), log=tmp_path / "log", stop_seconds=0.5)
    part.start({})
    pid = part.pid
    until("deaf", lambda: b"deaf" in (tmp_path / "log").read_bytes(), limit=60)
    part.stop()
    assert pid is not None and not is_running(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's word to children is Linux's")
def test_nobody_survives_a_killed_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "parts.json")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    lines = [parent.stdout.readline() for _ in range(3)]
    children = [int(word) for word in lines[2].split()]
    assert len(children) == 2 and all(is_running(pid) for pid in children)
    parent.kill()
    parent.wait()
    until("the children end", lambda: not any(is_running(pid) for pid in children), limit=60)


def test_status_says_when_nothing_runs(tmp_path: Path) -> None:
    config = town(tmp_path / "town")
    done = subprocess.run(
        [*KEHILA, "--config", str(config), "serve", "--status", "--json"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 1
    found = json.loads(done.stdout)
    towns = found.pop("towns")
    assert found == {"running": False, "well": False, "parts": []}
    assert towns and all(one["reason"] for conditions in towns.values() for one in conditions)


@contextmanager
def served(base: Path) -> Iterator[tuple[Serving, Receiving]]:
    """`kehila serve` of a town that receives webhooks."""
    port = free_port()
    config = town(base, CONFIG + f"\n[receive]\nport = {port}\n")
    serving = Serving(Town(base))
    try:
        serving.wait_ready()
        yield serving, Receiving(config, port, serving.process)  # type: ignore[arg-type]
    finally:
        if serving.process.poll() is None:
            serving.process.kill()


def status(config: Path) -> dict[str, Any]:
    done = subprocess.run(
        [*KEHILA, "--config", str(config), "serve", "--status", "--json"], cwd=ROOT, capture_output=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.long
def test_every_part_of_a_served_town_comes_back_and_the_inbox_is_drained_at_the_end(tmp_path: Path) -> None:
    base = tmp_path / "town"
    with served(base) as (serving, receiver):
        config = receiver.config
        until("all is well", lambda: status(config)["well"], limit=60)
        for body in bodies(talk(4)):
            assert receiver.meta(body).status == 200
        until("drained", lambda: landed_rows(opened(config), "whatsapp_cloud_message") == 2, limit=120)
        for name in [row["name"] for row in status(config)["parts"]]:
            pid = next(row["pid"] for row in status(config)["parts"] if row["name"] == name)
            os.kill(pid, signal.SIGKILL)
            until(f"{name} is back", lambda name=name, pid=pid: any(
                row["name"] == name and row["pid"] not in (pid, None) and row["well"] is not False
                for row in status(config)["parts"]
            ))  # fmt: skip
        assert receiver.health()["parts"]["drainer"] == "running"
        for body in bodies(talk(24)):
            assert receiver.meta(body).status == 200
        serving.end(signal.SIGTERM)
        assert landed_rows(opened(config), "whatsapp_cloud_message") == 12  # what was acknowledged is drained
        assert "Traceback" not in serving.said()


@pytest.mark.long
def test_a_killed_serve_takes_the_flow_that_runs_with_it(tmp_path: Path) -> None:
    serving = Serving(Town(new_town(tmp_path)))
    try:
        serving.wait_ready()
        until("a flow runs", lambda: "Import file" in serving.said() and any(map(is_engine, serving.family())))
        serving.end(signal.SIGKILL)
    finally:
        if serving.process.poll() is None:
            serving.process.kill()


def is_engine(pid: int) -> bool:
    return b"prefect.engine" in Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.mark.long
def test_a_killed_serve_leaves_no_part_behind(tmp_path: Path) -> None:
    with served(tmp_path / "town") as (serving, receiver):
        until("all is well", lambda: status(receiver.config)["well"], limit=60)
        assert len(serving.family()) >= 4
        serving.end(signal.SIGKILL)
