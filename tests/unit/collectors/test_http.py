"""What must hold for every service over HTTP: patience, the allow-list, no token anywhere; typed records."""

import json
import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collectors.base import Stream
from collectors.columns import Column
from collectors.errors import CollectorError, FixCredentials, RetryLater, SourceChanged
from collectors.http import HttpSession
from collectors.kinds import WrongValue, boolean, count, day, instant, number, text
from collectors.patience import MAX_WAIT, asked_wait
from collectors.records import page_of
from collectors.service import PullReport
from simulator.services.server import Answer, Server
from tests.said import said, says

TOKEN = "canary-token-5f2b"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        running.route("GET", "/v1/things", lambda call: Answer.json({"things": [1, 2, 3]}))
        yield running


def session(server: Server, waits: list[float] | None = None) -> HttpSession:
    log = [] if waits is None else waits
    return HttpSession(server.base_url + "/v1", (), PullReport(), auth=("x", TOKEN), own_base=True, sleep=log.append)


def test_a_good_answer_is_its_json_and_is_counted(server: Server) -> None:
    one = session(server)
    assert one.get("things", {"a": "b"}) == {"things": [1, 2, 3]}
    assert (one.report.calls, one.report.received_bytes) == (1, 21) and server.calls[0].params == {"a": "b"}


@pytest.mark.parametrize("fault", [{"truncate": True}, {"reset": True}, {"status": 500}, {"status": 502}])
def test_what_passes_by_itself_is_tried_again(server: Server, fault: dict[str, Any]) -> None:
    waits: list[float] = []
    server.fail(2, **fault)
    assert session(server, waits).get("things") == {"things": [1, 2, 3]} and len(waits) == 2


@pytest.mark.parametrize("fault", [{"truncate": True}, {"reset": True}, {"status": 500}])
def test_what_does_not_pass_is_left_for_later(server: Server, fault: dict[str, Any]) -> None:
    server.fail(9, **fault)
    with says(RetryLater, "tried again by itself") as problem:
        session(server).get("things")
    assert problem.value.until > datetime.now(UTC) and len(server.calls) == 4


@pytest.mark.parametrize(
    ("asked", "sat_out"),
    [("3", 3.0), ("-1", 2.0), ("0", 1.0), ("garbage", 2.0), ("Sun, 01 Mar 2020 00:00:00 GMT", 1.0)],
)
def test_a_short_wait_is_sat_out(server: Server, asked: str, sat_out: float) -> None:
    waits: list[float] = []
    server.fail(status=429, headers={"Retry-After": asked})
    session(server, waits).get("things")
    assert waits == [sat_out]


def test_a_long_wait_is_the_flows_to_schedule(server: Server) -> None:
    waits: list[float] = []
    server.fail(status=429, headers={"Retry-After": "86400000"})
    with says(RetryLater, "by itself") as problem:
        session(server, waits).get("things")
    assert waits == [] and len(server.calls) == 1
    assert problem.value.until - datetime.now(UTC) <= MAX_WAIT


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("Sun, 01 Mar 2026 00:00:30 GMT", timedelta(seconds=30)),
        ("2026-03-01T00:01:00Z", timedelta(minutes=1)),
        ("1.5", timedelta(seconds=1.5)),
        ("999999999", MAX_WAIT),
        ("Zhu, 99 Foo 2026", None),
        ("-1", None),
        ("²", None),
        (" ", None),
        (None, None),
    ],
)
def test_every_form_of_retry_after(text: str | None, wait: timedelta | None) -> None:
    assert asked_wait(text, NOW) == wait


def test_a_login_page_is_not_data(server: Server) -> None:
    server.fail(html=True)
    with says(SourceChanged, "doctor") as problem:
        session(server).get("things")
    assert problem.value.code == "not_json"


def test_endless_nesting_is_not_data(server: Server) -> None:
    server.fail(answer=Answer(body=b"[" * 200_000))
    with pytest.raises(SourceChanged) as problem:
        session(server).get("things")
    assert problem.value.code == "not_json"


def test_a_redirect_is_not_followed(server: Server) -> None:
    server.fail(status=302, headers={"Location": server.base_url + "/v1/things"})
    with pytest.raises(SourceChanged) as problem:
        session(server).get("things")
    assert problem.value.code == "redirect" and len(server.calls) == 1


@pytest.mark.parametrize("target", ["http://[no-address/", "http://127.0.0.1:99999/", "", "//"])
def test_where_a_redirect_leads_is_not_even_looked_at(server: Server, target: str) -> None:
    server.fail(status=302, headers={"Location": target})
    with says(SourceChanged, "redirect"):
        session(server).get("things")


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/v1/things",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "http://127.0.0.1@elsewhere.example/",
        "http://user:word@127.0.0.1/",
        "http://127.0.0.1/v1/things",
        "http://127.0.0.1:1/",
        "ftp://127.0.0.1/",
    ],
)
def test_a_foreign_address_gets_nothing(server: Server, address: str) -> None:
    with pytest.raises(SourceChanged) as problem:
        session(server).get(address)
    assert problem.value.code == "foreign_address" and server.calls == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_not_tried_again(server: Server, status: int) -> None:
    server.fail(9, status=status)
    with says(FixCredentials, "renew the key"):
        session(server).get("things")
    assert len(server.calls) == 1


def test_the_token_is_nowhere_but_in_the_call(
    server: Server, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    for fault in (
        {"reset": True},
        {"truncate": True},
        {"html": True},
        {"status": 401},
        {"status": 404},
        {"status": 500},
    ):
        server.fail(4, **fault)
        one = session(server)
        try:
            one.get("things")
        except CollectorError as problem:
            told.append("".join(traceback.format_exception(problem)) + repr(one.report))
        server.drop_faults()
    dead = HttpSession("http://127.0.0.1:9", (), PullReport(), auth=("x", TOKEN), own_base=True, sleep=told.append)
    with pytest.raises(RetryLater) as unreachable:
        dead.get("things")
    told.append("".join(traceback.format_exception(unreachable.value)))
    output = capsys.readouterr()
    assert len(told) > 6 and server.calls[0].headers["authorization"].startswith("Basic ")
    secret = server.calls[0].headers["authorization"].removeprefix("Basic ")
    for shown in (*map(str, told), caplog.text, output.out, output.err):
        assert TOKEN not in shown and secret not in shown


class Thing(Stream):
    """Three columns of every kind."""

    name = "thing"
    columns = (
        Column("id", "id", text, "Its name", key=True, required=True),
        Column("count", "stats.count", count, "How many"),
        Column("at", "at", instant, "When, UTC"),
    )


def test_half_a_letter_is_marked_and_the_record_goes_on() -> None:
    assert text("cut \ud83d\0") == "cut \ufffd" and text("שלום 😀") == "שלום 😀"


@pytest.mark.parametrize("value", [3, "3", "3,000", 3.0, None, "", 0, (1 << 63) - 1])
def test_counts(value: Any) -> None:
    expected = None if value in (None, "") else int(str(value).replace(",", "").removesuffix(".0"))
    assert count(value) == expected


@pytest.mark.parametrize(
    "value", [-1, "-1", 3.7, float("inf"), float("nan"), True, "three", [], {}, 1 << 63, "9" * 25, "9" * 5000, "²"]
)
def test_no_counts(value: Any) -> None:
    with pytest.raises(WrongValue):
        count(value)


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (number, "x"),
        (number, float("inf")),
        (number, "1e999"),
        (number, True),
        (number, 10**400),
        (text, []),
        (text, True),
        (boolean, 1),
        (instant, "2026-03-01T00:00:00"),
        (instant, "soon"),
        (instant, "9" * 30),
        (day, "2026-13-01"),
        (Column("id", "id", text, "Its name", required=True).reader(), None),
    ],
)
def test_wrong_values_are_named_by_kind_alone(reader: Any, value: Any) -> None:
    with pytest.raises(WrongValue) as problem:
        reader(value)
    assert str(value) not in str(problem.value) or value is None or value == "x"


def test_readers_of_right_values() -> None:
    assert (number("1.5"), text(7), boolean(False), day("20260301")) == (1.5, "7", False, NOW.date())
    assert instant("2026-03-01T02:00:00+02:00") == NOW == instant(str(int(NOW.timestamp())))
    assert instant("") is None and day("") is None and number("") is None and text(None) is None


def test_a_wrong_record_is_put_aside_and_the_others_go_on() -> None:
    report = PullReport()
    records: list[Any] = [
        {"id": "a", "stats": {"count": "1,234"}, "at": ""},
        {"id": "b", "stats": {"count": -1}},
        {"stats": {}},
        None,
        "text",
        {"id": "c", "stats": None, "new": "secret"},
    ]
    page = page_of(Thing, records, report)
    assert [(row["id"], row["count"]) for row in page.rows.to_pylist()] == [("a", 1234), ("c", None)]
    assert len(report.rejected) == 4 and json.loads(report.rejected[0].raw)["id"] == "b"
    assert report.rejected[0].where == "thing record 1, column count, field stats.count"
    assert report.drift["thing.new"] == 1 and report.drift["thing.stats.count (no count)"] == 1
    assert "secret" not in repr(report.drift)
    assert all("another kind" in said(one) for one in report.rejected)
