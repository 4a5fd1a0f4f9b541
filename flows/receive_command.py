"""`kehila receive`: webhooks into the inbox, until stopped."""

from __future__ import annotations

import click

from flows.cli import Misuse, Session, kehila


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
    from flows.config import load
    from flows.receiving.server import ReceiveProblem
    from flows.receiving.server import receive as receive_until_stopped
    from warehouse.inbox_writer import InboxTaken

    config = load(session.config_path)

    def say(text: str) -> None:
        click.echo(f"kehila: {text}", err=True)

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
