"""A webhook of Zoom to a row: what happened in a meeting, when, and to whom.

Zoom's own examples break Zoom's own schema in a fifth of all events, so only the event's name, its instant and
the meeting are asked for; everything else may be absent or empty. Texts (of chats, topics, feedback) are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from collectors.base import Page, Rejected, Stream
from collectors.columns import FIXED, Column
from collectors.hooks import parsed, part
from collectors.kinds import WrongValue, instant, text
from collectors.service import Account, PushReport
from collectors.zoom import columns as shared
from collectors.zoom.presence import digest, name_key
from collectors.zoom.settings import ZoomSettings

COUNTED_AFTER = (timedelta(minutes=30), timedelta(hours=24))
"""Zoom's report of a meeting is there half an hour after its end, and settled a day later."""
INSTANCE_FIELDS = ("uuid", "meeting_uuid", "webinar_uuid")
NUMBER_FIELDS = ("id", "meeting_id", "webinar_id")


class ZoomEvent(Stream):
    """Something that happened in a meeting or webinar. `person` columns are of the one it happened to."""

    name = "zoom_event"
    columns = (
        shared.MEETING,
        replace(shared.NUMBER, key=True),
        shared.SPACE,
        Column("event", FIXED, text, "Zoom's own name of it, without `meeting.` or `webinar.`", key=True),
        shared.IS_WEBINAR,
        Column(
            "at", FIXED, instant, "When it happened, UTC; where Zoom does not say, when the event was sent", key=True
        ),
        shared.STARTED_AT,
        shared.CONNECTION,
        shared.ACCOUNT,
        shared.REGISTRANT,
        shared.EMAIL,
        shared.GUEST,
        shared.NAME_KEY,
    )
    facts = ("gathering", "attendance")


def happened(body: bytes, account: Account, report: PushReport) -> Iterator[Page]:
    """One row, and the pulls it asks for."""
    told = parsed(body)
    name, thing = part(told, "event"), part(part(told, "payload"), "object")
    sent = _milliseconds(part(told, "event_ts"))
    meeting, number = _first(thing, INSTANCE_FIELDS), _first(thing, NUMBER_FIELDS)
    if not isinstance(name, str) or "." not in name or len(name) > 80 or sent is None or not (meeting or number):
        report.drift["zoom_event (no event of a meeting)"] += 1
        report.rejected.append(Rejected("webhook", "not_an_event", raw=body))
        return
    family, _, what = name.partition(".")
    person = part(thing, "participant") or part(thing, "registrant") or {}
    at = next((found for one in _TIMES.get(_edge(what), ()) if (found := _when(person, one))), None)
    at = at or next((found for one in _OF_MEETING.get(what, ()) if (found := _when(thing, one))), None) or sent
    key = account.digest_key
    which = str(_text(part(person, "user_id")) or _text(part(person, "participant_uuid")) or "")
    room = _text(part(thing, "breakout_room_uuid")) or ""
    who, mail = _text(part(person, "participant_user_id")), _text(part(person, "email"))
    registered = _text(part(person, "registrant_id"))
    if part(thing, "registrant"):
        registered, who = _text(part(person, "id")), None
    elif who is None:
        who = _text(part(person, "id"))
    shown = _text(part(person, "user_name"))
    row = {
        "meeting": meeting or "", "number": number, "space": account.own(ZoomSettings).space,
        "event": what if family in ("meeting", "webinar") else name, "is_webinar": family == "webinar", "at": at,
        "started_at": _when(thing, "start_time"),
        "connection": digest(key, meeting or "", which, room) if which else "",
        "account": who, "registrant": registered, "email": mail,
        "guest": None if who or mail or registered else shown, "name_key": name_key(key, meeting or "", shown),
    }  # fmt: skip
    if what == "ended":
        report.pull_at += [_minute(at + one) for one in COUNTED_AFTER]
    elif family == "recording" and what in ("completed", "transcript_completed"):
        report.pull_at.append(_minute(sent))
    yield Page.of(ZoomEvent, [row])


_TIMES = {
    "joined": ("join_time", "date_time"), "left": ("leave_time", "date_time"), "admitted": ("date_time", "join_time"),
}  # fmt: skip
_OF_MEETING = {"started": ("start_time",), "ended": ("end_time",)}


def _edge(what: str) -> str:
    return next((edge for edge in _TIMES if edge in what), "")


def _minute(at: datetime) -> datetime:
    """A whole minute, so that what is wished for the same time is wished once."""
    return at.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _milliseconds(value: Any) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 1 << 43:
        return None
    return datetime.fromtimestamp(value / 1000, UTC)


def _first(thing: Any, names: tuple[str, ...]) -> str | None:
    return next((found for one in names if (found := _text(part(thing, one)))), None)


def _text(value: Any) -> str | None:
    try:
        return (text(value) or "").strip() or None
    except WrongValue:
        return None


def _when(thing: Any, name: str) -> datetime | None:
    value = part(thing, name) if isinstance(thing, Mapping) else None
    try:
        return instant(value) if isinstance(value, str) else None
    except WrongValue:
        return None
