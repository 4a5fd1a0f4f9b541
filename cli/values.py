"""Commands about indicators: what there is, and one value with what stands behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from cli.session import MONTH, Answer, Misuse, Problem, Session, answering
from texts.values import formula, gap, month_values, not_used, reason, register, ways
from texts.writing import LANGUAGES, Language

if TYPE_CHECKING:
    from pipeline.month.show import Shown
    from town.store import TownStore
    from warehouse.ledger_tables import GapRow
    from warehouse.tables import IndicatorComposition


@click.command()
@click.argument("indicator")
@click.option("--month", type=MONTH, required=True, help="The month of the value.")
@answering
def show(session: Session, indicator: str, month: str) -> Answer:
    """One indicator in one month, with what stands behind it.

    \b
    Example:
      kehila show whatsapp.answers --month 2026-10
    """
    from pipeline.month.show import show_cell
    from warehouse.names import no_such

    store = session.store()
    if indicator not in store.catalogue:
        raise Misuse(no_such("indicator", indicator, store.catalogue, "`kehila indicators` lists them"))
    found = show_cell(store, indicator, month)
    if found is None:
        raise Problem(f"nothing is computed for {indicator} in {month}; run `kehila run --month {month}` first")
    return Answer(found.as_json(), lambda: shown_in_words(found))


def shown_in_words(found: Shown) -> list[str]:
    """A cell and what stands behind it, in a few lines."""
    row, title = found.row, found.title
    shown = row.status if row.value is None else f"{row.value:g} {row.unit} ({row.status})"
    lines = [f"{title.he} — {title.en}", f"{row.indicator} {row.month}: {shown}"]
    if row.reason:
        lines.append(f"why: {reason(row.reason, 'en')}")
    if row.denominator is not None:
        lines.append(f"= {row.numerator:g} / {row.denominator:g}")
    if row.quality:
        lines.append(f"quality: {row.quality.replace(' ', ', ')}")
    lines += composition_in_words(found)
    for one in found.parts:
        value = f"- ({reason(one.reason, 'en')})" if one.value is None else format(one.value, "g")
        lines.append(f"  {' · '.join(name for name in (one.space, one.part) if name)}: {value}")
    if found.withdrawn:
        lines.append(f"withdrawn: {found.withdrawn} rows of the staff workbook that counted here before")
    return [*lines, f"computed from {len(found.inputs)} fact partitions, definition {row.definition_version}"]


def composition_in_words(found: Shown) -> list[str]:
    """What a value is the total of, what was known and not used, and what it is compared with."""
    lines = []
    parts = {name: title.en for name, title in found.part_titles.items()}
    for kind, before in COMPOSITION.items():
        mine = [one for one in found.composition if one.kind == kind]
        places = sum(kind == "register" and one.name.startswith("space:") for one in mine)
        pieces = [piece_in_words(one, parts) for one in mine if kind != "register" or not one.name.startswith("space:")]
        pieces += [f"{places} {'place' if places == 1 else 'places'}"] if places else []
        lines += [f"{before}: {', '.join(pieces)}"] if pieces else []
    return lines


COMPOSITION = {
    "method": "known by",
    "formula": "calculated by",
    "part": "sum of",
    "space": "places",
    "unused": "known and not used",
    "register": "with, of the registers",
    "like_for_like": "like for like",
}
"""The kinds of what a headline is made of, as they are said."""


def piece_in_words(one: IndicatorComposition, parts: Mapping[str, str]) -> str:
    """A piece: its name and its figure, of a ratio with what it is divided by; like for like, both months.

    `parts` are the titles of the indicator's parts.
    """
    amount, base = (None if each is None else format(each, ",.10g") for each in (one.amount, one.base))
    if one.kind == "like_for_like":
        return f"{amount}, and {base} in {one.name}"
    figure = "" if amount is None else f" {amount}" + (f" / {base}" if base is not None else "")
    detail = f" ({ways(one.detail, 'en')})" if one.detail and one.kind != "register" else ""
    return f"{name_in_words(one.kind, one.name, 'en', parts)}{figure}{detail}"


def name_in_words(kind: str, name: str, language: Language, parts: Mapping[str, str]) -> str:
    """What a piece is called. Places are shown by their code, like everywhere in this command."""
    if kind == "method":
        return ways(name, language)
    if kind == "formula":
        return formula(name, language, parts)
    if kind == "unused":
        return not_used(name, language, parts)
    return register(name, language) if kind == "register" else parts.get(name, name) if kind == "part" else name


@click.command()
@click.option("--missing", is_flag=True, help="Only those without a value in the last full month, and why.")
@answering
def indicators(session: Session, missing: bool) -> Answer:
    """The indicators there are, and which have no value.

    With a town's configuration: which of them have no value in the last full month, and why.

    \b
    Examples:
      kehila indicators
      kehila indicators --missing
    """
    from transforms.catalogue import ours

    has_town = missing or session.config_path.exists()
    rows: list[dict[str, Any]] = [
        {"indicator": one.id, "family": one.family, "title": one.header.title.model_dump()}
        for one in (session.store().catalogue if has_town else ours()).values()
    ]
    month = ""
    if has_town:
        month = with_values(session, rows)
    wanted = [row for row in rows if not missing or row["value"] is None]

    def lines() -> list[str]:
        width = max(len(row["indicator"]) for row in rows)
        told = []
        for row in wanted:
            told.append(f"{row['indicator']:<{width}}  {row['title']['en']} — {row['title']['he']}")
            if month and row["value"] is None:
                told.append(f"{'':<{width}}  no value: {row['why']}")
        if month:
            told.append(f"{sum(row['value'] is not None for row in rows)} of {len(rows)} have a value in {month}")
        return told

    return Answer({"month": month, "indicators": wanted}, lines)


def with_values(session: Session, rows: list[dict[str, Any]]) -> str:
    """Give every row its value in the town's last full month, status and reason; gives the month."""
    from pipeline.month.run import last_full_month
    from pipeline.month.show import headlines

    store = session.store()
    month = last_full_month(store.today)
    found = headlines(store, month)
    for row in rows:
        cell = found.get(row["indicator"])
        status, code = (cell.status, cell.reason) if cell else ("not_computed", "")
        row |= {"value": cell.value if cell else None, "status": status, "reason": code}
        row["why"] = reason(code, "en") if code else f"nothing is computed; run `kehila run --month {month}`"
        row["why"] = row["why"] if row["value"] is None else ""
    return month


def values_in_words(store: TownStore, month: str) -> tuple[dict[str, Any], list[str]]:
    """How many indicators have a value in a month, as JSON and as a line in English and each language of the town."""
    from pipeline.month.values import month_values_of

    counted = month_values_of(store, month).as_json()
    words = {language: month_values(language, **counted) for language in LANGUAGES}
    shown = dict.fromkeys(("en", *store.authority.languages))
    return {**counted, "in_words": words}, [words[language] for language in shown]


def gap_in_words(store: TownStore, row: GapRow) -> str:
    """A gap of the ledger as a line: the account, and what is known of the stretch in the town's time."""
    zone = ZoneInfo(store.authority.timezone)
    return f"{row.account}: {gap(row.kind, 'en', zone, row.since, row.until, expected=row.expected, heard=row.heard)}"
