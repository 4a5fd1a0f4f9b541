"""Which row of a newer workbook is a row of the earlier one, corrected: equal but for one column.

A row whose month was corrected is looked for everywhere; one of which another column was, at its own place in the
sheet, or where there is only one it can be.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from transforms.staging.records import Row
from warehouse.calendar import month_of

Said = tuple[str, Row]
"""A stream and a row of it."""

NO_CONTENT = {"segment", "landed_order", "batch", "cell", "entered_by", "has_evidence", "occurrence", "sheet"}
"""Columns that say where a row stood and who typed it, not what it says."""
MADE_CODES = {"staff_publication": "publication", "staff_event": "event", "staff_space": "space"}
"""Columns whose code is made of the rest of the row where staff gave none."""
WHEN = ("month", "published_day", "first_day")
IN_PLACE, IN_TIME, OTHERWISE = range(3)


def content(row: Row) -> tuple[tuple[str, Any], ...]:
    """What a row says."""
    return tuple(
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in sorted(row.items())
        if name not in NO_CONTENT
    )


def month_said(row: Row) -> str:
    """The month a row is about; '' for what holds over time."""
    day = row.get("published_day") or row.get("first_day")
    return row.get("month") or (month_of(day) if isinstance(day, date) else "")


def moves(gone: Sequence[Said], new: Sequence[Said], months: Mapping[str, tuple[str, str]]) -> list[tuple[int, int]]:
    """Numbers of rows that are gone, each with that of the new row it became; no row twice.

    `months` gives of each stream the first month the newer workbook speaks of and the last of the earlier one. Where
    the oldest month was left out and one added after the last, alike figures are of two months and no correction.
    """
    by_look: dict[Any, list[int]] = defaultdict(list)
    for number, (stream, row) in enumerate(new):
        for look in _looks(stream, row):
            by_look[look].append(number)
    found: dict[tuple[int, int], int] = {}
    for number, (stream, row) in enumerate(gone):
        for other in {one for look in _looks(stream, row) for one in by_look.get(look, ())}:
            old, now = month_said(row), month_said(new[other][1])
            first, last = months[stream]
            if old == now or not (old < first and now > last):
                found[number, other] = _rank(row, new[other][1])
    is_only = _only(found, lambda pair: pair[0]), _only(found, lambda pair: pair[1])
    taken: tuple[set[int], set[int]] = set(), set()
    pairs = []
    for (number, other), rank in sorted(found.items(), key=lambda item: (item[1], item[0])):
        is_sure = rank < OTHERWISE or (number in is_only[0] and other in is_only[1])
        if is_sure and number not in taken[0] and other not in taken[1]:
            taken[0].add(number)
            taken[1].add(other)
            pairs.append((number, other))
    return pairs


def _only(found: Mapping[tuple[int, int], int], side: Callable[[tuple[int, int]], int]) -> set[int]:
    return {number for number, count in Counter(map(side, found)).items() if count == 1}


def _rank(row: Row, other: Row) -> int:
    """How sure it is that two rows are one, the surest first."""
    if row.get("cell") and row["cell"] == other.get("cell"):
        return IN_PLACE
    differing = {name for name, value in content(row) if dict(content(other)).get(name) != value}
    return IN_TIME if not differing - {*WHEN, *MADE_CODES.values()} else OTHERWISE


def _looks(stream: str, row: Row) -> list[tuple[Any, ...]]:
    """How a row looks without one of its columns, for each of them: two rows that share a look differ in it alone."""
    says = [(name, value) for name, value in content(row) if name != MADE_CODES.get(stream)]
    return [(stream, *(one for one in says if one[0] != name)) for name, _ in says]
