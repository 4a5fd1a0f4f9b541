"""Notes on cells that were taken, for what is unlikely of them beside the others and what was entered before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from collectors.base import CellNote
from collectors.remarks import Said, said
from collectors.staff_workbook.layout import Entry
from collectors.staff_workbook.plausible import Key, Past, doubts, figure_key, figures, is_ahead


class Kept(Protocol):
    """A record, the rows it was said in, and the addresses of its cells by column."""

    @property
    def record(self) -> Mapping[str, Any]: ...
    @property
    def seen(self) -> list[tuple[str, int]]: ...
    @property
    def at(self) -> Mapping[str, str]: ...


def doubted(kept: Iterable[Kept], entries: Mapping[str, Entry], past: Past, today: date | None) -> list[CellNote]:
    """Notes on months ahead and unlikely figures; a figure that was taken as it stands is not asked about again."""
    listed = [one for one in kept if "month" in one.record]
    own = figures((one.record for one in listed), entries)
    found: list[CellNote] = []
    asked: set[tuple[Key, str]] = set()
    for one in reversed(listed):  # of several rows that make a figure the last is asked about
        month = one.record["month"]
        if month and is_ahead(month, today) and "month" in one.at:
            found.append(_note(one, "month", said("month_ahead")))
        key = figure_key(one.record, entries)
        column = "members" if "members" in one.record else "amount"
        if key is None or (key, month) in asked or column not in one.at:
            continue
        asked.add((key, month))
        amount = own[key][month]
        if past.get(key, {}).get(month) != amount:
            found += [
                _note(one, column, what)
                for what in doubts(key, month, amount, {**past.get(key, {}), **own[key]}, entries)
            ]
    return found[::-1]


def _note(one: Kept, column: str, what: Said) -> CellNote:
    return CellNote(one.seen[-1][0], one.at[column], what, is_refused=False)
