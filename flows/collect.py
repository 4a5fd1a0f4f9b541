"""The flows that pull: the plain function, with a task for each stream, so that it is seen which one failed.

Beside that they add what only a Prefect server can give: being run again when a service named the time, and being
tried again by hand, for what failed alone. `kehila collect` and `kehila backfill` pull the same without any of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from prefect import flow, get_run_logger, runtime
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate
from prefect.concurrency.sync import concurrency
from prefect.context import FlowRunContext
from prefect.deployments import run_deployment
from prefect.states import Completed, Failed

from flows.parameters import ALL, BACKFILL, ENDS, called, only
from flows.runs import OurError, RunLog, StepFailed, in_plain_words, refreshed_in, running
from flows.verdicts import verdict_of
from pipeline.collect.collect import collect
from pipeline.collect.manner import GoingOn
from pipeline.collect.pull import Pulled
from pipeline.collect.reconcile import RECENT, acknowledge_pulls, reconcile
from pipeline.events import landed
from texts import error
from texts.values import gap
from town.store import TownStore
from warehouse.accounts import AccountRef, StreamRef
from warehouse.ledger import now

TRIES = 4
"""How often a service may name a later time before the next night is waited for."""
STALE_AFTER_SECONDS = 5.0
"""Who holds the account's lock waits so long for its place on Prefect's page, which nobody can rightly have."""


class Tasks(GoingOn):
    """A task for each stream: its name, log, tags, and how it ended."""

    def __init__(self, log: RunLog, store: TownStore) -> None:
        super().__init__(store)
        self.log = log
        self._places: set[str] = set()

    def planned(self, streams: Sequence[StreamRef], left_alone: Sequence[StreamRef]) -> None:
        """Say how much there is to do."""
        self.log.planned += len(streams)
        get_run_logger().info("%d streams of %d accounts", len(streams), len({one.account for one in streams}))
        self.log.lines += [f"- {one}: left alone, read well since this run began" for one in left_alone]

    def closed(self, account: AccountRef, problem: Exception) -> None:
        """A task that failed stands for the account; one that is only pushed to is no failure."""
        super().closed(account, problem)
        told = str(in_plain_words(problem, self.log.config))
        if account in self.sending:
            self.log.lines.append(f"- {account}: not pulled, it sends by itself ({told})")
            return
        self.log.planned += 1
        self.log.lines.append(f"- {account}: {told}")
        self._task(account, str(account), lambda: Failed(message=told))

    def stream(self, ref: StreamRef, pull: Callable[[], Pulled]) -> Pulled:
        """Pull in a task that fails when the stream did, and when an error of ours was met: the others go on."""
        found: list[Pulled] = []

        def work() -> Any:
            logger = get_run_logger()
            with said_by(self.store, logger.info):
                one = pull()
            found[:] = [one]
            told = line_of(one).removeprefix("- ")
            if one.status == "done":
                logger.info(told)
                return None
            if one.retry_at is None:
                return Failed(message=told)
            logger.warning(told)
            # What the service named a time for is no failure yet: it is pulled again by itself.
            return Completed(name="Postponed", message=told)

        try:
            self._task(ref.account, str(ref), work)
        except OurError as problem:
            found[:] = [Pulled(ref, "failed", code="internal_error", arguments={"where": problem.where})]
        self.log.lines.append(line_of(found[0]))
        return found[0]

    def _task(self, account: AccountRef, name: str, work: Callable[[], Any]) -> None:
        code = self.store.authority.code
        tags = [f"source:{account.source}", f"account:{account}", f"town:{code}"]
        self.log.step(f"{name} · {self.store.authority.name}", work, tags)

    @contextmanager
    def holding(self, account: AccountRef) -> Iterator[None]:
        """Show on Prefect's page who reads the account. The lock decides that, so what stands there else is stale."""
        name = limit_name(self.store.authority.code, account)
        if name not in self._places:
            with get_client(sync_client=True) as client:
                client.upsert_global_concurrency_limit_by_name(name, 1)
            self._places.add(name)
        with ExitStack() as held:
            try:
                held.enter_context(concurrency(name, strict=True, timeout_seconds=STALE_AFTER_SECONDS))
            except TimeoutError:
                # A server that was killed forgot to whom it had given the place, and would never take it back.
                with get_client(sync_client=True) as client:
                    client.update_global_concurrency_limit(name, GlobalConcurrencyLimitUpdate(active_slots=0))
            yield


def limit_name(authority: str, account: AccountRef) -> str:
    """The name under which Prefect's page shows that an account is being read."""
    return re.sub(r"[^A-Za-z0-9_.-]", "-", f"kehila-{authority}-{account.source}-{account.name}")


@contextmanager
def said_by(store: TownStore, say: Callable[[str], None]) -> Iterator[None]:
    """What the store's steps say of themselves meanwhile goes to `say`."""
    before, store.progress = store.progress, say
    try:
        yield
    finally:
        store.progress = before


def tried_since() -> datetime | None:
    """When this run began, if somebody has it tried again; None the first time."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    return run.start_time if run is not None and run.run_count > 1 else None


@flow(name="Collect", flow_run_name=called("Collect"), **ENDS)
def collect_flow(config: str, authority: str, account: str = ALL, schedule: str = "", attempt: int = 1) -> Any:
    """Pull what is new from the services: all accounts or one. Tried again, it pulls what was not read well."""
    with running("Collect", config, authority, 0) as (log, store):
        began, tasks = tried_since(), Tasks(log, store)
        done = collect(store, only(account), schedule=schedule, unread_since=began, manner=tasks)
        acknowledge_pulls(store, done, began or log.began)
        return outcome(tasks, done, {"config": config, "authority": authority}, attempt)


@flow(name=BACKFILL, flow_run_name=called(BACKFILL), persist_result=False)
def backfill_flow(
    config: str, authority: str, since: date, until: date | None = None, account: str = ALL, attempt: int = 1
) -> Any:
    """Read a stretch of time again. Stopped, the same dates go on where it was, here or by `kehila backfill`."""
    with running(BACKFILL, config, authority, 0) as (log, store):
        if until is not None and until <= since:
            raise StepFailed(f"the day after the last, {until}, must be after the first, {since}")
        first, last = (datetime.combine(day, time(), UTC) if day else None for day in (since, until))
        tasks = Tasks(log, store)
        done = collect(store, only(account), since=first, until=last, manner=tasks)
        # Facts are brought up to date by what answers this, or by the night; of which months, they find by themselves.
        landed(authority, [one.ref.stream for one in done if one.records])
        same = {"config": config, "authority": authority, "since": str(since), "until": str(until) if until else None}
        return outcome(tasks, done, same, attempt)


@flow(name="Reconcile", flow_run_name=called("Reconcile"), **ENDS)
def reconcile_flow(config: str, authority: str) -> Any:
    """Pull what was not read tonight, say where something was not heard, and bring facts up to date."""
    with running("Reconcile", config, authority, 0) as (log, store):
        tasks = Tasks(log, store)
        done = reconcile(store, unless_since=now() - RECENT, manner=tasks)
        refreshed_in(log, done.refreshed)
        zone = ZoneInfo(store.authority.timezone)
        for one in done.gaps:
            known = gap(one.kind, "en", zone, one.since, one.until, expected=one.expected, heard=one.heard)
            log.lines.append(f"- gap: {one.account}: {known}")
        failed = needing_a_look(tasks, done.pulled)
        return verdict_of(done.refreshed) if failed is None else failed


def outcome(tasks: Tasks, done: Sequence[Pulled], parameters: dict[str, Any], attempt: int) -> Any:
    """How a run that pulled ends: failed, naming what needs a look; or when accounts are pulled again; or None."""
    waiting: dict[AccountRef, datetime] = {}
    for one in done:
        if one.retry_at is not None:
            mine = one.ref.account
            waiting[mine] = max(one.retry_at, waiting.get(mine, one.retry_at))
    again = [again_at(mine, at, parameters, attempt) for mine, at in waiting.items()]
    tasks.log.lines += again
    if (failed := needing_a_look(tasks, done)) is not None:
        return failed
    return Completed(message="; ".join(one.removeprefix("- ") for one in again)) if again else None


def needing_a_look(tasks: Tasks, done: Sequence[Pulled]) -> Any:
    """The state of a run some of whose accounts failed, naming them; None where all went well or is pulled again."""
    odd: dict[str, list[str]] = {}
    for one in done:
        if one.status != "done" and one.retry_at is None:
            odd.setdefault(f"{one.ref.account} [{one.code}]", []).append(one.ref.stream)
    names = [*map(str, tasks.unopened), *(f"{account}: {', '.join(streams)}" for account, streams in odd.items())]
    if not names:
        return None
    return Failed(message=f"{'; '.join(names)}; what to do stands in their logs and in `kehila freshness`")


def line_of(one: Pulled) -> str:
    """A stream in the report: names and counts, and the remedy."""
    if one.status == "done":
        return f"- {one.ref}: {one.records} records, {one.report.calls} calls"
    return f"- {one.ref}: {one.status} [{one.code}] {error(one.code, 'en', **one.arguments)}"


def again_at(account: AccountRef, at: datetime, parameters: dict[str, Any], attempt: int) -> str:
    """Have an account pulled again when its service said; gives the line that tells it."""
    deployment = runtime.deployment.id
    if attempt >= TRIES or not deployment:
        return f"- {account} asked for patience until {at:%Y-%m-%d %H:%M} UTC; the next night pulls it"
    run_deployment(
        deployment,
        parameters={**parameters, "account": str(account), "attempt": attempt + 1},
        scheduled_time=at,
        timeout=0,
        as_subflow=False,
        idempotency_key=f"{deployment} {account} {at.isoformat()}",
    )
    return f"- {account} asked for patience; it is pulled again at {at:%Y-%m-%d %H:%M} UTC"
