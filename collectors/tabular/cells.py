"""The shapes a table is read into, and the error that names a cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from collectors.errors import Argument

Value = str | int | float | bool | date | datetime | None


@dataclass(slots=True)
class Cell:
    """One cell. `value` is None when blank, and when `is_formula_without_value`."""

    address: str
    value: Value
    is_formula_without_value: bool = False
    is_merged: bool = False

    @property
    def is_blank(self) -> bool:
        """Nothing was entered; a formula whose value was not stored is something."""
        return self.value is None and not self.is_formula_without_value


@dataclass(slots=True)
class Row:
    """A row with its number in the file (for text, the record's number); cells from column A on."""

    number: int
    cells: list[Cell]
    is_hidden: bool = False  # by a filter or by hand: read all the same, and said

    def cell(self, index: int) -> Cell | None:
        """The cell of a column counted from 0; None when the row is shorter."""
        return self.cells[index] if index < len(self.cells) else None


@dataclass(slots=True)
class Sheet:
    """A sheet of a workbook; a text file is one sheet with an empty name."""

    name: str
    rows: list[Row]
    hidden: bool = False

    def where(self, address: str) -> str:
        """`sheet!cell`, or the cell alone when there is one nameless sheet."""
        return f"{self.name}!{address}" if self.name else address


class CellError(Exception):
    """A cell that could not be taken: `code` and `arguments` as the register has them, never the value."""

    def __init__(self, address: str, code: str, /, **arguments: Argument) -> None:
        super().__init__(f"{address}: {code}")
        self.address, self.code, self.arguments = address, code, arguments
