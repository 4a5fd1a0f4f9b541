"""What the gate refused, held or doubted: see it, and say that it is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from cli.answers import Answer, answering
from cli.session import LANGUAGE, MONTH, Misuse, NotHere, Session
from texts import Language, kept_error, text, word
from texts.values import comma

if TYPE_CHECKING:
    from warehouse.checks import Accepted
    from warehouse.gate_tables import CheckRow

PUBLISHED = "figures"
"""How what was found of published figures is headed: they are of no one source."""


MAX_MONTHS = 12
"""Months of one fact with a verdict that are said one by one, the newest; the others are counted."""


@click.command()
@click.option("--source", help="Only what is of this source.")
@click.option("--all", "is_all", is_flag=True, help="Every line, and what was resolved too: when, how and why.")
@LANGUAGE
@answering
def checks(session: Session, source: str | None, is_all: bool, language: Language) -> Answer:
    """What was refused, held or doubted, the worst first.

    Refused: nothing was taken. Held: what was stored of the month stays. Aside: rows wait in the quarantine. Doubted:
    taken, and to be looked at; the values it is in are flagged. Each stands until its month is judged again without
    it, or until `kehila accept` says that it is right. "figures" are the indicators themselves. Of what one rule found
    a few places are named and the others counted; `--all` and `--json` name each.

    \b
    Examples:
      kehila checks
      kehila checks --source facebook_page
      kehila checks --all --json
      kehila checks --language he
    """
    from warehouse.checks import checks as found_in

    found = found_in(session.store().ledger, is_open=False)
    if source is not None:
        _refuse_unknown(source, found)
        found = [one for one in found if (one.source or PUBLISHED) == source]
    stands = [one for one in found if one.resolved_at is None]
    shown = found if is_all else stands
    data = {
        "checks": [_as_json(one, language) for one in shown],
        "standing": dict(Counter(one.verdict for one in stands)),
    }
    return Answer(data, lambda: lines_of(shown, language, is_all=is_all) or [text("findings.nothing", language)])


def _refuse_unknown(source: str, found: Iterable[CheckRow]) -> None:
    from town.staged import facts_of_sources
    from warehouse.names import no_such

    known = {PUBLISHED, *facts_of_sources(), *(one.source for one in found)} - {""}
    if source not in known:
        raise NotHere(no_such("source", source, known))


def remedy(one: CheckRow) -> str:
    """The command that settles it; '' where none does: it was settled, or a whole batch was refused."""
    from warehouse.checks import KEPT_BACK

    if one.resolved_at is not None or (not one.month and one.verdict in KEPT_BACK):
        return ""
    if one.verdict == "aside":
        return "kehila quarantine list"
    place = one.month or f"--source {one.source}"
    return f'kehila accept {one.fact} {place} --reason "..."'


def _as_json(one: CheckRow, language: Language) -> dict[str, Any]:
    from warehouse.gate_tables import CheckRow

    told = {name: getattr(one, name) for name in CheckRow.model_fields if name not in ("authority", "arguments")}
    return {**told, "sentence": kept_error(one.code, one.arguments, language), "remedy": remedy(one)}


def lines_of(found: Iterable[CheckRow], language: Language, *, is_all: bool = False) -> list[str]:
    """By verdict, source, fact and month: what was found of it, then the command that settles it once."""
    lines = []
    for (verdict, source, fact), same in groupby(found, key=lambda one: (one.verdict, one.source, one.fact)):
        by_month = {month: list(of) for month, of in groupby(same, key=lambda one: one.month)}
        named = source or PUBLISHED
        what = f"{word('findings.verdicts', verdict, language):<8} {named:<16} {fact}{_fact(fact, language)}"
        left = [] if is_all else sorted(by_month)[:-MAX_MONTHS]
        for month in [one for one in by_month if one not in left]:
            lines += [f"{what} {month}".rstrip(), *_of_month(by_month[month], language, is_all)]
        if left:
            count = sum(len(by_month[one]) for one in left)
            every = text("findings.every", language)
            stretch = text("findings.more_of_months", language, first=left[0], last=left[-1], count=count, every=every)
            lines += [f"{what} {stretch}"]
    return lines


def _fact(fact: str, language: Language) -> str:
    """What a fact is called, behind its code; nothing in English, whose words the codes are, and of indicators."""
    name = word("codes.facts", fact, language)
    return "" if language == "en" or name == fact else f" ({name})"


def _of_month(found: list[CheckRow], language: Language, is_all: bool) -> Iterable[str]:
    from warehouse.checks import EXAMPLES, alike

    for one in alike(found, None if is_all else EXAMPLES):
        for row in one.examples:
            yield f"  {row.space + ': ' if row.space else ''}{kept_error(row.code, row.arguments, language)}"
            yield f"    {_since(row, language)}"
        if one.more:
            every, rule = text("findings.every", language), one.examples[0].rule
            yield f"  {text('findings.more_of_rule', language, count=one.more, rule=rule, every=every)}"
    if settles := next(filter(None, map(remedy, found)), ""):
        yield f"  {settles}"


def _since(one: CheckRow, language: Language) -> str:
    first = f"{one.first_seen_at:%Y-%m-%d}"
    if one.resolved_at is None:
        return text("findings.since", language, day=first)
    last = f"{one.resolved_at:%Y-%m-%d}"
    if one.resolved_by == "accepted":
        return text("findings.accepted", language, first=first, last=last, why=one.reason)
    return text("findings.gone", language, first=first, last=last)


@click.command()
@click.argument("fact")
@click.argument("month", type=MONTH, required=False)
@click.option("--source", default="", help="Only what is of this source.")
@click.option("--reason", required=True, help="Why it is right; it is kept in the ledger.")
@LANGUAGE
@answering
def accept(session: Session, fact: str, month: str | None, source: str, reason: str, language: Language) -> Answer:
    """Say that a month is right as it came, and why.

    FACT is a fact or an indicator, as `kehila checks` names it. Without MONTH it is what is doubted of no one month:
    that a source fell silent.

    A published month that worsened stays as it is stored, and one unlike its past is doubted, until somebody says that
    it is right. `kehila checks` lists what stands. A month that was held is let through once; rows that were put aside
    stay out and leave the quarantine. Leave people out of the reason: numbers, mail addresses and the names of people
    in the data are refused.

    \b
    Examples:
      kehila accept message 2026-09 --reason "a group was counted twice"
      kehila accept message --source whatsapp --reason "the group sleeps over the holidays"
      kehila accept website.resident_users 2026-10 --reason "the campaign for the new pool"
    """
    from town.staged import facts_of_sources
    from warehouse.checks import accept as say_right
    from warehouse.checks import checks as found_in
    from warehouse.facts import FACTS
    from warehouse.names import no_such
    from warehouse.people import may_be_personal, names_somebody

    store, month = session.store(), month or ""
    if fact not in FACTS and fact not in store.catalogue:
        raise Misuse(no_such("fact", fact, [*FACTS, *store.catalogue] if "." in fact else FACTS))
    if not reason.strip():
        raise Misuse("say why it is right: --reason takes a sentence, and it is kept")
    if may_be_personal(reason):
        raise Misuse(
            "the reason seems to hold a telephone number, a mail address or another long number, "
            "and it is kept for ever; say it without, and nothing was changed"
        )
    if names_somebody(reason, store.people):
        raise Misuse(
            "the reason seems to hold the name of somebody who is in the data, and it is kept for ever; "
            "say what somebody is and not who, and nothing was changed"
        )
    if source and source not in (
        known := {*facts_of_sources(), *(one.source for one in found_in(store.ledger))} - {""}
    ):
        raise Misuse(no_such("source", source, known))
    found = say_right(store.ledger, fact, month, reason.strip(), source)
    return Answer({"fact": fact, "month": month, **asdict(found)}, lambda: [_accepted(found, fact, month, language)])


def _accepted(found: Accepted, fact: str, month: str, language: Language) -> str:
    """What was accepted, and what follows of it."""
    named = {"fact": f"{fact}{_fact(fact, language)}", "period": month}
    if not found.sources:
        where = text("commands.accepted.in_month" if month else "commands.accepted.as_a_whole", language, period=month)
        return text("commands.accepted.nothing", language, where=where, **named)
    if not month:
        return text("commands.accepted.of_source", language, sources=comma(found.sources, language), **named)
    line = text("commands.accepted.of_month", language, **named)
    if not found.held:
        return line
    held = text("commands.accepted.let_through", language, sources=comma(found.held, language))
    return f"{line}{text('month.semicolon', language)}{held}"
