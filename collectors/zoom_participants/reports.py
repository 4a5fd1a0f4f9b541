"""The reports' file format: recognition, and meetings and connections as pages."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from collectors.base import FileFormat, FileReport, FileSettings, Page, Rejected, source_key
from collectors.errors import RejectFile
from collectors.remarks import Remark
from collectors.tabular import (
    Cell,
    CellError,
    DayColumn,
    DayWriting,
    Row,
    Sheet,
    TableFormat,
    as_count,
    as_text,
    day_columns,
    heads_table,
    read_sheets,
    rejected_row,
    table_notices,
    within,
    word_key,
)
from collectors.zoom_participants.layout import Table, cell_at, first_of_times, tables_of
from collectors.zoom_participants.settings import ZoomParticipantsSettings
from collectors.zoom_participants.streams import ZoomListedMeeting, ZoomListedPerson

_RANGE = re.compile(r"(20\d{6})_(20\d{6})")
"""The days of a list of meetings, as the portal writes them into its file's name and nowhere else."""
_OF_ONE = re.compile(r"participants_(\d{9,11})")
NAME = "Zoom"
"""These files name no place: in the register of spaces they may be called this."""
_YES = {"yes": True, "no": False}


class ZoomParticipants(TableFormat, FileFormat):
    """Zoom's report of participants or list of meetings, as its web portal exports them (CSV)."""

    name = "zoom_participants"
    Settings = ZoomParticipantsSettings
    streams = (ZoomListedMeeting, ZoomListedPerson)

    def is_one(self, sheet: Sheet) -> bool:
        """By headers: names, addresses and times of people, or numbers, times and participants of meetings."""
        tables = tables_of(sheet)
        return bool(tables) and heads_table(sheet, tables[0].header)

    def pages(self, path: Path, settings: FileSettings, report: FileReport) -> Iterator[Page]:
        """The meetings, then the connections. Raises RejectFile: those of the table reader, empty, zoom_no_times,
        dates_contradict, dates_undecided.
        """
        report.format = self.name
        own = settings.own(ZoomParticipantsSettings)
        found = [(sheet, tables_of(sheet)) for sheet in read_sheets(path) if not sheet.hidden]
        reading = _Reading(path, settings, own)
        for sheet, tables in found:
            reading.begin(sheet, tables)
            for table in tables:
                reading.take(table)
        meetings = reading.finished()
        if not meetings and not reading.rejected:
            raise RejectFile("empty")
        reading.fill(report, sum(table.unknown for _, tables in found for table in tables))
        if meetings:
            yield Page.of(ZoomListedMeeting, meetings)
        if reading.people:
            yield Page.of(ZoomListedPerson, reading.people.values())


class _Reading:
    """What has been read of the file so far."""

    def __init__(self, path: Path, settings: FileSettings, own: ZoomParticipantsSettings) -> None:
        self._path, self._settings, self._own = path, settings, own
        self._columns: Mapping[int, DayColumn] = {}
        self._kinds = {word_key(word): kind for word, kind in own.kinds.items()}
        self._range: tuple[date, date] | None = None
        self.meetings: dict[str, dict[str, Any]] = {}
        self.people: dict[str, dict[str, Any]] = {}
        self.rejected: list[Rejected] = []
        self.notices: list[Remark] = []

    def begin(self, sheet: Sheet, tables: Sequence[Table]) -> None:
        """Decide how the columns of times of a sheet are read; a head's stand above those of its people."""
        writing = DayWriting(self._settings.timezone, self._own.section, self._settings.today, self._own.day_first)
        rows = [row for table in tables for row in table.rows]
        asked = sorted({at for table in tables for at in table.times()})
        self._columns = day_columns(sheet, rows, asked, writing, first_of_times(tables))
        self.notices += table_notices(rows, self._columns.values())

    def take(self, table: Table) -> None:
        """Keep a table's meetings, or its people: of the meeting above them, or of their own row's."""
        if not table.person:
            for row in table.rows:
                self._aside_or(table, row, self._meeting)
        elif {"number", "started"} <= set(table.meeting):
            for row in table.rows:
                self._aside_or(table, row, self._both)
        else:
            head = next(iter(self.meetings.values()), None) or self._unheaded(table)
            for row in table.rows:
                self._aside_or(table, row, lambda table, row: self._person(table, row, head))

    def _aside_or(self, table: Table, row: Row, take: Any) -> None:
        try:
            take(table, row)
        except CellError as problem:
            stream = ZoomListedPerson.name if table.person else ZoomListedMeeting.name
            self.rejected.append(rejected_row(table.sheet, row, problem, stream))

    def _both(self, table: Table, row: Row) -> None:
        self._person(table, row, self._meeting(table, row))

    def _meeting(self, table: Table, row: Row) -> dict[str, Any]:
        def cell(name: str) -> Cell | None:
            return cell_at(row, table.meeting.get(name))

        number = _digits(as_text(cell("number")))
        started = self._instant(row, table.meeting.get("started"))
        if not number:
            raise CellError(f"A{row.number}", "meeting_incomplete")
        found: dict[str, Any] = {
            "number": number, "started_at": started, "ended_at": self._instant(row, table.meeting.get("ended")),
            "minutes": as_count(cell("minutes"), table.decimal_comma), "host": as_text(cell("email")),
            "kind": self._kind(table, row), "connections": as_count(cell("participants"), table.decimal_comma),
        }  # fmt: skip
        is_list = "started" in table.meeting and started is not None and (len(table.rows) > 1 or self._named_range())
        return self._kept(found, is_list=bool(is_list))

    def _unheaded(self, table: Table) -> dict[str, Any]:
        """The meeting of a bare list of people: when the first of them came, by the number in the file's name."""
        joined = [self._readable(row, table.person.get("joined")) for row in table.rows]
        left = [self._readable(row, table.person.get("left")) for row in table.rows]
        if not any(joined):
            raise RejectFile("zoom_no_times")
        named = _OF_ONE.search(self._path.stem)
        row = table.rows[0] if table.rows else None
        written = _digits(as_text(cell_at(row, table.meeting.get("number")))) if row is not None else ""
        found = {
            "number": written or (named[1] if named else ""), "started_at": min(filter(None, joined)),
            "ended_at": max(filter(None, left), default=None), "kind": self._kind(table, row) if row else None,
        }  # fmt: skip
        return self._kept(found, is_list=False)

    def _kept(self, found: dict[str, Any], *, is_list: bool) -> dict[str, Any]:
        at = found["started_at"]
        key = _digest(self._settings.digest_key, found["number"], f"{at:%Y-%m-%dT%H:%M}" if at else "")
        place = {"space": self._own.space, "space_key": source_key(NAME, self._settings.digest_key)}
        return self.meetings.setdefault(key, {"meeting": key, **place, **found, "is_list": is_list})

    def _person(self, table: Table, row: Row, meeting: dict[str, Any]) -> None:
        def cell(name: str) -> Cell | None:
            return cell_at(row, table.person.get(name))

        name, email = as_text(cell("name")), as_text(cell("email"))
        if name is None and email is None:
            return  # a row that says nobody's name is a blank one, or a note below the table
        joined, left = (self._instant(row, table.person.get(name)) for name in ("joined", "left"))
        minutes = as_count(cell("minutes"), table.decimal_comma)
        is_total = joined is None
        if is_total:
            if "joined" in table.person or meeting["started_at"] is None:
                raise CellError((cell("joined") or cell("name") or Cell("A", None)).address, "date_missing")
            joined = meeting["started_at"]
        assert joined is not None
        left = left or (joined + timedelta(minutes=minutes) if minutes is not None else None)
        guest, waiting = (_YES.get(word_key(as_text(cell(word)))) for word in ("guest", "waiting"))
        key = self._settings.digest_key
        connection = _digest(key, meeting["meeting"], word_key(name), str(email).casefold(), str(joined), str(left))
        self.people[connection] = {
            "meeting": meeting["meeting"], "connection": connection, "email": email,
            "guest": None if email else name, "name_key": _digest(key, meeting["meeting"], word_key(name)),
            "joined_at": joined, "left_at": left, "is_waiting": waiting is True,
            "is_internal": None if guest is None else not guest, "is_total": is_total,
        }  # fmt: skip

    def _kind(self, table: Table, row: Row) -> str | None:
        """What the meeting was for; a word the town did not list is none of its kinds."""
        at = table.column(self._own.kind_field) if self._own.kind_field else None
        return None if at is None else self._kinds.get(word_key(as_text(cell_at(row, at))), "other")

    def _instant(self, row: Row, at: int | None) -> datetime | None:
        cell = cell_at(row, at)
        if at is None or cell is None:
            return None
        found = self._columns[at].time(cell)
        if found is not None and not isinstance(found, datetime):
            raise CellError(cell.address, "not_a_date")  # a day without an hour is no beginning of a meeting
        return found

    def _readable(self, row: Row, at: int | None) -> datetime | None:
        try:
            return self._instant(row, at)
        except CellError:
            return None

    def _named_range(self) -> tuple[date, date] | None:
        named = _RANGE.search(self._path.stem)
        try:
            first, last = (date.fromisoformat(part) for part in named.groups()) if named else (None, None)
        except ValueError:
            return None
        return (first, last) if first and last and first <= last else None

    def finished(self) -> list[dict[str, Any]]:
        """The meetings, those of a list with the days it spoke of: as its name says them, else from first to last."""
        zone = ZoneInfo(self._settings.timezone)
        listed = [one["started_at"].astimezone(zone).date() for one in self.meetings.values() if one["is_list"]]
        if listed:
            first, last = self._named_range() or (min(listed), max(listed))
            # What begins today, or is held on days of another list, is not all there is.
            over = (self._settings.today or date.max) - timedelta(days=1)
            first, last = min(first, *listed), max(min(last, over), *listed)
            for one in self.meetings.values():
                if one["is_list"]:
                    one["listed_from"], one["listed_until"] = first, last
        return list(self.meetings.values())

    def fill(self, report: FileReport, not_kept: int) -> None:
        """Say what was understood of the file."""
        began = sorted(one["started_at"] for one in self.meetings.values() if one["started_at"])
        zone = ZoneInfo(self._settings.timezone)
        days = [one.astimezone(zone).date() for one in began]
        listed = ("listed_from", "listed_until")
        days += [day for one in self.meetings.values() for day in map(one.get, listed) if day]
        report.rejected[:] = within(self.rejected, days)
        report.notices += self.notices
        report.status = "partial" if self.rejected else "read"
        report.details = {
            "meetings": len(self.meetings),
            "connections": len(self.people),
            "first": began[0].isoformat() if began else None,
            "last": began[-1].isoformat() if began else None,
            "not_kept": not_kept,
        }  # fmt: skip


def _digits(text: str | None) -> str:
    return "".join(c for c in text or "" if c.isdigit())


def _digest(key: bytes, *parts: str) -> str:
    """Keyed digest of a few texts. In base 32, whose digits never look like a telephone number."""
    text = "\0".join(("zoom", *parts)).encode("utf-8", "surrogatepass")
    return base64.b32encode(hmac.new(key, text, hashlib.sha256).digest())[:20].decode().lower()
