"""The zip around a workbook, opened with suspicion: sizes are counted while reading, never believed."""

from __future__ import annotations

import zipfile
from io import SEEK_END
from itertools import pairwise
from pathlib import Path
from typing import IO

from collectors.errors import RejectFile

_MAX_ENTRIES = 2_000
_MAX_UNPACKED = 128 * 1024 * 1024
_MAX_RATIO = 100
_RATIO_FROM = 8 * 1024 * 1024
"""Below this size a high ratio harms nobody: small sheets of equal rows reach it honestly."""

_FIRST_BLOCK, _LARGEST_BLOCK = 64 * 1024, 4 * 1024 * 1024

_ACTIVE = ("xl/vbaproject", "xl/macrosheets/", "xl/activex/", "xl/externallinks/", "xl/embeddings/")


class Archive:
    """Named parts of a workbook, within limits on entries and on what is unpacked altogether."""

    def __init__(self, source: Path | IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(source)
        self._packed = max(source.stat().st_size if isinstance(source, Path) else source.seek(0, SEEK_END), 1)
        self._unpacked = 0
        self.names = frozenset(self._zip.namelist())
        self._check_entries(self._zip.infolist())

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def _check_entries(self, entries: list[zipfile.ZipInfo]) -> None:
        if len(entries) > _MAX_ENTRIES:
            raise RejectFile("zip_bomb")
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise RejectFile("encrypted")
        if len(self.names) != len(entries):
            raise RejectFile("damaged")
        ordered = sorted(entries, key=lambda entry: entry.header_offset)
        for entry, following in pairwise(ordered):
            if entry.header_offset + entry.compress_size > following.header_offset:
                raise RejectFile("zip_bomb")  # overlapping parts: one block counted many times over
        lowered = [name.casefold().replace("\\", "/") for name in self.names]
        if any(name.startswith(_ACTIVE) for name in lowered):
            raise RejectFile("macro_workbook")
        if "xl/workbook.bin" in lowered or "content.xml" in lowered:
            raise RejectFile("legacy_format", kind="xlsb" if "xl/workbook.bin" in lowered else "ods")
        if "[content_types].xml" not in lowered or "xl/workbook.xml" not in lowered:
            raise RejectFile("not_a_table")

    def open(self, name: str) -> CountedPart:
        """A part by its exact name; KeyError when absent."""
        return CountedPart(self, self._zip.open(name))

    def count(self, read: int) -> None:
        """Take note of bytes unpacked; refuses the file once they pass the limits."""
        self._unpacked += read
        if self._unpacked > _MAX_UNPACKED or (
            self._unpacked > _RATIO_FROM and self._unpacked > _MAX_RATIO * self._packed
        ):
            raise RejectFile("zip_bomb")


class CountedPart:
    """A readable part that reports every byte to its archive."""

    def __init__(self, archive: Archive, stream: IO[bytes]) -> None:
        self._archive = archive
        self._stream = stream
        self._block = _FIRST_BLOCK

    def read(self, _size: int = -1) -> bytes:
        """The next block, each twice the one before up to 4 MB, whatever size is asked for.

        The parser scans an unfinished comment or attribute again from its start with every block:
        few large blocks keep a sheet that is one endless comment from taking hours.
        """
        block = self._stream.read(self._block)
        self._block = min(self._block * 2, _LARGEST_BLOCK)
        self._archive.count(len(block))
        return block

    def close(self) -> None:
        """Close the part."""
        self._stream.close()
