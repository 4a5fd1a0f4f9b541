"""What Prefect does when something happened: automations, declared here and installed as often as one likes.

They make things sooner and never decide whether they are done: every run they start finds its work in the ledger,
and the schedules start the same runs. Besides, they close runs of dead workers and send notices. One that somebody
disabled on Prefect's page stays disabled, one that somebody changed or removed there stays so (`flows/kept.py`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flows.kept import Record, was_changed
from flows.parameters import BACKFILL, CHECK, NOTIFY, deployment_names, tags_of
from flows.schedules import crons
from pipeline.events import ACCOUNT, CHECKED, CLOSED, GAP, LANDED, MEETING_ENDED, PULL_SCHEDULED, resource
from town.config import Config

AFTER_LANDING = timedelta(seconds=30)
"""A burst of landings is one refresh: the first one fires, the rest of the stretch is ignored, the run comes at its
end. So nothing is left out, and a stream of landings without end cannot put the refresh off for ever."""
COUNTED_AFTER = (timedelta(minutes=30), timedelta(hours=24))
"""Zoom's report of a meeting is there half an hour after its end, and settled a day later."""
SOON = timedelta(minutes=5)
STANDING, OFTEN = timedelta(hours=12), timedelta(hours=1)
"""What stands is said by every refresh: it is told twice a day and source; what fails, once an hour and deployment."""
DEAD_AFTER = timedelta(minutes=10)
"""A run sends a sign of life every three minutes; three that do not come are none lost on the way."""
ENDS = ("Completed", "Refused", "Doubted", "Failing", "Failed", "Cancelled", "Crashed")
"""What the states are called in which a run is over, ours of `flows/verdicts.py` among them."""
CLOSING, LEFT = "close what a dead worker left", "left as the page has it"
ALL_FLOWS = ("Collect", BACKFILL, "Reconcile", "Import and refresh", "Month", "Close", "Refresh", "Push", CHECK, NOTIFY)


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


@dataclass(frozen=True)
class Notice:
    """On `events` about `labels`, tell `what` to whom `[notify]` names: once in `within` for each value of `each`."""

    what: str
    title: str
    events: frozenset[str]
    labels: dict[str, str | list[str]]
    about: str  # a template over the event
    within: timedelta
    each: frozenset[str]


def notices(authority: str) -> Iterator[Notice]:
    """What is told of an authority, where `[notify]` names an address."""
    of_it: dict[str, str | list[str]] = {"prefect.resource.id": resource(authority)}
    source = frozenset({"kehila.source"})
    for what, title, verdicts in (
        ("refused", "tell what was refused", ["refused", "held"]),
        ("doubted", "tell what is in doubt", ["doubted"]),
    ):
        about = "{{ event.payload.source }} {{ event.payload.codes | tojson }}"
        yield Notice(what, title, frozenset({CHECKED}), {**of_it, "kehila.verdict": verdicts}, about, STANDING, source)
    ends = frozenset({"prefect.flow-run.Failed", "prefect.flow-run.Crashed"})
    about = "{{ event.resource.name }} ({{ event.resource['prefect.state-name'] }})"
    deployment = frozenset({"related:deployment:prefect.resource.id"})
    yield Notice(
        "failed", "tell what failed", ends, {"prefect.resource.id": "prefect.flow-run.*"}, about, OFTEN, deployment
    )
    about = "{{ event.payload.account }} {{ event.payload.kind or event.payload.change }}"
    yield Notice("silent", "tell what fell silent", frozenset({GAP, ACCOUNT}), of_it, about, timedelta(0), frozenset())


def automation_of(one: Reaction, deployment_id: Any) -> Any:
    """A reaction as Prefect takes it."""
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


def notice_of(one: Notice, authority: str, deployment_id: Any, watched: Sequence[str]) -> Any:
    """A notice as Prefect takes it; of runs it looks at those of the `watched` deployments."""
    from prefect.events.actions import RunDeployment
    from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

    of_runs = one.what == "failed"
    return AutomationCore(
        name=f"{prefix(authority)}{one.title}",
        description=f"On {' or '.join(sorted(one.events))}: Notify. Made by `kehila automations apply`.",
        tags=tags_of(authority),
        trigger=EventTrigger(
            expect=set(one.events),
            match=one.labels,
            match_related=by_deployment(watched) if of_runs else {},
            for_each=set(one.each),
            posture=Posture.Reactive,
            threshold=1,
            within=one.within,
        ),
        actions=[
            RunDeployment(
                source="selected", deployment_id=deployment_id, parameters={"what": one.what, "about": one.about}
            )
        ],
    )


def closing_of(authority: str, watched: Sequence[str]) -> Any:
    """What closes a run of the `watched` deployments whose process is heard no more."""
    from prefect.client.schemas.objects import StateType
    from prefect.events.actions import ChangeFlowRunState
    from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

    beat = "prefect.flow-run.heartbeat"
    ends = {f"prefect.flow-run.{end}" for end in ENDS}
    return AutomationCore(
        name=f"{prefix(authority)}{CLOSING}",
        description="A run that sends no sign of life is closed. Made by `kehila automations apply`.",
        tags=tags_of(authority),
        trigger=EventTrigger(
            after={beat},
            expect={beat, *ends},
            match={"prefect.resource.id": "prefect.flow-run.*"},
            match_related=by_deployment(watched),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=DEAD_AFTER,
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message="its worker was heard no more", force=True)],
    )


def by_deployment(identities: Sequence[str]) -> dict[str, str | list[str]]:
    """Runs of these deployments."""
    return {
        "prefect.resource.role": "deployment",
        "prefect.resource.id": [f"prefect.deployment.{one}" for one in identities],
    }


async def wanted_by(client: Any, config: Config, *, has_workers: bool) -> dict[str, Any]:
    """Name -> automation as Prefect takes it; None where the deployment it needs is not there."""
    from prefect.exceptions import ObjectNotFound

    names, found = deployment_names(config), {}
    known: dict[str, dict[str, Any]] = {one.code: {} for one in config.authority}
    for code, flow in ((code, flow) for code in known for flow in ALL_FLOWS):
        with contextlib.suppress(ObjectNotFound):
            known[code][flow] = (await client.read_deployment_by_name(f"{flow}/{names[code]}")).id
    for one in reactions(config):
        identity = known[one.authority].get(one.flow)
        found[one.name] = automation_of(one, identity) if identity else None
    for code, there in known.items():
        watched = sorted(str(identity) for flow, identity in there.items() if flow != NOTIFY)
        if has_workers and watched:
            found[f"{prefix(code)}{CLOSING}"] = closing_of(code, watched)
        for notice in notices(code) if config.notify.is_given else ():
            tell = there.get(NOTIFY)
            found[f"{prefix(code)}{notice.title}"] = notice_of(notice, code, tell, watched) if tell else None
    return found


async def apply(config: Config, *, has_workers: bool = False) -> dict[str, str]:
    """Make Prefect's automations those of the configuration; gives name -> made, changed, unchanged, removed,
    `left as the page has it` or `no deployment`. Those of other configurations on the same server are left alone.

    `has_workers`: runs are in processes that nobody here sees die, so that something has to notice.
    """
    from prefect.client.orchestration import get_client

    done: dict[str, str] = {}
    record = Record.read(config.base)
    before, record.automations = record.automations, {}
    async with get_client() as client:
        ours = tuple(prefix(one.code) for one in config.authority)
        there: dict[str, list[Any]] = {}
        for found in await client.read_automations():
            if found.name.startswith(ours):
                there.setdefault(found.name, []).append(found)
        for name, made in (await wanted_by(client, config, has_workers=has_workers)).items():
            same = there.pop(name, [])
            for double in same[1:]:
                await client.delete_automation(double.id)
            first = same[0] if same else None
            if made is None:
                if first is not None:
                    await client.delete_automation(first.id)
                done[name] = "no deployment"
                continue
            record.automations[name] = digest(made)
            if first is not None and content(first) == content(made):
                done[name] = "unchanged"
            elif was_changed(before.get(name), digest(first) if first else None, digest(made)):
                done[name] = LEFT
            elif first is None:
                await client.create_automation(made)
                done[name] = "made"
            else:
                made.enabled = first.enabled
                await client.update_automation(first.id, made)
                done[name] = "changed"
        for name, unwanted in there.items():
            for old in unwanted:
                await client.delete_automation(old.id)
            done[name] = "removed"
    record.write(config.base)
    return done


def digest(automation: Any) -> str:
    """What an automation does, as it is written down."""
    return hashlib.sha256(json.dumps(content(automation), sort_keys=True).encode()).hexdigest()


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
