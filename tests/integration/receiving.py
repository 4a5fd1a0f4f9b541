"""What the receiver's tests share: a town that receives, a receiver in a process of its own, and senders who sign."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from receiver.events import Event, events, open_inbox
from tests.conftest import ROOT
from town.config import load
from warehouse.inbox import Inbox
from warehouse.keys import new_key_file

ZOOM = "zoom-secret-of-the-town"
META = "meta-app-secret-of-the-town"
WORD = "the-towns-own-verify-token"
GIVE_UP_SECONDS = 60
"""When a wait is given up; how long an answer takes on a busy machine decides nothing."""
PATH = "mailchimp-path-secret-of-the-town"
SIGNING = "mailchimp-signing-secret"
SIGNED = b'{"event":"meeting.started","event_ts":1,"payload":{"account_id":"AAAAAABBBB","object":{"uuid":"u"}}}'

CONFIG = """
[[authority]]
code = "0070"

[source.zoom.main]
space = "z"
secrets = { account = "file:keys/zoom.account", webhook = "file:keys/zoom" }

[source.facebook.page]
page = "1001"
space = "f"
secrets = { verify_token = "file:keys/word", app_secret = "file:keys/meta" }

[source.whatsapp_cloud.hotline]
business_account = "102290129340398"
secrets = { verify_token = "file:keys/word", app_secret = "file:keys/meta" }

[source.mailchimp.news]
list = "a6b5da1054"
space = "n"
secrets = { webhook = "file:keys/mailchimp", webhook_signing = "file:keys/signing" }
"""

RUN = """
import sys
from pathlib import Path
from town.config import load
from receiver.server import receive
receive(load(Path(sys.argv[1])), "127.0.0.1", int(sys.argv[2]), lambda text, *_, **_more: print(text, file=sys.stderr, flush=True))
"""


def town(folder: Path, config: str = CONFIG) -> Path:
    """A folder with a configuration and its secrets; gives the configuration's path."""
    folder.mkdir(parents=True, exist_ok=True)
    new_key_file(folder / "keys" / "root.key")
    for name, value in {
        "zoom": ZOOM, "zoom.account": "AAAAAABBBB", "word": WORD, "meta": META, "mailchimp": PATH, "signing": SIGNING,
    }.items():  # fmt: skip
        (folder / "keys" / name).write_text(value + "\n")
    path = folder / "kehila.toml"
    path.write_text(config, encoding="utf-8")
    return path


def inbox_of(config: Path) -> Inbox:
    return open_inbox(load(config))


def stored(config: Path) -> list[Event]:
    """Everything in the inbox, as draining reads it."""
    return list(events(load(config)))


@dataclass
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]


def mailchimp_headers(body: bytes) -> dict[str, str]:
    """What an account that signs sends beside a body."""
    stamp = str(int(time.time()))
    made = hmac.new(SIGNING.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"x-mailchimp-signature": f"t={stamp},v1={made}"}


@dataclass
class Receiving:
    """A running receiver."""

    config: Path
    port: int
    process: subprocess.Popen[str]

    def send(
        self, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, method: str | None = None
    ) -> Answer:
        """One request on a connection of its own."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=GIVE_UP_SECONDS)
        try:
            line.request(method or ("GET" if body is None else "POST"), path, body, dict(headers or {}))
            got = line.getresponse()
            return Answer(got.status, got.read(), {k.lower(): v for k, v in got.getheaders()})
        finally:
            line.close()

    def zoom(self, event: Any, **how: Any) -> Answer:
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        return self.send("/hooks/zoom", body, zoom_headers(body, **how))

    def meta(self, event: Any, secret: str = META) -> Answer:
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        return self.send("/hooks/meta", body, meta_headers(body, secret))

    def mailchimp(self, form: bytes | Mapping[str, str], secret: str = PATH, **headers: str) -> Answer:
        body = form if isinstance(form, bytes) else urlencode(form).encode()
        return self.send(
            f"/hooks/mailchimp/{secret}", body, {"content-type": FORM, **mailchimp_headers(body), **headers}
        )

    def health(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.send("/healthz").body)
        return found

    def entries(self) -> list[Event]:
        return stored(self.config)

    def peak_bytes(self) -> int:
        """The most memory the process held so far."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(text.split("VmHWM:")[1].split()[0]) * 1024

    def held_bytes(self) -> int:
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(text.split("VmRSS:")[1].split()[0]) * 1024

    def cpu_seconds(self) -> float:
        words = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


FORM = "application/x-www-form-urlencoded"


def zoom_signature(body: bytes, stamp: str, secret: str = ZOOM) -> str:
    return "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()


def zoom_headers(body: bytes, *, secret: str = ZOOM, age: float = 0, stamp: str | None = None) -> dict[str, str]:
    stamp = stamp if stamp is not None else str(int(time.time() - age))
    return {"x-zm-request-timestamp": stamp, "x-zm-signature": zoom_signature(body, stamp, secret)}


def meta_headers(body: bytes, secret: str = META) -> dict[str, str]:
    return {"x-hub-signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def zoom_event(number: int = 1, event: str = "meeting.participant_joined", **more: Any) -> dict[str, Any]:
    return {
        "event": event,
        "event_ts": 1_780_000_000_000 + number,
        "payload": {
            "account_id": "AAAAAABBBB",
            "object": {"uuid": "4444AAAiAAAAAiAiAiiAii==", "participant": {"user_id": str(number)}, **more},
        },
    }


def chat(*messages: str, owner: str = "102290129340398") -> dict[str, Any]:
    """A WhatsApp body with a change for each message identifier."""
    return {
        "object": "whatsapp_business_account",
        "entry": [
            {
                "id": owner,
                "changes": [
                    {"field": "messages", "value": {"messages": [{"id": one, "type": "text", "text": {"body": "שלום"}}]}}
                    for one in messages
                ],
            }
        ],
    }  # fmt: skip


@contextmanager
def receiving(config: Path, port: int = 0, wrapper: tuple[str, ...] = ()) -> Iterator[Receiving]:
    """A receiver in a process of its own, ready when this returns, ended and waited for afterwards."""
    process = subprocess.Popen(
        [*wrapper, sys.executable, "-c", RUN, str(config), str(port)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert "receiving webhooks on" in line, line + process.stderr.read()
        yield Receiving(config, int(line.rsplit(":", 1)[1]), process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            _, said = process.communicate(timeout=GIVE_UP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        assert "Traceback" not in said


def well(running: Receiving) -> None:
    told = running.health()
    assert told["status"] == "ok"
    assert "unexpected" not in told["counts"]


def raw(running: Receiving, content: bytes, seconds: float = GIVE_UP_SECONDS) -> bytes:
    """Send bytes, give all that comes back until the line ends or nothing more comes."""
    with socket.create_connection(("127.0.0.1", running.port), seconds) as line:
        got = b""
        with contextlib.suppress(OSError):
            line.sendall(content)
            while piece := line.recv(65_536):
                got += piece
        return got


def head(path: str = "/hooks/zoom", *lines: str, method: str = "POST", host: str = "h") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", *lines, "", ""]).encode(
        "latin-1"
    )


def status(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1.1 "), answer[:50]
    return int(answer[9:12])
