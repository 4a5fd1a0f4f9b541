"""Bad inputs 1 to 21: what nobody should have to receive, on the wire, and that good senders are served meanwhile.

Draining has its own part in 6, 8, 9, 10, 17, 18 and 19: here, that the inbox holds what it needs for it.
"""

import contextlib
import errno
import gzip
import json
import os
import random
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.integration.receiving import (
    FORM,
    PATH,
    WORD,
    Receiving,
    chat,
    meta_headers,
    receiving,
    stored,
    town,
    zoom_event,
    zoom_headers,
    zoom_signature,
)

SIGNED = b'{"event":"meeting.started","event_ts":1,"payload":{"account_id":"AAAAAABBBB","object":{"uuid":"u"}}}'


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiving]:
    with receiving(town(tmp_path_factory.mktemp("town"))) as receiver:
        yield receiver


@pytest.fixture
def untouched(running: Receiving) -> Iterator[Receiving]:
    """Nothing is stored in this test, and the receiver is well afterwards."""
    before = len(running.entries())
    yield running
    assert len(running.entries()) == before
    well(running)


def well(running: Receiving) -> None:
    told = running.health()
    assert told["status"] == "ok"
    assert "unexpected" not in told["counts"]


def raw(running: Receiving, content: bytes, seconds: float = 5) -> bytes:
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


def test_01_no_signature(untouched: Receiving) -> None:
    before = untouched.health()["counts"].get("zoom.unsigned", 0)
    assert untouched.send("/hooks/zoom", SIGNED).status == 401
    assert untouched.send("/hooks/zoom", SIGNED, {"x-zm-request-timestamp": str(int(time.time()))}).status == 401
    assert untouched.send("/hooks/meta", SIGNED).status == 401
    assert untouched.health()["counts"]["zoom.unsigned"] == before + 2


def test_02_one_bit_of_body_or_signature(untouched: Receiving) -> None:
    headers = zoom_headers(SIGNED)
    for at in range(0, len(SIGNED) * 8, 97):
        body = bytearray(SIGNED)
        body[at // 8] ^= 1 << at % 8
        assert untouched.send("/hooks/zoom", bytes(body), headers).status == 401
    made = headers["x-zm-signature"]
    for at in range(3, len(made), 7):
        other = made[:at] + ("0" if made[at] != "0" else "1") + made[at + 1 :]
        assert untouched.send("/hooks/zoom", SIGNED, {**headers, "x-zm-signature": other}).status == 401
    stamp = str(int(headers["x-zm-request-timestamp"]) - 1)
    assert untouched.send("/hooks/zoom", SIGNED, {**headers, "x-zm-request-timestamp": stamp}).status == 401


@pytest.mark.parametrize(
    "made", ["", "v0", "v0=", "=", ",", "v0=zz", "sha256=", "v0=é", "v0=" + "a" * 10_000, "v1=" + "a" * 64, "GOOD"]
)
def test_03_malformed_signature(untouched: Receiving, made: str) -> None:
    stamp = f"x-zm-request-timestamp: {int(time.time())}"
    length = f"Content-Length: {len(SIGNED)}"
    assert status(raw(untouched, head("/hooks/zoom", stamp, f"x-zm-signature: {made}", length) + SIGNED)) == 401
    assert status(raw(untouched, head("/hooks/meta", f"X-Hub-Signature-256: {made}", length) + SIGNED)) == 401


def test_03_a_signature_sent_twice(untouched: Receiving) -> None:
    headers = zoom_headers(SIGNED)
    lines = [f"{name}: {value}" for name, value in headers.items()]
    twice = [*lines, f"x-zm-signature: {headers['x-zm-signature']}", f"Content-Length: {len(SIGNED)}"]
    assert status(raw(untouched, head("/hooks/zoom", *twice) + SIGNED)) == 401


def test_05_escapes_are_signed_as_sent(running: Receiving) -> None:
    escaped = json.dumps(chat("wamid.5")).encode()
    plain = json.dumps(chat("wamid.5"), ensure_ascii=False).encode()
    slashed = escaped.replace(b"wamid.5", rb"wamid\/5")
    emoji = json.dumps(chat("wamid.5-\U0001f600"), ensure_ascii=False).encode()
    bodies = [escaped, plain, slashed, emoji]
    assert [running.meta(body).status for body in bodies] == [200] * 4
    assert [one.body for one in running.entries()[-4:]] == bodies
    assert running.send("/hooks/meta", plain, meta_headers(escaped)).status == 401


def test_06_signed_and_unreadable_is_kept(running: Receiving) -> None:
    bodies = [b"\xff\xfe\x00not text", b"not json", b"{", b"", b"\x00" * 100]
    assert [running.meta(body).status for body in bodies] == [200] * 5
    assert [one.body for one in running.entries()[-5:]] == bodies
    assert len({one.key for one in running.entries()[-5:]}) == 5


def test_07_late_is_taken_and_marked_too_late_is_not(running: Receiving) -> None:
    assert running.zoom(zoom_event(701), age=60).status == 200
    assert running.zoom(zoom_event(702), age=5_400).status == 200
    assert [one.late for one in running.entries()[-2:]] == [False, True]
    before = len(running.entries())
    assert running.zoom(zoom_event(703), age=7_300).status == 401
    assert running.zoom(zoom_event(703), age=-400).status == 401
    for stamp in ("NaN", "-5", "1" + "0" * 30, "", "1.7e9", "0x5", "١٢٣٤٥٦٧٨٩٠", " 5", "5 5"):
        body = SIGNED
        made = zoom_signature(body, stamp)
        lines = (f"x-zm-request-timestamp: {stamp}".encode(), f"x-zm-signature: {made}".encode())
        sent = head("/hooks/zoom", f"Content-Length: {len(body)}")[:-2] + b"\r\n".join(lines) + b"\r\n\r\n" + body
        assert status(raw(running, sent)) in (400, 401)
    assert len(running.entries()) == before


def test_08_the_same_delivery_fifty_times_at_once_is_one_event(running: Receiving) -> None:
    body = json.dumps(zoom_event(801)).encode()
    headers = zoom_headers(body)
    before = len(running.entries())
    with ThreadPoolExecutor(50) as pool:
        told = list(pool.map(lambda _: running.send("/hooks/zoom", body, headers).status, range(50)))
    assert told == [200] * 50
    assert len({one.key for one in running.entries()[before:]}) == 1


def test_09_another_token_in_the_body_is_the_same_event(running: Receiving) -> None:
    before = len(running.entries())
    for token in ("first", "second"):
        event = zoom_event(901, "recording.completed", share_url=f"https://zoom.example/{token}")
        assert running.zoom({**event, "download_token": token}).status == 200
    kept = running.entries()[before:]
    assert len(kept) == 2 and len({one.key for one in kept}) == 1


def test_10_a_departure_told_again_is_one_and_the_next_one_another(running: Receiving) -> None:
    """Who was there when is for draining, from the events' own times."""
    left = zoom_event(1001, "meeting.participant_left")
    joined, again = zoom_event(1002), zoom_event(1003, "meeting.participant_left")
    before = len(running.entries())
    for event in (left, joined, left, again):
        assert running.zoom(event).status == 200
    keys = [one.key for one in running.entries()[before:]]
    assert keys[0] == keys[2] and len(set(keys)) == 3


@pytest.mark.parametrize(
    "token", ["v0:1790000000:{}", "", "a" * 65, "a" * 1_000_000, 5, None, ["a"], {"a": 1}, "é", "a b", "a\n"]
)
def test_11_zoom_s_check_is_no_oracle(untouched: Receiving, token: Any) -> None:
    body = json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": token}}).encode()
    good = json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}).encode()
    for answer in (untouched.zoom(body), untouched.send("/hooks/zoom", good), untouched.zoom(good, secret="x" * 20)):
        assert answer.status in (400, 401, 413)
        assert len(answer.body) < 40  # no room for a signature


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"hub.mode=subscribe&hub.challenge=1&hub.verify_token={WORD}x", 403),
        ("hub.mode=subscribe&hub.challenge=1", 403),
        ("", 403),
        (f"hub.mode=subscribe&hub.challenge=1&hub.verify_token[]={WORD}", 403),
        (f"hub.mode=unsubscribe&hub.challenge=1&hub.verify_token={WORD}", 403),
        (f"hub.mode=subscribe&hub.challenge=<script>&hub.verify_token={WORD}", 400),
        (f"hub.mode=subscribe&hub.challenge=%3Cb%3E&hub.verify_token={WORD}", 400),
        (f"hub.mode=subscribe&hub.challenge={'1' * 129}&hub.verify_token={WORD}", 400),
        (f"hub.mode=subscribe&hub.challenge=1%0d%0aX:1&hub.verify_token={WORD}", 400),
        (f"hub.mode=subscribe&hub.verify_token={WORD}", 400),
        ("&" * 1_000 + f"hub.verify_token={WORD}", 400),
    ],
)
def test_12_meta_s_challenge_asked_wrongly(untouched: Receiving, query: str, expected: int) -> None:
    answer = untouched.send(f"/hooks/meta?{query}")
    assert answer.status == expected
    assert b"<" not in answer.body


def test_13_mailchimp_under_a_wrong_path(untouched: Receiving) -> None:
    form = {"type": "subscribe", "fired_at": "2026-11-01 10:00:00", "data[list_id]": "a6b5da1054"}
    for secret in ("wrong", PATH[:-1], PATH + "x", PATH.upper(), "%6d" + PATH[1:], ""):
        assert untouched.mailchimp(form, secret=secret).status == 401
        assert untouched.send(f"/hooks/mailchimp/{secret}").status == 401
    assert untouched.mailchimp(form, secret=f"{PATH}/x").status == 404
    assert untouched.send("/hooks/mailchimp", b"a=b", {"content-type": FORM}).status == 404


@pytest.mark.parametrize(
    "form",
    [b"a;" * 499_000, b"&".join(b"f%d=1" % n for n in range(90_000)), b"type=x&data" + b"[a]" * 300_000 + b"=1",
     b"type=x&data" + b"%5Ba%5d" * 140_000 + b"=1", b"&" * 1_000_000, b"x" * 1_000_001],
    ids=["semicolons", "fields", "depth", "escaped depth", "ampersands", "too long"],
)  # fmt: skip
def test_14_forms_that_cost_more_than_they_say(untouched: Receiving, form: bytes) -> None:
    before = untouched.cpu_seconds()
    assert untouched.mailchimp(form).status == 413
    assert untouched.cpu_seconds() - before < 0.1


def test_15_bodies_too_long_or_without_end(untouched: Receiving) -> None:
    for path, longest in (("/hooks/meta", 3_200_000), ("/hooks/zoom", 1_000_000)):
        assert status(raw(untouched, head(path, f"Content-Length: {longest + 1}") + b"x" * 100)) == 413
        assert status(raw(untouched, head(path, "Content-Length: " + "9" * 30))) in (400, 413)
        assert status(raw(untouched, head(path, "Content-Length: -1"))) == 400
        assert status(raw(untouched, head(path))) == 411
        chunks = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        assert status(raw(untouched, head(path, "Transfer-Encoding: chunked") + chunks * 60)) == 413
    both = head("/hooks/zoom", "Content-Length: 5", "Transfer-Encoding: chunked") + b"0\r\n\r\n"
    assert status(raw(untouched, both)) == 400


def test_15_a_false_length_waits_for_its_bytes_and_stores_nothing(untouched: Receiving) -> None:
    headers = [f"{name}: {value}" for name, value in zoom_headers(SIGNED).items()]
    with socket.create_connection(("127.0.0.1", untouched.port), 5) as line:
        line.sendall(head("/hooks/zoom", *headers, f"Content-Length: {len(SIGNED) + 10}") + SIGNED)
        assert untouched.send("/healthz").status == 200
    short = head("/hooks/zoom", *headers, f"Content-Length: {len(SIGNED) - 10}") + SIGNED
    assert status(raw(untouched, short)) == 401


def test_16_compressed_bodies_are_not_unpacked(untouched: Receiving) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    before = untouched.peak_bytes()
    for coding in ("gzip", "deflate", "br", "gzip, identity", "GZIP"):
        headers = {**zoom_headers(bomb), "content-encoding": coding}
        assert untouched.send("/hooks/zoom", bomb, headers).status == 415
    assert untouched.peak_bytes() - before < 20_000_000
    assert untouched.send("/hooks/zoom", b"{}", {"content-encoding": "identity"}).status == 401  # no coding at all


def test_17_json_of_every_cruelty_is_kept(running: Receiving) -> None:
    bodies = [
        b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"event_ts":' + b"9" * 100_000 + b"}", b'{"a":NaN,"b":-Infinity}',
        b'{"event":"a","event":"b"}', b'{"a":"\\ud800"}', b'{"a":"\\u0000"}', b'{"entry":' + b'{"entry":' * 50_000,
        json.dumps(zoom_event(1701, uuid="\ud800")).encode(), json.dumps(zoom_event(1702, uuid="\0")).encode(),
    ]  # fmt: skip
    assert [running.zoom(body).status for body in bodies] == [200] * len(bodies)
    assert [running.meta(body).status for body in bodies] == [200] * len(bodies)
    assert [one.body for one in running.entries()[-len(bodies) :]] == bodies
    well(running)


def test_18_a_batch_with_one_poisoned_change_is_kept_whole(running: Receiving) -> None:
    batch = chat(*(f"wamid.18.{number}" for number in range(1_000)))
    batch["entry"][0]["changes"][536]["value"] = {"messages": [{"id": None, "timestamp": {"a": []}}, 7, None]}
    assert running.meta(batch).status == 200
    assert json.loads(running.entries()[-1].body) == batch


def test_19_unknown_kinds_and_fields_are_kept(running: Receiving) -> None:
    assert running.zoom({**zoom_event(1901, "meeting.thought_of"), "new": {"field": 1}}).status == 200
    assert running.meta({"object": "threads", "entry": [{"id": "5", "dreams": []}]}).status == 200
    assert running.mailchimp({"type": "remembered", "fired_at": "x", "data[list_id]": "a6b5da1054"}).status == 200
    assert [(one.hook, one.stored_account) for one in running.entries()[-3:]] == [
        ("zoom", "zoom.main"), ("meta", ""), ("mailchimp", "mailchimp.news"),
    ]  # fmt: skip


FULL = """
import os, sys, time
from pathlib import Path
from warehouse import inbox_writer
trouble, real = Path(sys.argv[1]).parent / "trouble", os.fdatasync
def sync(fd):
    if trouble.exists():
        code = int(trouble.read_text() or 0)
        if code < 0:
            while trouble.exists(): time.sleep(0.01)
        else:
            raise OSError(code, "the disk")
    real(fd)
os.fdatasync = sync
"""


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, -1], ids=["full", "failing", "stalled"])
def test_20_a_disk_that_does_not_write_is_never_a_false_200(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    from tests.integration import receiving as shared_parts

    monkeypatch.setattr(shared_parts, "RUN", FULL + shared_parts.RUN)
    config = town(tmp_path / "t")
    with receiving(config) as running:
        assert running.zoom(zoom_event(1)).status == 200
        trouble = config.parent / "trouble"
        temporary = trouble.with_suffix(".tmp")
        temporary.write_text(str(code))
        temporary.rename(trouble)
        started = time.monotonic()
        answer = running.zoom(zoom_event(2))
        assert (answer.status, time.monotonic() - started < 2.5) == (503, True)
        assert int(answer.headers["retry-after"]) > 0
        told = running.send("/healthz")
        assert (told.status, json.loads(told.body)["status"]) == (503, "failing")
        assert len([one for one in stored(config) if b"1780000000002" in one.body]) <= 1
        trouble.unlink()
        until = time.monotonic() + 10
        while running.zoom(zoom_event(2)).status != 200:
            assert time.monotonic() < until
        assert running.health()["status"] == "ok"
    keys = [one.key for one in stored(config)]
    assert len(set(keys)) == 2
    assert len(keys) == 2 or code == -1  # a stalled disk may write it after its sender was sent away


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_20_a_disk_that_is_really_full(tmp_path: Path) -> None:
    import subprocess

    disk = tmp_path / "t" / "inbox"
    config = town(tmp_path / "t")
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        acknowledged = []
        with receiving(config) as running:
            for number in range(200):
                if (told := running.zoom(zoom_event(number, topic="x" * 5_000)).status) == 200:
                    acknowledged.append(number)
                else:
                    assert told == 503
            assert 20 < len(acknowledged) < 60
            assert running.send("/healthz").status == 503
            assert [json.loads(one.body)["event_ts"] % 1_000 for one in stored(config)] == acknowledged
            subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
            assert running.zoom(zoom_event(900)).status == 200
        assert len(stored(config)) == len(acknowledged) + 1
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (head(host="h h"), 400),
        (head(host=""), 400),
        (head(host="a/b"), 400),
        (head(host="a@b"), 400),
        (head("/hooks/zoom", "Host: other"), 400),
        (b"POST /hooks/zoom HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 400),
        (head("/hooks/%7aoom"), 404),
        (head("/healthz/%2e%2e/hooks/zoom"), 404),
        (head("//hooks/zoom"), 404),
        (head("/hooks//zoom"), 404),
        (head("/hooks/zoom/"), 404),
        (head("/Hooks/Zoom"), 404),
        (head("/hooks/zoom;a=b"), 404),
        (head("/hooks/zoom#part"), 404),
        (head("http://h/hooks/zoom"), 404),
        (head("*", method="OPTIONS"), 404),
        (head("/hooks/zoom", "Content-Length: 0", method="PUT"), 405),
        (head("/healthz", "Content-Length: 0"), 405),
        (head("/hooks/zoom", method="GET"), 405),
        (head("/" + "a" * 3_000), 414),
        (head("/healthz", *(f"x{n}: 1" for n in range(70)), method="GET"), 431),
        (head("/healthz", "x: " + "y" * 20_000, method="GET"), 431),
        (head("/healthz", "x: " + "y" * 900_000, method="GET"), 431),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET\r\n\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"GET /healthz HTTP/9.9\r\nHost: h\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\nHost: h\n\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost : h\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: h\r\nA: b\x00c\r\n\r\n", 400),
    ],
)
def test_21_requests_that_are_not_quite_http(untouched: Receiving, sent: bytes, expected: int) -> None:
    answer = raw(untouched, sent)
    assert status(answer) == expected
    assert (b"Allow: " in answer) is (expected == 405)


def test_21_bytes_by_chance(untouched: Receiving) -> None:
    chance = random.Random(21)
    good = (
        head("/hooks/zoom", *(f"{n}: {v}" for n, v in zoom_headers(SIGNED).items()), f"Content-Length: {len(SIGNED)}")
        + SIGNED
    )
    for _ in range(150):
        content = bytearray(good)
        for _ in range(chance.randint(1, 6)):
            content[chance.randrange(len(head()))] = chance.randrange(256)
        content[-1] ^= 1  # whatever the head became: the body is not the signed one
        answer = raw(untouched, bytes(content), 0.3)
        assert not answer or status(answer) in (400, 401, 404, 405, 411, 413, 414, 415, 431)


def test_slow_senders_are_ended_and_others_served_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then, in the head or in the body, and lines that never say a word."""
    from tests.integration import receiving as shared_parts

    limits = "from receiver import protocol as p\np.HEAD_SECONDS, p.BODY_SECONDS, p.IDLE_SECONDS = 1.0, 1.5, 1.0\n"
    monkeypatch.setattr(shared_parts, "RUN", limits + shared_parts.RUN)
    with receiving(town(tmp_path / "t")) as running:
        told: dict[str, bytes] = {}

        def drip(name: str, first: bytes) -> None:
            with socket.create_connection(("127.0.0.1", running.port), 5) as line:
                line.settimeout(0.05)
                line.sendall(first)
                got = b""
                with contextlib.suppress(ConnectionError):
                    for _ in range(200):
                        with contextlib.suppress(TimeoutError):
                            piece = line.recv(1_000)
                            got += piece
                            if not piece:
                                break
                        if first:
                            line.sendall(b"x")
                told[name] = got

        body = head("/hooks/zoom", "Content-Length: 100000")
        chunks = head("/hooks/zoom", "Transfer-Encoding: chunked") + b"ffff\r\n"
        slow = {"head": b"POST /hooks/zoom HTTP/1.1\r\nHost: h\r\nA: ", "body": body, "chunks": chunks, "silent": b""}
        threads = [threading.Thread(target=drip, args=one) for one in slow.items()]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            assert running.zoom(zoom_event(1)).status == 200
        assert {name: got[9:12] for name, got in told.items()} == {
            "head": b"408", "body": b"408", "chunks": b"408", "silent": b"",
        }  # fmt: skip


def test_when_all_places_are_taken_the_idlest_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.integration import receiving as shared_parts

    limits = "from receiver import receiver as r\nr.MOST_CONNECTIONS = 20\n"
    monkeypatch.setattr(shared_parts, "RUN", limits + shared_parts.RUN)
    with receiving(town(tmp_path / "t")) as running:
        lines = [socket.create_connection(("127.0.0.1", running.port), 5) for _ in range(60)]
        for number in range(5):
            assert running.zoom(zoom_event(number)).status == 200
        assert running.health()["connections"] <= 20
        for line in lines:
            line.close()


def test_too_much_waiting_is_sent_away_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.integration import receiving as shared_parts

    few = "from warehouse.inbox_writer import GroupCommit\nGroupCommit.__init__.__kwdefaults__['most_entries'] = 5\n"
    monkeypatch.setattr(shared_parts, "RUN", FULL + few + shared_parts.RUN)
    config = town(tmp_path / "t")
    (config.parent / "trouble").write_text("-1")
    with receiving(config) as running:
        with ThreadPoolExecutor(30) as pool:
            told = list(pool.map(lambda n: running.zoom(zoom_event(n)), range(30)))
        assert {one.status for one in told} == {503}
        assert {one.body for one in told} == {b"backlog_full", b"try_again"}
        assert all("retry-after" in one.headers for one in told)
        (config.parent / "trouble").unlink()
    # Five may wait while a batch of as many is at the disk; how many were in it depends on when they came.
    assert len({one.key for one in stored(config)}) == len(stored(config)) <= 10
