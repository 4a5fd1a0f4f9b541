"""Which meetings were held in a window: from the reports, or, once those are gone, from the standing meetings.

Zoom deletes reports after six months. Up to fifteen months back the instances of meetings that still stand in
a host's calendar can be asked for one by one; everything else is lost, and `zoom_pull.is_whole` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from collectors.errors import CollectorError, FixCredentials
from collectors.kinds import WrongValue, instant
from collectors.records import value_at
from collectors.service import Account, PullReport, SourceObject, Window
from collectors.zoom.errors import Gone, Off
from collectors.zoom.session import ZoomWire, in_path
from collectors.zoom.settings import ZoomSettings

REPORTS_LAST = timedelta(days=180)
PAST_LASTS = timedelta(days=365)
"""Details of a past meeting are given for a year, lists of participants for fifteen months."""
WARN_AFTER = timedelta(days=150)
PIECE = timedelta(days=28)
"""With a day on each side it stays within the month a report accepts."""
A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)


@dataclass(frozen=True)
class Held:
    """One instance of a meeting or webinar; `record` is as history_meetings gives it."""

    uuid: str
    number: str
    is_webinar: bool
    in_reports: bool
    record: Mapping[str, Any]

    def used(self, feature: str) -> bool | None:
        """Whether a feature was used, null when Zoom does not say."""
        value = value_at(self.record, f"feature_used.{feature}")
        return value if isinstance(value, bool) else None

    @property
    def as_object(self) -> SourceObject:
        """The instance as something asked about by itself; what is told of it is of the time it was held."""
        try:
            started, ended = instant(self.record.get("start_time")), instant(self.record.get("end_time"))
        except WrongValue:
            started = ended = None
        started = started or datetime.now(UTC)
        until = max(ended or started, started + A_MINUTE)
        return SourceObject("meeting", self.uuid, started, asdict(self), started, until)

    @classmethod
    def of_object(cls, one: SourceObject) -> Held:
        """The instance an object was made of."""
        return cls(**one.kept)

    @property
    def family(self) -> str:
        """The word that stands in the paths."""
        return "webinars" if self.is_webinar else "meetings"


@dataclass
class ZoomSession:
    """What the pulls of a round share: the line, the settings, the users, the meetings of each window."""

    wire: ZoomWire
    account: Account
    report: PullReport
    clock: Callable[[], datetime]
    _held: dict[Window, list[Held]] = field(default_factory=dict)
    _doubts: dict[Window, list[CollectorError]] = field(default_factory=dict)  # why a list of them may lack some
    _users: list[dict[str, Any]] | None = None

    @cached_property
    def settings(self) -> ZoomSettings:
        """What the town says of the account."""
        return self.account.own(ZoomSettings)

    def notice(self, text: str) -> None:
        """Tell people once."""
        if text not in self.report.notices:
            self.report.notices.append(text)

    def or_none(self, ask: Callable[..., Any], *arguments: Any, webinar: bool = False, is_known: bool = False) -> Any:
        """The answer of `ask(*arguments)`, or None where Zoom has nothing (any more) to give.

        Of a `webinar` a lapsed licence is None too, and noticed: it stops no meeting. Of what `is_known` to have been,
        Gone is raised as other errors are: something is lost.
        """
        try:
            return ask(*arguments)
        except Off:
            return None
        except Gone:
            if is_known:
                raise
            return None
        except FixCredentials as problem:
            if not webinar or problem.code != "plan_too_small":
                raise
            self.notice("webinars could not be read whole: the account has no webinar add-on (any more)")
            return None

    def floor(self) -> datetime:
        """The start of what reports still hold."""
        oldest = self.clock() - REPORTS_LAST
        return oldest.replace(hour=0, minute=0, second=0, microsecond=0)

    def stretches(self, window: Window) -> list[tuple[datetime, datetime, bool]]:
        """The window as far as Zoom still speaks of it: (since, until, from reports)."""
        until = min(window.until, self.clock())
        since = max(window.since or self.clock() - PAST_LASTS, self.clock() - PAST_LASTS)
        floor = min(max(self.floor(), since), max(until, since))
        if since < self.clock() - WARN_AFTER and until > self.floor():
            gone = max(since, self.floor()) + REPORTS_LAST
            self.notice(
                f"Zoom deletes its reports after six months: what is read here would be gone from {gone:%Y-%m-%d}; "
                "collect at least weekly"
            )
        if since < floor:
            self.notice(
                f"Zoom's reports before {self.floor():%Y-%m-%d} are gone: of older meetings only those still "
                "standing in a host's calendar could be read; enter the others in the staff workbook"
            )
        parts = [(since, floor, False), (floor, until, True)]
        return [part for part in parts if part[0] < part[1]]

    def meetings(self, window: Window) -> list[Held]:
        """The meetings that began in the window and can be asked about, each once, by their start."""
        return [one for one in self.all_meetings(window) if one.uuid]

    def all_meetings(self, window: Window) -> list[Held]:
        """These, and records without a UUID: nothing can be asked about them, but quarantine shows them."""
        if window in self._held:
            self.report.unsure += self._doubts[window]
        else:
            found: dict[str, Held] = {}
            earlier = len(self.report.unsure)
            for since, until, is_reported in self.stretches(window):
                for one in self._reported(since, until) if is_reported else self._standing(since, until):
                    if not one.uuid:
                        self.report.drift["zoom_meeting.meeting_uuid (absent)"] += 1
                    found.setdefault(one.uuid or f"without a UUID {len(found)}", one)
            wanted = {user.casefold() for user in self.settings.users}
            self._held[window] = [
                one
                for one in sorted(found.values(), key=lambda one: (str(one.record.get("start_time")), one.uuid))
                if not wanted or str(one.record.get("host_email")).casefold() in wanted
            ]
            self._doubts[window] = self.report.unsure[earlier:]
        return self._held[window]

    def users(self) -> list[dict[str, Any]]:
        """The account's active users; with the setting `users`, those of them. Each has what paths call it by, `id`."""
        if self._users is not None:
            return self._users
        wanted = {user.casefold() for user in self.settings.users}
        found = []
        for one in self.wire.every("users", "users", {"status": "active"}):
            name = one.get("id") or one.get("email")  # Zoom takes either in a path
            if not name:
                self.report.drift["zoom_users.id (absent)"] += 1
            elif not wanted or str(one.get("email")).casefold() in wanted:
                found.append({**one, "id": str(name)})
        self._users = found
        return found

    def kind(self, record: Mapping[str, Any]) -> str | None:
        """What the meeting was for, by the town's own tracking field; None where Zoom does not tell the fields."""
        kinds = {_plain(word): kind for word, kind in self.settings.kinds.items()}
        wanted = _plain(self.settings.kind_field)
        fields = record.get("tracking_fields", [])
        if not wanted:
            return "other"
        if not isinstance(fields, list) or not all(isinstance(one, Mapping) for one in fields):
            return None
        named = {_plain(one.get("field")): one.get("value") for one in fields}
        if wanted in named:
            return str(kinds.get(_plain(named[wanted]), "other"))
        return None if "" in named else "other"  # a field without its name may be the one

    def _reported(self, since: datetime, until: datetime) -> Iterator[Held]:
        for first, last in _pieces(since, until):
            # Whether a report's days are UTC or the account's is not documented: a day more, cut here.
            days = {
                "from": max(first.date() - A_DAY, self.floor().date()).isoformat(),
                "to": (last.date() + A_DAY).isoformat(),
                "date_type": "start_time",
                "meeting_type": "all",
                "report_type": "all",
            }
            for record in self.wire.every("report/history_meetings", "history_meetings", days):
                if _within(record, since, until):
                    yield _held(record, in_reports=True)

    def _standing(self, since: datetime, until: datetime) -> Iterator[Held]:
        for user in self.users():
            path = f"users/{in_path(user['id'])}/meetings"
            standing = self.or_none(self.wire.every, path, "meetings", {"type": "scheduled"}) or []
            for number in sorted({str(one.get("id")) for one in standing if one.get("id")}):
                yield from self._instances(number, str(user.get("email") or ""), since, until)

    def _instances(self, number: str, host: str, since: datetime, until: datetime) -> Iterator[Held]:
        past = self.or_none(self.wire.get, f"past_meetings/{in_path(number)}/instances") or {}
        inside = [one for one in past.get("meetings") or () if _within(one, since, until)]
        described = (self.or_none(self.wire.get, f"meetings/{in_path(number)}") or {}) if inside else {}
        for one in inside:
            uuid = str(one.get("uuid") or "")
            # Without a UUID only the latest instance could be asked for, which may be another one.
            detail = self.or_none(self.wire.get, f"past_meetings/{in_path(uuid)}") if uuid else one
            if detail:
                record = {
                    "meeting_uuid": uuid,
                    "meeting_id": number,
                    "type": "Meeting",
                    "host_email": detail.get("user_email") or host,
                    "start_time": detail.get("start_time"),
                    "end_time": detail.get("end_time"),
                    "duration": detail.get("duration"),
                    "participants": detail.get("participants_count"),
                    "tracking_fields": described.get("tracking_fields") or [],
                }
                yield _held(record, in_reports=False)


def _held(record: Mapping[str, Any], *, in_reports: bool) -> Held:
    is_webinar = str(record.get("type")).casefold() == "webinar"
    uuid, number = (str(record.get(name) or "") for name in ("meeting_uuid", "meeting_id"))
    return Held(uuid, number, is_webinar, in_reports, record)


def _within(record: Mapping[str, Any], since: datetime, until: datetime) -> bool:
    """Whether it began in the stretch; one whose start is unreadable is kept, to be put aside and seen."""
    try:
        started = instant(record.get("start_time"))
    except WrongValue:
        return True
    return started is None or since <= started < until


def _pieces(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    while since < until:
        yield since, min(since + PIECE, until)
        since += PIECE


def _plain(value: Any) -> str:
    return " ".join(str(value or "").split()).casefold()
