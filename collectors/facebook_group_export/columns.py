"""Which column of the export is which metric: the days by content, the metrics by header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from collectors.facebook_group_export.settings import Metric
from collectors.tabular import (
    Cell,
    CellError,
    DayColumn,
    DayWriting,
    Row,
    Sheet,
    as_day,
    as_month,
    as_number,
    column_letter,
    day_columns,
    has_decimal_comma,
    headings,
    is_totals,
    known_names,
    plain_number,
    plain_text,
    word_key,
)

METRICS = get_args(Metric)

_HEADERS: dict[str, str] = {
    "members": "members|total members|members total|member count|number of members|total group members"
    '|חברים|סך החברים|סה"כ חברים|סך הכל חברים|חברי הקבוצה|מספר חברים|מספר החברים'
    "|الأعضاء|إجمالي الأعضاء|عدد الأعضاء|مجموع الأعضاء",
    "joined": "joined|members joined|new members|members added|approved|approved members|approved member requests"
    "|approved membership requests|הצטרפו|מצטרפים|חברים חדשים|חברים שהצטרפו|בקשות שאושרו|אושרו|חברים שאושרו"
    "|انضموا|أعضاء جدد|الأعضاء الجدد|المنضمون|طلبات تمت الموافقة عليها|الطلبات المقبولة",
    "left": "left|members left|members who left|left or removed|עזבו|חברים שעזבו|עזבו או הוסרו"
    "|غادروا|الأعضاء المغادرون|أعضاء غادروا",
    "removed": "removed|members removed|removed members|הוסרו|חברים שהוסרו|تمت إزالتهم|أعضاء تمت إزالتهم",
    "posts": 'posts|total posts|number of posts|פוסטים|סך הפוסטים|סה"כ פוסטים|מספר פוסטים|פרסומים'
    "|المنشورات|منشورات|عدد المنشورات|إجمالي المنشورات",
    "comments": 'comments|total comments|number of comments|תגובות|סך התגובות|סה"כ תגובות|מספר תגובות'
    "|التعليقات|تعليقات|عدد التعليقات|إجمالي التعليقات",
    "reactions": "reactions|total reactions|likes|number of reactions|רגשות|תגובות רגש|סימוני רגש|לייקים|אהבתי"
    "|التفاعلات|تفاعلات|عدد التفاعلات|إجمالي التفاعلات",
    "active_members": "active members|active|members active|number of active members|חברים פעילים|פעילים"
    "|الأعضاء النشطون|أعضاء نشطون|الأعضاء النشطين",
    "views": "views|total views|post views|number of views|צפיות|סך הצפיות|צפיות בפוסטים|מספר צפיות"
    "|المشاهدات|مشاهدات|عدد المشاهدات|إجمالي المشاهدات",
}
_GROUP_HEADERS = frozenset({"group", "group name", "שם הקבוצה", "קבוצה", "اسم المجموعة", "المجموعة"})
_DATE_HEADERS = frozenset({"date", "day", "תאריך", "יום", "التاريخ", "اليوم"})
OF_GROUPS = frozenset({"members", "joined", "left", "removed", "active_members"})
"""Metrics that only a group has. Posts, comments and views stand in tables of everything."""
_IDENTIFIER = 10**9
"""An unknown number this large is an account or a telephone number, not a count."""


_METRIC_OF = {word_key(header): metric for metric, headers in _HEADERS.items() for header in headers.split("|")}


@dataclass(frozen=True)
class Table:
    """A sheet with a column of days, as understood. Columns are counted from 0."""

    sheet: Sheet
    header: Row | None
    rows: list[Row]  # below the header, totals left out
    day_column: int
    by_month: bool
    metrics: dict[int, str]  # `removed` counts into `left`
    not_kept: tuple[int, ...]
    has_decimal_comma: bool | None

    def known(self) -> set[str]:
        """The metrics that were known by their headers and not by position."""
        return {metric for metric in self.metrics.values() if not metric.startswith("column_")}

    def days(self, writing: DayWriting) -> DayColumn:
        """How its column of days is read. Raises RejectFile: dates_contradict, dates_undecided."""
        return day_columns(self.sheet, self.rows, [self.day_column], writing)[self.day_column]


def table_of(sheet: Sheet, columns: Mapping[str, str], *, offset: int = 0) -> Table | None:
    """What a sheet holds; None when no column is days. `offset` is added to the positions of unknown columns."""
    width = max((len(row.cells) for row in sheet.rows), default=0)
    wanted = next((at for at in range(width) if _mapped(sheet, at, columns) == "date"), None)
    candidates = range(width) if wanted is None else [wanted]
    for by_month in (False, True):
        days = {at: [r for r in sheet.rows if _is_day(r.cell(at), by_month)] for at in candidates}
        best = max(candidates, key=lambda at: (len(days[at]), -at), default=None)
        if best is not None and days[best]:
            return _table(sheet, columns, best, days[best][0].number, by_month, offset)
    for row in sheet.rows:  # dates that lost their format are numbers, and known by their header alone
        for at in candidates:
            below = [r for r in sheet.rows if r.number > row.number and plain_number(r.cell(at)) is not None]
            if (head := row.cell(at)) is not None and word_key(head.value) in _DATE_HEADERS and below:
                return _table(sheet, columns, at, below[0].number, False, offset)
    return None


def _table(sheet: Sheet, columns: Mapping[str, str], day_at: int, first: int, by_month: bool, offset: int) -> Table:
    header = _header(sheet, columns, first)
    top = header.number if header is not None else first - 1
    rows = [row for row in sheet.rows if row.number > top and not is_totals(row)]
    metrics: dict[int, str] = {}
    not_kept: list[int] = []
    for at in range(max(len(row.cells) for row in sheet.rows)):
        if at == day_at or all((cell := row.cell(at)) is None or cell.is_blank for row in rows):
            continue
        metric = _metric(sheet, header, at, columns)
        if metric in ("ignore", "date") or (metric is None and not _is_counts(rows, at)):
            not_kept.append(at)
        elif metric is None or metric in metrics.values():
            metrics[at] = f"column_{offset + at + 1}"
        else:
            metrics[at] = metric
    comma = has_decimal_comma(row.cell(at) for row in rows for at in metrics)
    return Table(sheet, header, rows, day_at, by_month, metrics, tuple(not_kept), comma)


def _metric(sheet: Sheet, header: Row | None, at: int, columns: Mapping[str, str]) -> str | None:
    """What the town says of a column, else what its header says, alone or with the heading above it."""
    mapped = _named(header.cell(at) if header is not None else None, columns) or columns.get(column_letter(at + 1))
    if mapped or header is None:
        return mapped
    keys = (word_key(text) for text in headings(sheet, header, at))
    return next((_METRIC_OF[key] for key in keys if key in _METRIC_OF), None)


def _header(sheet: Sheet, columns: Mapping[str, str], first: int) -> Row | None:
    """The row above the days with most known headers; without any, the nearest with two texts."""

    def knows(text: str) -> bool:
        return word_key(text) in _METRIC_OF or any(plain_text(header) == plain_text(text) for header in columns)

    above = [row for row in sheet.rows if row.number < first]
    best = max(above, key=lambda row: (known_names(sheet, row, knows), row.number), default=None)
    if best is not None and known_names(sheet, best, knows):
        return best
    full = [row for row in above if sum(isinstance(cell.value, str) for cell in row.cells) >= 2]
    return full[-1] if full else None


def _named(cell: Cell | None, columns: Mapping[str, str]) -> str | None:
    if cell is None or cell.value is None:
        return None
    text = plain_text(cell.value)
    return next((metric for header, metric in columns.items() if plain_text(header) == text), None)


def _mapped(sheet: Sheet, at: int, columns: Mapping[str, str]) -> str | None:
    if not columns:
        return None
    named = (_named(row.cell(at), columns) for row in sheet.rows[:30])
    return next((metric for metric in named if metric), None) or columns.get(column_letter(at + 1))


def _is_day(cell: Cell | None, by_month: bool) -> bool:
    """Whether a cell is a day, in whichever order it may be written, or a month."""
    for day_first in (True, False):
        try:
            found = as_month(cell) if by_month else as_day(cell, day_first)
        except CellError:
            continue
        return found is not None
    return False


def _is_counts(rows: list[Row], at: int) -> bool:
    """Whether an unknown column is numbers small enough to be counts, in nine rows of ten."""
    good = bad = 0
    for row in rows:
        try:
            number = as_number(row.cell(at))
        except CellError:
            bad += 1
            continue
        if number is not None:
            good, bad = (good + 1, bad) if abs(number) < _IDENTIFIER else (good, bad + 1)
    return good > 0 and bad * 9 <= good


def group_in(sheet: Sheet, table: Table) -> str | None:
    """The group's name where a cell gives it: `Group name` beside or above it, or `Group: name`."""
    top = table.header.number if table.header is not None else 0
    for row in (row for row in sheet.rows if row.number <= top):
        for at, cell in enumerate(row.cells):
            if not isinstance(cell.value, str):
                continue
            label, colon, rest = cell.value.partition(":")
            if word_key(label) not in _GROUP_HEADERS:
                continue
            beside = row.cell(at + 1)
            if colon and rest.strip():
                return rest.strip()
            if row.number < top and beside is not None and isinstance(beside.value, str):
                return beside.value.strip()
            if row.number == top:
                names = {c.value for r in table.rows if (c := r.cell(at)) is not None and isinstance(c.value, str)}
                if len(names) == 1:
                    return names.pop().strip()
    return None
