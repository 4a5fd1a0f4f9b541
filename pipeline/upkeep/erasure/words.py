"""Words of staff's own in the workbook, which may name a person: where they do, and putting a mark there instead.

Why they are kept, and what each is for: docs/adr/0025-words-of-staff.md. The columns are those a stream declares so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import TypedDict
from zoneinfo import ZoneInfo

import pyarrow as pa
from sqlalchemy import select

from pipeline.upkeep.erasure.subject import Subject
from town.store import TownStore
from town.streams import streams_by_name
from transforms.staging.staff_versions import SHEETS
from warehouse.forgetting import write_anew
from warehouse.ledger import core
from warehouse.ledger_tables import RunRow
from warehouse.segments import one_by_one

CODED = ("investment", "focus_groups")
"""Sheets of figures whose subject is a code of ours and not typed."""


class Cell(TypedDict):
    """A cell of an imported workbook that names her. What stands in it is not said."""

    imported_on: date  # local; of several workbooks that have it, the last
    sheet: str  # of the layout
    row: str  # a cell of the row where one is known, else the code of the place or the day it is about
    column: str  # of the stream


class StaffWords:
    """All words of staff's that landed, as far as they name her."""

    def __init__(self, store: TownStore, subject: Subject) -> None:
        self._store, self._subject = store, subject
        self._columns = {
            name: columns
            for name, stream in streams_by_name().items()
            if (columns := [one.name for one in stream.columns if one.is_words])
        }
        self.searched = 0  # rows
        self.cells = self._cells()

    def _segments(self) -> Iterator[tuple[str, str, str, pa.Table]]:
        """Stream, run, path and rows of each segment with words, in the order they landed."""
        ledger, lake = self._store.ledger, self._store.lake
        for row, rows in one_by_one(ledger, lake, ledger.segments(list(self._columns))):
            yield row.stream, row.run, row.path, rows

    def _named(self, stream: str, table: pa.Table) -> Iterator[tuple[int, str, str]]:
        """Row, column and text of each cell that names her."""
        sheets = table["sheet"].to_pylist() if "sheet" in table.column_names else []
        for column in self._columns[stream]:
            texts = table[column].to_pylist() if column in table.column_names else []
            named = {text for text in set(texts) if text and self._subject.is_named_by(text)}
            for row, text in enumerate(texts if named else []):
                if text in named and not (sheets and sheets[row] in CODED):
                    yield row, column, text

    def _cells(self) -> list[Cell]:
        runs = core(RunRow)
        with self._store.engine.connect() as connection:
            started = {run: at for run, at in connection.execute(select(runs.c.run, runs.c.started_at))}  # noqa: C416
        zone, found = ZoneInfo(self._store.authority.timezone), dict[tuple[str, str, str], Cell]()
        for stream, run, _, table in self._segments():
            self.searched += table.num_rows
            for row, column, _text in self._named(stream, table):
                said = table.slice(row, 1).to_pylist()[0]
                place = str(
                    said.get("cell") or said.get("space") or said.get("first_day") or said.get("from_day") or ""
                )
                sheet = said.get("sheet") or SHEETS.get(stream, stream)
                day = started[run].astimezone(zone).date()
                found[sheet, place, column] = Cell(imported_on=day, sheet=sheet, row=place, column=column)
        return sorted(found.values(), key=lambda one: (one["sheet"], one["row"], one["column"]))

    def put_mark(self, mark: str) -> None:
        """Put the mark in her place in all that landed. What was one text stays one, and what were two stay two."""
        segments = list(self._segments())
        taken: dict[tuple[str, str], set[str]] = {}
        for stream, _, _, table in segments:
            for column in self._columns[stream]:
                taken.setdefault((stream, column), set()).update(filter(None, table[column].to_pylist()))
        new: dict[tuple[str, str, str], str] = {}
        tables: dict[str, pa.Table] = {}
        for stream, _, path, table in segments:
            for column, named in groupby(sorted(self._named(stream, table), key=itemgetter(1)), itemgetter(1)):
                texts, at = table[column].to_pylist(), table.schema.get_field_index(column)
                for row, _column, text in named:
                    if (stream, column, text) not in new:
                        new[stream, column, text] = _free(self._subject.replaced(text, mark), taken[stream, column])
                    texts[row] = new[stream, column, text]
                field = table.schema.field(at)
                tables[path] = tables.get(path, table).set_column(at, field, pa.array(texts, field.type))
        if tables:
            write_anew(self._store.ledger, self._store.lake, tables)


def _free(text: str, taken: set[str]) -> str:
    """The text, numbered where another has it already; it is taken then."""
    number, found = 1, text
    while found in taken:
        number += 1
        found = f"{text} {number}"
    taken.add(found)
    return found
