"""Push over HTTP against a real server on this machine: one logical delivery, signed, nothing leaked, nowhere else."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import socket
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from publishers import addresses
from publishers.delivery import asked_wait
from publishers.push import HttpTarget, PushRefused, Receipt, push, verify_signature
from publishers.snapshot import build_snapshot
from tests.unit.publishers import town

SECRET = "canary-secret-4f7c1d9e"
TOKEN = "canary-token-77aa"


@dataclass
class Receiver:
    """What a receiving system does: checks, and takes each idempotency key once."""

    port: int = 0
    answers: list[Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=list)
    requests: list[tuple[dict[str, str], bytes, bool]] = field(default_factory=list)
    taken: dict[str, bytes] = field(default_factory=dict)

    def target(self, **given: Any) -> HttpTarget:
        settings = {"private_hosts": frozenset({"127.0.0.1"}), "read_seconds": 5.0, "attempts": 4, **given}
        return HttpTarget(f"http://127.0.0.1:{self.port}/in?token={TOKEN}", SECRET, **settings)


def answer(status: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "2")
        handler.end_headers()
        handler.wfile.write(b"ok")

    return send


def silence(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1.0)
    handler.close_connection = True


def reset(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            genuine = verify_signature(SECRET, dict(self.headers), body)
            told.requests.append((dict(self.headers), body, genuine))
            if genuine:
                told.taken.setdefault(self.headers["Idempotency-Key"], body)
            (told.answers.pop(0) if told.answers else answer(200))(self)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("push")
    build_snapshot(town.warehouse(place), town.AUTHORITY, town.MONTH, town.TIMEZONE, 1, town.CLOSED_AT, place / "out")
    return place / "out" / town.AUTHORITY / town.MONTH / "r1"


def deliver(folder: Path, target: HttpTarget) -> tuple[Receipt, list[float]]:
    waits: list[float] = []
    return push(folder, target, sleep=waits.append), waits


def test_signed_and_complete(folder: Path, receiver: Receiver) -> None:
    receipt, waits = deliver(folder, receiver.target())
    assert (receipt.status, receipt.attempts, receipt.idempotency_key, waits) == ("delivered", 1, "9999-2026-10-r1", [])
    headers, body, genuine = receiver.requests[0]
    assert genuine and headers["Host"] == f"127.0.0.1:{receiver.port}"
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names = archive.namelist()
        manifest = archive.read("manifest.json")
    assert names[-1] == "manifest.json" and sorted(names) == sorted(one.name for one in folder.iterdir())
    assert json.loads(manifest)["revision"] == 1
    assert headers["Kehila-Manifest-Sha256"] == hashlib.sha256(manifest).hexdigest()


def test_taken_and_then_no_answer_is_one_logical_delivery(folder: Path, receiver: Receiver) -> None:
    receiver.answers = [silence, reset, answer(200)]
    receipt, _ = deliver(folder, receiver.target(read_seconds=0.3))
    assert (receipt.status, receipt.attempts) == ("delivered", 3)
    assert {headers["Idempotency-Key"] for headers, _, _ in receiver.requests} == {"9999-2026-10-r1"}
    assert len({body for _, body, _ in receiver.requests}) == 1  # the same bytes every time
    assert all(genuine for _, _, genuine in receiver.requests) and len(receiver.taken) == 1


def test_pushing_again_later_keeps_the_key(folder: Path, receiver: Receiver) -> None:
    deliver(folder, receiver.target())
    deliver(folder, receiver.target())
    assert len(receiver.requests) == 2 and len(receiver.taken) == 1


def test_errors_are_retried_as_the_target_asks(folder: Path, receiver: Receiver) -> None:
    receiver.answers = [answer(500), answer(429, Retry_After="7"), answer(503, Retry_After="86400"), answer(200)]
    receipt, waits = deliver(folder, receiver.target())
    assert (receipt.status, receipt.attempts) == ("delivered", 4)
    assert 1 <= waits[0] <= 2 and waits[1:] == [7.0, 300.0]


def test_attempts_are_bounded(folder: Path, receiver: Receiver) -> None:
    receiver.answers = [answer(502)] * 9
    receipt, waits = deliver(folder, receiver.target(attempts=3))
    assert (receipt.status, receipt.attempts, receipt.problem) == ("failed", 3, "127.0.0.1 answered 502")
    assert len(receiver.requests) == 3 and len(waits) == 2


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(folder: Path, receiver: Receiver, status: int) -> None:
    receiver.answers = [answer(status, Location=f"http://127.0.0.1:{receiver.port}/elsewhere")]
    receipt, _ = deliver(folder, receiver.target())
    assert receipt.status == "failed" and "redirects are not followed" in receipt.problem
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413])
def test_a_refusal_for_good_is_not_repeated(folder: Path, receiver: Receiver, status: int) -> None:
    receiver.answers = [answer(status)]
    receipt, _ = deliver(folder, receiver.target())
    assert (receipt.status, receipt.attempts) == ("failed", 1)


def test_nothing_secret_in_receipts_errors_or_logs(
    folder: Path, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[str] = [repr(receiver.target())]
    for answers in ([silence], [reset], [answer(500)], [answer(302, Location="/x")], [answer(200)]):
        receiver.answers = list(answers)
        receipt, _ = deliver(folder, receiver.target(read_seconds=0.3, attempts=1))
        seen.append(repr(receipt))
    closed = HttpTarget(
        f"http://127.0.0.1:1/?token={TOKEN}", SECRET, private_hosts=frozenset({"127.0.0.1"}), attempts=1
    )
    seen.append(repr(deliver(folder, closed)[0]))
    for target in (
        HttpTarget(f"https://evil.example/{TOKEN}", SECRET),
        HttpTarget(f"https://user:{TOKEN}@127.0.0.1/", SECRET, allow_hosts=frozenset({"127.0.0.1"})),
        HttpTarget("https://127.0.0.1:99999999/", SECRET, allow_hosts=frozenset({"127.0.0.1"})),
    ):
        with pytest.raises(PushRefused) as refused:
            deliver(folder, target)
        seen.append(repr(refused.value))
    text = "\n".join([*seen, caplog.text])
    assert SECRET not in text and TOKEN not in text
    assert all(SECRET not in str(headers) and SECRET.encode() not in body for headers, body, _ in receiver.requests)


LOOPBACK_NAMES = [
    "localhost", "localhost.", "LOCALHOST", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0",
    "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::]", "169.254.169.254", "[fe80::1]",
    "[fd00:ec2::254]", "10.0.0.7", "172.16.0.1", "192.168.1.1", "100.64.0.1", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    "metadata.google.internal", "224.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("host", LOOPBACK_NAMES)
def test_addresses_inside_are_refused(folder: Path, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_connection(*_arguments: object, **_named: object) -> socket.socket:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket, "create_connection", no_connection)
    real = socket.getaddrinfo

    def lookup(name: str, *arguments: Any, **named: Any) -> Any:
        return real("169.254.169.254" if name == "metadata.google.internal" else name, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(PushRefused, match="allow-list"):
        deliver(folder, HttpTarget(f"https://{host}/", SECRET))
    # Even listed as a host that may be called, an address inside needs the second, explicit list.
    listed = frozenset({host.strip("[]").rstrip(".").lower()})
    with pytest.raises(PushRefused, match="private_hosts"):
        deliver(folder, HttpTarget(f"https://{host}/", SECRET, allow_hosts=listed))


def test_a_name_is_resolved_once_and_looked_at_again_when_connected(
    folder: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def rebinding(name: str, *_arguments: Any, **_named: Any) -> Any:
        asked.append(name)
        address = "93.184.216.34" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]

    reached = []

    def connect(place: tuple[str, int], *_arguments: Any, **_named: Any) -> socket.socket:
        reached.append(place[0])
        inner = socket.socket()
        inner.connect(("127.0.0.1", receiver.port))  # what a rebinding resolver or a route would do
        return inner

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", connect)
    target = HttpTarget("https://hooks.example.org/", SECRET, allow_hosts=frozenset({"hooks.example.org"}))
    with pytest.raises(PushRefused, match="private_hosts"):
        deliver(folder, target)
    assert asked == ["hooks.example.org"] and reached == ["93.184.216.34"]
    assert receiver.requests == []


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_n: found)
    with pytest.raises(addresses.AddressRefused):
        addresses.resolve("mixed.example.org", 443, inside=False)


def test_plain_http_only_inside(folder: Path) -> None:
    with pytest.raises(PushRefused, match="https"):
        deliver(folder, HttpTarget("http://hooks.example.org/", SECRET, allow_hosts=frozenset({"hooks.example.org"})))
    for url in ("file:///etc/passwd", "gopher://127.0.0.1/", "//127.0.0.1/", ""):
        with pytest.raises(PushRefused):
            deliver(folder, HttpTarget(url, SECRET, private_hosts=frozenset({"127.0.0.1"})))


@pytest.mark.parametrize("secret", ["", "   ", "short"])
def test_a_weak_secret_is_refused(folder: Path, receiver: Receiver, secret: str) -> None:
    target = HttpTarget(f"http://127.0.0.1:{receiver.port}/", secret, private_hosts=frozenset({"127.0.0.1"}))
    with pytest.raises(PushRefused, match="secret"):
        deliver(folder, target)


def test_receivers_refuse_what_was_not_signed(folder: Path, receiver: Receiver) -> None:
    deliver(folder, receiver.target())
    headers, body, _ = receiver.requests[0]
    assert verify_signature(SECRET, headers, body)
    assert verify_signature(SECRET, {name.upper(): value for name, value in headers.items()}, body)
    assert not verify_signature("another secret of length", headers, body)
    assert not verify_signature("", headers, body)
    assert not verify_signature(SECRET, headers, body + b" ")
    assert not verify_signature(SECRET, headers, body, now=time.time() + 3600)
    for name, value in [
        ("Kehila-Timestamp", "1"), ("Kehila-Timestamp", "nan"), ("Kehila-Timestamp", "9" * 40), ("Kehila-Timestamp", "²"),
        ("Kehila-Signature", ""), ("Kehila-Signature", "v1="), ("Kehila-Signature", "v1=\u05d0"), ("Kehila-Signature", "x" * 10_000),
    ]:  # fmt: skip
        assert not verify_signature(SECRET, {**headers, name: value}, body)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("12", 12.0), ("999999", 300.0), ("-1", None), ("soon", None), ("", None), (None, None), ("1e309", None)],
)
def test_retry_after(text: str | None, expected: float | None) -> None:
    assert asked_wait(text) == expected
    assert asked_wait("Wed, 21 Oct 2099 07:28:00 GMT") == 300.0
    assert asked_wait("Wed, 21 Oct 2015 07:28:00 GMT") is None
