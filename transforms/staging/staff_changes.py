"""What a corrected workbook changed, as an import reports it and a value's lineage shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypedDict

import pyarrow as pa

from transforms.staging.records import Row
from transforms.staging.staff_moves import month_said
from transforms.staging.staff_topics import REGISTERS, REPORT_TOPICS
from transforms.staging.staff_versions import KEYS, Changes, sheet_of, workbooks


@dataclass(frozen=True)
class Gone:
    """Rows of an earlier version that a newer one does not hold. `name` is an indicator, a register or a topic."""

    sheet: str
    month: str
    name: str
    rows: int


class RowsGone(TypedDict):
    """Rows of a sheet and month ('' for what holds over time), with the indicators they feed (`headlines`)."""

    sheet: str
    month: str
    rows: int
    headlines: list[str]


class RowMoved(TypedDict):
    """The month of a row before it was corrected, and after."""

    old: str
    new: str


class ChangesReport(TypedDict):
    """What an import of a workbook changed, for its report."""

    added: int
    changed: int
    moved: list[RowMoved]
    vanished: list[RowsGone]
    withdrawn: list[RowsGone]


def changes_in_json(changes: Changes) -> ChangesReport:
    """What an import of a workbook changed, as its report tells it: counts, and rows that are in it no more."""

    def lines(gone: Iterable[tuple[str, Row]]) -> list[RowsGone]:
        return [
            {"sheet": one.sheet, "month": one.month, "rows": one.rows, "headlines": headlines_of(one)}
            for one in listed(gone)
        ]

    moved: list[RowMoved] = [{"old": month_said(row), "new": month_said(now)} for row, now in changes.moved]
    return {
        "added": changes.added, "changed": changes.changed, "moved": moved,
        "vanished": lines(changes.vanished), "withdrawn": lines(changes.withdrawn),
    }  # fmt: skip


def listed(gone: Iterable[tuple[str, Row]]) -> list[Gone]:
    """Rows that are there no more, counted by sheet, month and what they are about."""
    counted = Counter(
        (sheet_of(stream, row), month_said(row), row.get("indicator") or row.get("topic") or "") for stream, row in gone
    )
    return [Gone(*place, rows) for place, rows in sorted(counted.items())]


def withdrawn_rows(landed: Mapping[str, pa.Table], indicator: str, month: str) -> int:
    """Rows of workbooks that fed an indicator's month and were withdrawn, and were not entered again since."""
    return withdrawn(landed)[indicator, month]


def withdrawn(landed: Mapping[str, pa.Table]) -> Counter[tuple[str, str]]:
    """(indicator, month) -> its rows that were withdrawn, and were not entered again since."""
    books = workbooks(landed)

    def place(stream: str, row: Row) -> tuple[str, ...]:
        return stream, *(str(row[name]) for name in KEYS[stream] if name != "occurrence")

    standing = {place(stream, row) for stream, rows in books.standing.items() for row in rows}
    gone = {place(stream, row): (stream, row) for one in books.changes.values() for stream, row in one.withdrawn}
    lines = listed(said for where, said in gone.items() if where not in standing)
    found = Counter[tuple[str, str]]()
    for one in lines:
        if one.month:
            found.update({(name, one.month): one.rows for name in headlines_of(one)})
    return found


def headlines_of(gone: Gone) -> list[str]:
    """The indicators that rows of a sheet feed; none where it says what the town is."""
    if gone.sheet in ("members", "publications"):
        return [name for name in REPORT_TOPICS[gone.sheet] if "." in name]
    names = REPORT_TOPICS.get(gone.name, (gone.name,) if gone.name else ())
    return [one for name in names for one in REGISTERS.get(name, (name,))]
