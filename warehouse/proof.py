"""Files of the lake are proven before anything of them is believed: a file's name is the digest of what it holds.

All of a file is read for it, once in a process for as long as the disk says it is the same file (its inode, size and
time of change): at 1 to 2 GB a second that is a small part of what decoding costs. What is read of it later is held to
the checksums of its pages.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

NAME_DIGITS = 20
"""Digits of its SHA-256 a file is named by."""
BLOCK = 1 << 20
"""Bytes read at once; a file no longer is read once for its digest and its rows."""
MAX_PROVEN = 100_000

_proven: dict[str, tuple[int, int, int]] = {}


class LakeDamaged(Exception):
    """A file of the lake is not what was written, or gone. The message names it and what to do."""

    def __init__(self, lake: Path, path: str, why: str = "damaged: it is not what was written") -> None:
        super().__init__(f"{lake.name}/{path} is {why}; {remedy(path)}")
        self.path = path

    def __str__(self) -> str:
        return str(self.args[0])


class LakeMissing(LakeDamaged, FileNotFoundError):
    """A file that is listed is not there."""

    def __init__(self, lake: Path, path: str) -> None:
        super().__init__(lake, path, "missing")


def remedy(path: str) -> str:
    """What helps where a file of the lake is damaged."""
    if path.startswith("facts/"):
        return "`kehila rebuild` makes it anew from what has landed"
    return "put this file back from a backup; `kehila verify` says whether anything else is damaged"


class _NoPandas(MetaPathFinder):
    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname, name=fullname)


@cache
def _look_for_no_pandas() -> None:
    """Let Arrow ask for pandas once while there is none, where nobody loaded it yet.

    At the first value it is handed Arrow loads pandas, only to see whether the value is one of its own: half a second
    of every command that reads a file. It looks again by itself when somebody asks it for a frame.
    """
    import pyarrow as pa

    if "pandas" in sys.modules:
        return
    sys.meta_path.insert(0, _NO_PANDAS)
    try:
        pa.scalar(0)
    finally:
        sys.meta_path.remove(_NO_PANDAS)


_NO_PANDAS = _NoPandas()


@contextmanager
def proven(lake: Path, path: str, metadata: pq.FileMetaData | None = None) -> Iterator[pq.ParquetFile]:
    """A Parquet file of the lake, of which every byte is what was written. Raises LakeDamaged, LakeMissing."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    _look_for_no_pandas()
    place = f"{lake}/{path}"
    source = _source(lake, path, place)
    try:
        with pq.ParquetFile(source, metadata=metadata, page_checksum_verification=True) as file:
            yield file
    except pa.ArrowException:
        raise LakeDamaged(lake, path) from None
    except OSError as problem:
        if isinstance(problem, LakeDamaged) or problem.errno not in (None, errno.EIO):
            raise
        raise LakeDamaged(lake, path) from None


def _source(lake: Path, path: str, place: str) -> str | pa.BufferReader:
    """Where to read a file from, once it is proven."""
    import pyarrow as pa

    try:
        stream = open(place, "rb", buffering=0)  # noqa: SIM115, PTH123 (a Path costs as much as opening)
    except FileNotFoundError:
        raise LakeMissing(lake, path) from None
    with stream:
        stat = os.fstat(stream.fileno())
        stands = stat.st_ino, stat.st_size, stat.st_mtime_ns
        if _proven.get(place) == stands:
            return place
        try:
            content = stream.read(BLOCK)
            digest = hashlib.sha256(content)
            while len(content) < stat.st_size and (block := stream.read(BLOCK)):
                digest.update(block)
        except OSError as problem:
            if problem.errno != errno.EIO:
                raise
            raise LakeDamaged(lake, path, "unreadable: the disk refuses it") from None
    if digest.hexdigest()[:NAME_DIGITS] != path.rpartition("/")[2][:NAME_DIGITS]:
        raise LakeDamaged(lake, path)
    if len(_proven) >= MAX_PROVEN:
        _proven.clear()
    _proven[place] = stands
    return place if stat.st_size > BLOCK else pa.BufferReader(content)


def sha256_of(lake: Path, path: str) -> str:
    """The digest of a file as it lies on the disk now. Raises LakeMissing, and LakeDamaged where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with (lake / path).open("rb", buffering=0) as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
    except FileNotFoundError:
        raise LakeMissing(lake, path) from None
    except OSError:
        raise LakeDamaged(lake, path, "unreadable") from None
    return digest.hexdigest()
