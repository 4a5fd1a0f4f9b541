"""Commands about indicators: what there is, and one value with what stands behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from cli.answers import Answer, answering
from cli.session import LANGUAGE, MONTH, Misuse, Session
from cli.shown import beside_in_words, changed_in_words, group_in_words, in_words, published_in_words
from texts.catalogue import text
from texts.values import gap, month_values, reason
from texts.writing import LANGUAGES, Language

if TYPE_CHECKING:
    from town.store import TownStore
    from warehouse.ledger_tables import GapRow


@click.command()
@click.argument("indicator")
@click.option("--month", type=MONTH, required=True, help="The month of the value.")
@click.option(
    "--as-published", is_flag=True, help="As the month's latest revision published it, beside what is known now."
)
@click.option("--cut", metavar="GROUP", help="Of a group, such as society=arab.")
@LANGUAGE
@answering
def show(
    session: Session, indicator: str, month: str, as_published: bool, cut: str | None, language: Language
) -> Answer:
    """One indicator in one month, with what stands behind it.

    \b
    Examples:
      kehila show whatsapp.answers --month 2026-10
      kehila show whatsapp.answers --month 2026-10 --language he
      kehila show whatsapp.answers --month 2026-10 --as-published
      kehila show whatsapp.trust --month 2026-10 --cut society=arab
    """
    from pipeline.month.as_published import changed_cells, published_cell
    from pipeline.month.show import groups_of, show_cell, show_group
    from town.faults import NothingYet
    from warehouse.names import no_such

    store = session.store()
    if indicator not in store.catalogue:
        raise Misuse(no_such("indicator", indicator, store.catalogue, "`kehila indicators` lists them"))
    if as_published and cut is not None:
        raise Misuse("--as-published speaks of the whole town; leave --cut out")
    if as_published:
        published = published_cell(store, indicator, month)
        if published is None:
            raise NothingYet(f"{indicator} was not published in {month}; `kehila close --month {month}` closes a month")
        return Answer(published.as_json(), lambda: published_in_words(published, language))
    found = show_cell(store, indicator, month)
    if found is None:
        raise NothingYet(f"nothing is computed for {indicator} in {month}; run `kehila run --month {month}` first")
    if cut is None:
        changed = changed_cells(store, indicator, month)
        more = changed_in_words(changed, published_cell(store, indicator, month), language) if changed else []
        return Answer({**found.as_json(), "changed_since": len(changed)}, lambda: [*in_words(found, language), *more])
    group = show_group(store, indicator, month, cut)
    if group is None:
        raise Misuse(
            no_such("group", cut, groups_of(store, indicator, month), f"{indicator} has no such group in {month}")
        )
    return Answer(group.as_json(), lambda: group_in_words(found, group, language))


@click.command()
@click.argument("name")
@click.option("--month", type=MONTH, help="The month of the figures; by default the last full one that has any.")
@LANGUAGE
@answering
def persona(session: Session, name: str, month: str | None, language: Language) -> Answer:
    """All figures of a persona, or of any group of people.

    The town's stand beside them. A persona is several groups at once, as `personas` of the authority declares it. Of
    few people nothing is said.

    \b
    Examples:
      kehila persona "Women over 65"
      kehila persona society=arab --month 2026-10 --language ar
    """
    from pipeline.month.show import months_of_group, persona_cells
    from pipeline.months import last_full_month
    from texts.cuts import cut_name
    from town.faults import NothingYet
    from warehouse.names import no_such
    from warehouse.vocabulary import PERSONA, cut_code

    store = session.store()
    declared = store.authority.personas
    if name not in declared and "=" not in name:
        raise Misuse(no_such("persona", name, declared, "`personas` of [[authority]] in kehila.toml declares them"))
    cut = cut_code(PERSONA, name) if name in declared else name
    known = months_of_group(store, cut)
    if not known or (month and month not in known):
        told = f"; there are: {', '.join(known)}" if known else ""
        raise NothingYet(
            f"no figure tells of {name} in {month or 'any month'}{told}; surveys do, in the month they close"
        )
    over = [one for one in known if one <= last_full_month(store.today)]
    shown = month or (over or known)[-1]
    cells = persona_cells(store, shown, cut)
    catalogue = store.catalogue

    def lines() -> list[str]:
        head = text("show.persona", language, name=cut_name(cut, language), month=shown)
        titles = {one: getattr(catalogue[one].header.title, language) for one in cells}
        return [head, *(beside_in_words(titles[one], mine, town, language) for one, (mine, town) in cells.items())]

    rows = [
        {
            "indicator": one, "value": mine.value, "lo": mine.lo, "hi": mine.hi, "n": mine.n, "reason": mine.reason,
            "town": town.value if town else None,
        }
        for one, (mine, town) in cells.items()
    ]  # fmt: skip
    return Answer({"persona": name, "cut": cut, "month": shown, "indicators": rows}, lines)


@click.command()
@click.option("--missing", is_flag=True, help="Only those without a value in the last full month, and why.")
@LANGUAGE
@answering
def indicators(session: Session, missing: bool, language: Language) -> Answer:
    """The indicators there are, and which have no value.

    With a town's configuration: which of them have no value in the last full month, and why.

    \b
    Examples:
      kehila indicators
      kehila indicators --missing
      kehila indicators --missing --language he
    """
    from transforms.catalogue import ours

    has_town = missing or session.config_path.exists()
    rows: list[dict[str, Any]] = [
        {"indicator": one.id, "family": one.family, "title": one.header.title.model_dump()}
        for one in (session.store().catalogue if has_town else ours()).values()
    ]
    month = ""
    if has_town:
        month = with_values(session, rows, language)
    wanted = [row for row in rows if not missing or row["value"] is None]

    def lines() -> list[str]:
        width = max(len(row["indicator"]) for row in rows)
        told = []
        for row in wanted:
            told.append(f"{row['indicator']:<{width}}  {_title(row, language)}")
            if month and row["value"] is None:
                told.append(f"{'':<{width}}  {text('findings.no_value', language, why=row['why'])}")
        if month:
            counted = {"figure": sum(row["value"] is not None for row in rows), "indicators": len(rows)}
            said = text("month.with_value", language, **counted)
            told.append(text("findings.in_month", language, month=month, said=said))
        return told

    return Answer({"month": month, "indicators": wanted}, lines)


def _title(row: dict[str, Any], language: Language) -> str:
    """The title in the language; in English with the Hebrew one, by which staff know it."""
    title: dict[str, str] = row["title"]
    return f"{title['en']} — {title['he']}" if language == "en" else title[language]


def with_values(session: Session, rows: list[dict[str, Any]], language: Language) -> str:
    """Give every row its value in the town's last full month, status and reason; gives the month."""
    from pipeline.month.show import headlines
    from pipeline.months import last_full_month

    store = session.store()
    month = last_full_month(store.today)
    found = headlines(store, month)
    for row in rows:
        cell = found.get(row["indicator"])
        status, code = (cell.status, cell.reason) if cell else ("not_computed", "")
        row |= {"value": cell.value if cell else None, "status": status, "reason": code}
        row["why"] = reason(code, language) if code else text("findings.not_computed", language, period=month)
        row["why"] = row["why"] if row["value"] is None else ""
    return month


def values_in_words(store: TownStore, month: str, language: Language) -> tuple[dict[str, Any], list[str]]:
    """How many indicators have a value in a month, as JSON and as a line: in English also one in each language of the
    town, whose staff the line is handed on to.
    """
    from pipeline.month.values import month_values_of

    counted = month_values_of(store, month).as_json()
    words = {language: month_values(language, **counted) for language in LANGUAGES}
    shown = dict.fromkeys(("en", *store.authority.languages) if language == "en" else (language,))
    return {**counted, "in_words": words}, [words[language] for language in shown]


def gap_in_words(store: TownStore, row: GapRow, language: Language) -> str:
    """A gap of the ledger as a line: the account, and what is known of the stretch in the town's time."""
    zone = ZoneInfo(store.authority.timezone)
    return (
        f"{row.account}: {gap(row.kind, language, zone, row.since, row.until, expected=row.expected, heard=row.heard)}"
    )
