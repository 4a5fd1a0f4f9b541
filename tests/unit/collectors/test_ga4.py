"""The GA4 collector against the played property: pages, quotas, failures, flags, both transports."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.errors import SourceChanged
from collectors.ga4.questions import Question, figure
from collectors.ga4.session import Session
from collectors.ga4.source import GoogleAnalytics
from collectors.ga4.streams import DailyUse, MonthlyUse, PageViews, Pull
from collectors.kinds import WrongValue
from collectors.service import PullReport, ServiceStream, Source, Window
from simulator.services.ga4 import KEY_EVENTS, GrpcServer, Property, RestServer, life
from simulator.services.ga4_hits import ELSEWHERE, HOME, Hit
from tests.accounts import account_of
from tests.said import said, says

CANARY = "canary-7f3a-key-text"
SETTINGS: dict[str, Any] = {
    "property": "123456",
    "space": "site",
    "app_space": "app",
    "resident_city_ids": [HOME],
    "key_events": KEY_EVENTS,
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
        account = account_of("ga4", "town", settings, {"credentials": CANARY}, server.base_url)
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
            assert session.report.calls <= len(readings[0][Pull.name]) and session.report.rejected == []
            assert session.report.received_bytes > 0 and not session.report.drift
    assert readings[0] == readings[1] == readings[2]
    assert readings[0][stream.name] and readings[0][Pull.name]


def test_a_month_is_asked_without_dimensions_and_is_not_the_sum_of_its_days() -> None:
    played = october()
    with session_on(played) as session:
        month = read(session, MonthlyUse)
        assert all(not request.dimensions for request in played.requests)
        day = read(session, DailyUse)
    truth = played.truth()

    def of(place: str, cut: str = "") -> dict[str, Any]:
        rows = [r for r in month["ga4_month"] if (r["asset"], r["place"], r["cut"]) == ("website", place, cut)]
        return next(r for r in rows if r["first_day"] == date(2026, 10, 1))

    for place in ("all", "resident"):
        true = truth["2026-10", "website", place, ""]
        assert {name: of(place)[name] for name in ("users", "sessions", "engaged_seconds")} == {
            name: true[name] for name in ("users", "sessions", "engaged_seconds")
        }
        for kind in (*KEY_EVENTS.values(), "active"):
            assert of(place, kind)["users"] == truth["2026-10", "website", place, kind]["users"]
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
    assert raised.value.code == "list_too_short"


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
    with session_on(played) as session, says(SourceChanged, "sessions"):
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


def test_a_month_in_which_nobody_came_is_asked_once() -> None:
    with session_on(Property(), app_space="") as session:
        found = read(session, MonthlyUse, Window(OCTOBER.since, datetime(2026, 11, 1, 1, tzinfo=UTC)))
    assert session.report.calls == 1 and found["ga4_month"] == []
    assert len(found["ga4_pull"]) == 2 * 9 and {r["rows"] for r in found["ga4_pull"]} == {0}


def web_residents(played: Property) -> list[Hit]:
    return [h for found in played._days.values() for h in found if (h.platform, h.city) == ("web", HOME)]


def test_who_reads_news_pages_keeps_up_by_key_event_or_not() -> None:
    played = october()
    readers = {hit.user for hit in web_residents(played) if hit.event == "read_alert" or hit.path.startswith("/news/")}
    rules = {"/news/": "keeping_up", "/contact": "contact"}
    acted = {hit.user for hit in web_residents(played) if hit.event in KEY_EVENTS} | readers
    with session_on(played, page_rules=rules) as session:
        found = {
            row["cut"]: row["users"]
            for row in read(session, MonthlyUse)["ga4_month"]
            if (row["place"], row["asset"], row["first_day"]) == ("resident", "website", date(2026, 10, 1))
        }
    assert (found["keeping_up"], found["active"]) == (len(readers), len(acted)) and len(readers) < len(acted)


def test_pages_by_rule_and_what_was_rolled_up() -> None:
    played = october()
    with session_on(played) as session:
        whole = read(session, PageViews)["ga4_page"]
        played.max_paths = 2
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


@given(
    st.sampled_from(["TYPE_INTEGER", "TYPE_FLOAT", "TYPE_SECONDS", "TYPE_NEW"]),
    st.text(max_size=12) | st.floats().map(str),
)
def test_any_text_is_a_figure_or_is_put_aside(kind: str, text: str) -> None:
    try:
        found = figure("sessions", kind, text)
    except WrongValue:
        return
    assert isinstance(found, int) and found >= 0


def test_doctor() -> None:
    played = Property()
    today = datetime.now(UTC).date()
    played.add(Hit(today - timedelta(days=3), played.now - timedelta(days=999), n, n, "pay") for n in range(3))
    played.add([Hit(today - timedelta(days=3), datetime(2020, 1, 1, tzinfo=UTC), 9, 9, "write_to_us", city=ELSEWHERE)])
    played.now = datetime(2100, 1, 1, tzinfo=UTC)
    with GrpcServer(played) as server:
        settings = {**SETTINGS, "app_space": "", "key_events": {"pay": "payment", "vote": "registration"}}
        account = account_of("ga4", "town", settings, {}, server.base_url)
        found = {one.what: one.state for one in GoogleAnalytics().check(account)}
        played.is_viewer = False
        refused = GoogleAnalytics().check(account)
    assert found == {
        "site: read": "ok", "site: residents": "ok", "key event vote": "warn", "key event write_to_us": "warn"
    }  # fmt: skip
    assert [one.state for one in refused] == ["fail"] and "Viewer" in said(refused[0].problem)


def test_pages_have_the_declared_schema() -> None:
    assert isinstance(MonthlyUse.schema, pa.Schema)
    assert all(set(stream.key) <= set(stream.schema.names) for stream in GoogleAnalytics.streams)
