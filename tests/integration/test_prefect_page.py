"""What Prefect does by itself and what people change on its page: notices, runs of dead workers, what is kept."""

import subprocess
from pathlib import Path

import pytest

from tests.integration.notice_sinks import web_sink
from tests.integration.prefect_town import Town
from town.sections import Authority
from warehouse.keys import new_key_file

AUTHORITY = "0044"
NAME = Authority(code=AUTHORITY).name
PUSH = f"kehila {AUTHORITY}: push a closed month"

BEGIN = """
import asyncio, time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from flows import automations
from flows.kept import record_file
from flows.notify import notify_flow
from flows.runs import without_heartbeat
from flows.schedules import deployments, set_times
from pipeline import events
from prefect.client.orchestration import get_client
from prefect.client.schemas import filters
from prefect.client.schemas.schedules import CronSchedule
from prefect.events.schemas.automations import AutomationCore
from prefect.states import Failed, Running
from town.config import load

automations.DEAD_AFTER = timedelta(seconds=10)
config = load(Path(CONFIG))

async def deploy(workers=False):
    for one in await deployments(config, Path(CONFIG)):
        await one.aapply()
    for line in await set_times(config):
        print("said", line)
    return await automations.apply(config, has_workers=workers)

async def until(condition):
    for _ in range(300):
        if found := await condition():
            return found
        await asyncio.sleep(0.2)
    raise TimeoutError
"""

HAPPENS = """
async def main():
    print("made", sorted({*(await deploy(workers=True)).values()}), sorted({*(await deploy(workers=True)).values()}))
    async with get_client() as client:
        push = await client.read_deployment_by_name(f"Push/{NAME}")
        tell = await client.read_deployment_by_name(f"Notify/{NAME}")
        events.checked("0044", "zoom", "refused", {"refused": 2}, {"month_shrank": 2})
        events.checked("0044", "zoom", "held", {"held": 1}, {"month_worsens": 1})  # of that source it is told
        events.checked("0044", "", "doubted", {"doubted": 1}, {"value_jumped": 1})
        events.checked("0044", "site", "passed", {}, {})
        events.checked("0055", "zoom", "refused", {"refused": 2}, {"month_shrank": 2})
        events.gap("0044", "zoom.main", "overdue", datetime(2026, 11, 20, tzinfo=UTC))
        events.finish(30)
        for deployment, name in ((push, "Push by hand"), (push, "Push again"), (tell, "a notice")):
            run = await client.create_flow_run_from_deployment(deployment.id, state=Running(), name=name)
            await client.set_flow_run_state(run.id, Failed(message="gone"))
        dead = await client.create_flow_run_from_deployment(push.id, state=Running())
        beat = events._event("prefect.flow-run.heartbeat", "0044", f"prefect.flow-run.{dead.id}", "run", {})
        of = {"prefect.resource.id": f"prefect.deployment.{push.id}", "prefect.resource.role": "deployment"}
        events.post([{**beat, "related": [*beat["related"], of]}])

        async def closed():
            state = (await client.read_flow_run(dead.id)).state
            return state if state.is_final() else None
        state = await until(closed)
        print("closed", state.type.value, state.message)

        async def told():
            runs = await client.read_flow_runs(
                deployment_filter=filters.DeploymentFilter(id=filters.DeploymentFilterId(any_=[tell.id]))
            )
            return [one.parameters for one in runs if "what" in one.parameters]

        async def enough():
            return len(await told()) >= 4
        await until(enough)
        for one in sorted(await told(), key=lambda one: one["what"]):
            print("told", one["what"], "|", one["about"])
            with without_heartbeat():
                await asyncio.to_thread(notify_flow, **one)

asyncio.run(main())
"""

CHANGES = """
async def main():
    async with get_client() as client:
        async def there(flow):
            return await client.read_deployment_by_name(f"{flow}/{NAME}")
        async def pushing():
            return [one for one in await client.read_automations() if one.name == PUSH]
        await deploy()
        await client.pause_deployment((await there("Reconcile")).id)
        one = await there("Import and refresh")
        await client.update_deployment_schedule(one.id, one.schedules[0].id, active=False)
        one = await there("Month")
        seven = CronSchedule(cron="0 7 * * 0", timezone="Asia/Jerusalem")
        await client.update_deployment_schedule(one.id, one.schedules[0].id, schedule=seven)
        one = await there("Close")
        await client.delete_deployment_schedule(one.id, one.schedules[0].id)
        await client.create_deployment_schedules(one.id, [(CronSchedule(cron="1 1 1 1 *"), True)])
        (one,) = await pushing()
        one.description = "edited"
        await client.update_automation(one.id, AutomationCore(**one.model_dump(exclude={"id", "owner_resource"})))
        for again in range(2):
            print("again", (await deploy())[PUSH])
            for flow in ("Reconcile", "Import and refresh", "Month", "Close"):
                one = await there(flow)
                print(flow, one.paused, [(s.active, s.schedule.cron) for s in one.schedules])
            config.schedule.month = config.schedule.import_and_refresh = "5 5 * * *"
        (one,) = await pushing()
        await client.delete_automation(one.id)
        print("removed", (await deploy())[PUSH], len(await pushing()))
        record_file(config.base).unlink()
        print("anew", (await deploy())[PUSH], len(await pushing()))

asyncio.run(main())
"""


def run(town: Town, base: Path, code: str) -> str:
    known = f"CONFIG, NAME, PUSH = {(str(base / 'kehila.toml'), NAME, PUSH)!r}\n"
    done: subprocess.CompletedProcess[str] = town.python(known + BEGIN + code)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    return done.stdout


def configured(base: Path, more: str = "") -> Path:
    new_key_file(base / "keys" / "root.key")
    (base / "kehila.toml").write_text(f'[[authority]]\ncode = "{AUTHORITY}"\n[source.zoom.main]\nspace = "z"\n{more}')
    return base


@pytest.mark.long
def test_what_is_refused_doubted_failed_or_silent_is_told_once_and_a_dead_run_closed(
    town: Town, tmp_path: Path
) -> None:
    with web_sink() as sink:
        (tmp_path / "hook").write_text(sink.address)
        said = run(town, configured(tmp_path, '[notify]\nwebhook = "file:hook"\n'), HAPPENS)
    lines = said.splitlines()
    assert lines[0] == "made ['made'] ['unchanged']"
    assert "closed CRASHED its worker was heard no more" in lines
    assert [line for line in lines if line.startswith("told")] == [
        'told doubted |  {"value_jumped": 1}',
        "told failed | Push by hand (Failed)",
        'told refused | zoom {"month_shrank": 2}',
        "told silent | zoom.main overdue",
    ]
    assert [one["what"] for one in sink.taken] == ["doubted", "failed", "refused", "silent"]
    assert all(NAME in one["text"] and one["about"] in one["text"] for one in sink.taken)
    stored = b"".join(path.read_bytes() for path in (town.base / ".prefect").rglob("*") if path.is_file())
    assert sink.secret.encode() not in stored + said.encode()


@pytest.mark.long
def test_what_somebody_changed_on_the_page_stays_until_the_file_says_something_else(town: Town, tmp_path: Path) -> None:
    said = run(town, configured(tmp_path), CHANGES)
    first, second = said.split("again ")[1:]
    assert first.startswith("left as the page has it") and second.startswith("left as the page has it")
    kept = ["Reconcile True [(True, '50 4 * * *')]", "Close False [(True, '1 1 1 1 *')]"]
    assert all(line in first and line in second for line in kept)
    assert "Import and refresh False [(False, '30 4 * * *')]\nMonth False [(True, '0 7 * * 0')]" in first
    assert "Import and refresh False [(False, '5 5 * * *')]\nMonth False [(True, '5 5 * * *')]" in second
    for line in (
        f"Reconcile/{NAME} is paused on the page; left so",
        f"the schedule calendar of Import and refresh/{NAME} is switched off on the page; left so",
        f"the schedule calendar of Month/{NAME} was changed on the page to 0 7 * * 0 Asia/Jerusalem",
        f"the schedule calendar of Close/{NAME} was removed on the page; left so",
        f"the schedule calendar of Month/{NAME} is set to 5 5 * * * Asia/Jerusalem, it was 0 7",
    ):
        assert f"said {line}" in said
    assert "removed left as the page has it 0" in said
    assert "anew made 1" in said
