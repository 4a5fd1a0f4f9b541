"""The download's file format: recognition, and use and views as pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from collectors.base import FileFormat, FileReport, FileSettings, Page, source_key
from collectors.errors import RejectFile
from collectors.ga4_download.settings import Ga4DownloadSettings
from collectors.ga4_download.streams import ListedUse, ListedViews
from collectors.ga4_download.tables import Download, Table, download_of, names_of
from collectors.kinds import WrongValue, day
from collectors.remarks import said
from collectors.tabular import (
    CellError,
    Row,
    Sheet,
    TableFormat,
    as_count,
    as_number,
    as_text,
    read_sheets,
    rejected_row,
    table_notices,
    within,
    word_key,
)

NAME = "Google Analytics"
"""In the register of spaces a site may be called this, where its downloads do not name their property."""
Period = tuple[str, date, date]
"""month or day, first and last day."""


class Ga4Download(TableFormat, FileFormat):
    """A report of Google Analytics 4 as CSV: use by month, day or city, or views of pages."""

    name = "ga4_download"
    Settings = Ga4DownloadSettings
    streams = (ListedUse, ListedViews)

    def is_one(self, sheet: Sheet) -> bool:
        """By comment lines above a table of figures that Google Analytics counts."""
        return download_of(sheet) is not None

    def pages(self, path: Path, settings: FileSettings, report: FileReport) -> Iterator[Page]:
        """Use, then views. Raises RejectFile: those of the table reader, and ga4_no_month."""
        report.format = self.name
        own = settings.own(Ga4DownloadSettings)
        reading = _Reading(own, report)
        names: list[str] = []
        unknown = 0
        for sheet in (one for one in read_sheets(path) if not one.hidden):
            download = download_of(sheet)
            if download is not None:
                names += download.names
                unknown += sum(table.unknown for table in download.tables)
                reading.take(sheet, download)
        keys = [source_key(one, settings.digest_key) for one in (*names_of(names), NAME)]
        place = {"space": own.space, "space_keys": keys, "seen_day": settings.today}
        use, views = reading.use(), reading.views()
        reading.fill(unknown)
        if use:
            yield Page.of(ListedUse, ({**place, **row} for row in use))
        if views:
            yield Page.of(ListedViews, ({**place, **row} for row in views))


class _Reading:
    """What has been read of the file so far."""

    def __init__(self, own: Ga4DownloadSettings, report: FileReport) -> None:
        self._cities = {word_key(one) for one in own.cities}
        self._rules = sorted(own.page_rules.items(), key=lambda rule: (-len(rule[0]), rule[0]))
        self._report = report
        self._rows: dict[tuple[Period, str], list[dict[str, float | None]]] = defaultdict(list)
        self._periods: set[Period] = set()
        self._views: dict[tuple[Period, str], list[int]] = defaultdict(list)

    def take(self, sheet: Sheet, download: Download) -> None:
        """Keep a download's figures. Raises RejectFile ga4_no_month where they are of no period within a month."""
        self._report.notices += table_notices(row for table in download.tables for row in table.rows)
        for table in download.tables:
            for row in table.rows:
                try:
                    period = self._period(table, row, download)
                    self._keep(table, row, period)
                except CellError as problem:
                    stream = ListedViews.name if "page" in table.dimensions else ListedUse.name
                    self._report.rejected.append(rejected_row(sheet, row, problem, stream))
                else:
                    self._periods.add(period)

    def _period(self, table: Table, row: Row, download: Download) -> Period:
        first, last = download.first_day, download.last_day
        for dimension in ("day", "month"):
            if dimension in table.dimensions and not table.is_total(row):
                cell = table.cell(row, table.dimensions[dimension])
                written = as_text(cell) or ""
                begun = _day(f"{written}01" if dimension == "month" and len(written) == 6 else written)
                if begun is None:
                    raise CellError(cell.address if cell else "", "not_a_date")
                if dimension == "day":
                    return "day", begun, begun
                ended = _end_of(begun)
                return "month", max(begun, first or begun), min(ended, last or ended)
        if first is None or last is None or (first.year, first.month) != (last.year, last.month) or last < first:
            raise RejectFile("ga4_no_month")
        return "month", first, last

    def _keep(self, table: Table, row: Row, period: Period) -> None:
        figures = _figures(table, row)
        if table.is_total(row):
            self._rows[period, "all"].append({**figures, "is_whole": 1})
        elif "page" in table.dimensions:
            self._page(table, row, period)
        elif "other" not in table.dimensions:
            is_by_city = "city" in table.dimensions
            # People of cities are no people of all: who was in two of them counts in both.
            self._rows[period, "all"].append({**figures, **({"users": None} if is_by_city else {"is_whole": 1})})
            if is_by_city and table.key(row, "city") in self._cities:
                self._rows[period, "resident"].append(figures)

    def _page(self, table: Table, row: Row, period: Period) -> None:
        path = as_text(table.cell(row, table.dimensions["page"])) or ""
        views = as_count(table.cell(row, table.figures.get("views")), table.decimal_comma)
        topic = next((topic for prefix, topic in self._rules if path.startswith(prefix)), None)
        if topic is not None and views is not None:
            self._views[period, topic].append(views)

    def use(self) -> list[dict[str, Any]]:
        """A row a period and place; a period of which only parts are told has a row without figures."""
        found = []
        for period in sorted(self._periods):
            for place in ("all", "resident"):
                rows = self._rows.get((period, place), [])
                whole = [row for row in rows if row.get("is_whole")] or rows
                if rows or place == "all":
                    told = {name: _sum(row.get(name) for row in whole) for name in ("users", "sessions", "engaged")}
                    seconds = told.pop("engaged")
                    found.append({**_of(period), "place": place, **told, "engaged_seconds": seconds})
        return found

    def views(self) -> list[dict[str, Any]]:
        """A row a period and topic."""
        return [
            {**_of(period), "topic": topic, "paths": len(views), "views": sum(views)}
            for (period, topic), views in sorted(self._views.items())
        ]

    def fill(self, not_kept: int) -> None:
        """Say what was understood of the file."""
        report, months = self._report, [one for one in self._periods if one[0] == "month"]
        if not months and self._periods:
            report.notices.append(said("days_not_added"))
        is_by_city = any(place == "resident" for _, place in self._rows)
        if months and not is_by_city:
            report.notices.append(said("residents_not_told"))
        days = [day for _, *both in self._periods for day in both]
        report.rejected[:] = within(report.rejected, days)
        report.status = "partial" if report.rejected else "read"
        report.details = {
            "periods": len(self._periods),
            "first": min(days).isoformat() if days else None,
            "last": max(days).isoformat() if days else None,
            "not_kept": not_kept,
        }


def _figures(table: Table, row: Row) -> dict[str, float | None]:
    def cell(name: str) -> Any:
        return table.cell(row, table.figures.get(name))

    comma = table.decimal_comma
    users = as_count(cell("users"), comma)
    each, engaged = as_number(cell("engaged_each"), comma), as_number(cell("engaged"), comma)
    if engaged is None and each is not None and users is not None:
        engaged = each * users
    if users is None:
        users = as_count(cell("people"), comma)
    return {"users": users, "sessions": as_count(cell("sessions"), comma), "engaged": engaged}


def _sum(values: Iterable[float | None]) -> float | None:
    known = [one for one in values if one is not None]
    return sum(known) if known else None


def _of(period: Period) -> dict[str, Any]:
    return dict(zip(("period", "first_day", "last_day"), period, strict=True))


def _day(written: str) -> date | None:
    try:
        return day(written)
    except WrongValue:
        return None


def _end_of(begun: date) -> date:
    return (begun.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
