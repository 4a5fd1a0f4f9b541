"""Comments that come long after their post: they are read while the post is young enough, at the price of a call each."""

from datetime import timedelta

from collectors.facebook.streams import REACH, Comments
from simulator.services.facebook import Comment, Post
from simulator.services.server import Answer
from tests.unit.collectors.test_facebook_page import PAGE, at, opened, read, town_page, window


def test_a_comment_under_an_old_post_is_read_and_a_quiet_old_post_costs_no_call() -> None:
    with town_page() as graph:
        graph.posts += [
            Post(f"{PAGE}_old", at(2, 1), "x"),
            Post(f"{PAGE}_quiet", at(2, 2), "x"),
            Post(f"{PAGE}_guest", at(2, 3), "x", author="501"),
        ]
        graph.comments += [
            Comment("old_1", f"{PAGE}_old", at(2, 1, 10), "a", "502"),
            Comment("old_2", f"{PAGE}_old", at(10, 20), "b", "503", parent="old_1"),
            Comment("quiet_1", f"{PAGE}_quiet", at(2, 2, 10), "c", "502"),
            Comment("guest_1", f"{PAGE}_guest", at(10, 21), "d"),
        ]
        rows = read(Comments, opened(graph), window(graph, 90))["facebook_comment"]
        asked = {call.path.split("/")[2] for call in graph.calls if call.path.endswith("/comments")}
    found = {row["comment_id"]: (row["post_id"], row["is_page_post"]) for row in rows}
    assert found.items() >= {
        "old_1": (f"{PAGE}_old", True), "old_2": (f"{PAGE}_old", True), "guest_1": (f"{PAGE}_guest", False),
    }.items()  # fmt: skip
    assert "quiet_1" not in found and f"{PAGE}_quiet" not in asked


def test_a_post_beyond_the_reach_is_not_looked_at() -> None:
    with town_page() as graph:
        for name, days in (("near", REACH.days - 1), ("far", REACH.days + 1)):
            graph.posts.append(Post(f"{PAGE}_{name}", graph.now - timedelta(days=days), "x"))
            graph.comments.append(Comment(f"{name}_1", f"{PAGE}_{name}", at(10, 20), "a", "502"))
        rows = read(Comments, opened(graph), window(graph, 90))["facebook_comment"]
    assert {"near_1"} == {row["comment_id"] for row in rows} & {"near_1", "far_1"}


def test_an_old_post_that_does_not_say_when_it_changed_is_read() -> None:
    with town_page() as graph:
        graph.posts = [Post(f"{PAGE}_old", at(2, 1), "x")]
        graph.comments = [Comment("old_1", f"{PAGE}_old", at(10, 20), "a", "502")]
        answer = {"data": [{"id": f"{PAGE}_old", "created_time": "2026-02-01T09:00:00+0000"}]}
        graph.fail(answer=Answer.json(answer))
        rows = read(Comments, opened(graph), window(graph, 90))["facebook_comment"]
    assert [row["comment_id"] for row in rows] == ["old_1"]
