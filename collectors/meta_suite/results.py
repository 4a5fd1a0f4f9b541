"""The tables of results: under a title a column of days and one of numbers, one table below the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from collectors.base import FileReport, FileSettings, source_key
from collectors.meta_suite.posts import WORDS
from collectors.meta_suite.settings import MetaSuiteSettings
from collectors.meta_suite.streams import ListedResult
from collectors.tabular import (
    CellError,
    DayWriting,
    Row,
    Sheet,
    as_number,
    day_columns,
    has_decimal_comma,
    is_totals,
    rejected_row,
    table_notices,
    word_key,
)

NAME = "Facebook"
"""Results name no page: in the register of spaces theirs may be called this."""


@dataclass
class Results:
    """The days of one metric; None for a title no list knows."""

    sheet: Sheet
    metric: str | None
    rows: list[Row] = field(default_factory=list)


def results_in(sheet: Sheet) -> list[Results]:
    """The tables of a sheet; none where no title above a column of days is known."""
    found: list[Results] = []
    title = ""
    for row in sheet.rows:
        filled = [cell for cell in row.cells if cell.value is not None]
        first = word_key(filled[0].value) if filled else ""
        if first in WORDS["day"] and 1 < len(filled) <= 3 and title:
            found.append(Results(sheet, WORDS["results"].get(title)))
            title = ""
        elif len(filled) == 1:
            title = first
        elif found and filled and not is_totals(row):
            found[-1].rows.append(row)
    return found if any(one.metric for one in found) else []


def read_results(tables: list[Results], settings: FileSettings, report: FileReport) -> Iterator[dict[str, Any]]:
    """A row a metric and day. Raises RejectFile: dates_contradict, dates_undecided."""
    own = settings.own(MetaSuiteSettings)
    rows = [row for table in tables for row in table.rows]
    writing = DayWriting(settings.timezone, own.section, settings.today, own.day_first)
    column = day_columns(tables[0].sheet, rows, [0], writing)[0]
    report.notices += table_notices(rows, [column])
    place = {"space": own.space, "space_key": source_key(NAME, settings.digest_key)}
    comma = has_decimal_comma(row.cell(1) for row in rows)
    for table in tables:
        for row in table.rows if table.metric else ():
            try:
                day, amount = column.day(row.cell(0)), as_number(row.cell(1), comma)
            except CellError as problem:
                report.rejected.append(rejected_row(table.sheet, row, problem, ListedResult.name))
                continue
            if day is not None and amount is not None:
                yield {**place, "metric": table.metric, "day": day, "amount": amount}
