"""One safe way to read a CSV, TSV or xlsx file, or a web page's tables, into sheets of rows with cell addresses.

    read_sheets(path) -> list[Sheet]         Sheet(name, rows, hidden), Row(number, cells), Cell(address, value, ...)
    as_text / as_number / as_day / as_time   one cell to one value (as_month too), None when blank, or a CellError
    day_columns(sheet, rows, ...)            columns of days, whose order of day and month all their rows decide
    has_decimal_comma                        how a table writes three and a half
    find_header / headings / word_key        the row of headers, the headings above it, a header's key
    is_totals / unique_names                 rows never to count, column names
    TableFormat / heads_table                a format of tables; whether headers are the head of their sheet
    named_table / word_lists                 a table whose columns are known by the words of their headers
    rejected_row / on / within               a row that could not be taken, and the days it may speak of

A file is judged by its content, never by its extension; a zip stands for the one table in it. What cannot be
read raises `collectors.errors.RejectFile` with one of the codes: empty, encoding_unknown, encrypted, legacy_format,
macro_workbook, not_a_table, too_many_cells, zip_bomb, zip_tables, xml_entities, damaged.
Rows are as in the file: row numbers are the file's own, blank rows are left out, the cells of a row
run from column A to its last filled cell (so `row.cells[i]` is column i). A formula is never
computed: its cached value is read, and where there is none the cell says so.

Belongs here: bytes to cells. Does not: what a column means.
"""

from collectors.tabular.cells import Cell, CellError, Row, Sheet, Value
from collectors.tabular.columns_of_days import DayColumn, DayWriting, day_columns, plain_number
from collectors.tabular.conversions import as_count, as_number, as_text, has_decimal_comma, western_digits
from collectors.tabular.days import as_day, as_month, as_time, written_day
from collectors.tabular.formats import TableFormat, heads_table
from collectors.tabular.headers import (
    NamedTable,
    columns_of,
    header_row,
    named_table,
    on,
    rejected_row,
    within,
    word_lists,
)
from collectors.tabular.heads import find_header, headings, is_totals, known_names, plain_text, unique_names, word_key
from collectors.tabular.letters import column_letter
from collectors.tabular.notices import hidden_notice, order_notice, table_notices
from collectors.tabular.reading import MAX_BYTES, MAX_CELLS, read_sheets
from collectors.tabular.zipped import table_stem

__all__ = [
    "MAX_BYTES",
    "MAX_CELLS",
    "Cell",
    "CellError",
    "DayColumn",
    "DayWriting",
    "NamedTable",
    "Row",
    "Sheet",
    "TableFormat",
    "Value",
    "as_count",
    "as_day",
    "as_month",
    "as_number",
    "as_text",
    "as_time",
    "column_letter",
    "columns_of",
    "day_columns",
    "find_header",
    "has_decimal_comma",
    "header_row",
    "headings",
    "heads_table",
    "hidden_notice",
    "is_totals",
    "known_names",
    "named_table",
    "on",
    "order_notice",
    "plain_number",
    "plain_text",
    "read_sheets",
    "rejected_row",
    "table_notices",
    "table_stem",
    "unique_names",
    "western_digits",
    "within",
    "word_key",
    "word_lists",
    "written_day",
]
