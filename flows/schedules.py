"""When what runs: the calendar of the flows, and the deployments `kehila serve` makes of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from flows.kept import Record, Seen, Time, steps
from flows.parameters import DUE, deployment_names, form, tags_of
from town.accounts import accounts
from town.config import Config
from town.sections import Authority

SETTINGS = {
    "Collect": "collect",
    "Import and refresh": "import_and_refresh",
    "Reconcile": "reconcile",
    "Check": "check",
    "Month": "month",
    "Close": "close",
    "Push": "push",
}
"""Flow -> its line of `[schedule]` in `kehila.toml`, which is the one list of times."""

PARAMETERS = {"Month": {"month": DUE}, "Close": {"month": DUE}}
"""Flow -> what its scheduled runs are asked: schedules ask often, the flow knows whether it is due."""

NEED_ACCOUNTS = ("Collect", "Reconcile")

SPREAD_MINUTES = 40
"""Over so many minutes the towns of one configuration begin, each at its own; a town alone begins on time."""

PAGE = 200
"""So many deployments Prefect gives at once."""


def spread(cron: str, authority: str) -> str:
    """The cron line later by the authority's own minutes, always the same ones; a line of another kind as it is."""
    minute, hour, *rest = cron.split()
    if not (minute.isdigit() and hour.isdigit()):
        return cron
    own = int.from_bytes(hashlib.sha256(authority.encode()).digest()[:4], "big") % SPREAD_MINUTES
    at = int(hour) * 60 + int(minute) + own
    return cron if at >= 24 * 60 else " ".join([str(at % 60), str(at // 60), *rest])


def crons(config: Config, authority: str) -> list[str]:
    """The cron lines that the streams of an authority's accounts declare; none when it has no account."""
    from collectors.service import sources

    known = sources()
    mine = {one.ref.source for one in accounts(config, authority)} & known.keys()
    return sorted({stream.schedule for name in mine for stream in known[name].streams})


def times(config: Config, authority: Authority) -> dict[str, dict[str, Time]]:
    """Flow -> slug -> when it runs by itself, for one town; nothing is collected or reconciled without an account,
    nor pushed without a target.

    One run collects all streams that declare the same time: a run costs seconds by itself.
    """
    declared = crons(config, authority.code)

    def time(cron: str, parameters: dict[str, Any]) -> Time:
        return Time(spread(cron, authority.code) if len(config.authority) > 1 else cron, authority.timezone, parameters)

    found: dict[str, dict[str, Time]] = {}
    for flow, setting in SETTINGS.items():
        cron = getattr(config.schedule, setting)
        if (flow in NEED_ACCOUNTS and not declared) or (flow == "Push" and not config.push):
            found[flow] = {}
        elif flow == "Collect" and not cron:
            found[flow] = {
                f"collect-{re.sub('[^0-9]+', '-', one).strip('-')}": time(one, {"schedule": one}) for one in declared
            }
        else:
            found[flow] = {"calendar": time(cron, PARAMETERS.get(flow, {}))}
    return found


async def deployments(config: Config, config_path: Path) -> list[Any]:
    """What is served: every flow for every authority, by the town's name. When they run `set_times` says."""
    from prefect.types.entrypoint import EntrypointType

    from flows.collect import backfill_flow, collect_flow, reconcile_flow
    from flows.notify import check_flow, notify_flow
    from flows.runs import FLOWS

    found = []
    served: list[Any] = [*FLOWS, check_flow, *([notify_flow] if config.notify.is_given else [])]
    names = deployment_names(config)
    for authority in config.authority:
        collecting = crons(config, authority.code)
        for one in [collect_flow, backfill_flow, reconcile_flow, *served] if collecting else served:
            made = await one.ato_deployment(
                names[authority.code],
                parameters={"config": str(config_path.resolve()), "authority": authority.code},
                description=one.description,
                tags=tags_of(authority.code),
                entrypoint_type=EntrypointType.MODULE_PATH,
            )
            # Prefect has no other way to say which values a deployment's form offers; a test holds it to this one.
            schema = made._parameter_openapi_schema
            made._parameter_openapi_schema = schema.model_validate(form(schema.model_dump(), config, authority.code))
            # What is not set is not sent, so that a deployment that is there keeps its schedules, and stays paused.
            made.model_fields_set.difference_update({"schedules", "paused"})
            found.append(made)
    return found


async def set_times(config: Config) -> list[str]:
    """Have the deployments that are there run when they should, but for what somebody changed on Prefect's page.

    Gives what is to be said: what was left as the page has it, and what is another time now.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.schedules import CronSchedule
    from prefect.exceptions import ObjectNotFound

    record, said = Record.read(config.base), []
    made, names = record.schedules, deployment_names(config)
    record.schedules = {}
    async with get_client() as client:
        for authority in config.authority:
            for flow, wanted in times(config, authority).items():
                name = f"{flow}/{names[authority.code]}"
                try:
                    deployment = await client.read_deployment_by_name(name)
                except ObjectNotFound:
                    continue
                if deployment.paused:
                    said.append(f"{name} is paused on the page; left so")
                identity, there = deployment.id, {one.slug: one.id for one in deployment.schedules}
                for step in steps(wanted, made.get(str(identity), {}), [seen(one) for one in deployment.schedules]):
                    if step.do == "remove":
                        await client.delete_deployment_schedule(identity, there[step.slug])
                    elif step.do != "leave":
                        time = wanted[step.slug]
                        cron = CronSchedule(cron=time.cron, timezone=time.zone)
                        given: Any = {"schedule": cron, "parameters": dict(time.parameters), "slug": step.slug}
                        if step.do == "make":
                            new = DeploymentScheduleCreate(**given)
                            await client.create_deployment_schedules(identity, [new])
                        else:
                            await client.update_deployment_schedule(identity, there[step.slug], **given)
                    if step.words:
                        said.append(f"the schedule {step.slug} of {name} {step.words}")
                record.schedules[str(identity)] = {slug: str(time) for slug, time in wanted.items()}
    record.write(config.base)
    return said


def seen(one: Any) -> Seen:
    """A schedule as Prefect tells it."""
    cron = getattr(one.schedule, "cron", None)
    when = f"{cron} {one.schedule.timezone}" if cron else type(one.schedule).__name__.removesuffix("Schedule").lower()
    return Seen(one.slug, when, one.active)


async def fit_forms(config: Config) -> dict[str, str]:
    """Give deployments that were made otherwise (`prefect deploy`) the forms of `kehila serve`.

    Gives FLOW/TOWN -> changed or unchanged, of those that are there.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import DeploymentUpdate
    from prefect.exceptions import ObjectNotFound
    from prefect.utilities.callables import parameter_schema

    from flows.collect import backfill_flow, collect_flow, reconcile_flow
    from flows.notify import check_flow, notify_flow
    from flows.runs import FLOWS

    done = {}
    async with get_client() as client:
        for code, name in deployment_names(config).items():
            for one in (collect_flow, backfill_flow, reconcile_flow, check_flow, notify_flow, *FLOWS):
                try:
                    there = await client.read_deployment_by_name(f"{one.name}/{name}")
                except ObjectNotFound:
                    continue
                wanted = form(parameter_schema(one).model_dump(), config, code)
                is_same = there.parameter_openapi_schema == wanted
                if not is_same:
                    await client.update_deployment(there.id, DeploymentUpdate(parameter_openapi_schema=wanted))
                done[f"{one.name}/{name}"] = "unchanged" if is_same else "changed"
    return done


async def remove_others(config_path: Path, kept: Collection[tuple[str, str]]) -> list[str]:
    """Take away the deployments of this configuration that are not `kept` (flow, name); gives what is gone.

    They are of a town that is called otherwise now, or left. What runs is not touched; its history stays.
    """
    from prefect.client.orchestration import get_client

    found: list[Any] = []
    async with get_client() as client:
        while more := await client.read_deployments(limit=PAGE, offset=len(found)):
            found += more
        mine = [one for one in found if one.parameters.get("config") == str(config_path.resolve())]
        flows = {one: (await client.read_flow(one)).name for one in {one.flow_id for one in mine}}
        gone = {one.id: (flows[one.flow_id], one.name) for one in mine}
        gone = {identity: place for identity, place in gone.items() if place not in kept}
        for identity in gone:
            await client.delete_deployment(identity)
    return sorted("/".join(place) for place in gone.values())
