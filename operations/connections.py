"""Connections to the operations page are bounded: in number, and in the time a request takes to arrive.

The server beneath bounds what it answers at once, but not who connects and says nothing, or a byte a minute: with as
many of them as there are places, nobody could open the page.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_CONNECTIONS = 64
ARRIVAL_SECONDS = 20.0
"""From the first byte of a request, or from the connection, to its last."""


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
