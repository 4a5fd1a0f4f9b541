"""A field that Graph withdraws costs itself and no record; what a record is nothing without is an error that says so."""

from __future__ import annotations

from typing import Any

import pytest

from collectors.errors import SourceChanged
from collectors.facebook.session import FacebookSession
from collectors.facebook.source import FacebookPage
from collectors.facebook.streams import (
    COMMENT_FIELDS,
    PAGE_FIELDS,
    POST_FIELDS,
    VISITOR_POST_FIELDS,
    Comments,
    PageDay,
    Posts,
    VisitorPosts,
)
from collectors.service import PullReport
from simulator.services.facebook import FacebookGraph
from simulator.services.server import Answer, Call
from tests.unit.collectors.test_facebook_page import account, opened, read, town_page, window

ASKED = (
    (PageDay, PAGE_FIELDS, "10001"), (Posts, POST_FIELDS, "published_posts"),
    (VisitorPosts, VISITOR_POST_FIELDS, "visitor_posts"), (Comments, COMMENT_FIELDS, "/comments"),
)  # fmt: skip
WORDS = (
    (12, "(#12) {} field is deprecated for versions v3.3 and higher"),
    (100, "(#100) Tried accessing nonexisting field ({}) on node type (Post)"),
)
COLUMN = {
    "fan_count": "likes", "talking_about_count": "talking_about", "rating_count": "ratings", "status_type": "kind",
    "updated_time": "updated_at", "comment_count": "replies", "like_count": "likes",
}  # fmt: skip


def withdraw(graph: FacebookGraph, field: str, path: str, code: int, words: str) -> None:
    """From now on Graph refuses whoever asks for the field there."""

    def altered(call: Call, answer: Answer) -> Answer:
        fields = call.params.get("fields", "")
        if not call.path.endswith(path) or field not in fields.replace("{", ",").replace(".", ",").split(","):
            return answer
        error = {"message": words.format(field), "type": "OAuthException", "code": code}
        return Answer.json({"error": error}, 400)

    graph.alter = altered


CASES = [
    (stream, path, optional.split(".")[0], code, words)
    for (stream, fields, path) in ASKED
    for optional in fields.optional
    for code, words in WORDS
]


@pytest.mark.parametrize(("stream", "path", "field", "code", "words"), CASES)
def test_a_withdrawn_field_costs_itself(stream: Any, path: str, field: str, code: int, words: str) -> None:
    with town_page() as graph:
        before = read(stream, opened(graph), window(graph))[stream.name]
        withdraw(graph, field, path, code, words)
        report = PullReport()
        rows = read(stream, opened(graph, report), window(graph))[stream.name]
    column = COLUMN.get(field, field)
    assert before and [{**row, column: None, "read_at": 0} for row in before] == [{**row, "read_at": 0} for row in rows]
    assert report.drift == {f"{stream.name}.{field} (withdrawn)": 1}


def test_the_doctor_names_what_is_gone() -> None:
    with town_page() as graph:
        withdraw(graph, "talking_about_count", "10001", *WORDS[0])
        found = {one.what: (one.state, one.remedy) for one in FacebookPage().check(account(graph))}
    assert found["page"][0] == "ok"
    assert found["fields"][0] == "warn" and "facebook_page_day.talking_about_count" in found["fields"][1]


def test_without_what_a_record_is_nothing_there_is_no_record() -> None:
    with town_page() as graph:
        withdraw(graph, "followers_count", "10001", *WORDS[1])
        session: FacebookSession = opened(graph)
        with pytest.raises(SourceChanged):
            read(PageDay, session, window(graph))
