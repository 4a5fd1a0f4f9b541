"""Which sheet of a workbook is which, and where its columns stand.

A sheet the generator made carries `sheet.column` in each cell of a hidden first row: names, order and
headers may change at will. Where that row was deleted the headers decide, in any language, and only
when all required columns are there. Belongs here: places. Does not: values.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from collectors.errors import RejectFile
from collectors.staff_workbook.layout import (
    HIDDEN_SHEET,
    INSTRUCTIONS,
    RETURNED,
    SHEETS,
    Column,
    SheetLayout,
    plain_header,
    titles,
)
from collectors.tabular import Cell, DayWriting, Row, Sheet, day_columns, plain_text

_LOOK = 15
_FEWEST_HEADERS = 2
NOT_READ = frozenset({*titles(INSTRUCTIONS), *titles(RETURNED)})
"""Plain titles of sheets for people."""


@dataclass
class Table:
    """A sheet found: its layout, the place of each column, and the rows below its headers."""

    sheet: Sheet
    layout: SheetLayout
    columns: dict[str, int]
    rows: Sequence[Row]
    header: Row
    unknown: list[str] = field(default_factory=list)  # addresses of headers of no column
    twice: list[str] = field(default_factory=list)  # columns that stand at two places
    is_form: bool = False  # typed into the web form: each cell by itself, in the order that the form asks for

    def missing(self) -> list[Column]:
        """Required columns that are not there."""
        return [c for c in self.layout.columns if c.required and c.id not in self.columns]

    def cell(self, row: Row, column: Column) -> Cell | None:
        """The cell of a row in a column; None when the column or the cell is not there."""
        place = self.columns.get(column.id)
        return None if place is None else row.cell(place)

    def address(self, row: Row, column: str) -> str:
        """The address of a cell that may not be in the file, because it is blank."""
        place = self.columns.get(column, 0) + 1
        letters = ""
        while place:
            place, rest = divmod(place - 1, 26)
            letters = chr(ord("A") + rest) + letters
        return f"{letters}{row.number}"

    def raw(self, row: Row) -> bytes:
        """A row as it was typed, by the columns of the layout."""
        cells = {c.id: self.cell(row, c) for c in self.layout.columns}
        record = {name: cell.value for name, cell in cells.items() if cell is not None and cell.value is not None}
        return json.dumps({"sheet": self.layout.id, **record}, ensure_ascii=False, default=str).encode()

    def orders_of_days(self, timezone: str) -> dict[str, bool | None]:
        """Whether each column of days or months is written day first, as the sheet asks; None where it shows both."""
        found: dict[str, bool | None] = {}
        if self.is_form:
            return found
        writing = DayWriting(timezone, "", day_first=True)
        for column in (one for one in self.layout.columns if one.type in ("day", "month") and one.id in self.columns):
            at = self.columns[column.id]
            try:
                found[column.id] = day_columns(self.sheet, self.rows, [at], writing)[at].is_day_first
            except RejectFile:
                found[column.id] = None
        return found


def find_tables(sheets: Sequence[Sheet]) -> tuple[list[Table], list[int]]:
    """The known sheets in the order of the layout, and the positions (from 1) of the unknown ones."""
    tables: list[Table] = []
    unknown: list[int] = []
    by_header: list[tuple[int, Sheet]] = []
    for number, sheet in enumerate(sheets, start=1):
        if sheet.name == HIDDEN_SHEET or plain_text(sheet.name) in NOT_READ or not sheet.rows:
            continue
        table = _by_ids(sheet)
        if table is None:
            by_header.append((number, sheet))
        else:
            tables.append(table)
    marked = {table.layout.id for table in tables}
    for number, sheet in by_header:
        table = _by_headers(sheet, [layout for layout in SHEETS.values() if layout.id not in marked])
        if table is None:
            unknown.append(number)
        else:
            tables.append(table)
    order = list(SHEETS)
    return sorted(tables, key=lambda table: order.index(table.layout.id)), unknown


def _by_ids(sheet: Sheet) -> Table | None:
    for place, row in enumerate(sheet.rows[:_LOOK]):
        named: list[tuple[int, str, str]] = []
        for at, cell in enumerate(row.cells):
            if isinstance(cell.value, str):
                name, _, column = cell.value.strip().partition(".")
                if name in SHEETS and _has(SHEETS[name], column):
                    named.append((at, name, column))
        names = {name for _, name, _ in named}
        if len(names) != 1:
            continue
        layout = SHEETS[names.pop()]
        found = [(at, column) for at, _, column in named]
        header = sheet.rows[place + 1] if place + 1 < len(sheet.rows) else row
        return _table(sheet, layout, found, header, sheet.rows[place + 2 :])
    return None


def _by_headers(sheet: Sheet, layouts: Sequence[SheetLayout]) -> Table | None:
    best: tuple[int, Row, SheetLayout] | None = None
    for row in sheet.rows[:_LOOK]:
        texts = {plain_header(cell.value) for cell in row.cells if isinstance(cell.value, str)}
        for layout in layouts:
            known = {column.id for column in layout.columns if texts & set(titles(column.title))}
            if len(known) < _FEWEST_HEADERS or any(c.required and c.id not in known for c in layout.columns):
                continue
            # What fits best has most headers of its own and fewest that belong elsewhere.
            score = 2 * len(known) - len(texts) - len(layout.columns)
            if best is None or score > best[0]:
                best = (score, row, layout)
    if best is None:
        return None
    _, header, layout = best
    return _table(sheet, layout, [], header, sheet.rows[sheet.rows.index(header) + 1 :])


def _table(
    sheet: Sheet, layout: SheetLayout, found: Sequence[tuple[int, str]], header: Row, rows: Sequence[Row]
) -> Table:
    table = Table(sheet, layout, {}, rows, header)
    for at, column in found:
        _place(table, column, at)
    marked = {at for at, _ in found}
    sure = set(table.columns)
    by_title = {title: column.id for column in layout.columns for title in titles(column.title)}
    for at, cell in enumerate(header.cells):
        if at in marked or not isinstance(cell.value, str):
            continue
        name = by_title.get(plain_header(cell.value))
        if name is None or name in sure:  # a copied header beside the marked column is somebody's own note
            table.unknown.append(cell.address)
        else:
            _place(table, name, at)
    return table


def _place(table: Table, column: str, at: int) -> None:
    if column in table.columns:
        table.twice.append(column)
    else:
        table.columns[column] = at


def _has(layout: SheetLayout, column: str) -> bool:
    return any(c.id == column for c in layout.columns)
