"""Reads a staff workbook into pages of the staff streams.

A row that cannot be taken is put aside with sheet, cell and remedy; the others load. Belongs here: the
order of work and what the report says. Places: `matching`; cells: `cells`; rows: `records`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from collectors.base import CellNote, FileFormat, FileReport, FileSettings, Page, Rejected, Stream
from collectors.errors import RejectFile
from collectors.remarks import Said
from collectors.staff_workbook import streams
from collectors.staff_workbook.about import DATED, about_row, days_about
from collectors.staff_workbook.cells import Book, WordError, problem
from collectors.staff_workbook.doubted import doubted
from collectors.staff_workbook.hidden_sheet import Contents, contents_of
from collectors.staff_workbook.layout import HIDDEN_SHEET, LAYOUT_VERSION, MESSAGES
from collectors.staff_workbook.matching import Table, find_tables
from collectors.staff_workbook.records import Record, content_code
from collectors.staff_workbook.rows import read_row
from collectors.tabular import Cell, CellError, Row, hidden_notice, is_totals, plain_text, read_sheets

NOTHING: Mapping[str, Any] = MappingProxyType({})


class StaffWorkbook(FileFormat):
    """The workbook municipal staff fill in."""

    name = "staff_workbook"
    streams = (
        streams.StaffSpace,
        streams.StaffMember,
        streams.StaffReport,
        streams.StaffFollowUp,
        streams.StaffPublication,
        streams.StaffMembership,
        streams.StaffEvent,
        streams.StaffAsset,
        streams.StaffPeriod,
        streams.StaffVersion,
    )

    def recognises(self, path: Path) -> bool:
        """By the hidden sheet every staff workbook carries."""
        try:
            return any(sheet.name == HIDDEN_SHEET for sheet in read_sheets(path, first_rows=2))
        except RejectFile:
            return False

    def pages(self, path: Path, settings: FileSettings, report: FileReport) -> Iterator[Page]:
        """One page a stream that has records. Raises RejectFile when nothing was typed in, or it is another town's."""
        # Landing may ask again from the start; a second reading replaces the first.
        report.rejected.clear()
        report.notices.clear()
        report.cells.clear()
        reading = Reading(settings, report)
        reading.read(path)
        yield from reading.pages()
        if settings.fingerprint:  # else it is only looked at
            yield Page.of(streams.StaffVersion, [reading.version()])


@dataclass
class Kept:
    """A record that is taken, and where it stands."""

    record: Record
    seen: list[tuple[str, int]]  # sheet and row of each time it was said, the last being the one that counts
    at: Mapping[str, str] = field(default_factory=dict)  # column -> address


@dataclass
class Reading:
    """One workbook on its way: what was read, put aside and noticed."""

    settings: FileSettings
    report: FileReport
    records: dict[str, dict[tuple[Any, ...], Kept]] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    occurrences: Counter[str] = field(default_factory=Counter)
    hidden_rows: int = 0
    whole: set[str] = field(default_factory=set)  # sheets that were there, until a row of theirs is put aside

    def read(self, path: Path) -> None:
        sheets = read_sheets(path)
        tables, unknown = find_tables(sheets)
        if not tables:
            raise RejectFile("no_sheets")
        self.take(tables, contents_of(sheets), unknown)

    def take(self, tables: Sequence[Table], contents: Contents, unknown: Sequence[int] = ()) -> None:
        """Read these tables. `unknown` are the positions of sheets nobody knows."""
        self.book = Book(contents)
        self.book.contents.reported = self.settings.reader_options.get("reported", {})
        self._town(self.book.contents.authority, self.settings)
        for code, title in self.book.contents.spaces.items():
            self.book.add_space(code, title)
        if self.book.contents.version > LAYOUT_VERSION:
            self._notice("newer_layout")
        for number in unknown:
            self._notice("unknown_sheet", number=number)
        for table in tables:  # spaces come first: the other sheets name them
            self._table(table)
        self._duplicates()
        kept = [one for rows in self.records.values() for one in rows.values()]
        self.report.cells += doubted(kept, self.book.contents.entries, self.settings.past, self.settings.today)
        self.report.notices += hidden_notice(self.hidden_rows)
        days = days_about(kept.record for rows in self.records.values() for kept in rows.values())
        self.report.rejected[:] = [
            one if one.stream not in DATED or "since" in one.about else replace(one, about={**days, **one.about})
            for one in self.report.rejected
        ]
        # One that was emptied takes back what it held, where that is asked for.
        if not (self.taken or self.refused or self.settings.is_withdrawing):
            raise RejectFile("nothing_entered")
        self.report.status = "partial" if self.report.rejected else "read"
        self.report.details.update(
            authority=self.book.contents.authority,
            language=self.book.contents.language,
            layout=self.book.contents.version,
            sheets=dict(self.taken),
            entries=sum(len(rows) for rows in self.records.values()),
            rejected_by_sheet=dict(self.refused),
        )

    def pages(self) -> Iterator[Page]:
        """A page of each stream that has records."""
        for stream in StaffWorkbook.streams:
            if rows := self.records.get(stream.name):
                yield Page.of(stream, [kept.record for kept in rows.values()])

    def version(self) -> Record:
        """The row that speaks of the workbook as a whole."""
        return {
            "fingerprint": self.settings.fingerprint,
            "sheets": sorted(self.whole - set(self.refused)),
            "is_again": self.settings.is_again,
            "is_withdrawing": self.settings.is_withdrawing,
        }

    def _town(self, theirs: str, settings: FileSettings) -> None:
        """Another town's workbook is refused: its figures would count for ours. An old one does not say whose it is."""
        if settings.authority and not theirs:
            self._notice("no_town", town=settings.named(settings.authority))
        elif settings.authority and theirs != settings.authority:
            raise RejectFile("another_town", theirs=settings.named(theirs), ours=settings.named(settings.authority))

    def _table(self, table: Table) -> None:
        for address in table.unknown:
            self._notice("unknown_column", sheet=table.sheet.name, cell=address)
        for code, columns in (("column_missing", [c.id for c in table.missing()]), ("column_twice", table.twice)):
            for name in columns:
                address = table.header.cells[0].address if table.header.cells else "A1"
                self._reject(table, [problem(address, code, table.layout.column(name))], None)
        if table.missing() or table.twice:
            return
        unfinished = []
        self.book.day_first = table.orders_of_days(self.settings.timezone)
        self.whole.add(table.layout.id)
        for row in table.rows:
            if not self._says_something(table, row):
                if table.layout.stream is streams.StaffSpace and any(_is_filled(cell) for cell in row.cells):
                    unfinished.append(str(row.number))
                continue
            if not table.is_form and any(is_totals(Row(row.number, [cell])) for cell in row.cells):
                self._notice("totals", sheet=table.sheet.name, rows=row.number)
                continue
            self._row(table, row)
        if unfinished:
            self._notice("unfinished", sheet=table.sheet.name, rows=", ".join(unfinished))

    def _says_something(self, table: Table, row: Row) -> bool:
        cells = {c.id: table.cell(row, c) for c in table.layout.columns if c.id not in table.layout.prefilled}
        return any(cell is not None and _is_filled(cell) for cell in cells.values())

    def _row(self, table: Table, row: Row) -> None:
        self.book.doubts.clear()
        values, faults, found = read_row(table, row, self.book, self.settings.digest_key)
        if faults:
            self._reject(table, [error for _, error in faults], row, values)
            return
        self.report.cells += [
            CellNote(table.sheet.name, address, what, is_refused=False) for address, what in self.book.doubts
        ]
        self.taken[table.layout.id] += 1
        self.hidden_rows += row.is_hidden
        for record in found:
            self._keep(table, row, record)

    def _keep(self, table: Table, row: Row, record: Record) -> None:
        stream = table.layout.stream
        if stream is streams.StaffSpace:
            self.book.add_space(record["space"], record["title"])
        if stream is streams.StaffReport:
            figure = next(c for c in row.cells if _is_filled(c))
            if "amount" in table.columns:
                figure = row.cell(table.columns["amount"]) or figure
            record["cell"] = table.sheet.where(figure.address)
            record |= {"sheet": table.layout.id, "occurrence": 1}
        if stream is streams.StaffPublication and record["publication"] is None:
            code = content_code("p", record)
            self.occurrences[code] += 1
            record["publication"] = f"{code}-{self.occurrences[code]}"
        kept = self.records.setdefault(stream.name, {})
        here = (table.sheet.name, row.number)
        at = {name: table.address(row, name) for name in table.columns}
        key = _key(stream, record)
        before = kept.get(key)
        if before is not None and self._both_count(stream, record) and before.seen[-1][0] == here[0]:
            while key in kept:
                record["occurrence"] += 1
                key = _key(stream, record)
            kept[key] = Kept(record, [here], at)
            return
        seen: list[tuple[str, int]] = []
        number = 1
        while (said := kept.pop(_key(stream, {**record, "occurrence": number}), None)) is not None:
            seen += said.seen  # all its occurrences, where they stand on another copy of the sheet
            number += 1
        kept[_key(stream, record)] = Kept(record, [*seen, here], at)

    def _both_count(self, stream: type[Stream], record: Record) -> bool:
        """Whether two rows of one key are two entries."""
        entry = self.book.contents.entries.get(record.get("indicator", "")) if stream is streams.StaffReport else None
        is_counted = entry is not None and entry.counts_rows_together(record["part"])
        return is_counted or record.get("indicator") == "focus_group"

    def _duplicates(self) -> None:
        said_twice = {tuple(k.seen) for rows in self.records.values() for k in rows.values() if len(k.seen) > 1}
        for seen in sorted(said_twice):
            last = seen[-1][0]
            rows = ", ".join(str(row) if sheet == last else f"{sheet}!{row}" for sheet, row in seen)
            self._notice("duplicate", sheet=last, rows=rows)
        together: dict[tuple[Any, ...], list[Kept]] = {}
        for kept in self.records.get(streams.StaffReport.name, {}).values():
            one = kept.record
            key = tuple(one.get(name) for name in streams.StaffReport.key if name != "occurrence")
            together.setdefault(key, []).append(kept)
        for sheet, numbers in sorted(
            (some[-1].seen[-1][0], [one.seen[-1][1] for one in some]) for some in together.values() if len(some) > 1
        ):
            self._notice("added_up", sheet=sheet, rows=", ".join(map(str, numbers)))

    def _reject(
        self,
        table: Table,
        errors: Sequence[CellError],
        row: Row | None,
        values: Mapping[str, Any] = NOTHING,
    ) -> None:
        """Put a row aside under its first wrong cell; all of them are named. `values` are what its others say."""
        self.refused[table.layout.id] += 1
        raw = table.raw(row) if row is not None else b""
        where = table.sheet.where(", ".join(error.address for error in errors))
        for error in errors:
            meant, choices = (error.meant, error.choices) if isinstance(error, WordError) else ((), ())
            what = Said(error.code, self._named(table, error))
            self.report.cells.append(CellNote(table.sheet.name, error.address, what, True, meant, choices))
        arguments = self._named(table, errors[0])
        about = about_row(table.layout, values)
        stream = table.layout.stream.name
        self.report.rejected.append(Rejected(where, errors[0].code, arguments, raw, stream=stream, about=about))

    def _named(self, table: Table, error: CellError) -> dict[str, Any]:
        """An error's arguments, its column by its title."""
        given = dict(error.arguments)
        if "column" in given:
            given["column"] = table.layout.column(str(given["column"])).title[self.book.contents.language]
        return given

    def _notice(self, code: str, **values: Any) -> None:
        text = MESSAGES["notice"][code][self.book.contents.language].format(**values)
        self.report.notices.append(text)


def _key(stream: type[Stream], record: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(record.get(name) for name in stream.key)


def _is_filled(cell: Cell) -> bool:
    # A cell may hold nothing but spaces and direction marks.
    return cell.is_formula_without_value or (cell.value is not None and plain_text(cell.value) != "")
