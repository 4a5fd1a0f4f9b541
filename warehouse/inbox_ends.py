"""How far each segment of the inbox reaches: what its writer acknowledged. One that ends before has lost something.

A small file in the inbox's folder, a line a segment, each with a check value of its own; the first is of the segment
being written. That line is put in place after each batch, once the batch is durable, and is not synced itself: after a
power cut it may say too little, never too much.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from warehouse.files import OWNER_ONLY, replace_file

NAME = "ends"


def read_ends(folder: Path, whose: str) -> dict[int, int]:
    """Segment -> the byte behind the last entry acknowledged, of the inbox `whose` this is.

    A line that is damaged, being written or of another inbox says nothing.
    """
    found = {}
    with suppress(FileNotFoundError):
        for line in (folder / NAME).read_bytes().splitlines(keepends=True):
            with suppress(ValueError):
                number, end, _ = map(int, line.split())
                if line == _line(number, end, whose):
                    found[number] = end
    return found


class Ends:
    """The file, for the one who writes the inbox."""

    def __init__(self, folder: Path, whose: str) -> None:
        self._path, self._whose = folder / NAME, whose
        self._fd = -1

    def begin(self, number: int, end: int, before: Mapping[int, int]) -> None:
        """From now on a segment is written, after those of `before`. Raises OSError."""
        self.close()
        lines = [_line(number, end, self._whose), *(_line(*one, self._whose) for one in sorted(before.items()))]
        replace_file(self._path, b"".join(lines), synced=True, mode=OWNER_ONLY)
        self._fd = os.open(self._path, os.O_WRONLY)

    def reach(self, number: int, end: int) -> None:
        """The segment that is written is durable up to here. What cannot be said is said with the next batch."""
        with suppress(OSError):
            os.pwrite(self._fd, _line(number, end, self._whose), 0)

    def close(self) -> None:
        """Nothing is written any more."""
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = -1


def _line(number: int, end: int, whose: str) -> bytes:
    said = f"{number:016d} {end:012d}"
    return f"{said} {zlib.crc32((whose + said).encode()):010d}\n".encode()
