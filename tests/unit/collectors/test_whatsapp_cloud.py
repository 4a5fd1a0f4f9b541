"""The WhatsApp Business Platform: what is pulled, how refusals are told, and that no token is seen anywhere."""

import logging
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from collectors.base import source_key
from collectors.errors import CollectorError, FixCredentials, FixSettings, RetryLater, SourceChanged
from collectors.service import Account, PullReport, Window
from collectors.whatsapp_cloud.source import WhatsAppCloud
from collectors.whatsapp_cloud.streams import CloudMessage, CloudMetric, CloudNumber
from simulator.services.server import Answer
from simulator.services.whatsapp_cloud import BUSINESS, Line, LineDay, TemplateDay, WhatsAppCloudServer, refusal
from tests.accounts import account_of
from tests.said import said, says

TOKEN = "canary-token-7730"
KEY = b"k" * 32
LINES = [Line("1906385232743451", "+972 3-555-0100"), Line("1913623884432103", "+972 3-555-0101", "RED")]
FIRST = date(2026, 9, 1)
WINDOW = Window(datetime(2026, 8, 31, 21, tzinfo=UTC), datetime(2026, 9, 30, 21, tzinfo=UTC))
DAYS = [
    LineDay(line.digits, FIRST + timedelta(days=n), 50 + n, 48 + n, n, 2 * n, 3 * n, 4 * n)
    for line in LINES
    for n in range(30)
]
TEMPLATES = [TemplateDay(str(900 + t), FIRST + timedelta(days=n), t + n, t, n) for t in range(23) for n in range(3)]


def server(**options: Any) -> WhatsAppCloudServer:
    return WhatsAppCloudServer(TOKEN, LINES, DAYS, TEMPLATES, **options)


def account(base_url: str, **settings: Any) -> Account:
    given = {"business_account": BUSINESS, **settings}
    return account_of("whatsapp_cloud", "hotline", given, {"token": TOKEN}, base_url, digest_key=KEY)


def pull(
    playing: Any, stream: Any = CloudMetric, window: Window = WINDOW, report: PullReport | None = None
) -> list[dict[str, Any]]:
    session = WhatsAppCloud().open(account(playing.base_url), report or PullReport())
    session._sleep, session.read_at = lambda seconds: None, window.until
    return [row for page in stream().pages(session, window) for row in page.rows.to_pylist()]


@pytest.mark.parametrize("page", [1, 2, 5, 100])
def test_the_books_hold(page: int) -> None:
    with server(page=page) as playing:
        found = {(row["space_key"], row["day"], row["metric"]): row["amount"] for row in pull(playing)}
        truth = {
            (source_key(place if place == BUSINESS else f"+{place}", KEY), day, name): amount
            for (place, day, name), amount in playing.truth().items()
        }
    assert found == truth


def test_templates_older_than_the_platform_keeps_are_told_missing_and_not_asked_for() -> None:
    report = PullReport()
    with server() as playing:
        session = WhatsAppCloud().open(account(playing.base_url), report)
        session.read_at = datetime(2026, 12, 1, 12, tzinfo=UTC)  # ninety days before is 2 September
        pages = list(CloudMetric().pages(session, WINDOW))
        session.read_at = datetime(2027, 6, 1, tzinfo=UTC)
        calls = len(playing.calls)
        none = [row for page in CloudMetric().pages(session, WINDOW) for row in page.rows.to_pylist()]
        asked = [call.path for call in playing.calls[calls:]]
    days = {row["day"] for page in pages for row in page.rows.to_pylist() if row["metric"].startswith("templates")}
    assert days == {date(2026, 9, 3)}
    assert none and not any(row["metric"].startswith("templates") for row in none)
    assert not any("message_templates" in path for path in asked)
    assert len(report.notices) == 2 and all("missing, not zero" in notice for notice in report.notices)


def test_two_full_reads_are_equal() -> None:
    with server() as playing:
        assert pull(playing) == pull(playing)


def test_numbers_and_their_quality() -> None:
    with server() as playing:
        rows = pull(playing, CloudNumber)
    assert [(row["quality"], row["day"]) for row in rows] == [
        ("GREEN", date(2026, 10, 1)),
        ("RED", date(2026, 10, 1)),
    ]
    asked = [call.params["fields"] for call in playing.calls if call.path.endswith("/phone_numbers")]
    assert asked and not any("messaging_limit_tier" in fields for fields in asked)  # withdrawn since October 2025


@pytest.mark.parametrize("field", ["quality_rating", "status"])
@pytest.mark.parametrize("code", [12, 100])
def test_a_withdrawn_field_of_a_number_costs_itself(field: str, code: int) -> None:
    report = PullReport()
    error = {"message": f"(#{code}) {field} is deprecated", "type": "OAuthException", "code": code}
    with server() as playing:
        whole = pull(playing, CloudNumber)
        refused = Answer.json({"error": error}, 400)
        playing.alter = lambda call, answer: refused if field in call.params.get("fields", "").split(",") else answer
        rows = pull(playing, CloudNumber, report=report)
    assert [row["space_key"] for row in rows] == [row["space_key"] for row in whole]
    assert report.drift == {f"whatsapp_cloud_number.{field} (withdrawn)": 1}


def test_a_place_may_have_the_towns_own_name() -> None:
    with server() as playing:
        own = account(playing.base_url, places={"+97235550100": "מוקד 106"})
        session = WhatsAppCloud().open(own, PullReport())
        rows = [row for page in CloudNumber().pages(session, WINDOW) for row in page.rows.to_pylist()]
    assert rows[0]["space_key"] == source_key("מוקד 106", KEY)


def test_a_withdrawn_edge_is_missing_and_the_others_go_on() -> None:
    report = PullReport()
    with server() as playing:
        playing.withdrawn.add("conversation_analytics")
        names = {row["metric"] for row in pull(playing, report=report)}
    assert not any(name.startswith("conversations") for name in names)
    assert {"messages_sent", "messages_service", "templates_read"} <= names
    assert len(report.notices) == 1 and "not zero" in report.notices[0]


@pytest.mark.parametrize(
    ("code", "status", "kind", "word"),
    [
        (190, 401, FixCredentials, "make a new token"),
        (104, 401, FixCredentials, "token"),
        (10, 403, FixCredentials, "permission"),
        (200, 403, FixCredentials, "permission"),
        (803, 404, FixSettings, "business_account"),
        (4, 429, RetryLater, "patience"),
        (17, 400, RetryLater, "patience"),
        (80007, 400, RetryLater, "patience"),
        (130429, 400, RetryLater, "patience"),
        (2500, 400, SourceChanged, "2500"),
        (190, 200, FixCredentials, "token"),
        (80007, 200, RetryLater, "patience"),
    ],
)
def test_refusals(code: int, status: int, kind: type[CollectorError], word: str) -> None:
    with server() as playing:
        playing.fail(answer=refusal(code, status, f"quoting {TOKEN}"))
        with says(kind, word) as told:
            pull(playing)
        assert len(playing.calls) == 1
    assert TOKEN not in str(told.value)


def test_how_long_a_limit_lasts_is_asked() -> None:
    usage = '{"102290129340398": [{"type": "whatsapp", "estimated_time_to_regain_access": 19}]}'
    with server() as playing:
        limit = refusal(80007, 400, "limit")
        playing.fail(answer=Answer(400, limit.body, {"X-Business-Use-Case-Usage": usage}))
        report = PullReport()
        with pytest.raises(RetryLater) as told:
            pull(playing, report=report)
    wait = told.value.until - datetime.now(UTC)
    assert timedelta(minutes=18) < wait <= timedelta(minutes=19)
    assert "X-Business-Use-Case-Usage" in report.quota


def test_passing_faults_pass() -> None:
    with server() as playing:
        playing.fail(status=500)
        playing.fail(answer=refusal(2, 400, "try again"))
        playing.fail(truncate=True)
        assert len(pull(playing, CloudNumber)) == 2


@pytest.mark.parametrize(
    "after", ["http://169.254.169.254/x", "https://graph.facebook.com.evil.example/x", "file:///etc/passwd"]
)
def test_a_next_page_elsewhere_is_refused(after: str) -> None:
    with server() as playing:
        paging = {"cursors": {"after": "1"}, "next": after}
        playing.fail(answer=Answer.json({"data": [{"id": "1"}], "paging": paging}))
        with says(SourceChanged, "nothing was sent"):
            pull(playing)
        assert len(playing.calls) == 1


@pytest.mark.parametrize("records", [[], [{"id": "1"}]])
def test_pages_without_end_are_stopped(records: list[Any]) -> None:
    with server() as playing:
        paging = {"cursors": {"after": "same"}, "next": f"{playing.base_url}/v26.0/x"}
        playing.fail(9, answer=Answer.json({"data": records, "paging": paging}))
        with says(SourceChanged, "do not end"):
            pull(playing)


@pytest.mark.parametrize("amount", ["1,2x", 1e400, -1, None, "seven"])
def test_wrong_numbers_are_put_aside(amount: Any) -> None:
    report = PullReport()
    with server() as playing:
        point = {"start": 1788220800, "end": 1788307200, "sent": amount, "delivered": 3, "new_field": 1}
        playing.fail(answer=Answer.json({"data": [{"id": "1", "display_phone_number": "+972 3-555-0100"}]}))
        playing.fail(answer=Answer.json({"analytics": {"data_points": [point]}, "id": BUSINESS}))
        pull(playing, report=report)
    assert [one.code for one in report.rejected] == ["wrong_value"]
    assert report.drift["whatsapp_cloud_metric.analytics.new_field"] == 1


@pytest.mark.parametrize("body", [[], {"data": 5}, {"data": ["x"]}, "text"])
def test_other_shapes_are_refused(body: Any) -> None:
    with server() as playing:
        playing.fail(answer=Answer.json(body))
        with pytest.raises(SourceChanged):
            pull(playing)


def test_days_not_over_wait_and_a_first_read_goes_ninety_days_back() -> None:
    with server() as playing:
        rows = pull(playing, window=Window(None, datetime(2026, 9, 10, 12, tzinfo=UTC)))
    assert max(row["day"] for row in rows) == date(2026, 9, 9)
    assert pull_nothing() == []


def pull_nothing() -> list[dict[str, Any]]:
    with server() as playing:
        return pull(playing, window=Window(datetime(2026, 9, 10, 6, tzinfo=UTC), datetime(2026, 9, 10, 12, tzinfo=UTC)))


def test_the_longest_window_is_within_ninety_days_also_when_clocks_change() -> None:
    since = datetime(2026, 1, 1, 21, 30, tzinfo=UTC)  # half past eleven in the evening there
    report = PullReport()
    with server() as playing:
        pull(playing, window=Window(since, since + CloudMetric.max_window), report=report)
    assert report.notices == []


def test_messages_are_not_pulled() -> None:
    """Only webhooks bring them: the platform has no history to ask for."""
    assert CloudMessage in WhatsAppCloud.side_streams
    assert CloudMessage not in WhatsAppCloud.streams


def test_check_tries_each_permission() -> None:
    with server() as playing:
        assert [f.state for f in WhatsAppCloud().check(account(playing.base_url))] == ["ok", "warn", "ok"]
        playing.apps.clear()
        assert WhatsAppCloud().check(account(playing.base_url))[-1].remedy.endswith("subscribe the app")
        playing.token = "another"
        found = WhatsAppCloud().check(account(playing.base_url))
        assert [f.state for f in found] == ["fail"] and "secrets.token" in said(found[0].problem)


def test_the_token_is_in_the_header_and_nowhere_else(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    report = PullReport()
    with server() as playing:
        told = repr(pull(playing, report=report)) + repr(report) + repr(account(playing.base_url))
        assert not any(TOKEN in call.path + str(call.params) for call in playing.calls)
        playing.fail(9, status=503)
        with pytest.raises(RetryLater) as problem:
            pull(playing)
    assert TOKEN not in told + str(problem.value) + caplog.text
