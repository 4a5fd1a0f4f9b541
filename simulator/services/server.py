"""A loopback HTTP server for stand-ins: routes, a log of calls, and faults on demand.

Belongs here: what every HTTP service needs to be played. Does not: anything of one service. A subclass
adds its routes in `__init__` and, where calls need a key, overrides `before`.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class Call:
    """A call as it arrived: `path` undecoded, `params` with the last of repeated ones, header names in lower case."""

    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def form(self) -> dict[str, str]:
        """The body as a form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"

    @classmethod
    def json(
        cls,
        value: Any,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        content_type: str = "application/json; charset=utf-8",
    ) -> Answer:
        """An answer in JSON."""
        return cls(status, json.dumps(value, ensure_ascii=False).encode(), headers or {}, content_type)


LOGIN_PAGE = Answer(200, b"<!doctype html><title>Log in</title><form></form>", content_type="text/html; charset=utf-8")


@dataclass(frozen=True)
class Fault:
    """What befalls a call: it may be late, answered otherwise, cut or fall silent in the middle, or the line torn."""

    answer: Answer | None = None
    delay_seconds: float = 0.0
    stall_seconds: float = 0.0
    truncate: bool = False
    reset: bool = False
    path: str = ""  # only calls whose path contains this


Handler = Callable[..., Answer]
"""Takes the call and, by name, the decoded parts of its path."""


class Server:
    """`with Server() as server:` answers at `server.base_url` from its own threads; `server.calls` is the log.

    Handlers run one at a time, so a stand-in's state needs no lock of its own.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.says_date = True  # false where it is asked by a clock that is not the machine's
        self.alter: Callable[[Call, Answer], Answer] | None = None  # what a service that changed would say instead
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []
        self._faults: list[Fault] = []
        self._one_at_a_time = threading.RLock()
        self._http: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """The server's own address, without a slash at its end."""
        assert self._http is not None, "the server is not running; use it in a `with` statement"
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def route(self, method: str, pattern: str, handler: Handler) -> None:
        """Answer calls to a path such as "/lists/{list_id}"; the first route that fits is taken."""
        expression = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(pattern))
        self._routes.append((method, re.compile(expression), handler))

    def fail(
        self,
        times: int = 1,
        *,
        answer: Answer | None = None,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        delay_seconds: float = 0.0,
        stall_seconds: float = 0.0,
        truncate: bool = False,
        reset: bool = False,
        html: bool = False,
        path: str = "",
    ) -> None:
        """Let the next calls (whose path contains `path`) meet a fault; faults are met in the order given."""
        if html:
            answer = LOGIN_PAGE
        elif status is not None:
            answer = Answer(status, b"", headers or {}, "text/html")
        self._faults.extend([Fault(answer, delay_seconds, stall_seconds, truncate, reset, path)] * times)

    def drop_faults(self) -> None:
        """Forget the faults not met yet."""
        self._faults.clear()

    def before(self, call: Call) -> Answer | None:
        """Look at a call before its route does (keys, quotas); an answer here is final."""
        return None

    def missing(self, call: Call) -> Answer:
        """The answer where no route fits."""
        return Answer.json({"error": "not found"}, 404)

    def __enter__(self) -> Self:
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._http.daemon_threads = True
        self._http.block_on_close = False
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._http is not None and self._thread is not None
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def taken(self, call: Call) -> tuple[Answer, Fault]:
        """The answer to a call and the fault it meets. Called by the server's threads."""
        with self._one_at_a_time:
            self.calls.append(call)
            fault = next((one for one in self._faults if one.path in call.path), Fault())
            if fault in self._faults:
                self._faults.remove(fault)
            answer = fault.answer or self.before(call) or self._routed(call)
            return self.alter(call, answer) if self.alter else answer, fault

    def _routed(self, call: Call) -> Answer:
        for method, pattern, handler in self._routes:
            fits = pattern.fullmatch(call.path) if method == call.method else None
            if fits:
                return handler(call, **{name: unquote(part) for name, part in fits.groupdict().items()})
        return self.missing(call)


def _handler_for(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handling(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body leave in one piece; two would each wait for the other side
        disable_nagle_algorithm = True

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            length = self.headers.get("Content-Length", "")
            body = self.rfile.read(int(length)) if length.isdigit() else b""
            headers = {name.lower(): value for name, value in self.headers.items()}
            params = dict(parse_qsl(parts.query, keep_blank_values=True))
            answer, fault = server.taken(Call(self.command, parts.path, params, headers, body))
            if fault.delay_seconds:
                time.sleep(fault.delay_seconds)
            if fault.reset:
                self.close_connection = True
                # Lingering zero seconds makes the system tear the line instead of closing it in order.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                return
            self.send_response_only(answer.status)
            if server.says_date:
                self.send_header("Date", self.date_time_string())
            for name, value in {"Content-Type": answer.content_type, **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            half = len(answer.body) // 2 if fault.truncate or fault.stall_seconds else len(answer.body)
            try:
                if self.command != "HEAD":
                    self.wfile.write(answer.body[:half])
                self.wfile.flush()
                if fault.stall_seconds:
                    time.sleep(fault.stall_seconds)
                    self.wfile.write(answer.body[half:])
                    self.wfile.flush()
            except ConnectionError:  # the caller lost its patience, which it may
                self.close_connection = True
            if fault.truncate:
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _answer  # noqa: N815 (names the library calls)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing on the terminal; `Server.calls` is the log."""

    return Handling
