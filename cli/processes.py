"""Commands that stay until they are stopped, and what belongs to a served town."""

from __future__ import annotations

import asyncio
import os
import signal
from threading import Event
from typing import TYPE_CHECKING

import click

from cli.answers import Answer, answering
from cli.session import Misuse, Problem, Session, invoked
from town.log import say, stay_as

if TYPE_CHECKING:
    from town.config import Config


@click.command()
@click.option("--host", help="Address to listen on; 127.0.0.1 unless kehila.toml says otherwise.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port to listen on; 8010 unless kehila.toml says otherwise."
)
@click.pass_obj
def receive(session: Session, host: str | None, port: int | None) -> None:
    """Receive webhooks of Zoom, Meta and Mailchimp.

    Each one is kept durably before it is answered.

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

    config = session.config()
    stay_as("receiver")
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


@click.command()
@click.option("--watch", is_flag=True, help="Stay, and do it within seconds of each webhook.")
@click.option("--past-damage", is_flag=True, help="Go on without entries of the inbox that are damaged or gone.")
@answering
def drain(session: Session, watch: bool, past_damage: bool) -> Answer:
    """Land what `kehila receive` took in; refresh what it touches.

    \b
    Examples:
      kehila drain
      kehila drain --watch
    What is landed is destroyed in inbox/, with its keys. What cannot be read goes to `kehila quarantine list`.
    """
    from pipeline.events import landed
    from pipeline.land.drain import Drainer
    from warehouse.inbox import InboxDamaged

    if watch and session.is_quiet:
        raise Misuse("--json goes with a single round; leave out --watch")
    drainer = Drainer(session.config(), today=session.today, on_landed=landed)
    if watch:
        stay_as("drainer")
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())

        drainer.watch(stop, say)
        drainer.drain()  # what was acknowledged until now; its facts follow at the next start
        say("stopped; what is not landed yet waits in the inbox")
        return Answer({}, list)
    passed = drainer.pass_damage() if past_damage else []
    try:
        done = drainer.once()
    except InboxDamaged as problem:
        raise Problem(str(problem)) from None
    data = done.as_json() | ({"passed_by": passed} if passed else {})
    rows = ", ".join(f"{name} {count:,}" for name, count in data["landed"].items()) or "nothing"
    lines = [f"landed: {rows}; {data['seen_before']} events seen before"]
    lines += [
        f"{code}: {one['cells_written']:,} cells of {len(one['recomputed'])} indicators"
        for code, one in data["refreshed"].items()
    ]
    lines += [f"{one}: gone on without it" for one in passed]
    if data["quarantined"]:
        lines.append(f"{data['quarantined']} records put aside: kehila quarantine list")
    if data["held_back"]:
        lines.append(f"{data['held_back']} events could not be read and are tried again by the next drains")
    return Answer(data, lambda: lines, bool(data["quarantined"] or data["held_back"]))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of Prefect's page and API.")
@click.option("--port", default=4200, show_default=True, type=click.IntRange(1, 65535), help="Its port.")
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
@answering
def serve(session: Session, host: str, port: int, database: str, operations_port: int, status: bool) -> Answer:
    """All of it by itself: schedules, webhooks, drop folder.

    Runs the schedules, takes webhooks, drains them and watches the drop folder, with Prefect's page to look at.

    \b
    Examples:
      kehila serve
      kehila serve --port 4300
      kehila serve --status
    User and password of the page are in keys/prefect.auth beside kehila.toml.
    """
    from flows.serve.prefect_server import ServeProblem, is_loopback
    from flows.serve.serve import serve as serve_until_stopped
    from town.store import bring_up
    from warehouse.patience import INTERACTIVE, be_patient

    config = session.config()
    if status:
        return parts_status(session, config)
    stay_as("serve")
    be_patient(invoked(), INTERACTIVE, say)
    bring_up(config)  # before its parts, of which some only read
    say("user and password of Prefect's page: keys/prefect.auth")
    if not is_loopback(host):
        say("other machines can reach the page without encryption; put a proxy that speaks HTTPS in front of it")
    try:
        serve_until_stopped(config, session.config_path, host, port, database, operations_port, say)
    except ServeProblem as problem:
        raise Misuse(str(problem)) from None
    say("stopped; nothing half-done is kept")
    return Answer({}, list)


def parts_status(session: Session, config: Config) -> Answer:
    """How the parts of the one that runs here stand, and each town's sources; a problem when one is not well."""
    from cli.check import sentence
    from flows.serve.serve import status
    from pipeline.upkeep.health import conditions

    is_running, rows = status(config.base)
    is_well = is_running and all(row["state"] == "running" and row["well"] is not False for row in rows)
    lines = ["`kehila serve` does not run here"] if not is_running else []
    for row in rows:
        words = "" if row["well"] is None else ", answers" if row["well"] else ", does not answer well"
        again = f", started again {row['restarts']} times lately" if row["restarts"] else ""
        waits = row["told"].get("inbox_depth") if isinstance(row["told"], dict) else None
        depth = f", {waits} events wait" if waits is not None else ""
        lines.append(f"{row['name']:<12} {row['state']}{words}{depth}{again}")
    towns = {}
    for one in config.authority:
        store = session.store_of(one.code)
        found = conditions(store)
        towns[one.code] = [{**each.as_json(), "reason": sentence(store, each, "en")} for each in found]
        lines += [f"{one.label}: {each.level} {sentence(store, each, 'en')}" for each in found]
        is_well &= all(each.level != "fail" for each in found)
    data = {"running": is_running, "well": is_well, "parts": rows, "towns": towns}
    return Answer(data, lambda: lines, not is_well)


@click.command()
@click.option("--port", default=8020, show_default=True, type=click.IntRange(0, 65535), help="Port on 127.0.0.1.")
@click.pass_obj
def operations(session: Session, port: int) -> None:
    """Serve the operations page, and buttons to set things right.

    It shows sources, quarantine, months and gaps.

    \b
    Examples:
      kehila operations
      kehila operations --port 8021
      ssh -L 8020:127.0.0.1:8020 kehila-machine     then open http://127.0.0.1:8020 at your own desk
    Only this machine can reach it. User and password are in keys/operations.auth beside kehila.toml, made on the
    first start. The page shows codes, counts and places, and nothing personal (docs/operations.md).
    """
    from operations.server import OperationsProblem, serve

    stay_as("operations")
    say("user and password of the operations page: keys/operations.auth")
    try:
        serve(session.config_path, session.today, port, say)
    except OperationsProblem as problem:
        raise Misuse(str(problem)) from None
    say("stopped")


@click.group()
def automations() -> None:
    """What Prefect does by itself when something happened.

    That is when something landed, a meeting ended or a month was closed.

    \b
    Example:
      kehila automations list
    """


@automations.command("apply")
@answering
def apply_automations(session: Session) -> Answer:
    """Install them on the Prefect server.

    PREFECT_API_URL names it; again as often as you like. Deployments get the forms they have under `kehila serve`.

    \b
    Example:
      kehila automations apply
    `kehila serve` does so by itself. With workers of your own: after `prefect deploy --all`.
    """
    from flows.automations import apply
    from flows.schedules import fit_forms, set_times

    config = session.config()
    if not os.environ.get("PREFECT_API_URL"):
        raise Misuse("no Prefect server is configured; set PREFECT_API_URL (and PREFECT_API_AUTH_STRING)")
    try:
        done, forms = asyncio.run(apply(config, has_workers=True)), asyncio.run(fit_forms(config))
        times = asyncio.run(set_times(config))
    except Exception as problem:  # noqa: BLE001 (Prefect's own errors quote addresses and headers)
        raise Problem(f"the Prefect server did not take them ({type(problem).__name__}); is it there?") from None
    lines = [f"{name}: {what}" for name, what in done.items()]
    lines += [f"form of {name}: {what}" for name, what in forms.items()]
    lines += times
    return Answer(
        {"automations": done, "forms": forms, "times": times}, lambda: lines, "no deployment" in done.values()
    )


@automations.command("list")
@answering
def list_automations(session: Session) -> Answer:
    """Those this configuration wants.

    \b
    Example:
      kehila automations list
    """
    from flows.automations import notices, prefix, reactions

    config = session.config()
    rows = [
        {"name": one.name, "event": one.event, "flow": one.flow, "after": [a.total_seconds() for a in one.after]}
        for one in reactions(config)
    ]
    for authority in config.authority if config.notify.is_given else ():
        rows += [
            {
                "name": f"{prefix(authority.code)}{one.title}",
                "event": " or ".join(sorted(one.events)),
                "flow": "Notify",
                "after": [0.0],
            }
            for one in notices(authority.code)
        ]
    return Answer({"automations": rows}, lambda: [f"{r['name']}: on {r['event']} run {r['flow']}" for r in rows])
