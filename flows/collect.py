"""The flow `Collect`: the plain function with what only a Prefect server can give.

That is limits that all workers share (one pull of an account at a time, a service's calls a minute), and being
run again when a service named the time. `kehila collect` pulls the same without any of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from prefect import flow, runtime
from prefect.client.orchestration import get_client
from prefect.concurrency.sync import concurrency, rate_limit
from prefect.deployments import run_deployment
from prefect.states import Completed

from collectors.service import Source
from flows.runs import StepFailed, TryAgain, running
from pipeline.collect.collect import collect
from pipeline.collect.pull import Pulled
from pipeline.collect.reconcile import RECENT, acknowledge_pulls, reconcile
from texts import error
from texts.values import gap
from warehouse.accounts import AccountRef
from warehouse.ledger import now

TRIES = 4
"""How often a service may name a later time before the next night is waited for."""
MAX_WAIT_SECONDS = 3600.0


def limit_name(account: AccountRef) -> str:
    """The name of the limit an account's pulls share."""
    return re.sub(r"[^A-Za-z0-9_.-]", "-", f"kehila-{account.source}-{account.name}")


class Limits:
    """The limits of accounts on the Prefect server, made when they are first needed."""

    def __init__(self) -> None:
        self._made: set[str] = set()

    @contextmanager
    def __call__(self, source: Source, pulled: Pulled) -> Iterator[None]:
        """Hold the account's only slot during a pull, then wait until its calls are paid for."""
        name, a_minute = limit_name(pulled.ref.account), source.calls_per_minute
        if name not in self._made:
            with get_client(sync_client=True) as client:
                client.upsert_global_concurrency_limit_by_name(name, 1)
                if a_minute:
                    client.upsert_global_concurrency_limit_by_name(f"{name}-calls", a_minute, a_minute / 60)
            self._made.add(name)
        before = pulled.report.calls
        try:
            with concurrency(name, strict=True, timeout_seconds=MAX_WAIT_SECONDS):
                yield
        except TimeoutError:
            raise TryAgain(f"another run has pulled {pulled.ref.account} for an hour") from None
        calls = pulled.report.calls - before
        if a_minute and calls:
            rate_limit(f"{name}-calls", occupy=min(calls, a_minute), strict=True)


@flow(name="Collect", flow_run_name="Collect {authority}", persist_result=False)
def collect_flow(config: str, authority: str, schedule: str = "", account: str = "", attempt: int = 1) -> Any:
    """Pull what is new from the services: all streams, those of a cron line, or one account (SOURCE.ACCOUNT)."""
    with running("Collect", config, authority, 1) as (log, store):
        limits, started = Limits(), now()
        done = log.step("Pull", lambda: collect(store, account or None, schedule=schedule, guard=limits))
        acknowledge_pulls(store, done, started)
        log.lines += [line_of(one) for one in done]
        waiting: dict[AccountRef, datetime] = {}
        for one in done:
            if one.retry_at is not None:
                mine = one.ref.account
                waiting[mine] = max(one.retry_at, waiting.get(mine, one.retry_at))
        again = [
            again_at(mine, at, {"config": config, "authority": authority}, attempt) for mine, at in waiting.items()
        ]
        log.lines += again
        odd = [one for one in done if one.status != "done" and one.retry_at is None]
        if odd:
            names = ", ".join(f"{one.ref} [{one.code}]" for one in odd)
            raise StepFailed(f"{len(odd)} of {len(done)} streams need a look: {names}; see `kehila freshness`")
    return Completed(message="; ".join(one.removeprefix("- ") for one in again)) if again else None


@flow(name="Reconcile", flow_run_name="Reconcile {authority}", persist_result=False)
def reconcile_flow(config: str, authority: str) -> None:
    """Pull what was not read tonight, say where something was not heard, and bring facts up to date."""
    with running("Reconcile", config, authority, 1) as (log, store):
        limits, since = Limits(), now() - RECENT
        done = log.step("Reconcile", lambda: reconcile(store, unless_since=since, guard=limits))
        log.refreshed = done.refreshed
        log.lines += [line_of(one) for one in done.pulled]
        zone = ZoneInfo(store.authority.timezone)
        for one in done.gaps:
            known = gap(one.kind, "en", zone, one.since, one.until, expected=one.expected, heard=one.heard)
            log.lines.append(f"- gap: {one.account}: {known}")


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
