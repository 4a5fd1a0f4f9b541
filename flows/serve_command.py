"""`kehila serve`: the schedules and the watched drop folder, until stopped."""

from __future__ import annotations

from pathlib import Path

import click

from flows.cli import DATA_PROBLEM, Misuse, Session, emit, json_option, kehila


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
    from flows.config import load
    from flows.prefect_server import ServeProblem, is_loopback
    from flows.serving import serve as serve_until_stopped

    config = load(session.config_path)
    if status:
        _tell_status(config.base, as_json)
        return

    def say(text: str) -> None:
        click.echo(f"kehila: {text}", err=True)

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
    from flows.serving import status

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
