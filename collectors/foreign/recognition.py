"""Which programme a file is of that no reader of ours knows, by the marks of marks.yaml."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from collectors.errors import ZIP_DAMAGE, RejectFile
from collectors.tabular import read_sheets, word_key

_HEAD = 64 * 1024
_ROWS = 30
_MAX_MEMBERS = 5_000
_MAX_DOCUMENT = 64 * 1024 * 1024
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

Marks = Mapping[str, Any]


class ForeignFile(RejectFile):
    """A file of another programme: refused, and not kept, since it may hold anything of anybody."""


def foreign_file(path: Path, only: str | None = None) -> str | None:
    """The code of the refusal of a file no reader recognised; None where its marks are nobody's either.

    `only` asks for the marks of one kind. Raises OSError where the file cannot be read.
    """
    looked = _Looked(path)
    asked = kinds() if only is None else {only: kinds()[only]}
    return next((code for code, lists in asked.items() if any(looked.bears(marks) for marks in lists)), None)


@cache
def kinds() -> Mapping[str, Sequence[Marks]]:
    """Code -> its lists of marks, patterns compiled."""
    read = yaml.safe_load(Path(__file__).with_name("marks.yaml").read_text(encoding="utf-8"))
    return {
        code: [{mark: _ready(mark, asked) for mark, asked in one.items()} for one in kinds]
        for code, kinds in read.items()
    }


def _ready(mark: str, asked: Any) -> Any:
    if mark in ("name", "starts", "text", "member"):
        flags = {"name": re.IGNORECASE, "text": re.MULTILINE | re.IGNORECASE}.get(mark, re.NOFLAG)
        return re.compile(asked, flags)
    return [word_key(header) for header in asked] if mark == "headers" else asked


class _Looked:
    """A file as far as its marks go; each way of looking at it is taken once, when it is asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("rb") as file:
            self._head = file.read(_HEAD)
        self._asked: Mapping[str, Callable[[Any], bool]] = {
            "name": lambda pattern: pattern.fullmatch(path.name) is not None,
            "starts": lambda pattern: pattern.search(self._raw) is not None,
            "text": lambda pattern: pattern.search(self._text) is not None,
            "keys": self._has_keys,
            "headers": lambda headers: any(set(headers) <= row for row in self._rows),
            "member": lambda pattern: any(pattern.search(name) for name in self._members),
            "stream": lambda name: name.encode("utf-16-le") in self._document,
            "locked": lambda _: self._is_locked,
        }

    def bears(self, marks: Marks) -> bool:
        """Whether the file has all of the marks."""
        return all(self._asked[mark](asked) for mark, asked in marks.items())

    @cached_property
    def _raw(self) -> str:
        return self._head.decode("latin-1")

    @cached_property
    def _text(self) -> str:
        """The beginning as text; '' where it holds bytes no text has."""
        encoding = next((name for mark, name in _BOMS if self._head.startswith(mark)), "utf-8")
        found = self._head.decode(encoding, "replace")
        return "" if "\0" in found else found.lstrip("\ufeff").replace("\r\n", "\n")

    def _has_keys(self, keys: Sequence[str]) -> bool:
        text = self._text.lstrip()
        return text[:1] in ("{", "[") and all(re.search(rf'"{re.escape(key)}"\s*:', text) for key in keys)

    @cached_property
    def _rows(self) -> Sequence[set[str]]:
        try:
            sheets = read_sheets(self._path, first_rows=_ROWS)
        except RejectFile:
            return []
        return [
            {word_key(cell.value) for cell in row.cells if cell.value is not None} for one in sheets for row in one.rows
        ]

    @cached_property
    def _zip(self) -> Sequence[zipfile.ZipInfo]:
        if not self._head.startswith(_ZIP):
            return []
        try:
            with zipfile.ZipFile(self._path) as archive:
                return archive.infolist()[:_MAX_MEMBERS]
        except (*ZIP_DAMAGE, OSError):
            return []

    @property
    def _members(self) -> Sequence[str]:
        return [one.filename for one in self._zip]

    @property
    def _is_locked(self) -> bool:
        is_office = any(name.casefold() in ("[content_types].xml", "content.xml") for name in self._members)
        return not is_office and any(one.flag_bits & 0x1 for one in self._zip)

    @cached_property
    def _document(self) -> bytes:
        if not self._head.startswith(_OLD_OFFICE) or self._path.stat().st_size > _MAX_DOCUMENT:
            return b""
        return self._path.read_bytes()
