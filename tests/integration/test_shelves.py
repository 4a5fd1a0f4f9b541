"""A lake keeps its promises on whatever shelf it lies: the same tests over a folder and over a bucket.

The bucket's service is moto, behind a line of the test's own that can be down, silent, cut or answered by somebody else.
"""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import fs

from tests.integration.bad_line import BadLine, bad_line
from tests.integration.s3_server import S3Server, s3_server
from town.faults import FaultKind, describe
from warehouse import buckets
from warehouse.buckets import BucketRefused, BucketUnreachable
from warehouse.lake import Lake
from warehouse.proof import LakeDamaged, LakeMissing
from warehouse.shelves import BLOCK, BucketShelf, FolderShelf

pytestmark = pytest.mark.more
READS: dict[str, Callable[[Lake, str], Any]] = {
    "read": lambda lake, path: lake.read([path]),
    "row_groups": lambda lake, path: pa.concat_tables(lake.row_groups(path)),
    "read_row_groups": lambda lake, path: lake.read_row_groups(path, [0, 1, 2]),
    "find": lambda lake, path: lake.find(path, "person", pa.array(range(300))),
}
REFUSED = "HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"


@dataclass
class Shelf:
    """A lake, and what lies under it however it got there."""

    lake: Lake
    under: fs.FileSystem
    root: str

    def lying(self) -> set[str]:
        found = self.under.get_file_info(fs.FileSelector(self.root, recursive=True, allow_not_found=True))
        return {one.path.removeprefix(f"{self.root}/") for one in found if one.type == fs.FileType.File}

    def put(self, path: str, content: bytes) -> None:
        self.under.create_dir(f"{self.root}/{path}".rpartition("/")[0], recursive=True)
        with self.under.open_output_stream(f"{self.root}/{path}", compression=None) as out:
            out.write(content)

    def content(self, path: str) -> bytes:
        with self.under.open_input_stream(f"{self.root}/{path}", compression=None) as stream:
            return bytes(stream.read())

    def anew(self) -> Lake:
        """The lake as another process opens it."""
        return Lake(self.lake.shelf)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("moto") / "log") as server:
        yield server


@pytest.fixture
def line(service: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[BadLine]:
    monkeypatch.setattr(buckets, "SILENT_SECONDS", 1)
    monkeypatch.setattr(buckets, "ATTEMPTS", 2)
    with bad_line(service.port) as line:
        yield line


def in_bucket(port: int, service: S3Server, root: str) -> Shelf:
    under = buckets.opened(f"127.0.0.1:{port}", "http", "us-east-1", service.access_key, service.secret_key)
    return Shelf(Lake(BucketShelf(under, root, f"127.0.0.1:{port}")), under, root)


@pytest.fixture(params=["folder", "bucket"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    if request.param == "folder":
        root = tmp_path / "lake"
        return Shelf(Lake(root), fs.LocalFileSystem(), str(root))
    monkeypatch.setattr(BucketShelf, "spared_seconds", 0.0)
    service = request.getfixturevalue("service")
    return in_bucket(service.port, service, f"backups/{tmp_path.name}/lake")


@pytest.fixture
def bucket(line: BadLine, service: S3Server, tmp_path: Path) -> Shelf:
    """A bucket behind the line."""
    return in_bucket(line.port, service, f"backups/{tmp_path.name}/lake")


def rows(noise: int = 0) -> pa.Table:
    return pa.table({"person": list(range(300)), "what": [os.urandom(noise).hex() for _ in range(300)]})


@pytest.mark.parametrize("noise", [1, BLOCK // 300, 20 * BLOCK // 300], ids=["small", "a block", "longer than is kept"])
def test_what_was_written_is_read_back_whichever_way(shelf: Shelf, noise: int) -> None:
    table = rows(noise)
    file = shelf.lake.write("landing/T/visits", table, group_rows=100)
    assert file.records == 300
    assert shelf.lying() == {file.path}
    for read in READS.values():
        lake = shelf.anew()
        assert read(lake, file.path).equals(table)
        assert read(lake, file.path).equals(table)  # the second time it is known
    assert shelf.lake.find(file.path, "person", pa.array([7, 250])).equals(table.take([7, 250]))
    assert shelf.lake.greatest(file.path, "person") == pc.max(table["person"]).as_py()
    assert shelf.lake.sha256_of(file.path) == file.sha256
    assert shelf.lake.has_landed()
    assert shelf.lake.write("landing/T/visits", table, group_rows=100) == file
    assert shelf.lying() == {file.path}


@pytest.mark.parametrize("noise", [1, BLOCK // 300], ids=["small", "longer than a block"])
def test_what_is_not_what_was_written_is_refused(shelf: Shelf, noise: int) -> None:
    chance = random.Random(noise)
    path = shelf.lake.write("landing/T/visits", rows(noise), group_rows=100).path
    whole = shelf.content(path)
    for attempt in range(6):
        bit = chance.randrange(len(whole) * 8)
        broken = bytearray(whole)
        broken[bit // 8] ^= 1 << bit % 8
        shelf.put(path, bytes(broken) if attempt % 3 else whole[: bit // 8])
        for read in READS.values():
            with pytest.raises(LakeDamaged, match=f"{path} is damaged.*put this file back from a backup"):
                read(shelf.anew(), path)
        assert not shelf.lake.is_whole(path)
    shelf.lake.remove([path])
    for read in READS.values():
        with pytest.raises(LakeMissing, match=f"{path} is missing"):
            read(shelf.anew(), path)
    with pytest.raises(LakeMissing):
        shelf.lake.read_bytes("vault/T/none.sealed")


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_in_whatever_order_it_holds_what_a_dictionary_holds(shelf: Shelf, seed: int) -> None:
    chance, lake = random.Random(seed), shelf.lake
    held: dict[str, bytes] = {}
    names = [f"{number:032x}.sealed" for number in range(4)]
    for _ in range(60):
        name = chance.choice(names)
        path = f"vault/T/{name}"
        match chance.randrange(5):
            case 0 | 1:
                held[path] = chance.randbytes(chance.randrange(1, 200))
                assert lake.write_bytes("vault/T", name, held[path]) == path
            case 2:
                lake.remove([path])  # there or not
                held.pop(path, None)
            case 3:
                pending = lake.begin("landing/T/visits", rows().schema)
                pending.write(rows(1))
                if chance.random() < 0.5:
                    pending.discard()
                else:
                    file = pending.keep(f"{chance.randrange(16):x}")
                    held[file.path] = shelf.content(file.path)
                    assert lake.sha256_of(file.path) == file.sha256
            case 4:
                kept = {one for one in held if chance.random() < 0.7}
                assert lake.sweep(kept) == len(held) - len(kept)
                held = {one: held[one] for one in kept}
        assert {one.path for folder in ("landing", "vault") for one in lake.files(folder)} == set(held)
        assert all(lake.shelf.has(path) == (path in held) for path in (f"vault/T/{one}" for one in names))
    assert {path: shelf.content(path) for path in shelf.lying()} == held
    assert all(lake.read_bytes(path) == content for path, content in held.items())


def test_a_sweep_spares_what_bears_no_name_of_ours(shelf: Shelf) -> None:
    strangers = {"landing/T/notes.txt", "vault/T/photo.jpg", "other/0123456789abcdef0123.parquet"}
    for one in sorted(strangers):
        shelf.put(one, b"theirs")
    shelf.put("landing/T/visits/0123456789abcdef0123.parquet", b"ours")
    assert shelf.lake.sweep(set()) == 1
    assert shelf.lying() == strangers


def test_what_came_to_a_bucket_of_late_is_spared(bucket: Shelf) -> None:
    """Who is cut off from the database lost its lock there, and may still be putting files in."""
    path = bucket.lake.write("landing/T/visits", rows()).path
    assert bucket.lake.sweep(set()) == 0
    assert bucket.lying() == {path}


def canned(status: str, code: str) -> bytes:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>said</Message></Error>"
    return (REFUSED.format(status=status, length=len(body)) + body).encode()


FAULTS: dict[str, dict[str, Any]] = {
    "down": {"is_down": True},
    "silent": {"is_silent": True},
    "cut while it is asked": {"cut_request": 300},
    "cut in the middle of a put": {"cut_request": 1400},
    "cut while it answers": {"cut_answer": 60},
    "cut in the middle of an answer": {"cut_answer": 330},
    "500": {"answer": canned("500 Internal Server Error", "InternalError")},
    "503": {"answer": canned("503 Slow Down", "SlowDown")},
    "expired keys": {"answer": canned("403 Forbidden", "ExpiredToken")},
}
CALLS: dict[str, Callable[[Lake, str], object]] = {
    "write": lambda lake, _: lake.write("landing/T/mail", rows(50)),
    "write a long one": lambda lake, _: lake.write("landing/T/mail", rows(12 * BLOCK // 300)),
    "write_bytes": lambda lake, _: lake.write_bytes("vault/T", f"{1:032x}.sealed", bytes(5000)),
    "list": lambda lake, _: list(lake.files("landing")),
    "remove": lambda lake, path: lake.remove([path]),
    "read": READS["read"],
    "find": READS["find"],
}
MEETS = {
    "cut in the middle of a put": ("write", "write a long one", "write_bytes"),  # others ask less than that
    "cut in the middle of an answer": ("list", "read", "find"),
    "cut while it answers": ("write", "write a long one", "write_bytes", "read", "find"),
}
"""Fault -> the calls it comes in the way of, where it is not all. A listing of which nothing but the first line of the
head arrives is an empty one to the library, and what is removed is gone though nobody hears it."""
MOST_CALLS = 8
"""Calls to the service of which one thing done to a lake consists: a put in parts has most."""


@pytest.mark.parametrize(
    ("fault", "call"),
    [(fault, call) for fault in FAULTS for call in CALLS if call in MEETS.get(fault, CALLS)],
)
def test_a_service_that_fails_is_told_in_a_line_and_nothing_is_lost(
    bucket: Shelf, line: BadLine, service: S3Server, fault: str, call: str, capfd: pytest.CaptureFixture[str]
) -> None:
    table = rows(BLOCK // 300)
    path = bucket.lake.write("landing/T/visits", table, group_rows=100).path
    good = in_bucket(service.port, service, bucket.root)
    for name, value in FAULTS[fault].items():
        setattr(line, name, value)
    line.cut()
    with pytest.raises((BucketUnreachable, BucketRefused)) as problem:
        CALLS[call](bucket.anew(), path)
    told = describe(problem.value)
    assert told.kind is (FaultKind.USAGE if fault == "expired keys" else FaultKind.PASSING)
    assert "\n" not in told.sentence
    assert "[lake]" in told.sentence
    assert not any(one in told.sentence for one in (path, str(line.port), "127.0.0.1", "AWS", "curl"))
    assert 0 < line.connections <= buckets.ATTEMPTS * MOST_CALLS
    assert capfd.readouterr() == ("", "")
    # What was there is there, and nothing that is half there has a name.
    assert path in good.lying()
    assert good.anew().read([path]).equals(table)
    for one in good.lying() - {path}:
        assert good.anew().is_whole(one) if one.endswith(".parquet") else len(good.content(one)) == 5000
    line.mend()
    CALLS[call](bucket.anew(), path)
    assert all(good.anew().is_whole(one) for one in good.lying() if one.endswith(".parquet"))


def test_a_service_that_is_back_in_time_is_not_noticed(bucket: Shelf, line: BadLine) -> None:
    """The library tries again: a line that is cut once is no fault."""
    path = bucket.lake.write("landing/T/visits", rows()).path
    for _ in range(3):
        line.cut()
        assert bucket.anew().is_whole(path)


@pytest.mark.parametrize(
    ("root", "secret", "words"),
    [
        ("nobody/lake", "", "there is no such bucket"),
        ("backups/lake", "another", "does not accept the key"),
    ],
)
def test_what_is_configured_wrong_says_what_to_mend(service: S3Server, root: str, secret: str, words: str) -> None:
    keys = service.access_key, secret or service.secret_key
    under = buckets.opened(f"127.0.0.1:{service.port}", "http", "us-east-1", *keys)
    with pytest.raises(BucketRefused, match=rf"{words}.*\[lake\]") as problem:
        Lake(BucketShelf(under, root, "")).write_bytes("vault/T", f"{1:032x}.sealed", b"sealed")
    assert describe(problem.value).kind is FaultKind.USAGE


def test_a_folder_is_a_folder_and_a_bucket_is_none(tmp_path: Path, bucket: Shelf) -> None:
    assert Lake(tmp_path).root == tmp_path
    assert isinstance(Lake(tmp_path).shelf, FolderShelf)
    with pytest.raises(TypeError):
        _ = bucket.lake.root
