"""Which header of a 106 register is which field, and which code a word in it stands for, by the lists of words.yaml.

A word that stands in no list is counted and taken for the plainest code, so that whatever was typed into a cell never
leaves the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from collectors.mapping_file import IGNORE, Suggestion, nearest
from collectors.tabular import Row, Sheet, column_letter, find_header, header_row, headings, word_key, word_lists

LISTS = word_lists(Path(__file__).with_name("words.yaml"))
FIELD_OF = LISTS.pop("fields")
MAYBE = LISTS.pop("maybe")
FIELDS = ("number", "opened", "answered", "closed", "kind", "topic", "channel", "rating")
"""What a column may be that is read; all else is left aside."""
NEEDED = ("number", "opened")
"""Without these a table is no register, whatever a mapping says."""
NOTHING: Mapping[str, str] = MappingProxyType({})
_REQUESTS = re.compile("request|ticket|פניי?ה|קריאה|מוקד")
PLAINEST = {"kind": "request", "topic": "other", "channel": "other"}
"""What a word no list knows is taken for."""


@dataclass(frozen=True)
class Register:
    """A sheet that is a register: where its header stands, and each field's column, counted from 0."""

    sheet: Sheet
    header: Row
    columns: Mapping[str, int]
    unknown: int  # columns whose header no list knows; they are not read

    def rows(self) -> list[Row]:
        """The rows below the header."""
        return [row for row in self.sheet.rows if row.number > self.header.number]


def register_of(sheet: Sheet, mapped: Mapping[str, str] = NOTHING) -> Register | None:
    """The register a sheet holds; None without a number and an opening, or where it may be a list of anything else.

    `mapped` is what the town says of headers or letters of columns. Without it a register has an answer or a closing
    as well, or calls its rows requests and has no column that no list knows. Where two columns have the same field, the
    first one is it.
    """
    told = {word_key(header): field for header, field in mapped.items()}
    known = {**FIELD_OF, **told}
    header = find_header(sheet, lambda text: word_key(text) in known, at_least=2, with_headings=True)
    if header is None and mapped:
        header = header_row(sheet)
    if header is None:
        return None
    columns: dict[str, int] = {}
    unknown = 0
    for at, cell in enumerate(header.cells):
        names = (word_key(text) for text in (*headings(sheet, header, at), column_letter(at + 1)))
        field = next((known[name] for name in names if name in known), None)
        if field is None:
            unknown += cell.value is not None
        else:
            columns.setdefault(field, at)
    is_of_requests = "number" in columns and not unknown and any(map(_REQUESTS.search, _texts(header)))
    is_sure = bool(mapped) or bool({"answered", "closed"} & set(columns)) or is_of_requests
    is_register = is_sure and set(NEEDED) <= set(columns)
    return Register(sheet, header, columns, unknown) if is_register else None


def _texts(header: Row) -> list[str]:
    return [word_key(cell.value) for cell in header.cells if FIELD_OF.get(word_key(cell.value)) == "number"]


def suggestion_of(sheets: Sequence[Sheet]) -> Suggestion | None:
    """A mapping of the visible sheet whose headers say most; a header nobody knows is what it is most like."""
    likely = {**MAYBE, **FIELD_OF}
    best: Suggestion | None = None
    for sheet in (one for one in sheets if not one.hidden):
        row = find_header(sheet, lambda text: word_key(text) in likely, with_headings=True) or header_row(sheet)
        columns = []
        for cell in row.cells if row else ():
            if isinstance(cell.value, str):
                field = likely.get(word_key(cell.value)) or nearest(word_key(cell.value), FIELD_OF)
                columns.append((cell.value, field if field in FIELDS else IGNORE if field else ""))
        fields = {field for _, field in columns}
        of_requests = any(field == "number" and _REQUESTS.search(word_key(header)) for header, field in columns)
        lacking = [field for field in NEEDED if field not in fields]
        is_likely = bool({"answered", "closed"} & fields) or of_requests
        found = Suggestion("hotline_106", columns, FIELDS, lacking, is_likely)
        best = found if best is None or found.rank > best.rank else best
    return best


def code_of(field: str, written: str | None) -> tuple[str | None, bool]:
    """The code a cell of kind, topic or channel stands for, and whether a list knows its word; None when blank."""
    if written is None:
        return None, True
    found = LISTS[field].get(word_key(written))
    return found or PLAINEST[field], found is not None
