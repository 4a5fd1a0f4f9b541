"""What became of a page's metrics that Facebook withdrew, as coverage of their own.

A row says of a month that the platform no longer gives a metric: `fact` is `platform_metric:NAME`, `first_day` the
day it is gone since, so that its absence is neither zero nor a gap of ours. The month it ended in also bears
`series_break` once the metric that took its place has values: it is another series.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from transforms.staging.coverage import coverage_row, month_parts
from transforms.staging.records import Row
from transforms.staging.town import Town
from warehouse.calendar import first_day


def withdrawn(pulls: Iterable[Row], insights: Iterable[Row], town: Town) -> Iterator[Row]:
    """Coverage rows from the month a metric ended in to the last one that was asked about."""
    told: dict[tuple[str, str], list[Row]] = {}
    for pull in pulls:
        if pull["subject"]:
            told.setdefault((pull["space"], pull["subject"]), []).append(pull)
    values: dict[tuple[str, str], list[date]] = {}
    for row in insights:
        values.setdefault((row["space"], row["metric"]), []).append(row["period_start"])
    for (space, metric), rows in sorted(told.items()):
        last = max(rows, key=lambda row: (row["read_at"], row["until"]))
        if last["outcome"] != "withdrawn":
            continue
        until = max(town.local_day(row["until"] - timedelta(microseconds=1)) for row in rows)
        ended = _ended(rows, last, values.get((space, metric), []), town)
        after = max(values.get((space, last.get("successor") or ""), []), default=date.min)
        for part in month_parts([(ended, until)] if ended <= until else []):
            is_break = part.first_day == ended and after >= first_day(part.month)
            flags = ["metric_withdrawn", *(["series_break"] if is_break else [])]
            yield coverage_row(
                f"platform_metric:{metric}", part, asset="facebook", space=space, flags=flags, basis="api"
            )


def _ended(rows: list[Row], last: Row, days: list[date], town: Town) -> date:
    """The first day without the metric: as the registry of metrics knows it, else by what was read of it."""
    if last.get("gone_since"):
        found: date = last["gone_since"]
        return found
    if days:
        return max(days) + timedelta(days=1)
    return min(town.local_day(row["since"] or row["until"]) for row in rows)
