"""Which header of a 106 register is which field, and which code a word in it stands for, by the lists of words.yaml.

A word that stands in no list is counted and taken for the plainest code, so that whatever was typed into a cell never
leaves the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from collectors.tabular import Row, Sheet, find_header, headings, word_key


def _codes() -> Iterator[tuple[str, dict[str, str]]]:
    for name, words in yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")).items():
        yield name, {word_key(word): code for code, listed in words.items() for word in listed}


LISTS = dict(_codes())
FIELD_OF = LISTS.pop("fields")
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


def register_of(sheet: Sheet) -> Register | None:
    """The register a sheet holds; None without a number, an opening and an answer or a closing.

    Where two columns have the same field, the first one is it.
    """
    header = find_header(sheet, lambda text: word_key(text) in FIELD_OF, at_least=3, with_headings=True)
    if header is None:
        return None
    columns: dict[str, int] = {}
    unknown = 0
    for at, cell in enumerate(header.cells):
        names = (word_key(text) for text in headings(sheet, header, at))
        field = next((FIELD_OF[name] for name in names if name in FIELD_OF), None)
        if field is None:
            unknown += cell.value is not None
        else:
            columns.setdefault(field, at)
    is_register = {"number", "opened"} <= set(columns) and bool({"answered", "closed"} & set(columns))
    return Register(sheet, header, columns, unknown) if is_register else None


def code_of(field: str, written: str | None) -> tuple[str | None, bool]:
    """The code a cell of kind, topic or channel stands for, and whether a list knows its word; None when blank."""
    if written is None:
        return None, True
    found = LISTS[field].get(word_key(written))
    return found or PLAINEST[field], found is not None
