"""A download's head and tables: the days it speaks of, the names in it, and what each row is by and counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from collectors.kinds import WrongValue, day
from collectors.tabular import Cell, Row, Sheet, column_letter, columns_of, has_decimal_comma, word_key, word_lists

WORDS = word_lists(Path(__file__).with_name("words.yaml"))


@dataclass
class Download:
    """A download: its first and last day (None where its head does not say them), names in its head, its tables."""

    first_day: date | None = None
    last_day: date | None = None
    names: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


@dataclass
class Table:
    """Rows below a header: dimensions and figures by the columns they stand in, counted from 0."""

    dimensions: Mapping[str, int]
    figures: Mapping[str, int]
    unknown: int
    rows: list[Row] = field(default_factory=list)

    @cached_property
    def decimal_comma(self) -> bool | None:
        """How its figures are written; asked for when all its rows are there."""
        return has_decimal_comma(row.cell(at) for row in self.rows for at in self.figures.values())

    def cell(self, row: Row, at: int | None) -> Cell | None:
        """A cell with its address; None of no column."""
        if at is None:
            return None
        return row.cell(at) or Cell(f"{column_letter(at + 1)}{row.number}", None)

    def key(self, row: Row, dimension: str) -> str:
        """What a row is by, as it is compared."""
        cell = self.cell(row, self.dimensions.get(dimension))
        return word_key(cell.value) if cell is not None else ""

    def is_total(self, row: Row) -> bool:
        """Whether the row is of all rows: it is by nothing, or says so."""
        words = [word_key(cell.value) for cell in row.cells if cell.value is not None]
        by = [self.cell(row, at) for at in self.dimensions.values()]
        is_bare = bool(by) and all(cell is None or cell.value is None for cell in by)
        return is_bare or any(word in WORDS["total"] for word in (words[0], words[-1]))


def download_of(sheet: Sheet) -> Download | None:
    """The download a sheet is; None where no comment lines stand above a table of figures."""
    found = Download()
    table: Table | None = None
    has_head = False
    for row in sheet.rows:
        first = str(row.cells[0].value or "").strip() if row.cells else ""
        if first.startswith("#"):
            has_head, table = True, None
            _take(found, first.lstrip("# ").strip("- "))
        elif table is None and has_head:
            table = _headed(row)
            if table is not None:
                found.tables.append(table)
        elif table is not None:
            again = _headed(row)
            if again is not None:
                table = again
                found.tables.append(table)
            else:
                table.rows.append(row)
    return found if found.tables else None


def _take(found: Download, line: str) -> None:
    label, colon, value = line.partition(":")
    key = word_key(label)
    if colon and key in WORDS["head"]:
        try:
            read = day(value.strip())
        except WrongValue:
            read = None
        if WORDS["head"][key] == "start":
            found.first_day = read
        else:
            found.last_day = read
    elif line:
        found.names.append(value.strip() if colon and key in WORDS["name"] else line)


def _headed(row: Row) -> Table | None:
    dimensions, _ = columns_of(row.cells, WORDS["dimensions"])
    figures, _ = columns_of(row.cells, WORDS["figures"])
    known = {**WORDS["dimensions"], **WORDS["figures"]}
    _, unknown = columns_of(row.cells, known)
    return Table(dimensions, figures, unknown) if figures and all(_is_text(cell) for cell in row.cells) else None


def _is_text(cell: Cell) -> bool:
    return cell.value is None or (isinstance(cell.value, str) and not cell.value.strip().isdigit())


def names_of(lines: Iterable[str]) -> Iterator[str]:
    """What a download's head may call its property, each once."""
    return iter(dict.fromkeys(line for line in lines if any(c.isalpha() for c in line)))
