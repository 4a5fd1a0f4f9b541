"""Commands of a month's life: run, publish, close, push; and of the store: freshness, rebuild, dump."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.answers import Answer, answering
from cli.checks import lines_of
from cli.engines import ENGINE
from cli.file_report import file_lines
from cli.files import VERBOSE, show_file
from cli.printing import printed
from cli.refreshed import in_words
from cli.session import LANGUAGE, MONTH, Session, note
from cli.values import gap_in_words, values_in_words
from texts import Language, text, word

if TYPE_CHECKING:
    from collectors.base import FileReport
    from pipeline.refresh.in_step import Steps
    from warehouse.published import Difference

CHANGES_NAMED = 12
"""So many figures that changed since a month was closed are named; the others are counted."""
FORCE = click.option("--force", is_flag=True, help="Although no record can speak of the month.")


@click.command()
@click.option("--month", type=MONTH, required=True, help="The month of the reports.")
@FORCE
@VERBOSE
@ENGINE
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, readable=False))
@LANGUAGE
@answering
def run(
    session: Session, month: str, force: bool, verbose: bool, paths: tuple[Path, ...], language: Language
) -> Steps[Answer]:
    """Everything for a month: import, refresh, reports.

    Imports PATHS and what waits in the drop folder, brings the indicators up to date, writes workbook and page. Says
    how many indicators have a value, and why the others have none. A month that has not begun, or lies before the
    first record, is refused.

    \b
    Examples:
      kehila run --month 2026-10
      kehila run --month 2026-10 exports/ staff.xlsx
    """
    from pipeline.month.run import running_month

    store = session.store()

    def on_file(report: FileReport) -> None:
        if not session.is_one_of_several:  # of several each is said after its town's name, when all of it is done
            show_file(session, report, language)

    done = yield from running_month(store, month, paths, on_file, is_forced=force)
    told, lines = values_in_words(store, month, language)
    if done.problem:
        note(done.problem, logging.WARNING)
    return Answer(
        {**done.as_json(), "values": told},
        lambda: [
            *(line for one in done.files if session.is_one_of_several for line in file_lines(one, language)),
            *in_words(done.refreshed, language, is_verbose=verbose),
            *(text("commands.wrote", language, path=str(path)) for path in done.reports),
            *([] if done.problem else lines),
        ],
        bool(done.problem or done.refreshed.refused)
        or any(one.status == "rejected" or one.rejected for one in done.files),
    )


@click.command()
@click.option("--month", type=MONTH, required=True, help="The month of the reports.")
@FORCE
@LANGUAGE
@answering
def publish(session: Session, month: str, force: bool, language: Language) -> Answer:
    """Write the month's workbook and page as it stands now.

    \b
    Example:
      kehila publish --month 2026-10
    """
    from pipeline.month.publish import publish as write

    files = sorted(str(path) for path in write(session.store(), month, is_forced=force).iterdir())
    return Answer(
        {"month": month, "files": files}, lambda: [text("commands.wrote", language, path=name) for name in files]
    )


@click.command()
@click.option("--month", type=MONTH, required=True, help="The month to close.")
@click.option("--again", is_flag=True, help="A new revision of a month that was restated.")
@click.option(
    "--force",
    is_flag=True,
    help="Although something stands against it, hardly an indicator has a value, or it is too early.",
)
@LANGUAGE
@answering
def close(session: Session, month: str, again: bool, force: bool, language: Language) -> Answer:
    """Close a month into its immutable, numbered snapshot.

    A month that is not over is never closed, and one of whose end nothing was heard with --force only. Of one in which
    hardly an indicator has a value it says what is missing, and closes it with --force only. What stands refused, held
    or doubted against it is listed; a terminal asks whether to close it even so, and where nobody can be asked it is
    closed with --force only.

    \b
    Examples:
      kehila close --month 2026-10
      kehila close --month 2026-10 --again
    """
    from pipeline.month.close import close as close_month
    from pipeline.refresh.restatements import differences
    from town.faults import DoubtedMonth, EmptyMonth

    store = session.store()
    try:
        try:
            done = close_month(store, month, again=again, is_forced=force, is_by_hand=True)
        except DoubtedMonth as problem:
            for line in lines_of(problem.standing, language):
                printed(line, err=True)
            asked = text("commands.closed.even_so", language, period=month)
            if not (sys.stdin.isatty() and click.confirm(asked, err=True)):
                raise
            done = close_month(store, month, again=again, is_by_hand=True, is_known_doubted=True)
    except EmptyMonth:
        for line in values_in_words(store, month, language)[1]:
            printed(line, err=True)
        raise
    told, words = values_in_words(store, month, language)
    named: dict[str, str | int] = {"revision": done.revision, "folder": done.folder, "digest": done.manifest_sha256}
    line = text(f"commands.closed.{'now' if done.is_new else 'before'}", language, period=month, **named)
    since = [] if done.is_new else differences(store.ledger, month, done.revision)
    restated = [one for one in since if one.why != "completed"]
    changed = len(restated)
    more = [
        *changes_in_words(restated, language),
        text("commands.closed.changed", language, period=month, figure=changed),
    ]
    same = [text("commands.closed.unchanged", language)]
    data = {**done.as_json(), "values": told, "changed_since": changed, "changes": [vars(one) for one in restated]}
    return Answer(data, lambda: [line, *(words if done.is_new else more if changed else same)])


def changes_in_words(changed: Sequence[Difference], language: Language) -> list[str]:
    """What a closed month published and what is known now, a line each of the first; the rest are counted."""
    lines = []
    for one in changed[:CHANGES_NAMED]:
        place = " · ".join(name for name in (one.indicator, one.cut, one.space, one.part) if name)
        old, new = (
            word("codes.statuses", status, language) if value is None else f"{value:,.10g}"
            for value, status in ((one.old_value, one.old_status), (one.new_value, one.new_status))
        )
        said = {"old": old, "new": new, "why": word("commands.changes", one.why, language)}
        lines.append(f"  {text('commands.closed.change', language, place=place, **said)}")
    if (left := len(changed) - CHANGES_NAMED) > 0:
        lines.append(f"  {text('commands.closed.more', language, figure=left)}")
    return lines


@click.command()
@click.option("--month", type=MONTH, help="Only this month; otherwise every closed month not yet delivered.")
@LANGUAGE
@answering
def push(session: Session, month: str | None, language: Language) -> Answer:
    """Deliver closed months to the configured targets, once each.

    \b
    Examples:
      kehila push
      kehila push --month 2026-10
    """
    from pipeline.month.push import push as deliver

    rows = deliver(session.store(), month)
    return Answer(
        {"deliveries": rows},
        lambda: (
            [
                text(
                    "commands.pushed",
                    language,
                    period=r["month"],
                    revision=r["revision"],
                    target=r["target"],
                    status=word("commands.deliveries", r["status"], language),
                    receipt=r["receipt"],
                )
                for r in rows
            ]
            or [text("commands.nothing_to_push", language)]
        ),
        any(row["status"] != "delivered" for row in rows),
    )


@click.command()
@LANGUAGE
@answering
def freshness(session: Session, language: Language) -> Answer:
    """How far each service was read, and what each source covers.

    \b
    Example:
      kehila freshness
    Bars are the records of the last seven pulls: a point is zero, ? an empty answer nobody believes, a cross a failure.
    """
    from cli.fresh import source_line, stream_lines, trouble_in_words, withdrawn_in_words
    from pipeline.gaps.missed_events import as_json as gap_json
    from pipeline.upkeep.freshness import account_troubles, source_freshness, stream_freshness, withdrawn_metrics
    from texts import kept_error
    from warehouse.gaps import gaps
    from warehouse.ledger import now

    store = session.store()
    rows, streams, gone = source_freshness(store), stream_freshness(store), withdrawn_metrics(store)
    unheard, troubles = gaps(store.ledger), account_troubles(store)

    def lines() -> list[str]:
        told = [line for one in streams for line in stream_lines(one, now(), language)]
        left = {one.ref.account: one.quota for one in streams if one.quota}
        for account, quota in left.items():
            amounts = "; ".join(f"{name} {value}" for name, value in quota.items())
            told.append(text("commands.fresh.left", language, account=str(account), quota=amounts))
        told += [source_line(one, language) for one in rows]
        told += [f"{one.space}  {withdrawn_in_words(one, language)}" for one in gone]
        told += [trouble_in_words(one, language) for one in troubles]
        told += [text("commands.fresh.gap", language, what=gap_in_words(store, one, language)) for one in unheard]
        return told or [text("commands.fresh.nobody", language)]

    data = {
        "sources": rows,
        "streams": [{**one.as_json(), "reason": kept_error(*one.problem, language)} for one in streams],
        "withdrawn": [one.as_json() for one in gone], "troubles": [one.as_json() for one in troubles],
        "gaps": [gap_json(one) for one in unheard],
    }  # fmt: skip
    return Answer(data, lines)


@click.command()
@LANGUAGE
@answering
def rebuild(session: Session, language: Language) -> Answer:
    """Stage and compute everything again from what has landed.

    Closed snapshots are left alone.

    \b
    Example:
      kehila rebuild
    """
    from pipeline.upkeep.upkeep import rebuild as build_again

    done = build_again(session.store())
    return Answer(done.as_json(), lambda: in_words(done, language))


@click.command()
@click.option("--sha256", "digest_only", is_flag=True, help="Only the digest of the whole.")
@click.pass_obj
def dump(session: Session, digest_only: bool) -> None:
    """The whole warehouse as canonical text.

    The same content gives the same bytes on every database.

    \b
    Example:
      kehila dump --sha256
    """
    from warehouse.store import canonical_dump, dump_sha256

    store = session.store()
    if digest_only:
        click.echo(dump_sha256(store.engine))
        return
    for line in canonical_dump(store.engine):
        click.echo(line)
