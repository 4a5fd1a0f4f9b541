"""What the pulls of Zoom spoke for, month by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from transforms.calendar import first_day, last_day, month_of, span
from transforms.staging.town import Town

FACT_OF = {"zoom_meeting": "gathering", "zoom_connection": "attendance"}


def coverage_rows(
    pulls: list[dict[str, Any]],
    town: Town,
    by_name: Collection[tuple[str, str]],
    unfinished: Collection[tuple[str, str]],
) -> list[dict[str, Any]]:
    """Rows of `coverage`: a month is full when one unbroken stretch of whole reports holds all of it."""
    stretches: dict[tuple[str, str], list[tuple[datetime, datetime, bool]]] = defaultdict(list)
    for row in pulls:
        if row["stream"] in FACT_OF:
            stretches[FACT_OF[row["stream"]], row["space"]].append((row["since"], row["until"], row["is_whole"]))
    rows = []
    for (fact, space), read in sorted(stretches.items()):
        whole = _days([(since, until) for since, until, is_whole in read if is_whole], town)
        any_way = _days([(since, until) for since, until, _ in read], town)
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


def _days(stretches: list[tuple[datetime, datetime]], town: Town) -> list[tuple[date, date]]:
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


def _by_month(days: list[tuple[date, date]]) -> dict[str, list[tuple[date, date]]]:
    months: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for first, last in days:
        for month in span(month_of(first), month_of(last)):
            months[month].append((max(first, first_day(month)), min(last, last_day(month))))
    return months
