"""How people came to a meeting: by registering for one of ours, or to somebody else's from our account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from collectors.kinds import WrongValue, instant
from collectors.service import Window
from collectors.zoom.meetings import A_DAY, PIECE, ZoomSession
from collectors.zoom.session import in_path


def registrants(session: ZoomSession, window: Window) -> Iterator[dict[str, Any]]:
    """Approved registrants of the window's meetings; a number that was held often is asked once."""
    numbers = {
        (held.family, held.number): held.is_webinar
        for held in session.meetings(window)
        if held.number and held.used("registration") is not False
    }
    unmapped = 0
    for (family, number), is_webinar in numbers.items():
        path = f"{family}/{in_path(number)}/registrants"
        records = session.or_none(session.wire.every, path, "registrants", {"status": "approved"}, webinar=is_webinar)
        for record in records or ():
            asset, is_answered = heard_via(session, record)
            unmapped += is_answered and asset is None
            yield {**record, "_number": number, "_heard_via": asset}
    if unmapped:
        session.notice(
            f"{unmapped} registrants said how they heard in words `heard_via_answers` does not list; add them there"
        )


def heard_via(session: ZoomSession, record: Mapping[str, Any]) -> tuple[str | None, bool]:
    """The asset a registrant names, and whether the question was answered at all."""
    wanted = _plain(session.settings.heard_via_question)
    answers = {_plain(text): asset for text, asset in session.settings.heard_via_answers.items()}
    questions = record.get("custom_questions")
    for one in questions if wanted and isinstance(questions, list) else ():
        if isinstance(one, Mapping) and _plain(one.get("title")) == wanted and one.get("value"):
            whole = str(one["value"])
            # A question with several answers gives them in one text; the first known one counts.
            parts = (whole, *whole.replace(",", ";").split(";"))
            return next((answers[_plain(part)] for part in parts if _plain(part) in answers), None), True
    return None, False


def joined_elsewhere(session: ZoomSession, window: Window) -> Iterator[dict[str, Any]]:
    """Meetings the account's users joined that the account did not host.

    `resident_hosts` names organisations or hosts of residents; when given, only theirs are taken, and are
    meetings of residents. Without it every meeting hosted elsewhere is taken for one residents called.
    """
    reports = [(since, until) for since, until, is_reported in session.stretches(window) if is_reported]
    if not reports:
        return
    ours = {one.uuid for one in session.meetings(window)}
    people = session.users()
    addresses = {_plain(one.get("email")) for one in people}
    hosts = {_plain(one) for one in session.settings.resident_hosts}
    for user in people:
        for since, until in reports:
            for record in _joined(session, user["id"], since, until):
                is_told = record.get("host_organization") or record.get("host_name")
                is_ours = not is_told or str(record.get("uuid")) in ours
                is_ours = is_ours or (
                    not record.get("host_organization") and _plain(record.get("user_email")) in addresses
                )
                is_residents = bool(hosts & {_plain(record.get("host_organization")), _plain(record.get("host_name"))})
                if not is_ours and (is_residents or not hosts):
                    yield {
                        **record,
                        "_kind": "residents" if is_residents else "other",
                        "_person": user.get("email"),
                        "_joined_at": _instant(record.get("join_time")),
                        "_left_at": _instant(record.get("leave_time")),
                    }


def _joined(session: ZoomSession, user: str, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    while since < until:
        end = min(since + PIECE, until)
        days = {
            "from": max(since.date() - A_DAY, session.floor().date()).isoformat(),
            "to": (end.date() + A_DAY).isoformat(),
            "type": "pastJoined",
        }
        path = f"report/users/{in_path(user)}/meetings"
        for record in session.or_none(session.wire.every, path, "meetings", days) or ():
            try:
                started = instant(record.get("start_time"))
            except WrongValue:
                started = None
            if started is None or since <= started < end:
                yield record
        since = end


def _instant(value: Any) -> Any:
    """Zoom's document shows "12/22/2021 16:20" in this list and ISO in all others: both are read, as UTC."""
    try:
        return datetime.strptime(str(value), "%m/%d/%Y %H:%M").replace(tzinfo=UTC).isoformat()
    except ValueError:
        return value


def _plain(value: Any) -> str:
    return " ".join(str(value or "").split()).casefold()
