"""Bad inputs 14 to 19: bodies that cost more than they say, or say what nobody understands. Numbers: docs/bad_inputs.md.

Draining has its own part in 17, 18 and 19: here, that the inbox holds what it needs for it.
"""

import gzip
import json
import socket
import time
from urllib.parse import parse_qsl

import pytest

from tests.integration.receiving import (
    SIGNED,
    Receiving,
    chat,
    head,
    raw,
    status,
    well,
    zoom_event,
    zoom_headers,
)


@pytest.mark.parametrize(
    "form",
    [b"a;" * 499_000, b"&".join(b"f%d=1" % n for n in range(90_000)), b"type=x&data" + b"[a]" * 300_000 + b"=1",
     b"type=x&data" + b"%5Ba%5d" * 140_000 + b"=1", b"&" * 1_000_000, b"x" * 1_000_001],
    ids=["semicolons", "fields", "depth", "escaped depth", "ampersands", "too long"],
)  # fmt: skip
def test_14_forms_that_cost_more_than_they_say(untouched: Receiving, form: bytes) -> None:
    began, before = time.process_time(), untouched.cpu_seconds()
    parse_qsl("&".join(f"f{n}=1" for n in range(90_000)))
    yardstick = time.process_time() - began  # what reading such a form costs on this machine as busy as it is
    assert untouched.mailchimp(form).status == 413
    assert untouched.cpu_seconds() - before < yardstick


def test_15_bodies_too_long_or_without_end(untouched: Receiving) -> None:
    for path, longest in (("/hooks/meta", 3_200_000), ("/hooks/zoom", 1_000_000)):
        assert status(raw(untouched, head(path, f"Content-Length: {longest + 1}") + b"x" * 100)) == 413
        assert status(raw(untouched, head(path, "Content-Length: " + "9" * 30))) in (400, 413)
        assert status(raw(untouched, head(path, "Content-Length: -1"))) == 400
        assert status(raw(untouched, head(path))) == 411
        signed = ("x-hub-signature-256: sha256=1", "x-zm-signature: v0=1")
        chunks = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        assert status(raw(untouched, head(path, *signed, "Transfer-Encoding: chunked") + chunks * 60)) == 413
        assert status(raw(untouched, head(path, "Content-Length: 100000"))) == 401, (
            "unsigned: its body is not waited for"
        )
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
