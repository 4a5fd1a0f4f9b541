"""Collecting under Prefect: its schedules, its limits, and being tried again when the service said."""

import json
import os
import re
import subprocess
import sys
import uuid
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors.service import sources
from flows.automations import ALL_FLOWS
from flows.parameters import tags_of
from simulator.services.mailchimp import MailchimpServer
from tests.integration.prefect_town import KEHILA, LIMIT, Town, until
from tests.unit.collectors.newsletter_life import small_life
from town.sections import Authority
from warehouse.keys import new_key_file
from warehouse.sqlite import sqlite3

ROOT = Path(__file__).parents[2]
AUTHORITY = "0031"

NAME = Authority(code=AUTHORITY).name
SLOT = f"kehila-{AUTHORITY}-mailchimp-main"

FLOWS = set(ALL_FLOWS)

COLLECT = """
import os
from flows import collect as c; from flows import runs as o
from flows.schedules import deployments, remove_others, set_times
from town.config import load
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate
from prefect.concurrency.sync import concurrency
from prefect.exceptions import PrefectHTTPStatusError
from prefect.flow_engine import run_flow
from prefect.states import AwaitingRetry
from pathlib import Path
import asyncio
o.RETRY_SECONDS[:] = [0.0, 0.0, 0.0]
HERE = {"config": CONFIG, "authority": "0031"}

def tried(flow=c.collect_flow, **more):
    try:
        with o.without_heartbeat():
            state = flow(**HERE, return_state=True, **more)
        print("ended", state.type.value, state.message)
    except Exception as problem:
        print("ended", problem)

async def deploy():
    made = {one.flow_name: await one.aapply() for one in await deployments(load(Path(CONFIG)), Path(CONFIG))}
    await set_times(load(Path(CONFIG)))
    older = await c.collect_flow.ato_deployment("0031", parameters=HERE)
    others = await c.collect_flow.ato_deployment("0031 too", parameters={**HERE, "config": "another"})
    for one in (older, others):
        await one.aapply()
    print("removed", await remove_others(Path(CONFIG), [(flow, NAME) for flow in made]))
    return made

ids = asyncio.run(deploy())
with get_client(sync_client=True) as client:
    def asked(flow, **parameters):
        try:
            client.create_flow_run_from_deployment(ids[flow], parameters=parameters)
            print("asked", flow, "taken")
        except PrefectHTTPStatusError as problem:
            print("asked", flow, problem.response.json()["detail"])
    asked("Collect", account="nonesuch")
    asked("Backfill")
    asked("Backfill", since="soon")
    asked("Month", month="October")
    asked("Month", month="2026-13")
    asked("Month", month="2026-10")
    asked("Backfill", since="2026-09-01", until=None)

    tried(schedule="40 3 * * *")  # no stream of Mailchimp declares it
    tried()
    limit = client.read_global_concurrency_limit_by_name(SLOT)
    print("limit", limit.limit, limit.active_slots)
    c.STALE_AFTER_SECONDS = 0.2  # a server that was killed left it taken
    client.update_global_concurrency_limit(SLOT, GlobalConcurrencyLimitUpdate(active_slots=1))
    tried(account="mailchimp.main")
    tried(c.backfill_flow, since="2026-09-01", until="2026-09-01")
    tried(c.backfill_flow, since="2026-09-01", account="mailchimp.main")

    # One of two accounts fails, and is tried again by hand.
    text = Path(CONFIG).read_text()
    Path(CONFIG).write_text(text + text[text.index("[source"):].replace("mailchimp.main", "mailchimp.second").replace("mail.key", "second.key"))
    run = client.create_flow_run(c.collect_flow, parameters=HERE)
    print("two", run.id)
    for number in range(2):
        with o.without_heartbeat():
            state = run_flow(c.collect_flow, flow_run=client.read_flow_run(run.id), return_type="state")
        print("ended", state.type.value, state.message)
        if number == 0:
            print("repair", flush=True)
            input()
            client.set_flow_run_state(run.id, AwaitingRetry(), force=True)
    Path(CONFIG).write_text(text)
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
            [sys.executable, "-c", f"CONFIG, NAME, SLOT = {(str(base / 'kehila.toml'), NAME, SLOT)!r}\n" + COLLECT],
            env={**os.environ, **town.settings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin and process.stdout
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("repair"):
                (base / "second.key").write_text(service.key)
            if line.startswith("now patience"):
                service.fail(times=999, status=429, headers={"Retry-After": "7200"})
            if line.startswith(("repair", "now patience")):
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


def test_an_accounts_slot_is_seen_and_one_that_nobody_has_is_taken(told: str) -> None:
    """Whether it is free the ledger's lock says (tests/e2e/test_collect_slot.py); the page shows it."""
    assert "limit 1 0\n" in told
    assert ended(told)[2].startswith("COMPLETED"), told


def test_a_backfill_is_started_by_its_dates(told: str) -> None:
    refused, done = ended(told)[3:5]
    assert "the day after the last, 2026-09-01, must be after the first, 2026-09-01" in refused
    assert done.startswith("COMPLETED"), told


def test_what_cannot_be_meant_is_refused_before_there_is_a_run(told: str) -> None:
    asked = [line.removeprefix("asked ") for line in told.splitlines() if line.startswith("asked")]
    assert "'nonesuch' is not one of ['all', 'mailchimp.main']" in asked[0]
    assert "'since' is a required property" in asked[1] and "for field 'since'" in asked[2]
    assert all("for field 'month'" in one for one in asked[3:5])
    assert asked[5:] == ["Month taken", "Backfill taken"]


def test_a_deployment_that_is_called_otherwise_now_is_taken_away_and_others_stay(told: str) -> None:
    assert f"removed ['Collect/{AUTHORITY}']" in told


def test_one_account_fails_and_its_tasks_alone_are_red_and_pulled_again(town: Town, told: str) -> None:
    failed, again = ended(told)[5:7]
    assert failed.startswith("FAILED mailchimp.second") and "mailchimp.main" not in failed, failed
    assert again.startswith("COMPLETED"), again
    (run,) = re.findall(r"^two (.+)$", told, re.MULTILINE)
    identity = uuid.UUID(run)
    with closing(sqlite3.connect(town.base / ".prefect/prefect.db")) as prefect:
        (name,) = prefect.execute("select name from flow_run where id = ?", [str(identity)]).fetchone()
        tasks = prefect.execute(
            "select name, state_type, tags from task_run where flow_run_id = ? and name like 'mailchimp%' order by start_time",
            [str(identity)],
        ).fetchall()
    assert name == f"Collect · {NAME}"
    streams = [one.name for one in sources()["mailchimp"].streams]
    assert [(task, state) for task, state, _ in tasks] == [
        (f"mailchimp.second · {NAME}", "FAILED"),
        *((f"mailchimp.main.{one} · {NAME}", "COMPLETED") for one in streams),
        *((f"mailchimp.second.{one} · {NAME}", "COMPLETED") for one in streams),  # the second time, and nothing else
    ]
    assert set(json.loads(tasks[1][2])) == {"source:mailchimp", "account:mailchimp.main", f"town:{AUTHORITY}"}


def test_a_run_is_made_for_the_time_the_service_named(town: Town, told: str) -> None:
    by_hand, first, _second, last = ended(told)[7:]
    assert "the next night pulls it" in by_hand and "the next night pulls it" in last
    assert "mailchimp.main asked for patience; it is pulled again at" in first
    query = (
        "select flow_run.parameters, flow_run.expected_start_time from flow_run join deployment "
        "on deployment.id = flow_run.deployment_id where deployment.name = ? and not flow_run.auto_scheduled"
    )
    with closing(sqlite3.connect(town.base / ".prefect/prefect.db")) as prefect:
        made = prefect.execute(query, [NAME]).fetchall()
    made = [(text, at) for text, at in made if "attempt" in text]
    assert made, told
    for text, at in made:
        parameters = json.loads(text)
        assert (parameters["account"], parameters["attempt"]) == ("mailchimp.main", 2)
        wait = datetime.fromisoformat(at).replace(tzinfo=UTC) - datetime.now(UTC)
        assert timedelta(minutes=100) < wait <= timedelta(minutes=121)
    assert len({at for _, at in made}) == len(made) <= 2  # never two for one time


def test_logs_say_what_to_do_without_traces(town: Town, told: str) -> None:
    query = (
        "select log.message from log join flow_run on flow_run.id = log.flow_run_id where flow_run.name like ? "
        "order by log.timestamp"
    )

    def lines() -> list[str]:
        with closing(sqlite3.connect(town.base / ".prefect/prefect.db")) as prefect:
            return [message for (message,) in prefect.execute(query, [f"%{NAME}"]).fetchall()]

    until("the last run's log", lambda: sum("asked for patience" in one or "429" in one for one in lines()) >= 4)
    found = lines()
    assert not [one for one in found if "Traceback" in one]
    windows = [one for one in found if re.search(r"window 1 of \d+, \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d; ", one)]
    assert windows and any(re.search(r"mailchimp_month: \d+ records, \d+ calls$", one) for one in found)
    with closing(sqlite3.connect(town.base / ".prefect/prefect.db")) as prefect:
        states = prefect.execute("select distinct state_type from task_run where state_name = 'Postponed'").fetchall()
    assert states == [("COMPLETED",)]


def test_the_schedules_of_collecting_become_runs(town: Town, told: str) -> None:
    query = (
        "select distinct flow_run.parameters from flow_run join deployment on deployment.id = flow_run.deployment_id "
        "join flow on flow.id = flow_run.flow_id where deployment.name = ? and flow.name = 'Collect' "
        "and flow_run.auto_scheduled"
    )

    def scheduled() -> list[Any]:
        with closing(sqlite3.connect(town.base / ".prefect/prefect.db")) as prefect:
            return prefect.execute(query, [NAME]).fetchall()

    until("scheduled runs", scheduled)
    assert [json.loads(text)["schedule"] for (text,) in scheduled()] == ["15 3 * * *"]


@pytest.mark.more
def test_prefects_own_loader_takes_the_deployments_of_the_file(town: Town, told: str) -> None:
    env = {
        **os.environ,
        **town.settings,
        "KEHILA_CONFIG": "kehila.toml",
        "KEHILA_AUTHORITY": "W1",
        "KEHILA_TOWN": "עיר",
        "KEHILA_CODE": ".",
        "KEHILA_POOL": "machine-2",
    }
    for arguments in (["work-pool", "create", "machine-2", "--type", "process"], ["deploy", "--all"]):
        command = [sys.executable, "-m", "prefect", "--no-prompt", *arguments]
        done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT)
        assert done.returncode == 0, done.stdout + done.stderr
    query = "select flow.name, deployment.parameters, deployment.tags from deployment join flow on flow.id = flow_id where deployment.name = 'עיר'"
    with closing(sqlite3.connect(town.base / ".prefect/prefect.db")) as prefect:
        found = prefect.execute(query).fetchall()
    assert {name for name, *_ in found} == FLOWS
    assert {parameters for _, parameters, _ in found} == {'{"config": "kehila.toml", "authority": "W1"}'}
    assert {tuple(json.loads(tags)) for *_, tags in found} == {tuple(tags_of("W1"))}
    pools = (
        "select distinct work_pool.name from deployment join work_queue on work_queue.id = work_queue_id "
        "join work_pool on work_pool.id = work_pool_id where deployment.name = 'עיר'"
    )
    with closing(sqlite3.connect(town.base / ".prefect/prefect.db")) as prefect:
        assert prefect.execute(pools).fetchall() == [("machine-2",)]


@pytest.mark.more
def test_and_the_command_that_follows_gives_them_their_forms(town: Town, told: str, tmp_path: Path) -> None:
    (tmp_path / "kehila.toml").write_text(
        '[[authority]]\ncode = "W1"\nname_he = "עיר"\n[source.zoom.main]\nspace = "z"\n[source.zoom.club]\nspace = "c"\n'
    )
    command = [*KEHILA, "--config", str(tmp_path / "kehila.toml"), "automations", "apply", "--json"]
    for outcome in ("changed", "unchanged"):
        done = subprocess.run(
            command, env={**os.environ, **town.settings}, capture_output=True, text=True, timeout=LIMIT
        )
        assert json.loads(done.stdout)["forms"] == {f"{flow}/עיר": outcome for flow in FLOWS}, done.stderr
    query = "select parameter_openapi_schema from deployment join flow on flow.id = flow_id where deployment.name = 'עיר' and flow.name = 'Collect'"
    with closing(sqlite3.connect(town.base / ".prefect/prefect.db")) as prefect:
        ((text,),) = prefect.execute(query).fetchall()
    asked = json.loads(text)["properties"]
    assert set(asked) == {"account"} and asked["account"]["enum"] == ["all", "zoom", "zoom.club", "zoom.main"]
