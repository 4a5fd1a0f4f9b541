"""Where the files of a lake lie: a folder of this machine, or a bucket that machines share. Nothing else knows which.

Either way a file is whole and durable once it has its name, and whoever reads sees all of it or nothing. In a folder it
is written beside its place, synced, and given its name. In a bucket, which gives no names afterwards, it is written to
a nameless file of this machine and put there as a whole; that it arrived is asked.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from warehouse.buckets import BucketUnreachable, reached
from warehouse.files import OWNER_ONLY, private_folder, put_in_place, replace_file

if TYPE_CHECKING:
    from pyarrow import NativeFile
    from pyarrow.fs import FileSystem

BLOCK = 1 << 20
SECTION = "[lake]"
"""Where kehila.toml says how the lake's bucket is reached."""


BROKEN_OFF = (
    f"the bucket's service broke off in the middle of a file: see that it works and that {SECTION} of kehila.toml "
    "names the right one, and run again; nothing half-written counts"
)


class Opened(NamedTuple):
    """A file that is open: to be read block by block, and as the library of Parquet takes it."""

    stream: Any  # has `read(bytes)`
    size: int
    stands: tuple[object, ...]  # tells it from another file that had its name before
    source: str | NativeFile
    place: str  # where it lies, told from every other


class Lying(NamedTuple):
    """A file of a shelf: its path there, and when it was put there (Unix time, by the clock of who keeps it)."""

    path: str
    since: float


class Draft(io.RawIOBase):
    """A file without a name in the lake yet: hands bytes on to it and takes their digest on the way."""

    def __init__(self, handle: int, place: str = "") -> None:
        self._file = os.fdopen(handle, "wb")
        self.place = place
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self.digest.update(content)
        return self._file.write(content)

    def make_durable(self) -> None:
        """Sync what was written, and close."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self.close()

    def size(self) -> int:
        """Bytes written."""
        self._file.flush()
        return os.fstat(self._file.fileno()).st_size

    def blocks(self) -> Iterator[bytes]:
        """What was written, once its size was asked for."""
        start = 0
        while block := os.pread(self._file.fileno(), BLOCK, start):
            start += len(block)
            yield block

    def close(self) -> None:
        # What has to last was synced by then, and said if it was not. Whoever throws the file away hears nothing more:
        # the library prints the trace of an error it meets there.
        with suppress(OSError):
            self._file.close()
        super().close()


class Shelf(Protocol):
    """What a lake needs of where it lies. Paths have slashes and begin at the lake's own place."""

    name: str
    """What errors call it."""
    at_once: int
    """Bytes of a file that are read once for its digest and its rows; a longer one is read again in ranges."""
    spared_seconds: float
    """So long a file that no ledger lists may belong to somebody who is cut off from the ledger's locks."""

    def draft(self, folder: str) -> Draft:
        """A new file of a folder, to be written."""

    def publish(self, draft: Draft, path: str) -> None:
        """Let a written draft be durable under a name of its content. Raises OSError: then it is not there."""

    def discard(self, draft: Draft) -> None:
        """Throw a draft away."""

    def put(self, path: str, content: bytes, *, synced: bool) -> None:
        """Let bytes take the place of whatever has the path; `synced`: durable on return."""

    def opened(self, path: str) -> Any:
        """A context with an `Opened` file. Raises FileNotFoundError."""

    def has(self, path: str) -> bool:
        """Whether a file is there."""

    def remove(self, path: str) -> None:
        """Delete a file, if it is there."""

    def files(self, folder: str) -> Iterator[Lying]:
        """All files in a folder and those in it; what comes or goes meanwhile may be among them."""


class FolderShelf:
    """A folder of this machine."""

    at_once, spared_seconds = BLOCK, 0.0

    def __init__(self, root: Path) -> None:
        self.root = root
        self.name = root.name

    def draft(self, folder: str) -> Draft:
        directory = f"{self.root}/{folder}"
        os.makedirs(directory, exist_ok=True)  # noqa: PTH103 (a quarter of the cost, once for every file)
        return Draft(*tempfile.mkstemp(dir=directory, suffix=".tmp"))

    def publish(self, draft: Draft, path: str) -> None:
        draft.make_durable()
        put_in_place(draft.place, f"{self.root}/{path}", synced=True)  # durable before visible

    def discard(self, draft: Draft) -> None:
        draft.close()
        Path(draft.place).unlink(missing_ok=True)

    def put(self, path: str, content: bytes, *, synced: bool) -> None:
        place = self.root / path
        private_folder(place.parent)
        replace_file(place, content, synced=synced, mode=OWNER_ONLY)

    @contextmanager
    def opened(self, path: str) -> Iterator[Opened]:
        place = f"{self.root}/{path}"
        with open(place, "rb", buffering=0) as stream:  # noqa: PTH123 (a Path costs as much as opening)
            stat = os.fstat(stream.fileno())
            yield Opened(stream, stat.st_size, (stat.st_ino, stat.st_size, stat.st_mtime_ns), place, place)

    def has(self, path: str) -> bool:
        return (self.root / path).exists()

    def remove(self, path: str) -> None:
        (self.root / path).unlink(missing_ok=True)

    def files(self, folder: str) -> Iterator[Lying]:
        for path in sorted((self.root / folder).rglob("*")):
            with suppress(FileNotFoundError):
                if path.is_file() and not path.is_symlink():
                    yield Lying(path.relative_to(self.root).as_posix(), path.stat().st_ctime)


class _Whole:
    """Reads a file of so many bytes block by block, and takes no less for all of it."""

    def __init__(self, file: NativeFile, size: int) -> None:
        self._file, self._left = file, size

    def read(self, size: int = -1) -> bytes:
        """As of a file. Raises BucketUnreachable where less comes than there is."""
        wanted = min(self._left, size) if size >= 0 else self._left
        content = bytes(self._file.read(wanted))
        if len(content) < wanted:
            raise BucketUnreachable(BROKEN_OFF)
        self._left -= wanted
        return content


class BucketShelf:
    """A place in a bucket. Everything raises BucketRefused and BucketUnreachable."""

    at_once, spared_seconds = 16 * BLOCK, 86400.0

    def __init__(self, buckets: FileSystem, root: str, service: str) -> None:
        """`root` is BUCKET/PLACE; `service`, its address, tells it from one of that name elsewhere."""
        self._buckets, self._root, self._service = buckets, root.strip("/"), service
        self.name = f"s3://{self._root}"

    def draft(self, folder: str) -> Draft:
        with tempfile.TemporaryFile() as nameless:
            return Draft(os.dup(nameless.fileno()))

    def publish(self, draft: Draft, path: str) -> None:
        size = draft.size()
        # Equal names are equal content: what is there whole stays, and no half of it ever takes its place.
        if self._size(path) != size:
            try:
                self._put(path, draft.blocks())
                self._see_that(path, size)
            except BaseException:
                with suppress(OSError):  # the library ends a file that was broken off as if it were whole
                    self.remove(path)
                raise
        draft.close()

    def discard(self, draft: Draft) -> None:
        draft.close()

    def put(self, path: str, content: bytes, *, synced: bool) -> None:
        self._put(path, [content])
        if synced:
            self._see_that(path, len(content))

    def _put(self, path: str, blocks: Iterator[bytes] | list[bytes]) -> None:
        with reached(SECTION), self._buckets.open_output_stream(self._place(path), compression=None) as out:
            for block in blocks:
                out.write(block)

    def _see_that(self, path: str, size: int) -> None:
        if self._size(path) != size:
            raise BucketUnreachable(BROKEN_OFF)

    def _size(self, path: str) -> int:
        """Bytes of a file; -1 where there is none."""
        try:
            with self.opened(path) as file:
                return file.size
        except FileNotFoundError:
            return -1

    @contextmanager
    def opened(self, path: str) -> Iterator[Opened]:
        with reached(SECTION), self._buckets.open_input_file(self._place(path)) as file:
            size, about = file.size(), file.metadata() or {}
            if not size or "ETag" not in about:  # an answer broken off in its head is one to the library
                raise BucketUnreachable(BROKEN_OFF)
            stands = size, about["ETag"], about.get("Last-Modified")
            yield Opened(_Whole(file, size), size, stands, file, f"{self._service} {self.name}/{path}")

    def has(self, path: str) -> bool:
        return self._size(path) >= 0

    def remove(self, path: str) -> None:
        with reached(SECTION), suppress(FileNotFoundError):
            self._buckets.delete_file(self._place(path))

    def files(self, folder: str) -> Iterator[Lying]:
        from pyarrow.fs import FileSelector, FileType

        with reached(SECTION):
            found = self._buckets.get_file_info(FileSelector(self._place(folder), recursive=True, allow_not_found=True))
        for one in sorted(found, key=lambda one: one.path):
            if one.type == FileType.File:
                since = one.mtime.timestamp() if one.mtime else time.time()
                yield Lying(one.path.removeprefix(f"{self._root}/"), since)

    def _place(self, path: str) -> str:
        return f"{self._root}/{path}".rstrip("/")
