"""The page's streams against the stand-in of Graph: what is kept, what is dropped, where pages end."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from collectors.base import Page
from collectors.errors import FixCredentials, FixSettings
from collectors.facebook.sdk import SdkGraph
from collectors.facebook.session import FacebookSession
from collectors.facebook.source import FacebookPage
from collectors.facebook.streams import Comments, PageDay, Posts, VisitorPosts
from collectors.service import Account, PullReport, ServiceStream, Window, sources
from collectors.shapes import Shapes
from collectors.text_measures import measure
from simulator.services.facebook import Comment, FacebookGraph, Post
from tests.accounts import account_of
from tests.conftest import ROOT
from tests.said import said, says

TOKEN = "EAAcanarytoken0123456789"
SECRET = "appsecretcanary"
PAGE = "10001"


def at(month: int, day: int, hour: int = 9, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def account(graph: FacebookGraph, **settings: Any) -> Account:
    secrets = {"token": TOKEN, **({"app_secret": SECRET} if graph.app_secret else {})}
    return account_of("facebook", "town", {"page": PAGE, "space": "page", **settings}, secrets, graph.base_url)


def town_page() -> FacebookGraph:
    """A page with four posts, a thread, a visitor and a follower count."""
    graph = FacebookGraph(PAGE, TOKEN, at(11, 1, 3))
    graph.posts = [
        Post(f"{PAGE}_1", at(10, 5), "מה דעתכם על התכנית?", reactions={date(2026, 10, 6): 4}, shares=2),
        Post(f"{PAGE}_2", at(10, 6), "Potholes!", author="501", author_name="Name Canary"),
        Post(f"{PAGE}_3", at(10, 7), None),
        Post(f"{PAGE}_4", at(10, 8), "not yet", is_published=False),
    ]
    graph.comments = [
        Comment("1_1", f"{PAGE}_1", at(10, 5, 10), "מתי?", "502"),
        Comment("1_2", f"{PAGE}_1", at(10, 5, 11), "מחר", parent="1_1"),
        Comment("1_3", f"{PAGE}_1", at(10, 5, 12), "spam", "503", is_hidden=True),
        Comment("2_1", f"{PAGE}_2", at(10, 6, 10), "we are on it"),
    ]
    graph.followers = {date(2026, 10, 31): 900, date(2026, 11, 1): 905}
    return graph


def opened(graph: FacebookGraph, report: PullReport | None = None, **settings: Any) -> FacebookSession:
    """A session that takes the stand-in's time for its own and sleeps in a list."""
    mine = account(graph, **settings)
    report = report or PullReport()
    client = SdkGraph(
        mine.secrets["token"], "26.0", report, app_secret=mine.secrets.get("app_secret", ""), base_url=graph.base_url
    )
    return FacebookSession(client, mine, report, now=lambda: graph.now, sleep=lambda _: None)


def window(graph: FacebookGraph, days: int = 60) -> Window:
    return Window(graph.now - timedelta(days=days), graph.now)


def read(stream: type[ServiceStream], session: FacebookSession, span: Window) -> dict[str, list[dict[str, Any]]]:
    """All rows of a stream's pages by the name of their stream."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for page in stream().pages(session, span):
        rows.setdefault(page.stream.name, []).extend(page.rows.to_pylist())
    return rows


def test_it_is_found_and_declares_what_it_needs() -> None:
    source = sources()["facebook"]
    assert isinstance(source, FacebookPage)
    for stream in (Posts, VisitorPosts, Comments):
        assert stream.personal_fields == {"author": "account", "author_name": "chat_sender"}
        assert not {"message", "name", "text"} & set(stream.schema.names)


def test_importing_the_collector_imports_no_client() -> None:
    code = "import sys, collectors.facebook.source; assert 'facebook' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_the_sdk_is_imported_where_warnings_are_errors(tmp_path: Any) -> None:
    flags = ["-W", "error:invalid escape", "-X", f"pycache_prefix={tmp_path}"]  # compiled anew, so the warning is given
    plain = subprocess.run([sys.executable, *flags, "-c", "import facebook"], check=False, capture_output=True)
    assert plain.returncode != 0
    ours = "from collectors.facebook.sdk import _sdk; _sdk()"
    subprocess.run([sys.executable, *flags, "-c", ours], check=True, cwd=ROOT)


def test_posts_are_measured_and_their_words_dropped() -> None:
    with town_page() as graph:
        rows = read(Posts, opened(graph, process_words=["תכנית"]), window(graph))
    silent, first = rows["facebook_post"]
    assert (first["post_id"], first["author"], first["is_page"]) == (f"{PAGE}_1", PAGE, True)
    assert (first["length"], first["is_question"], first["is_process"], first["language"]) == (19, True, True, "he")
    assert (first["shares"], first["reactions"], first["comments"]) == (2, 4, 3)
    assert (silent["length"], silent["shares"], silent["is_question"]) == (0, 0, False)
    (pull,) = rows["facebook_pull"]
    assert (pull["stream"], pull["outcome"], pull["records"], pull["is_classified"]) == (
        "facebook_post",
        "read",
        2,
        True,
    )


@pytest.mark.parametrize(
    ("words", "says", "is_known"), [((), None, False), (("ספרו לנו",), False, True), (("תכנית",), True, True)]
)
def test_a_call_is_one_by_the_towns_words_and_a_question_mark_is_none(
    words: tuple[str, ...], says: bool | None, is_known: bool
) -> None:
    with town_page() as graph:
        rows = read(Posts, opened(graph, process_words=["תכנית"], call_words=list(words)), window(graph))
    first = rows["facebook_post"][1]
    assert (first["is_question"], first["is_call"]) == (True, says)
    assert [pull["has_call_words"] for pull in rows["facebook_pull"]] == [is_known]


def test_comments_of_all_depths_come_with_their_parents() -> None:
    with town_page() as graph:
        rows = read(Comments, opened(graph), window(graph))["facebook_comment"]
        asked = [call.path for call in graph.calls if call.path.endswith("/comments")]
    told = {row["comment_id"]: (row["post_id"], row["parent_id"], row["author"], row["is_page"]) for row in rows}
    assert told == {
        "1_1": (f"{PAGE}_1", None, "502", False),
        "1_2": (f"{PAGE}_1", "1_1", PAGE, True),
        "1_3": (f"{PAGE}_1", None, "503", False),
        "2_1": (f"{PAGE}_2", None, PAGE, True),
    }
    assert [row["is_hidden"] for row in rows] == [False, False, True, False]
    assert len(asked) == 2  # a post that says it has none costs no call


def test_visitors_posts_are_not_the_pages() -> None:
    with town_page() as graph:
        (row,) = read(VisitorPosts, opened(graph), window(graph))["facebook_visitor_post"]
    assert (row["author"], row["is_page"], row["language"]) == ("501", False, "en")


def test_followers_are_those_of_today_and_a_past_window_gives_none() -> None:
    with town_page() as graph:
        (row,) = read(PageDay, opened(graph), window(graph))["facebook_page_day"]
        past = Window(at(1, 1), at(2, 1))
        assert list(read(PageDay, opened(graph), past)) == ["facebook_pull"]
    assert (row["day"], row["followers"], row["likes"]) == (date(2026, 11, 1), 905, 500)


def test_another_page_answering_is_refused() -> None:
    with town_page() as graph:
        graph.fail(answer=graph._told(_call(), {"id": "1", "followers_count": 3}), path=PAGE)
        with pytest.raises(FixSettings) as told:
            read(PageDay, opened(graph), window(graph))
    assert told.value.code == "not_there"


def _call() -> Any:
    from simulator.services.server import Call

    return Call("GET", "/v26.0/x", {}, {})


def test_without_permission_authors_are_unknown_but_the_page_is_known_by_its_edge() -> None:
    with town_page() as graph:
        graph.scopes = ("pages_show_list", "pages_read_engagement")
        posts = read(Posts, opened(graph), window(graph))["facebook_post"]
        assert {row["is_page"] for row in posts} == {True}
        session = opened(graph)
        comments = _until_refused(Comments, session, window(graph))
    rows = [row for page in comments for row in page.rows.to_pylist()]
    assert {(row["author"], row["is_page"]) for row in rows if row["author"] != PAGE} == {(None, None)}


def _until_refused(stream: type[ServiceStream], session: FacebookSession, span: Window) -> list[Page]:
    kept: list[Page] = []
    with says(FixCredentials, "pages_read_user_content"):
        kept.extend(stream().pages(session, span))
    return kept


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 200, 250])
def test_every_record_comes_once_whatever_the_edge_of_a_page(count: int) -> None:
    with town_page() as graph:
        graph.posts = [Post(f"{PAGE}_{n}", at(10, 1) + timedelta(minutes=n), "x") for n in range(count)]
        rows = read(Posts, opened(graph), window(graph)).get("facebook_post", [])
        calls = len(graph.calls)
    assert sorted(row["post_id"] for row in rows) == sorted(f"{PAGE}_{n}" for n in range(count))
    assert calls == max(1, -(-count // 100))


def test_two_full_reads_are_equal() -> None:
    with town_page() as graph:
        both = [
            [read(stream, opened(graph, metrics=["page_follows"]), window(graph)) for stream in FacebookPage.streams]
            for _ in range(2)
        ]
    assert both[0] == both[1]


def test_counts_restated_later_are_read_again() -> None:
    with town_page() as graph:
        graph.posts[0].reactions = {date(2026, 10, 6): 4, date(2026, 11, 3): 6}
        found = []
        for day in (1, 4):
            graph.now = at(11, day)
            rows = read(Posts, opened(graph), window(graph))["facebook_post"]
            found.append({row["post_id"]: row["reactions"] for row in rows}[f"{PAGE}_1"])
    assert found == [4, 10]


def test_the_version_stands_in_the_path_and_another_one_answering_is_told_once() -> None:
    with town_page() as graph:
        graph.served_version = "v27.0"
        session = opened(graph)
        read(Posts, session, window(graph))
        read(Posts, session, window(graph))
        assert {call.path.split("/")[1] for call in graph.calls} == {"v26.0"}
    assert session.report.notices == [
        "Facebook answered as v27.0 although v26.0 was asked for: set a living version",
    ]


def test_the_apps_secret_proves_the_token() -> None:
    with town_page() as graph:
        graph.app_secret = SECRET
        assert read(Posts, opened(graph), window(graph))["facebook_post"]


def test_the_sources_own_session_reads_too() -> None:
    with town_page() as graph:
        graph.now = datetime.now(UTC)
        session = FacebookPage().open(account(graph), PullReport())
        assert session.get(PAGE, {"fields": "id,followers_count"})["followers_count"] == 905


def findings(change: Callable[[FacebookGraph], None]) -> dict[str, tuple[str, str]]:
    with town_page() as graph:
        change(graph)
        return {
            one.what: (one.state, said(one.problem) if one.problem else one.remedy)
            for one in FacebookPage().check(account(graph))
        }


def test_the_doctor_finds_all_well() -> None:
    from simulator.services.facebook import Metric

    def well(graph: FacebookGraph) -> None:
        graph.now = datetime.now(UTC)
        days = [graph.now.date() - timedelta(days=n) for n in range(2, 5)]
        graph.metrics["page_post_engagements"] = Metric("page_post_engagements", dict.fromkeys(days, 3))

    found = findings(well)
    assert {state for state, _ in found.values()} == {"ok"}
    assert len(found) == 9


@pytest.mark.parametrize("lacking", ["pages_read_engagement", "pages_read_user_content", "read_insights"])
def test_the_doctor_names_each_lacking_permission(lacking: str) -> None:
    def without(graph: FacebookGraph) -> None:
        graph.scopes = tuple(scope for scope in graph.scopes if scope != lacking)

    state, remedy = findings(without)[lacking]
    assert state == "fail" and f"grant {lacking}" in remedy


def test_the_doctor_tells_an_ending_and_an_ended_token() -> None:
    soon = int((datetime.now(UTC) + timedelta(days=3)).timestamp())

    def ends(graph: FacebookGraph) -> None:
        graph.expires_at = soon

    def dead(graph: FacebookGraph) -> None:
        graph.expires_at = 1

    assert findings(ends)["token"][0] == "warn"
    state, remedy = findings(dead)["token"]
    assert state == "fail" and "expired" in remedy and TOKEN not in remedy


def test_insights_failing_do_not_keep_the_page_from_being_set_up() -> None:
    def small(graph: FacebookGraph) -> None:
        graph.likes = 40

    found = findings(small)
    assert found["insights"][0] == "warn" and found["page"] == ("ok", "")


@pytest.mark.parametrize(
    ("text", "is_question", "language"),
    [
        ("האם יש חניה", True, "he"),
        ("יש חניה.", False, "he"),
        ("متى الاجتماع", True, "ar"),
        ("Is it open?", True, "en"),
        ("когда открытие", True, "ru"),
        ("שלום hello", False, "mixed"),
        ("12345", False, "he"),
        ("\u200fמה נשמע", True, "he"),
        ("", False, "he"),
    ],
)
def test_what_is_kept_of_a_text(text: str, is_question: bool, language: str) -> None:
    found = measure(text)
    assert (found.is_question, found.language, found.length) == (is_question, language, len(text))


def test_comments_come_through_the_sdk_decoded_once_and_are_not_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client a town is promised is the one that asks, and of what it got nothing is decoded a second time."""
    import facebook
    import requests

    from collectors.facebook import written

    asked: list[str] = []
    request = facebook.GraphAPI.request

    def watched(self: Any, path: str, *given: Any, **named: Any) -> Any:
        asked.append(path)
        return request(self, path, *given, **named)

    with town_page() as graph:
        report = PullReport()
        slow = read(Comments, opened(graph, PullReport(shapes=Shapes())), window(graph))
        monkeypatch.setattr(facebook.GraphAPI, "request", watched)
        monkeypatch.setattr(written, "page_of", lambda *_, **__: pytest.fail("a clean page was read record by record"))
        decoded: list[str] = []
        plain = requests.Response.json

        def once(self: requests.Response, **_: Any) -> Any:
            decoded.append(self.url)
            return plain(self)

        monkeypatch.setattr(requests.Response, "json", once)
        fast = read(Comments, opened(graph, report), window(graph))
    assert fast == slow and len(fast["facebook_comment"]) == 4
    assert len(asked) == report.calls > 2
    assert not any("/comments" in url for url in decoded)
