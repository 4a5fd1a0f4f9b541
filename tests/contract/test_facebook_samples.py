"""Published payloads of Graph, through the collector: none may crash it, what is new in them is drift."""

import csv
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.errors import CollectorError, FixCredentials
from collectors.facebook.examination import examine
from collectors.facebook.graph import Fields, Refusal, Usage
from collectors.facebook.metrics import registry
from collectors.facebook.session import FacebookSession
from collectors.facebook.streams import (
    COMMENT_FIELDS,
    PAGE_FIELDS,
    POST_FIELDS,
    Comments,
    FacebookStream,
    PageDay,
    Posts,
)
from collectors.facebook.streams_insights import Insights
from collectors.service import PullReport, Window
from tests.accounts import account_of
from tests.conftest import SHARED, shared
from tests.said import says

FOLDER = SHARED / "contracts" / "meta-graph" / "samples"
FILES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.glob("*/*.json"))
WINDOW = Window(datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 4, 1, tzinfo=UTC))


class Canned:
    """A Graph that gives one answer, then nothing more: the protocol of `collectors.facebook.graph`."""

    def __init__(self, answer: Any) -> None:
        self.usage, self.version = Usage(), "v26.0"
        self._answer = answer

    def get(self, path: str, params: dict[str, Any], form: Any = None) -> dict[str, Any]:
        answer, self._answer = self._answer, {"data": []}
        if "error" in answer:
            raise Refusal.of(answer, 400)
        found: dict[str, Any] = answer
        return found

    def check_address(self, url: str) -> None:
        assert url.startswith("https://graph.facebook.com/")


def session_of(answer: Any, page: str = "19292868552") -> FacebookSession:
    account = account_of(
        "facebook", "town", {"page": page, "space": "page", "metrics": ["page_impressions_unique"]}, {"token": "t"}
    )
    return FacebookSession(Canned(answer), account, PullReport(), now=lambda: WINDOW.until, sleep=lambda _: None)


def sample(*parts: str) -> Any:
    return json.loads(shared("contracts", "meta-graph", "samples", *parts).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FILES or [pytest.param("", marks=pytest.mark.skip("shared material not present"))])
@pytest.mark.parametrize("stream", [PageDay, Posts, Comments, Insights])
def test_no_published_payload_crashes_a_stream(name: str, stream: type[FacebookStream]) -> None:
    answer = sample(*Path(name).parts)
    session = session_of(answer)
    rows = []
    try:
        for page in stream().pages(session, WINDOW):
            rows += page.rows.to_pylist()
    except CollectorError as problem:
        rows.append({"refused": problem.code})
    assert rows
    said = str(rows) + str(vars(session.report))
    for name in _names(answer):
        assert name not in said


def _names(document: Any) -> set[str]:
    """What people wrote and are called in a document."""
    if isinstance(document, list):
        return set().union(*(_names(one) for one in document)) if document else set()
    if not isinstance(document, dict):
        return set()
    found = set().union(*(_names(one) for one in document.values())) if document else set()
    own = {str(document[key]) for key in ("message", "story") if key in document and "error" not in document}
    if isinstance(document.get("from"), dict):
        own.add(str(document["from"].get("name", "")))
    return {text for text in found | own if len(text) > 4}


def test_the_feed_of_a_page() -> None:
    session = session_of(sample("graph-responses", "feed_p1.json"), page="4")
    first = next(Posts().pages(session, WINDOW)).rows.to_pylist()
    assert len(first) == 5 and {row["is_page"] for row in first} == {True}
    assert [row["length"] > 0 for row in first] == [True] * 5


def test_a_whole_post_with_fields_we_do_not_ask_for() -> None:
    answer = {"data": [sample("graph-responses", "post.json")]}
    session = session_of(answer, page="175154750010052")
    (row,) = next(Posts().pages(session, WINDOW)).rows.to_pylist()
    assert (row["reactions"], row["comments"], row["shares"], row["kind"]) == (1, 0, 0, "mobile_status_update")
    unknown = {f"facebook_post.{name}" for name in ("love", "like", "angry", "wow", "haha", "sad", "permalink_url")}
    assert session.report.drift == Counter(unknown)


def test_comments_are_told_and_those_without_an_identifier_put_aside() -> None:
    whole = sample("graph-responses", "comments_by_ids.json")
    session = session_of({})
    page = Comments().page(
        [*whole.values(), *sample("graph-responses", "comments_p1.json")["data"]], session, "1", True
    )
    assert page.rows["comment_id"].to_pylist() == list(whole)
    assert len(session.report.rejected) == len(sample("graph-responses", "comments_p1.json")["data"])
    assert {one.where.rpartition(" ")[2] for one in session.report.rejected} == {"id"}


def test_comments_inside_posts_are_never_kept() -> None:
    answer = {"data": list(sample("graph-responses", "posts_by_ids.json").values())}
    session = session_of(answer)
    kept = str([page.rows.to_pylist() for page in Posts().pages(session, WINDOW)])
    assert len(_names(answer)) > 3 and not [name for name in _names(answer) if name in kept]


def test_the_time_series_of_the_documentation_lies_on_pacific_days() -> None:
    page = Insights().page(
        sample("meta-docs", "doc_page_insights_timeseries.json"), session_of({}), "page_impressions_unique", "day"
    )
    days = [(str(row["period_start"]), row["amount"]) for row in page.rows.to_pylist()]
    assert days == [("2020-03-09", 66226), ("2020-03-10", 78037)]


def test_the_published_errors_are_understood() -> None:
    expired = session_of(sample("meta-docs", "doc_error_envelope.json"))
    with says(FixCredentials, "password"):
        expired.get("me", {})
    lacking = session_of(sample("graph-responses", "error_100_missing_permission.json"))
    with says(FixCredentials, "pages_read_engagement"):
        lacking.get("me", {})


def test_the_published_answer_about_a_token() -> None:
    found = {one.what: one.state for one in examine(session_of(sample("graph-responses", "debug_token.json")), "t")}
    assert found["token"] == "fail"  # both its ends are long past
    assert (found["read_insights"], found["pages_read_user_content"]) == ("ok", "fail")


def test_a_published_series_of_withdrawn_metrics_is_in_the_registry() -> None:
    path = shared(
        "contracts", "meta-graph", "samples", "fivetran-seeds", "facebook_pages_daily_page_metrics_total_data.csv"
    )
    with path.open(encoding="utf-8") as lines:
        columns = next(csv.reader(lines))
    today = datetime(2026, 11, 1, tzinfo=UTC).date()
    gone = {"page_fans", "page_fan_adds", "page_fan_removes", "page_impressions", "page_impressions_paid"}
    assert gone <= set(columns)
    assert not [name for name in gone if registry()[name].lives_on(today)]


def _fields_asked(fields: str) -> set[str]:
    return {part.partition(".")[0].partition("{")[0] for part in fields.replace("{id}", "").split(",")}


@pytest.mark.parametrize(
    ("spec", "fields"), [("Page", PAGE_FIELDS), ("PagePost", POST_FIELDS), ("Comment", COMMENT_FIELDS)]
)
def test_every_field_asked_for_is_in_the_published_contract(spec: str, fields: Fields) -> None:
    document = json.loads(shared("contracts", "meta-graph", "specs", f"{spec}.json").read_text(encoding="utf-8"))
    known = {field["name"] for field in document["fields"]}
    edges = {api["endpoint"].strip("/") for api in document["apis"] if "endpoint" in api}
    assert _fields_asked(fields.text()) - known - edges == set()
