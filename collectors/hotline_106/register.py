"""The register's file format: recognition, and its requests as a page."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from collectors.base import FileFormat, FileReport, FileSettings, Page, Rejected
from collectors.errors import Argument, RejectFile
from collectors.hotline_106.columns import FIELDS, LISTS, NEEDED, Register, code_of, register_of, suggestion_of
from collectors.hotline_106.settings import HotlineSettings
from collectors.hotline_106.streams import HotlineRequest
from collectors.mapping_file import IGNORE, Suggestion, invalid_mapping, mapped_format, mapping_beside
from collectors.remarks import Remark, said
from collectors.tabular import (
    Cell,
    CellError,
    DayColumn,
    DayWriting,
    Row,
    Sheet,
    TableFormat,
    as_number,
    as_text,
    day_columns,
    hidden_notice,
    is_totals,
    order_notice,
    read_sheets,
)

_INSTANTS = ("opened", "answered", "closed")


class HotlineRegister(TableFormat, FileFormat):
    """A CSV, xlsx or web page called .xls with a row a request."""

    name = "hotline_106"
    is_asked_last = True
    Settings = HotlineSettings
    streams = (HotlineRequest,)

    def recognises(self, path: Path) -> bool:
        """By a mapping beside it that says so, or by headers: a number, when it was opened, answered or closed."""
        told = mapped_format(path)
        if told is not None:
            return told == self.name
        return super().recognises(path)

    def is_one(self, sheet: Sheet) -> bool:
        """By its headers alone."""
        return register_of(sheet) is not None

    def suggested(self, path: Path, settings: FileSettings) -> Suggestion | None:
        """Each column by its header's words, or by those it is most like."""
        return suggestion_of(read_sheets(path))

    def pages(self, path: Path, settings: FileSettings, report: FileReport) -> Iterator[Page]:
        """The requests. Raises RejectFile: those of the table reader and of columns of days, empty, mapping_invalid."""
        report.format = self.name
        own = _own(path, settings)
        reading = _Reading(settings, own)
        found = [register_of(sheet, own.columns) for sheet in read_sheets(path) if not sheet.hidden]
        if own.columns and not any(found):
            raise invalid_mapping("columns", NEEDED)
        for register in (one for one in found if one is not None):
            rows = [row for row in register.rows() if not is_totals(row)]
            reading.begin(register, rows)
            for row in rows:
                reading.take(register, row)
        if not reading.rows and not reading.rejected:
            raise RejectFile("empty")
        reading.fill(report, sum(one.unknown for one in found if one is not None))
        if reading.rows:
            yield Page.of(HotlineRequest, reading.rows.values())


class _Reading:
    """What has been read of the file so far."""

    def __init__(self, settings: FileSettings, own: HotlineSettings) -> None:
        self._settings, self._own = settings, own
        self.rows: dict[str, dict[str, Any]] = {}
        self.rejected: list[Rejected] = []
        self.unknown: Counter[str] = Counter()
        self.hidden_rows = 0
        self.answered_before = 0
        self._columns: Mapping[str, DayColumn] = {}
        self.is_order_proven_otherwise = False

    def begin(self, register: Register, rows: Sequence[Row]) -> None:
        """Decide how the columns of instants are read: no request is answered before it is opened."""
        writing = DayWriting(self._settings.timezone, self._own.section, self._settings.today, self._own.day_first)
        places = {field: register.columns[field] for field in _INSTANTS if field in register.columns}
        found = day_columns(register.sheet, rows, list(places.values()), writing, places["opened"])
        self.is_order_proven_otherwise |= any(one.is_proven_otherwise for one in found.values())
        self._columns = {field: found[at] for field, at in places.items()}

    def take(self, register: Register, row: Row) -> None:
        """Keep a row's request, or put the row aside at the first cell that cannot be taken."""
        cells = {field: row.cell(at) or Cell(f"?{row.number}", None) for field, at in register.columns.items()}
        try:
            found = self._request(cells)
        except CellError as problem:
            raw = "\t".join(str(cell.value) for cell in row.cells if cell.value is not None)
            where = register.sheet.where(problem.address)
            sealed, told = raw.encode(errors="replace"), self._day_told(cells)
            stream = HotlineRequest.name
            self.rejected.append(Rejected(where, problem.code, problem.arguments, sealed, stream=stream, about=told))
            return
        self.rows[found["request"]] = found
        ends = (found["answered_at"], found["closed_at"])
        self.answered_before += any(end is not None and end < found["opened_at"] for end in ends)
        self.hidden_rows += row.is_hidden

    def _request(self, cells: dict[str, Cell]) -> dict[str, Any]:
        number = as_text(cells["number"])
        times = {field: self._instant(field, cells) for field in _INSTANTS}
        if number is None or times["opened"][0] is None:
            raise CellError(cells["number" if number is None else "opened"].address, "request_incomplete")
        request = _digest(number, self._settings.digest_key)
        if request in self.rows:
            raise CellError(cells["number"].address, "request_repeated")
        found: dict[str, Any] = {f"{field}_at": at for field, (at, _) in times.items()}
        found |= {"request": request, "is_estimated": any(is_day for _, is_day in times.values())}
        found["tells_answers"] = bool({"answered", "closed"} & set(cells))
        found["rating"] = _rating(cells.get("rating"))
        for field in LISTS:
            found[field], is_known = code_of(field, as_text(cells.get(field)))
            self.unknown[field] += not is_known
        return {**found, "kind": found["kind"] or "request", "channel": found["channel"] or "phone"}

    def _day_told(self, cells: dict[str, Cell]) -> dict[str, Argument]:
        """The local day the request of a row that cannot be taken was opened on, where that can be read."""
        try:
            opened, _ = self._instant("opened", cells)
        except CellError:
            return {}
        day = opened and opened.astimezone(ZoneInfo(self._settings.timezone)).date().isoformat()
        return {"since": day, "until": day} if day else {}

    def _instant(self, field: str, cells: Mapping[str, Cell]) -> tuple[datetime | None, bool]:
        """An instant in UTC, and whether its hour had to be assumed.

        A day without an hour is its beginning for an opening and its end for an answer: no answer looks faster
        than it was.
        """
        column = self._columns.get(field)
        found = column.time(cells.get(field)) if column is not None else None
        if found is None or isinstance(found, datetime):
            return found, False
        zone = ZoneInfo(self._settings.timezone)
        return datetime.combine(found, time(0) if field == "opened" else time(23, 59, 59), zone).astimezone(UTC), True

    def fill(self, report: FileReport, not_kept: int) -> None:
        """Say what was understood of the file."""
        zone = ZoneInfo(self._settings.timezone)
        days = [row["opened_at"].astimezone(zone).date().isoformat() for row in self.rows.values()]
        of_file = {"since": min(days), "until": max(days)} if days else {}
        report.rejected[:] = [replace(one, about=one.about or of_file) for one in self.rejected]
        report.notices[:] = [
            said("unknown_field", count=count, field=field) for field, count in sorted(self.unknown.items()) if count
        ]
        report.notices += _answered_before(self.answered_before)
        report.notices += _by_whatsapp(sum(row["channel"] == "whatsapp" for row in self.rows.values()))
        report.notices += hidden_notice(self.hidden_rows) + order_notice(self.is_order_proven_otherwise)
        report.status = "partial" if self.rejected else "read"
        opened = sorted(row["opened_at"] for row in self.rows.values())
        report.details = {
            "requests": len(self.rows),
            "answered": sum(bool(row["answered_at"] or row["closed_at"]) for row in self.rows.values()),
            "first": opened[0].isoformat() if opened else None,
            "last": opened[-1].isoformat() if opened else None,
            "not_kept": not_kept,
        }  # fmt: skip


def _answered_before(count: int) -> list[Remark]:
    """That answers or closings stand before their openings, and what becomes of them."""
    if not count:
        return []
    return [said("answered_before", figure=count)]


def _by_whatsapp(count: int) -> list[Remark]:
    """Where requests that came by WhatsApp count: a register does not say to which line they came."""
    if not count:
        return []
    return [said("by_whatsapp", figure=count)]


def _own(path: Path, settings: FileSettings) -> HotlineSettings:
    """The town's word with that of the mapping beside the file over it. Raises RejectFile mapping_invalid."""
    own = settings.own(HotlineSettings)
    beside = mapping_beside(path, HotlineSettings.model_fields)
    columns, day_first = beside.get("columns") or {}, beside.get("day_first", own.day_first)
    if not isinstance(columns, dict):
        raise invalid_mapping("columns", ["KEY: VALUE"])
    for header, field in columns.items():
        if field not in (*FIELDS, IGNORE):
            raise invalid_mapping(f"columns: {header}", [*FIELDS, IGNORE])
    if day_first not in (None, True, False):
        raise invalid_mapping("day_first", ["true", "false"])
    told = {str(header): field for header, field in columns.items()}
    return HotlineSettings(columns={**own.columns, **told}, day_first=day_first)


def _digest(number: str, key: bytes) -> str:
    """Keyed digest of a request's number. In base 32, whose digits never look like a telephone number."""
    found = hmac.new(key, f"request:{number.casefold()}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return base64.b32encode(found)[:20].decode().lower()


def _rating(cell: Cell | None) -> int | None:
    rating = as_number(cell)
    if rating is None:
        return None
    if cell is not None and rating not in (1, 2, 3, 4, 5):
        raise CellError(cell.address, "not_a_rating")
    return int(rating)
