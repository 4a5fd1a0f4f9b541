"""Where notices arrive in tests: a webhook and a mail server on this machine."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Sink:
    """What arrived, in order. `status` is the webhook's answer."""

    port: int = 0
    secret: str = "T0KENofTheHook"
    status: int = 200
    taken: list[Any] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/{self.secret}"


@contextmanager
def web_sink(status: int = 200) -> Iterator[Sink]:
    sink = Sink(status=status)

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sink.taken.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(sink.status)
            self.send_header("location", f"http://127.0.0.1:{sink.port}/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            pass

    with served(ThreadingHTTPServer(("127.0.0.1", 0), Taking), sink):
        yield sink


@contextmanager
def mail_sink() -> Iterator[Sink]:
    """As much of SMTP as a client without encryption speaks."""
    sink = Sink()

    class Taking(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    lines = list(iter(self.rfile.readline, b".\r\n"))
                    sink.taken.append(b"".join(lines))
                self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 well\r\n")

    with served(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Taking), sink):
        yield sink


@contextmanager
def served(server: socketserver.BaseServer, sink: Sink) -> Iterator[None]:
    sink.port = server.server_address[1]  # type: ignore[index,assignment]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
