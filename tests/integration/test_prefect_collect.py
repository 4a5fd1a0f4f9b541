"""Collecting under Prefect: its schedules, its limits, and being tried again when the service said."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from collectors.service import sources
from flows.schedules import SCHEDULES, SPREAD_MINUTES, crons, spread
from simulator.services.mailchimp import MailchimpServer
from tests.integration.prefect_town import LIMIT, Town, until
from tests.unit.collectors.newsletter_life import small_life
from town.config import load
from warehouse.keys import new_key_file

ROOT = Path(__file__).parents[2]
AUTHORITY = "0031"

COLLECT = """
import os
from collectors.mailchimp.source import Mailchimp
from flows import collect as c; from flows import runs as o
from flows.schedules import deployments
from town.config import load
from prefect.client.orchestration import get_client
from prefect.concurrency.sync import concurrency
from pathlib import Path
import asyncio
o.RETRY_SECONDS[:] = [0.0, 0.0, 0.0]
Mailchimp.calls_per_minute = 6000

def tried(**more):
    try:
        with o.without_heartbeat():
            state = c.collect_flow(CONFIG, "0031", return_state=True, **more)
        print("ended", state.type.value, state.message)
    except Exception as problem:
        print("ended", problem)

async def deploy():
    return {one.flow_name: await one.aapply() for one in await deployments(load(Path(CONFIG)), Path(CONFIG))}

ids = asyncio.run(deploy())
tried(schedule="40 3 * * *")  # no stream of Mailchimp declares it
tried()
with get_client(sync_client=True) as client:
    for name in ("kehila-mailchimp-main", "kehila-mailchimp-main-calls"):
        limit = client.read_global_concurrency_limit_by_name(name)
        print("limit", name, limit.limit, limit.slot_decay_per_second, limit.active_slots if limit.limit == 1 else "")
c.MAX_WAIT_SECONDS = 0.5
with concurrency("kehila-mailchimp-main", strict=True):
    tried()
c.MAX_WAIT_SECONDS = 60.0  # again enough for a busy machine
print("now patience", flush=True)
input()
tried(account="mailchimp.main")
os.environ["PREFECT__RUNTIME__DEPLOYMENT__ID"] = str(ids["Collect"])
tried()
tried()
tried(attempt=4)
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("collecting")


@pytest.fixture(scope="module")
def told(town: Town, base: Path) -> str:
    """What a process said that collected in all these ways."""
    new_key_file(base / "keys" / "root.key")
    with MailchimpServer(small_life()) as service:
        section = f'list = "{service.list_id}"\nspace = "mail"\nbase_url = "{service.api_url}"\n'
        (base / "mail.key").write_text(service.key)
        (base / "kehila.toml").write_text(
            f'[[authority]]\ncode = "{AUTHORITY}"\n[source.mailchimp.main]\n{section}secrets = {{ key = "file:mail.key" }}\n'
        )
        process = subprocess.Popen(
            [sys.executable, "-c", f"CONFIG = {str(base / 'kehila.toml')!r}\n" + COLLECT],
            env={**os.environ, **town.settings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin and process.stdout
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("now patience"):
                service.fail(times=999, status=429, headers={"Retry-After": "7200"})
                process.stdin.write("\n")
                process.stdin.flush()
        assert process.wait(LIMIT) == 0, "".join(said)
    return "".join(said)


def ended(told: str) -> list[str]:
    return [line.removeprefix("ended ") for line in told.splitlines() if line.startswith("ended")]


def test_a_run_collects_what_declares_its_time(told: str, base: Path) -> None:
    assert [one.split()[0] for one in ended(told)[:2]] == ["COMPLETED", "COMPLETED"], told
    with closing(sqlite3.connect(base / "warehouse.db")) as warehouse:
        pulls = warehouse.execute(
            "select stream, count(*) from ledger_pull where status = 'done' group by 1"
        ).fetchall()
    assert {name for name, _ in pulls} == {one.name for one in sources()["mailchimp"].streams}


def test_an_account_has_one_slot_and_its_calls_a_limit(told: str) -> None:
    assert "limit kehila-mailchimp-main 1 0.0 0\n" in told
    assert "limit kehila-mailchimp-main-calls 6000 100.0" in told
    assert "another run has pulled mailchimp.main" in ended(told)[2]


def test_a_run_is_made_for_the_time_the_service_named(town: Town, told: str) -> None:
    by_hand, first, _second, last = ended(told)[3:]
    assert "the next night pulls it" in by_hand and "the next night pulls it" in last
    assert "mailchimp.main asked for patience; it is pulled again at" in first
    query = (
        "select flow_run.parameters, flow_run.expected_start_time from flow_run join deployment "
        "on deployment.id = flow_run.deployment_id where deployment.name = ? and not flow_run.auto_scheduled"
    )
    with closing(sqlite3.connect(town.base / ".prefect/prefect.db")) as prefect:
        made = prefect.execute(query, [AUTHORITY]).fetchall()
    assert made, told
    for text, at in made:
        parameters = json.loads(text)
        assert (parameters["account"], parameters["attempt"]) == ("mailchimp.main", 2)
        wait = datetime.fromisoformat(at).replace(tzinfo=UTC) - datetime.now(UTC)
        assert timedelta(minutes=100) < wait <= timedelta(minutes=121)
    assert len({at for _, at in made}) == len(made) <= 2  # never two for one time


def test_the_schedules_of_collecting_become_runs(town: Town, told: str) -> None:
    query = (
        "select distinct flow_run.parameters from flow_run join deployment on deployment.id = flow_run.deployment_id "
        "join flow on flow.id = flow_run.flow_id where deployment.name = ? and flow.name = 'Collect' "
        "and flow_run.auto_scheduled"
    )

    def scheduled() -> list[Any]:
        with closing(sqlite3.connect(town.base / ".prefect/prefect.db")) as prefect:
            return prefect.execute(query, [AUTHORITY]).fetchall()

    until("scheduled runs", scheduled)
    assert [json.loads(text)["schedule"] for (text,) in scheduled()] == ["15 3 * * *"]


def test_prefects_own_loader_takes_the_deployments_of_the_file(town: Town, told: str) -> None:
    env = {
        **os.environ,
        **town.settings,
        "KEHILA_CONFIG": "kehila.toml",
        "KEHILA_AUTHORITY": "file",
        "KEHILA_CODE": ".",
    }
    for arguments in (["work-pool", "create", "kehila", "--type", "process"], ["deploy", "--all"]):
        command = [sys.executable, "-m", "prefect", "--no-prompt", *arguments]
        done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT)
        assert done.returncode == 0, done.stdout + done.stderr
    query = "select flow.name, deployment.parameters from deployment join flow on flow.id = flow_id where deployment.name = 'file'"
    with closing(sqlite3.connect(town.base / ".prefect/prefect.db")) as prefect:
        found = dict(prefect.execute(query).fetchall())
    assert set(found) == {"Collect", "Reconcile", "Import and refresh", "Month", "Close", "Refresh", "Push"}
    assert set(map(str, found.values())) == {'{"config": "kehila.toml", "authority": "file"}'}


def test_the_file_says_what_serve_does() -> None:
    """Names, entrypoints and times stand twice, so they are compared."""
    written = yaml.safe_load((ROOT / "prefect.yaml").read_text())
    by_flow = {one["entrypoint"].partition(":")[2]: one for one in written["deployments"]}
    served = {
        "reconcile_flow": "Reconcile",
        "import_flow": "Import and refresh",
        "month_flow": "Month",
        "close_flow": "Close",
    }
    assert set(by_flow) == {*served, "collect_flow", "refresh_flow", "push_flow"}
    for function, name in served.items():
        (schedule,) = by_flow[function]["schedules"]
        assert (schedule["cron"], schedule.get("parameters", {})) == SCHEDULES[name]
    declared = sorted({stream.schedule for one in sources().values() for stream in one.streams})
    collecting = by_flow["collect_flow"]["schedules"]
    assert [(one["cron"], one["parameters"]["schedule"]) for one in collecting] == [(one, one) for one in declared]
    for one in by_flow.values():
        path, _, function = one["entrypoint"].partition(":")
        assert f"def {function}(" in (ROOT / path).read_text()


def test_towns_begin_at_their_own_minutes_always_the_same_and_before_the_nights_import() -> None:
    codes = [f"{number:04d}" for number in range(257)]
    declared = {stream.schedule for one in sources().values() for stream in one.streams}
    night = SCHEDULES["Import and refresh"][0].split()
    latest = int(night[1]) * 60 + int(night[0])
    for cron in declared:
        minutes = [int(hour) * 60 + int(minute) for minute, hour, *_ in (spread(cron, code).split() for code in codes)]
        begin = int(cron.split()[1]) * 60 + int(cron.split()[0])
        assert min(minutes) >= begin and max(minutes) < min(latest, begin + SPREAD_MINUTES)
        assert max(minutes.count(one) for one in set(minutes)) < 20 and len(set(minutes)) > 35
    assert spread("15 3 * * *", "0070") == spread("15 3 * * *", "0070")
    assert spread("*/5 * * * *", "0070") == "*/5 * * * *" and spread("59 23 * * *", "0031").endswith("23 * * *")


def test_a_town_without_accounts_is_not_collected(tmp_path: Path) -> None:
    (tmp_path / "kehila.toml").write_text(
        '[[authority]]\ncode = "0031"\n[[authority]]\ncode = "0070"\n'
        '[source.google_forms.main]\nauthority = "0070"\nform_id = "f"\n'
        '[source.mailchimp.main]\nauthority = "0070"\nlist = "l"\nspace = "mail"\n'
    )
    config = load(tmp_path / "kehila.toml")
    assert (crons(config, "0031"), crons(config, "0070")) == ([], ["15 3 * * *", "40 3 * * *"])
