"""The receiver as its senders and its operator meet it: checks of the address, events, rotation, health, stopping."""

import hashlib
import hmac
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import ROOT, shared
from tests.e2e.command_line import entry_point, one_line
from tests.integration.receiving import (
    GIVE_UP_SECONDS,
    META,
    PATH,
    WORD,
    ZOOM,
    Receiving,
    chat,
    inbox_of,
    meta_headers,
    receiving,
    stored,
    town,
    zoom_event,
    zoom_headers,
)  # fmt: skip
from town.config import ConfigProblem, load
from town.hook_accounts import receiving as accounts_of
from warehouse.keys import KeyProblem


def test_every_official_sample_is_taken_and_kept_byte_for_byte(running: Receiving) -> None:
    before = len(running.entries())
    sent = []
    for path in sorted(shared("contracts", "zoom", "samples", "webhooks").glob("*.json")):
        sent.append(("zoom", path.read_bytes()))
        assert running.zoom(sent[-1][1]).status == 200
    folder = shared("contracts", "whatsapp", "samples")
    for path in sorted((*folder.glob("cloud-api-webhooks/*.json"), *folder.glob("pywa-updates/*.json"))):
        sent.append(("meta", path.read_bytes()))
        assert running.meta(sent[-1][1]).status == 200
    for path in sorted(shared("contracts", "mailchimp", "samples", "webhooks-form").glob("*.form")):
        sent.append(("mailchimp", path.read_bytes()))
        assert running.mailchimp(sent[-1][1]).status == 200
    kept = running.entries()[before:]
    assert len(sent) == 33 + 56 + 4
    assert [(one.hook, one.body) for one in kept] == sent
    assert {one.stored_account for one in kept} == {"zoom.main", "whatsapp_cloud.hotline", "mailchimp.news", ""}
    assert {one.authority for one in kept if one.account} == {"0070"}
    ours = [one for one in kept if b'"102290129340398"' in one.body and one.hook == "meta"]
    assert ours and {one.stored_account for one in ours} == {"whatsapp_cloud.hotline"}


def test_meta_s_challenge_zoom_s_check_and_mailchimp_s_look(running: Receiving) -> None:
    asked = f"/hooks/meta?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={WORD}"
    answer = running.send(asked)
    assert (answer.status, answer.body) == (200, b"1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    check = {"event": "endpoint.url_validation", "event_ts": 1, "payload": {"plainToken": "qgg8vlvZRS6UYooatFL8Aw"}}
    told = json.loads(running.zoom(check).body)
    assert told["encryptedToken"] == hmac.new(ZOOM.encode(), b"qgg8vlvZRS6UYooatFL8Aw", hashlib.sha256).hexdigest()
    before = len(running.entries())
    assert running.send(f"/hooks/mailchimp/{PATH}").status == 200
    assert running.send(f"/hooks/mailchimp/{PATH}", method="HEAD").status == 200
    assert running.mailchimp(b"").status == 200
    assert len(running.entries()) == before


def test_requests_on_one_connection_are_answered_in_their_order(running: Receiving) -> None:
    """The second needs no disk and is ready first; it waits all the same."""
    body = json.dumps(zoom_event(77)).encode()
    head = "".join(f"{name}: {value}\r\n" for name, value in zoom_headers(body).items())
    post = f"POST /hooks/zoom HTTP/1.1\r\nHost: h\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    with socket.create_connection(("127.0.0.1", running.port), GIVE_UP_SECONDS) as line:
        line.sendall(post + b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n" + post + b"GET /no HTTP/1.1\r\nHost: h\r\n\r\n")
        got = b""
        while piece := line.recv(65536):
            got += piece
    assert re.findall(rb"HTTP/1.1 (\d+)", got) == [b"200", b"200", b"200", b"404"]
    assert b'"status": "ok"' in got.split(b"HTTP/1.1 200")[2]


def test_a_body_in_chunks_and_one_asked_for_with_continue(running: Receiving) -> None:
    body = json.dumps(zoom_event(78)).encode()
    line = http.client.HTTPConnection("127.0.0.1", running.port, timeout=GIVE_UP_SECONDS)
    pieces = (body[at : at + 7] for at in range(0, len(body), 7))
    line.request("POST", "/hooks/zoom", pieces, zoom_headers(body), encode_chunked=True)
    assert line.getresponse().status == 200
    line.close()
    with socket.create_connection(("127.0.0.1", running.port), GIVE_UP_SECONDS) as raw:
        head = "".join(f"{name}: {value}\r\n" for name, value in zoom_headers(body).items())
        raw.sendall(
            f"POST /hooks/zoom HTTP/1.1\r\nHost: h\r\n{head}Expect: 100-continue\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
        )
        assert raw.recv(100).startswith(b"HTTP/1.1 100 ")
        raw.sendall(body)
        assert raw.recv(100).startswith(b"HTTP/1.1 200 ")
    assert [one.body for one in running.entries()[-2:]] == [body, body]


def test_health_says_what_waits_and_when_each_sender_was_heard(running: Receiving) -> None:
    assert running.meta(chat("wamid.health")).status == 200
    told = running.health()
    assert told["status"] == "ok"
    assert told["inbox_depth"] == len(running.entries())
    assert told["oldest_seconds"] >= 0
    heard = datetime.fromisoformat(told["last_received_at"]["meta"])
    assert abs((datetime.now(UTC) - heard).total_seconds()) < 30
    assert running.send("/healthz", method="HEAD").body == b""


def test_a_big_batch_of_meta_is_taken_whole(running: Receiving) -> None:
    batch = chat(*(f"wamid.{number:064d}" for number in range(1000)))
    batch["entry"][0]["changes"][0]["value"]["padding"] = "x" * (3_000_000 - len(json.dumps(batch)))
    assert running.meta(batch).status == 200
    assert json.loads(running.entries()[-1].body) == batch


def test_two_towns_under_one_app_get_each_its_own(tmp_path: Path) -> None:
    two = """
[[authority]]
code = "0070"
[[authority]]
code = "4000"
"""
    for code, owner, account in (("0070", "1", "a"), ("4000", "2", "b")):
        two += f"""
[source.whatsapp_cloud.{account}]
authority = "{code}"
business_account = "{owner}"
secrets = {{ verify_token = "file:keys/word", app_secret = "file:keys/meta" }}
"""
    two += '[source.zoom.shared]\nspace = "z"\n'  # no one town's, and no webhooks: in nobody's way
    config = town(tmp_path / "towns", two)
    both = chat("wamid.1", owner="1")
    both["entry"] += chat("wamid.2", owner="2")["entry"]
    with receiving(config) as running:
        for body in (chat("wamid.3", owner="2"), both, chat("wamid.4", owner="3")):
            assert running.meta(body).status == 200
    told = [(one.authority, one.stored_account) for one in stored(config)]
    assert told == [
        ("4000", "whatsapp_cloud.b"), ("0070", "whatsapp_cloud.a"), ("4000", "whatsapp_cloud.b"), ("", ""),
    ]  # fmt: skip


def test_both_secrets_count_while_they_are_exchanged(tmp_path: Path) -> None:
    new, old = "a-newly-made-secret-of-zoom", ZOOM

    def rotated(until: str, name: str) -> Path:
        text = (
            f'[[authority]]\ncode = "0070"\n[source.zoom.main]\nspace = "z"\nwebhook_old_until = {until}\n'
            'secrets = { webhook = "file:keys/new", webhook_old = "file:keys/zoom" }\n'
        )
        config = town(tmp_path / name, text)
        (config.parent / "keys" / "new").write_text(new)
        return config

    with receiving(rotated("2099-12-01", "before")) as running:
        assert {running.zoom(zoom_event(n), secret=s).status for n, s in enumerate((new, old) * 5)} == {200}
        assert running.zoom(zoom_event(9), secret="neither-of-them").status == 401
    with receiving(rotated("2020-12-01T12:00:00Z", "after")) as running:
        assert running.zoom(zoom_event(1), secret=new).status == 200
        assert running.zoom(zoom_event(2), secret=old).status == 401


CASES = [
    ('secrets = { webhook = "file:keys/none" }', KeyProblem, "missing or empty"),
    ('secrets = { webhook = "file:keys/blank" }', KeyProblem, "missing or empty"),
    ('secrets = { webhook = "file:keys/short" }', ConfigProblem, "shorter than 16"),
    ('secrets = { webhook = "plain-text-secret-in-the-file" }', KeyProblem, "by reference"),
    ('secrets = { client_id = "file:keys/zoom" }', ConfigProblem, "no account receives webhooks"),
    ('secrets = { webhook = "file:keys/zoom", webhook_old = "file:keys/meta" }', ConfigProblem, "webhook_old_until"),
]


@pytest.mark.parametrize(("secrets", "problem", "words"), CASES)
def test_it_does_not_start_with_secrets_that_protect_nothing(
    tmp_path: Path, secrets: str, problem: type[Exception], words: str
) -> None:
    """Bad input 4."""
    config = town(tmp_path / "t", f'[[authority]]\ncode = "0070"\n[source.zoom.main]\nspace = "z"\n{secrets}\n')
    (config.parent / "keys" / "blank").write_text(" \n\t\n")
    (config.parent / "keys" / "short").write_text("fifteen-letters")
    with pytest.raises(problem, match=words):
        accounts_of(load(config))


def test_the_command_starts_says_where_and_ends_cleanly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = town(tmp_path / "t")
    program = Path(sys.executable).parent / "kehila"
    command = [str(program), "--config", str(config), "receive", "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    here = entry_point(monkeypatch, capsys)
    try:
        port = int(process.stderr.readline().rsplit(":", 1)[1])
        assert Receiving(config, port, process).zoom(zoom_event()).status == 200
        one_line(here("--config", config, "receive", "--port", "0"), 2, "another receiver")
        process.send_signal(signal.SIGTERM)
        assert process.wait(GIVE_UP_SECONDS) == 0
        assert "what was accepted is in the inbox" in process.stderr.read()
    finally:
        process.kill()
    assert len(stored(config)) == 1
    with socket.create_server(("127.0.0.1", 0)) as taken:
        one_line(here("--config", config, "receive", "--port", str(taken.getsockname()[1])), 2, "--port")


def test_stopping_under_load_answers_what_was_accepted_and_loses_nothing(tmp_path: Path) -> None:
    config = town(tmp_path / "t")
    acknowledged: list[int] = []
    with receiving(config) as running:

        def send(first: int) -> None:
            line = http.client.HTTPConnection("127.0.0.1", running.port, timeout=GIVE_UP_SECONDS)
            for number in range(first, first + 100_000):
                body = json.dumps(zoom_event(number)).encode()
                try:
                    line.request("POST", "/hooks/zoom", body, zoom_headers(body))
                    if line.getresponse().read() == b"":
                        acknowledged.append(number)
                except (OSError, http.client.HTTPException):
                    return

        threads = [threading.Thread(target=send, args=(100_000 * at,)) for at in range(4)]
        for thread in threads:
            thread.start()
        while len(acknowledged) < 200:
            time.sleep(0.01)
        running.process.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join(GIVE_UP_SECONDS)
        assert running.process.wait(GIVE_UP_SECONDS) == 0
    kept = {json.loads(one.body)["event_ts"] - 1_780_000_000_000 for one in stored(config)}
    assert set(acknowledged) <= kept
    assert len(acknowledged) >= 200


def test_it_says_nothing_of_what_it_receives(tmp_path: Path) -> None:
    """Neither output nor files hold a body, a header, a secret; only the sealed inbox does."""
    config = town(tmp_path / "t")
    with receiving(config) as running:
        running.zoom(zoom_event(1, topic="canary-topic"))
        running.zoom(zoom_event(2, topic="canary-topic"), secret="canary-wrong-secret")
        running.mailchimp({"type": "subscribe", "fired_at": "x", "data[email]": "canary@example.com"})
        running.mailchimp({"type": "subscribe"}, secret="canary-path")
        running.send("/canary-path?canary=1", b"canary", {"x-canary": "canary"})
        health = json.dumps(running.health())
        running.process.send_signal(signal.SIGTERM)
        assert running.process.stderr is not None
        said = running.process.stderr.read()
    assert "bad_signature 1" in said and "bad_secret 1" in said
    secrets = (ZOOM, META, PATH, "canary", "AAAAAABBBB", "a6b5da1054")
    assert not [word for word in secrets if word in said or word in health]
    for path in (*config.parent.glob("inbox/*"), *config.parent.glob("keys/inbox/*")):
        content = path.read_bytes()
        assert not [word for word in secrets if word.encode() in content]
    assert len(stored(config)) == 2


def test_a_new_receiver_goes_on_behind_what_another_left(tmp_path: Path) -> None:
    config = town(tmp_path / "t")
    for number in range(2):
        with receiving(config) as running:
            assert running.health()["inbox_depth"] == number
            assert running.zoom(zoom_event(number)).status == 200
            os.kill(running.process.pid, signal.SIGKILL)
            running.process.wait()
    assert len(stored(config)) == 2
    inbox = inbox_of(config)
    inbox.forget(stored(config)[0].position)
    with receiving(config) as running:
        assert running.health()["inbox_depth"] == 1


def test_meta_headers_of_the_tests_are_meta_s() -> None:
    """The signature of a known body, computed by hand with another programme (openssl dgst -sha256 -hmac)."""
    made = meta_headers(b'{"object":"page"}', "0123456789abcdef")["x-hub-signature-256"]
    done = subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", "0123456789abcdef"], input=b'{"object":"page"}', capture_output=True
    )
    assert made.removeprefix("sha256=") == done.stdout.decode().rsplit(" ", 1)[1].strip()
