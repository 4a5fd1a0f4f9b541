"""Forged and malformed requests by the thousand: none accepted, none answered 500, memory flat, good ones served."""

import contextlib
import json
import os
import random
import socket
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.integration.receiving import (
    GIVE_UP_SECONDS,
    PATH,
    WORD,
    Receiving,
    meta_headers,
    receiving,
    stored,
    town,
    zoom_event,
    zoom_headers,
)

Wanted = tuple[bytes, bool]  # what is sent, and whether it is a whole, well-formed request


def request(path: str, body: bytes, headers: dict[str, str], method: str = "POST") -> bytes:
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: h",
        *(f"{k}: {v}" for k, v in headers.items()),
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + body


def forged(chance: random.Random, number: int) -> bytes:
    """A whole request that must be refused."""
    body = json.dumps(zoom_event(number), ensure_ascii=chance.random() < 0.5).encode()
    kind = chance.randrange(9)
    if kind == 0:
        return request("/hooks/zoom", body, zoom_headers(body, secret=chance.choice(["", "x", WORD, PATH])))
    if kind == 1:
        headers = zoom_headers(body)
        at = chance.randrange(len(body))
        return request(
            "/hooks/zoom", body[:at] + bytes([body[at] ^ (1 << chance.randrange(8))]) + body[at + 1 :], headers
        )
    if kind == 2:
        headers = zoom_headers(body)
        name = chance.choice(list(headers))
        value = headers[name]
        at = chance.randrange(len(value))
        other = chance.choice([c for c in "0123456789abcdefgvZ =,-" if c != value[at]])
        if name == "x-zm-request-timestamp" and other in " " and at in (0, len(value) - 1):
            other = "x"
        headers[name] = value[:at] + other + value[at + 1 :]
        return request("/hooks/zoom", body, headers)
    if kind == 3:
        return request("/hooks/zoom", body, zoom_headers(body, age=chance.choice([10_000, -4_000, 10**8])))
    if kind == 4:
        return request("/hooks/meta", body, meta_headers(body, chance.choice(["", WORD, "guess"])))
    if kind == 5:
        return request("/hooks/meta", body + b" ", meta_headers(body))
    if kind == 6:
        guess = PATH[: chance.randrange(len(PATH))] + chance.choice(["", "x", "%00", ".."])
        return request(f"/hooks/mailchimp/{guess}", b"type=subscribe&fired_at=x", {})
    if kind == 7:
        return request(f"/hooks/meta?hub.mode=subscribe&hub.challenge=1&hub.verify_token={WORD[:-1]}", b"", {}, "GET")
    return request(chance.choice(["/", "/hooks", "/hooks/zoom/x", "/admin", "/hooks/%7aoom"]), body, zoom_headers(body))


def malformed(chance: random.Random, number: int) -> bytes:
    """Bytes that are hardly a request; where they are one, it is not signed."""
    content = bytearray(forged(chance, number))
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(content))
        choice = chance.randrange(3)
        if choice == 0:
            content[at] = chance.randrange(256)
        elif choice == 1:
            del content[at : at + chance.randrange(40)]
        else:
            content[at:at] = os.urandom(3)
        content = content or bytearray(b"\r")
    return bytes(content)


def answers(line: socket.socket, wanted: int) -> list[int]:
    """The statuses of that many answers; fewer when the other side ends."""
    got = b""
    found: list[int] = []
    while len(found) < wanted:
        piece = line.recv(262_144)
        if not piece:
            break
        got += piece
        while b"\r\n\r\n" in got:
            start, _, rest = got.partition(b"\r\n\r\n")
            length = int(start.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            if len(rest) < length:
                break
            found.append(int(start[9:12]))
            got = rest[length:]
    return found


def assault(running: Receiving, whole: int, broken: int) -> Counter[int]:
    """Send forged requests a hundred to a connection and malformed ones each on its own."""
    chance = random.Random(4)
    told: Counter[int] = Counter()
    for first in range(0, whole, 100):
        pending = [forged(chance, first + number) for number in range(100)]
        while pending:
            with (
                socket.create_connection(("127.0.0.1", running.port), GIVE_UP_SECONDS) as line,
                contextlib.suppress(ConnectionError),
            ):
                for at in range(0, len(pending), 10):
                    part = pending[at : at + 10]
                    line.sendall(b"".join(part))
                    found = answers(line, len(part))
                    told.update(found)
                    if len(found) < len(part):  # a refusal before the body closes the connection
                        break
                pending = pending[at + len(found) if len(found) < len(part) else len(pending) :]
    for number in range(broken):
        with (
            socket.create_connection(("127.0.0.1", running.port), GIVE_UP_SECONDS) as line,
            contextlib.suppress(ConnectionError),
        ):
            line.sendall(malformed(chance, number))
            line.shutdown(socket.SHUT_WR)
            told.update(answers(line, 100))
    return told


def besieged(folder: Path, whole: int, broken: int) -> None:
    config = town(folder)
    with receiving(config) as running:
        assault(running, 300, 200)  # what is loaded once and kept is loaded now
        before = running.held_bytes()
        started = time.monotonic()
        told = assault(running, whole, broken)
        grown = running.held_bytes() - before
        spent = time.monotonic() - started
        assert sum(told.values()) >= whole
        assert set(told) <= {400, 401, 403, 404, 405, 411, 413, 414, 415, 431}, told
        assert grown < 8_000_000, grown
        health = running.health()
        assert health["status"] == "ok" and health["inbox_depth"] == 0 and "unexpected" not in health["counts"]
        assert running.zoom(zoom_event(1)).status == 200
        print(f"{sum(told.values())} answers {dict(told)}, {grown} bytes grown, {spent:.1f} s")
    assert len(stored(config)) == 1


def test_3_000_forged_or_malformed_requests(tmp_path: Path) -> None:
    besieged(tmp_path, whole=2_000, broken=1_000)


@pytest.mark.long
def test_100_000_forged_or_malformed_requests(tmp_path: Path) -> None:
    besieged(tmp_path, whole=75_000, broken=25_000)
