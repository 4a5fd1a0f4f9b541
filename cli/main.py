"""The entry point `kehila`: loads the commands, runs one, and turns errors into one line and a stable exit code."""

from __future__ import annotations

import io
import os
import sys

import click

from cli.session import kehila
from town.faults import DATA_PROBLEM, describe

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}


def commands() -> click.Group:
    """The group with all commands, which register themselves when their modules are loaded."""
    from cli import demo, docs, files, months, processes, services  # noqa: F401

    return kehila


def main() -> None:
    """Run the command that was asked for. No traceback reaches a user."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a file name need not be UTF-8, nor a terminal know Hebrew
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        try:
            # Loading takes a moment, in which somebody may press Ctrl-C already.
            commands().main(standalone_mode=False)
        finally:
            if "pipeline.events" in sys.modules:
                sys.modules["pipeline.events"].finish()  # events wait in a thread of their own
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("kehila: stopped; nothing half-done is kept, run the command again", err=True)
        sys.exit(DATA_PROBLEM)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except Exception as problem:  # noqa: BLE001 (the last line of defence: no traceback, no value of a person)
        fault = describe(problem)
        click.echo(f"kehila: {fault.sentence}", err=True)
        sys.exit(fault.exit_code)
