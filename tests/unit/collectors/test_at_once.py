"""Streams whose answers become columns at once: whatever is sent, they give what their records read one by one give."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.columnar import Form
from collectors.facebook.graph import Usage
from collectors.facebook.session import FacebookSession
from collectors.facebook.streams import Comments, Posts, VisitorPosts
from collectors.http import HttpSession
from collectors.mailchimp.session import MailchimpSession
from collectors.mailchimp.streams_reactions import MailchimpClicker
from collectors.service import PullReport, ServiceStream, SourceObject, Window
from collectors.waiting import gathered
from collectors.zoom.meetings import Held, ZoomSession
from collectors.zoom.session import ZoomWire
from collectors.zoom.streams import ZoomConnection, ZoomRegistrant
from tests.accounts import account_of

NOW = datetime(2026, 11, 1, tzinfo=UTC)
WINDOW = Window(NOW - timedelta(days=60), NOW)
Answers = list[list[Any]]
Read = Callable[[Any, PullReport, bool], Iterator[Any]]
"""Reads answers with a report, with the strict form or without."""


def answer_of(document: Any) -> requests.Response:
    answer = requests.Response()
    answer._content, answer.status_code, answer.encoding = json.dumps(document).encode(), 200, "utf-8"
    return answer


class Canned:
    """A Graph of answers in their order, each with a cursor to the next."""

    def __init__(self, answers: Answers, report: PullReport, is_fast: bool) -> None:
        self.usage, self.version, self._left, self._is_fast = Usage(), "v26.0", list(enumerate(answers)), is_fast
        self._line = HttpSession("https://graph.facebook.com", ("graph.facebook.com",), report)

    def get(self, path: str, params: Mapping[str, Any], form: Form | None = None) -> dict[str, Any]:
        number, records = self._left.pop(0) if self._left else (0, [])
        following = {"cursors": {"after": f"a{number}"}, "next": "https://graph.facebook.com/x"} if self._left else {}
        self._line.form = form if self._is_fast else None
        found: dict[str, Any] = self._line.decode(answer_of({"data": records, "paging": following}))
        return found

    def check_address(self, url: str) -> None:
        """Nothing."""


def from_graph(stream: type[ServiceStream], more: Mapping[str, Any], *withdrawn: str) -> Read:
    def read(answers: Answers, report: PullReport, is_fast: bool) -> Iterator[Any]:
        account = account_of("facebook", "town", {"page": "1", "space": "page", **more}, {"token": "t"})
        session = FacebookSession(Canned(answers, report, is_fast), account, report, now=lambda: NOW)
        session.withdrawn |= {(stream.name, name) for name in withdrawn}
        if stream is not Comments:
            yield from stream().pages(session, WINDOW)
            return
        one = SourceObject("post", "1_1", NOW, {"is_page_post": True}, NOW)
        yield from gathered(stream().pages_of_object(session, one))

    return read


class Line(ZoomWire):
    """A line to Zoom of which each list is one answer."""

    def __init__(self, answers: Answers, report: PullReport, is_fast: bool) -> None:
        super().__init__(account_of("zoom", "town", {"space": "hall"}, {}), report, lambda: NOW, lambda _: None)
        self.answers, self.is_fast = [*answers, [], []], is_fast

    def _ask(self, path: str, params: Mapping[str, Any] | None, form: Form | None) -> Any:
        self.form = form if self.is_fast else None
        records = self.answers[path.startswith("past_")]
        return self.decode(answer_of({"registrants" if "registrants" in path else "participants": records}))


def from_zoom(stream: type[ServiceStream]) -> Read:
    told = {"space": "hall", "heard_via_question": "How?", "heard_via_answers": {"sign": "facebook"}}

    def read(answers: Answers, report: PullReport, is_fast: bool) -> Iterator[Any]:
        account = account_of("zoom", "town", told, {})
        session = ZoomSession(Line(answers, report, is_fast), account, report, lambda: NOW)
        one = Held("u==", "77", False, True, {"start_time": "2026-10-01T10:00:00Z"}).as_object
        if stream is ZoomRegistrant:
            kept = {"family": "meetings", "number": "77", "is_known": True}
            one = SourceObject("registration", "meetings 77", NOW, kept, NOW)
        yield from gathered(stream().pages_of_object(session, one))

    return read


class Newsletter(MailchimpSession):
    """An account whose one campaign has as many links as there are answers."""

    def __init__(self, answers: Answers, report: PullReport, is_fast: bool) -> None:
        mine = account_of("mailchimp", "town", {"list": "l", "space": "news"}, {"key": "k-us1"})
        super().__init__(mine, report)
        self.answers, self.is_fast = answers, is_fast

    def call(self, method: str, path: str, **options: Any) -> Any:
        if not self.is_fast:
            self.form = None
        links = [{"id": str(number)} for number in range(len(self.answers))]
        if path.endswith("click-details"):
            return {"urls_clicked": links, "total_items": len(links)}
        members = self.answers[int(path.split("/")[-2])]
        return self.decode(answer_of({"members": members, "total_items": len(members)}))


def from_mailchimp(answers: Answers, report: PullReport, is_fast: bool) -> Iterator[Any]:
    one = SourceObject("campaign", "c", NOW, {"id": "c", "send_time": NOW.isoformat()}, NOW)
    yield from gathered(MailchimpClicker().pages_of_object(Newsletter(answers, report, is_fast), one))


INSTANT = st.sampled_from(["2026-10-28T16:34:05+0000", "2026-10-28T16:34:05Z", "2026-10-28T16:34:06.250Z"])
PERSON = st.none() | st.fixed_dictionaries({"id": st.sampled_from(["1", "7", "8", ""])}, optional={"name": st.sampled_from(["A", "B"])})  # fmt: skip
TEXT = st.none() | st.text("מה שלום? How\u200f", max_size=9) | st.sampled_from(["אישור תכנית", "How many", "בואו"])
TOTAL = st.fixed_dictionaries({"summary": st.fixed_dictionaries({"total_count": st.integers(0, 9)}), "data": st.just([])})  # fmt: skip
WRITTEN = {"id": st.sampled_from(["1_1", "1_2", "1_3"]), "created_time": INSTANT}
WRITTEN_TOO = {"from": PERSON, "message": TEXT}
COMMENT = st.fixed_dictionaries(WRITTEN, optional={
    **WRITTEN_TOO, "parent": st.just({"id": "1_1"}), "comment_count": st.integers(0, 9), "like_count": st.integers(0, 9),
    "is_hidden": st.booleans(),
})  # fmt: skip
POST = st.fixed_dictionaries(WRITTEN, optional={
    **WRITTEN_TOO, "updated_time": INSTANT, "status_type": st.just("added_photos"), "is_published": st.booleans(),
    "shares": st.fixed_dictionaries({"count": st.integers(0, 9)}), "reactions": TOTAL, "comments": TOTAL,
})  # fmt: skip
CONNECTION = st.fixed_dictionaries({"user_id": st.sampled_from(["16", "17", ""]), "join_time": INSTANT}, optional={
    "id": st.sampled_from(["", "acc"]), "name": st.sampled_from(["", "Ann", "Ánn\u200f", "בן"]), "leave_time": INSTANT,
    "user_email": st.sampled_from(["", "a@b.example"]), "registrant_id": st.sampled_from(["", "r1", " "]),
    "duration": st.integers(0, 90), "status": st.sampled_from(["", "in_meeting", "in_waiting_room"]),
    "internal_user": st.booleans(), "participant_user_id": st.sampled_from(["", "acc2"]), "bo_mtg_id": st.just("b"),
})  # fmt: skip
SAID = st.sampled_from(["sign", "other", "sign;other", ""])
REGISTRANT = st.fixed_dictionaries({"id": st.sampled_from(["r1", "r2"])}, optional={
    "email": st.sampled_from(["a@b.example", " "]), "first_name": st.just("x"), "custom_questions": st.lists(
        st.fixed_dictionaries({"title": st.sampled_from(["How?", "x"]), "value": SAID}), max_size=2),
})  # fmt: skip
CLICKED = st.fixed_dictionaries({"email_id": st.uuids().map(str), "email_address": st.sampled_from(["a@b.example", " A@b.example", "c@d.example", ""])})  # fmt: skip
WRONG = st.none() | st.sampled_from([-1, 7, 3.5, True, "", " ", "x", [], {}, {"id": 7}, "2026-10-28T16:34:05", "a\0", "\ud83d"])  # fmt: skip
CALLS = {"process_words": ["תכנית"], "call_words": ["בואו"]}
STREAMS: dict[str, tuple[Read, Any]] = {
    "comments": (from_graph(Comments, {}), COMMENT), "posts": (from_graph(Posts, {}), POST),
    "posts of a town with words": (from_graph(Posts, CALLS), POST), "posts of which Graph tells less": (from_graph(Posts, {}, "shares", "reactions"), POST),
    "visitors": (from_graph(VisitorPosts, {}), POST),
    "connections": (from_zoom(ZoomConnection), CONNECTION), "registrants": (from_zoom(ZoomRegistrant), REGISTRANT),
    "clickers": (from_mailchimp, CLICKED),
}  # fmt: skip


def seen(read: Read, answers: Answers, *, is_fast: bool) -> tuple[Any, ...]:
    """All that comes of the answers: rows, quarantine, drift, notices, doubts."""
    report = PullReport()
    rows = [(page.stream.name, row) for page in read(answers, report, is_fast) for row in page.rows.to_pylist()]
    aside = sorted((one.where, one.code, str(one.arguments), one.raw) for one in report.rejected)
    return rows, aside, +report.drift, report.notices, [one.code for one in report.unsure]


@pytest.mark.parametrize("name", STREAMS)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_drawn_answers_give_the_same_either_way(name: str, data: st.DataObject) -> None:
    read, record = STREAMS[name]
    answers = data.draw(st.lists(st.lists(record, max_size=4), min_size=1, max_size=3))
    for _ in range(data.draw(st.integers(0, 3))):
        fields = st.sampled_from(["id", "from", "message", "created_time", "shares", "user_id", "join_time", "name",
                                  "custom_questions", "new", "status", "duration", "like_count", "email", "email_id", "email_address"])  # fmt: skip
        one = data.draw(st.sampled_from(answers))
        if one:
            data.draw(st.sampled_from(one))[data.draw(fields)] = data.draw(WRONG)
    assert seen(read, answers, is_fast=True) == seen(read, answers, is_fast=False)


@pytest.mark.parametrize("name", STREAMS)
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_clean_answers_are_never_read_one_by_one(name: str, data: st.DataObject) -> None:
    read, record = STREAMS[name]
    answers = data.draw(st.lists(st.lists(record, max_size=3), min_size=1, max_size=2))
    with pytest.MonkeyPatch.context() as patch:
        for module in ("collectors.facebook.written", "collectors.zoom.streams"):
            patch.setattr(f"{module}.page_of", lambda *_, **__: pytest.fail("read one by one"))
        patch.setattr(requests.Response, "json", lambda *_, **__: pytest.fail("decoded otherwise"))
        seen(read, answers, is_fast=True)
