"""Commands that stay until they are stopped, and what belongs to a served town."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from threading import Event

import click

from cli.services import source_option
from cli.services import told as in_words
from cli.session import Misuse, Problem, Session, emit, json_option, kehila
from town.config import load
from town.faults import DATA_PROBLEM


def say(text: str) -> None:
    """One line about a process that stays, on standard error."""
    click.echo(f"kehila: {text}", err=True)


@kehila.command()
@click.option("--host", help="Address to listen on; 127.0.0.1 unless kehila.toml says otherwise.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port to listen on; 8010 unless kehila.toml says otherwise."
)
@click.pass_obj
def receive(session: Session, host: str | None, port: int | None) -> None:
    """Receive webhooks of Zoom, Meta and Mailchimp, and keep each one durably before answering it.

    \b
    Examples:
      kehila receive
      kehila receive --port 8020
      curl http://127.0.0.1:8010/healthz
    It answers /hooks/zoom, /hooks/meta, /hooks/mailchimp/SECRET and /healthz. Senders demand HTTPS: put a proxy
    in front (docs/receiving.md). What has arrived waits in inbox/, encrypted, for the next run.
    """
    from receiver.server import ReceiveProblem
    from receiver.server import receive as receive_until_stopped
    from warehouse.inbox_writer import InboxTaken

    config = load(session.config_path)

    try:
        receive_until_stopped(
            config,
            host if host is not None else config.receive.host,
            port if port is not None else config.receive.port,
            say,
        )
    except (ReceiveProblem, InboxTaken) as problem:
        raise Misuse(str(problem)) from None
    say("stopped; what was accepted is in the inbox")


@kehila.command()
@click.option("--watch", is_flag=True, help="Stay, and do it within seconds of each webhook.")
@json_option
@click.pass_obj
def drain(session: Session, watch: bool, as_json: bool) -> None:
    """Land what `kehila receive` has taken in, once each, and bring the indicators it touches up to date.

    \b
    Examples:
      kehila drain
      kehila drain --watch
    What is landed is destroyed in inbox/, with its keys. What cannot be read goes to `kehila quarantine list`.
    """
    from pipeline.events import landed
    from pipeline.land.drain import Drainer
    from warehouse.inbox import InboxDamaged

    if watch and as_json:
        raise Misuse("--json goes with a single round; leave out --watch")
    drainer = Drainer(load(session.config_path), today=session.today, on_landed=landed)
    if watch:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())

        drainer.watch(stop, say)
        drainer.drain()  # what was acknowledged until now; its facts follow at the next start
        say("stopped; what is not landed yet waits in the inbox")
        return
    try:
        done = drainer.once()
    except InboxDamaged as problem:
        raise Problem(str(problem)) from None
    data = done.as_json()
    rows = ", ".join(f"{name} {count:,}" for name, count in data["landed"].items()) or "nothing"
    lines = [f"landed: {rows}; {data['seen_before']} events seen before"]
    lines += [
        f"{code}: {one['cells_written']:,} cells of {len(one['recomputed'])} indicators"
        for code, one in data["refreshed"].items()
    ]
    if data["quarantined"]:
        lines.append(f"{data['quarantined']} records put aside: kehila quarantine list")
    if data["held_back"]:
        lines.append(f"{data['held_back']} events could not be read and are tried again by the next drains")
    emit(as_json, data, lambda: lines)
    if data["quarantined"] or data["held_back"]:
        raise SystemExit(DATA_PROBLEM)


@kehila.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of Prefect's page and API.")
@click.option("--port", default=4200, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--database",
    default="",
    envvar="KEHILA_PREFECT_DATABASE",
    help="PostgreSQL for Prefect, by reference: file:PATH or env:NAME holding postgresql://user@host/database.",
)
@click.option(
    "--operations-port",
    default=8020,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port of the operations page on 127.0.0.1; 0: no page.",
)
@click.option("--status", is_flag=True, help="Say how the parts of the one that runs here stand, and end.")
@json_option
@click.pass_obj
def serve(
    session: Session, host: str, port: int, database: str, operations_port: int, status: bool, as_json: bool
) -> None:
    """Run the schedules, take webhooks, drain them and watch the drop folder, with Prefect's page to look at.

    \b
    Examples:
      kehila serve
      kehila serve --port 4300
      kehila serve --status
    User and password of the page are in keys/prefect.auth beside kehila.toml.
    """
    from flows.serve.prefect_server import ServeProblem, is_loopback
    from flows.serve.serve import serve as serve_until_stopped

    config = load(session.config_path)
    if status:
        _tell_status(config.base, as_json)
        return

    say("user and password of Prefect's page: keys/prefect.auth")
    if not is_loopback(host):
        say("other machines can reach the page without encryption; put a proxy that speaks HTTPS in front of it")
    try:
        serve_until_stopped(config, session.config_path, host, port, database, operations_port, say)
    except ServeProblem as problem:
        raise Misuse(str(problem)) from None
    say("stopped; nothing half-done is kept")


def _tell_status(base: Path, as_json: bool) -> None:
    """Print how things stand; exit 1 when something is not well."""
    from flows.serve.serve import status

    is_running, rows = status(base)
    is_well = is_running and all(row["state"] == "running" and row["well"] is not False for row in rows)
    lines = ["`kehila serve` does not run here"] if not is_running else []
    for row in rows:
        words = "" if row["well"] is None else ", answers" if row["well"] else ", does not answer well"
        again = f", started again {row['restarts']} times lately" if row["restarts"] else ""
        waits = row["told"].get("inbox_depth") if isinstance(row["told"], dict) else None
        depth = f", {waits} events wait" if waits is not None else ""
        lines.append(f"{row['name']:<12} {row['state']}{words}{depth}{again}")
    emit(as_json, {"running": is_running, "well": is_well, "parts": rows}, lambda: lines)
    if not is_well:
        raise SystemExit(DATA_PROBLEM)


@kehila.command()
@click.option("--port", default=8020, show_default=True, type=click.IntRange(0, 65535), help="Port on 127.0.0.1.")
@click.pass_obj
def operations(session: Session, port: int) -> None:
    """Serve the operations page: sources, quarantine, months and gaps, and buttons to set them right.

    \b
    Examples:
      kehila operations
      kehila operations --port 8021
      ssh -L 8020:127.0.0.1:8020 kehila-machine     then open http://127.0.0.1:8020 at your own desk
    Only this machine can reach it. User and password are in keys/operations.auth beside kehila.toml, made on the
    first start. The page shows codes, counts and places, and nothing personal (docs/operations.md).
    """
    from operations.server import OperationsProblem, serve

    say("user and password of the operations page: keys/operations.auth")
    try:
        serve(session.config_path, session.today, port, say)
    except OperationsProblem as problem:
        raise Misuse(str(problem)) from None
    say("stopped")


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
    from pipeline.collect.reconcile import reconcile as compare

    done = compare(session.store(quiet=as_json), source)
    lines = [line for one in done.pulled for line in in_words(one)]
    lines += [f"gap: {one}" for one in done.gaps] or ["no gap is open"]
    lines += [f"healed: {one}" for one in done.healed]
    emit(as_json, done.as_json(), lambda: lines)
    if done.gaps or any(one.status != "done" for one in done.pulled):
        raise SystemExit(DATA_PROBLEM)
