"""One safe way to read a CSV, TSV or xlsx file into sheets of rows with cell addresses.

    read_sheets(path) -> list[Sheet]         Sheet(name, rows, hidden), Row(number, cells), Cell(address, value, ...)
    as_text / as_number / as_day / as_time   one cell to one value (as_month too), None when blank, or a CellError
    day_order / likely_order                 how a whole column writes its days
    find_header / is_totals / unique_names   the head of a table, rows never to count, column names

A file is judged by its content, never by its extension. What cannot be read raises
`collectors.errors.RejectFile` with one of the codes: empty, encoding_unknown, encrypted,
legacy_format, macro_workbook, not_a_table, too_many_cells, zip_bomb, xml_entities, damaged.
Rows are as in the file: row numbers are the file's own, blank rows are left out, the cells of a row
run from column A to its last filled cell (so `row.cells[i]` is column i). A formula is never
computed: its cached value is read, and where there is none the cell says so.

Belongs here: bytes to cells. Does not: what a column means.
"""

from collectors.tabular.cells import Cell, CellError, Row, Sheet
from collectors.tabular.conversions import as_day, as_month, as_number, as_text, as_time
from collectors.tabular.heads import find_header, is_totals, plain_text, unique_names
from collectors.tabular.order_of_days import day_order, likely_order
from collectors.tabular.reading import MAX_BYTES, MAX_CELLS, read_sheets
from collectors.tabular.sheet_xml import date_of_serial

__all__ = [
    "MAX_BYTES",
    "MAX_CELLS",
    "Cell",
    "CellError",
    "Row",
    "Sheet",
    "as_day",
    "as_month",
    "as_number",
    "as_text",
    "as_time",
    "date_of_serial",
    "day_order",
    "find_header",
    "is_totals",
    "likely_order",
    "plain_text",
    "read_sheets",
    "unique_names",
]
