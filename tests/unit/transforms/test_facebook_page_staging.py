"""Facebook Page staging: a year against the books, latest readings, roles, links, what was covered."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from collectors.base import Page
from collectors.facebook.sdk import SdkGraph
from collectors.facebook.session import FacebookSession
from collectors.facebook.source import FacebookPage
from collectors.facebook.streams import Comments, FacebookPull, PageDay, Posts, VisitorPosts
from collectors.facebook.streams_insights import Insights
from collectors.meta_suite.suite import MetaSuite
from collectors.service import PullReport, ServiceStream, Window
from simulator.services.facebook import Comment, FacebookGraph, Metric, Post
from tests.accounts import account_of
from transforms.staging.facebook_page import SOURCE, STREAMS, stage
from transforms.staging.town import StaffInterval, Town
from warehouse.people import People, landed_schema
from warehouse.schemas import arrow_schema

PAGE = "10001"
TOWN = Town("1234")
FACTS = {"message", "membership", "publication", "platform_metric", "coverage"}
LINEAGE = [("segment", pa.string()), ("landed_order", pa.int64()), ("batch", pa.string())]
YEAR = [f"2025-{month:02d}" for month in range(1, 13)]


class Landed:
    """What landing makes of pages: ordinals for people, a segment a page, in memory."""

    def __init__(self) -> None:
        self.people = People(b"k" * 32)
        self.segments: dict[str, list[pa.Table]] = defaultdict(list)

    def take(self, pages: Iterable[Page]) -> None:
        for page in pages:
            table = self.people.replace(page.rows, page.stream.personal_fields)
            number = len(self.segments[page.stream.name])
            for (name, kind), value in zip(LINEAGE, (f"{page.stream.name}-{number:05d}", number, "run"), strict=True):
                table = table.append_column(name, pa.array([value] * table.num_rows, kind))
            self.segments[page.stream.name].append(table)

    def tables(self, *, backwards: bool = False) -> dict[str, pa.Table]:
        tables = {}
        for stream in (*FacebookPage.streams, *FacebookPage.side_streams):
            schema = landed_schema(stream.schema, stream.personal_fields)
            for name, kind in LINEAGE:
                schema = schema.append(pa.field(name, kind))
            parts = self.segments[stream.name][:: -1 if backwards else 1]
            tables[stream.name] = pa.concat_tables([schema.empty_table(), *parts])
        return tables


def pull(graph: FacebookGraph, landed: Landed, stream: type[ServiceStream], since: datetime, **settings: Any) -> None:
    account = account_of(
        "facebook", "town", {"page": PAGE, "space": "page", **settings}, {"token": "page-token"}, graph.base_url
    )
    report = PullReport()
    client = SdkGraph("page-token", "26.0", report, base_url=graph.base_url)
    session = FacebookSession(client, account, report, now=lambda: graph.now, sleep=lambda _: None)
    landed.take(stream().pages(session, Window(since, graph.now)))
    assert not report.rejected and not report.drift


def lived(seed: int = 7) -> FacebookGraph:
    """A page that lived through a year."""
    chance = random.Random(seed)
    graph = FacebookGraph(PAGE)
    people = [str(number) for number in range(500, 560)]
    day = date(2025, 1, 1)
    followers = 3000
    metric: dict[str, dict[date, int]] = {"page_post_engagements": {}, "page_media_view": {}}
    while day.year == 2025:
        graph.followers[day] = followers = followers + chance.randint(-3, 6)
        for values in metric.values():
            values[day] = chance.randint(0, 900)
        for _ in range(chance.choice([0, 0, 1, 2])):
            created = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=chance.randrange(1440))
            is_visitor = chance.random() < 0.2
            post = Post(
                f"{PAGE}_{len(graph.posts)}",
                created,
                chance.choice(['התב"ע החדשה: מה דעתכם?', "הצגה ביום ראשון", None]),
                chance.choice(people) if is_visitor else None,
                reactions={day + timedelta(days=n): chance.randint(0, 9) for n in range(20)},
                is_published=chance.random() > 0.03,
            )
            graph.posts.append(post)
            thread(graph, post, people, chance)
        day += timedelta(days=1)
    graph.metrics = {name: Metric(name, values) for name, values in metric.items()}
    return graph


def thread(graph: FacebookGraph, post: Post, people: list[str], chance: random.Random) -> None:
    """Comments under a post, some of them answers, some by the page, some hidden."""
    under: list[Comment] = []
    for _ in range(chance.choice([0, 1, 4, 9]) if post.is_published else 0):
        created = (under[-1].created if under else post.created) + timedelta(minutes=chance.randrange(3000))
        parent = chance.choice(under).id if under and chance.random() < 0.5 else None
        author = None if chance.random() < 0.25 else chance.choice(people)
        identifier = f"{post.id.partition('_')[2]}_{len(under)}c"
        under.append(
            Comment(identifier, post.id, created, "מתי?", author, parent=parent, is_hidden=chance.random() < 0.1)
        )
    graph.comments += under


def test_a_year_of_the_books_is_what_is_staged() -> None:
    landed = Landed()
    with lived() as graph:
        words = {"process_words": ['תב"ע'], "metrics": list(graph.metrics)}
        graph.now = datetime(2024, 12, 31, 12, tzinfo=UTC)
        end = datetime(2026, 1, 31, 12, tzinfo=UTC)
        while graph.now < end:
            graph.now += timedelta(days=1)
            pull(graph, landed, PageDay, graph.now - timedelta(days=1))
            if graph.now.day == 3 or graph.now == end:
                for stream in (Posts, VisitorPosts, Comments):
                    pull(graph, landed, stream, graph.now - timedelta(days=92), **words)
                pull(graph, landed, Insights, graph.now - timedelta(days=38), **words)
        truth = graph.truth()
    facts = stage(landed.tables(), TOWN)
    rows = facts["message"].to_pylist()
    ours: dict[str, Counter[str]] = defaultdict(Counter)
    people: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        is_staff, month = row["author_role"] == "authority", ours[row["month"]]
        month["posts"] += is_staff and row["kind"] == "post"
        month["visitor_posts"] += not is_staff and row["kind"] == "post"
        month["answers"] += is_staff and row["kind"] == "comment"
        month["comments"] += not is_staff and row["kind"] == "comment"
        month["replies_between"] += (
            row["kind"] == "comment"
            and row["author_role"] == row["reply_to_role"] == "resident"
            and row["author"] != row["reply_to_author"]
        )
        assert row["kind"] in ("post", "comment")  # hidden ones are no messages, nor deleted by anybody
        if not is_staff:
            people[row["month"]].add(row["author"])
    followers = {row["month"]: row["members"] for row in facts["membership"].to_pylist() if row["is_month_end"]}
    metrics: dict[tuple[str, str], int] = defaultdict(int)
    for row in facts["platform_metric"].to_pylist():
        metrics[row["month"], row["metric"]] += int(row["amount"])
    for month in YEAR:
        book = truth[month]
        ours[month]["hidden"] = metrics[month, "hidden_comments"]
        names = ("posts", "visitor_posts", "answers", "comments", "hidden", "replies_between")
        assert {name: ours[month][name] for name in names} == {name: getattr(book, name) for name in names}, month
        assert len(people[month]) == len(book.people)
        assert min(ours[month][name] for name in names) > 0  # or the comparison proves little
        assert followers[month] == book.followers
        assert metrics[month, "reactions"] == book.reactions
        for name, amount in book.metrics.items():
            assert metrics[month, name] == amount
    covered = {(row["fact"], row["month"]): row for row in facts["coverage"].to_pylist()}
    for fact in ("message", "membership", "publication", "platform_metric"):
        assert all((covered[fact, month]["extent"] == "full") for month in YEAR[1:])


def small(change: Any = None, into: Landed | None = None) -> tuple[dict[str, pa.Table], FacebookGraph]:
    """A page with one thread, read once, and staged."""
    graph = FacebookGraph(PAGE, now=datetime(2026, 11, 1, 12, tzinfo=UTC))
    noon = datetime(2026, 10, 5, 12, tzinfo=UTC)
    graph.posts = [Post(f"{PAGE}_1", noon, "?", reactions={date(2026, 10, 6): 4}), Post(f"{PAGE}_2", noon, "b", "501")]
    graph.comments = [
        Comment("1_1", f"{PAGE}_1", noon + timedelta(hours=1), "?", "502"),
        Comment("1_2", f"{PAGE}_1", noon + timedelta(hours=2), "a", "503", parent="1_1"),
        Comment("1_3", f"{PAGE}_1", noon + timedelta(hours=3), "b", parent="1_1"),
        Comment("1_4", f"{PAGE}_1", noon + timedelta(hours=4), "c", "504", parent="gone"),
        Comment("2_1", f"{PAGE}_2", noon + timedelta(hours=5), "d"),
    ]
    graph.followers = {date(2026, 10, 30): 10, date(2026, 10, 31): 12}
    if change:
        change(graph)
    landed = into or Landed()
    with graph:
        for stream in (Posts, VisitorPosts, Comments, PageDay):
            pull(graph, landed, stream, graph.now - timedelta(days=60), process_words=["b"])
    return landed.tables(), graph


def by_message(facts: dict[str, pa.Table]) -> dict[str, dict[str, Any]]:
    return {row["message"].removeprefix("fb-"): row for row in facts["message"].to_pylist()}


def test_it_declares_its_source_and_streams() -> None:
    assert SOURCE == "facebook_page"
    declared = (*FacebookPage.streams, *FacebookPage.side_streams, *MetaSuite.streams)
    assert set(STREAMS) == {stream.name for stream in declared}
    assert FacebookPull.name in STREAMS


@pytest.mark.parametrize("landed", [{}, Landed().tables()])
def test_nothing_landed_gives_empty_facts_of_the_right_shape(landed: dict[str, pa.Table]) -> None:
    facts = stage(landed, TOWN)
    assert set(facts) == FACTS
    for name, table in facts.items():
        assert table.num_rows == 0 and table.schema == arrow_schema(name)


def test_answers_know_what_they_answer() -> None:
    tables, _ = small()
    found = by_message(stage(tables, TOWN))
    links = {
        name: (row["root"], row["reply_to"], row["reply_to_role"], row["reply_basis"]) for name, row in found.items()
    }
    first, other = f"fb-{PAGE}_1", f"fb-{PAGE}_2"
    assert links == {
        f"{PAGE}_1": (first, None, None, "none"),
        f"{PAGE}_2": (other, None, None, "none"),
        "1_1": (first, first, "authority", "explicit"),
        "1_2": (first, "fb-1_1", "resident", "explicit"),
        "1_3": (first, "fb-1_1", "resident", "explicit"),
        "1_4": (first, "fb-gone", "unknown", "explicit"),
        "2_1": (other, other, "resident", "explicit"),
    }
    assert found["1_2"]["reply_to_author"] == found["1_1"]["author"] != found["1_2"]["author"]
    assert {name for name, row in found.items() if row["author_role"] == "authority"} == {f"{PAGE}_1", "1_3", "2_1"}
    assert found["1_1"]["is_question"] and found["1_1"]["length"] == 1


def test_staff_speak_for_the_authority_on_their_days_only() -> None:
    tables, _ = small()
    person = by_message(stage(tables, TOWN))["1_1"]["author"]
    for first, last, expected in (
        (None, None, "authority"),
        (date(2026, 10, 5), date(2026, 10, 5), "authority"),
        (date(2026, 10, 6), None, "resident"),
        (None, date(2026, 10, 4), "resident"),
    ):
        town = Town("1234", staff=(StaffInterval(person, first, last),))
        found = by_message(stage(tables, town))
        assert found["1_1"]["author_role"] == expected == found["1_2"]["reply_to_role"]
        assert found["1_2"]["author_role"] == "resident"


def test_an_author_nobody_names_is_unknown() -> None:
    tables, _ = small()
    posts = tables["facebook_comment"]
    place = posts.schema.get_field_index("author")
    tables["facebook_comment"] = posts.set_column(place, "author", pa.nulls(posts.num_rows, pa.int64()))
    found = by_message(stage(tables, TOWN))
    assert (found["1_1"]["author"], found["1_1"]["author_role"]) == (None, "unknown")
    assert found["1_3"]["author_role"] == "authority"


def test_staff_are_known_by_the_name_the_page_shows() -> None:
    def named(graph: FacebookGraph) -> None:
        graph.comments[0].author_name, graph.comments[1].author_name = "Dana Canary", "Someone Else"

    landed = Landed()
    tables, _ = small(named, landed)
    met = landed.people.new_people().num_rows
    person = landed.people.ordinal("chat_sender", " dana  CANARY")  # as the roster spells it
    assert person is not None and landed.people.new_people().num_rows == met
    town = Town("1234", staff=(StaffInterval(person, date(2026, 10, 5), date(2026, 10, 5)),))
    found = by_message(stage(tables, town))
    assert found["1_1"]["author_role"] == "authority" == found["1_2"]["reply_to_role"]
    assert found["1_2"]["author_role"] == "resident"
    quality = {row["month"]: row["quality"] for row in messages_covered(stage(tables, town))}
    assert quality["2026-10"] == "by_name" and "by_name" not in quality["2026-09"]
    gone = Town("1234", staff=(StaffInterval(person, date(2027, 1, 1)),))
    assert {row["quality"] for row in messages_covered(stage(tables, gone)) if (row["extent"] == "full")} == {""}


def test_with_nobody_declared_the_months_say_so() -> None:
    tables, _ = small()
    covered = messages_covered(stage(tables, TOWN))
    assert covered
    assert ["estimated" in row["quality"].split() for row in covered] == [True] * len(covered)


def messages_covered(facts: dict[str, pa.Table]) -> list[dict[str, Any]]:
    return [row for row in facts["coverage"].to_pylist() if row["fact"] == "message"]


def test_names_from_before_they_were_taken_are_missing_and_nothing_breaks() -> None:
    tables, _ = small()
    older = {
        name: table.drop_columns(["author_name"]) if "author_name" in table.column_names else table
        for name, table in tables.items()
    }
    assert by_message(stage(older, TOWN)) == by_message(stage(tables, TOWN))


def test_a_hidden_comment_is_no_message_and_is_counted_apart() -> None:
    def hide(graph: FacebookGraph) -> None:
        graph.comments[0].is_hidden = True

    facts = stage(small(hide)[0], TOWN)
    found = by_message(facts)
    assert "1_1" not in found
    assert (found["1_2"]["reply_to"], found["1_2"]["reply_to_role"]) == ("fb-1_1", "resident")
    counts = {row["metric"]: row["amount"] for row in facts["platform_metric"].to_pylist()}
    assert (counts["hidden_comments"], counts["comments"]) == (1.0, 4.0)


def test_the_months_are_the_towns() -> None:
    def at_the_edge(graph: FacebookGraph) -> None:
        graph.posts = [
            Post(f"{PAGE}_1", datetime(2026, 9, 30, 20, 59, 59, tzinfo=UTC), "x"),
            Post(f"{PAGE}_2", datetime(2026, 9, 30, 21, 0, tzinfo=UTC), "x"),
        ]
        graph.comments = []

    found = by_message(stage(small(at_the_edge)[0], TOWN))
    assert [found[f"{PAGE}_{n}"]["month"] for n in (1, 2)] == ["2026-09", "2026-10"]
