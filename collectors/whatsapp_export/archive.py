"""The bytes of a chat: a plain file, or the chat a zip is named after, never extracted to disk.

An export shared with media holds up to 10,000 pictures beside the chat, so a zip may have 20,000
members, twice the client's own limit; everything but the chat is ignored, archives in it too. A chat that somebody
forwarded into this one lies among its media: it is another chat, and only counted.
"""

import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from collectors.errors import ZIP_DAMAGE, RejectFile
from collectors.whatsapp_export.naming import chat_name, fits_export_name

CHUNK = 1 << 20
MAX_TEXT = 2 << 30
MAX_MEMBERS = 20_000
MAX_RATIO = 100  # text packs five to fifteen times; more than this is made to burst a disk
FREE_BYTES = 1 << 20
_NUMBERED = re.compile(r"^\d{8}-")  # what an iPhone writes before the name of an attached document
_DAMAGE = (*ZIP_DAMAGE, OSError)


def is_zip(path: Path) -> bool:
    """Whether a file begins like a zip archive."""
    with path.open("rb") as file:
        return file.read(4) in {b"PK\x03\x04", b"PK\x05\x06"}


def _damaged() -> RejectFile:
    return RejectFile("zip_damaged")


class ChatFile:
    """One chat as a stream of bytes that can be read more than once."""

    def __init__(self, path: Path, looks_like_chat: Callable[[bytes], bool]) -> None:
        self.path = path
        self._probe = looks_like_chat
        self.names = [path.stem]
        """What may name the chat, the likeliest first: the file, the member and its folder; of a bare `_chat.txt` its
        folder, since archives are unpacked into one of their own name."""
        self.other_chats = 0
        self._info: zipfile.ZipInfo | None = None
        if is_zip(path):
            self._info = self._choose()
            member = PurePosixPath(self._info.filename.replace("\\", "/"))
            self.names += [member.stem, *([member.parent.name] if member.parent.name else [])]
        elif path.stem == "_chat":
            self.names.append(path.absolute().parent.name)

    def head(self, size: int) -> bytes:
        """The first bytes."""
        parts, got = [], 0
        for chunk in self.chunks():
            parts.append(chunk)
            got += len(chunk)
            if got >= size:
                break
        return b"".join(parts)[:size]

    def chunks(self) -> Iterator[bytes]:
        """The bytes from the beginning, in pieces of at most a megabyte."""
        if self._info is None:
            yield from _bounded(self.path.open("rb"), None)
            return
        try:
            with zipfile.ZipFile(self.path) as archive:
                yield from _bounded(archive.open(self._info), self._info.compress_size)
        except _DAMAGE:
            raise _damaged() from None  # the cause would name the file

    def _choose(self) -> zipfile.ZipInfo:
        try:
            with zipfile.ZipFile(self.path) as archive:
                members = archive.infolist()
                if len(members) > MAX_MEMBERS:
                    raise RejectFile("zip_bomb")
                return self._pick(archive, [m for m in members if _is_text(m)])
        except _DAMAGE:
            raise _damaged() from None  # the cause would name the file

    def _pick(self, archive: zipfile.ZipFile, texts: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
        stems = {id(m): _NUMBERED.sub("", PurePosixPath(m.filename.replace("\\", "/")).stem) for m in texts}
        chats = [m for m in texts if fits_export_name(stems[id(m)])]
        if not chats:
            chats = [m for m in texts[:50] if m.flag_bits & 1 or self._has_headers(archive, m)]
        if not chats:
            raise RejectFile("zip_no_chat")
        chosen = [m for m in chats if stems[id(m)] == "_chat"] or chats
        if len(chosen) > 1:
            chosen = [m for m in chosen if chat_name([stems[id(m)]])[0] == chat_name([self.path.stem])[0]]
        if len(chosen) != 1:
            raise RejectFile("zip_ambiguous")
        self.other_chats = len(chats) - 1
        if chosen[0].flag_bits & 1:
            raise RejectFile("zip_encrypted")
        return chosen[0]

    def _has_headers(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
        with archive.open(member) as stream:
            return self._probe(stream.read(1 << 16))


def _is_text(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    return (
        not member.filename.endswith("/")  # `is_dir` breaks on a member without a name
        and member.filename.lower().endswith(".txt")
        and "__MACOSX" not in parts
        and not parts[-1].startswith("._")
    )


def _bounded(stream: IO[bytes], packed: int | None) -> Iterator[bytes]:
    """Chunks of a stream, refused as soon as they are more than a chat can be."""
    total = 0
    with stream:
        while chunk := stream.read(CHUNK):
            total += len(chunk)
            is_bomb = packed is not None and total > FREE_BYTES and total > MAX_RATIO * max(packed, 1)
            if is_bomb or total > MAX_TEXT:
                raise (
                    RejectFile("file_too_large", limit=f"{MAX_TEXT >> 30} GB")
                    if packed is None
                    else RejectFile("zip_bomb")
                )
            yield chunk


def is_office(path: Path) -> bool:
    """Whether a zip is a workbook or document: those have a table of contents of their own."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(re.match(r"\[Content_Types\]\.xml$|mimetype$", name) for name in archive.namelist()[:50])
    except _DAMAGE:
        return False
