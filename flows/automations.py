"""What Prefect does when something happened: automations, declared here and installed as often as one likes.

They make things sooner and never decide whether they are done: every run they start finds its work in the ledger,
and the schedules start the same runs. One that somebody disabled on Prefect's page stays disabled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flows.parameters import deployment_names, tags_of
from flows.schedules import crons
from pipeline.events import CLOSED, LANDED, MEETING_ENDED, PULL_SCHEDULED, resource
from town.config import Config

AFTER_LANDING = timedelta(seconds=30)
"""A burst of landings is one refresh: the first one fires, the rest of the stretch is ignored, the run comes at its
end. So nothing is left out, and a stream of landings without end cannot put the refresh off for ever."""
COUNTED_AFTER = (timedelta(minutes=30), timedelta(hours=24))
"""Zoom's report of a meeting is there half an hour after its end, and settled a day later."""
SOON = timedelta(minutes=5)


@dataclass(frozen=True)
class Reaction:
    """On `event` of an authority, run the authority's deployment of `flow` after each of the times.

    With `debounces`, further events within the first of them are taken as one.
    """

    authority: str
    title: str
    event: str
    flow: str
    after: tuple[timedelta, ...] = (timedelta(0),)
    debounces: bool = False
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """By which it is known again."""
        return f"{prefix(self.authority)}{self.title}"


def prefix(authority: str) -> str:
    """How the names of an authority's automations begin."""
    return f"kehila {authority}: "


def reactions(config: Config) -> Iterator[Reaction]:
    """What is wanted for a configuration."""
    account = {"account": "{{ event.payload.account }}"}
    for one in config.authority:
        yield Reaction(one.code, "refresh what landed", LANDED, "Refresh", (AFTER_LANDING,), debounces=True)
        yield Reaction(one.code, "push a closed month", CLOSED, "Push")
        if crons(config, one.code):
            yield Reaction(
                one.code, "collect a meeting that ended", MEETING_ENDED, "Collect", COUNTED_AFTER, parameters=account
            )
            yield Reaction(
                one.code, "collect what a webhook told of", PULL_SCHEDULED, "Collect", (SOON,), parameters=account
            )


def automation_of(one: Reaction, deployment_id: Any) -> Any:
    """The automation as Prefect takes it."""
    from prefect.events.actions import RunDeployment
    from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

    return AutomationCore(
        name=one.name,
        description=f"On {one.event}: {one.flow}. Made by `kehila automations apply`.",
        tags=tags_of(one.authority),
        trigger=EventTrigger(
            expect={one.event},
            match={"prefect.resource.id": resource(one.authority)},
            posture=Posture.Reactive,
            threshold=1,
            within=one.after[0] if one.debounces else timedelta(0),
        ),
        actions=[
            RunDeployment(
                source="selected", deployment_id=deployment_id, parameters=one.parameters or None, schedule_after=after
            )
            for after in one.after
        ],
    )


async def apply(config: Config) -> dict[str, str]:
    """Make Prefect's automations those of the configuration; gives name -> made, changed, unchanged, removed or
    `no deployment`. Those of other configurations on the same server are left alone.
    """
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    done: dict[str, str] = {}
    async with get_client() as client:
        wanted, names = list(reactions(config)), deployment_names(config)
        ours = tuple(prefix(one.code) for one in config.authority)
        there: dict[str, list[Any]] = {}
        for found in await client.read_automations():
            if found.name.startswith(ours):
                there.setdefault(found.name, []).append(found)
        for one in wanted:
            try:
                deployment = await client.read_deployment_by_name(f"{one.flow}/{names[one.authority]}")
            except ObjectNotFound:
                done[one.name] = "no deployment"
                continue
            made = automation_of(one, deployment.id)
            same = there.pop(one.name, [])
            for double in same[1:]:
                await client.delete_automation(double.id)
            first = same[0] if same else None
            if first is None:
                await client.create_automation(made)
                done[one.name] = "made"
            elif content(first) == content(made):
                done[one.name] = "unchanged"
            else:
                made.enabled = first.enabled
                await client.update_automation(first.id, made)
                done[one.name] = "changed"
        for name, unwanted in there.items():
            for old in unwanted:
                await client.delete_automation(old.id)
            done[name] = "removed"
    return done


def content(automation: Any) -> Any:
    """What an automation does, without identifiers and without whether it is enabled."""
    return without_ids(
        automation.model_dump(mode="json", include={"name", "description", "tags", "trigger", "actions"})
    )


def without_ids(value: Any) -> Any:
    """A document without its `id`s and with its sets in order."""
    if isinstance(value, dict):
        return {name: without_ids(inner) for name, inner in value.items() if name != "id"}
    if isinstance(value, list):
        found = [without_ids(one) for one in value]
        return sorted(found) if all(isinstance(one, str) for one in found) else found
    return value
