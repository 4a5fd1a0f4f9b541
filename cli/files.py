"""Commands about files and what comes of them: init, workbook, import, refresh."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

import texts
from cli.answers import Answer, answering
from cli.engines import ENGINE
from cli.file_report import cells_json, file_lines, notes, reason
from cli.printing import printed, visible
from cli.refreshed import in_words
from cli.session import LANGUAGE, MONTH, Misuse, Problem, Session, clear_progress
from cli.suggestions import suggestion

if TYPE_CHECKING:
    from collectors.base import FileReport
    from pipeline.refresh.in_step import Steps
    from town.store import TownStore


@click.command()
@click.option(
    "--authority-code",
    required=True,
    metavar="CODE",
    help="Four digits, zeros included. Write the town's name in its place to be told its code.",
)
@click.option("--new-place", is_flag=True, help="The place is no local authority: its code is your own choice.")
@click.option("--folder", type=click.Path(path_type=Path), default=".", help="Where to write kehila.toml.")
def init(authority_code: str, new_place: bool, folder: Path) -> None:
    """Write kehila.toml and a fresh key.

    Says which town the code is, and how many residents it has.

    \b
    Examples:
      kehila init --authority-code 0070
      kehila init --authority-code Ashdod        says that Ashdod is 0070, and writes nothing
      kehila init --authority-code north-1 --new-place
    """
    from town.codes import label, refusal, residents
    from town.sections import DEFAULT_TIMEZONE
    from town.template import TEMPLATE
    from warehouse.keys import new_key_file

    target = folder / "kehila.toml"
    if problem := refusal(authority_code, is_new_place=new_place):
        raise Misuse(problem)
    if target.exists():
        raise Misuse(f"{target} exists already; it is left as it is")
    key = folder / "keys" / "root.key"
    if not key.exists() and any((folder / name).exists() for name in ("warehouse.db", "lake")):
        raise Misuse(f"{folder} holds a store already: put the root key back that it was made with, {key}; a new one "
                     "would open nothing of it")  # fmt: skip
    whose = label(authority_code)
    folder.mkdir(parents=True, exist_ok=True)
    names = whose.removeprefix(authority_code).removeprefix(" · ") or "a place of our own"
    target.write_text(TEMPLATE.format(code=authority_code, whose=names, timezone=DEFAULT_TIMEZONE), encoding="utf-8")
    if not key.exists():
        new_key_file(key)
    known = residents(authority_code)
    about = f"{known[1]:,} residents at the end of {known[0]}" if known else NO_RESIDENTS
    printed(f"{whose}, {about}")
    printed(f"wrote {target} and {key}; keep a copy of the key away from this machine")


NO_RESIDENTS = "residents not known: write them under [authority.population], and name_he beside the code"


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--language", type=click.Choice(["he", "ar", "en"]), default="he", show_default=True, help="Of the workbook."
)
@click.pass_obj
def workbook(session: Session, path: Path, language: texts.Language) -> None:
    """Write the workbook municipal staff fill in.

    It is made out for the town of kehila.toml, and no other town takes it. Its sheet of spaces is filled as far as the
    town is known: what is registered, what accounts name, and the groups that wait to be registered, to be completed.
    A file that is there already is never written over: name another, and bring over what was filled in.

    \b
    Example:
      kehila workbook staff.xlsx
    """
    from collectors.staff_workbook.layout import ReportedIndicator
    from collectors.staff_workbook.write import write_staff_workbook
    from pipeline.land.returned import asked_of_staff
    from town.sections import DEFAULT_TIMEZONE
    from transforms.catalogue import ours
    from warehouse.calendar import day_in, month_of, shift, span

    if path.exists():
        raise Problem(f"{path} is there already and is not written over: name another file, or move this one away")
    town = session.town() if session.config_path.exists() else None
    linked = [
        ReportedIndicator(one.id, one.header.title.model_dump(), one.header.headline_unit) for one in ours().values()
    ]
    rows = waiting_rows(session.store(), language) if town else ()
    now = month_of(session.today or day_in(town.timezone if town else DEFAULT_TIMEZONE))
    write_staff_workbook(
        path,
        language=language,
        reported=asked_of_staff(),
        spaces=rows,
        months=span(shift(now, 1 - MONTHS_OFFERED), now)[::-1],
        linked=linked,
        authority=town.code if town else "",
    )
    whose = f"for {town.label}" if town else "for no town in particular: there is no kehila.toml here"
    printed(f"wrote {path}, {whose}; fill it in, then: kehila import {path}")


MONTHS_OFFERED = 13
"""In the drop-down lists of months: this month and a year before it."""


def waiting_rows(store: TownStore, language: texts.Language) -> list[Mapping[str, object]]:
    """The rows of the sheet of spaces; those that wait with their days, messages and files, as `kehila spaces` says."""
    from cli.spaces import line
    from pipeline.upkeep.spaces import space_rows

    return space_rows(store, lambda place: line(place, language, ZoneInfo(store.authority.timezone)).strip())


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False))
@click.option("--dry-run", is_flag=True, help="Read and report, land nothing; needs no configuration.")
@click.option("--again", is_flag=True, help="Make files imported before the newest again; chats have no newest export.")
@click.option(
    "--withdraw",
    is_flag=True,
    help="Entries an earlier version of a staff workbook held and this one does not: missing.",
)
@click.option(
    "--suggest-mapping", is_flag=True, help="Write no more than a mapping of the file's columns; land nothing."
)
@LANGUAGE
@answering
def import_(
    session: Session, paths: tuple[Path, ...], dry_run: bool, again: bool, withdraw: bool, suggest_mapping: bool,
    language: texts.Language,
) -> Answer:  # fmt: skip
    """Land files: chat exports, staff workbook, surveys, reports.

    WhatsApp exports (.txt, .zip), the workbook staff fill in, survey answers, exports of Facebook groups, registers of
    the 106 line, Zoom's reports of participants and lists of meetings, Mailchimp's campaigns, posts and results of Meta
    Business Suite, downloads of Google Analytics. Where each is downloaded: docs/exports.md.
    Rows that vanished from a newer workbook are listed and go on counting until --withdraw.

    \b
    Examples:
      kehila import "WhatsApp Chat - Neighbours.zip" staff.xlsx
      kehila import exports/ --json
      kehila import chat.txt --dry-run
      kehila import staff.xlsx --withdraw        rows deleted from it are missing from now on, not zero
      kehila import staff-september.xlsx --again back to an older file
      kehila import crm.csv --suggest-mapping > crm.mapping.yaml
    """
    from pipeline.land.files import files_under, import_file, look_at

    if suggest_mapping:
        return suggestion(paths)
    if dry_run and (again or withdraw):
        raise Misuse("--dry-run lands nothing: leave --again and --withdraw out")
    reports = []
    store = None if dry_run else session.store()
    config = session.config() if session.config_path.exists() else None
    for path in files_under(paths):
        if store is None:
            reports.append(look_at(path, config, session.authority, session.today))
        else:
            store.progress(f"reading {visible(path.name)}")
            reports.append(import_file(store, path, again=again, withdraw=withdraw))
        show_file(session, reports[-1], language)
    if not reports:
        raise Misuse("there is no file to import; name files, or a folder that holds some")
    return Answer(
        {
            "files": [
                {
                    **one.as_json(),
                    "notices": notes(one, language),
                    "reason": reason(one, language),
                    "cells": cells_json(one, language),
                }
                for one in reports
            ]
        },
        list,
        any(one.status == "rejected" or one.rejected for one in reports),
    )


def show_file(session: Session, report: FileReport, language: texts.Language) -> None:
    """Print what became of a file as soon as it is dealt with; nothing where machines read the answer."""
    if not session.is_quiet:
        clear_progress()
        for line in file_lines(report, language):
            printed(line)


VERBOSE = click.option("--verbose", is_flag=True, help="Name the indicators that were computed anew.")


@click.command()
@click.option("--month", "months", type=MONTH, multiple=True, help="Only these months.")
@VERBOSE
@ENGINE
@LANGUAGE
@answering
def refresh(session: Session, months: tuple[str, ...], verbose: bool, language: texts.Language) -> Steps[Answer]:
    """Bring facts and indicators up to date with what landed.

    Only what changed is staged and computed. Closed months of which figures say something else now are named, in every
    run until `kehila close --again` makes a new revision of them.

    \b
    Examples:
      kehila refresh
      kehila refresh --month 2026-09 --month 2026-10
    """
    from pipeline.refresh.refresh import refreshing

    done = yield from refreshing(session.store(), months=list(months) or None)
    return Answer(done.as_json(), lambda: in_words(done, language, is_verbose=verbose), bool(done.refused))
