"""Calls that end: a connection is cut when the time of its call is over, however slowly bytes still come.

The time-outs of sockets count from byte to byte, so that a service which sends one every twenty seconds holds a caller
for hours. Here the time of a whole call is counted: connecting, the handshake, head and body.
"""

from __future__ import annotations

import heapq
import itertools
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager


class Deadline:
    """The end of one call. `is_over` says that it was cut."""

    def __init__(self) -> None:
        self.is_over = self._is_closed = False
        self._lock = threading.Lock()
        self._watched: list[socket.socket] = []

    def watch(self, connected: socket.socket) -> None:
        """Cut this connection at the end as well; at once where that has come."""
        # A descriptor of our own: the socket's is taken over by TLS, and may be closed and given out again meanwhile.
        own = socket.socket(fileno=os.dup(connected.fileno()))
        with self._lock:
            self._watched.append(own)
            if self.is_over:
                _cut(own)

    def end(self) -> None:
        """The time is over, unless the call is."""
        with self._lock:
            self.is_over = not self._is_closed
            for one in self._watched:
                _cut(one)

    def close(self) -> None:
        """The call is over: let go of the connections."""
        with self._lock:
            self._is_closed = True
            for one in self._watched:
                one.close()
            self._watched.clear()


class Watchman:
    """One thread that ends all calls of a process whose time is over: a thread a call would cost more than its head.

    A call that ended by itself stays in the list until its time would have come, and is passed over then.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Deadline]] = []
        self._number = itertools.count()
        self._thread: threading.Thread | None = None

    def add(self, call: Deadline, seconds: float) -> None:
        """End this call after so many seconds."""
        due = time.monotonic() + seconds
        with self._changed:
            heapq.heappush(self._due, (due, next(self._number), call))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._watch, name="deadlines", daemon=True)
                self._thread.start()
            elif self._due[0][2] is call:  # else it sleeps no longer than it should
                self._changed.notify()

    def _watch(self) -> None:
        while True:
            with self._changed:
                while not self._due or self._due[0][0] > time.monotonic():
                    self._changed.wait(self._due[0][0] - time.monotonic() if self._due else None)
                _, _, call = heapq.heappop(self._due)
            call.end()


def _cut(connected: socket.socket) -> None:
    with suppress(OSError):  # closed from the other side
        connected.shutdown(socket.SHUT_RDWR)


_WATCHMAN = Watchman()
_PRESENT: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


class TooSlow(TimeoutError):
    """A call was cut: its time was over."""


@contextmanager
def ends_within(seconds: float) -> Iterator[None]:
    """What is called inside over connections of this module ends after so many seconds; then it raises TooSlow.

    Also where nothing was raised by the call: a head or a body that was cut may look like a whole one.
    """
    made = Deadline()
    token = _PRESENT.set(made)
    try:
        _WATCHMAN.add(made, seconds)
        yield
    except Exception:
        if made.is_over:
            raise TooSlow from None
        raise
    finally:
        _PRESENT.reset(token)
        made.close()
    if made.is_over:
        raise TooSlow


def watched(connected: socket.socket) -> socket.socket:
    """The connection, cut at the end of the call it is made in."""
    if (present := _PRESENT.get()) is not None:
        present.watch(connected)
    return connected


class Watched:
    """Mixed into a connection of urllib3: watched from its first byte, and again whenever it is used anew."""

    sock: Any

    def _new_conn(self) -> socket.socket:
        return watched(super()._new_conn())  # type: ignore[misc]

    def getresponse(self) -> Any:
        """The answer's head."""
        if self.sock is not None:
            watched(self.sock)
        return super().getresponse()  # type: ignore[misc]


class WatchedAdapter(HTTPAdapter):
    """A transport of requests whose connections are watched; `mixins` are mixed in below that."""

    def __init__(self, *mixins: type) -> None:
        plain = type("WatchedHTTP", (Watched, *mixins, HTTPConnection), {})
        secure = type("WatchedHTTPS", (Watched, *mixins, HTTPSConnection), {})
        super().__init__()
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {
            "http": type("WatchedHTTPPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("WatchedHTTPSPool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }
