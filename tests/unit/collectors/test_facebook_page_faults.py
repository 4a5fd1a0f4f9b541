"""What Graph may do to us on the wire: its error table, its limits, its lies about pages."""

from datetime import timedelta
from typing import Any

import pytest

from collectors.errors import CollectorError, FixCredentials, RetryLater, SourceChanged
from collectors.facebook.graph import Usage
from collectors.facebook.session import FacebookSession
from collectors.facebook.streams import Posts
from simulator.services.facebook import FacebookGraph, Post
from simulator.services.server import LOGIN_PAGE, Answer
from tests.said import said
from tests.unit.collectors.test_facebook_page import PAGE, at, opened, read, town_page, window


def many(count: int) -> FacebookGraph:
    graph = town_page()
    graph.posts = [Post(f"{PAGE}_{n}", at(10, 1) + timedelta(minutes=n), "x") for n in range(count)]
    return graph


def refused(graph: FacebookGraph, session: FacebookSession | None = None) -> CollectorError:
    with pytest.raises(CollectorError) as told:
        read(Posts, session or opened(graph), window(graph))
    return told.value


@pytest.mark.parametrize("code", [1, 2])
def test_what_passes_is_sat_out_with_less_asked_each_time(code: int) -> None:
    with town_page() as graph:
        graph.refuse(code, times=2)
        assert len(read(Posts, opened(graph), window(graph))["facebook_post"]) == 2
        assert [call.params["limit"] for call in graph.calls] == ["100", "50", "25"]


def test_what_calls_itself_transient_and_what_a_gateway_says_are_sat_out() -> None:
    with town_page() as graph:
        graph.refuse(999, is_transient=True)
        graph.fail(status=502)
        graph.fail(answer=Answer(200, b'{"data": [', content_type="application/json"))
        assert read(Posts, opened(graph), window(graph))["facebook_post"]


def test_what_does_not_pass_is_left_for_later() -> None:
    with town_page() as graph:
        graph.refuse(2, times=50)
        problem = refused(graph)
        assert isinstance(problem, RetryLater) and problem.until > graph.now
        assert len(graph.calls) == 5


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80001])
@pytest.mark.parametrize(("minutes", "hours"), [(0, 1), (90, 1.5), (10**6, 24), (-5, 1)])
def test_a_limit_waits_as_long_as_graph_says_within_reason(code: int, minutes: int, hours: float) -> None:
    with town_page() as graph:
        graph.regain_minutes = minutes
        graph.refuse(code, is_transient=True)  # Graph says so of limits too; hammering would prolong them
        problem = refused(graph)
        assert isinstance(problem, RetryLater) and problem.code == "quota"
        assert problem.until == graph.now + timedelta(hours=hours)
        assert len(graph.calls) == 1


@pytest.mark.parametrize("code", [3, 10, 200, 299])
def test_a_lacking_permission_stops_and_is_named(code: int) -> None:
    with town_page() as graph:
        graph.fail(answer=graph.error(code, message=f"(#{code}) Requires pages_read_engagement permission"))
        problem = refused(graph)
        assert isinstance(problem, FixCredentials) and "pages_read_engagement" in said(problem)
        assert len(graph.calls) == 1


@pytest.mark.parametrize(
    ("code", "subcode", "words"),
    [
        (190, 458, "app was removed"),
        (190, 459, "pass a check"),
        (190, 460, "password"),
        (190, 463, "expired"),
        (190, 464, "pass a check"),
        (190, 467, "not accept"),
        (190, 492, "lost its role"),
        (190, None, "not accept"),
        (102, None, "not accept"),
    ],
)
def test_a_dead_token_is_told_in_the_words_of_its_subcode(code: int, subcode: int | None, words: str) -> None:
    with town_page() as graph:
        graph.refuse(code, subcode)
        problem = refused(graph)
    assert isinstance(problem, FixCredentials) and words in said(problem)


def test_a_token_revoked_in_the_middle_is_the_end_of_it() -> None:
    with many(150) as graph:
        session = opened(graph)
        pages = session.lists(f"{PAGE}/published_posts", {"fields": "id"})
        assert len(next(pages)) == 100
        graph.refuse(190, 460, times=9)
        with pytest.raises(FixCredentials):
            next(pages)
        assert len(graph.calls) == 2


@pytest.mark.parametrize("code", [341, 368])
def test_a_block_waits_a_day(code: int) -> None:
    with town_page() as graph:
        graph.refuse(code)
        problem = refused(graph)
        assert isinstance(problem, RetryLater) and problem.until == graph.now + timedelta(days=1)


@pytest.mark.parametrize(
    ("code", "subcode", "kind", "name"),
    [
        (100, None, SourceChanged, "call_refused"),
        (100, 33, FixCredentials, "not_visible"),
        (2500, None, SourceChanged, "call_refused"),
    ],
)
def test_a_call_that_is_wrong_is_not_repeated(
    code: int, subcode: int | None, kind: type[CollectorError], name: str
) -> None:
    with town_page() as graph:
        graph.fail(answer=graph.error(code, subcode, message="(#100) Tried accessing nonexisting field (x)"))
        problem = refused(graph)
        assert isinstance(problem, kind) and problem.code == name
        assert len(graph.calls) == 1


def test_an_error_served_with_status_200_is_a_failure() -> None:
    with town_page() as graph:
        graph.fail(answer=graph.error(190, 463, status=200))
        problem = refused(graph)
        assert isinstance(problem, FixCredentials) and problem.code == "token_expired"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        *((Answer(200, body), "not_an_object") for body in (b"[]", b"null", b'"data"')),
        *((Answer(200, body), "not_a_list") for body in (b"{}", b'{"data": {}}', b'{"data": [1]}', b'{"data": null}')),
        (LOGIN_PAGE, "not_json"),
    ],
)
def test_an_answer_of_another_shape_is_told_and_not_asked_for_again(answer: Answer, code: str) -> None:
    with town_page() as graph:
        graph.fail(answer=answer)
        problem = refused(graph)
        assert isinstance(problem, SourceChanged) and problem.code == code
        assert len(graph.calls) == 1


def test_a_refusal_without_json_is_throttling_and_not_a_dead_token() -> None:
    with town_page() as graph:
        graph.fail(5, status=403)
        problem = refused(graph)
        assert isinstance(problem, RetryLater) and problem.code == "retry_later"
        assert len(graph.calls) == 5


@pytest.mark.parametrize("fault", ["truncate", "reset"])
def test_a_torn_answer_is_asked_for_again(fault: str) -> None:
    with many(150) as graph:
        graph.fail(1, **{fault: True})  # type: ignore[arg-type]
        rows = read(Posts, opened(graph), window(graph))["facebook_post"]
        assert len({row["post_id"] for row in rows}) == len(rows) == 150


def test_usage_slows_down_and_then_stops() -> None:
    with many(450) as graph:
        slept: list[float] = []
        session = opened(graph)
        session._sleep = slept.append
        pages = session.lists(f"{PAGE}/published_posts", {"fields": "id"})
        graph.usage = 74
        next(pages)
        next(pages)
        assert slept == []
        graph.usage = 80
        next(pages)
        next(pages)
        assert slept == [6.0]
        graph.usage, graph.regain_minutes = 96, 30
        next(pages)
        graph.posts *= 2
        with pytest.raises(RetryLater) as told:
            session.get(PAGE, {"fields": "id"})
        assert told.value.until == graph.now + timedelta(minutes=30)
        assert session.report.quota == {"app used": "96%", "page used": "96%"}


@pytest.mark.parametrize(
    "header", ["", "x", "[]", "null", '{"call_count":"many"}', '{"call_count":1e400}', '{"1":[7]}']
)
def test_a_usage_header_that_cannot_be_read_says_nothing(header: str) -> None:
    usage = Usage()
    usage.read({"X-App-Usage": header, "X-Business-Use-Case-Usage": header}, {})
    assert usage.percent == 0


def answer_with(graph: FacebookGraph, records: list[dict[str, Any]], next_link: str, after: str = "") -> Answer:
    paging: dict[str, Any] = {"next": next_link, **({"cursors": {"after": after}} if after else {})}
    return Answer.json({"data": records, "paging": paging})


ONE = {"id": f"{PAGE}_9", "created_time": "2026-10-09T10:00:00+0000"}


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v26.0/x?after=a",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "https://graph.facebook.com.evil.example/x",
        "//evil.example/x",
        "http://127.0.0.1:1/x",
        "http://user:pass@127.0.0.1/x",
        "garbage",
        "http://[",
        "http://127.0.0.1:port/x",
    ],
)
def test_a_foreign_next_is_refused_with_what_was_read_kept(link: str) -> None:
    with town_page() as graph:
        graph.fail(answer=answer_with(graph, [ONE], link, "a"))
        pages = Posts().pages(opened(graph), window(graph))
        assert next(pages).rows["post_id"].to_pylist() == [ONE["id"]]
        with pytest.raises(SourceChanged):
            next(pages)
        assert len(graph.calls) == 1


@pytest.mark.parametrize("after", ["same", ""])
def test_a_repeated_cursor_stops_with_what_was_read_kept(after: str) -> None:
    with town_page() as graph:
        graph.fail(9, answer=answer_with(graph, [ONE], f"{graph.base_url}/v26.0/x?until=5", after))
        kept = []
        with pytest.raises(SourceChanged) as told:
            kept.extend(Posts().pages(opened(graph), window(graph)))
        assert told.value.code == "list_never_ends"
        assert len(graph.calls) == 2


def test_an_empty_page_with_a_next_is_not_the_end() -> None:
    with many(3) as graph:
        graph.fail(answer=answer_with(graph, [], f"{graph.base_url}/v26.0/x?after=MA==", "MA=="))
        assert len(read(Posts, opened(graph), window(graph))["facebook_post"]) == 3


def test_empty_pages_without_end_are() -> None:
    with town_page() as graph:
        for number in range(60):
            graph.fail(answer=answer_with(graph, [], f"{graph.base_url}/v26.0/x?after={number}", f"{number}"))
        assert refused(graph).code == "list_never_ends"
        assert len(graph.calls) < 30


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with town_page() as graph, FacebookGraph() as other:
        graph.fail(status=status, headers={"Location": f"{other.base_url}/v26.0/me"})
        assert refused(graph).code == "redirect"
        assert other.calls == []
