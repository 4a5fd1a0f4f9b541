"""When what runs: the calendar of the flows, and the deployments `kehila serve` makes of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from flows.parameters import deployment_names, form, tags_of
from town.accounts import accounts
from town.config import Config

SCHEDULES = {
    "Import and refresh": ("30 4 * * *", {}),  # after the services were collected, at times their streams declare
    "Reconcile": ("50 4 * * *", {}),
    # Cron joins a day of the month and a day of the week by "or", and knows no holidays: the flow decides.
    "Month": ("0 6 * * 0", {"month": "due"}),
    "Close": ("15 5 10-28 * *", {"month": "due"}),
}
"""Flow -> when (Asia/Jerusalem or the authority's own zone) and with which parameters."""

SPREAD_MINUTES = 40
"""Over so many minutes the towns of one configuration begin, each at its own."""


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


async def deployments(config: Config, config_path: Path) -> list[Any]:
    """What is served: every flow for every authority, by the town's name; three of them on a schedule, and the
    collecting of its accounts.

    One run collects all streams that declare the same time: a run costs seconds by itself.
    """
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.collect import backfill_flow, collect_flow, reconcile_flow
    from flows.runs import FLOWS

    found = []
    served: list[Any] = [*FLOWS]
    names = deployment_names(config)
    for authority in config.authority:
        collecting = [
            Cron(spread(cron, authority.code), timezone=authority.timezone, parameters={"schedule": cron},
                 slug=f"collect-{number}")
            for number, cron in enumerate(crons(config, authority.code))
        ]  # fmt: skip
        for one in [collect_flow, backfill_flow, reconcile_flow, *served] if collecting else served:
            when, extra = SCHEDULES.get(one.name, ("", {}))
            schedules = [Cron(when, timezone=authority.timezone, parameters=extra, slug="calendar")] if when else []
            schedules += collecting if one is collect_flow else []
            made = await one.ato_deployment(
                names[authority.code],
                schedules=schedules,
                parameters={"config": str(config_path.resolve()), "authority": authority.code},
                description=one.description,
                tags=tags_of(authority.code),
                entrypoint_type=EntrypointType.MODULE_PATH,
            )
            # Prefect has no other way to say which values a deployment's form offers; a test holds it to this one.
            schema = made._parameter_openapi_schema
            made._parameter_openapi_schema = schema.model_validate(form(schema.model_dump(), config, authority.code))
            found.append(made)
    return found


async def fit_forms(config: Config) -> dict[str, str]:
    """Give deployments that were made otherwise (`prefect deploy`) the forms of `kehila serve`.

    Gives FLOW/TOWN -> changed or unchanged, of those that are there.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import DeploymentUpdate
    from prefect.exceptions import ObjectNotFound
    from prefect.utilities.callables import parameter_schema

    from flows.collect import backfill_flow, collect_flow, reconcile_flow
    from flows.runs import FLOWS

    done = {}
    async with get_client() as client:
        for code, name in deployment_names(config).items():
            for one in (collect_flow, backfill_flow, reconcile_flow, *FLOWS):
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
