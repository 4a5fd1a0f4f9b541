"""`kehila serve`: the schedules and the watched drop folder, until stopped."""

from __future__ import annotations

import click

from flows.cli import Misuse, Session, kehila


@kehila.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of Prefect's page and API.")
@click.option("--port", default=4200, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--database",
    default="",
    envvar="KEHILA_PREFECT_DATABASE",
    help="PostgreSQL for Prefect, by reference: file:PATH or env:NAME holding postgresql://user@host/database.",
)
@click.pass_obj
def serve(session: Session, host: str, port: int, database: str) -> None:
    """Run the schedules and watch the drop folder, with Prefect's page to look at.

    \b
    Examples:
      kehila serve
      kehila serve --port 4300
    User and password of the page are in keys/prefect.auth beside kehila.toml.
    """
    from flows.config import load
    from flows.serving import ServeProblem, is_loopback
    from flows.serving import serve as serve_until_stopped

    config = load(session.config_path)

    def say(text: str) -> None:
        click.echo(f"kehila: {text}", err=True)

    say("user and password of Prefect's page: keys/prefect.auth")
    if not is_loopback(host):
        say("other machines can reach the page without encryption; put a proxy that speaks HTTPS in front of it")
    try:
        serve_until_stopped(config, session.config_path, host, port, database, say)
    except ServeProblem as problem:
        raise Misuse(str(problem)) from None
    say("stopped; nothing half-done is kept")
