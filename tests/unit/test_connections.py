"""Who connects to the operations page and says nothing, or too slowly, keeps nobody away."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from operations import connections
from operations.connections import MAX_CONNECTIONS, BoundedConnection

ASK = b"GET /%s HTTP/1.1\r\nHost: here\r\n\r\n"
SHORT = 0.5


async def answer(request: Request) -> PlainTextResponse:
    await request.body()
    if "slow" in request.url.path:
        await asyncio.sleep(3 * SHORT)
    return PlainTextResponse("well")


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(connections, "ARRIVAL_SECONDS", SHORT)
    app = Starlette(routes=[Route("/{any}", answer, methods=["GET", "POST"])])
    config = uvicorn.Config(
        app, http=BoundedConnection, lifespan="off", ws="none", log_config=None, timeout_keep_alive=60
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        server.should_exit = True
        thread.join(20)


def connected(port: int, said: bytes = b"") -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=20)
    line.sendall(said)
    return line


def told(line: socket.socket) -> bytes:
    """What comes on a connection until its answer is whole or it is cut."""
    found = b""
    try:
        while not found.endswith(b"well") and (some := line.recv(4096)):
            found += some
    except ConnectionError:
        pass
    return found


def test_the_idlest_goes_where_all_places_are_taken(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "ARRIVAL_SECONDS", 60.0)
    with ExitStack() as held:
        waited_for = held.enter_context(connected(port, ASK % b"slow"))
        kept = held.enter_context(connected(port, ASK % b"kept"))  # answered, and open for the next request
        assert told(kept).endswith(b"well")
        several = [held.enter_context(connected(port, b"GET / HT")) for _ in range(MAX_CONNECTIONS - 2)]
        with connected(port, ASK % b"new") as line:
            assert told(line).endswith(b"well")
        assert told(kept) == b""  # it had been silent longest
        for _ in range(MAX_CONNECTIONS):
            held.enter_context(connected(port))
        with connected(port, ASK % b"new") as line:
            assert told(line).endswith(b"well")
        assert all(told(one) == b"" for one in several)
        assert told(waited_for).endswith(b"well")  # silent too, but for its answer


def test_who_connects_and_says_nothing_is_let_go(port: int) -> None:
    with connected(port) as line:
        assert told(line) == b""


@pytest.mark.parametrize(
    "said", [b"GET /x HTTP/1.1\r\nA: ", b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n"]
)
@pytest.mark.parametrize("before", [b"", ASK % b"first"], ids=["first", "next"])
def test_a_request_that_trickles_is_cut(port: int, said: bytes, before: bytes) -> None:
    with connected(port, before) as line:
        if before:
            assert told(line).endswith(b"well")
        line.sendall(said)
        began = time.monotonic()
        with pytest.raises(OSError):  # noqa: PT012 (it is cut somewhere in the middle)
            while time.monotonic() < began + 20:
                line.sendall(b"a")
                time.sleep(0.05)


def test_what_is_being_answered_is_not_cut(port: int) -> None:
    with connected(port, ASK % b"slow") as line:
        assert told(line).endswith(b"well")
