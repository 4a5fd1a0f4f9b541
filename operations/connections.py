"""What our pages over HTTP share: an address, connections that are bounded, and headers on every answer.

Connections are bounded in number, and in the time a request takes to arrive.

The server beneath bounds what it answers at once, but not who connects and says nothing, or a byte a minute: with as
many of them as there are places, nobody could open the page.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import uvicorn
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_CONNECTIONS = 64
ARRIVAL_SECONDS = 20.0
"""From the first byte of a request, or from the connection, to its last."""


SAFE = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",  # with none, browsers hide the origin of our own forms
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""Headers of every answer."""


@contextmanager
def listening(
    app: ASGIApp, host: str, port: int, problem: type[Exception], finish_seconds: int
) -> Iterator[tuple[uvicorn.Server, socket.socket]]:
    """A server that is yet to be run, and its address, at which whoever asks waits; 0 is any port.

    SIGTERM and SIGINT stop it after what is being answered, for so many seconds. Raises `problem` where the address
    is not to be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as address:
        address.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            address.bind((host, port))
        except OSError as fault:
            why = os.strerror(fault.errno or 0)
            raise problem(
                f"cannot listen on {host} port {port} ({why}); stop what uses it or name another with --port"
            ) from None
        server = uvicorn.Server(
            uvicorn.Config(
                app, http=BoundedConnection, lifespan="off", ws="none", log_config=None, access_log=False,
                server_header=False, proxy_headers=False, limit_concurrency=MAX_CONNECTIONS + 1,
                timeout_graceful_shutdown=finish_seconds,
            )
        )  # fmt: skip
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)  # the server stops by itself, and raises what stopped it again
        address.listen()  # who asks from now on waits for a moment and is not refused
        yield server, address


class SafeAnswer:
    """Sends an answer with the headers of every answer and `more`; `began` once anything of it left."""

    def __init__(self, send: Send, more: Mapping[str, str]) -> None:
        self.began = False
        self._send, self._headers = send, {**SAFE, **more}

    async def __call__(self, message: Message) -> None:
        """Send a part of it."""
        if message["type"] == "http.response.start":
            self.began = True
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers[name] = value
        await self._send(message)


class BoundedConnection(HttpToolsProtocol):
    """One connection. Where all places are taken, the one that has been silent longest for nothing goes."""

    heard_at = 0.0
    _late: asyncio.TimerHandle | None = None

    @property
    def is_waited_for(self) -> bool:
        """Whether its request arrived whole, and is being answered."""
        return self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take it in; in place of another where there is no room."""
        if len(self.connections) >= MAX_CONNECTIONS:
            silent = [one for one in self.connections if isinstance(one, BoundedConnection) and not one.is_waited_for]
            idle = min(silent, key=lambda one: one.heard_at, default=None)
            self.connections.discard(idle)
            (idle.transport if idle else transport).abort()
        super().connection_made(transport)
        self._begins()

    def data_received(self, data: bytes) -> None:
        """Bytes of a request."""
        self.heard_at = self.loop.time()
        if self._late is None:
            self._begins()
        super().data_received(data)

    def on_message_complete(self) -> None:
        """A request is whole."""
        self._ends()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._ends()
        super().connection_lost(exc)

    def _begins(self) -> None:
        self.heard_at = self.loop.time()
        self._late = self.loop.call_later(ARRIVAL_SECONDS, self.transport.abort)

    def _ends(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
