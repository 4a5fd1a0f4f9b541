"""What page one says: how much is shown, what is missing and why. Shared by the workbook and the page."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import get_args
from zoneinfo import ZoneInfo

from publishers.placing import json_bytes
from publishers.report import Cell, Change, IndicatorReport, Report
from texts import Language, text, word
from texts.values import answers, comma, figure, reason
from texts.verdicts import sentence
from texts.writing import day_text, month_name, pick, quoted
from warehouse.published import SHOWN
from warehouse.vocabulary import Status

NOT_SHOWN_TWICE = ("added", "vanished", "space_removed")
"""Changes of cells that stand on one side only, each with a sentence of its own."""


@dataclass(frozen=True)
class Absence:
    """One reason and the indicators it silences."""

    status: str
    reason: str
    titles: tuple[str, ...]


def counts(report: Report) -> dict[str, int]:
    """Indicators by status, every status named."""
    found = dict.fromkeys(get_args(Status), 0)
    for one in report.indicators:
        found[one.speaks.status] = found.get(one.speaks.status, 0) + 1
    return found


def shown(report: Report) -> int:
    """Indicators that show a number."""
    return sum(one.speaks.value is not None for one in report.indicators)


def absences(report: Report, language: Language) -> list[Absence]:
    """Why indicators show no number, the commonest reason first."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in report.indicators:
        if one.speaks.value is None:
            why = reason(one.speaks.reason, language)
            found.setdefault((one.speaks.status, why), []).append(pick(one.title, language))
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [Absence(status, why, tuple(titles)) for (status, why), titles in ordered]


def cell_text(value: float | None, status: str, unit: str, language: Language) -> str:
    """A value in words; without one, the word of its status and never a zero."""
    if status not in SHOWN or value is None:
        return word("codes.statuses", status if status not in SHOWN else "missing", language)
    return figure(value, unit, language)


def conclusion_text(one: IndicatorReport, language: Language) -> str:
    """Why the verdict is what it is, '' where nobody has looked."""
    found = one.conclusion
    return sentence(found.reason, found.fields, one.speaking_unit or one.unit, found.pace, language) if found else ""


def asked_text(one: IndicatorReport, language: Language) -> str:
    """How much a survey's figure rests on, '' of what is none or is not shown."""
    found = one.asked if one.speaks.value is not None else None
    return answers(found.people, found.equal, found.alpha, language) if found else ""


def change_text(change: Change, report: Report, language: Language) -> str:
    """One correction as a sentence."""
    one = next((row for row in report.indicators if row.indicator == change.indicator), None)
    return text(
        f"report.changes.{change.why if change.why in NOT_SHOWN_TWICE else 'value'}",
        language,
        title=" · ".join([pick(one.title, language) if one else change.indicator, *place(change, report, language)]),
        old=cell_text(change.old_value, change.old_status, change.unit, language),
        new=cell_text(change.new_value, change.new_status, change.unit, language),
    )


def changes_json(report: Report) -> bytes:
    """The corrections page one tells as a JSON list of the fields of `Change`, for machines."""
    return json_bytes([asdict(change) for change in report.changes])


def part_name(report: Report, indicator: str, part: str, language: Language) -> str:
    """Title of a part, or its code while the dimension lacks it."""
    return pick(report.parts.get((indicator, part), {}), language) or part


def place(cell: Cell | Change, report: Report, language: Language) -> list[str]:
    """Names of the space and part of a cell, those it has."""
    names = [quoted(report.spaces.get(cell.space) or cell.space)] if cell.space else []
    return names + ([part_name(report, cell.indicator, cell.part, language)] if cell.part else [])


def event_text(event: tuple[str, date, date | None], language: Language) -> str:
    """A register entry: its name and days; one that still lasts has no last day."""
    title, first, last = event
    days = day_text(first, language)
    if first != last:
        days = f"{days} - {day_text(last, language) if last else ''}".rstrip()
    return f"{quoted(title)} ({quoted(days)})"


def source_texts(sources: tuple[tuple[str, str], ...], language: Language) -> list[str]:
    """Sources with what each gave."""
    by_source: dict[str, list[str]] = {}
    for source, fact in sources:
        by_source.setdefault(source, []).append(word("codes.facts", fact, language))
    return [
        f"{quoted(word('codes.sources', source, language))}: {comma(facts, language)}"
        for source, facts in sorted(by_source.items())
    ]


def in_question(report: Report, language: Language) -> str:
    """One line on what stands against the month: sources held, sources doubted, figures doubted; '' where none is."""
    titles = {one.indicator: pick(one.title, language) for one in report.indicators}
    named: dict[str, dict[str, None]] = {"held": {}, "doubted": {}, "figures": {}}
    for one in report.in_question:
        if not one.source:
            named["figures"][quoted(titles.get(one.fact, one.fact))] = None
        else:
            kind = "doubted" if one.verdict == "doubted" else "held"
            named[kind][quoted(word("codes.sources", one.source, language))] = None
    return " ".join(
        text(f"report.in_question.{kind}", language, named=comma(names, language))
        for kind, names in named.items()
        if names
    )


def head(report: Report, language: Language) -> dict[str, str]:
    """The lines a report opens with."""
    closed = report.closed_at.astimezone(ZoneInfo(report.timezone)).date() if report.closed_at else None
    return {
        "authority": pick(report.name, language),
        "month": month_name(report.month, language),
        "state": word("codes.states", report.state, language),
        "revision": text("report.revision", language, number=report.revision)
        if closed
        else text("report.not_published", language),
        "in_question": in_question(report, language),
        "closed_on": text("report.closed_on", language, day=closed) if closed else "",
        "shown": text("report.shown", language, shown=shown(report), total=len(report.indicators)),
    }


def groups(report: Report) -> list[tuple[int, list[tuple[str, list[IndicatorReport]]]]]:
    """Indicators by outcome, then by asset or family, in report order."""
    found: dict[int, dict[str, list[IndicatorReport]]] = {}
    for one in report.indicators:
        found.setdefault(one.outcome, {}).setdefault(one.family, []).append(one)
    return [(outcome, list(families.items())) for outcome, families in sorted(found.items())]
