"""When what runs: the calendar of the flows, and the deployments `kehila serve` makes of them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

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
    """What is served: every flow for every authority, three of them on a schedule, and the collecting of its accounts.

    One run collects all streams that declare the same time: a run costs seconds by itself.
    """
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.collect import collect_flow, reconcile_flow
    from flows.runs import FLOWS

    found = []
    served: list[Any] = [*FLOWS]
    for authority in config.authority:
        collecting = [
            Cron(spread(cron, authority.code), timezone=authority.timezone, parameters={"schedule": cron},
                 slug=f"collect-{number}")
            for number, cron in enumerate(crons(config, authority.code))
        ]  # fmt: skip
        for one in [collect_flow, reconcile_flow, *served] if collecting else served:
            when, extra = SCHEDULES.get(one.name, ("", {}))
            schedules = [Cron(when, timezone=authority.timezone, parameters=extra, slug="calendar")] if when else []
            schedules += collecting if one is collect_flow else []
            found.append(
                await one.ato_deployment(
                    authority.code,
                    schedules=schedules,
                    parameters={"config": str(config_path.resolve()), "authority": authority.code},
                    description=one.description,
                    entrypoint_type=EntrypointType.MODULE_PATH,
                )
            )
    return found
