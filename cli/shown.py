"""One value of an indicator in words: what it is, and what stands behind it, for `kehila show`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from texts import follow_up, programmes
from texts.catalogue import text, word
from texts.composition import composition
from texts.cuts import cut_name
from texts.values import answers, figure, flags, interval, number, reason
from texts.verdicts import sentence
from texts.writing import Language
from warehouse.vocabulary import ANSWERS, SURVEY

if TYPE_CHECKING:
    from pipeline.month.as_published import Published
    from pipeline.month.show import Group, Shown
    from warehouse.published import Difference
    from warehouse.tables import IndicatorValue
    from warehouse.vocabulary import Unit


def in_words(found: Shown, language: Language) -> list[str]:
    """A cell and what stands behind it, a line each. Places are shown by their code, as in every command."""
    row = found.row
    status = word("codes.statuses", row.status, language)
    lines = [f"{getattr(found.title, language)} ({row.indicator})"]
    if row.value is None:
        lines.append(text("show.no_value", language, month=row.month, status=status))
    else:
        shown = figure(row.value, row.unit, language)
        lines.append(text("show.value", language, month=row.month, shown=shown, status=status))
    if row.reason:
        lines.append(text("show.why", language, why=reason(row.reason, language)))
    if row.denominator is not None:
        shares = {"numerator": f"{row.numerator:,g}", "denominator": f"{row.denominator:,g}"}
        lines.append(text("show.division", language, **shares))
    if sure := interval(row.lo, row.hi, row.unit, row.quality.split(), language):
        lines.append(sure)
    if row.value is not None and (said_of := asked(found, language)):
        lines.append(said_of)
    if said := flags(row.quality.split(), language, {}):
        lines.append(text("show.quality", language, said=_listed(said, language)))
    if (one := found.verdict) is not None:
        why = sentence(one.reason, json.loads(one.fields), found.speaking_unit, one.pace, language)
        lines.append(f"{word('codes.verdicts', one.word, language)}: {why}")
    if found.follow_up is not None:
        said_of_it = follow_up.lines(found.follow_up, found.speaking_unit, language)
        lines += [text("show.staff", language, name=name, said=said) for name, said in said_of_it]
    for programme, goals in programmes.in_words(found.goals, language):
        lines += [programme, *(f"  {one}" for one in goals)]
    titles = {name: getattr(title, language) for name, title in found.part_titles.items()}
    lines += composition(found.composition, language, titles)
    lines += [f"  {part_line(one, language, titles)}" for one in found.parts]
    if found.withdrawn:
        lines.append(text("show.withdrawn", language, count=found.withdrawn))
    return [*lines, text("show.computed_from", language, count=len(found.inputs), definition=row.definition_version)]


def group_in_words(found: Shown, group: Group, language: Language) -> list[str]:
    """The figure of a group of people and of each part, a line each, under the indicator's title."""
    titles = {name: getattr(title, language) for name, title in found.part_titles.items()}
    lines = [f"{getattr(found.title, language)} ({group.indicator}) · {cut_name(group.cut, language)}"]
    for part, row in sorted(group.cells.items()):
        told = f"- ({reason(row.reason, language)})" if row.value is None else figure(row.value, row.unit, language)
        lines.append(f"{titles.get(part, part) or group.month}: {told}")
    return lines


def beside_in_words(title: str, mine: IndicatorValue, town: IndicatorValue | None, language: Language) -> str:
    """A figure of a group and the town's beside it, under the indicator's title."""
    told = {
        "mine": reason(mine.reason, language) if mine.value is None else figure(mine.value, mine.unit, language),
        "town": "-" if town is None or town.value is None else figure(town.value, town.unit, language),
    }
    return text("show.beside", language, title=title, **told)


def part_line(one: IndicatorValue, language: Language, titles: Mapping[str, str]) -> str:
    """A part's place and title, and its value or why it has none; `titles` are those of the indicator's parts."""
    value = f"- ({reason(one.reason, language)})" if one.value is None else number(one.value, one.unit)
    if sure := interval(one.lo, one.hi, one.unit, one.quality.split(), language):
        value = f"{value} ({sure})"
    return f"{' · '.join(name for name in (one.space, titles.get(one.part, one.part)) if name)}: {value}"


def asked(found: Shown, language: Language) -> str:
    """How much a survey's figure rests on, by what it is made of; '' of what is no survey's."""
    mine = [one for one in found.composition if one.kind == SURVEY]
    of = next((one for one in mine if one.name == ANSWERS), None)
    alphas = [one.amount for one in mine if one.name != ANSWERS and one.amount is not None]
    people = None if of is None or of.base is None else int(of.base)
    return answers(people, of.amount if of else None, min(alphas, default=None), language)


def _listed(pieces: list[str], language: Language) -> str:
    return text("month.comma", language).join(pieces)


def published_in_words(found: Published, language: Language) -> list[str]:
    """What was published of a cell, a line each, and what is known of it now."""
    from pipeline.month.as_published import shown_of

    row, month = found.row, found.row.month
    lines = [
        f"{getattr(found.title, language)} ({row.indicator})",
        _in_month(month, shown_of(row), found.unit, language),
        text("show.published", language, number=str(found.revision), day=f"{found.closed_at:%Y-%m-%d}"),
    ]
    if said := flags(row.quality.split(), language, {}):
        lines.append(text("show.quality", language, said=_listed(said, language)))
    for one in found.parts:
        title, value = found.part_titles.get(one.part), shown_of(one)[0]
        names = (one.space, getattr(title, language) if title else one.part)
        shown = "-" if value is None else number(value, found.units.get(one.part, found.unit))
        lines.append(f"  {' · '.join(name for name in names if name)}: {shown}")
    known = _in_month(month, shown_of(found.now), found.unit, language)
    return [*lines, text("show.known_now" if found.is_changed else "show.still_so", language, known=known)]


def changed_in_words(changed: Sequence[Difference], found: Published | None, language: Language) -> list[str]:
    """That a closed month published something else: how many figures of the indicator changed, and the remedy."""
    from pipeline.month.as_published import shown_of

    if found is None:
        return []
    was = _in_month(found.row.month, shown_of(found.row), found.unit, language)
    said = {"was": was, "period": found.row.month}
    return [text("show.changed_since", language, revision=found.revision, figure=len(changed), **said)]


def _in_month(month: str, shown: tuple[float | None, str], unit: Unit, language: Language) -> str:
    value, status = shown[0], word("codes.statuses", shown[1], language)
    if value is None:
        return text("show.no_value", language, month=month, status=status)
    return text("show.value", language, month=month, shown=figure(value, unit, language), status=status)
