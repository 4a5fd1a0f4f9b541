"""A table whose columns are known by their headers' words, and its rows that could not be taken."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import yaml

from collectors.base import Rejected
from collectors.errors import Argument
from collectors.tabular.cells import Cell, CellError, Row, Sheet
from collectors.tabular.columns_of_days import DayColumn, DayWriting, day_columns
from collectors.tabular.conversions import as_count, has_decimal_comma
from collectors.tabular.heads import find_header, is_totals, word_key
from collectors.tabular.letters import column_letter


def word_lists(path: Path) -> dict[str, dict[str, str]]:
    """The lists of a file of words: name of the list -> key of a word -> what it stands for."""
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        name: {word_key(word): code for code, listed in words.items() for word in listed}
        for name, words in found.items()
    }


@dataclass(frozen=True)
class NamedTable:
    """A sheet with a header row: each field's column, counted from 0; `unknown` columns no word knows."""

    sheet: Sheet
    header: Row
    columns: Mapping[str, int]
    unknown: int

    def rows(self) -> Iterator[Row]:
        """The rows below the header; sums are not among them."""
        return (row for row in self.sheet.rows if row.number > self.header.number and not is_totals(row))

    def cell(self, row: Row, field: str) -> Cell | None:
        """A field's cell, blank where the row ends before it; None where the table has no such column."""
        at = self.columns.get(field)
        if at is None:
            return None
        return row.cell(at) or Cell(f"{column_letter(at + 1)}{row.number}", None)

    @cached_property
    def decimal_comma(self) -> bool | None:
        """How its numbers are written, all of them: see `has_decimal_comma`."""
        return has_decimal_comma(row.cell(at) for row in self.rows() for at in self.columns.values())

    def count(self, row: Row, field: str) -> int | None:
        """A field's count. Raises CellError."""
        return as_count(self.cell(row, field), self.decimal_comma)

    def days(self, field: str, writing: DayWriting) -> DayColumn:
        """How a field's column of days is read. Raises RejectFile: dates_contradict, dates_undecided."""
        at = self.columns[field]
        return day_columns(self.sheet, list(self.rows()), [at], writing)[at]


def named_table(sheet: Sheet, fields: Mapping[str, str], needed: Collection[str]) -> NamedTable | None:
    """The table of a sheet by its headers; None where a `needed` field has no column.

    Where two columns have the same field, the first one is it. `fields` maps the key of a header to its field.
    """
    header = find_header(sheet, lambda text: word_key(text) in fields, at_least=max(len(needed), 1))
    if header is None:
        return None
    columns, unknown = columns_of(header.cells, fields)
    return NamedTable(sheet, header, columns, unknown) if set(needed) <= set(columns) else None


def columns_of(cells: Iterable[Cell], fields: Mapping[str, str]) -> tuple[dict[str, int], int]:
    """Field -> its first column, and how many filled headers no word knows."""
    columns: dict[str, int] = {}
    unknown = 0
    for at, cell in enumerate(cells):
        field = fields.get(word_key(cell.value)) if isinstance(cell.value, str) else None
        if field is None:
            unknown += cell.value is not None
        else:
            columns.setdefault(field, at)
    return columns, unknown


def rejected_row(
    sheet: Sheet, row: Row, problem: CellError, stream: str, about: Mapping[str, Argument] | None = None
) -> Rejected:
    """A row that could not be taken, by the cell at fault; what it holds goes to quarantine sealed.

    `stream` lacks it; `about` is what could be read of where it belongs, nothing where that is not known.
    """
    raw = "\t".join(str(cell.value) for cell in row.cells if cell.value is not None).encode(errors="replace")
    where = sheet.where(problem.address)
    return Rejected(where, problem.code, problem.arguments, raw, stream=stream, about=about or {})


def within(rejected: Iterable[Rejected], days: Collection[date]) -> list[Rejected]:
    """Rows put aside with the days they may speak of: their own, else any between the first and last of their file."""
    of_file = {"since": min(days).isoformat(), "until": max(days).isoformat()} if days else {}
    return [replace(one, about={**of_file, **one.about}) for one in rejected]


def on(day: date | None) -> dict[str, Argument]:
    """What is known of where a row belongs: its day, where that could be read."""
    return {} if day is None else {"since": day.isoformat(), "until": day.isoformat()}


def header_row(sheet: Sheet) -> Row | None:
    """What is most likely the row of headers where no header is known: of the first rows the one with most texts."""
    rows = [(sum(isinstance(cell.value, str) for cell in row.cells), -row.number, row) for row in sheet.rows[:10]]
    texts, _, row = max(rows, key=lambda one: one[:2], default=(0, 0, None))
    return row if texts > 1 else None
