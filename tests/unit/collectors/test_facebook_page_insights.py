"""Insights: a metric's life, a call each, Pacific days, values of every shape, no zero that was not said."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from collectors.errors import FixCredentials
from collectors.facebook.metrics import Metric as Life
from collectors.facebook.metrics import registry, wanted
from collectors.facebook.streams_insights import Insights, first_pacific_day, pieces
from collectors.service import PullReport, Window
from simulator.services.facebook import FacebookGraph, Metric
from simulator.services.server import Answer
from tests.said import says
from tests.unit.collectors.test_facebook_page import PAGE, at, opened, read, town_page, window

DAYS = [date(2026, 10, 1) + timedelta(days=n) for n in range(30)]


def measured(*names: str) -> FacebookGraph:
    graph = town_page()
    graph.metrics = {name: Metric(name, {day: day.day for day in DAYS}) for name in names}
    return graph


def test_ten_dead_metrics_of_forty_leave_thirty_whole_series_and_ten_withdrawn() -> None:
    names = [f"page_metric_{n}" for n in range(40)]
    dead = set(names[::4])
    report = PullReport()
    with measured(*names) as graph:
        for name in dead:
            graph.metrics[name].withdrawn_on = date(2026, 10, 20)
        rows = read(Insights, opened(graph, report, metrics=names), window(graph))
        asked = [call.params["metric"] for call in graph.calls]
    series: dict[str, dict[date, int]] = {}
    for row in rows["facebook_insight"]:
        series.setdefault(row["metric"], {})[row["period_start"]] = row["amount"]
    assert series == {name: {day: day.day for day in DAYS} for name in names if name not in dead}
    outcomes = {row["subject"]: row["outcome"] for row in rows["facebook_pull"] if row["subject"]}
    assert {name for name, outcome in outcomes.items() if outcome == "withdrawn"} == dead
    assert len(dead) == 10 and len(report.notices) == 10
    assert asked == names  # one a call, none twice


def test_a_metric_known_to_be_gone_costs_no_call_and_its_successor_is_named() -> None:
    report = PullReport()
    with measured() as graph:
        rows = read(Insights, opened(graph, report, metrics=["page_impressions"]), window(graph))
        assert graph.calls == []
    assert "facebook_insight" not in rows
    assert report.notices == [
        "Facebook withdrew the metric page_impressions; page_media_view took its place and is a series of its own"
    ]


def test_by_default_all_that_live_are_asked_for() -> None:
    living = {metric.name for metric in wanted(date(2026, 11, 1))}
    assert len(living) >= 15 and "page_follows" in living
    assert not {"page_fans", "page_impressions_unique"} & living
    assert "page_impressions_unique" in {metric.name for metric in wanted(date(2026, 6, 14))}


def test_the_registry_holds_together() -> None:
    for metric in registry().values():
        if metric.successor:
            after = registry()[metric.successor]
            assert metric.valid_to is not None and (after.valid_to is None or after.valid_to > metric.valid_to)
    life = Life("x", valid_from=date(2026, 1, 1), valid_to=date(2026, 2, 1))
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1))
    assert [life.lives_on(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("end", "period", "first"),
    [
        ("2026-07-02T07:00:00+0000", "day", date(2026, 7, 1)),
        ("2026-12-02T08:00:00+0000", "day", date(2026, 12, 1)),
        ("2026-03-09T07:00:00+0000", "day", date(2026, 3, 8)),  # 23 hours long
        ("2026-11-02T08:00:00+0000", "day", date(2026, 11, 1)),  # 25 hours long
        ("2026-11-01T07:00:00+0000", "day", date(2026, 10, 31)),
        ("2026-10-29T07:00:00+0000", "days_28", date(2026, 10, 1)),
        ("2026-10-08T07:00:00+0000", "week", date(2026, 10, 1)),
    ],
)
def test_a_value_belongs_to_the_pacific_day_before_its_label(end: str, period: str, first: date) -> None:
    assert first_pacific_day(end, period) == first


@pytest.mark.parametrize("days", [1, 88, 89, 90, 91, 730, 5000])
def test_no_call_is_longer_than_graph_takes_and_nothing_lies_between(days: int) -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    found = list(pieces(Window(now - timedelta(days=days), now), now))
    assert all(piece.since and piece.until - piece.since <= timedelta(days=90) for piece in found)
    assert all(one.until == after.since for one, after in pairwise(found))
    assert found[-1].until == now
    assert found[0].since == max(now - timedelta(days=days + 1), now - timedelta(days=729))


def test_the_collectors_own_window_is_one_call() -> None:
    now = at(11, 1)
    assert len(list(pieces(Window(now - Insights.max_window, now), now))) == 1
    assert len(list(pieces(Window(None, now), now))) == 9


def test_a_long_first_read_gives_every_day_once() -> None:
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(600)]
    with town_page() as graph:
        graph.metrics = {"m": Metric("m", dict.fromkeys(days, 5))}
        rows = read(Insights, opened(graph, metrics=["m"]), Window(None, graph.now))["facebook_insight"]
    assert [row["period_start"] for row in rows] == days


def test_a_day_restated_is_read_again() -> None:
    with town_page() as graph:
        graph.metrics = {"m": Metric("m", {date(2026, 10, 30): 9}, early={date(2026, 10, 30): 4})}
        found = []
        for day in (1, 4):
            graph.now = at(11, day, 3)
            rows = read(Insights, opened(graph, metrics=["m"]), Window(graph.now - Insights.lookback, graph.now))
            found += [row["amount"] for row in rows["facebook_insight"]]
    assert found == [4, 9]


def test_below_a_hundred_likes_nothing_is_missing_and_not_zero() -> None:
    report = PullReport()
    with measured("page_follows") as graph:
        graph.likes = 99
        rows = read(Insights, opened(graph, report, metrics=["page_follows"]), window(graph))
    assert rows.get("facebook_insight", []) == []
    assert [row["outcome"] for row in rows["facebook_pull"] if row["subject"]] == ["empty"]
    assert report.notices == ["Facebook gave no insights at all: it gives none below 100 likes"]


def test_one_metric_without_an_answer_is_told_and_the_others_load() -> None:
    report = PullReport()
    with measured("a", "b") as graph:
        graph.metrics["b"].values = {}
        rows = read(Insights, opened(graph, report, metrics=["a", "b"]), window(graph))
    assert {row["metric"] for row in rows["facebook_insight"]} == {"a"}
    assert report.notices == ["Facebook gave nothing for b; missing, not zero"]


def test_a_lacking_permission_is_no_withdrawal() -> None:
    with measured("page_follows") as graph:
        graph.scopes = ("pages_show_list",)
        with says(FixCredentials, "read_insights"):
            read(Insights, opened(graph), window(graph))


def answered(values: list[Any], report: PullReport, **series: Any) -> list[tuple[str, int]]:
    """The (part, amount) taken from an answer with these values."""
    told = {"name": "m", "period": "day", "values": values, "id": "x", "title": "x", "description": "x", **series}
    with town_page() as graph:
        graph.metrics = {"m": Metric("m")}
        graph.fail(answer=Answer.json({"data": [told]}), path=f"{PAGE}/insights")
        rows = read(Insights, opened(graph, report, metrics=["m"]), window(graph))
    return [(row["part"], row["amount"]) for row in rows.get("facebook_insight", [])]


END = "2026-10-02T07:00:00+0000"


@pytest.mark.parametrize(
    ("value", "found", "aside"),
    [
        (3, [("", 3)], 0),
        (0, [("", 0)], 0),
        ("1,234", [("", 1234)], 0),
        ({"like": 3, "love": 1}, [("like", 3), ("love", 1)], 0),
        ({}, [], 0),
        ([], [], 0),
        (None, [], 0),
        (-1, [], 1),
        (3.7, [], 1),
        (1e300, [], 1),
        ("many", [], 1),
        ("", [], 1),
        (True, [], 1),
        ({"like": 3, "love": "x", "wow": None}, [("like", 3)], 1),
    ],
)
def test_values_of_every_shape(value: Any, found: list[tuple[str, int]], aside: int) -> None:
    report = PullReport()
    assert answered([{"value": value, "end_time": END}], report) == found
    assert len(report.rejected) == aside


@pytest.mark.parametrize("values", [["x"], [{"value": 3}], [{"value": 3, "end_time": "soon"}], [None]])
def test_a_value_without_its_day_is_put_aside(values: list[Any]) -> None:
    report = PullReport()
    assert answered(values, report) == []
    assert len(report.rejected) == 1


def test_a_series_nobody_asked_for_is_drift_only() -> None:
    report = PullReport()
    assert answered([{"value": 3, "end_time": END}], report, name="other", mood=1) == []
    assert report.drift == {"facebook_insight.data (a series nobody asked for)": 1, "facebook_insight.mood": 1}
