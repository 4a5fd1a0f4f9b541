"""What the pulls of Zoom spoke for, month by month.

A space may be fed by several accounts: it is spoken for only while every one of them was read. Meetings the
account's people joined elsewhere come by a permission of their own and are covered apart, as `attendance:joined`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

from transforms.calendar import first_day, last_day, month_of, span
from transforms.staging.town import Town

FACT_OF = {"zoom_meeting": "gathering", "zoom_connection": "attendance", "zoom_joined": "attendance:joined"}

Days = list[tuple[date, date]]


def coverage_rows(
    pulls: list[dict[str, Any]],
    town: Town,
    by_name: Collection[tuple[str, str]],
    unfinished: Collection[tuple[str, str]],
) -> list[dict[str, Any]]:
    """Rows of `coverage`: a month is full when one unbroken stretch of whole reports holds all of it."""
    stretches: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in pulls:
        if row["stream"] in FACT_OF:
            stretches[FACT_OF[row["stream"]], row["space"]].append(row)
    accounts: dict[str, set[str]] = defaultdict(set)
    for row in pulls:
        accounts[row["space"]].update([row["account"]] if row.get("account") else [])
    rows = []
    for (fact, space), read in sorted(stretches.items()):
        # Pulls from before accounts were told apart stand for all of them.
        each = [[row for row in read if row.get("account") in (None, name)] for name in accounts[space]] or [read]
        whole = _shared(_days([(r["since"], r["until"]) for r in mine if r["is_whole"]], town) for mine in each)
        any_way = _shared(_days([(r["since"], r["until"]) for r in mine], town) for mine in each)
        for month, parts in sorted(_by_month(any_way).items()):
            is_whole = any(first <= first_day(month) and last >= last_day(month) for first, last in whole)
            is_open = fact == "attendance" and (month, space) in unfinished
            flags = ["by_name"] if fact == "attendance" and (month, space) in by_name else []
            flags += [] if is_whole and not is_open else ["partial_period"]
            rows.append(
                {
                    "authority": town.authority, "month": month, "fact": fact, "asset": "zoom", "space": space,
                    "first_day": parts[0][0], "last_day": parts[-1][1], "is_full": is_whole and not is_open,
                    "quality": " ".join(flags), "basis": "api",
                }
            )  # fmt: skip
    return rows


def _shared(lists: Iterable[Days]) -> Days:
    """The days all the lists hold."""
    return reduce(
        lambda one, other: [(max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) <= min(b, d)], lists
    )


def _days(stretches: list[tuple[datetime, datetime]], town: Town) -> Days:
    """Local days wholly inside the joined stretches."""
    joined: list[tuple[datetime, datetime]] = []
    for since, until in sorted(stretches):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((since, until))
    zone = ZoneInfo(town.timezone)
    found = []
    for since, until in joined:
        start, end = since.astimezone(zone), until.astimezone(zone)
        first = start.date() if start.time() == time(0) else start.date() + timedelta(days=1)
        last = end.date() - timedelta(days=1)
        if first <= last:
            found.append((first, last))
    return found


def _by_month(days: Days) -> dict[str, Days]:
    months: dict[str, Days] = defaultdict(list)
    for first, last in days:
        for month in span(month_of(first), month_of(last)):
            months[month].append((max(first, first_day(month)), min(last, last_day(month))))
    return months
