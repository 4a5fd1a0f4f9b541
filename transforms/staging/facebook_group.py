"""Landed Facebook group numbers to `platform_metric` and `membership`, with what the exports covered.

Where exports of a group overlap, the one that reaches furthest in time speaks for a day (`restated`): the platform
counts the last days of an export again later. A space may have several groups, whose numbers are added; a group
exported under two names is one, and known by its numbers: of one time both tell the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

import pyarrow as pa

from transforms.staging.counted_members import Count, membership_rows
from transforms.staging.coverage import coverage_row, parts_of_all
from transforms.staging.records import Row, fact_rows, landed_rows
from transforms.staging.restated import Rank, Restated
from transforms.staging.skipped import Need, QuarantinedRow, Skipped
from transforms.staging.town import Town
from warehouse.calendar import last_day, month_of

SOURCE = "facebook_group"
STREAMS = ("facebook_group_metric",)
REVISION = 6  # raise it when the same records would stage differently: everything is staged anew

NEEDS = {
    "facebook_group_metric": Need(
        ("platform_metric", "membership"), ("group_key", "metric", "period", "period_start", "amount"),
        ("group_key", "metric", "period", "period_start"), ("period_start",),
    )
}  # fmt: skip

_METRIC = Restated(
    ("group_key", "metric", "period", "period_start"), ("amount",), lambda row: row["period_start"],
    lambda row: row["period_start"], apart=("group_key",),
)  # fmt: skip
RESTATED = {"facebook_group_metric": _METRIC}

_PEOPLE = ("members", "joined", "left")
_DAYS = {"day": 1, "week": 7, "days_28": 28}

Number = tuple[str, str, date]
"""Metric, period, first day."""
Numbers = dict[Number, tuple[Rank, float]]
"""The rank of the export that tells a number, and the number."""
ALIKE = 0.7
"""Of what two names tell of one time, the share that is equal where they are one group; as of chats."""


def stage(landed: Mapping[str, pa.Table], town: Town) -> dict[str, pa.Table]:
    """The facts `platform_metric`, `membership` and `coverage`."""
    skipped = Skipped(NEEDS, town)
    rows: dict[str, list[Row]] = {"platform_metric": [], "membership": [], "coverage": []}
    for space, groups in _groups(landed_rows(skipped.fit(landed), "facebook_group_metric"), town).items():
        metrics = [{key: amount for key, amount in one.items() if key[0] not in _PEOPLE} for one in groups]
        # A rolling 28-day total cannot be laid on a day.
        people = [
            {key: amount for key, amount in one.items() if key[0] in _PEOPLE and key[1] != "days_28"} for one in groups
        ]
        rows["platform_metric"] += _platform_metric(space, metrics)
        rows["membership"] += membership_rows(space, [_counts(one) for one in people if one])
        rows["coverage"] += [
            *_coverage("membership", space, people, town),
            *_coverage("platform_metric", space, metrics, town),
        ]
    facts = {
        fact: fact_rows(fact, ({"asset": _asset(town, row["space"]), **row} for row in found), town, basis="export")
        for fact, found in rows.items()
    }
    return facts | skipped.tables()


def superseded(landed: Mapping[str, pa.Table], aside: Iterable[QuarantinedRow], _town: Town) -> set[str]:
    """Items of whose day, of whose figure, an export that reaches as far or further tells."""
    table = landed.get("facebook_group_metric")
    if table is None:
        return set()
    names = ("batch", "group_key", "metric", "period_start", "landed_order")
    reach: dict[tuple[str, str], tuple[date, int]] = {}
    days: dict[tuple[str, str], set[str]] = defaultdict(set)
    metrics: dict[tuple[str, str], set[str]] = defaultdict(set)
    for batch, group, metric, start, order in zip(*(table[name].to_pylist() for name in names), strict=True):
        reach[batch, group] = max((start, order), reach.get((batch, group), (start, order)))
        days[batch, group].add(start.isoformat())
        metrics[batch, group].add(metric)
    found = set()
    for one in aside:
        own = (one.run, one.about["group_key"])
        since, until = one.days
        for other in reach:
            if other[1] == own[1] and reach[other] > reach.get(own, (date.min, 0)):
                is_told = since in days[other] if since == until else min(days[other]) <= since
                if is_told and one.about.get("metric", "") in {"", *metrics[other]}:
                    found.add(one.item)
    return found


def _groups(rows: Iterable[Row], town: Town) -> dict[str, list[dict[Number, float]]]:
    """The groups of each space with one amount a key, as the export tells it that speaks."""
    named: dict[str, Numbers] = defaultdict(dict)
    for rank, row in _METRIC.ranked(rows):
        _tell(named[row["group_key"]], (row["metric"], row["period"], row["period_start"]), (rank, row["amount"]))
    spaces: dict[str, list[Numbers]] = defaultdict(list)
    for group, told in sorted(named.items()):
        known = spaces[town.space_for(group)]
        same = next((one for one in known if _is_same(one, told)), None)
        if same is None:
            known.append(told)
        else:
            for key, candidate in told.items():
                _tell(same, key, candidate)
    return {
        space: [{key: one[key][1] for key in sorted(one)} for one in found] for space, found in sorted(spaces.items())
    }


def _tell(told: Numbers, key: Number, candidate: tuple[Rank, float]) -> None:
    if key not in told or candidate > told[key]:
        told[key] = candidate


def _is_same(one: Numbers, other: Numbers) -> bool:
    """Whether two names are of one group: what both tell is equal, or one goes on where the other ends.

    Nothing happens in many a group, so that two say 0 of a day says nothing.
    """
    both = one.keys() & other.keys()
    telling = [key for key in both if one[key][1] or other[key][1]]
    if not telling:
        days = [[key[2] for key in told] for told in (one, other)]
        return not both and (max(days[0]) < min(days[1]) or max(days[1]) < min(days[0]))
    return sum(one[key][1] == other[key][1] for key in telling) >= ALIKE * len(telling)


def _platform_metric(space: str, groups: Iterable[Mapping[Number, float]]) -> list[Row]:
    amounts: dict[Number, float] = defaultdict(float)
    for numbers in groups:
        for key, amount in numbers.items():
            amounts[key] += amount
    return [
        {
            "month": month_of(start), "space": space, "metric": metric, "period": period, "period_start": start,
            "amount": amount,
        }
        for (metric, period, start), amount in sorted(amounts.items())
    ]  # fmt: skip


def _counts(numbers: Mapping[Number, float]) -> dict[date, Count]:
    """The counts of a group by day. A week or month is laid on its last day; the finest period of a day counts.

    An export without a column of joiners or leavers gives 0 there: the fact has no "not known" for them.
    """
    found: dict[date, dict[str, tuple[int, int]]] = defaultdict(dict)
    for (metric, period, start), amount in numbers.items():
        days = _days(period, start)
        candidate = (-len(days), round(amount))
        known = found[days[-1]].get(metric)
        if known is None or candidate > known:
            found[days[-1]][metric] = candidate
    return {
        day: (
            amounts["members"][1] if "members" in amounts else None,
            amounts.get("joined", (0, 0))[1],
            amounts.get("left", (0, 0))[1],
        )
        for day, amounts in found.items()
    }


def _coverage(fact: str, space: str, groups: Iterable[Mapping[Number, float]], town: Town) -> Iterator[Row]:
    """What the exports spoke for: full only when no day of the month is missing, of any group."""
    each = [[(day, day) for _, period, start in numbers for day in _days(period, start)] for numbers in groups]
    for part in parts_of_all(each):
        yield coverage_row(fact, part, asset=_asset(town, space), space=space, flags=part.flags, basis="export")


def _days(period: str, start: date) -> list[date]:
    length = _DAYS.get(period) or (last_day(month_of(start)) - start).days + 1
    return [start + timedelta(days=n) for n in range(length)]


def _asset(town: Town, space: str) -> str:
    known = town.spaces.get(space)
    return known.asset if known is not None else "facebook"
