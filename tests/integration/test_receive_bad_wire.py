"""Bad input 21, what is not quite HTTP; slow senders and too many of them: others are served meanwhile."""

import contextlib
import random
import socket
import threading
from pathlib import Path

import pytest

from tests.integration import receiving as shared_parts
from tests.integration.receiving import (
    SIGNED,
    Receiving,
    head,
    raw,
    receiving,
    status,
    town,
    zoom_event,
    zoom_headers,
)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (head(host="h h"), 400),
        (head(host=""), 400),
        (head(host="a/b"), 400),
        (head(host="a@b"), 400),
        (head("/hooks/zoom", "Host: other"), 400),
        (b"POST /hooks/zoom HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 400),
        (head("/hooks/%7aoom"), 404),
        (head("/healthz/%2e%2e/hooks/zoom"), 404),
        (head("//hooks/zoom"), 404),
        (head("/hooks//zoom"), 404),
        (head("/hooks/zoom/"), 404),
        (head("/Hooks/Zoom"), 404),
        (head("/hooks/zoom;a=b"), 404),
        (head("/hooks/zoom#part"), 404),
        (head("http://h/hooks/zoom"), 404),
        (head("*", method="OPTIONS"), 404),
        (head("/hooks/zoom", "Content-Length: 0", method="PUT"), 405),
        (head("/healthz", "Content-Length: 0"), 405),
        (head("/hooks/zoom", method="GET"), 405),
        (head("/" + "a" * 3_000), 414),
        (head("/healthz", *(f"x{n}: 1" for n in range(70)), method="GET"), 431),
        (head("/healthz", "x: " + "y" * 20_000, method="GET"), 431),
        (head("/healthz", "x: " + "y" * 900_000, method="GET"), 431),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET\r\n\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"GET /healthz HTTP/9.9\r\nHost: h\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\nHost: h\n\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost : h\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: h\r\nA: b\x00c\r\n\r\n", 400),
    ],
)
def test_21_requests_that_are_not_quite_http(untouched: Receiving, sent: bytes, expected: int) -> None:
    answer = raw(untouched, sent)
    assert status(answer) == expected
    assert (b"Allow: " in answer) is (expected == 405)


def test_21_bytes_by_chance(untouched: Receiving) -> None:
    chance = random.Random(21)
    good = (
        head("/hooks/zoom", *(f"{n}: {v}" for n, v in zoom_headers(SIGNED).items()), f"Content-Length: {len(SIGNED)}")
        + SIGNED
    )
    for _ in range(150):
        content = bytearray(good)
        for _ in range(chance.randint(1, 6)):
            content[chance.randrange(len(head()))] = chance.randrange(256)
        content[-1] ^= 1  # whatever the head became: the body is not the signed one
        answer = raw(untouched, bytes(content), 0.3)
        assert not answer or status(answer) in (400, 401, 404, 405, 411, 413, 414, 415, 431)


def test_slow_senders_are_ended_and_others_served_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then, in the head or in the body, and lines that never say a word."""
    limits = "from receiver import protocol as p\np.HEAD_SECONDS, p.BODY_SECONDS, p.IDLE_SECONDS = 1.0, 1.5, 1.0\n"
    monkeypatch.setattr(shared_parts, "RUN", limits + shared_parts.RUN)
    with receiving(town(tmp_path / "t")) as running:
        told: dict[str, bytes] = {}

        def drip(name: str, first: bytes) -> None:
            with socket.create_connection(("127.0.0.1", running.port), 5) as line:
                line.settimeout(0.05)
                line.sendall(first)
                got = b""
                with contextlib.suppress(ConnectionError):
                    for _ in range(200):
                        with contextlib.suppress(TimeoutError):
                            piece = line.recv(1_000)
                            got += piece
                            if not piece:
                                break
                        if first:
                            line.sendall(b"x")
                told[name] = got

        body = head("/hooks/zoom", "x-zm-signature: v0=1", "Content-Length: 100000")
        chunks = head("/hooks/zoom", "x-zm-signature: v0=1", "Transfer-Encoding: chunked") + b"ffff\r\n"
        slow = {"head": b"POST /hooks/zoom HTTP/1.1\r\nHost: h\r\nA: ", "body": body, "chunks": chunks, "silent": b""}
        threads = [threading.Thread(target=drip, args=one) for one in slow.items()]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            assert running.zoom(zoom_event(1)).status == 200
        assert {name: got[9:12] for name, got in told.items()} == {
            "head": b"408", "body": b"408", "chunks": b"408", "silent": b"",
        }  # fmt: skip


def test_when_all_places_are_taken_the_idlest_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = "from receiver import receiver as r\nr.MAX_CONNECTIONS = 20\n"
    monkeypatch.setattr(shared_parts, "RUN", limits + shared_parts.RUN)
    with receiving(town(tmp_path / "t")) as running:
        lines = [socket.create_connection(("127.0.0.1", running.port), 5) for _ in range(60)]
        for number in range(5):
            assert running.zoom(zoom_event(number)).status == 200
        assert running.health()["connections"] <= 20
        for line in lines:
            line.close()
