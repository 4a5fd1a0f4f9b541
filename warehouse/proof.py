"""Files of the lake are proven before anything of them is believed: a file's name is the digest of what it holds.

All of a file is read for it, once in a process for as long as who keeps it says it is the same file (its inode, size
and time of change, or a bucket's mark): at 1 to 2 GB a second that is a small part of what decoding costs. What is read
of it later is held to the checksums of its pages.
"""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from warehouse.arrow_alone import look_for_no_pandas
from warehouse.buckets import BucketUnreachable, is_of_bucket
from warehouse.shelves import BLOCK, BROKEN_OFF, FolderShelf, Opened, Shelf

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

NAME_DIGITS = 20
"""Digits of its SHA-256 a file is named by."""
MAX_PROVEN = 100_000

_proven: dict[str, tuple[object, ...]] = {}


class LakeDamaged(Exception):
    """A file of the lake is not what was written, or gone. The message names it and what to do."""

    def __init__(self, lake: str, path: str, why: str = "damaged: it is not what was written") -> None:
        super().__init__(f"{lake}/{path} is {why}; {remedy(path)}")
        self.path = path

    def __str__(self) -> str:
        return str(self.args[0])


class LakeMissing(LakeDamaged, FileNotFoundError):
    """A file that is listed is not there."""

    def __init__(self, lake: str, path: str) -> None:
        super().__init__(lake, path, "missing")


def remedy(path: str) -> str:
    """What helps where a file of the lake is damaged."""
    if path.startswith("facts/"):
        return "`kehila rebuild` makes it anew from what has landed"
    return "put this file back from a backup; `kehila verify` says whether anything else is damaged"


@contextmanager
def proven(shelf: Shelf, path: str, metadata: pq.FileMetaData | None = None) -> Iterator[pq.ParquetFile]:
    """A Parquet file of the lake, of which every byte is what was written. Raises LakeDamaged, LakeMissing."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    look_for_no_pandas()
    try:
        with shelf.opened(path) as opened:
            source = _source(shelf, path, opened)
            with pq.ParquetFile(source, metadata=metadata, page_checksum_verification=True) as file:
                yield file
    except pa.ArrowException:
        raise _misread(shelf, path) from None
    except FileNotFoundError as problem:
        raise problem if isinstance(problem, LakeMissing) else LakeMissing(shelf.name, path) from None
    except OSError as problem:
        if isinstance(problem, LakeDamaged) or problem.errno not in (None, errno.EIO) or is_of_bucket(problem):
            raise
        raise _misread(shelf, path) from None


def _misread(shelf: Shelf, path: str) -> Exception:
    """What a proven file that cannot be read any more says: of its disk, or of the way from a bucket."""
    return LakeDamaged(shelf.name, path) if isinstance(shelf, FolderShelf) else BucketUnreachable(BROKEN_OFF)


def _source(shelf: Shelf, path: str, opened: Opened) -> str | pa.NativeFile:
    """Where to read a file from, once it is proven."""
    import pyarrow as pa

    if _proven.get(opened.place) == opened.stands:
        return opened.source
    try:
        content = opened.stream.read(shelf.at_once)
        digest = hashlib.sha256(content)
        read = len(content)
        while read < opened.size and (block := opened.stream.read(BLOCK)):
            digest.update(block)
            read += len(block)
    except OSError as problem:
        if problem.errno != errno.EIO:
            raise
        raise LakeDamaged(shelf.name, path, "unreadable: the disk refuses it") from None
    if digest.hexdigest()[:NAME_DIGITS] != path.rpartition("/")[2][:NAME_DIGITS]:
        raise LakeDamaged(shelf.name, path)
    if len(_proven) >= MAX_PROVEN:
        _proven.clear()
    _proven[opened.place] = opened.stands
    return opened.source if opened.size > len(content) else pa.BufferReader(content)


def digest_of(shelf: Shelf, path: str) -> str:
    """The SHA-256 of a file as it lies now. Raises LakeMissing, and LakeDamaged where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with shelf.opened(path) as opened:
            while block := opened.stream.read(BLOCK):
                digest.update(block)
    except FileNotFoundError:
        raise LakeMissing(shelf.name, path) from None
    except OSError as problem:
        if is_of_bucket(problem):
            raise
        raise LakeDamaged(shelf.name, path, "unreadable") from None
    return digest.hexdigest()
