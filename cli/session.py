"""What all commands share: the session with their common options, how they answer, a month as an argument.

With `--json` one object goes to standard output and everything else to standard error. Whatever is heavy is imported
by the function that needs it: `kehila --help` pays for none of it.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from town.faults import DATA_PROBLEM, USAGE
from town.log import say

if TYPE_CHECKING:
    from town.config import Config
    from town.store import TownStore


class Problem(click.ClickException):
    """An error with a remedy, shown as one line."""


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
DAY = click.DateTime(["%Y-%m-%d"])


class Session:
    """Options every command shares, and the configuration and store they open."""

    def __init__(self, config: Path, authority: str | None, today: date | None) -> None:
        self.config_path = config
        self.authority = authority
        self.today = today
        self.is_quiet = False
        """Nothing but the answer is printed: no progress."""

    def config(self) -> Config:
        """The configuration. Raises ConfigProblem in plain words."""
        from town.config import load

        return load(self.config_path)

    def store(self) -> TownStore:
        """The configured store, opened; progress goes to standard error."""
        return self.store_of(self.authority)

    def store_of(self, authority: str | None) -> TownStore:
        """The store of one authority by its code; None is the only one configured."""
        from town.store import open_store
        from warehouse import patience

        patience.be_patient(invoked(), patience.INTERACTIVE, note)
        store = open_store(self.config(), authority, self.today)
        if not self.is_quiet:
            store.progress = progress_line
        return store


def invoked() -> str:
    """The command as others that wait for it are told: kehila quarantine replay."""
    context, names = click.get_current_context(silent=True), list[str]()
    while context is not None and context.parent is not None:
        names.insert(0, str(context.info_name))
        context = context.parent
    return " ".join(["kehila", *names])


def note(text: str, level: int = logging.INFO) -> None:
    """A line of the command about itself: what is waited for, what went wrong."""
    clear_progress()
    say(text, level=level)


def progress_line(text: str) -> None:
    """One line that overwrites itself on a terminal; a plain line otherwise says nothing."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{text[:110]}", nl=False, err=True)


def clear_progress() -> None:
    """Take the line of progress away before something is printed."""
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)


@dataclass(frozen=True)
class Answer:
    """What a command found out: for machines, for people, and whether something needs a look (exit code 1)."""

    data: Mapping[str, Any]
    lines: Callable[[], Sequence[str]]
    has_problem: bool = False


def answering(command: Callable[..., Answer]) -> Callable[..., None]:
    """Let a command take the session and return its Answer: `--json`, printing and the exit code come with it."""

    @click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
    @wraps(command)
    def answer_printed(*, as_json: bool, **arguments: Any) -> None:
        session: Session = click.get_current_context().obj
        session.is_quiet = as_json
        answer = command(session, **arguments)
        clear_progress()
        if as_json:
            click.echo(json.dumps(answer.data, ensure_ascii=False, default=str))
        else:
            for line in answer.lines():
                click.echo(line)
        if answer.has_problem:
            raise SystemExit(DATA_PROBLEM)

    return answer_printed
