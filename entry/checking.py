"""What is wrong with a line, and what is unlikely of it: by the rules that the workbook is read by.

What is wrong keeps a line from being sent. What is unlikely is asked about once: whoever says that the line is right
says so of what it holds (`SURE`), and is asked again when that changes.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from collectors.remarks import Said
from collectors.staff_workbook.cells import Book
from collectors.staff_workbook.form import form_table
from collectors.staff_workbook.layout import SHEETS, SheetLayout
from collectors.staff_workbook.plausible import Key, Past, doubts, figure_key, figures, is_ahead
from collectors.staff_workbook.rows import read_row
from collectors.tabular import CellError
from entry.book import MONTH
from entry.lines import SURE, Line, Values, plain
from entry.town import FormTown
from pipeline.land.form import form_settings

TWICE = Said("line_twice")
"""Two lines say the same thing, and only the last one counts."""


@dataclass
class Checked:
    """A draft, read: column -> what is wrong there; what is to be asked about; what was understood in spite of how it
    was typed, by column."""

    faults: Mapping[str, CellError] = field(default_factory=dict)
    doubts: list[Said] = field(default_factory=list)
    notes: Mapping[str, Said] = field(default_factory=dict)


def stamp(values: Values) -> str:
    """A digest of what a line says, for the form to carry."""
    return hashlib.sha256(json.dumps(plain(values), sort_keys=True).encode()).hexdigest()[:16]


def checked(town: FormTown, book: str, known: Mapping[str, Line], past: Past) -> dict[str, Checked]:
    """Every draft of a book that says something, by the name of its line."""
    month = book if MONTH.fullmatch(book) else ""
    found: dict[str, Checked] = {}
    for sheet in sorted({one.sheet for one in known.values() if one.is_draft} & set(SHEETS)):
        lines = [one for one in known.values() if one.sheet == sheet and not one.is_empty and not one.is_removed]
        found |= _of_sheet(town, SHEETS[sheet], lines, month, past)
    return found


def _of_sheet(town: FormTown, layout: SheetLayout, lines: Sequence[Line], month: str, past: Past) -> dict[str, Checked]:
    book, key = Book(town.contents), form_settings(town.store).digest_key
    for code, title in town.spaces.items():
        book.add_space(code, title)
    table = form_table(layout, [town.cells(layout, one.values, month) for one in lines], "he")
    entries = town.contents.entries
    found: dict[str, Checked] = {}
    records: dict[str, Sequence[Mapping[str, Any]]] = {}
    for line, row in zip(lines, table.rows, strict=True):
        book.doubts.clear()
        _, faults, records[line.name] = read_row(table, row, book, key)
        columns = {table.address(row, name): name for name in table.columns}
        found[line.name] = Checked(dict(faults), [], {columns[address]: what for address, what in book.doubts})
    own = figures((one for some in records.values() for one in some), entries)
    times = Counter(_place(layout, one) for some in records.values() for one in some)
    for line in lines:
        if not line.is_draft or line.values.get(SURE) == stamp(line.values):
            continue
        asked = found[line.name].doubts
        for record in records[line.name]:
            figure = figure_key(record, entries)
            if figure is not None:
                asked += doubts(figure, month, own[figure][month], _before(past, figure, month), entries)
            if times[_place(layout, record)] > 1 and not _adds_up(record, figure, town):
                asked.append(TWICE)
        if month and records[line.name] and is_ahead(month, town.store.today):
            asked.append(Said("month_ahead"))
    return {line.name: found[line.name] for line in lines if line.is_draft}


def _before(past: Past, key: Key, month: str) -> dict[str, float]:
    return {when: figure for when, figure in past.get(key, {}).items() if when < month}


def _place(layout: SheetLayout, record: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(record.get(name) for name in layout.stream.key)


def _adds_up(record: Mapping[str, Any], figure: Key | None, town: FormTown) -> bool:
    entry = town.contents.entries.get(record.get("indicator", "")) if figure else None
    return record.get("indicator") == "focus_group" or (
        entry is not None and entry.counts_rows_together(record.get("part", ""))
    )
