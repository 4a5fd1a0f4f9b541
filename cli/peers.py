"""Authorities of one configuration beside one another; never a league table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import click

from cli.answers import Answer, answering
from cli.session import LANGUAGE, MONTH, Misuse, Session
from texts.catalogue import text, word
from texts.values import number
from texts.writing import Language
from transforms.peers.groups import DIMENSIONS

if TYPE_CHECKING:
    from pipeline.month.peers import PeerLine
    from transforms.catalogue import Indicator
    from transforms.peers import Group


@click.command()
@click.option("--month", type=MONTH, required=True, help="The month.")
@click.option("--by", type=click.Choice(DIMENSIONS), help="Only groups of this kind; otherwise of every kind.")
@click.option("--all-indicators", is_flag=True, help="Not only those that lead.")
@LANGUAGE
@answering
def peers(session: Session, month: str, by: str | None, all_indicators: bool, language: Language) -> Answer:
    """The authorities of this configuration beside one another.

    Of each group (country, district, socio-economic cluster, size, sector) the median, and of eight or more the
    quartiles: a report of whoever supports them. With --authority CODE that one beside the others of its groups.
    Nothing is said of fewer than five, and nobody's own figure. Figures that are not final are in none.

    \b
    Examples:
      kehila peers --month 2026-10
      kehila peers --month 2026-10 --by district --language he
      kehila --authority 0070 peers --month 2026-10
    """
    from pipeline.month.peers import OF_AUTHORITIES
    from pipeline.month.peers import peers as found_of
    from town.codes import ALL
    from transforms.catalogue import leads

    asked = session.authority or ALL
    if "," in asked:
        raise Misuse(
            "this is about all towns that are configured, or about one beside them: leave --authority out, or name one"
        )
    own = "" if asked == ALL else session.towns()[0].code
    store = session.store()
    lines = found_of(
        store.engine, session.config().authority, store.catalogue, month, authority=own, by=[by] if by else DIMENSIONS
    )
    shown = [one for one in lines if all_indicators or one.indicator in {*leads(), *OF_AUTHORITIES}]
    data = {
        "month": month, "authority": own, "configured": len(session.config().authority),
        "groups": [one.as_json() for one in lines],
    }  # fmt: skip
    return Answer(data, lambda: in_words(shown, store.catalogue, language, bool(own)))


def in_words(
    lines: Sequence[PeerLine], catalogue: Mapping[str, Indicator], language: Language, has_own: bool
) -> list[str]:
    """What is said of each group, a line an indicator; and how many indicators nothing is said of, by why."""
    told = []
    for group, found in groupby(lines, lambda one: one.said.group):
        mine = list(found)
        told.append(_group(group, language))
        told += [f"  {_line(one, catalogue, language, has_own)}" for one in mine if not one.said.why]
        silent = Counter(one.said.why for one in mine if one.said.why and not one.sample)
        told += [f"  {word('peers.why', why, language, number=str(count))}" for why, count in sorted(silent.items())]
    return told


def _group(group: Group, language: Language) -> str:
    names = {"district": "peers.districts", "size": "peers.sizes", "sector": "peers.sectors"}
    key = names.get(group.dimension)
    return word("peers.groups", group.dimension, language, name=word(key, group.code, language) if key else group.code)


def _line(one: PeerLine, catalogue: Mapping[str, Indicator], language: Language, has_own: bool) -> str:
    title = getattr(catalogue[one.indicator].header.title, language)
    unit = "decimal" if one.unit == "count" else one.unit
    said, middle = one.said, one.said.middle
    pieces = []
    if said.share is not None:
        pieces.append(text("peers.share", language, title=title, share=number(said.share, "share")))
    if middle is not None:
        pieces.append(text("peers.median", language, title=title, median=number(middle.median, unit)))
        if middle.low is None or middle.high is None:
            pieces.append(text("peers.no_quartiles", language))
        else:
            ends = {"low": number(middle.low, unit), "high": number(middle.high, unit)}
            pieces.append(text("peers.quartiles", language, **ends))
    pieces += [text("peers.per_1000", language)] if one.is_per_1000 else []
    pieces += [text("peers.volunteers", language)] if one.sample else []
    if has_own:
        own = None if one.own is None else number(one.own, unit)
        pieces.append(text("peers.none_here", language) if own is None else text("peers.here", language, own=own))
    return f"{text('month.comma', language).join(pieces)} {text('peers.of_all', language, number=str(said.speaking))}"
