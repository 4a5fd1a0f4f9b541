"""A month in five lines, to forward by message."""

from __future__ import annotations

import click

from cli.answers import Answer, answering
from cli.session import LANGUAGE_VARIABLE, MONTH, Problem, Session
from texts.writing import LANGUAGES, Language


@click.command()
@click.option("--month", type=MONTH, required=True, help="The month.")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="he", show_default=True, envvar=LANGUAGE_VARIABLE,
    help="Of the lines.",
)  # fmt: skip
@answering
def headline(session: Session, month: str, language: Language) -> Answer:
    """The month in five lines, to forward.

    What really moved, what to do and what not to rely on, as page one says it, from the verdicts of the indicators
    that lead. With --json all of page one, in three languages.

    \b
    Examples:
      kehila headline --month 2026-10
      kehila headline --month 2026-10 --language ar
    """
    from pipeline.refresh.restatements import month_values
    from publishers.front_words import five_lines, rows
    from publishers.reading import read_report

    store = session.store()
    if not month_values(store.ledger, month):
        raise Problem(f"nothing is computed for {month}; run `kehila run --month {month}` first")
    report = read_report(store.engine, store.authority.code, month, store.authority.timezone, today=store.today)
    return Answer({"month": month, "page_one": rows(report)}, lambda: five_lines(report, language))
