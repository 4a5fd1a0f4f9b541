"""Zoom's wire: the token, pages, patience, errors."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collectors.errors import FixCredentials, RetryLater, SourceChanged
from collectors.service import PullReport
from collectors.zoom.errors import Gone, StalePage, TokenRefused, refusal
from collectors.zoom.session import in_path
from simulator.services.server import Answer
from simulator.services.zoom import FakeZoom, error
from simulator.services.zoom_state import Person
from tests.accounts import account_of
from tests.said import said, says
from tests.unit.collectors.zoom_life import HISTORY, MARCH, SETTINGS, read, session_of, with_guests

# --- the token


def test_a_token_is_fetched_once_and_again_before_it_ends(fake: FakeZoom) -> None:
    session = session_of(fake)
    for _ in range(3):
        session.wire.get("users")
    fake.now += timedelta(minutes=56)
    session.wire.get("users")
    assert [c.path for c in fake.calls].count("/oauth/token") == 2


def test_a_refused_token_is_fetched_again_once(fake: FakeZoom) -> None:
    session = session_of(fake)
    session.wire.get("users")
    fake.revoke()
    session.wire.get("users")
    fake.fail(2, answer=error(401, 124, "Access token is expired."), path="/v2/users")
    with says(FixCredentials, "client_secret"):
        session.wire.get("users")
    assert [c.path for c in fake.calls].count("/v2/users") == 5


def test_wrong_credentials_are_told_at_once(fake: FakeZoom) -> None:
    session = session_of(fake)
    fake.secrets.client_secret = "another"
    with says(FixCredentials, "client_id, client_secret and account"):
        session.wire.get("users")
    assert len(fake.calls) == 1


def test_absent_secrets_are_named() -> None:
    from collectors.zoom.source import Zoom

    session = Zoom().open(account_of("zoom", "a", SETTINGS, {"client_id": "x"}), PullReport())
    with says(FixCredentials, "missing: client_secret, account"):
        session.wire.get("users")


@pytest.mark.parametrize(
    ("api_url", "base", "told"),
    [
        ("https://api-eu.zoom.us", "https://api-eu.zoom.us/v2/", False),
        ("https://zoom.us.evil.example", "https://api.zoom.us/v2/", True),
        ("http://api.zoom.us", "https://api.zoom.us/v2/", True),
        ("https://169.254.169.254", "https://api.zoom.us/v2/", True),
        ("https://x@api.zoom.us", "https://api.zoom.us/v2/", True),
        (7, "https://api.zoom.us/v2/", False),
    ],
)
def test_the_api_address_of_a_token_is_followed_to_zoom_only(
    api_url: Any, base: str, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from collectors.zoom.source import Zoom

    secrets = dict.fromkeys(("client_id", "client_secret", "account"), "x")
    session = Zoom().open(account_of("zoom", "a", SETTINGS, secrets), PullReport())
    answer = {"access_token": "t", "expires_in": 3600, "api_url": api_url}
    monkeypatch.setattr(session.wire, "call", lambda *_a, **_k: answer)
    session.wire.fetch_token()
    assert session.wire.base_url == base
    assert bool(session.report.notices) is told


# --- lists


@pytest.mark.parametrize("size", [1, 2, 5, 299, 300])
@pytest.mark.parametrize("off", [-1, 0, 1])
def test_pages_end_where_they_end(fake: FakeZoom, size: int, off: int) -> None:
    fake.page_limit = size
    fake.users = [Person("", f"u{n}@town.example", account=f"a{n}") for n in range(2 * size + off)]
    assert len(session_of(fake).wire.every("users", "users")) == 2 * size + off


def test_an_expired_list_begins_again(fake: FakeZoom) -> None:
    with_guests(fake, 50)
    fake.page_limit = 20
    stale = error(400, 300, "The next page token is invalid or expired.")
    session = session_of(fake)
    first = session.wire.every(f"report/meetings/{in_path('uuid7==')}/participants", "participants")
    before = len(fake.calls)
    answers = iter([None, stale])
    fake.before = lambda call: next(answers, None)  # type: ignore[method-assign]
    again = session.wire.every(f"report/meetings/{in_path('uuid7==')}/participants", "participants")
    assert again == first and len(first) == 51
    assert len(fake.calls) - before == 5


def test_a_list_that_expires_for_ever_is_left_for_later(fake: FakeZoom) -> None:
    fake.fail(9, answer=error(400, 300, "The next page token is invalid or expired."), path="/v2/")
    with pytest.raises(RetryLater) as met:
        session_of(fake).wire.every("users", "users")
    assert met.value.code == "list_moved"


@pytest.mark.parametrize("rows", [[], [{"id": "a"}]])
def test_a_list_that_does_not_end_is_stopped(fake: FakeZoom, rows: list[dict[str, str]]) -> None:
    fake.fail(9, answer=Answer.json({"users": rows, "next_page_token": "same"}), path="/v2/")
    with pytest.raises(SourceChanged) as told:
        session_of(fake).wire.every("users", "users")
    assert told.value.code == "list_never_ends"
    assert len(fake.calls) <= 3


@pytest.mark.parametrize("body", [{}, {"users": None}, {"users": {"a": 1}}, {"users": [1]}, [], 7, None])
def test_an_answer_without_its_list_is_no_empty_list(fake: FakeZoom, body: Any) -> None:
    fake.fail(1, answer=Answer.json(body), path="/v2/")
    with pytest.raises(SourceChanged):
        session_of(fake).wire.every("users", "users")


# --- patience


def test_a_short_wait_in_seconds_is_sat_out(fake: FakeZoom) -> None:
    waits: list[float] = []
    fake.throttle(2, seconds=3)
    assert session_of(fake, waits).wire.get("users")
    assert waits == [3.0, 3.0]


def test_a_wait_until_an_instant_is_the_flows(fake: FakeZoom) -> None:
    fake.throttle(1, until=fake.now + timedelta(hours=5))
    with pytest.raises(RetryLater) as told:
        session_of(fake).wire.get("users")
    wait = told.value.until - datetime.now(UTC)
    assert timedelta(hours=4, minutes=58) < wait <= timedelta(hours=5)


def test_a_spent_day_without_an_instant_waits_for_midnight(fake: FakeZoom) -> None:
    limits = {"X-RateLimit-Type": "Daily-limit"}
    fake.fail(1, answer=error(429, 429, "daily", limits), path="/v2/")
    with pytest.raises(RetryLater) as told:
        session_of(fake).wire.get("users")
    wait = told.value.until - datetime.now(UTC)
    assert timedelta(hours=11, minutes=58) < wait <= timedelta(hours=12)


@pytest.mark.parametrize("text", ["86400", "-1", "soon", "Thu, 01 Jan 1970 00:00:00 GMT", "9999-12-31T00:00:00Z", ""])
def test_any_retry_after_ends_in_order(fake: FakeZoom, text: str) -> None:
    waits: list[float] = []
    fake.fail(9, answer=error(429, 429, "x", {"Retry-After": text}), path="/v2/")
    with pytest.raises(RetryLater) as told:
        session_of(fake, waits).wire.get("users")
    assert told.value.until < datetime.now(UTC) + timedelta(hours=25)
    assert all(wait >= 0.5 for wait in waits)


def test_the_heavy_quota_of_a_day_stops_the_pull(fake: FakeZoom) -> None:
    with_guests(fake)
    fake.heavy_left = 1
    with pytest.raises(RetryLater):
        read(fake, MARCH)


def test_with_nothing_left_this_second_the_next_call_waits(fake: FakeZoom) -> None:
    waits: list[float] = []
    session = session_of(fake, waits)
    spent = {"X-RateLimit-Category": "HEAVY", "X-RateLimit-Type": "QPS", "X-RateLimit-Remaining": "0"}
    fake.fail(1, answer=Answer.json({"users": []}, headers=spent), path="/v2/")
    session.wire.get("users")
    session.wire.get("users")
    assert waits == [1.0]
    assert session.report.quota["HEAVY QPS"].startswith("0 of")


# --- errors


@pytest.mark.parametrize(
    ("status", "code", "message", "kind", "words"),
    [
        (400, 4711, "Invalid access token, does not contain scopes:[report:read:user:admin].", FixCredentials, "report:read:user:admin"),
        (401, 4711, "does not contain scopes: [user:read:list_users, user:read:list_users:admin]", FixCredentials, "user:read:list_users, user:read:list_users:admin"),
        (400, 200, "Webinar plan is missing.", FixCredentials, "Webinar is needed"),
        (400, 200, "This is only available for paid account: 12345", FixCredentials, "Pro is needed"),
        (400, 300, "The next page token is invalid or expired.", StalePage, "again"),
        (400, 300, "Invalid parameter: from.", SourceChanged, "newer version"),
        (404, 3001, "Meeting 99 not found or has expired.", Gone, "check"),
        (400, 12702, "Can not access a meeting a year ago.", Gone, "check"),
        (400, 1010, "User does not belong to this account: 12345.", Gone, "check"),
        (401, 1010, "User does not belong to this account: 12345.", Gone, "check"),
        (404, None, "", Gone, "check"),
        (401, 124, "Invalid access token.", TokenRefused, "client_secret"),
        (403, None, "", FixCredentials, "renew"),
        (418, 99, "", SourceChanged, "newer version"),
    ],
)  # fmt: skip
def test_every_error_names_its_remedy(status: int, code: int | None, message: str, kind: type, words: str) -> None:
    told = refusal(status, code, message)
    assert type(told) is kind
    assert words in said(told)
    assert "12345" not in str(told)


def test_a_missing_scope_stops_the_stream_and_names_the_scope(fake: FakeZoom) -> None:
    fake.scopes.remove("report:read:admin")
    with says(FixCredentials, "report:read:admin") as told:
        session_of(fake).wire.get(HISTORY)
    assert told.value.code == "scope_missing"


def test_an_error_served_with_200_is_an_error(fake: FakeZoom) -> None:
    fake.fail(1, answer=error(200, 200, "No permission."), path="/v2/")
    with pytest.raises(FixCredentials):
        session_of(fake).wire.get("users")


def test_a_login_page_a_redirect_and_a_cut_answer_are_no_data(fake: FakeZoom) -> None:
    session = session_of(fake)
    fake.fail(1, html=True, path="/v2/")
    with pytest.raises(SourceChanged):
        session.wire.get("users")
    fake.fail(1, answer=Answer(302, b"", {"Location": "http://elsewhere.example/"}), path="/v2/")
    with pytest.raises(SourceChanged):
        session.wire.get("users")
    fake.fail(1, truncate=True, path="/v2/")
    assert session.wire.get("users")["users"]


def test_the_days_calls_are_not_used_up(fake: FakeZoom) -> None:
    session = session_of(fake)
    heavy = {"X-RateLimit-Category": "Heavy", "X-RateLimit-Type": "Daily-limit", "X-RateLimit-Limit": "30000"}

    def told(left: int) -> None:
        answer = Answer.json({"users": []}, 200, {**heavy, "X-RateLimit-Remaining": str(left)})
        fake.fail(answer=answer, path="/v2/users")
        session.wire.get("users")

    told(1501)
    told(1500)  # a twentieth is others'
    assert session.report.quota == {"Heavy Daily-limit": "1500 of 30000"}
    calls = len(fake.calls)
    with pytest.raises(RetryLater) as spent:
        session.wire.get("users")
    assert (spent.value.code, spent.value.until) == ("quota", datetime(2026, 4, 1, tzinfo=UTC))
    assert len(fake.calls) == calls
    fake.now = datetime(2026, 4, 1, tzinfo=UTC)
    session.wire.get("users")
