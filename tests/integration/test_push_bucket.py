"""Push into a bucket: signed as Amazon says, put once, compared where it is there, refused with whose it is to mend."""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
import time_machine
from requests_aws4auth import AWS4Auth

from publishers.bucket import BucketTarget
from publishers.placing import MANIFEST, checked_files, read_manifest
from publishers.push import PushRefused, push
from publishers.snapshot import build_snapshot
from tests.integration.bucket_server import ACCESS, SECRET, Bucket, is_genuine, read_request, signature_of
from tests.integration.s3_server import s3_server
from tests.unit.publishers import town

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
EXAMPLES = {  # of Amazon's documentation of Signature Version 4 for S3, "single chunk"
    "get": (
        "GET", "/test.txt", {"Range": "bytes=0-9", "x-amz-content-sha256": EMPTY},
        "host;range;x-amz-content-sha256;x-amz-date", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ),
    "put": (
        "PUT", "/test%24file.text",
        {
            "Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY",
            "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        },
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    ),
    "list": (
        "GET", "/?max-keys=2&prefix=J", {"x-amz-content-sha256": EMPTY},
        "host;x-amz-content-sha256;x-amz-date", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_stand_in_knows_the_published_signatures(name: str) -> None:
    method, target, given, names, signature = EXAMPLES[name]
    headers = {
        "Host": "examplebucket.s3.amazonaws.com", "x-amz-date": "20130524T000000Z", **given,
        "Authorization": f"AWS4-HMAC-SHA256 Credential={ACCESS}/20130524/us-east-1/s3/aws4_request,"
        f"SignedHeaders={names},Signature={signature}",
    }  # fmt: skip
    assert signature_of(method, target, headers, SECRET) == signature
    body = b"Welcome to Amazon S3." if method == "PUT" else b""
    assert is_genuine(method, target, headers, body)
    assert not is_genuine(method, target, headers, body + b" ")
    assert not is_genuine(method, target, {**headers, "Host": "elsewhere.example"}, body)
    assert not is_genuine(method, target, headers, body, SECRET[:-1])


@time_machine.travel("2013-05-24T00:00:00Z", tick=False)
def test_so_does_the_library_we_sign_with() -> None:
    url = "https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J"
    asked = requests.Request("GET", url, auth=AWS4Auth(ACCESS, SECRET, "us-east-1", "s3")).prepare()
    assert asked.headers["Authorization"].endswith(f"Signature={EXAMPLES['list'][-1]}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("push")
    build_snapshot(town.warehouse(place), town.AUTHORITY, town.MONTH, town.TIMEZONE, 1, town.CLOSED_AT, place / "out")
    return place / "out" / town.AUTHORITY / town.MONTH / "r1"


class Service:
    """The stand-in, and a target that leads to it. `breaks` counts down requests after which it answers 500."""

    def __init__(self) -> None:
        self.bucket = Bucket()
        self.port = 0
        self.breaks_after: int | None = None

    def target(self, **given: Any) -> BucketTarget:
        made = BucketTarget(
            "s3://published/of/town", f"http://127.0.0.1:{self.port}", ACCESS, SECRET,
            private_hosts=frozenset({"127.0.0.1"}), attempts=3,
        )  # fmt: skip
        return dataclasses.replace(made, **given)


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            request = read_request(self)
            if made.breaks_after is not None and len(made.bucket.requests) >= made.breaks_after:
                status, content = 500, b""
            else:
                status, content = made.bucket.answer(*request)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_PUT = do_GET = _serve  # noqa: N815 (what the library looks for)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


def wanted(folder: Path) -> dict[str, bytes]:
    manifest = read_manifest(folder)
    place = f"published/of/town/{manifest.place.as_posix()}"
    return {f"{place}/{name}": content for name, content in checked_files(folder, manifest).items()}


def deliver(folder: Path, target: BucketTarget) -> Any:
    return push(folder, target, sleep=lambda _seconds: None)


def test_every_file_is_an_object_and_the_manifest_comes_last(folder: Path, service: Service) -> None:
    receipt = deliver(folder, service.target())
    assert (receipt.status, receipt.answer) == ("delivered", read_manifest(folder).sha256)
    assert service.bucket.objects == wanted(folder) and service.bucket.forged == 0
    assert service.bucket.requests[-1].startswith("PUT ") and service.bucket.requests[-1].endswith(MANIFEST)


def test_a_second_push_asks_for_the_manifest_and_puts_nothing(folder: Path, service: Service) -> None:
    deliver(folder, service.target())
    before = len(service.bucket.requests)
    assert deliver(folder, service.target()).status == "delivered"
    assert [one.split()[0] for one in service.bucket.requests[before:]] == ["GET"]


@pytest.mark.parametrize("given", [{"knows_conditions": False}, {"may_list": False}])
def test_services_that_know_no_conditions_and_keys_that_may_not_list_do(
    folder: Path, service: Service, given: dict[str, bool]
) -> None:
    vars(service.bucket).update(given)
    assert deliver(folder, service.target()).status == "delivered"
    assert deliver(folder, service.target()).status == "delivered"
    assert service.bucket.objects == wanted(folder) and service.bucket.replaced == []


def test_what_is_left_half_way_is_finished_and_nothing_put_twice(folder: Path, service: Service) -> None:
    service.breaks_after = 6
    failed = deliver(folder, service.target())
    assert (failed.status, failed.problem) == ("failed", "127.0.0.1 answered 500")
    assert not any(name.endswith(MANIFEST) for name in service.bucket.objects)  # half a month is none
    service.breaks_after = None
    assert deliver(folder, service.target()).status == "delivered"
    assert service.bucket.objects == wanted(folder) and service.bucket.replaced == []


@pytest.mark.parametrize("name", [MANIFEST, "values.csv"])
def test_another_content_of_the_same_name_is_never_replaced(folder: Path, service: Service, name: str) -> None:
    key = next(one for one in wanted(folder) if one.endswith(f"/{name}"))
    service.bucket.objects[key] = b"another"
    with pytest.raises(PushRefused, match="never replaced"):
        deliver(folder, service.target())
    assert service.bucket.objects[key] == b"another" and service.bucket.replaced == []


def test_refusals_say_whose_they_are_and_nothing_secret(
    folder: Path, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = {}
    for what, given in {
        "secret_key": {"secret_key": "canary-of-the-secret"}, "access_key": {"access_key": "canary-of-the-key"},
        "no such bucket": {"to": "s3://nobodys/place"},
    }.items():  # fmt: skip
        receipt = deliver(folder, service.target(**given))
        told[what] = receipt.problem
        assert (receipt.status, what in receipt.problem, receipt.attempts) == ("failed", True, 1), receipt
    for odd in ("published/of", "s3://published/../x", "s3://published/a?b=c", "https://published/x", ""):
        with pytest.raises(PushRefused, match="s3://BUCKET/PLACE"):
            deliver(folder, service.target(to=odd))
    with pytest.raises(PushRefused, match="allow-list"):
        deliver(folder, service.target(private_hosts=frozenset()))
    everything = f"{told} {caplog.text} {service.target()!r}"
    assert "canary" not in everything and SECRET not in everything and ACCESS not in everything
    assert service.bucket.objects == {}


@pytest.mark.more
def test_a_service_of_somebody_else_takes_it(folder: Path, tmp_path: Path) -> None:
    """moto looks at signatures and keys as botocore makes them."""
    with s3_server(tmp_path / "log") as server:
        target = BucketTarget(
            "s3://backups/of/town", server.endpoint, server.access_key, server.secret_key,
            private_hosts=frozenset({"127.0.0.1"}), attempts=1,
        )  # fmt: skip
        assert [deliver(folder, target).status for _ in range(2)] == ["delivered", "delivered"]
        auth = AWS4Auth(server.access_key, server.secret_key, "us-east-1", "s3")
        for key, content in wanted(folder).items():
            url = f"{server.endpoint}/backups/{key.partition('/')[2]}"
            assert requests.get(url, auth=auth, timeout=10).content == content
        wrong = dataclasses.replace(target, secret_key="not the secret")
        refused = deliver(folder, wrong)
        assert (refused.status, "secret_key" in refused.problem) == ("failed", True), refused
