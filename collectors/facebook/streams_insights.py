"""Page insights: one metric a call, since one that was withdrawn fails all that are asked with it.

Graph counts in Pacific days and labels each by the midnight it ends at. A metric that is gone is told
and left; its successor is another series under its own name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from collectors.base import Page
from collectors.columns import FIXED, Column
from collectors.errors import CollectorError
from collectors.facebook import columns as shared
from collectors.facebook.metrics import Metric, departed, wanted
from collectors.facebook.session import FacebookSession
from collectors.facebook.streams import FacebookStream, bounds, pulled
from collectors.facebook.written import row_page
from collectors.kinds import WrongValue, count, day, instant, text
from collectors.records import value_at
from collectors.service import Window

PACIFIC = ZoneInfo("America/Los_Angeles")
MAX_CALL = timedelta(days=89)
KEPT = timedelta(days=729)
_DAYS = {"day": 1, "week": 7, "days_28": 28}
_KNOWN = frozenset({"name", "period", "values", "title", "description", "id"})


class Insights(FacebookStream):
    """Numbers of the page by Pacific day."""

    name = "facebook_insight"
    columns = (
        replace(shared.PAGE, key=True),
        shared.SPACE,
        shared.READ_AT,
        Column("metric", FIXED, text, "Graph's name of the metric", key=True),
        Column("period", FIXED, text, "day, week or days_28", key=True),
        Column("period_start", FIXED, day, "First Pacific day of the period", key=True, cursor=True),
        Column("part", "part", text, "Part of a value that has parts; '' for the whole", key=True),
        Column("amount", "value", count, "The number as Graph gives it", required=True),
    )
    lookback = timedelta(days=7)
    max_window = timedelta(days=MAX_CALL.days - 1)
    facts = ("platform_metric",)

    def read(self, session: FacebookSession, window: Window) -> Iterator[Page]:
        """Every metric by itself, and for each a row that says how it went."""
        names = session.settings.metrics
        today = session.read_at.date()
        empty: list[str] = []
        metrics = wanted(today, names)
        for metric in metrics:
            records, outcome = 0, "withdrawn"
            if metric.lives_on(today):
                try:
                    for page in self._of(metric, session, window):
                        records += page.rows.num_rows
                        yield page
                    outcome = "read" if records else "empty"
                except CollectorError as problem:
                    if problem.code != "metric_gone":
                        raise
            if outcome == "withdrawn":
                session.note(metric.obituary())
            elif outcome == "empty":
                empty.append(metric.name)
            life = metric.life_on(today) if outcome == "withdrawn" else {}
            yield pulled(session, self.name, window, records, metric.name, outcome, **life)
        for metric in () if names else departed(today, window.since, window.until):
            yield pulled(session, self.name, window, 0, metric.name, "withdrawn", **metric.life_on(today))
        if empty and len(empty) == len(metrics):
            session.note("Facebook gave no insights at all: it gives none below 100 likes")
        elif empty:
            session.note(f"Facebook gave nothing for {', '.join(empty)}; missing, not zero")

    def _of(self, metric: Metric, session: FacebookSession, window: Window) -> Iterator[Page]:
        for period in metric.periods:
            for piece in pieces(window, session.read_at):
                asked = {"metric": metric.name, "period": period, **bounds(piece)}
                # No following of `next` here: on insights there always is one.
                answer = session.get(f"{session.page}/insights", asked)
                yield self.page(answer, session, metric.name, period)

    def page(self, answer: Mapping[str, Any], session: FacebookSession, metric: str, period: str) -> Page:
        """The values of one metric and period in Graph's answer."""
        records: list[dict[str, Any]] = []
        drift = session.report.drift
        data = answer.get("data")
        for series in data if isinstance(data, list) else []:
            if not isinstance(series, Mapping):
                drift[f"{self.name}.data (no object)"] += 1
                continue
            drift.update(f"{self.name}.{name}" for name in set(series) - _KNOWN)
            if (series.get("name"), series.get("period")) != (metric, period):
                drift[f"{self.name}.data (a series nobody asked for)"] += 1
                continue
            values = series.get("values")
            if not isinstance(values, list):
                drift[f"{self.name}.values (no list)"] += 1
            for one in values if isinstance(values, list) else []:
                if value_at(one, "value") in (None, ""):
                    drift[f"{self.name}.values.value (absent)"] += 1
                records.extend(parts(one) if isinstance(one, Mapping) else [{"value": [], "end_time": None}])
        bound = {"period_start": ("end_time", lambda end: first_pacific_day(end, period))}
        return row_page(type(self), records, session, {"metric": metric, "period": period}, bound)


def parts(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One record of a plain value, one a part of an object, none where Graph says nothing."""
    amount, end = value.get("value"), value.get("end_time")
    if amount is None or amount == []:
        return []
    if isinstance(amount, Mapping):
        return [{"part": str(part), "value": one, "end_time": end} for part, one in amount.items() if one is not None]
    return [{"part": "", "value": amount, "end_time": end}]


def first_pacific_day(end_time: Any, period: str) -> date:
    """The first Pacific day of a period by its end, a Pacific midnight (07:00 or 08:00 UTC): the day before it."""
    end = instant(end_time)
    if end is None:
        raise WrongValue("no instant")
    last = (end - timedelta(seconds=1)).astimezone(PACIFIC).date()
    return last - timedelta(days=_DAYS[period] - 1)


def pieces(window: Window, now: datetime) -> Iterator[Window]:
    """The window in calls Graph accepts, a day wider at its start: a Pacific day ends up to ten hours after ours."""
    oldest = now - KEPT
    first = max(oldest if window.since is None else window.since - timedelta(days=1), oldest)
    while first < window.until:
        end = min(first + MAX_CALL, window.until)
        yield Window(first, end)
        first = end
