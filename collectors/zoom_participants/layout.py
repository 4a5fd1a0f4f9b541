"""The tables of a report: a meeting's head above its people, people alone, meetings alone, or both in each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from collectors.tabular import (
    Cell,
    Row,
    Sheet,
    column_letter,
    columns_of,
    has_decimal_comma,
    is_totals,
    word_key,
    word_lists,
)

_WORDS = word_lists(Path(__file__).with_name("words.yaml"))
FIELDS = _WORDS["fields"]
_TIMES = ("started", "ended", "joined", "left")
_COUNTS = ("minutes", "participants")


@dataclass
class Table:
    """A header and the rows below it. Columns of the `meeting` stand before the names, those of a `person` after."""

    sheet: Sheet
    header: Row
    meeting: Mapping[str, int]
    person: Mapping[str, int]
    rows: list[Row] = field(default_factory=list)

    @property
    def unknown(self) -> int:
        """Columns no word knows."""
        return columns_of(self.header.cells, FIELDS)[1]

    @cached_property
    def decimal_comma(self) -> bool | None:
        """How its numbers are written; asked for when all its rows are there."""
        counted = [at for side in (self.meeting, self.person) for name in _COUNTS if (at := side.get(name)) is not None]
        return has_decimal_comma(row.cell(at) for row in self.rows for at in counted)

    def times(self) -> list[int]:
        """Its columns of times."""
        return [side[name] for side in (self.meeting, self.person) for name in _TIMES if name in side]

    def column(self, header: str) -> int | None:
        """The column of the meeting with just this header."""
        end = min(self.person.values(), default=len(self.header.cells))
        cells = enumerate(self.header.cells[:end])
        return next((at for at, cell in cells if word_key(cell.value) == word_key(header)), None)


def cell_at(row: Row, at: int | None) -> Cell | None:
    """A cell with its address, blank where the row ends before it; None of no column."""
    if at is None:
        return None
    return row.cell(at) or Cell(f"{column_letter(at + 1)}{row.number}", None)


def first_of_times(tables: Sequence[Table]) -> int | None:
    """The column of beginnings, which no time in its row is before; None where a table has another in its place."""
    begins = [(table.meeting.get("started", table.person.get("joined")), table.times()) for table in tables]
    return next((at for at, _ in begins if at is not None and all(at == b or at not in t for b, t in begins)), None)


def tables_of(sheet: Sheet) -> list[Table]:
    """The tables of a sheet, in order; none where it is no report of Zoom's."""
    found: list[Table] = []
    for row in sheet.rows:
        table = _headed(sheet, row)
        if table is not None:
            found.append(table)
        elif found and not is_totals(row):
            found[-1].rows.append(row)
    is_report = any(one.person for one in found) or any(
        {"started", "participants"} <= set(one.meeting) for one in found
    )
    return found if is_report else []


def _headed(sheet: Sheet, row: Row) -> Table | None:
    """The table that begins with a row of headers; None where the row is none."""
    columns, _ = columns_of(row.cells, FIELDS)
    at = columns.get("name", len(row.cells))
    meeting, _ = columns_of(row.cells[:at], FIELDS)
    person = {name: at + place for name, place in columns_of(row.cells[at:], FIELDS)[0].items()}
    is_zooms = any(word_key(cell.value) in _WORDS["marks"] for cell in row.cells if isinstance(cell.value, str))
    is_people = is_zooms and {"name", "email"} <= set(person) and bool({"joined", "minutes"} & set(person))
    is_meetings = "number" in meeting and len(meeting) >= 2 and not person
    return Table(sheet, row, meeting, person) if is_people or is_meetings else None
