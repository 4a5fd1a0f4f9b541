"""What is due of whom: the figures a role answers for in a month, with those of the months before beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from collectors.staff_workbook.layout import Part, ReportedIndicator
from collectors.staff_workbook.plausible import Past
from entry.book import figures
from entry.town import FormTown
from transforms.catalogue import Indicator
from warehouse.calendar import shift

MAX_DUE = 8
"""So many indicators are asked for first; whoever has more to enter opens the rest."""


@dataclass(frozen=True)
class DueLine:
    """One figure asked for: of an indicator, or of a part of it."""

    name: str  # of the line
    part: Part | None
    before: float | None  # a month before
    known: float | None  # what was said of the month already
    is_used: bool  # it was entered in one of the twelve months before


@dataclass(frozen=True)
class DueIndicator:
    """An indicator with the figures asked for."""

    indicator: ReportedIndicator
    sheet: str
    topic: str
    owner: str
    lines: tuple[DueLine, ...]
    is_countable: bool  # that nothing happened is zero, of all its figures
    months: int  # of the twelve before, in which something was entered


def line_name(indicator: str, part: str) -> str:
    """The name of the line asked for: whoever opens the month finds it under the same."""
    return f"{indicator}/{part}"


def of_month(town: FormTown, month: str, past: Past) -> list[DueIndicator]:
    """All indicators that are entered month by month: those the account's role answers for first, then by use."""
    found = []
    entered: dict[tuple[str, str], dict[str, float]] = {}
    for (name, code, _, _), months_said in past.items():
        of_all = entered.setdefault((name, code), {})
        for when, amount in months_said.items():
            of_all[when] = of_all.get(when, 0.0) + amount
    catalogue: Mapping[str, Indicator] = town.store.catalogue
    for name, own in figures().items():
        if name not in catalogue:
            continue
        entry = town.contents.entries.get(name, own)
        indicator = entry.indicator
        parts: tuple[Part | None, ...] = indicator.parts or (None,)
        lines = []
        months: set[str] = set()
        for part in parts:
            code = part.code if part else ""
            of = entered.get((name, code), {})
            months |= {one for one in of if one < month}
            lines.append(
                DueLine(
                    line_name(name, code), part, of.get(shift(month, -1)), of.get(month), any(one < month for one in of)
                )
            )
        is_countable = all(entry.counts_rows_together(part.code if part else "") for part in parts)
        header = catalogue[name].header
        found.append(
            DueIndicator(indicator, entry.sheet, entry.topic, header.owner, tuple(lines), is_countable, len(months))
        )
    order = list(catalogue)
    return sorted(found, key=lambda one: (one.owner != town.account.role, -one.months, order.index(one.indicator.id)))


def asked_for(town: FormTown, found: list[DueIndicator]) -> list[DueIndicator]:
    """Those that are asked for first: of the role, and entered of late; where nothing was yet, reported ones."""
    own = [one for one in found if one.owner == town.account.role]
    used = [one for one in own if one.months]
    catalogue = town.store.catalogue
    if not used:
        used = [one for one in own if catalogue[one.indicator.id].header.method == "reported"] or own
    return used[:MAX_DUE]
