"""Targets of a push on this machine that fail as targets do, by a plan: what they took, and how often.

A plan is a word a request: `ok`, `cut` before anything is taken, `lost` (taken, then the line is cut), `500`, `503`, `429`,
`slow` (taken, and no answer in time), `kill` (the sender is killed before anything is taken), `killed` (after it).
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import socket
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from publishers.push import verify_signature
from tests.integration.bucket_server import Bucket, read_request

SIGNED = "a secret of the receiver"
FAULTS = ("cut", "lost", "500", "503", "429", "slow")
SLOW_SECONDS = 0.4


@dataclass
class Plan:
    """What befalls each request; by default nothing. `sender` is the process that may be killed, None for nobody."""

    seed: int = 0
    share: float = 0.0
    kill_share: float = 0.0
    sender: int | None = None
    befell: Counter[str] = field(default_factory=Counter)
    _random: random.Random = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def next(self) -> str:
        with self._lock:
            found = "ok"
            if self._random.random() < self.share:
                found = self._random.choice(FAULTS)
            elif self.sender is not None and self._random.random() < self.kill_share:
                found = self._random.choice(("kill", "killed"))
            self.befell[found] += 1
            return found

    def kill(self) -> None:
        if self.sender is not None:
            os.kill(self.sender, signal.SIGKILL)


@dataclass
class Targets:
    """The endpoint, the bucket's service and the mail server, with what they took."""

    plan: Plan
    bucket: Bucket = field(default_factory=Bucket)
    taken: dict[str, set[str]] = field(default_factory=dict)  # idempotency key -> digests of bodies
    forged: int = 0
    mails: list[bytes] = field(default_factory=list)
    readers: set[str] = field(default_factory=set)
    unanswered: int = 0
    """Mails that were taken and of which the sender was not told so: those it has to send again."""
    ports: dict[str, int] = field(default_factory=dict)

    @property
    def message_ids(self) -> list[str]:
        return [str(message_from_bytes(one, policy=default)["Message-ID"]) for one in self.mails]


@contextmanager
def targets(plan: Plan) -> Iterator[Targets]:
    made = Targets(plan)
    servers: dict[str, socketserver.BaseServer] = {
        "http": _http(made, lambda *request: _endpoint(made, *request)),
        "s3": _http(made, lambda *request: made.bucket.answer(*request)),
        "mail": _mail(made),
    }
    for name, server in servers.items():
        made.ports[name] = server.server_address[1]  # type: ignore[index,assignment]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield made
    finally:
        for server in servers.values():
            server.shutdown()
            server.server_close()


def _endpoint(made: Targets, _method: str, _target: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    if not verify_signature(SIGNED, headers, body):
        made.forged += 1
        return 401, b""
    made.taken.setdefault(headers["Idempotency-Key"], set()).add(hashlib.sha256(body).hexdigest())
    return 200, b"taken"


def _http(made: Targets, take: Callable[..., tuple[int, bytes]]) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            request = read_request(self)
            befalls = made.plan.next()
            if befalls in ("cut", "kill"):
                if befalls == "kill":
                    made.plan.kill()
                return self._cut()
            if befalls.isdigit():
                return self._say(int(befalls), b"", {"Retry-After": "1"})
            status, content = take(*request)
            if befalls == "ok":
                return self._say(status, content, {})
            if befalls == "slow":
                time.sleep(SLOW_SECONDS)
            if befalls == "killed":
                made.plan.kill()
            return self._cut()

        do_POST = do_PUT = do_GET = _serve  # noqa: N815 (what the library looks for)

        def _say(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content)), "Connection": "close"}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
            self.close_connection = True

        def _cut(self) -> None:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True

        def log_message(self, *_arguments: Any) -> None:
            pass

    return _quiet(ThreadingHTTPServer)(("127.0.0.1", 0), Handler)


def _mail(made: Targets) -> socketserver.ThreadingTCPServer:
    class Taking(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 here")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"RCPT":
                    made.readers.add(line.split(b"<")[1].split(b">")[0].decode())
                if verb == b"DATA":
                    if not self._data():
                        return
                    continue
                self._say("221 bye" if verb == b"QUIT" else "250 well")

        def _data(self) -> bool:
            self._say("354 go on")
            lines: list[bytes] = []
            while (line := self.rfile.readline()) != b".\r\n":
                if not line:
                    return False
                lines.append(line)
            befalls = made.plan.next()
            if befalls in ("cut", "kill"):
                if befalls == "kill":
                    made.plan.kill()
                return False
            if befalls.isdigit():  # what mail servers say where others say 500
                self._say(f"{'451' if befalls == '429' else '421'} later")
                return False
            made.mails.append(b"".join(one[1:] if one.startswith(b"..") else one for one in lines))
            if befalls == "ok":
                self._say("250 taken")
                return True
            made.unanswered += 1
            if befalls == "slow":
                time.sleep(SLOW_SECONDS)
            if befalls == "killed":
                made.plan.kill()
            return False

        def _say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    return _quiet(socketserver.ThreadingTCPServer)(("127.0.0.1", 0), Taking)


def _quiet(kind: Any) -> Any:
    """A server that says nothing of senders who left: they were killed."""
    return type("Quiet", (kind,), {"handle_error": lambda *_arguments: None, "daemon_threads": True})
