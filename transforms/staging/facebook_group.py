"""Landed Facebook group numbers to `platform_metric` and `membership`, with what the exports covered.

Where exports overlap, the one that reaches furthest in time speaks for a day: the platform counts
the last days of an export again later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from transforms.calendar import first_day, last_day, month_of
from transforms.staging.town import Town
from warehouse.schemas import fact_table

SOURCE = "facebook_group"
STREAMS = ("facebook_group_metric",)

_PEOPLE = ("members", "joined", "left")
_DAYS = {"day": 1, "week": 7, "days_28": 28}

Number = tuple[str, str, str, date]  # space, metric, period, first day


def stage(landed: Mapping[str, pa.Table], town: Town) -> dict[str, pa.Table]:
    """The facts `platform_metric`, `membership` and `coverage`."""
    numbers = _numbers(landed.get("facebook_group_metric"), town)
    metrics = {key: amount for key, amount in numbers.items() if key[1] not in _PEOPLE}
    # A rolling 28-day total cannot be laid on a day.
    people = {key: amount for key, amount in numbers.items() if key[1] in _PEOPLE and key[2] != "days_28"}
    covered: dict[tuple[str, str, str], set[date]] = defaultdict(set)
    for fact, part in (("platform_metric", metrics), ("membership", people)):
        for space, _, period, start in part:
            for day in _days(period, start):
                covered[month_of(day), fact, space].add(day)
    return {
        "platform_metric": _platform_metric(metrics, town),
        "membership": _membership(people, town),
        "coverage": _coverage(covered, town),
    }


def _numbers(table: pa.Table | None, town: Town) -> dict[Number, float]:
    """One amount a key: of the export that reaches furthest; of equals, the greater."""
    if table is None or table.num_rows == 0:
        return {}
    names = ("segment", "group_key", "metric", "period", "period_start", "amount")
    rows = list(zip(*(table.column(name).to_pylist() for name in names), strict=True))
    reach: dict[tuple[str, str], date] = {}
    for segment, group, _, _, start, _ in rows:
        reach[segment, group] = max(start, reach.get((segment, group), start))
    best: dict[Number, tuple[date, float]] = {}
    for segment, group, metric, period, start, amount in rows:
        key = (town.space_for(group), metric, period, start)
        candidate = (reach[segment, group], amount)
        if key not in best or candidate > best[key]:
            best[key] = candidate
    return {key: best[key][1] for key in sorted(best)}


def _platform_metric(numbers: Mapping[Number, float], town: Town) -> pa.Table:
    keys = list(numbers)
    return fact_table(
        "platform_metric",
        {
            "authority": [town.authority] * len(keys),
            "month": [month_of(start) for *_, start in keys],
            "space": [space for space, *_ in keys],
            "asset": [_asset(town, space) for space, *_ in keys],
            "metric": [metric for _, metric, _, _ in keys],
            "period": [period for _, _, period, _ in keys],
            "period_start": [start for *_, start in keys],
            "amount": [numbers[key] for key in keys],
            "basis": ["export"] * len(keys),
        },
    )


def _membership(numbers: Mapping[Number, float], town: Town) -> pa.Table:
    """A row a space and day. A week or month is laid on its last day; the finest period of a day counts.

    An export without a column of joiners or leavers gives 0 there: the fact has no "not known" for them.
    """
    found: dict[tuple[str, date], dict[str, tuple[int, int]]] = defaultdict(dict)
    for (space, metric, period, start), amount in numbers.items():
        days = _days(period, start)
        candidate = (-len(days), round(amount))
        known = found[space, days[-1]].get(metric)
        if known is None or candidate > known:
            found[space, days[-1]][metric] = candidate
    last: dict[tuple[str, str], date] = {}
    for space, day in found:
        last[space, month_of(day)] = max(day, last.get((space, month_of(day)), day))
    rows: list[dict[str, Any]] = [
        {
            "authority": town.authority,
            "month": month_of(day),
            "space": space,
            "asset": _asset(town, space),
            "day": day,
            "members": amounts["members"][1] if "members" in amounts else None,
            "joined": amounts.get("joined", (0, 0))[1],
            "left": amounts.get("left", (0, 0))[1],
            "basis": "export",
            "is_month_end": last[space, month_of(day)] == day,
        }
        for (space, day), amounts in sorted(found.items())
    ]
    names = ["authority", "month", "space", "asset", "day", "members", "joined", "left", "basis", "is_month_end"]
    return fact_table("membership", {name: [row[name] for row in rows] for name in names})


def _coverage(covered: Mapping[tuple[str, str, str], set[date]], town: Town) -> pa.Table:
    """What the exports spoke for: full only when no day of the month is missing."""
    keys = sorted(covered)
    full = [len(covered[key]) == (last_day(key[0]) - first_day(key[0])).days + 1 for key in keys]
    return fact_table(
        "coverage",
        {
            "authority": [town.authority] * len(keys),
            "month": [month for month, _, _ in keys],
            "fact": [fact for _, fact, _ in keys],
            "asset": [_asset(town, space) for _, _, space in keys],
            "space": [space for _, _, space in keys],
            "first_day": [min(covered[key]) for key in keys],
            "last_day": [max(covered[key]) for key in keys],
            "is_full": full,
            "quality": ["" if whole else "partial_period" for whole in full],
            "basis": ["export"] * len(keys),
        },
    )


def _days(period: str, start: date) -> list[date]:
    length = _DAYS.get(period) or (last_day(month_of(start)) - start).days + 1
    return [start + timedelta(days=n) for n in range(length)]


def _asset(town: Town, space: str) -> str:
    known = town.spaces.get(space)
    return known.asset if known is not None else "facebook"
