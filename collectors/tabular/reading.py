"""From a path to sheets: what kind of file it is by its first bytes, and the reader for that kind."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

from collectors.errors import RejectFile
from collectors.tabular.cells import Sheet
from collectors.tabular.html_table import html_sheets
from collectors.tabular.text_file import text_sheet
from collectors.tabular.workbook import workbook_sheets
from collectors.tabular.zipped import table_inside

MAX_CELLS = 2_000_000
MAX_BYTES = 96 * 1024 * 1024

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_OTHER_KINDS = (
    *(b"%PDF-", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!\x1a"),
    *(b"\x7fELF", b"PAR1", b"SQLite format 3\0", b"ARROW1", b"PK\x05\x06", b"PK\x07\x08"),
)
_MARKUP = re.compile(rb"\s*<[A-Za-z!?]")


def read_sheets(
    path: Path,
    *,
    max_cells: int = MAX_CELLS,
    max_bytes: int = MAX_BYTES,
    first_rows: int | None = None,
    may_be_empty: bool = False,
) -> list[Sheet]:
    """The sheets of a CSV, TSV or xlsx file, or of the one in a zip, in file order; of a web page its tables.

    Raises RejectFile, see the package.

    `first_rows` stops after so many filled rows of each sheet: enough to recognise a file. A file without a row below
    its headers is refused as empty unless it `may_be_empty`.
    """
    size = path.stat().st_size
    if size == 0:
        raise RejectFile("empty")
    if size > max_bytes:
        raise RejectFile("file_too_large", limit=f"{max_bytes >> 20} MB")
    with path.open("rb") as stream:
        head = stream.read(4096)
    source: Path | BytesIO = path
    if head.startswith(_ZIP) and (inner := table_inside(path, max_bytes)) is not None:
        source, head = BytesIO(inner), inner[:4096]
    if head.startswith(_ZIP):
        sheets = workbook_sheets(source, max_cells=max_cells, first_rows=first_rows)
    else:
        whole = path.read_bytes() if isinstance(source, Path) else source.getvalue()
        _refuse_other_kinds(whole, head)
        if _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
            sheets = html_sheets(whole, max_cells=max_cells, first_rows=first_rows)
        else:
            sheets = [text_sheet(whole, max_cells=max_cells, first_rows=first_rows)]
    if not may_be_empty and all(len(sheet.rows) < 2 for sheet in sheets):
        raise RejectFile("empty")
    return sheets


def _refuse_other_kinds(whole: bytes, head: bytes) -> None:
    if head.startswith(_OLE):
        # A password-protected xlsx is an old-style container around the sealed new one.
        if _ENCRYPTED_STREAM in whole:
            raise RejectFile("encrypted")
        raise RejectFile("legacy_format", kind="xls")
    plain = head.removeprefix(b"\xef\xbb\xbf")
    is_programme = plain.startswith(b"MZ") and b"\0" in plain[:64]
    if is_programme or plain.startswith(_OTHER_KINDS):
        raise RejectFile("not_a_table")
