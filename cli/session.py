"""What all commands share: the session with their common options, which towns they are about, a month as an argument.

Whatever is heavy is imported by the function that needs it: `kehila --help` pays for none of it.
"""

from __future__ import annotations

import logging
import os
import sys
from contextvars import ContextVar
from copy import copy
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.printing import harmless
from town.faults import USAGE
from town.log import say

if TYPE_CHECKING:
    from texts.writing import Language
    from town.config import Config
    from town.sections import Authority
    from town.store import TownStore


OF_EACH = frozenset({
    "run", "collect", "backfill", "reconcile", "refresh", "publish", "close", "push", "show", "indicators", "freshness",
    "spaces", "quarantine list", "quarantine replay", "checks", "erase", "retention", "rebuild", "check", "doctor",
})  # fmt: skip
"""Commands that can be done in one town after the other."""
ALL_UNASKED = frozenset({"check", "doctor"})
"""Those that look at every town where none is named."""
READING = frozenset({
    "workbook", "show", "persona", "indicators", "check", "doctor", "freshness", "spaces", "quarantine list", "checks",
    "verify", "dump", "backup", "serve", "peers",
})  # fmt: skip
"""Those that open stores to read only, and bring no database of an older release up to date: they say who does. `serve`
opens them for its status alone."""
SHOWN_TOWNS = 6
"""So many towns are named where one has to be chosen."""
OF_THE_INSTALLATION = frozenset({"verify", "backup", "dump", "drain", "peers", "bi"})
"""Those about all that is stored, whichever town is named. Every other command is about one town, or about none."""


def name_one(session: Session, command: str) -> str:
    """How a command is told the one town it is about: with the towns there are, and what is written."""
    towns = session.config().authority
    shown = ", ".join(one.label for one in towns[:SHOWN_TOWNS]) + (", ..." if len(towns) > SHOWN_TOWNS else "")
    # Put together and not written as one: a test takes what stands between ` and ` for a command line.
    example = " ".join(("kehila", "--authority", towns[0].code, command, "..."))
    return f"this is about one town: name it with --authority CODE, as in `{example}` ({shown})"


def is_several(asked: str | None) -> bool:
    """Whether `--authority` names more than one town."""
    from town.codes import ALL

    return asked is not None and (asked == ALL or "," in asked)


class Problem(click.ClickException):
    """An error with a remedy, shown as one line."""


class Misuse(Problem):
    """A problem of usage or configuration."""

    exit_code = USAGE


class NotHere(Misuse):
    """What was asked for is not in this town; where several are asked, another may have it."""


LANGUAGE_VARIABLE = "KEHILA_LANGUAGE"
ASKED: ContextVar[str] = ContextVar("language", default="")
"""The `--language` of the command that runs; '' where it takes none."""


def _asked(_context: click.Context, _option: click.Parameter, language: str) -> str:
    ASKED.set(language)
    return language


LANGUAGE = click.option(
    "--language", type=click.Choice(["he", "ar", "en"]), default="en", show_default=True, envvar=LANGUAGE_VARIABLE,
    callback=_asked,
    help="Of the answer; KEHILA_LANGUAGE in the environment says it for every command.",
)  # fmt: skip
"""Of every command that prints sentences to staff. `--json` has its sentences in this language, too."""


def spoken() -> Language:
    """The language of the command that runs, as its `--language` or the environment says; English otherwise."""
    known: dict[str, Language] = {"he": "he", "ar": "ar", "en": "en"}
    return known.get(ASKED.get() or os.environ.get(LANGUAGE_VARIABLE, ""), "en")


SESSION: ContextVar[Session | None] = ContextVar("session", default=None)
"""That of the command that runs; None before it has one."""


def configuration() -> Config | None:
    """The configuration the command that runs has read; None where it read none."""
    session = SESSION.get()
    return session.read if session else None


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
        self.is_one_of_several = False
        """The command is done in other towns as well."""
        self._config: Config | None = None
        SESSION.set(self)

    @property
    def read(self) -> Config | None:
        """The configuration, where it was read already."""
        return self._config

    def config(self) -> Config:
        """The configuration, read once. Raises ConfigProblem in plain words."""
        from town.config import load

        self._config = self._config or load(self.config_path)
        return self._config

    def of(self, code: str) -> Session:
        """The same session in one of its towns."""
        one = copy(self)
        one.authority, one.is_one_of_several = code, True
        return one

    def towns(self) -> list[Authority]:
        """The towns `--authority` names, all that are configured where it names none. Raises ConfigProblem."""
        from town.codes import ALL

        config = self.config()
        if self.authority is None or self.authority == ALL:
            return config.authority
        codes = [one.strip() for one in self.authority.split(",")]
        return [config.the_authority(code) for code in dict.fromkeys(codes) if code]

    def town(self) -> Authority:
        """The town this command is about. Raises Misuse where several are named, ConfigProblem."""
        if is_several(self.authority):
            raise Misuse(name_one(self, invoked().removeprefix("kehila ")))
        if self.authority is None and len(self.config().authority) > 1 and (asked := _of_one()):
            raise Misuse(name_one(self, asked))
        return self.config().the_authority(self.authority)

    def store(self) -> TownStore:
        """The store of the town this command is about, opened; progress goes to standard error.

        Raises Misuse where several towns are named for what is about one, ConfigProblem.
        """
        if invoked().removeprefix("kehila ") in OF_THE_INSTALLATION:  # any town opens all that is stored
            return self.store_of(self.towns()[0].code)
        return self.store_of(self.town().code)

    def store_of(self, authority: str | None) -> TownStore:
        """The store of one authority by its code; None is the only one configured."""
        from town.store import open_store
        from warehouse import patience

        patience.be_patient(invoked(), patience.INTERACTIVE, note)
        is_reading = invoked().removeprefix("kehila ") in READING
        store = open_store(self.config(), authority, self.today, is_reading=is_reading)
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


def _of_one() -> str:
    """The command that runs, where it cannot be done in several towns; '' for others, and for no command."""
    command = invoked().removeprefix("kehila")
    return "" if not command or command.strip() in OF_EACH else command.strip()


def note(text: str, level: int = logging.INFO) -> None:
    """A line of the command about itself: what is waited for, what went wrong."""
    clear_progress()
    say(harmless(text), level=level)


def progress_line(text: str) -> None:
    """One line that overwrites itself on a terminal; a plain line otherwise says nothing."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{harmless(text, 110)}", nl=False, err=True)


def clear_progress() -> None:
    """Take the line of progress away before something is printed."""
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
