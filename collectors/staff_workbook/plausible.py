"""What is unlikely of a figure that can be taken: it is taken, and whoever typed it is asked to look again.

A form over the same sheets asks here too. Belongs here: one figure beside those before it. Does not: cells, refusals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from collectors.remarks import Said, said
from collectors.staff_workbook.layout import ENTRIES, Entry

TIMES = 10
"""So many times the figure before is unlikely."""
BEYOND, MIN_MONTHS = 3, 6
"""So many times the highest, or below that part of the lowest, of the year before; asked of so many months at least."""
MIN_DIFFERENCE = 10
"""Small numbers jump: 1 and 12 are no mistake."""
_YEAR = 12
_BROKEN = frozenset({"posts"})
"""Parts counted in fractions."""

Key = tuple[str, str, str, str]
"""Indicator (`members` for a place's members), part, place, and what it is about where such figures do not add up."""
Past = Mapping[Key, Mapping[str, float]]
"""Key -> month -> figure."""


def figure_key(record: Mapping[str, object], entries: Mapping[str, Entry] = ENTRIES) -> Key | None:
    """What a record of staff reports or memberships is a figure of; None of a state.

    `entries` are those of the workbook, ours where it is left out.
    """
    if "members" in record:
        return ("members", "", str(record["space"]), "")
    if record.get("amount") is None:
        return None
    name, part = str(record["indicator"]), str(record["part"])
    entry = entries.get(name)
    if entry is None or entry.sheet not in ("monthly", "investment"):
        return None
    adds = entry.counts_rows_together(part) and entry.sheet == "monthly"
    return (name, part, str(record["space"]), "" if adds else str(record["subject"]))


def figures(
    records: Iterable[Mapping[str, object]], entries: Mapping[str, Entry] = ENTRIES
) -> dict[Key, dict[str, float]]:
    """Key -> month -> figure, of records of staff reports or memberships; those of one month and key are added up.

    `entries` are those of the workbook, ours where it is left out.
    """
    found: dict[Key, dict[str, float]] = {}
    for record in records:
        key = figure_key(record, entries)
        if key is not None:
            months = found.setdefault(key, {})
            amount, month = record["members" if "members" in record else "amount"], str(record["month"])
            months[month] = months.get(month, 0.0) + float(str(amount))
    return found


def doubts(
    key: Key, month: str, amount: float, past: Mapping[str, float], entries: Mapping[str, Entry] = ENTRIES
) -> list[Said]:
    """What is unlikely of a month's figure; `past` are figures of the same key, by month.

    `entries` are those of the workbook, ours where it is left out.
    """
    before = {one: past[one] for one in sorted(past) if 0 < _apart(one, month) <= _YEAR}
    found = []
    if not amount.is_integer() and _is_count(key, entries):
        found.append(said("fraction_of_count"))
    if before:
        last = max(before)
        was, low, high = before[last], min(before.values()), max(before.values())
        if abs(amount - was) >= MIN_DIFFERENCE and (amount >= TIMES * was > 0 or 0 < amount <= was / TIMES):
            found.append(said("far_from_last_month", last=last, was=_shown(was)))
        elif len(before) >= MIN_MONTHS and amount > BEYOND * high and amount - high >= MIN_DIFFERENCE:
            found.append(said("above_the_year", high=_shown(high)))
        elif len(before) >= MIN_MONTHS and amount < low / BEYOND and low - amount >= MIN_DIFFERENCE:
            found.append(said("below_the_year", low=_shown(low)))
    return found


def is_ahead(month: str, today: date | None) -> bool:
    """Whether a month has not begun."""
    return today is not None and month > f"{today:%Y-%m}"


def _is_count(key: Key, entries: Mapping[str, Entry]) -> bool:
    name, part, _, _ = key
    if name == "members" or part in _BROKEN:
        return name == "members"
    return unit_of(name, part, entries) == "count"


def unit_of(indicator: str, part: str | None, entries: Mapping[str, Entry] = ENTRIES) -> str:
    """The unit a figure is typed in; '' of an indicator nobody enters. `entries` are ours where they are left out."""
    entry = entries.get(indicator)
    if entry is None:
        return ""
    return next((one.unit for one in entry.indicator.parts if one.code == part), entry.indicator.unit)


def _apart(month: str, later: str) -> int:
    return (int(later[:4]) - int(month[:4])) * _YEAR + int(later[5:]) - int(month[5:])


def _shown(figure: float) -> str:
    return f"{figure:,.0f}" if figure.is_integer() else f"{figure:,.2f}"
