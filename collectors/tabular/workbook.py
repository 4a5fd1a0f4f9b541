"""An xlsx workbook to sheets: its parts, strings and date styles; the sheets are in `sheet_xml`.

Read by streaming and cell by cell: the library readers build the whole rectangle a sheet spans
before anyone can object, and two cells in opposite corners span 17 thousand million.
"""

from __future__ import annotations

import errno
import gc
import posixpath
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError  # types only: parsing is defusedxml's

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from collectors.errors import ZIP_DAMAGE, RejectFile
from collectors.tabular.archive import Archive
from collectors.tabular.cells import Sheet
from collectors.tabular.sheet_xml import Book, local, read_sheet, rich_text

_DAMAGE = (*ZIP_DAMAGE, ParseError, LookupError, ArithmeticError)

_WHOLE = frozenset({"c", "si", "is", "r"})
_MAX_DEPTH, _MAX_PIECES = 64, 100_000


def workbook_sheets(source: Path | IO[bytes], *, max_cells: int, first_rows: int | None = None) -> list[Sheet]:
    """The worksheets in the workbook's order; `max_cells` bounds what they span together."""
    try:
        with _collector_paused(), Archive(source) as archive:
            return _sheets(archive, max_cells, first_rows)
    except DefusedXmlException:
        raise RejectFile("xml_entities") from None
    except OSError as error:
        if error.errno not in (None, errno.EINVAL):  # the disk failed, not the file
            raise
        raise RejectFile("damaged") from None
    except _DAMAGE:
        raise RejectFile("damaged") from None


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Millions of small objects without cycles: searching them for cycles doubles the time of reading."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _sheets(archive: Archive, max_cells: int, first_rows: int | None) -> list[Sheet]:
    _refuse_macro_type(archive)
    targets = _targets(archive)
    book = Book(strings=[], date_styles=_date_styles(archive), is_1904=False, cells_left=max_cells)
    listed: list[tuple[str, str, bool]] = []
    for element in ended(archive, "xl/workbook.xml"):
        tag = local(element.tag)
        if tag == "workbookPr":
            book.is_1904 = element.get("date1904", "0") in ("1", "true")
        elif tag == "sheet":
            key = next((value for name, value in element.attrib.items() if local(name) == "id"), "")
            if key in targets:  # a chart sheet has no cells
                hidden = element.get("state", "visible") != "visible"
                listed.append((element.get("name", ""), targets[key], hidden))
    book.strings = _strings(archive, max_cells)
    sheets = []
    for name, part, hidden in listed:
        rows = read_sheet(events(archive, part), book, first_rows)
        sheets.append(Sheet(name, rows, hidden))
    return sheets


def events(archive: Archive, part: str) -> Iterator[tuple[str, Element]]:
    """Start and end of every element of a part. Declared types and entities are refused.

    What has been seen is let go of, so a sheet is never held whole; only the pieces of a cell or a
    text stay until their owner ends.
    """
    open_elements: list[Element] = []
    with closing(archive.open(part)) as stream:
        for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                open_elements.append(element)
            yield event, element
            if event == "start":
                continue
            open_elements.pop()
            owner = open_elements[-1] if open_elements else None
            if owner is not None and local(owner.tag) not in _WHOLE:
                del owner[:]
            if len(open_elements) > _MAX_DEPTH or (owner is not None and len(owner) > _MAX_PIECES):
                raise ValueError("XML no spreadsheet writes")


def ended(archive: Archive, part: str) -> Iterator[Element]:
    """Every element of a small part, complete, at its end."""
    return (element for event, element in events(archive, part) if event == "end")


def _refuse_macro_type(archive: Archive) -> None:
    for element in ended(archive, "[Content_Types].xml"):
        kind = element.get("ContentType", "").casefold()
        if "macroenabled" in kind or "vbaproject" in kind:
            raise RejectFile("macro_workbook")
        if "sheet.binary" in kind:
            raise RejectFile("legacy_format", kind="xlsb")


def _targets(archive: Archive) -> dict[str, str]:
    """Relationship id -> part, for worksheets."""
    found = {}
    for element in ended(archive, "xl/_rels/workbook.xml.rels"):
        if element.get("Type", "").endswith("/worksheet") and element.get("TargetMode", "") != "External":
            found[element.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", element.get("Target", "")))[1:]
    return found


def _date_styles(archive: Archive) -> frozenset[int]:
    """Cell styles that show a number as a date; a length of time ([h]:mm) is none."""
    if "xl/styles.xml" not in archive.names:
        return frozenset()
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

    formats: dict[int, str] = dict(BUILTIN_FORMATS)
    styles: list[int] = []
    inside = False
    for event, element in events(archive, "xl/styles.xml"):
        tag = local(element.tag)
        if tag == "cellXfs":
            inside = event == "start"
        elif event == "end" and tag == "numFmt":
            formats[int(element.get("numFmtId", "0"))] = element.get("formatCode", "")
        elif event == "end" and tag == "xf" and inside:
            styles.append(int(element.get("numFmtId", "0")))
    dates = {n for n, code in formats.items() if is_date_format(code) and not is_timedelta_format(code)}
    # 27-36 and 50-58 are the built-in dates of East Asian and other locales, without a public code.
    dates.update(range(27, 37), range(50, 59))
    return frozenset(position for position, number in enumerate(styles) if number in dates)


def _strings(archive: Archive, most: int) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.names:
        return []
    strings: list[str] = []
    for element in ended(archive, "xl/sharedStrings.xml"):
        if local(element.tag) == "si":
            strings.append(rich_text(element))
            if len(strings) > most:
                raise RejectFile("too_many_cells")
    return strings
