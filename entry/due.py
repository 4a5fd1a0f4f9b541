"""What is due of whom: the figures a role answers for in a month, with those of the months before beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from collectors.staff_workbook.layout import SHEETS, Part, ReportedIndicator
from entry.book import figures
from entry.town import Amounts, FormTown
from transforms.catalogue import Indicator
from warehouse.calendar import shift

MAX_DUE = 8
"""So many indicators are asked for first; whoever has more to enter opens the rest."""
MIN_MONTHS, MANY_TIMES, FEW = 4, 3.0, 5.0
"""A figure is held against at least so many months. It is implausible when it is so many times the greatest of them, or
as many times smaller than the least, and differs by more than a few."""


@dataclass(frozen=True)
class DueLine:
    """One figure asked for: of an indicator, or of a part of it."""

    name: str  # of the line
    part: Part | None
    before: float | None  # a month before
    known: float | None  # what a workbook said of the month already


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


def of_month(town: FormTown, month: str, entered: Amounts) -> list[DueIndicator]:
    """All indicators that are entered month by month: those the account's role answers for first, then by use."""
    found = []
    catalogue: Mapping[str, Indicator] = town.store.catalogue
    for name, entry in figures().items():
        if name not in catalogue:
            continue
        indicator = entry.indicator
        parts: tuple[Part | None, ...] = indicator.parts or (None,)
        lines = []
        months: set[str] = set()
        for part in parts:
            code = part.code if part else ""
            of = entered.get((name, code), {})
            months |= {one for one in of if one < month}
            lines.append(DueLine(line_name(name, code), part, of.get(shift(month, -1)), of.get(month)))
        is_countable = all(entry.counts_rows_together(part.code if part else "") for part in parts)
        header = catalogue[name].header
        titled = ReportedIndicator(name, header.title.model_dump(), indicator.unit, indicator.parts)
        found.append(
            DueIndicator(titled, entry.sheet, entry.topic, header.owner, tuple(lines), is_countable, len(months))
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


def is_implausible(amount: float, before: list[float]) -> bool:
    """Whether a figure is unlike those of the months before it: it is asked about once, and never refused."""
    if len(before) < MIN_MONTHS:
        return False
    high, low = max(before), min(before)
    return (amount > MANY_TIMES * high and amount - high > FEW) or (amount * MANY_TIMES < low and low - amount > FEW)


def monthly_sheets() -> list[str]:
    """Sheets of figures."""
    return sorted({one.sheet for one in figures().values()} & set(SHEETS))
