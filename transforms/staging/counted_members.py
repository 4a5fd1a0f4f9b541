"""Members of a space that several groups, pages or accounts count: of all of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from transforms.staging.coverage import OUTLIVES
from transforms.staging.records import Row
from warehouse.calendar import month_of, shift

Count = tuple[int | None, int, int]
"""Members at the end of a day (None where not counted), who joined on it, who left on it."""

GOOD_FOR = timedelta(days=31 * OUTLIVES)
"""A count of one of several stands for it that long."""


def membership_rows(space: str, each: Sequence[Mapping[date, Count]]) -> list[Row]:
    """A row for each day on which any of them was counted, with the members of all; of a single one its own counts.

    A day on which one is not counted has its count before that, and none at all where it has none though it was there.
    """
    days = sorted({day for counts in each for day in counts})
    last: dict[str, date] = {month_of(day): day for day in days}
    rows = []
    for day in days:
        there = [
            counts for counts in each if min(counts) <= day and month_of(day) <= shift(month_of(max(counts)), OUTLIVES)
        ]
        members = [_standing(counts, day) if len(there) > 1 else counts.get(day, (None, 0, 0))[0] for counts in there]
        known = [one for one in members if one is not None]
        changes = [counts[day] for counts in there if day in counts]
        rows.append(
            {
                "month": month_of(day), "space": space, "day": day,
                "members": sum(known) if known and len(known) == len(members) else None,
                "joined": sum(one[1] for one in changes), "left": sum(one[2] for one in changes),
                "is_month_end": last[month_of(day)] == day,
            }
        )  # fmt: skip
    return rows


def _standing(counts: Mapping[date, Count], day: date) -> int | None:
    before = [one for one, (members, _, _) in counts.items() if day - GOOD_FOR <= one <= day and members is not None]
    return counts[max(before)][0] if before else None
