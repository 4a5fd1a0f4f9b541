"""What each failure of GA4 tells: the remedy, and nothing of the key; quotas, the line, settings."""

import json
import logging
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from collectors.errors import CollectorError, FixCredentials, RetryLater, SourceChanged
from collectors.ga4.plan import plan_of
from collectors.ga4.questions import Question
from collectors.ga4.session import HOST, Session, _credentials, client_for
from collectors.ga4.settings import Ga4Settings
from collectors.service import PullReport
from simulator.services.ga4 import COST, Refused, RestServer
from tests.accounts import account_of
from tests.said import says
from tests.unit.collectors.test_ga4 import CANARY, SERVERS, SETTINGS, a_month, october, session_on


@pytest.mark.parametrize("transport", SERVERS)
@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        ("PERMISSION_DENIED", FixCredentials, "Viewer"),
        ("NOT_FOUND", FixCredentials, "`property`"),
        ("UNAUTHENTICATED", FixCredentials, "key"),
        ("INVALID_ARGUMENT", SourceChanged, "activeUsers"),
        ("RESOURCE_EXHAUSTED", RetryLater, "tokens_per_hour"),
    ],
)
def test_each_failure_says_what_to_do_and_nothing_more(
    transport: str, status: str, kind: type[CollectorError], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    played = october()
    played.refusals = [Refused(status, f"activeUsers per hour {CANARY}")]
    with session_on(played, transport) as session:
        with says(kind, words) as raised:
            session.ask(a_month(session))
        assert session.report.calls == 1  # none of these passes by itself
        told = f"{raised.value!r} {raised.value.__context__!r} {raised.value.__cause__!r} {session.report!r} {session.account!r}"
    assert CANARY not in told and CANARY not in caplog.text


@pytest.mark.parametrize("transport", SERVERS)
@pytest.mark.parametrize("status", ["UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL"])
def test_what_passes_by_itself_is_tried_a_few_times(transport: str, status: str) -> None:
    played = october()
    played.refusals = [Refused(status, "")] * 2
    with session_on(played, transport) as session:
        assert len(session.ask(a_month(session)).rows) == 31
        assert (session.report.calls, len(session.waited)) == (3, 2)  # type: ignore[attr-defined]
        played.refusals = [Refused(status, "")] * 3
        with pytest.raises(RetryLater):
            session.ask(a_month(session))
        assert session.report.calls == 6


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"reset": True}, RetryLater),
        ({"truncate": True}, RetryLater),
        ({"status": 502}, RetryLater),
        ({"status": 429}, RetryLater),
        ({"html": True}, SourceChanged),
        ({"status": 302, "headers": {"Location": "/elsewhere"}}, SourceChanged),
    ],
    ids=str,
)
def test_faults_of_the_line_over_rest(fault: dict[str, Any], kind: type[CollectorError]) -> None:
    played = october()
    with RestServer(played) as server:
        account = account_of("ga4", "town", {**SETTINGS, "transport": "rest"}, {"credentials": CANARY}, server.base_url)
        session = Session(account, PullReport(), sleep=lambda seconds: None)
        server.fail(3, **fault)
        with pytest.raises(kind):
            session.ask(a_month(session))
        assert len(server.calls) == (3 if kind is RetryLater and fault.get("status") != 429 else 1)


@pytest.mark.parametrize("transport", SERVERS)
def test_a_server_that_is_not_there(transport: str) -> None:
    account = account_of("ga4", "town", {**SETTINGS, "transport": transport}, {}, "http://127.0.0.1:9")
    with pytest.raises(RetryLater):
        Session(account, PullReport(), sleep=lambda seconds: None).ask(
            Question(("sessions",), date(2026, 1, 1), date(2026, 1, 2))
        )


@pytest.mark.parametrize(("bucket", "hours"), [("tokens_per_hour", 1), ("tokens_per_day", 25)])
def test_quota_is_told_and_left_alone_in_time(bucket: str, hours: int) -> None:
    played = october()
    played.left[bucket] = 2 * COST + 1
    with session_on(played) as session:
        session.ask(a_month(session))
        session.ask(a_month(session))
        assert session.report.quota[bucket] == f"1 left, {COST} for the last call"
        with pytest.raises(RetryLater) as raised:
            session.ask(a_month(session))
        assert session.report.calls == 2  # nobody asked for what would have been refused
    assert raised.value.code == "quota"
    assert timedelta(0) <= raised.value.until - datetime.now(UTC) <= timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "{", '{"type": "service_account"}', f'{{"private_key": "{CANARY}"}}'])
def test_a_bad_key_is_refused_without_being_quoted(text: str) -> None:
    session = Session(account_of("ga4", "town", SETTINGS, {"credentials": text}), PullReport())
    with says(FixCredentials, "not a whole key") as raised:
        session.ask(a_month(session))
    assert CANARY not in f"{raised.value!r}{raised.value.__context__!r}"


@pytest.mark.parametrize("transport", SERVERS)
def test_a_good_key_is_for_reading_only(transport: str) -> None:
    secret = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key = {
        "type": "service_account", "client_email": "reader@project.example", "private_key": secret.decode(),
        "token_uri": "https://oauth2.googleapis.com/token",
    }  # fmt: skip
    account = account_of("ga4", "town", {**SETTINGS, "transport": transport}, {"credentials": json.dumps(key)})
    assert _credentials(account).scopes == ["https://www.googleapis.com/auth/analytics.readonly"]
    assert (
        client_for(account, plan_of(account.own(Ga4Settings)))
        .api_endpoint.removeprefix("https://")
        .removesuffix(":443")
        == HOST
    )
    assert "PRIVATE" not in repr(account)
