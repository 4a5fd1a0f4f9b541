"""What names a person in a file of any kind: her identifiers in every spelling and encoding they may stand in."""

from __future__ import annotations

import html
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence

from collectors.errors import ZIP_DAMAGE
from warehouse.people import KINDS, PHONE, folded, normal_identity

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1255", "cp1256")
MAX_UNPACKED = 256 << 20
"""Bytes that are unpacked of one file: one that holds more is said not to have been searched."""
DEPTH = 4
"""A workbook in an archive that was sealed with its name: archives within archives."""
LONG_NAME = 8
"""Letters from which a name is not a part of other words by chance."""
SHORT_BYTES = 6
"""Of a name up to so long its bare bytes may stand anywhere by chance."""
NATIONAL_DIGITS = 8
"""Digits of a number that are compared from its end, whatever stands before them for the country."""

_TAGS = re.compile(r"<[^>]*>")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_PIECES = re.compile(
    "[ \t\u00a0\u202f]+|.[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*",
    re.DOTALL,
)
"""Letters with the marks that belong to them, and stretches of space: what is folded by itself as it is in a text."""
_PREFIX = "[\u05d1\u05d5\u05db\u05dc\u05de\u05e9\u05d4]{0,2}"
"""Hebrew writes and, to, from, in, that and the as letters of the word that follows."""


class Unsearchable(Exception):
    """A file could not be searched to its end: encrypted, damaged, or too large unpacked."""


class Subject:
    """A person, by all the identifiers somebody gave of her: names as chats show them, numbers, addresses, account ids.

    Of what kind each is need not be said: it is taken for any, but for those of one `kind` where that is given.
    """

    def __init__(self, identifiers: Sequence[str], kind: str | None = None) -> None:
        kinds = [kind] if kind else list(KINDS)
        self.identities = [(one, identifier) for identifier in identifiers for one in kinds]
        self._numbers = set()
        self._words = set()
        for identifier in identifiers:
            normal = normal_identity("chat_sender", identifier)
            if normal.startswith("phone:"):
                digits = normal.removeprefix("phone:+")
                self._numbers.add(digits.removeprefix("972") if digits.startswith("972") else digits)
            if word := _plain(identifier).strip(" ~"):
                self._words.add(word)
        self._patterns = [_pattern(word) for word in sorted(self._words)]
        raw = {word.encode(code, "ignore") for word in identifiers for code in ENCODINGS}
        self._bytes = {one for one in raw if len(one) > SHORT_BYTES}

    def is_named_in(self, content: bytes) -> bool:
        """Whether anything of a file's content names her. Raises Unsearchable."""
        return any(self._is_in(one) for one in _unpacked(content, DEPTH, [MAX_UNPACKED]))

    def is_named_by(self, text: str) -> bool:
        """Whether a text (a file's name) names her."""
        return any(self._is_in_text(one) for one in (text, unicodedata.normalize("NFC", text)))

    def replaced(self, text: str, mark: str) -> str:
        """The text with `mark` where it names her; as it is where it does not.

        Spelled so that it is not known where in it she stands, it is the mark alone.
        """
        if not self.is_named_by(text):
            return text
        pieces = _PIECES.findall(text)
        plain = [_plain(piece) for piece in pieces]
        whole = "".join(plain)
        spans = [found.span() for pattern in self._patterns for found in pattern.finditer(whole)]
        spans += [found.span() for found in PHONE.finditer(whole) if self._is_hers(found.group())]
        if not spans or whole != _plain(text):
            return mark
        written, at, marked = [], 0, False
        for piece, folded_piece in zip(pieces, plain, strict=True):
            end = at + len(folded_piece)
            is_hers = any(first < end and at < last for first, last in spans)
            written += ([] if marked else [mark]) if is_hers else [piece]
            at, marked = end, is_hers
        return "".join(written)

    def _is_in(self, content: bytes) -> bool:
        if any(one in content for one in self._bytes):
            return True
        return any(self._is_in_text(text) for text in _texts(content))

    def _is_in_text(self, text: str) -> bool:
        plain = _plain(text)
        if any(pattern.search(plain) for pattern in self._patterns):
            return True
        return bool(self._numbers) and any(self._is_hers(found.group()) for found in PHONE.finditer(plain))

    def _is_hers(self, number: str) -> bool:
        digits = normal_identity("phone", number).removeprefix("phone:+")
        return any(digits.endswith(one) for one in self._numbers if len(one) >= NATIONAL_DIGITS)


def _pattern(word: str) -> re.Pattern[str]:
    """A long name is found wherever it stands, a short one as a word only."""
    if len(word) >= LONG_NAME or " " in word or not word.isalpha():
        return re.compile(re.escape(word))
    return re.compile(rf"(?<!\w){_PREFIX}{re.escape(word)}(?!\w)")


def _plain(text: str) -> str:
    """A text without what is not seen, spaces of one kind, spelled in one way."""
    plain = unicodedata.normalize("NFKC", text) if not text.isascii() else text
    if not plain.isascii():
        plain = "".join(c for c in plain if c in "\n\t\r" or unicodedata.category(c) not in ("Cf", "Cc"))
    return folded(re.sub(r"[ \t\u00a0\u202f]+", " ", plain))


def _texts(content: bytes) -> Iterator[str]:
    """What some bytes may say: in each encoding, as it is, without tags and with what was escaped put back."""
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        yield text
        if "\\u" in text:
            yield _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
        if "<" in text or "&" in text:
            yield html.unescape(_TAGS.sub("", text))
        if encoding == "utf-8":
            return


def _unpacked(content: bytes, depth: int, left: list[int]) -> Iterator[bytes]:
    """The content, and what is packed in it: members of archives and of office documents, and their names."""
    yield content
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return
    if not depth:
        raise Unsearchable
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                yield member.filename.encode("utf-8", "surrogateescape")
                with archive.open(member) as stream:
                    inner = stream.read(left[0] + 1)
                left[0] -= len(inner)
                if left[0] < 0:
                    raise Unsearchable
                yield from _unpacked(inner, depth - 1, left)
    except (*ZIP_DAMAGE, OSError):
        raise Unsearchable from None
