"""The entry point `kehila`: finds the command that was asked for, runs it, and turns errors into one line and a code.

A command's module is imported when the command is called; what `kehila --help` shows of it stands in the table here.
"""

from __future__ import annotations

import gc
import io
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib import import_module
from pathlib import Path

import click

from cli.printing import printed
from cli.session import ASKED, DAY, SESSION, Session, configuration, note, spoken
from town.faults import DATA_PROBLEM, OK, Fault, FaultKind, describe
from town.log import FORMAT_VARIABLE, FORMATS, begin, write_as
from town.version import ROOT, running_version

GROUPS = {
    "Begin": {
        "init": ("files:init", "Write kehila.toml and a fresh key."),
        "staff": ("staff:staff", "Who may enter figures in the web form."),
        "workbook": ("files:workbook", "Write the workbook municipal staff fill in."),
        "questionnaire": ("questionnaire:questionnaire", "Write the questionnaire residents are asked."),
        "demo": ("demo:demo", "A generated town through the whole pipeline, no credentials."),
    },
    "Take in": {
        "import": ("files:import_", "Land files: chat exports, staff workbook, surveys, reports."),
        "collect": ("services:collect", "Pull what is new from every configured service."),
        "backfill": ("services:backfill", "Read an explicit stretch of time again."),
        "receive": ("processes:receive", "Receive webhooks of Zoom, Meta and Mailchimp."),
        "drain": ("processes:drain", "Land what `kehila receive` took in; refresh what it touches."),
    },
    "Months": {
        "run": ("months:run", "Everything for a month: import, refresh, reports."),
        "refresh": ("files:refresh", "Bring facts and indicators up to date with what landed."),
        "show": ("values:show", "One indicator in one month, with what stands behind it."),
        "persona": ("values:persona", "All figures of a persona, or of any group of people."),
        "headline": ("headline:headline", "The month in five lines, to forward."),
        "indicators": ("values:indicators", "The indicators there are, and which have no value."),
        "peers": ("peers:peers", "The authorities of this configuration beside one another."),
        "publish": ("months:publish", "Write the month's workbook and page as it stands now."),
        "close": ("months:close", "Close a month into its immutable, numbered snapshot."),
        "push": ("months:push", "Deliver closed months to the configured targets, once each."),
        "bi": ("bi:bi", "Files BI tools connect with, and who may read."),
    },
    "Look and mend": {
        "doctor": ("doctor:doctor", "Try all that Kehila needs: what is missing, what to do."),
        "check": ("check:check", "Whether all is well: 0 well, 1 warning, 2 failing."),
        "freshness": ("months:freshness", "How far each service was read, and what each source covers."),
        "spaces": ("spaces:spaces", "The town's places; those that wait to be registered first."),
        "quarantine": ("quarantine:quarantine", "Records that could not be taken: see them, try them again."),
        "reconcile": ("services:reconcile", "Pull what webhooks missed; say what cannot be had again."),
        "checks": ("checks:checks", "What was refused, held or doubted, the worst first."),
        "accept": ("checks:accept", "Say that a month is right as it came, and why."),
        "verify": ("backups:verify", "Look through all that is stored for what is damaged."),
        "backup": ("backups:backup", "Copy database, lake and closed months to a folder or bucket."),
        "restore": ("backups:restore", "Put a backup back into an empty place."),
        "rebuild": ("months:rebuild", "Stage and compute everything again from what has landed."),
        "erase": ("people:erase", "Erase a person: her rows become nobody's, no number moves."),
        "retention": ("people:retention", "Destroy originals that were kept long enough."),
        "dump": ("months:dump", "The whole warehouse as canonical text."),
    },
    "Run by itself": {
        "serve": ("processes:serve", "All of it by itself: schedules, webhooks, drop folder."),
        "entry": ("staff:entry", "Serve the web form staff enter their month in."),
        "operations": ("processes:operations", "Serve the operations page, and buttons to set things right."),
        "automations": ("processes:automations", "What Prefect does by itself when something happened."),
    },
}
"""Heading of the help -> command -> (module of this folder:function, the first line of its help)."""

FOR_DEVELOPERS = {"docs": ("docs:docs", "Write the generated pages again.")}
"""Commands that the help does not list: they need the project's own checkout."""

RARELY = 100_000
"""So many new objects before garbage is looked for: loading makes a great many, none of them garbage."""
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_LOGGING_SETTINGS_PATH": str(ROOT / "flows" / "logging.yml"),
}


class Commands(Mapping[str, click.Command]):
    """All commands by name; looking at one imports its module."""

    _table = {name: one for group in (*GROUPS.values(), FOR_DEVELOPERS) for name, one in group.items()}

    def __getitem__(self, name: str) -> click.Command:
        module, _, function = self._table[name][0].partition(":")
        command: click.Command = getattr(import_module(f"cli.{module}"), function)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)


class Kehila(click.Group):
    """The group: its help comes in groups and without loading a command."""

    commands: Mapping[str, click.Command]  # type: ignore[assignment]  # click wants to add to it; we do not

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for heading, group in GROUPS.items():
            with formatter.section(heading):
                formatter.write_dl([(name, line) for name, (_, line) in group.items()])


def show_version(context: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    """Print what a report of a fault has to name, and end."""
    if is_asked and not context.resilient_parsing:
        printed(running_version())
        context.exit()


@click.group(cls=Kehila, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--config", type=click.Path(path_type=Path), default="kehila.toml", show_default=True, help="Configuration file."
)
@click.option("--authority", metavar="CODE", help="Of several that are configured: one, some (0070,0031), or all.")
@click.option("--today", type=DAY, metavar="YYYY-MM-DD", help="Work as on this day (replaying a month).")
@click.option(
    "--log",
    "form",
    type=click.Choice(FORMATS),
    envvar=FORMAT_VARIABLE,
    default=FORMATS[0],
    show_default=True,
    help="How it says what happens, on standard error: lines for people, or objects for machines.",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=show_version,
    help="Version, commit, Python and database library.",
)  # fmt: skip
@click.pass_context
def kehila(context: click.Context, config: Path, authority: str | None, today: datetime | None, form: str) -> None:
    """Kehila: does a municipality's digital space build community?

    \b
    First steps:
      kehila init --authority-code 0070      write kehila.toml and a key
      kehila workbook staff.xlsx             the workbook staff fill in
      kehila import exports/ staff.xlsx      land files
      kehila run --month 2026-10             everything for a month, reports included
      kehila show whatsapp.answers --month 2026-10
    """
    write_as(form)
    context.obj = Session(config, authority, today.date() if today else None)


kehila.commands = Commands()
COMMON = frozenset(name for one in kehila.params for name in one.opts)
"""Options that stand before the command."""


def in_one_line(problem: click.ClickException) -> str:
    """What is wrong, and where the right way is written."""
    said = " ".join(problem.format_message().split())
    if not isinstance(problem, click.UsageError):
        return said
    if isinstance(problem, click.NoSuchOption) and problem.option_name in COMMON:
        return f"{problem.option_name} stands before the command: kehila {problem.option_name} ... COMMAND"
    command = problem.ctx.command_path if problem.ctx else "kehila"
    return f"{said.rstrip('.')}; see `{command} --help`"


def main() -> None:
    """Run the command that was asked for. No traceback reaches a user."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    gc.set_threshold(RARELY)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a file name need not be UTF-8, nor a terminal know Hebrew
        sys.stdout.reconfigure(errors="backslashreplace")
    begin()
    if code := run():
        sys.exit(code)


def in_words(problem: Exception, fault: Fault) -> str:
    """What failed: of the configuration in the language of the command, where it has one."""
    if spoken() == "en" or fault.kind is not FaultKind.USAGE:
        return fault.sentence
    from cli.wrong_settings import in_language
    from town.config import ConfigProblem

    return in_language(problem, spoken()) if isinstance(problem, ConfigProblem) else fault.sentence


def run() -> int:
    """Run the command; gives the exit code."""
    ASKED.set("")
    SESSION.set(None)
    try:
        try:
            kehila.main(standalone_mode=False)
        finally:
            if "pipeline.events" in sys.modules:
                sys.modules["pipeline.events"].finish()  # events wait in a thread of their own
    except (click.exceptions.Abort, KeyboardInterrupt):
        note("stopped; nothing half-done is kept, run the command again", logging.ERROR)
        return DATA_PROBLEM
    except click.ClickException as problem:
        note(in_one_line(problem), logging.ERROR)
        return problem.exit_code
    except Exception as problem:  # noqa: BLE001 (the last line of defence: no traceback, no value of a person)
        fault = describe(problem, configuration())
        note(in_words(problem, fault), logging.ERROR)
        return fault.exit_code
    return OK
