"""What the gate refused, held or doubted: see it, and say that it is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from cli.session import MONTH, Answer, Misuse, Session, answering

if TYPE_CHECKING:
    from warehouse.gate_tables import CheckRow

PUBLISHED = "figures"
"""How what was found of published figures is headed: they are of no one source."""


@click.command()
@click.option("--source", help="Only what is of this source.")
@click.option("--all", "is_history", is_flag=True, help="What was resolved too: when, how and why.")
@answering
def checks(session: Session, source: str | None, is_history: bool) -> Answer:
    """What was refused, held or doubted, the worst first.

    Refused: nothing was taken. Held: what was stored of the month stays. Aside: rows wait in the quarantine. Doubted:
    taken, and to be looked at; the values it is in are flagged. Each stands until its month is judged again without
    it, or until `kehila accept` says that it is right. "figures" are the indicators themselves.

    \b
    Examples:
      kehila checks
      kehila checks --source facebook
      kehila checks --all --json
    """
    from warehouse.checks import checks as found_in

    found = found_in(session.store().ledger, is_open=not is_history)
    if source is not None:
        found = [one for one in found if (one.source or PUBLISHED) == source]
    standing = Counter(one.verdict for one in found if one.resolved_at is None)
    data = {"checks": [_as_json(one) for one in found], "standing": dict(standing)}
    return Answer(data, lambda: lines_of(found) or ["nothing stands against any month"])


def _sentence(one: CheckRow) -> str:
    from texts import kept_error

    return kept_error(one.code, one.arguments, "en")


def remedy(one: CheckRow) -> str:
    """The command that settles it; '' where none does, since no one month is meant or it was settled."""
    if one.resolved_at is not None or not one.month:
        return ""
    if one.verdict == "aside":
        return "kehila quarantine list"
    return f'kehila accept {one.fact} {one.month} --reason "..."'


def _as_json(one: CheckRow) -> dict[str, Any]:
    from warehouse.gate_tables import CheckRow

    told = {name: getattr(one, name) for name in CheckRow.model_fields if name not in ("authority", "arguments")}
    return {**told, "sentence": _sentence(one), "remedy": remedy(one)}


def lines_of(found: Iterable[CheckRow]) -> list[str]:
    """By verdict, source, fact and month: what was found of it, then the command that settles it once."""
    lines = []
    for (verdict, source, fact, month), same in groupby(
        found, key=lambda one: (one.verdict, one.source, one.fact, one.month)
    ):
        told = list(same)
        lines.append(f"{verdict:<8} {source or PUBLISHED:<16} {fact} {month}".rstrip())
        for one in told:
            lines.append(f"  {one.space + ': ' if one.space else ''}{_sentence(one)}")
            lines.append(f"    {_since(one)}")
        if settles := next(filter(None, map(remedy, told)), ""):
            lines.append(f"  {settles}")
    return lines


def _since(one: CheckRow) -> str:
    if one.resolved_at is None:
        return f"since {one.first_seen_at:%Y-%m-%d}"
    how = f"accepted: {one.reason}" if one.resolved_by == "accepted" else "found no more"
    return f"{one.first_seen_at:%Y-%m-%d} to {one.resolved_at:%Y-%m-%d}, {how}"


@click.command()
@click.argument("fact")
@click.argument("month", type=MONTH)
@click.option("--reason", required=True, help="Why it is right; it is kept in the ledger.")
@answering
def accept(session: Session, fact: str, month: str, reason: str) -> Answer:
    """Say that a month is right as it came, and why.

    FACT is a fact or an indicator, as `kehila checks` names it.

    A published month that worsened stays as it is stored, and one unlike its past is doubted, until somebody says that
    it is right. `kehila checks` lists what stands. A month that was held is let through once; rows that were put aside
    stay out and leave the quarantine. Leave people out of the reason: numbers and mail addresses are refused.

    \b
    Examples:
      kehila accept message 2026-09 --reason "a group was counted twice"
      kehila accept website.resident_users 2026-10 --reason "the campaign for the new pool"
    """
    from warehouse.checks import accept as say_right
    from warehouse.facts import FACTS
    from warehouse.names import no_such
    from warehouse.people import may_be_personal

    store = session.store()
    if fact not in FACTS and fact not in store.catalogue:
        raise Misuse(no_such("fact", fact, [*FACTS, *store.catalogue] if "." in fact else FACTS))
    if not reason.strip():
        raise Misuse("say why it is right: --reason takes a sentence, and it is kept")
    if may_be_personal(reason):
        raise Misuse(
            "the reason seems to hold a telephone number, a mail address or another long number, "
            "and it is kept for ever; say it without, and nothing was changed"
        )
    found = say_right(store.ledger, fact, month, reason.strip())
    again = f"; what was held is let through once, by `kehila refresh` ({', '.join(found.held)})" if found.held else ""
    line = f"{fact} of {month} is right as it came{again}"
    if not found.sources:
        line = f"nothing is held or doubted of {fact} in {month}; nothing was changed"
    return Answer({"fact": fact, "month": month, **asdict(found)}, lambda: [line])
