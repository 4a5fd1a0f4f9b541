"""What was typed into the web form, as tables and pages: read by the same rules as the sheets of a workbook.

A part of the form (a month, or a list) is a version of what was sent of it before: `staff_versions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlsxwriter.utility import xl_col_to_name

from collectors.base import FileReport, FileSettings, Page
from collectors.staff_workbook import streams
from collectors.staff_workbook.hidden_sheet import Contents
from collectors.staff_workbook.layout import SheetLayout
from collectors.staff_workbook.matching import Table
from collectors.staff_workbook.reader import Reading
from collectors.tabular import Cell, Row, Sheet

Line = Mapping[str, str]
"""Column -> what was typed there."""


@dataclass(frozen=True)
class FormBook:
    """What is sent of a part of the form: all lines of these sheets, by the login of somebody in a role.

    `keeps` are the sheets of which what is not among the lines goes on standing.
    """

    book: str
    role: str
    entered_by: str = field(repr=False)
    sheets: Mapping[str, Table] = field(repr=False)
    contents: Contents = field(repr=False)
    keeps: frozenset[str] = frozenset()


def form_table(layout: SheetLayout, lines: Sequence[Line], language: str) -> Table:
    """A sheet of the form as a table; row 1 is its first line."""
    places = {column.id: place for place, column in enumerate(layout.columns)}
    rows = [
        Row(
            number,
            [
                Cell(f"{xl_col_to_name(place)}{number}", line.get(name, "").strip() or None)
                for name, place in places.items()
            ],
        )
        for number, line in enumerate(lines, start=1)
    ]
    header = Row(0, [])
    return Table(Sheet(layout.title[language], rows), layout, places, rows, header, is_form=True)


def form_pages(sent: FormBook, settings: FileSettings, report: FileReport) -> Iterator[Page]:
    """The pages of what is sent. What cannot be taken is noted in the report, as of a workbook."""
    report.rejected.clear()
    report.notices.clear()
    reading = Reading(settings, report)
    reading.take(list(sent.sheets.values()), sent.contents)
    yield from reading.pages()
    version = reading.version()
    whole = sorted(set(version["sheets"]) - sent.keeps)
    yield Page.of(
        streams.StaffVersion,
        [{**version, "sheets": whole, "book": sent.book, "role": sent.role, "entered_by": sent.entered_by}],
    )
