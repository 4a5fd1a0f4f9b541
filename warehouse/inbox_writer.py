"""Writing the inbox: whole batches, one write and one sync each, in a thread of its own.

Nothing may be acknowledged before `append` came back. After any error of the disk the segment is abandoned,
never written again: what a failed sync left in it cannot be known.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

from warehouse.files import OWNER_ONLY, private_folder, put_in_place, replace_file
from warehouse.inbox import HEAD, MAGIC, WHOSE, Cipher, Entry, Inbox, InboxDamaged, Position
from warehouse.inbox_ends import Ends, read_ends

SEGMENT_BYTES = 16 << 20
SEGMENT_SECONDS = 600.0
"""A segment is closed after this long, so that what is drained can be destroyed."""

Ticket = TypeVar("Ticket")


class InboxTaken(Exception):
    """Another receiver writes this inbox."""


class InboxWriter:
    """The one writer of an inbox. Not for several threads."""

    def __init__(
        self, inbox: Inbox, *, segment_bytes: int = SEGMENT_BYTES, segment_seconds: float = SEGMENT_SECONDS
    ) -> None:
        self.inbox = inbox
        self._segment_bytes, self._segment_seconds = segment_bytes, segment_seconds
        self._fd, self._number, self._end, self._opened = -1, 0, 0, 0.0
        self._torn: tuple[int, int] | None = None  # segment, offset up to which it is good
        self._cipher: Cipher | None = None
        for folder in (inbox.folder, inbox.key_folder):
            private_folder(folder)
        self._lock = os.open(inbox.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise InboxTaken("another receiver writes this inbox; stop it first, or leave it") from None
        if not inbox.identity:
            replace_file(inbox.folder / WHOSE, secrets.token_hex(8).encode(), synced=True, mode=OWNER_ONLY)
        self._ends = Ends(inbox.folder, inbox.identity)
        for left in (*inbox.folder.glob("*.tmp"), *inbox.key_folder.glob("*.tmp")):
            left.unlink()
        self._cut_torn_tail()

    def append(self, entries: Sequence[Entry]) -> None:
        """Make entries durable, all or none as far as anybody may be told. Raises OSError."""
        self._heal()
        if self._fd < 0 or self._end >= self._segment_bytes:
            self._begin()
        assert self._cipher is not None
        frames, end = [], self._end
        for entry in entries:
            frames.append(self._cipher.frame(entry, end))
            end += len(frames[-1])
        try:
            _write(self._fd, b"".join(frames))
            os.fdatasync(self._fd)
        except OSError:
            self._torn = (self._number, self._end)
            self._close()
            with suppress(OSError):
                self._heal()
            raise
        self._end = end
        self._ends.reach(self._number, end)

    def close_old(self) -> None:
        """Close a segment that has been open long enough; the next entry opens another one."""
        if self._fd >= 0 and time.monotonic() - self._opened >= self._segment_seconds:
            self._close()

    def close(self) -> None:
        """Let another receiver have the inbox."""
        self._close()
        self._ends.close()
        os.close(self._lock)

    def _close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = -1

    def _begin(self) -> None:
        """A new segment: key first, and the file only under its name once it is locked, headed and durable."""
        self._close()
        known = read_ends(self.inbox.folder, self.inbox.identity)
        last = max((*self.inbox.segments(), *known), default=0)
        number = max(last + 1, time.time_ns() // 1_000_000)
        cipher = self.inbox.new_key(number)
        path = self.inbox.path(number)
        temporary = path.with_suffix(".tmp")
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _write(fd, HEAD.pack(MAGIC, number))
            os.fsync(fd)
            put_in_place(temporary, path, synced=True)
            drained = self.inbox.drained().segment
            self._ends.begin(number, HEAD.size, {one: end for one, end in known.items() if one >= drained})
        except OSError:
            os.close(fd)
            temporary.unlink(missing_ok=True)
            raise
        self._fd, self._number, self._end, self._cipher = fd, number, HEAD.size, cipher
        self._opened = time.monotonic()

    def _heal(self) -> None:
        """Cut what a failed write left behind the last good entry."""
        if self._torn is None:
            return
        number, end = self._torn
        _cut(self.inbox, number, end)
        self._torn = None

    def _cut_torn_tail(self) -> None:
        """Cut what a crash left of the last batch; nobody was told it arrived.

        A broken entry with more behind it, or that was acknowledged, is no torn tail: it stays, for reading to report.
        """
        newest = max(self.inbox.segments(), default=None)
        if newest is None or (size := self.inbox.path(newest).stat().st_size) <= HEAD.size:
            return
        good = Position(newest, HEAD.size)
        try:
            for entry in self.inbox.read(Position(newest)):
                good = entry.position
        except InboxDamaged as damage:
            if damage.resume.offset < size:
                return
        acknowledged = read_ends(self.inbox.folder, self.inbox.identity).get(newest, 0)
        if acknowledged <= good.offset < size:
            _cut(self.inbox, newest, good.offset)


class GroupCommit(Generic[Ticket]):
    """One thread that writes whatever waits, and then says which tickets are settled and whether they are durable.

    `settled(tickets, durable)` is called in that thread. At most `most_entries` and `most_bytes` wait.
    """

    def __init__(
        self,
        writer: InboxWriter,
        settled: Callable[[Sequence[Ticket], bool], None],
        *,
        most_entries: int = 4_000,
        most_bytes: int = 32_000_000,
    ) -> None:
        self._writer, self._settled = writer, settled
        self._most_entries, self._most_bytes = most_entries, most_bytes
        self._waiting: deque[tuple[Ticket, Entry]] = deque()
        self._bytes = 0
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)
        self._thread.start()

    def put(self, ticket: Ticket, entry: Entry) -> bool:
        """Queue an entry; False when too much waits already."""
        size = len(entry.body)
        with self._changed:
            if len(self._waiting) >= self._most_entries or self._bytes + size > self._most_bytes or self._stopping:
                return False
            self._waiting.append((ticket, entry))
            self._bytes += size
            if len(self._waiting) == 1:
                self._changed.notify()
        return True

    def stop(self) -> None:
        """Finish what waits, and close the inbox."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._waiting and not self._stopping:
                    self._changed.wait(1.0)
                batch, self._waiting, self._bytes = self._waiting, deque(), 0
                if not batch and self._stopping:
                    break
            if not batch:
                self._writer.close_old()
                continue
            durable = False
            with suppress(Exception):  # whatever it was, the senders are told to come again
                self._writer.append([entry for _, entry in batch])
                durable = True
            self._settled([ticket for ticket, _ in batch], durable)
            self._writer.close_old()
        self._writer.close()


def _write(fd: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(fd, left) :]


def _cut(inbox: Inbox, number: int, end: int) -> None:
    fd = os.open(inbox.path(number), os.O_WRONLY)
    try:
        os.ftruncate(fd, end)
        os.fsync(fd)
    finally:
        os.close(fd)
