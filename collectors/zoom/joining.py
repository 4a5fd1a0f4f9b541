"""How people came to a meeting: by registering for one of ours, or to somebody else's from our account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from collectors.columnar import Form, Rows, Typed
from collectors.kinds import WrongValue, instant
from collectors.service import SourceObject, Window
from collectors.zoom.meetings import A_DAY, PIECE, Held, ZoomSession
from collectors.zoom.session import in_path


def registered(session: ZoomSession, window: Window) -> Iterator[SourceObject]:
    """What people registered for in the window: numbers of meetings, one that was held often once."""
    numbers: dict[tuple[str, str], list[Held]] = defaultdict(list)
    for held in session.meetings(window):
        if held.number and held.used("registration") is not False:
            numbers[held.family, held.number].append(held)
    for (family, number), instances in numbers.items():
        each = [held.as_object for held in instances]
        kept = {"family": family, "number": number, "is_known": any(held.used("registration") for held in instances)}
        since, until = min(one.since for one in each), max(one.until or one.at for one in each)
        yield SourceObject("registration", f"{family} {number}", max(one.at for one in each), kept, since, until)


def registrants(session: ZoomSession, one: SourceObject, form: Form) -> list[Any]:
    """Its approved registrants; none where there was no registering."""
    family, number = one.kept["family"], one.kept["number"]
    path, is_webinar = f"{family}/{in_path(number)}/registrants", family == "webinars"
    ask, approved, is_known = session.wire.every, {"status": "approved"}, one.kept["is_known"]
    found = session.or_none(ask, path, "registrants", approved, form, webinar=is_webinar, is_known=is_known)
    return [] if found is None else found


def heard(session: ZoomSession, records: list[Any]) -> list[str | None]:
    """The asset through which each registrant says she heard, or None; answers nobody mapped are noticed."""
    if isinstance(records, Typed):
        records = [{"custom_questions": one} for one in Rows(records.shape, [records]).values("custom_questions")]
    found = [heard_via(session, record) for record in records]
    if unmapped := sum(is_answered and asset is None for asset, is_answered in found):
        session.notice(
            f"{unmapped} registrants said how they heard in words `heard_via_answers` does not list; add them there"
        )
    return [asset for asset, _ in found]


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


def visitors(session: ZoomSession, window: Window) -> Iterator[SourceObject]:
    """The account's users, each with the stretch of the window that reports speak of."""
    for since, until, is_reported in session.stretches(window):
        for user in session.users() if is_reported else ():
            kept = {"id": user["id"], "email": user.get("email")}
            yield SourceObject("user", user["id"], since, kept, since, until)


def joined_elsewhere(session: ZoomSession, one: SourceObject) -> Iterator[dict[str, Any]]:
    """Meetings a user joined that the account did not host.

    `resident_hosts` names organisations or hosts of residents; when given, only theirs are taken, and are
    meetings of residents. Without it every meeting hosted elsewhere is taken for one residents called.
    """
    until = one.until or session.clock()
    ours = {held.uuid for held in session.meetings(Window(one.since, until))}
    addresses = {_plain(user.get("email")) for user in session.users()}
    hosts = {_plain(name) for name in session.settings.resident_hosts}
    for record in _joined(session, one.kept["id"], one.since, until):
        is_told = record.get("host_organization") or record.get("host_name")
        if record.get("host_organization", "?") in (None, "") and str(record.get("uuid")) not in ours:
            yield {**record, "_kind": ["nobody tells whose it is"]}  # put aside: it may be one of residents
            continue
        is_ours = not is_told or str(record.get("uuid")) in ours
        is_ours = is_ours or (not record.get("host_organization") and _plain(record.get("user_email")) in addresses)
        is_residents = bool(hosts & {_plain(record.get("host_organization")), _plain(record.get("host_name"))})
        if not is_ours and (is_residents or not hosts):
            yield {
                **record,
                "_kind": "residents" if is_residents else "other",
                "_person": one.kept["email"],
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
        # Zoom lists the user: it is no answer that it does not know whom that is.
        for record in session.or_none(session.wire.every, path, "meetings", days, is_known=True) or ():
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
