"""Commands of the operation by events: automations, reconcile."""

from __future__ import annotations

import asyncio
import os

import click

from flows.cli import DATA_PROBLEM, Misuse, Problem, Session, emit, json_option, kehila
from flows.collect_commands import source_option
from flows.collect_commands import told as in_words


@kehila.group()
def automations() -> None:
    """What Prefect does when something landed, a meeting ended or a month was closed."""


@automations.command("apply")
@json_option
@click.pass_obj
def apply_automations(session: Session, as_json: bool) -> None:
    """Install them on the Prefect server that PREFECT_API_URL names; as often as you like.

    `kehila serve` does so by itself. With workers of your own: after `prefect deploy --all`.
    """
    from flows.automations import apply
    from flows.config import load

    config = load(session.config_path)
    if not os.environ.get("PREFECT_API_URL"):
        raise Misuse("no Prefect server is configured; set PREFECT_API_URL (and PREFECT_API_AUTH_STRING)")
    try:
        done = asyncio.run(apply(config))
    except Exception as problem:  # noqa: BLE001 (Prefect's own errors quote addresses and headers)
        raise Problem(f"the Prefect server did not take them ({type(problem).__name__}); is it there?") from None
    emit(as_json, {"automations": done}, lambda: [f"{name}: {what}" for name, what in done.items()])
    if "no deployment" in done.values():
        raise SystemExit(DATA_PROBLEM)


@automations.command("list")
@json_option
@click.pass_obj
def list_automations(session: Session, as_json: bool) -> None:
    """Those this configuration wants."""
    from flows.automations import reactions
    from flows.config import load

    rows = [
        {"name": one.name, "event": one.event, "flow": one.flow, "after": [a.total_seconds() for a in one.after]}
        for one in reactions(load(session.config_path))
    ]
    emit(as_json, {"automations": rows}, lambda: [f"{r['name']}: on {r['event']} run {r['flow']}" for r in rows])


@kehila.command()
@source_option
@json_option
@click.pass_obj
def reconcile(session: Session, source: str | None, as_json: bool) -> None:
    """Compare with the services what webhooks brought: pull what they missed, say what cannot be had again.

    \b
    Examples:
      kehila reconcile
      kehila reconcile --source zoom
    Every service is read back as far as webhooks may have missed something. WhatsApp's messages cannot be pulled:
    what was not received is reported as a gap, and the months it lies in are marked.
    """
    from flows.reconciling import reconcile as compare

    done = compare(session.store(quiet=as_json), source)
    lines = [line for one in done.pulled for line in in_words(one)]
    lines += [f"gap: {one}" for one in done.gaps] or ["no gap is open"]
    lines += [f"healed: {one}" for one in done.healed]
    emit(as_json, done.as_json(), lambda: lines)
    if done.gaps or any(one.status != "done" for one in done.pulled):
        raise SystemExit(DATA_PROBLEM)
