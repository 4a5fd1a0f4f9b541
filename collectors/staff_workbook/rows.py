"""A row of a sheet, or a line of the web form, to values and records: by the same rules, and with every fault of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collectors.staff_workbook.cells import Book, parse_cell, problem
from collectors.staff_workbook.matching import Table
from collectors.staff_workbook.records import Record, RowError, records_of
from collectors.tabular import CellError, Row

Values = Mapping[str, Any]
Fault = tuple[str, CellError]
"""The column it stands in, and what is wrong there."""


def read_row(table: Table, row: Row, book: Book, digest_key: bytes) -> tuple[Values, list[Fault], list[Record]]:
    """Column -> value (None where the cell could not be taken), what is wrong, and the records where nothing is."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for column in table.layout.columns:
        try:
            values[column.id] = parse_cell(table.layout, column, table.cell(row, column), values, book)
        except CellError as error:
            values[column.id] = None
            faults.append((column.id, error))
            continue
        if column.required and values[column.id] is None:
            faults.append((column.id, problem(table.address(row, column.id), "required", column)))
    if faults:
        return values, faults, []
    try:
        return values, [], records_of(table.layout, values, book, digest_key)
    except RowError as error:
        column = table.layout.column(error.column)
        return values, [(column.id, problem(table.address(row, column.id), error.code, column))], []
