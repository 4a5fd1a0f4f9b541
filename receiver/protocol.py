"""One connection: llhttp parses, limits of size, number and time hold, answers leave in the order of requests.

What a request may be is decided on its raw path. Every refusal closes the connection; nothing ever gives a 500.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from typing import Any, Protocol, cast

import httptools

from collectors.hooks import Refused
from receiver.replies import reply

HEAD_BYTES = 16_384
HEAD_FIELDS = 64
URL_BYTES = 2_048
HEAD_SECONDS = 10.0
BODY_SECONDS = 30.0
IDLE_SECONDS = 75.0
LINGER_SECONDS = 1.0
"""How long what a refused sender still sends is thrown away, so that it can read why."""
MAX_WAITING = 64
FRAMING = 8
"""Bytes on the wire for one of a body in chunks: senders put thousands into one."""
HOST = re.compile(rb"[A-Za-z0-9._:\[\]-]{1,255}")


class Route(Protocol):
    """Where a path leads."""

    methods: tuple[str, ...]
    max_body_bytes: int


class Request:
    """One request as it comes in."""

    __slots__ = ("body", "close", "headers", "length", "method", "query", "reply", "route", "since")

    def __init__(self) -> None:
        self.method = ""
        self.query = b""
        self.headers: dict[bytes, bytes] = {}
        self.body: list[bytes] = []
        self.length = 0
        self.route: Any = None
        self.close = False
        self.reply: bytes | None = None
        self.since = 0.0


class Front(Protocol):
    """What a connection needs of the receiver."""

    now: float
    stopping: bool

    def arrived(self, connection: Connection) -> None: ...
    def left(self, connection: Connection) -> None: ...
    def route(self, path: bytes) -> Any: ...
    def make_room(self, size: int) -> None: ...
    def look_at_head(self, request: Request) -> None: ...
    def take(self, connection: Connection, request: Request) -> None: ...
    def refused(self, code: str, route: Any) -> None: ...
    def broke(self, problem: BaseException) -> None: ...


class Connection(asyncio.Protocol):
    """A sender's connection."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self._parser: Any = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._url = b""
        self._head = 0  # bytes of a head not yet complete
        self._raw = 0  # bytes since the head, with the framing of chunks
        self._size = 0  # of names and values
        self._headers: dict[bytes, bytes] = {}
        self._in_body = False
        self._lingering = False
        self._request = Request()
        self.waiting: deque[Request] = deque()
        self.deadline = front.now + HEAD_SECONDS
        self.heard_at = front.now

    # --- asyncio ----------------------------------------------------------------------------
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Known to the receiver from now on."""
        self._transport = cast(asyncio.Transport, transport)
        self._front.arrived(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what came; what was accepted is stored all the same."""
        self._transport = None
        self._drop_body()
        self._front.left(self)

    def pause_writing(self) -> None:
        """A sender that does not read its answers is not read either."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """It reads again."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        """Feed the parser; whatever goes wrong becomes an answer."""
        if self._lingering:
            return
        self.heard_at = self._front.now
        if self._in_body:
            self._raw += len(data)
        else:
            if self._head == 0:
                self.deadline = self._front.now + HEAD_SECONDS
            self._head += len(data)
        try:
            self._parser.feed_data(data)
            if self._in_body and self._raw > FRAMING * self._request.length + HEAD_BYTES:
                raise Refused(413, "too_large")  # sizes and extensions of chunks, and next to nothing in them
            if not self._in_body and self._head > HEAD_BYTES:
                raise Refused(431, "head_too_large")
        except Refused as refusal:
            self.refuse(refusal.status, refusal.code)
        except httptools.HttpParserCallbackError as problem:
            cause = problem.__context__
            if isinstance(cause, Refused):
                self.refuse(cause.status, cause.code)
            else:
                self._front.broke(cause or problem)
                self.refuse(503, "try_again")
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.refuse(400, "malformed")
        except Exception as problem:  # noqa: BLE001 (the last guard: a sender is told to come again, never a 500)
            self._front.broke(problem)
            self.refuse(503, "try_again")

    # --- llhttp -----------------------------------------------------------------------------
    def on_message_begin(self) -> None:
        """A request begins."""
        if len(self.waiting) >= MAX_WAITING:
            raise Refused(503, "too_many_at_once")
        self._request = Request()
        self._url, self._headers, self._size = b"", self._request.headers, 0

    def on_url(self, piece: bytes) -> None:
        """The target, in pieces."""
        self._url += piece
        if len(self._url) > URL_BYTES:
            raise Refused(414, "target_too_long")

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        name, headers = name.lower(), self._headers
        if name in headers:
            value = headers[name] + b"," + value
        headers[name] = value
        self._size += len(name) + len(value)
        if self._size > HEAD_BYTES:
            raise Refused(431, "head_too_large")

    def on_headers_complete(self) -> None:
        """All that can be refused before the body is."""
        request, front = self._request, self._front
        self._in_body, self._head, self._raw = True, 0, 0
        self.deadline = front.now + BODY_SECONDS
        request.method = self._parser.get_method().decode("latin-1")
        path, _, request.query = self._url.partition(b"?")
        headers, self._headers, self._size = self._headers, {}, 0  # what comes behind the body is no header
        if len(headers) > HEAD_FIELDS:
            raise Refused(431, "head_too_large")
        request.close = self._parser.get_http_version() == "1.0"
        host = headers.get(b"host")
        if not HOST.fullmatch(host or b"") and not (host is None and request.close):
            raise Refused(400, "bad_host")
        route = request.route = front.route(path)
        if request.method not in route.methods:
            raise Refused(405, "method")
        if headers.get(b"content-encoding", b"identity").lower() != b"identity":
            raise Refused(415, "content_encoding")
        length = headers.get(b"content-length", b"")
        if length.isdigit():
            if len(length) > 12 or int(length) > route.max_body_bytes:
                raise Refused(413, "too_large")
        elif request.method == "POST" and b"transfer-encoding" not in headers:
            raise Refused(411, "length_required")
        front.look_at_head(request)
        if headers.get(b"expect", b"").lower() == b"100-continue" and not self.waiting and self._transport:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, piece: bytes) -> None:
        """A piece of the body, counted."""
        request = self._request
        if request.length + len(piece) > request.route.max_body_bytes:
            raise Refused(413, "too_large")
        self._front.make_room(len(piece))
        request.length += len(piece)  # only what room was made for is given back
        request.body.append(piece)

    def on_message_complete(self) -> None:
        """The request is whole: the receiver takes it, and settles it now or when it is durable."""
        request = self._request
        self._in_body, self._head = False, 0
        self.deadline = self._front.now + IDLE_SECONDS
        request.close = request.close or not self._parser.should_keep_alive()
        self._front.make_room(-request.length)
        request.length = 0
        self.waiting.append(request)
        self._front.take(self, request)

    # --- answers ----------------------------------------------------------------------------
    def respond(self, request: Request, answer: bytes) -> None:
        """Answer a request; it leaves when those before it have."""
        request.reply = answer
        transport, waiting = self._transport, self.waiting
        if transport is None or transport.is_closing():
            return
        while waiting and waiting[0].reply is not None:
            first = waiting.popleft()
            transport.write(first.reply or b"")
            if first.close:
                transport.close()
                return
        if self._lingering and not waiting:
            self.deadline = self._front.now + LINGER_SECONDS
            if transport.can_write_eof():
                transport.write_eof()

    def refuse(self, status: int, code: str) -> None:
        """Answer and close; the rest of what the sender sends is thrown away for a moment."""
        self._front.refused(code, self._request.route)
        self._drop_body()
        self._lingering = True
        request = self._request
        more = b""
        if status == 405:
            more = b"Allow: %b\r\n" % ", ".join(request.route.methods).encode()
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        # Accepted requests before this one keep their answers: the refusal waits in the row.
        last = Request()
        last.reply = reply(status, code.encode(), close=True, bare=request.method == "HEAD", more=more)
        self.waiting.append(last)
        self.respond(last, last.reply)

    def overdue(self, now: float) -> None:
        """Called now and then: end what takes too long."""
        if now < self.deadline or self.waiting or self._transport is None:
            return
        if self._lingering or not (self._in_body or self._head):
            self._transport.abort()
        else:
            self.refuse(408, "too_slow")

    @property
    def is_busy(self) -> bool:
        """Whether a request is on its way in or waits for its answer."""
        return bool(self.waiting or self._in_body or self._head) and not self._lingering

    def end(self, answer: bytes = b"") -> None:
        """End it at once: others need its place."""
        if self._transport is None:
            return
        if answer:
            self._transport.write(answer)
            self._transport.close()
        else:
            self._transport.abort()

    def _drop_body(self) -> None:
        if self._request.length:
            self._front.make_room(-self._request.length)
            self._request.length = 0
            self._request.body = []
