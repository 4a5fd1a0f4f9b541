"""The inbox: what webhooks brought, durable before it is acknowledged, until it has been drained into facts.

A folder of append-only segments beside the store. A segment is a head and frames; a frame is its length, a
CRC, the instant of receipt, and the entry encrypted under the segment's own key. That key lies in a file
elsewhere, itself sealed under the root key; destroying it destroys the segment, copies and backups included.
A segment is written by one process once and never again: a receiver that starts begins a new one.
"""

from __future__ import annotations

import fcntl
import json
import os
import struct
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Generator, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from warehouse.files import OWNER_ONLY, replace_file, sync_folder
from warehouse.inbox_ends import read_ends
from warehouse.keys import KEY_BYTES, KeyProblem, Keys

HEAD = struct.Struct(">8sQ")  # magic, number of the segment
MAGIC = b"KEHINBX1"
FRAME = struct.Struct(">IIQ")  # bytes of the sealed entry, CRC-32 of what follows, received at (ms since the epoch)
MAX_ENTRY = 16_000_000
SUFFIX = ".inbox"
WHOSE = "identity"
"""The file of the inbox's folder that tells this inbox from one that stood there before."""


class Position(NamedTuple):
    """A place between entries: a segment and the offset of the byte behind an entry. Ordered; text and back.

    `inbox` is the identity of the inbox it is a place in; '' in one of an older release.
    """

    segment: int = 0
    offset: int = 0
    inbox: str = ""

    def __str__(self) -> str:
        return f"{self.segment}:{self.offset}" + (f":{self.inbox}" if self.inbox else "")

    @classmethod
    def of(cls, text: str) -> Position:
        """The position that `str` wrote."""
        segment, offset, inbox = (*text.split(":"), "")[:3]
        return cls(int(segment), int(offset), inbox)


START = Position()


class Entry(NamedTuple):
    """One body as it was received. `position` is the place behind it, given once it is read.

    `accounts` (`source.name`) are those whose secret vouched for it. `received_ms`: milliseconds since the epoch.
    `late`: the sender's own clock said so. `body` is byte for byte what came.
    """

    hook: str
    accounts: tuple[str, ...]
    received_ms: int
    body: bytes
    late: bool = False
    position: Position = START

    def __repr__(self) -> str:
        return f"Entry({self.hook}, {self.position}, {len(self.body)} bytes)"

    @property
    def received_at(self) -> datetime:
        """When it was received, UTC, by this machine's clock."""
        return datetime.fromtimestamp(self.received_ms / 1000, UTC)


class InboxDamaged(Exception):
    """A frame cannot be read although it was written, or is gone: the disk lost it. Read on from `resume`."""

    def __init__(self, name: str, resume: Position, what: str = "an entry is damaged") -> None:
        self.what = f"inbox/{name}: {what}"
        super().__init__(
            f"{self.what}; put the file back if there is a copy, or go on without it (kehila drain --past-damage)"
        )
        self.name, self.resume = name, resume


class Depth(NamedTuple):
    """What waits to be drained: entries, and when the oldest was received (ms since the epoch; None: nothing waits)."""

    entries: int
    oldest_ms: int | None


class Cipher:
    """Seals and opens the entries of one segment. The offset is the nonce: it never comes twice under one key."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def frame(self, entry: Entry, offset: int) -> bytes:
        """An entry as it stands in the segment at an offset."""
        plain = _about(entry.hook, entry.accounts, entry.late) + entry.body
        stamp = entry.received_ms.to_bytes(8, "big")
        sealed = self._aead.encrypt(offset.to_bytes(12, "big"), plain, stamp)
        return FRAME.pack(len(sealed), zlib.crc32(sealed, zlib.crc32(stamp)), entry.received_ms) + sealed

    def entry(self, sealed: bytes, offset: int, received_ms: int, position: Position) -> Entry:
        """The entry of a frame; KeyProblem when the segment was sealed under another key."""
        try:
            plain = self._aead.decrypt(offset.to_bytes(12, "big"), sealed, received_ms.to_bytes(8, "big"))
        except InvalidTag:
            raise KeyProblem("the inbox was sealed under another key; restore keys/ as it was") from None
        about, _, body = plain.partition(b"\n")
        hook, accounts, late = json.loads(about)
        return Entry(hook, tuple(accounts), received_ms, body, late, position)


@lru_cache(maxsize=1_000)
def _about(hook: str, accounts: tuple[str, ...], late: bool) -> bytes:
    return json.dumps([hook, accounts, late]).encode() + b"\n"


class Inbox:
    """Reading and forgetting; any process may, while another one writes (`warehouse.inbox_writer`)."""

    def __init__(self, folder: Path, key_folder: Path, keys: Keys) -> None:
        self.folder, self.key_folder = folder, key_folder
        self._sealing = AESGCM(keys.derive("inbox"))
        self._counted: dict[int, tuple[array[int], array[int]]] = {}

    @property
    def identity(self) -> str:
        """What tells this inbox from another one in its place; '' until a receiver began it."""
        with suppress(FileNotFoundError):
            return (self.folder / WHOSE).read_text(errors="replace")[:16]
        return ""

    def known(self, place: Position) -> Position:
        """A place as far as it is one of this inbox: of another one, or of one that went on further, it is START.

        Numbers are instants. One inbox may begin where the clock of another was ahead: by order alone what came would
        seem to be drained.
        """
        whose = self.identity
        numbers = [*self.segments(), *read_ends(self.folder, whose)]
        is_here = place.inbox in ("", whose) and place.segment <= max(numbers, default=-1)
        return place._replace(inbox=whose) if is_here else START

    def segments(self) -> list[int]:
        """Numbers of the segments there are, oldest first; a forgotten one may stand as an empty file."""
        return sorted(int(path.stem) for path in self.folder.glob(f"*{SUFFIX}"))

    def path(self, segment: int) -> Path:
        """The file of a segment."""
        return self.folder / f"{segment:016d}{SUFFIX}"

    def key_path(self, segment: int) -> Path:
        """The file of a segment's key."""
        return self.key_folder / f"{segment:016d}.key"

    def new_key(self, segment: int) -> Cipher:
        """Make a segment's key, durably."""
        key, nonce = os.urandom(KEY_BYTES), os.urandom(12)
        sealed = nonce + self._sealing.encrypt(nonce, key, self.key_path(segment).name.encode())
        replace_file(self.key_path(segment), sealed, synced=True, mode=OWNER_ONLY)
        return Cipher(key)

    def cipher(self, segment: int) -> Cipher:
        """The cipher of an existing segment; KeyProblem when its key is gone or under another root key."""
        path = self.key_path(segment)
        try:
            sealed = path.read_bytes()
            return Cipher(self._sealing.decrypt(sealed[:12], sealed[12:], path.name.encode()))
        except FileNotFoundError:
            raise KeyProblem(f"{path.name} is missing; restore the folder keys/inbox: the inbox needs it") from None
        except (InvalidTag, ValueError):
            raise KeyProblem(f"{path.name} is under another root key; restore the one it was made with") from None

    def read(self, after: Position = START) -> Iterator[Entry]:
        """Every entry behind a position, in the order of receipt, until what is written so far ends.

        Raises InboxDamaged where what was acknowledged cannot be read or is gone, KeyProblem where a key is missing.
        """
        after, whose = self.known(after), self.identity
        ends = read_ends(self.folder, whose)  # before the segments: what they have reached by then, they hold
        there = self.segments()
        for number in sorted({one for one in (*there, *ends) if one >= after.segment}):
            start = max(after.offset if number == after.segment else 0, HEAD.size)
            reached = yield from self._read(number, start, number == max(there, default=0), whose)
            end = Position(number, ends.get(number, 0), whose)
            if reached < end.offset and end > max(after, self.drained()):
                raise InboxDamaged(self.path(number).name, end, "entries are missing")

    def _read(self, number: int, start: int, newest: bool, whose: str) -> Generator[Entry, None, int]:
        """Entries of a segment; gives the place behind the last."""
        name, offset = self.path(number).name, start
        with suppress(FileNotFoundError), self.path(number).open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size <= start:
                return start
            cipher = self.cipher(number)
            if HEAD.unpack(stream.read(HEAD.size)) != (MAGIC, number):
                raise InboxDamaged(name, Position(number, size, whose))
            stream.seek(start)
            while frame := stream.read(FRAME.size):
                length, crc, received_ms = FRAME.unpack(frame) if len(frame) == FRAME.size else (0, 0, 0)
                whole = 0 < length <= MAX_ENTRY
                sealed = stream.read(length) if whole else b""
                end = offset + FRAME.size + length
                if not whole or zlib.crc32(sealed, zlib.crc32(frame[8:])) != crc:
                    behind = _next_frame(stream.fileno(), offset, size, number)
                    # Being written, or torn by a crash: its sender has no answer. A writer that starts cuts it off.
                    if newest and end >= size and behind is None:
                        return offset
                    raise InboxDamaged(name, Position(number, size if behind is None else behind, whose))
                yield cipher.entry(sealed, offset, received_ms, Position(number, end, whose))
                offset = end
        return offset

    def forget(self, through: Position) -> list[int]:
        """Destroy the segments that end at or before a position, with their keys; gives their numbers.

        Nothing is destroyed for the sake of a position in another inbox (`known`).
        One that is still being written stays. The newest one stays as an empty file: numbers never come twice.
        """
        self.note_drained(through)
        gone = []
        through = self.known(through)
        numbers = [one for one in self.segments() if one <= through.segment]
        for number in numbers:
            path = self.path(number)
            with path.open("rb+") as stream:
                size = os.fstat(stream.fileno()).st_size
                if number == through.segment and size > through.offset:
                    continue
                try:
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                if number == self.segments()[-1]:
                    stream.truncate(0)
                else:
                    path.unlink()
            if size or self.key_path(number).exists():
                gone.append(number)
            self.key_path(number).unlink(missing_ok=True)
        if gone:
            sync_folder(self.folder)
            sync_folder(self.key_folder)
        return gone

    def drained(self) -> Position:
        """How far draining said it is; START where it said nothing."""
        with suppress(FileNotFoundError, ValueError):
            return self.known(Position.of((self.folder / "drained").read_text()))
        return START

    def note_drained(self, through: Position) -> None:
        """Before anything is destroyed, so that what is not there is known to be drained. Told by `/healthz` too.

        The truth about it is the ledger's. Where nothing was ever received there is no folder, and nobody to tell.
        """
        if self.folder.is_dir():
            replace_file(self.folder / "drained", str(through).encode(), synced=True, mode=OWNER_ONLY)

    def depth(self) -> Depth:
        """What waits behind the place draining noted. Cheap: only heads of new frames are read."""
        after = self.drained()
        entries, oldest = 0, None
        numbers = self.segments()
        self._counted = {number: counted for number, counted in self._counted.items() if number in numbers}
        for number in numbers:
            ends, times = self._count(number)
            first = bisect_right(ends, after.offset) if number == after.segment else 0
            if number >= after.segment and first < len(ends):
                entries += len(ends) - first
                oldest = times[first] if oldest is None else oldest
        return Depth(entries, oldest)

    def _count(self, number: int) -> tuple[array[int], array[int]]:
        ends, times = self._counted.setdefault(number, (array("Q"), array("Q")))
        with suppress(FileNotFoundError), self.path(number).open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if ends and size < ends[-1]:  # forgotten meanwhile
                del ends[:], times[:]
            offset = ends[-1] if ends else HEAD.size
            while offset + FRAME.size <= size:
                length, _, received_ms = FRAME.unpack(os.pread(stream.fileno(), FRAME.size, offset))
                offset += FRAME.size + length
                if offset > size:
                    break
                ends.append(offset)
                times.append(received_ms)
        return ends, times


def _next_frame(handle: int, broken: int, size: int, number: int) -> int | None:
    """Where the next whole entry begins behind a broken one; None where none does: then it was the last.

    A length that is damaged tells nothing of where the next one is. But each bears an instant, of which the first bytes
    are those of the segment's own number, and a check value.
    """
    rest = os.pread(handle, size - broken, broken)
    first = number.to_bytes(8, "big")[:3]
    place = rest.find(first, FRAME.size + 8)
    while place >= 0:
        begin = place - 8
        length, crc, _ = FRAME.unpack_from(rest, begin) if begin + FRAME.size <= len(rest) else (0, 0, 0)
        body = rest[begin + 8 : begin + FRAME.size + length]
        if 0 < length <= MAX_ENTRY and len(body) == 8 + length and zlib.crc32(body) == crc:
            return broken + begin
        place = rest.find(first, place + 1)
    return None
