"""`kehila drain`: what webhooks brought, from the inbox into facts and indicators."""

from __future__ import annotations

import signal
from threading import Event

import click

from flows.cli import DATA_PROBLEM, Misuse, Problem, Session, emit, json_option, kehila


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
    from flows.config import load
    from flows.draining import Drainer
    from flows.events import drained
    from warehouse.inbox import InboxDamaged

    if watch and as_json:
        raise Misuse("--json goes with a single round; leave out --watch")
    drainer = Drainer(load(session.config_path), today=session.today, on_landed=drained)
    if watch:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())

        def say(text: str) -> None:
            click.echo(f"kehila: {text}", err=True)

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
