"""A metric Facebook withdrew: from the wire to an indicator that reads it, missing by that name and never zero."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors.facebook.metrics import registry
from collectors.facebook.streams_insights import Insights
from simulator.services.facebook import FacebookGraph, Metric
from tests.unit.transforms.test_facebook_page_staging import PAGE, TOWN, Landed, pull
from texts.values import reason
from transforms.cases import session
from transforms.catalogue import parse
from transforms.cells import asking_in, cells_of
from transforms.inputs import months_table
from transforms.staging.facebook_page import stage

OLD, NEW = "page_impressions_unique", "page_total_media_view_unique"
GONE = date(2026, 6, 15)
DAYS = [date(2026, 5, 1) + timedelta(days=n) for n in range(123)]  # May to August
HEADER = """/*
title: {he: "מדד לבדיקה", ar: "مؤشر للفحص", en: "An indicator to test with"}
question: {he: "כמה?", ar: "كم؟", en: "How many?"}
advice: {he: "אין", ar: "لا شيء", en: "None"}
definition: Views by the metric NAMED here.
outcome: 1
aspect: reach
method: measured
unit: count
grain: [authority, month]
assets: [facebook]
inputs: {platform_metric: [0, 0]}
owner: nobody
since: "2026-01"
revision: 1
*/
select authority, month, sum(amount) as value from platform_metric where metric in (NAMED)
and month in (select month from months) group by authority, month
"""


def played(successor_from: date | None = GONE, **settings: Any) -> dict[str, Any]:
    """Two readings, one before the end of the old metric and one after it, staged."""
    landed = Landed()
    with FacebookGraph(PAGE) as graph:
        graph.metrics = {OLD: Metric(OLD, {day: 3 for day in DAYS if day < GONE}, withdrawn_on=GONE)}
        graph.metrics[NEW] = Metric(NEW, {day: 5 for day in DAYS if successor_from and day >= successor_from})
        for now in (datetime(2026, 6, 10, tzinfo=UTC), datetime(2026, 9, 1, 12, tzinfo=UTC)):
            graph.now = now
            pull(
                graph, landed, Insights, max(now - timedelta(days=85), datetime(2026, 5, 1, 7, tzinfo=UTC)), **settings
            )
    return stage(landed.tables(), TOWN)


def told(facts: dict[str, Any]) -> dict[tuple[str, str], tuple[str, str, str]]:
    """(metric, month) -> first day, last day, quality of its coverage."""
    return {
        (row["fact"].partition(":")[2], row["month"]): (str(row["first_day"]), str(row["last_day"]), row["quality"])
        for row in facts["coverage"].to_pylist()
        if ":" in row["fact"]
    }


@pytest.mark.parametrize("settings", [{"metrics": [OLD, NEW]}, {}])
def test_a_series_says_since_when_it_is_withdrawn_and_where_its_successor_breaks_it(settings: dict[str, Any]) -> None:
    assert registry()[OLD].valid_to == GONE and registry()[OLD].successor == NEW
    found = {place: row for place, row in told(played(**settings)).items() if place[0] in (OLD, NEW)}
    assert found == {  # by default, too: whoever read what lives is told of its end
        (OLD, "2026-06"): ("2026-06-15", "2026-06-30", "metric_withdrawn series_break"),
        (OLD, "2026-07"): ("2026-07-01", "2026-07-31", "metric_withdrawn"),
        (OLD, "2026-08"): ("2026-08-01", "2026-08-31", "metric_withdrawn"),
        (OLD, "2026-09"): ("2026-09-01", "2026-09-01", "metric_withdrawn"),
    }


def test_without_a_successor_that_speaks_nothing_is_broken() -> None:
    found = told(played(None, metrics=[OLD, NEW]))
    assert found[OLD, "2026-06"][2] == "metric_withdrawn" and {metric for metric, _ in found} == {OLD}


def test_of_a_metric_the_registry_does_not_know_the_last_value_tells_the_end() -> None:
    landed = Landed()
    with FacebookGraph(PAGE) as graph:
        graph.metrics = {"odd": Metric("odd", {date(2026, 7, 4): 1}, withdrawn_on=date(2026, 7, 20))}
        for now in (datetime(2026, 7, 10, tzinfo=UTC), datetime(2026, 8, 10, tzinfo=UTC)):
            graph.now = now
            pull(graph, landed, Insights, now - timedelta(days=40), metrics=["odd", "never"])
    found = {place: row[0] for place, row in told(stage(landed.tables(), TOWN)).items()}
    assert found["odd", "2026-07"] == "2026-07-05" and found["odd", "2026-08"] == "2026-08-01"
    assert min(month for metric, month in found if metric == "never") == "2026-05"  # never read: from the first asking


def test_a_metric_that_came_back_is_not_withdrawn() -> None:
    landed = Landed()
    with FacebookGraph(PAGE) as graph:
        graph.metrics = {"odd": Metric("odd", {date(2026, 7, 4): 1}, withdrawn_on=date(2026, 7, 20))}
        for now in (datetime(2026, 7, 30, tzinfo=UTC), datetime(2026, 8, 10, tzinfo=UTC)):
            graph.now = now
            pull(graph, landed, Insights, now - timedelta(days=40), metrics=["odd"])
            graph.metrics["odd"].withdrawn_on = None
    assert told(stage(landed.tables(), TOWN)) == {}


def cells(facts: dict[str, Any], folder: Path, *metrics: str) -> dict[str, tuple[Any, str, str, str]]:
    """Month -> value, status, reason, quality of an indicator whose statement names the metrics."""
    path = folder / "facebook" / "views.sql"
    path.parent.mkdir()
    path.write_text(HEADER.replace("NAMED", ", ".join(f"'{one}'" for one in metrics)), encoding="utf-8")
    laid = session({})
    for fact in ("platform_metric", "coverage"):
        laid.put(fact, facts[fact])
    months = ["2026-05", "2026-06", "2026-07"]
    asking = asking_in(laid, months_table(TOWN.authority, months, TOWN.timezone), date(2027, 1, 1))
    (found,) = cells_of(laid, parse(path), [asking])
    return {one["month"]: (one["value"], one["status"], one["reason"], one["quality"]) for one in found}


def test_a_month_with_the_withdrawn_metric_only_is_missing_by_that_name(tmp_path: Path) -> None:
    found = cells(played(metrics=[OLD, NEW]), tmp_path, OLD)
    assert found["2026-05"] == (93.0, "final", "", "")  # 31 days of 3: what was read stays
    value, status, _, quality = found["2026-06"]  # eight days were read before it ended
    assert (value, status) == (24.0, "provisional") and {"metric_withdrawn", "series_break", "partial_period"} <= set(
        quality.split()
    )
    assert found["2026-07"] == (None, "missing", "metric_withdrawn:facebook", "")
    assert "no longer gives" in reason(found["2026-07"][2], "en")


def test_an_indicator_of_the_successor_is_not_concerned(tmp_path: Path) -> None:
    found = cells(played(metrics=[OLD, NEW]), tmp_path, NEW)
    assert found["2026-07"] == (155.0, "final", "", "") and found["2026-05"][2] == "no_source:facebook"
