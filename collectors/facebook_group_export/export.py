"""The export's file format: recognition, and its numbers as pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from collectors.base import FileFormat, FileReport, FileSettings, Page, Rejected, source_key
from collectors.errors import Argument, RejectFile
from collectors.facebook_group_export.columns import OF_GROUPS, Table, group_in, table_of
from collectors.facebook_group_export.settings import FacebookGroupSettings
from collectors.facebook_group_export.streams import GroupMetric
from collectors.remarks import Remark, said
from collectors.tabular import (
    Cell,
    CellError,
    DayColumn,
    DayWriting,
    Row,
    as_count,
    as_month,
    as_number,
    column_letter,
    hidden_notice,
    order_notice,
    read_sheets,
    table_stem,
)

_LOOK = 40
_STAFF_MARK = "_kehila"
_PEOPLE = frozenset({"members", "joined", "left", "removed"})
_FILE_WORDS = re.compile(
    r"(?i)\b(?:(?:facebook )?(?:group )?insights|facebook|daily numbers|export|csv|xlsx)\b|תובנות|ייצוא|פייסבוק"
    r"|إحصاءات|فيسبوك|\(\d+\)|\d{4}[-_. ]\d{1,2}(?:[-_. ]\d{1,2})?|\d{1,2}[-_. ]\d{1,2}[-_. ]\d{2,4}|\d{8}"
)


@dataclass
class _Reading:
    """What has been read of the file so far."""

    amounts: dict[tuple[str, date], float] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    not_kept: int = 0
    rows: int = 0
    hidden_rows: int = 0
    is_order_proven_otherwise: bool = False
    rejected: list[Rejected] = field(default_factory=list)
    notices: list[Remark] = field(default_factory=list)


class FacebookGroupExport(FileFormat):
    """A CSV or xlsx with a row a day (or week, or month) and a column a metric."""

    name = "facebook_group"
    is_asked_last = True
    Settings = FacebookGroupSettings
    streams = (GroupMetric,)

    def recognises(self, path: Path) -> bool:
        """By a column of days and two known metrics that hold numbers, one of which only a group has."""
        try:
            sheets = read_sheets(path, first_rows=_LOOK)
        except (RejectFile, OSError):
            return False
        if any(sheet.name == _STAFF_MARK for sheet in sheets):
            return False
        tables = [table_of(sheet, {}) for sheet in sheets if not sheet.hidden]
        return any(table is not None and _is_of_a_group(table) for table in tables)

    def pages(self, path: Path, settings: FileSettings, report: FileReport) -> Iterator[Page]:
        """The numbers.

        Raises RejectFile: those of the table reader and of columns of days, mapping_invalid, no_days, group_unknown.
        """
        report.format = self.name
        own = settings.own(FacebookGroupSettings)
        writing = DayWriting(settings.timezone, own.section, settings.today, own.day_first)
        sheets = [sheet for sheet in read_sheets(path) if not sheet.hidden]
        tables: list[Table] = []
        offset = 0
        for sheet in sheets:
            table = table_of(sheet, own.columns, offset=offset)
            if table is not None and table.metrics:
                tables.append(table)
            offset += max((len(row.cells) for row in sheet.rows), default=0)
        if not tables:
            raise RejectFile("no_days")
        group, source = _group(path, own.group, tables)
        reading = _Reading()
        for table in tables:
            _read(table, reading, table.days(writing), has_siblings=len(tables) > 1)
        days = {day for _, day in reading.amounts}
        if not days:
            raise RejectFile("no_days")
        period = own.period or ("month" if any(table.by_month for table in tables) else _period(days))
        key = source_key(group, settings.digest_key)
        reading.rejected = [_placed(one, key, days) for one in reading.rejected]
        _fill_report(report, reading, source, period, days)
        yield _page(key, period, reading.amounts)


def _is_of_a_group(table: Table) -> bool:
    """Whether two known metrics really hold numbers, and one of them, or the sheet, speaks of a group.

    A survey may have a column called Comments, and a list of posts has the comments and reactions of each.
    """
    found = set()
    for at, metric in table.metrics.items():
        good = bad = 0
        for row in table.rows:
            try:
                good += as_number(row.cell(at), table.has_decimal_comma) is not None
            except CellError:
                bad += 1
        if good > bad and not metric.startswith("column_"):
            found.add(metric)
    return len(found) >= 2 and bool(found & OF_GROUPS or group_in(table.sheet, table))


def _group(path: Path, given: str | None, tables: list[Table]) -> tuple[str, str]:
    """The group's name, and where it was found."""
    if given:
        return given, "options"
    for table in tables:
        name = group_in(table.sheet, table)
        if name:
            return name, "cell"
    stem = " ".join(_FILE_WORDS.sub(" ", re.sub(r"[_+]", " ", table_stem(path))).replace("-", " ").split())
    if not any(c.isalpha() for c in stem):
        raise RejectFile("group_unknown")
    return stem, "file_name"


def _read(table: Table, reading: _Reading, column: DayColumn, *, has_siblings: bool) -> None:
    days = [(row, _day(table, row, reading, column)) for row in table.rows]
    known = [day for _, day in days if day is not None]
    if _is_list(known):
        reading.notices.append(said("list_of_posts"))
        return
    reading.is_order_proven_otherwise |= column.is_proven_otherwise
    taken: set[date] = set()
    metrics = {at: m for at, m in table.metrics.items() if m not in reading.columns.values()}
    for at, metric in metrics.items():
        letter = column_letter(at + 1)
        label = table.sheet.where(letter) if has_siblings else letter
        reading.columns[label] = "left" if metric == "removed" else metric
    reading.not_kept += len(table.not_kept) + len(table.metrics) - len(metrics)
    for row, day in days:
        if day is None:
            continue
        reading.rows += 1
        reading.hidden_rows += row.is_hidden
        cell = row.cell(table.day_column)
        if day in taken:
            reading.rejected.append(_rejected(table, cell, "date_repeated", day=day))
            continue
        taken.add(day)
        for at, metric in metrics.items():
            amount = _amount(table, row.cell(at), metric, day, reading)
            if amount is not None:
                name = "left" if metric == "removed" else metric
                both = reading.amounts.get((name, day), 0.0) if {"left", "removed"} <= set(metrics.values()) else 0.0
                reading.amounts[name, day] = amount + (both if name == "left" else 0.0)


def _is_list(days: list[date]) -> bool:
    """Whether days repeat too often for daily numbers with a slip in them."""
    distinct = len(set(days))
    return distinct * 2 <= len(days) > 1 or (len(days) >= 10 and distinct * 5 < len(days) * 4)


def _day(table: Table, row: Row, reading: _Reading, column: DayColumn) -> date | None:
    """The row's day; a row with numbers and no readable day is set aside, a note below the table is not."""
    if all((metric := row.cell(at)) is None or metric.is_blank for at in table.metrics):
        return None
    cell = row.cell(table.day_column) or Cell(f"{column_letter(table.day_column + 1)}{row.number}", None)
    try:
        month = as_month(cell, column.is_day_first) if table.by_month else None
        day = date(int(month[:4]), int(month[5:]), 1) if month else column.day(cell)
    except CellError as error:
        reading.rejected.append(_rejected(table, cell, error.code, error.arguments))
        return None
    if day is None:
        reading.rejected.append(_rejected(table, cell, "date_missing"))
    return day


def _amount(table: Table, cell: Cell | None, metric: str, day: date, reading: _Reading) -> float | None:
    """A metric's number. An abbreviated one (12.5K) is refused: its last digits are lost for good."""
    try:
        of = as_number if metric.startswith("column_") else as_count
        return of(cell, table.has_decimal_comma)
    except CellError as error:
        reading.rejected.append(_rejected(table, cell, error.code, error.arguments, day, metric))
        return None


def _rejected(
    table: Table, cell: Cell | None, code: str, arguments: Mapping[str, Argument] = MappingProxyType({}),
    day: date | None = None, metric: str = "",
) -> Rejected:  # fmt: skip
    value = cell.value if cell is not None else None
    where = table.sheet.where(cell.address) if cell is not None else table.sheet.name
    told: dict[str, Argument] = {} if day is None else {"since": day.isoformat(), "until": day.isoformat()}
    if metric:
        told["metric"] = "left" if metric == "removed" else metric
        told["fact"] = "membership" if metric in _PEOPLE else "platform_metric"
    raw = b"" if value is None else str(value).encode(errors="replace")
    return Rejected(where, code, arguments, raw, stream=GroupMetric.name, about=told)


def _placed(one: Rejected, key: str, days: set[date]) -> Rejected:
    """With the group it is of; a row whose day cannot be read may be of any of the file."""
    of_file = {"since": min(days).isoformat(), "until": max(days).isoformat()}
    return replace(one, about={**of_file, **one.about, "group_key": key})


def _period(days: set[date]) -> str:
    """Day, unless the days are always a week apart or always the first of a month."""
    ordered = sorted(days)
    steps = {later - earlier for earlier, later in pairwise(ordered)}
    if len(ordered) >= 3 and steps == {timedelta(days=7)}:
        return "week"
    if len(ordered) >= 3 and all(day.day == 1 for day in ordered):
        return "month"
    return "day"


def _fill_report(report: FileReport, reading: _Reading, source: str, period: str, days: set[date]) -> None:
    notices = list(reading.notices)
    if source == "file_name":
        notices.append(said("named_by_file"))
    if reading.not_kept:
        notices.append(said("columns_not_kept", count=reading.not_kept))
    notices += hidden_notice(reading.hidden_rows) + order_notice(reading.is_order_proven_otherwise)
    report.rejected[:] = reading.rejected
    report.notices[:] = notices
    report.status = "partial" if reading.rejected else "read"
    report.details = {
        "rows": reading.rows,
        "numbers": len(reading.amounts),
        "first": min(days).isoformat(),
        "last": max(days).isoformat(),
        "period": period,
        "group_from": source,
        "columns": reading.columns,
        "not_kept": reading.not_kept,
    }


def _page(key: str, period: str, amounts: Mapping[tuple[str, date], float]) -> Page:
    group = {"group_key": key, "period": period}
    rows = [
        {**group, "metric": m, "period_start": day, "amount": amount} for (m, day), amount in sorted(amounts.items())
    ]
    return Page.of(GroupMetric, rows)
