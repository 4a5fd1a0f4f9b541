"""Facebook Page staging: what was covered, the latest reading, publications, followers and withdrawn metrics."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from collectors.facebook.streams import Comments, PageDay, Posts, VisitorPosts
from collectors.facebook.streams_insights import Insights
from simulator.services.facebook import FacebookGraph, Metric, Post
from tests.unit.transforms.test_facebook_page_staging import FACTS, PAGE, TOWN, Landed, by_message, pull, small
from transforms.staging.facebook_page import stage
from transforms.staging.town import StaffInterval, Town


def test_publications_are_the_pages_own_and_words_make_a_process() -> None:
    def another(graph: FacebookGraph) -> None:
        graph.posts.append(Post(f"{PAGE}_3", graph.posts[0].created, "what of plan b?"))

    tables, _ = small(another)
    rows = {row["publication"]: row for row in stage(tables, TOWN)["publication"].to_pylist()}
    told = {name: (row["topic"], row["calls_for_response"], row["basis"]) for name, row in rows.items()}
    assert told == {f"fb-{PAGE}_1": ("other", None, "api"), f"fb-{PAGE}_3": ("process", None, "api")}


def test_without_words_nothing_is_said_of_publications() -> None:
    tables, _ = small()
    pulls = tables["facebook_pull"]
    place = pulls.schema.get_field_index("is_classified")
    tables["facebook_pull"] = pulls.set_column(place, "is_classified", pa.array([False] * pulls.num_rows))
    facts = {row["fact"] for row in stage(tables, TOWN)["coverage"].to_pylist()}
    assert facts == {"message", "platform_metric", "membership"}


@pytest.mark.parametrize("has_call_words", [False, True, None])
def test_calls_are_known_where_the_town_gave_words_for_them(has_call_words: bool | None) -> None:
    tables, _ = small()
    pulls, posts = tables["facebook_pull"], tables["facebook_post"]
    place = pulls.schema.get_field_index("has_call_words")
    told = pa.array([has_call_words] * pulls.num_rows, pa.bool_())
    tables["facebook_pull"] = pulls.set_column(place, pulls.schema.field(place), told)
    place = posts.schema.get_field_index("is_call")
    calls = pa.array([has_call_words] * posts.num_rows, pa.bool_())
    tables["facebook_post"] = posts.set_column(place, posts.schema.field(place), calls)
    facts = stage(tables, TOWN)
    knows = {frozenset(row["knows"].split()) for row in facts["coverage"].to_pylist() if row["fact"] == "publication"}
    assert knows == {frozenset({"process", "language", *(["calls"] if has_call_words else [])})}
    assert set(facts["publication"]["calls_for_response"].to_pylist()) == {has_call_words}


def test_coverage_tells_whole_months_from_parts() -> None:
    tables, _ = small()
    town = Town("1234", staff=(StaffInterval(10_000),))
    rows = {(row["fact"], row["month"]): row for row in stage(tables, town)["coverage"].to_pylist()}
    october, september = rows["message", "2026-10"], rows["message", "2026-09"]
    assert (october["first_day"], october["last_day"]) == (date(2026, 10, 1), date(2026, 10, 31))
    assert ((october["extent"] == "full"), october["quality"]) == (True, "")
    # Read from noon of 2 September on: that day is not whole.
    assert (september["first_day"], (september["extent"] == "full")) == (date(2026, 9, 3), False)
    assert september["quality"] == "partial_period"
    assert ("message", "2026-11") not in rows  # not one day of it is over


@pytest.mark.parametrize("lacking", ["facebook_comment", "facebook_visitor_post", "facebook_post"])
def test_messages_are_covered_only_where_all_their_streams_are(lacking: str) -> None:
    tables, _ = small()
    pulls = tables["facebook_pull"]
    tables["facebook_pull"] = pulls.filter(pa.array([name != lacking for name in pulls["stream"].to_pylist()]))
    facts = {row["fact"] for row in stage(tables, TOWN)["coverage"].to_pylist()}
    assert "message" not in facts
    assert ("publication" in facts) == (lacking != "facebook_post")


def test_followers_of_a_month_are_those_of_its_last_counted_day() -> None:
    landed = Landed()
    with FacebookGraph(PAGE) as graph:
        for day, count in ((30, 10), (31, 12)):
            graph.now, graph.followers = datetime(2026, 10, day, 3, tzinfo=UTC), {date(2026, 10, day): count}
            pull(graph, landed, PageDay, graph.now - timedelta(days=1))
        graph.now, graph.followers = datetime(2026, 10, 31, 9, tzinfo=UTC), {date(2026, 10, 31): 13}
        pull(graph, landed, PageDay, graph.now - timedelta(days=1))
    facts = stage(landed.tables(), TOWN)
    rows = [(row["day"].day, row["members"], row["is_month_end"]) for row in facts["membership"].to_pylist()]
    assert rows == [(30, 10, False), (31, 13, True)]
    assert [(row["extent"] == "full") for row in facts["coverage"].to_pylist()] == [True]


def test_the_latest_reading_speaks_whatever_the_order_of_landing() -> None:
    landed = Landed()
    with FacebookGraph(PAGE) as graph:
        graph.posts = [Post(f"{PAGE}_1", datetime(2026, 10, 1, 9, tzinfo=UTC), "a", reactions={date(2026, 10, 20): 5})]
        for day in (2, 21):
            graph.now = datetime(2026, 10, day, 3, tzinfo=UTC)
            graph.posts[0].message = "a" * day
            for stream in (Posts, VisitorPosts, Comments):
                pull(graph, landed, stream, graph.now - timedelta(days=60))
    forth, back = stage(landed.tables(), TOWN), stage(landed.tables(backwards=True), TOWN)
    assert all(forth[fact].equals(back[fact]) for fact in FACTS)
    assert by_message(forth)[f"{PAGE}_1"]["length"] == 21
    reactions = [row["amount"] for row in forth["platform_metric"].to_pylist() if row["metric"] == "reactions"]
    assert reactions == [5.0]


def test_what_vanished_keeps_its_last_reading() -> None:
    landed = Landed()
    tables, graph = small()
    with graph:
        for count in (2, 0):
            graph.posts = graph.posts[:count]
            graph.now += timedelta(days=1)
            for stream in (Posts, VisitorPosts, Comments):
                pull(graph, landed, stream, graph.now - timedelta(days=60))
    assert set(by_message(stage(landed.tables(), TOWN))) == set(by_message(stage(tables, TOWN)))


def test_parts_and_withdrawn_metrics_stay_series_of_their_own() -> None:
    landed = Landed()
    with FacebookGraph(PAGE, now=datetime(2026, 11, 1, 12, tzinfo=UTC)) as graph:
        day = date(2026, 10, 5)
        graph.metrics = {
            "old": Metric("old", {day: 3}, withdrawn_on=date(2026, 10, 20)),
            "new": Metric("new", {day: {"like": 1, "love": 2}}),
        }
        for now in (datetime(2026, 10, 10, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)):
            graph.now = now
            pull(graph, landed, Insights, now - timedelta(days=40), metrics=["old", "new"])
    rows = {row["metric"]: row["amount"] for row in stage(landed.tables(), TOWN)["platform_metric"].to_pylist()}
    assert rows == {"old": 3.0, "new.like": 1.0, "new.love": 2.0}
