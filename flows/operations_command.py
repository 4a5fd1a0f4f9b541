"""`kehila operations`: the page from which sources, quarantine and months are looked after, until stopped."""

from __future__ import annotations

import click

from flows.cli import Misuse, Session, kehila


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
    from flows.operations.server import OperationsProblem, serve

    def say(text: str) -> None:
        click.echo(f"kehila: {text}", err=True)

    say("user and password of the operations page: keys/operations.auth")
    try:
        serve(session.config_path, session.today, port, say)
    except OperationsProblem as problem:
        raise Misuse(str(problem)) from None
    say("stopped")
