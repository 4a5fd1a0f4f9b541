"""The one table a zip holds, as form services and mail programmes pack it; read in memory, never laid on a disk."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from collectors.errors import ZIP_DAMAGE, RejectFile

MAX_RATIO = 100
FREE_BYTES = 1 << 20
"""Up to this size a table may be packed as tightly as it likes."""
_ENDINGS = (".csv", ".tsv", ".xlsx")
_OFFICE = frozenset({"[content_types].xml", "mimetype", "content.xml"})


def table_inside(path: Path, max_bytes: int) -> bytes | None:
    """The table in a zip; None where the zip is an office document itself.

    Raises RejectFile: not_a_table for none, or one beside a text (a chat may have tables among its attachments),
    zip_tables for several, and for what cannot be unpacked safely encrypted, zip_bomb, file_too_large, damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            member = _member(archive)
            if member is None:
                return None
            if member.flag_bits & 1:
                raise RejectFile("encrypted")
            with archive.open(member) as stream:
                found = stream.read(max_bytes + 1)
    except ZIP_DAMAGE:
        raise RejectFile("damaged") from None  # the cause would name the file
    if len(found) > max(FREE_BYTES, MAX_RATIO * member.compress_size):
        raise RejectFile("zip_bomb")
    if len(found) > max_bytes:
        raise RejectFile("file_too_large", limit=f"{max_bytes >> 20} MB")
    if not found:
        raise RejectFile("empty")
    return found


def table_stem(path: Path) -> str:
    """The name of a file without its ending, of a zip that of the table in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            member = _member(archive)
    except (*ZIP_DAMAGE, RejectFile):
        member = None
    return path.stem if member is None else _place(member).stem


def _member(archive: zipfile.ZipFile) -> zipfile.ZipInfo | None:
    members = [one for one in archive.infolist() if not one.filename.endswith("/") and not _is_of_the_packer(one)]
    if any(one.filename.casefold().replace("\\", "/") in _OFFICE for one in members):
        return None
    tables = [one for one in members if one.filename.casefold().endswith(_ENDINGS)]
    if not tables or any(one.filename.casefold().endswith(".txt") for one in members):
        raise RejectFile("not_a_table")
    if len(tables) > 1:
        raise RejectFile("zip_tables")
    return tables[0]


def _is_of_the_packer(member: zipfile.ZipInfo) -> bool:
    parts = _place(member).parts
    return "__MACOSX" in parts or parts[-1].startswith("._")


def _place(member: zipfile.ZipInfo) -> PurePosixPath:
    return PurePosixPath(member.filename.replace("\\", "/"))
