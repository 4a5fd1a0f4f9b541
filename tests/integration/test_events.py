"""Events and automations: told without waiting, answered once, by a real Prefect server."""

import json
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline import events
from tests.conftest import ROOT
from tests.integration.prefect_town import KEHILA, Town, until
from town.sections import Authority
from warehouse.keys import new_key_file

AUTHORITY = "0044"

RUN = """
import asyncio, time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from flows import automations; from pipeline import events
from town.config import load
from warehouse.accounts import AccountRef
from flows.schedules import deployments
automations.AFTER_LANDING = timedelta(seconds=6)
config = load(Path(CONFIG))

async def deploy():
    for one in await deployments(config, Path(CONFIG)):
        await one.aapply()

print("before", sorted(set(asyncio.run(automations.apply(config)).values())))
asyncio.run(deploy())
for _ in range(2):
    print("applied", sorted(set(asyncio.run(automations.apply(config)).values())))
print("from", datetime.now(UTC).isoformat())
for number in range(40):
    events.landed("0044", ["whatsapp_cloud_message"], ["2026-10"])
    events.landed("0055", ["whatsapp_cloud_message"], ["2026-10"])
at = datetime(2026, 11, 20, 20, tzinfo=UTC)
for _ in range(3):  # redelivered: one event
    events.pulls_scheduled("0044", [(AccountRef("zoom", "main"), [at + timedelta(minutes=30), at + timedelta(hours=24)])])
events.month_closed("0044", "2026-10", 1)
events.finish(30)
made = [events.Materialised("message", f"2026-{number:02d}", number, "passed") for number in range(12, 0, -1)]
began = time.monotonic()
events.materialised("0044", made)
print("handed over in", time.monotonic() - began)
events.finish(30)
print("lost", events._announcer.lost)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("automated")
    new_key_file(base / "keys" / "root.key")
    (base / "kehila.toml").write_text(f'[[authority]]\ncode = "{AUTHORITY}"\n[source.zoom.main]\nspace = "z"\n')
    return base


@pytest.fixture(scope="module")
def told(town: Town, folder: Path) -> str:
    done = town.python(f"CONFIG = {str(folder / 'kehila.toml')!r}\n" + RUN)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def runs(town: Town, flow: str) -> list[Any]:
    query = (
        "select flow_run.parameters, flow_run.expected_start_time, flow_run.created from flow_run "
        "join deployment on deployment.id = flow_run.deployment_id join flow on flow.id = flow_run.flow_id "
        "where deployment.name = ? and flow.name = ? and not flow_run.auto_scheduled order by 2"
    )
    with closing(sqlite3.connect(town.base / ".prefect/prefect.db")) as prefect:
        return [
            (json.loads(text), *(datetime.fromisoformat(at).replace(tzinfo=UTC) for at in times))
            for text, *times in prefect.execute(query, [Authority(code=AUTHORITY).name, flow])
        ]


def test_automations_are_installed_once_however_often(told: str) -> None:
    lines = told.splitlines()
    assert lines[0] == "before ['no deployment']"
    assert lines[1:3] == ["applied ['made']", "applied ['unchanged']"]


def test_a_burst_of_landings_is_one_refresh_of_that_authority_when_it_is_over(town: Town, told: str) -> None:
    until("a refresh", lambda: runs(town, "Refresh"), limit=60)
    ((parameters, start, _),) = runs(town, "Refresh")
    assert parameters["authority"] == AUTHORITY
    began = datetime.fromisoformat(told.split("from ")[1].split()[0])
    assert start - began > timedelta(seconds=6)  # at the end of the stretch: what landed within it is there
    assert "lost 0" in told


def test_a_meeting_that_ended_is_collected_half_an_hour_and_a_day_later(town: Town, told: str) -> None:
    until("two collections", lambda: len(runs(town, "Collect")) >= 2, limit=60)
    found = runs(town, "Collect")
    assert [parameters["account"] for parameters, _, _ in found] == ["zoom.main"] * 2
    waits = [round((start - made) / timedelta(minutes=1)) for _, start, made in found]
    assert waits == [30, 24 * 60]


def test_a_closed_month_is_pushed(town: Town, told: str) -> None:
    until("a push", lambda: runs(town, "Push"), limit=60)
    assert len(runs(town, "Push")) == 1


def test_what_was_made_of_facts_is_told_with_its_rows(town: Town, told: str) -> None:
    query = "select payload, resource_id from events where event = 'prefect.asset.materialization.succeeded'"

    def found() -> list[Any]:
        with closing(sqlite3.connect(town.base / ".prefect/prefect.db")) as prefect:
            return [row for row in prefect.execute(query).fetchall() if row[1].startswith(f"kehila://{AUTHORITY}/")]

    until("twelve months", lambda: len(found()) == 12, limit=60)
    rows = {resource: json.loads(payload)["rows"] for payload, resource in found()}
    assert rows[f"kehila://{AUTHORITY}/message/2026-07"] == 7
    assert float(told.split("handed over in ")[1].split()[0]) < 0.5  # nobody waits for the server


def test_later_landings_are_another_refresh(town: Town, told: str, folder: Path) -> None:
    before = len(runs(town, "Refresh"))
    time.sleep(6)  # the length of the stretch, which is not luck but the rule under test
    code = f"from pipeline import events\nevents.landed({AUTHORITY!r}, ['a'])\nevents.finish(30)\n"
    assert town.python(code).returncode == 0
    until("another refresh", lambda: len(runs(town, "Refresh")) == before + 1, limit=60)


def test_nothing_personal_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    monkeypatch.setattr(events, "_announcer", events.Announcer(lambda *event: told.append(event)))
    events.landed("0070", ["b", "a", "a"], ["2026-10"])
    events.landed("0070", [])
    events.refreshed("0070", "changed", {"whatsapp.answers": ["2026-10"]}, 0.25)
    events.finish()
    bodies = [one for (events_of_it,) in told for one in events_of_it]
    assert [(one["event"], one["resource"]["prefect.resource.name"], one["payload"]) for one in bodies] == [
        ("kehila.landed", "0070", {"authority": "0070", "streams": ["a", "b"], "months": ["2026-10"]}),
        (
            "kehila.refreshed",
            "0070",
            {
                "authority": "0070",
                "outcome": "changed",
                "indicators": ["whatsapp.answers"],
                "months": ["2026-10"],
                "seconds": 0.25,
            },
        ),
    ]


def test_a_server_that_hangs_or_is_away_costs_events_and_nothing_else() -> None:
    hung = threading.Event()
    slow = events.Announcer(lambda *_: hung.wait(), most=10)

    def announce() -> None:
        for number in range(100):
            slow.put(number)
        slow.finish(0.2)

    work = threading.Thread(target=announce, daemon=True)
    work.start()
    work.join(60)
    assert not work.is_alive()  # it waited for nobody: the server answers only now
    assert slow.lost >= 89
    hung.set()
    tried: list[Any] = []

    def refuse(*event: Any) -> None:
        tried.append(event)
        raise OSError

    away = events.Announcer(refuse)
    for number in range(3):
        away.put(number)
    until("they are let go", lambda: away.lost == 3, limit=60)
    assert tried == [(0,)] * events.TRIES, "a server that is away is asked for one event, not for every one"


def test_without_a_server_nothing_is_started(tmp_path: Path) -> None:
    code = (
        "import sys, threading\nfrom pipeline import events\nevents.landed('0070', ['a'])\n"
        "assert events._announcer is None and threading.active_count() == 1 and 'prefect' not in sys.modules\n"
    )
    env = {"PATH": "", "HOME": str(tmp_path)}
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env).returncode == 0


def test_applying_needs_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    command = [*KEHILA, "--config", str(folder / "kehila.toml"), "automations"]
    done = subprocess.run([*command, "apply"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, "PREFECT_API_URL" in done.stderr) == (2, True)
    listed = subprocess.run([*command, "list", "--json"], cwd=ROOT, capture_output=True, text=True)
    assert {row["flow"] for row in json.loads(listed.stdout)["automations"]} == {"Refresh", "Push", "Collect"}
