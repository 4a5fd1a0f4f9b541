"""Landed Facebook group numbers to `platform_metric` and `membership`, with what the exports covered.

Where exports overlap, the one that reaches furthest in time speaks for a day: the platform counts
the last days of an export again later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

import pyarrow as pa

from transforms.staging.coverage import coverage_row, month_parts
from transforms.staging.records import Row, fact_rows
from transforms.staging.skipped import Need, Skipped
from transforms.staging.town import Town
from warehouse.calendar import last_day, month_of

SOURCE = "facebook_group"
STREAMS = ("facebook_group_metric",)
REVISION = 2  # raise it when the same records would stage differently: everything is staged anew

NEEDS = {
    "facebook_group_metric": Need(
        ("platform_metric", "membership"), ("group_key", "metric", "period", "period_start", "amount"),
        ("group_key", "metric", "period", "period_start"), ("period_start",),
    )
}  # fmt: skip

_PEOPLE = ("members", "joined", "left")
_DAYS = {"day": 1, "week": 7, "days_28": 28}

Number = tuple[str, str, str, date]  # space, metric, period, first day


def stage(landed: Mapping[str, pa.Table], town: Town) -> dict[str, pa.Table]:
    """The facts `platform_metric`, `membership` and `coverage`."""
    skipped = Skipped(NEEDS, town)
    numbers = _numbers(skipped.fit(landed).get("facebook_group_metric"), town)
    metrics = {key: amount for key, amount in numbers.items() if key[1] not in _PEOPLE}
    # A rolling 28-day total cannot be laid on a day.
    people = {key: amount for key, amount in numbers.items() if key[1] in _PEOPLE and key[2] != "days_28"}
    rows = {
        "platform_metric": _platform_metric(metrics),
        "membership": _membership(people),
        "coverage": [*_coverage("membership", people, town), *_coverage("platform_metric", metrics, town)],
    }
    facts = {
        fact: fact_rows(fact, ({"asset": _asset(town, row["space"]), **row} for row in found), town, basis="export")
        for fact, found in rows.items()
    }
    return facts | skipped.tables()


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


def _platform_metric(numbers: Mapping[Number, float]) -> list[Row]:
    return [
        {
            "month": month_of(start), "space": space, "metric": metric, "period": period, "period_start": start,
            "amount": amount,
        }
        for (space, metric, period, start), amount in numbers.items()
    ]  # fmt: skip


def _membership(numbers: Mapping[Number, float]) -> list[Row]:
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
    return [
        {
            "month": month_of(day), "space": space, "day": day,
            "members": amounts["members"][1] if "members" in amounts else None,
            "joined": amounts.get("joined", (0, 0))[1], "left": amounts.get("left", (0, 0))[1],
            "is_month_end": last[space, month_of(day)] == day,
        }
        for (space, day), amounts in sorted(found.items())
    ]  # fmt: skip


def _coverage(fact: str, numbers: Iterable[Number], town: Town) -> Iterator[Row]:
    """What the exports spoke for: full only when no day of the month is missing."""
    covered: dict[str, set[date]] = defaultdict(set)
    for space, _, period, start in numbers:
        covered[space].update(_days(period, start))
    for space, days in sorted(covered.items()):
        for part in month_parts((day, day) for day in days):
            yield coverage_row(fact, part, asset=_asset(town, space), space=space, flags=part.flags, basis="export")


def _days(period: str, start: date) -> list[date]:
    length = _DAYS.get(period) or (last_day(month_of(start)) - start).days + 1
    return [start + timedelta(days=n) for n in range(length)]


def _asset(town: Town, space: str) -> str:
    known = town.spaces.get(space)
    return known.asset if known is not None else "facebook"
