"""What all commands share: the group they join, the options before them, the store they open, how they print.

With `--json` one object goes to standard output and everything else to standard error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from town.config import DEFAULT_FILE, load
from town.faults import USAGE
from town.store import TownStore, open_store


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
