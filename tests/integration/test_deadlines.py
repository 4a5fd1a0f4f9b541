"""A service that trickles, hangs or never ends is let go of, by whatever of ours calls it, and others are still asked."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from contextvars import copy_context
from datetime import date

import pytest
import requests

from collectors import deadline, http
from collectors.deadline import TooSlow, WatchedAdapter, ends_within
from collectors.errors import RetryLater
from collectors.facebook.graph import Refusal
from collectors.facebook.sdk import SdkGraph
from collectors.ga4 import session
from collectors.ga4.questions import Question
from collectors.http import SLOW_ATTEMPTS, TOO_SLOW, HttpSession
from collectors.service import PullReport
from pipeline import notices
from pipeline.notices import NotTaken, by_mail, by_webhook
from publishers import delivery
from publishers.delivery import Package
from publishers.placing import Manifest
from publishers.push import HttpTarget
from tests.accounts import account_of
from tests.said import says

WHOLE = 0.4
"""Seconds of a call here; what trickles would go on for an hour."""
HOUR = 3600
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
TRICKLES = {
    "head": (b"HTTP/1.1 200 OK\r\nX-A: ", b"a"),
    "body": (HEAD + b"Content-Length: 100000\r\n\r\n[", b" "),
    "body_without_length": (HEAD + b"Connection: close\r\n\r\n[", b" "),
    "chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "nothing": (b"", b""),
}


class Trickling:
    """A server that answers every connection with a beginning, and then a little every few hundredths of a second."""

    def __init__(self, first: bytes, then: bytes) -> None:
        self.first, self.then, self.connections = first, then, 0
        self._over = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connected, _ = self._listening.accept()
                self.connections += 1
                threading.Thread(target=self._answer, args=(connected,), daemon=True).start()

    def _answer(self, connected: socket.socket) -> None:
        with suppress(OSError), connected:
            connected.sendall(self.first)
            ends = time.monotonic() + HOUR
            while not self._over.wait(0.05) and time.monotonic() < ends:
                connected.sendall(self.then)

    def close(self) -> None:
        self._over.set()
        self._listening.close()


@pytest.fixture(params=list(TRICKLES))
def trickling(request: pytest.FixtureRequest) -> Iterator[Trickling]:
    made = Trickling(*TRICKLES[request.param])
    yield made
    made.close()


@pytest.fixture(autouse=True)
def whole_calls_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "CALL_SECONDS", WHOLE)
    monkeypatch.setattr(notices, "IN_ALL_SECONDS", WHOLE)


def ended(call: Callable[[], object]) -> None:
    """Run it beside the test: what does not end fails here and holds nobody up."""
    told: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as problem:  # noqa: BLE001 (raised again below)
            told.append(problem)

    # The deadline of whoever calls holds for what runs beside it.
    thread = threading.Thread(target=copy_context().run, args=(run,), daemon=True)
    thread.start()
    thread.join(60)
    assert not thread.is_alive(), "it goes on"
    if told:
        raise told[0]


def test_a_service_that_trickles_is_left_for_later_after_two_calls(trickling: Trickling) -> None:
    report = PullReport()
    asking = HttpSession(f"http://127.0.0.1:{trickling.port}", (), report, own_base=True, sleep=lambda _: None)
    with says(RetryLater, "does not answer") as problem:
        ended(lambda: asking.get("things"))
    assert (problem.value.code, problem.value.arguments["why"]) == ("no_answer", TOO_SLOW)
    assert trickling.connections == report.calls == SLOW_ATTEMPTS


def test_so_is_graph_through_the_sdk(trickling: Trickling) -> None:
    graph = SdkGraph("token", "23.0", PullReport(), base_url=f"http://127.0.0.1:{trickling.port}/")
    with pytest.raises(Refusal) as refused:
        ended(lambda: graph.get("1/posts", {}))
    assert refused.value.is_slow and refused.value.is_passing and refused.value.status == 0


def test_so_is_google_analytics_over_rest_and_the_place_its_tokens_come_from(
    trickling: Trickling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "TIMEOUT_SECONDS", WHOLE)
    address = f"http://127.0.0.1:{trickling.port}"
    account = account_of(
        "ga4", "town", {"property": "1", "space": "site", "transport": "rest"}, {"credentials": "x"}, address
    )
    asking = session.Session(account, PullReport(), sleep=lambda _: None)
    with pytest.raises(RetryLater) as problem:
        ended(lambda: asking.ask(Question(("sessions",), date(2026, 10, 1), date(2026, 10, 2))))
    assert problem.value.arguments["why"] in ("TooSlow", "ReadTimeout")
    assert trickling.connections == session.ATTEMPTS

    def token() -> None:
        with ends_within(WHOLE):
            asking._opened().transport._session._auth_request_session.get(address, timeout=HOUR)

    with pytest.raises(TooSlow):
        ended(token)
    asking.close()


def test_and_a_webhook_and_a_mail_server_that_is_told(trickling: Trickling) -> None:
    with pytest.raises(NotTaken, match="not reached") as problem:
        ended(lambda: by_webhook(f"http://127.0.0.1:{trickling.port}/hook", {"text": "x"}))
    assert problem.value.may_pass
    with pytest.raises(NotTaken, match="not taken"):
        ended(lambda: by_mail(f"smtp://127.0.0.1:{trickling.port}/?from=a@b.invalid&to=c@d.invalid", "x", "y"))


def test_and_a_target_that_snapshots_are_pushed_to(trickling: Trickling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "IN_ALL_SECONDS", WHOLE)
    target = HttpTarget(f"http://127.0.0.1:{trickling.port}/", "secret", connect_seconds=HOUR, read_seconds=HOUR)
    package = Package({}, Manifest("T1", "2026-10", 1, {}, "0" * 64))
    with pytest.raises(TooSlow):
        ended(lambda: target.post(b"zip", package, "127.0.0.1", True))


def test_a_handshake_that_never_ends_is_cut_too() -> None:
    silent = Trickling(b"", b"")

    def shake_hands() -> None:
        with requests.Session() as speaking, ends_within(WHOLE):
            speaking.mount("https://", WatchedAdapter())
            speaking.get(f"https://127.0.0.1:{silent.port}/", timeout=HOUR)

    with pytest.raises(TooSlow):
        ended(shake_hands)
    silent.close()


def test_what_is_quick_is_not_cut_and_its_line_is_used_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        met: list[int] = []

        def serve() -> None:
            connected, _ = listening.accept()
            with connected:
                for _ in range(3):
                    while not connected.recv(65536).endswith(b"\r\n\r\n"):
                        pass
                    met.append(1)
                    connected.sendall(HEAD + b"Content-Length: 2\r\n\r\n[]")

        threading.Thread(target=serve, daemon=True).start()
        speaking = requests.Session()
        speaking.mount("http://", WatchedAdapter())
        for _ in range(3):
            with ends_within(30):
                assert speaking.get(f"http://127.0.0.1:{listening.getsockname()[1]}/", timeout=30).json() == []
        assert len(met) == 3, "over one connection"


def test_an_end_sooner_than_those_waited_for_is_not_slept_over(trickling: Trickling) -> None:
    for _ in range(3):
        with ends_within(HOUR):  # over long before its time has come, for which the one thread now waits
            pass

    def call() -> None:
        with requests.Session() as speaking, ends_within(WHOLE):
            speaking.mount("http://", WatchedAdapter())
            speaking.get(f"http://127.0.0.1:{trickling.port}/", timeout=HOUR)

    with pytest.raises(TooSlow):
        ended(call)
    assert [one.name for one in threading.enumerate()].count("deadlines") == 1


def test_where_no_thread_is_to_be_had_the_next_call_is_none_of_the_one_that_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(deadline, "_WATCHMAN", deadline.Watchman())
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refused)
        with pytest.raises(RuntimeError), ends_within(WHOLE):
            pass
    mine, other = socket.socketpair()
    with mine, other:
        deadline.watched(mine)  # in no call by now
        with pytest.raises(TooSlow), ends_within(WHOLE):  # the first one's time is over before
            time.sleep(2 * WHOLE)
        mine.sendall(b"x")
        assert other.recv(1) == b"x"
