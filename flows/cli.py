"""The command line: `kehila COMMAND`. Each command opens the store, calls one plain function, and prints.

Exit codes: 0 all is well; 1 a data problem, nothing lost; 2 usage or configuration. With `--json` one
object goes to standard output and everything else to standard error. No traceback reaches a user.
"""

from __future__ import annotations

import errno
import io
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from flows.config import DEFAULT_FILE, ConfigProblem, load
from flows.town_store import TownStore, open_store

OK, DATA_PROBLEM, USAGE = 0, 1, 2

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}


FOLDERS = "let this user read and write the folders that kehila.toml names"
REMEDIES = {
    errno.ENOSPC: "free some space on the disk",
    errno.EDQUOT: "free some space on the disk",
    errno.EACCES: FOLDERS,
    errno.EPERM: FOLDERS,
    errno.EROFS: FOLDERS,
}


class Problem(click.ClickException):
    """An error with a remedy, shown as one line."""

    def show(self, file: Any = None) -> None:
        click.echo(f"kehila: {self.format_message()}", err=True)


class Misuse(Problem):
    """A problem of usage or configuration."""

    exit_code = USAGE


class Month(click.ParamType):  # type: ignore[type-arg]
    """A month written YYYY-MM."""

    name = "YYYY-MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return f"{date.fromisoformat(f'{value}-01'):%Y-%m}"
        except ValueError:
            self.fail(f"{value!r} is not a month; write it as 2026-10", param, ctx)


MONTH = Month()


class Session:
    """Options every command shares, and the store they open."""

    def __init__(self, config: Path, authority: str | None, today: date | None) -> None:
        self.config_path = config
        self.authority = authority
        self.today = today

    def store(self, *, quiet: bool = False) -> TownStore:
        """Open the configured store, progress going to standard error."""
        store = open_store(load(self.config_path), self.authority, self.today)
        if not quiet:
            store.progress = progress_line
        return store


def progress_line(text: str) -> None:
    """One line that overwrites itself on a terminal; a plain line otherwise says nothing."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{text[:110]}", nl=False, err=True)


def clear_progress() -> None:
    """Take the progress line away before printing results."""
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)


def emit(as_json: bool, data: dict[str, Any], lines: Callable[[], list[str]]) -> None:
    """Print one JSON object, or lines for people."""
    clear_progress()
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, default=str))
    else:
        for line in lines():
            click.echo(line)


json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Configuration file."
)
@click.option("--authority", help="Code of the authority, when several are configured.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Work as on this day (replaying a month).")
@click.pass_context
def kehila(context: click.Context, config: Path, authority: str | None, today: Any) -> None:
    """Kehila: does a municipality's digital space build community?

    \b
    First steps:
      kehila init --authority-code 0070      write kehila.toml and a key
      kehila workbook staff.xlsx             the workbook staff fill in
      kehila import exports/ staff.xlsx      land files
      kehila run --month 2026-10             everything for a month, reports included
      kehila show whatsapp.answers --month 2026-10
    """
    context.obj = Session(config, authority, today.date() if today else None)


def main() -> None:
    """Entry point: errors become one line with a remedy, and a stable exit code."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a file name need not be UTF-8, nor a terminal know Hebrew
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        # They register themselves. Loading takes a moment, in which somebody may press Ctrl-C already.
        from flows import (  # noqa: F401
            collect_commands,
            commands,
            demo,
            docs,
            drain_command,
            event_commands,
            month_commands,
            operations_command,
            receive_command,
            serve_command,
        )

        try:
            kehila.main(standalone_mode=False)
        finally:
            if "flows.events" in sys.modules:
                sys.modules["flows.events"].finish()  # events wait in a thread of their own
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("kehila: stopped; nothing half-done is kept, run the command again", err=True)
        sys.exit(DATA_PROBLEM)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except ConfigProblem as problem:
        click.echo(f"kehila: {problem}", err=True)
        sys.exit(USAGE)
    except Exception as problem:  # noqa: BLE001 (the last line of defence: no traceback, no value of a person)
        sys.exit(unexpected(problem))


def unexpected(problem: Exception) -> int:
    """Say what went wrong without showing data: exceptions of libraries may quote rows."""
    from sqlalchemy.exc import SQLAlchemyError

    from flows.closing import ClosingProblem
    from transforms.catalogue import CatalogueError
    from warehouse.keys import KeyProblem

    if isinstance(problem, KeyProblem):
        click.echo(f"kehila: {problem}", err=True)
        return USAGE
    if isinstance(problem, ClosingProblem):
        click.echo(f"kehila: {problem}", err=True)
        return DATA_PROBLEM
    if isinstance(problem, CatalogueError):
        click.echo(f"kehila: the catalogue is broken: {problem}", err=True)
        return DATA_PROBLEM
    if isinstance(problem, SQLAlchemyError):
        click.echo("kehila: the warehouse database refused; is it reachable, writable, and not full?", err=True)
    elif isinstance(problem, OSError):
        why = os.strerror(problem.errno) if problem.errno else "reading or writing failed"
        remedy = REMEDIES.get(problem.errno or 0, "mend it")
        click.echo(f"kehila: {why}; {remedy} and run again, nothing half-written is kept", err=True)
    else:
        place = trace_place(problem)
        click.echo(
            f"kehila: an error of ours ({type(problem).__name__} at {place}); nothing is lost, please report it",
            err=True,
        )
    return DATA_PROBLEM


def trace_place(problem: Exception) -> str:
    """File and line the error came from: enough to report, no values."""
    trace = problem.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "unknown"
