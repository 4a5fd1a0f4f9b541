"""Rules about how much came and when: months against what is stored and against each other, freshness.

Great Expectations passes on an empty frame and on a column of empty cells, so these stand around it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from expectations.results import Arguments, GateContext, Notice, Refused
from expectations.rules import MONTH_OF
from warehouse.calendar import shift

FALL = 0.2
"""A month that lost more than this share of its stored rows is not believed."""

JUMP = 10
FEW = 20
"""Below this many rows a factor of ten between months is chance, not a fault."""

STALE_AFTER_DAYS = 45
"""A flowing source whose newest row is older is noticed."""

FLOWING = {"message", "membership", "visit", "mailing", "platform_metric"}
"""Facts that arrive all the time, so that silence means something."""

COUNTED_BY_MONTH = {"message", "request", "attendance"}


def rows_by_month(table: pa.Table) -> dict[str, int]:
    """Rows of each month."""
    counted = table.group_by("month").aggregate([([], "count_all")])
    return dict(zip(counted["month"].to_pylist(), counted["count_all"].to_pylist(), strict=True))


def against_stored(now: Mapping[str, int], context: GateContext) -> tuple[list[Refused], list[Notice]]:
    """Months about to replace stored ones: an unexplained fall of a closed month is refused."""
    refused, warned = [], []
    for month, before in sorted(context.previous_rows.items()):
        rows = now.get(month, 0)
        counts: Arguments = {"month": month, "before": before, "now": rows}
        if rows < before * (1 - FALL):
            if month in context.closed_months - context.accepted_months:
                refused.append(Refused("month_shrank", counts, month, rows))
            else:
                warned.append(Notice("month_fell", counts, month, rows))
        elif before and rows >= max(before * JUMP, FEW):
            warned.append(Notice("month_grew", counts, month, rows))
    return refused, warned


def between_months(fact: str, now: Mapping[str, int], context: GateContext) -> list[Notice]:
    """Ten times more, or a tenth, from one whole month to the next."""
    if fact not in COUNTED_BY_MONTH:
        return []
    judged = {**context.previous_rows, **now}
    rows = {**context.other_rows, **judged}
    whole = sorted(month for month in rows if month < f"{context.today:%Y-%m}")
    found = []
    for earlier, later in pairwise(whole):
        if earlier not in judged and later not in judged:
            continue
        small, large = sorted((rows[earlier], rows[later]))
        if shift(earlier, 1) == later and large >= FEW and large >= JUMP * small:
            counts: Arguments = {"month": later, "before": rows[earlier], "now": rows[later]}
            found.append(Notice("month_jumped", counts, later, rows[later]))
    return found


def freshness(fact: str, passed: pa.Table, context: GateContext) -> list[Notice]:
    """A flowing source whose newest row is old."""
    if fact not in FLOWING or not passed.num_rows or not context.is_newest:
        return []
    newest = pc.max(passed[MONTH_OF[fact][0]]).as_py()
    day: date = newest.astimezone(ZoneInfo(context.timezone)).date() if isinstance(newest, datetime) else newest
    age = (context.today - day).days
    if age <= STALE_AFTER_DAYS:
        return []
    return [Notice("stale", {"newest": day, "count": age}, f"{day:%Y-%m}")]


def all_authors_null(fact: str, passed: pa.Table) -> list[Notice]:
    """A column that may be empty, but not in every row: then the people measures say nothing."""
    if fact == "message" and passed.num_rows >= FEW and passed["author"].null_count == passed.num_rows:
        return [Notice("authors_unknown", {}, rows=passed.num_rows)]
    return []
