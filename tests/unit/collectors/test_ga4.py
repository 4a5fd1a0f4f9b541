"""The GA4 collector against the played property: pages, quotas, failures, flags, both transports."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest

from collectors.errors import CollectorError, FixCredentials, RetryLater, SourceChanged
from collectors.ga4 import GoogleAnalytics, Session
from collectors.ga4.plan import plan_of
from collectors.ga4.questions import Question
from collectors.ga4.streams import DailyUse, MonthlyUse, PageViews, Pull
from collectors.service import Account, PullReport, ServiceStream, Source, Window
from simulator.services.ga4 import (
    CONTACT,
    COST,
    ELSEWHERE,
    HOME,
    KEY_EVENTS,
    GrpcServer,
    Hit,
    Property,
    Refused,
    RestServer,
    life,
)

CANARY = "canary-7f3a-key-text"
SETTINGS: dict[str, Any] = {
    "property": "123456",
    "space": "site",
    "app_space": "app",
    "resident_city_ids": [HOME],
    "key_events": {**KEY_EVENTS, **CONTACT},
    "page_rules": {"/services/": "service", "/contact": "contact", "/planning/": "process"},
    "newsletter_mediums": ["email"],
}
OCTOBER = Window(datetime(2026, 10, 1, 1, tzinfo=UTC), datetime(2026, 11, 4, 1, tzinfo=UTC))
SERVERS = {"grpc": GrpcServer, "rest": RestServer}


@cache
def hits(days: int) -> tuple[Hit, ...]:
    return tuple(life(date(2026, 10, 1), days))


def october(days: int = 31) -> Property:
    played = Property()
    played.add(hits(days))
    return played


@contextmanager
def session_on(played: Property, transport: str = "grpc", **changed: Any) -> Iterator[Session]:
    """A session whose waits are kept in `session.waited` instead of being waited."""
    with SERVERS[transport](played) as server:
        settings = {**SETTINGS, "transport": transport, **changed}
        account = Account("town", settings, {"credentials": CANARY}, server.base_url)
        waited: list[float] = []
        session = Session(account, PullReport(), sleep=waited.append)
        session.waited = waited  # type: ignore[attr-defined]
        yield session


def read(session: Session, stream: type[ServiceStream], window: Window = OCTOBER) -> dict[str, list[dict[str, Any]]]:
    """Stream name -> rows, without the instant they were read at."""
    found: dict[str, list[dict[str, Any]]] = {}
    for page in stream().pages(session, window):
        assert page.rows.schema == page.stream.schema
        rows = page.rows.drop_columns(["read_at"]).to_pylist()
        found.setdefault(page.stream.name, []).extend(rows)
    return found


def a_month(session: Session) -> Question:
    return Question(("activeUsers", "sessions"), date(2026, 10, 1), date(2026, 10, 31), ("date",))


def test_it_is_a_source() -> None:
    assert GoogleAnalytics in Source.__subclasses__() and GoogleAnalytics.name == "ga4"


@pytest.mark.parametrize("stream", [MonthlyUse, DailyUse, PageViews])
def test_both_transports_and_two_readings_give_the_same_rows(stream: type[ServiceStream]) -> None:
    played = october()
    readings = []
    for transport in ("grpc", "rest", "grpc"):
        with session_on(played, transport) as session:
            readings.append(read(session, stream))
            assert session.report.calls == len(readings[0][Pull.name]) and session.report.rejected == []
            assert session.report.received_bytes > 0 and not session.report.drift
    assert readings[0] == readings[1] == readings[2]
    assert readings[0][stream.name] and readings[0][Pull.name]


def test_a_month_is_asked_without_dimensions_and_is_not_the_sum_of_its_days() -> None:
    played = october()
    with session_on(played) as session:
        month = read(session, MonthlyUse)
        assert all(not request.dimensions for request in played.requests)
        day = read(session, DailyUse)
    books = played.books()

    def of(place: str, cut: str = "") -> dict[str, Any]:
        rows = [r for r in month["ga4_month"] if (r["asset"], r["place"], r["cut"]) == ("website", place, cut)]
        return next(r for r in rows if r["first_day"] == date(2026, 10, 1))

    for place in ("all", "resident"):
        true = books["2026-10", "website", place, ""]
        assert {name: of(place)[name] for name in ("users", "sessions", "engaged_seconds")} == {
            name: true[name] for name in ("users", "sessions", "engaged_seconds")
        }
        for kind in (*KEY_EVENTS.values(), "contact", "any"):
            assert of(place, kind)["users"] == books["2026-10", "website", place, kind]["users"]
    days = [r for r in day["ga4_day"] if (r["asset"], r["place"], r["event_name"]) == ("website", "resident", "")]
    assert sum(r["sessions"] for r in days) == of("resident")["sessions"]
    assert sum(r["users"] for r in days) > 2 * of("resident")["users"]
    assert of("resident")["quality"] == "estimated" and of("all")["quality"] == ""


@pytest.mark.parametrize("size", [1, 30, 31, 32, 10_000])
@pytest.mark.parametrize("transport", SERVERS)
def test_page_edges(transport: str, size: int) -> None:
    played = october()
    with session_on(played, transport, page_size=size) as session:
        answer = session.ask(a_month(session))
    assert [row["date"] for row in answer.rows] == [f"202610{day:02d}" for day in range(1, 32)]
    assert len(played.requests) == -(-31 // size)


@pytest.mark.parametrize("transport", SERVERS)
def test_an_empty_report_is_no_error(transport: str) -> None:
    with session_on(Property(), transport) as session:
        answer = session.ask(a_month(session))
    assert (answer.rows, answer.received, answer.time_zone) == ([], 0, "Asia/Jerusalem")


def test_rows_that_move_while_they_are_read_are_read_again() -> None:
    played = october(10)

    def one_more(response: Any) -> None:
        if len(played.requests) == 1:
            played.add([Hit(date(2026, 10, 11), played.now, 1, 1, "page_view")])

    played.spoil = one_more
    with session_on(played, page_size=4) as session:
        assert len(session.ask(a_month(session)).rows) == 11


def test_rows_announced_and_not_sent_stop_the_pull() -> None:
    played = october()

    def fewer(response: Any) -> None:
        response.row_count = 40

    played.spoil = fewer
    with session_on(played) as session, pytest.raises(SourceChanged) as raised:
        session.ask(a_month(session))
    assert raised.value.code == "rows_missing"


@pytest.mark.parametrize(
    ("spoil", "rows", "drift"),
    [
        (
            lambda r: setattr(r.rows[0].metric_values[0], "value", "12.5"),
            30,
            "ga4.activeUsers (a text where a count belongs)",
        ),
        (
            lambda r: setattr(r.rows[0].metric_values[1], "value", ""),
            30,
            "ga4.sessions (an empty text where a figure belongs)",
        ),
        (lambda r: r.rows[0].metric_values.pop(), 30, "ga4.row (values do not match the headers)"),
    ],
    ids=["fraction", "empty", "short"],
)
def test_a_bad_figure_is_put_aside_alone(spoil: Any, rows: int, drift: str) -> None:
    played = october()
    played.spoil = spoil
    with session_on(played) as session:
        answer = session.ask(a_month(session))
        assert (len(answer.rows), answer.received) == (rows, 31)
        assert list(session.report.drift) == [drift] and len(session.report.rejected) == 1


def test_columns_are_taken_by_name_not_by_place() -> None:
    played = october()

    def turned(response: Any) -> None:
        response.metric_headers = list(reversed(response.metric_headers))
        for row in response.rows:
            row.metric_values = list(reversed(row.metric_values))

    with session_on(played) as session:
        straight = session.ask(a_month(session)).rows
        played.spoil = turned
        assert session.ask(a_month(session)).rows == straight


def test_a_missing_column_is_named() -> None:
    played = october()
    played.spoil = lambda response: setattr(response.metric_headers[1], "name", "visits")
    with session_on(played) as session, pytest.raises(SourceChanged, match="sessions"):
        session.ask(a_month(session))


@pytest.mark.parametrize("transport", SERVERS)
def test_flags_stand_at_the_cell(transport: str) -> None:
    played = october()
    played.threshold, played.is_sampled, played.retention = (
        10_000,
        True,
        played.now - datetime(2026, 10, 20, tzinfo=UTC),
    )
    with session_on(played, transport) as session:
        month = read(session, MonthlyUse, OCTOBER)
    everybody = [r for r in month["ga4_month"] if r["first_day"] == date(2026, 10, 1)]
    assert {r["place"] for r in everybody} == {"all"}  # residents were too few to be shown
    assert {r["quality"] for r in everybody} == {"sampled truncated"}
    hidden = [r for r in month["ga4_pull"] if (r["place"], r["cut"], r["first_day"].month) == ("resident", "", 10)]
    assert hidden and all(r["rows"] == 0 for r in hidden)
    assert {r["quality"] for r in hidden} == {"estimated sampled thresholded truncated"}


def test_pages_by_rule_and_what_was_rolled_up() -> None:
    played = october()
    with session_on(played) as session:
        whole = read(session, PageViews)["ga4_page"]
        played.most_paths = 2
        rolled = read(session, PageViews)["ga4_page"]
    assert {r["topic"] for r in whole} == {"service", "contact", "process"}
    assert {r["quality"] for r in whole if r["first_day"] == date(2026, 10, 1)} == {""}
    assert {r["quality"] for r in rolled if r["first_day"] == date(2026, 10, 1)} == {"other_row"}


def test_windows_join_without_gap_or_overlap() -> None:
    played = october()
    with session_on(played) as session:
        edges = [datetime(2026, 10, day, 1, tzinfo=UTC) for day in (1, 12, 25)] + [datetime(2026, 11, 1, 1, tzinfo=UTC)]
        parts = [read(session, DailyUse, Window(a, b))["ga4_day"] for a, b in pairwise(edges)]
        whole = read(session, DailyUse, Window(edges[0], edges[-1]))["ga4_day"]

    def days(rows: list[dict[str, Any]]) -> list[date]:
        return [r["day"] for r in rows if (r["asset"], r["place"], r["event_name"]) == ("website", "all", "")]

    assert [day for part in parts for day in days(part)] == days(whole) == [date(2026, 10, d) for d in range(1, 32)]


def test_a_month_is_read_again_until_the_tenth_of_the_next() -> None:
    played = october()

    def months(day: int) -> set[date]:
        ran = datetime(2026, 11, day, 1, tzinfo=UTC)
        with session_on(played) as session:
            return {
                r["first_day"]
                for r in read(session, MonthlyUse, Window(ran - timedelta(days=1) - MonthlyUse.lookback, ran))[
                    "ga4_pull"
                ]
            }

    assert date(2026, 10, 1) in months(4) & months(10)
    assert date(2026, 10, 1) not in months(13)


@pytest.mark.parametrize("transport", SERVERS)
@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        ("PERMISSION_DENIED", FixCredentials, "Viewer"),
        ("NOT_FOUND", FixCredentials, "number"),
        ("UNAUTHENTICATED", FixCredentials, "key"),
        ("INVALID_ARGUMENT", SourceChanged, "activeUsers"),
        ("RESOURCE_EXHAUSTED", RetryLater, "tokens per hour"),
    ],
)
def test_each_failure_says_what_to_do_and_nothing_more(
    transport: str, status: str, kind: type[CollectorError], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    played = october()
    played.refusals = [Refused(status, f"activeUsers per hour {CANARY}")]
    with session_on(played, transport) as session:
        with pytest.raises(kind, match=words) as raised:
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
        played.refusals = [Refused(status, "")] * 4
        with pytest.raises(RetryLater):
            session.ask(a_month(session))
        assert session.report.calls == 7


@pytest.mark.parametrize("transport", SERVERS)
def test_a_server_that_is_not_there(transport: str) -> None:
    account = Account("town", {**SETTINGS, "transport": transport}, {}, "http://127.0.0.1:9")
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


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"property": "G-AB12"}, "property"),
        ({"property": "UA-12-3"}, "property"),
        ({"space": "", "app_space": ""}, "space"),
        ({"key_events": {"pay": "money"}}, "key_events"),
        ({"page_rules": {"/x": "fun"}}, "page_rules"),
        ({"page_size": 300_000}, "page_size"),
        ({"transport": "carrier pigeon"}, "transport"),
        ({"resident_city_ids": "1008001"}, "resident_city_ids"),
    ],
)
def test_a_wrong_setting_is_named(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(FixCredentials, match=named) as raised:
        plan_of(Account("town", {**SETTINGS, **changed}))
    assert raised.value.code == "wrong_setting"


@pytest.mark.parametrize("text", ["", "{", '{"type": "service_account"}', f'{{"private_key": "{CANARY}"}}'])
def test_a_bad_key_is_refused_without_being_quoted(text: str) -> None:
    session = Session(Account("town", SETTINGS, {"credentials": text}), PullReport())
    with pytest.raises(FixCredentials, match="key file") as raised:
        session.ask(a_month(session))
    assert CANARY not in f"{raised.value!r}{raised.value.__context__!r}"


@pytest.mark.parametrize(
    "address", ["http://10.0.0.8:80", "https://analytics.example.org", "http://127.0.0.1", "http://a@127.0.0.1:80"]
)
def test_the_key_goes_nowhere_else(address: str) -> None:
    session = Session(Account("town", SETTINGS, {"credentials": CANARY}, address), PullReport())
    with pytest.raises(FixCredentials, match="base_url"):
        session.ask(a_month(session))


def test_doctor() -> None:
    played = Property()
    today = datetime.now(UTC).date()
    played.add(Hit(today - timedelta(days=3), played.now - timedelta(days=999), n, n, "pay") for n in range(3))
    played.add([Hit(today - timedelta(days=3), datetime(2020, 1, 1, tzinfo=UTC), 9, 9, "write_to_us", city=ELSEWHERE)])
    played.now = datetime(2100, 1, 1, tzinfo=UTC)
    with GrpcServer(played) as server:
        settings = {**SETTINGS, "app_space": "", "key_events": {"pay": "payment", "vote": "registration"}}
        account = Account("town", settings, {}, server.base_url)
        found = {one.what: one.state for one in GoogleAnalytics().check(account)}
        played.is_viewer = False
        refused = GoogleAnalytics().check(account)
    assert found == {
        "site: read": "ok", "site: residents": "ok", "key event vote": "warn", "key event write_to_us": "warn"
    }  # fmt: skip
    assert [one.state for one in refused] == ["fail"] and "Viewer" in refused[0].remedy


def test_pages_have_the_declared_schema() -> None:
    assert isinstance(MonthlyUse.schema, pa.Schema)
    assert all(set(stream.key) <= set(stream.schema.names) for stream in GoogleAnalytics.streams)
