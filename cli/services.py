"""Commands for services: collect, backfill, reconcile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from cli.answers import Answer, answering
from cli.file_report import remark
from cli.printing import printed
from cli.session import DAY, LANGUAGE, Misuse, NotHere, Session
from cli.values import gap_in_words
from texts import Language, error, text
from texts.values import comma

if TYPE_CHECKING:
    from pipeline.collect.manner import GoingOn
    from pipeline.collect.pull import Pulled

OUTCOMES = {"done": "✓", "suspect": "?", "failed": "✗"}
NO_SOURCE = "no source is configured; add a [source.NAME.ACCOUNT] section to kehila.toml"


source_option = click.option("--source", help="Only this source, or one account of it: SOURCE.ACCOUNT.")
accept_option = click.option(
    "--accept-empty",
    "accepted",
    multiple=True,
    metavar="SOURCE.ACCOUNT.STREAM",
    help="An empty answer of this stream is true: take it for zero.",
)


@click.command()
@source_option
@accept_option
@LANGUAGE
@answering
def collect(session: Session, source: str | None, accepted: tuple[str, ...], language: Language) -> Answer:
    """Pull what is new from every configured service.

    What services still restate is read again.

    An empty answer where records are usual is not taken for zero: it is read again next time, and believed
    when it was empty three rounds a day apart, or when you say so.

    \b
    Examples:
      kehila collect
      kehila collect --source mailchimp --json
      kehila collect --accept-empty mailchimp.main.mailchimp_campaign
    """
    from pipeline.collect.collect import collect as pull_all
    from pipeline.collect.manner import GoingOn
    from pipeline.collect.reconcile import acknowledge_pulls
    from warehouse.ledger import now

    store, started = session.store(), now()
    manner = GoingOn(store)
    with said_first(manner, language):
        done = pull_all(store, source, accepted=accepted, manner=manner)
    acknowledge_pulls(store, done, started)
    return report(done, manner, language)


@click.command()
@click.option(
    "--since", type=DAY, metavar="YYYY-MM-DD", required=True, help="First day; its month is read from the 1st."
)
@click.option("--until", type=DAY, metavar="YYYY-MM-DD", help="Day after the last; now when left out.")
@source_option
@accept_option
@LANGUAGE
@answering
def backfill(
    session: Session, since: datetime, until: datetime | None, source: str | None, accepted: tuple[str, ...],
    language: Language,
) -> Answer:  # fmt: skip
    """Read an explicit stretch of time again.

    The watermarks stay where they are. One that was stopped goes on where it was when the same command is given again.

    \b
    Example:
      kehila backfill --since 2025-01-01 --until 2026-01-01 --source mailchimp
    """
    from pipeline.collect.collect import collect as pull_all
    from pipeline.collect.manner import GoingOn

    if until is not None and until <= since:
        raise Misuse("--until must be after --since")
    first, last = since.replace(tzinfo=UTC), until.replace(tzinfo=UTC) if until else None
    store = session.store()
    manner = GoingOn(store)
    with said_first(manner, language):
        done = pull_all(store, source, since=first, until=last, accepted=accepted, manner=manner)
    return report(done, manner, language)


@contextmanager
def said_first(manner: GoingOn, language: Language) -> Iterator[None]:
    """What was pulled is said before the error that breaks the round off."""
    try:
        yield
    except Exception:
        if manner.pulled:
            for line in report(manner.pulled, manner, language).lines():
                printed(line, err=True)
        raise


def report(done: list[Pulled], manner: GoingOn, language: Language) -> Answer:
    """What came of each stream; a problem when one failed, cannot be believed, or records were put aside.

    Accounts that could not be opened are told where others were pulled; where none was, theirs is the error.
    """
    if not done:
        raise next(iter([*manner.unopened.values(), *manner.sending.values()]), NotHere(NO_SOURCE))
    unopened = [
        {"source": one.source, "account": one.name, "reason": str(problem)} for one, problem in manner.unopened.items()
    ]
    lines = [f"{OUTCOMES['failed']} {one['source']}.{one['account']}: {one['reason']}" for one in unopened]
    return Answer(
        {
            "streams": [
                {
                    **one.as_json(),
                    "reason": reason(one, language),
                    "notices": [remark(notice, language) for notice in one.report.notices],
                }
                for one in done
            ],
            "unopened": unopened,
        },
        lambda: [*(line for one in done for line in pull_lines(one, language)), *lines],
        bool(unopened) or any(one.status != "done" or one.report.rejected or one.passed_over for one in done),
    )


def reason(one: Pulled, language: Language) -> str:
    """What a pull that is not done met, and what to do."""
    return "" if one.status == "done" else error(one.code, language, **one.arguments)


def pull_lines(one: Pulled, language: Language) -> list[str]:
    """What came of a stream, in words."""
    outcome = reason(one, language)
    if one.status == "done":
        outcome = text("commands.pulled.done", language, records=one.records, calls=one.report.calls)
        if one.code == "empty_accepted":
            outcome += text("month.semicolon", language) + text("commands.pulled.empty", language)
    lines = [f"{OUTCOMES[one.status]} {one.ref.account} {one.ref.stream}: {outcome}"]
    told = [text("commands.pulled.note", language, what=remark(notice, language)) for notice in one.report.notices]
    for each in one.passed_over:
        named = {"object": str(each["object"]), "rounds": each["rounds"], "code": str(each["code"])}
        told.append(text("commands.pulled.passed_over", language, **named))
    if one.new_shapes:
        told.append(text("commands.pulled.shapes", language, fields=shapes(one.new_shapes, language)))
    if one.report.rejected:
        told.append(text("commands.pulled.aside", language, figure=len(one.report.rejected)))
    return [*lines, *(f"    {line}" for line in told)]


def shapes(found: list[tuple[str, str]], language: Language, most: int = 8) -> str:
    """Fields that are not as the contract says, by name; only so many are named."""
    named = comma((f"{field} ({kind})" for field, kind in found[:most]), language)
    more = f" {text('commands.closed.more', language, figure=len(found) - most)}" if len(found) > most else ""
    return named + more


@click.command()
@source_option
@LANGUAGE
@answering
def reconcile(session: Session, source: str | None, language: Language) -> Answer:
    """Pull what webhooks missed; say what cannot be had again.

    \b
    Examples:
      kehila reconcile
      kehila reconcile --source zoom
    Every service is read back as far as webhooks may have missed something. WhatsApp's messages cannot be pulled:
    what was not received is reported as a gap, and the months it lies in are marked.
    """
    from pipeline.collect.reconcile import reconcile as compare

    store = session.store()
    done = compare(store, source)
    lines = [line for one in done.pulled for line in pull_lines(one, language)]
    gaps = [text("commands.fresh.gap", language, what=gap_in_words(store, one, language)) for one in done.gaps]
    lines += gaps or [text("commands.pulled.no_gap", language)]
    lines += [text("commands.pulled.healed", language, what=gap_in_words(store, one, language)) for one in done.healed]
    has_problem = bool(done.gaps) or any(one.status != "done" for one in done.pulled)
    return Answer(done.as_json(), lambda: lines, has_problem)
