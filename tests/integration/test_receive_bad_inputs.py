"""Bad inputs 1 to 13: signatures, repeated deliveries and questions nobody should have to receive. Numbers: docs/bad_inputs.md.

Draining has its own part in 6, 8, 9 and 10: here, that the inbox holds what it needs for it.
"""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.integration.receiving import (
    FORM,
    PATH,
    SIGNED,
    WORD,
    Receiving,
    chat,
    head,
    meta_headers,
    raw,
    status,
    zoom_event,
    zoom_headers,
    zoom_signature,
)


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
