"""What Graph's records may do to us: wrong values, odd identifiers, removed posts; and the token that must stay inside."""

import json
import logging
import traceback
from typing import Any

import pytest

from collectors.errors import CollectorError, FixCredentials, SourceChanged
from collectors.facebook.errors import error_of
from collectors.facebook.examination import examine
from collectors.facebook.graph import Refusal
from collectors.facebook.source import FacebookPage
from collectors.facebook.streams import Comments, PageDay, Posts
from collectors.service import PullReport
from simulator.services.server import Answer
from tests.said import says
from tests.unit.collectors.test_facebook_page import PAGE, SECRET, TOKEN, at, opened, read, town_page, window
from tests.unit.collectors.test_facebook_page_faults import ONE, answer_with


@pytest.mark.parametrize("value", ["many", -1, 3.7, 1e30, True, {}, [4]])
def test_a_count_that_is_none_puts_its_record_aside_and_no_other(value: Any) -> None:
    report = PullReport()
    bad = {**ONE, "message": "Text Canary", "from": {"id": "77", "name": "Name Canary"}, "shares": {"count": value}}
    with town_page() as graph:
        graph.fail(answer=Answer.json({"data": [bad, {**ONE, "id": f"{PAGE}_8", "shares": {"count": "1,234"}}]}))
        (row,) = read(Posts, opened(graph, report), window(graph))["facebook_post"]
    assert (row["post_id"], row["shares"]) == (f"{PAGE}_8", 1234)
    (aside,) = report.rejected
    assert aside.code == "wrong_value" and b"Canary" not in aside.raw


@pytest.mark.parametrize("lacking", ["id", "created_time"])
def test_a_record_without_what_it_needs_is_put_aside(lacking: str) -> None:
    report = PullReport()
    with town_page() as graph:
        graph.fail(answer=Answer.json({"data": [{k: v for k, v in ONE.items() if k != lacking}]}))
        assert read(Posts, opened(graph, report), window(graph))["facebook_post"] == []
    assert len(report.rejected) == 1


def test_a_source_clock_ahead_of_ours_is_stored_as_told() -> None:
    with town_page() as graph:
        graph.fail(answer=Answer.json({"data": [{**ONE, "created_time": "2099-01-01T00:00:00+0000"}]}))
        (row,) = read(Posts, opened(graph), window(graph))["facebook_post"]
    assert row["created_at"].year == 2099


def test_a_new_field_is_drift_and_its_value_is_not_kept() -> None:
    report = PullReport()
    with town_page() as graph:
        graph.posts[0].extra = {"mood": {"name": "Name Canary"}}
        page = next(Posts().pages(opened(graph, report), window(graph)))
    assert report.drift == {"facebook_post.mood": 1}
    assert "Canary" not in str(page.rows.to_pylist())


@pytest.mark.parametrize("identifier", ["../me", "1/../../me", "1?x=1", ""])
def test_an_odd_identifier_never_stands_in_a_path(identifier: str) -> None:
    with town_page() as graph:
        graph.fail(answer=Answer.json({"data": [{"id": identifier}]}))
        with says(SourceChanged, "another shape"):
            read(Comments, opened(graph), window(graph))
        assert len(graph.calls) == 1


def test_a_post_removed_while_its_comments_are_read_is_left_out() -> None:
    with town_page() as graph:
        graph.refuse(100, 33, path=f"{PAGE}_1/comments")
        # Graph's words for it name no metric.
        graph._faults[0] = type(graph._faults[0])(graph.error(100, 33, "Unsupported get request"), path="_1/comments")
        report = PullReport()
        rows = read(Comments, opened(graph, report), window(graph))["facebook_comment"]
    assert [row["comment_id"] for row in rows] == ["2_1"]
    assert len(report.notices) == 1


def everything_said(problem: BaseException) -> str:
    """The problem as any log could show it, with all that is chained to it, shown or not."""
    said, waiting = [], [problem]
    while waiting:
        one = waiting.pop()
        said += [repr(one), str(vars(one)), *traceback.format_exception(one)]
        waiting += [other for other in (one.__cause__, one.__context__) if other is not None]
    return "\n".join(said)


@pytest.mark.parametrize(
    "fault",
    ["none", "dead", "limit", "reset", "truncate", "html", "redirect", "foreign", "circle", "gateway", "no host"],
)
def test_the_token_stays_inside(fault: str, caplog: pytest.LogCaptureFixture, capfd: Any) -> None:
    caplog.set_level(logging.DEBUG)
    report, said = PullReport(), ""
    with town_page() as graph:
        graph.app_secret = SECRET
        link = f"{graph.base_url}/v26.0/x?access_token={TOKEN}&after=a"
        match fault:
            case "dead":
                graph.fail(20, answer=graph.error(190, 467))
            case "limit":
                graph.refuse(17, times=20)
            case "reset" | "truncate":
                graph.fail(40, **{fault: True})  # type: ignore[arg-type]
            case "html" | "gateway":
                graph.fail(40, html=fault == "html", status=None if fault == "html" else 502)
            case "redirect":
                graph.fail(9, status=302, headers={"Location": f"https://evil.example/?access_token={TOKEN}"})
            case "foreign":
                graph.fail(9, answer=answer_with(graph, [ONE], f"https://evil.example/?access_token={TOKEN}"))
            case "circle":
                graph.fail(9, answer=answer_with(graph, [ONE], link))
        session = opened(graph, report)
        if fault == "no host":
            graph.__exit__(None, None, None)
        for stream in FacebookPage.streams:
            try:
                rows = read(stream, session, window(graph))
                personal = set(stream.personal_fields)  # what landing makes ordinals of
                said += str([{k: v for k, v in row.items() if k not in personal} for of in rows.values() for row in of])
            except CollectorError as problem:
                said += everything_said(problem)
        if fault != "no host":
            said += repr(examine(session, TOKEN))
        said += repr(session.account)
        if fault == "no host":
            graph.__enter__()
        proof = next((c.params["appsecret_proof"] for c in graph.calls if "appsecret_proof" in c.params), SECRET)
    kept = json.dumps(vars(report), default=str) + caplog.text + "".join(capfd.readouterr()) + said
    if fault == "none":
        assert "/***" in caplog.text  # the address was logged, or this proves nothing
    for canary in (TOKEN, SECRET, proof, "Name Canary", "Potholes"):
        assert canary not in kept, canary


def test_the_error_table_is_whole() -> None:
    for code in [None, *range(1000), 2500, 3001, *range(80000, 80015)]:
        told = error_of(Refusal(code, status=400), 0, at(10, 1))
        assert told.code


def test_a_page_day_that_fails_says_nothing_was_covered() -> None:
    with town_page() as graph:
        graph.refuse(190, 463)
        with pytest.raises(FixCredentials):
            read(PageDay, opened(graph), window(graph))
