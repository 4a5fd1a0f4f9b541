"""What people did in a meeting: answered polls, asked, wrote in the chat. Who and how often, never what.

A kind of act has a row in a meeting exactly when Zoom tells of it; a row of nobody with 0 acts says that it
was possible and nobody did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from collectors.errors import SourceChanged
from collectors.kinds import WrongValue, instant
from collectors.records import value_at
from collectors.zoom.chat_file import Said, messages
from collectors.zoom.meetings import Held, ZoomSession
from collectors.zoom.presence import name_key
from collectors.zoom.session import in_path

ANONYMOUS = "anonymous attendee"


def answers(session: ZoomSession, held: Held) -> Iterator[dict[str, Any]]:
    """Rows for polls answered and questions asked."""
    for act, what, feature in (("poll", "polls", "poll"), ("question", "qa", "")):
        if feature and held.used(feature) is False:
            continue
        for record in _asked(session, held, what):
            name = record.get("name")
            details = record.get("question_details")
            is_anonymous = not isinstance(name, str) or name.strip().casefold() == ANONYMOUS
            yield {
                **record,
                "_meeting": held.uuid,
                "_act": act,
                "_name_key": "" if is_anonymous else name_key(session.account.digest_key, held.uuid, name),
                "_acts": len(details) if isinstance(details, list) else 1,
            }


def chat(session: ZoomSession, held: Held) -> list[Said] | None:
    """The messages of the recorded chat; None when Zoom does not tell, [] when nobody wrote."""
    if held.used("in_meeting_chat") is False:
        return []
    if held.used("record_to_cloud") is False:
        return None
    path, is_known = f"meetings/{in_path(held.uuid)}/recordings", bool(held.used("record_to_cloud"))
    found = session.or_none(session.wire.get, path, is_known=is_known) or {}
    listed = found.get("recording_files", ())
    if not isinstance(listed, (list, tuple)) or any(not value_at(f, "file_type") for f in listed):
        session.report.drift["zoom_chat_message.recording_files (without a type)"] += 1
    files = [f for f in found.get("recording_files") or () if isinstance(f, Mapping) and f.get("file_type") == "CHAT"]
    said: list[Said] = []
    for one in files:
        try:
            begun = instant(one.get("recording_start")) or instant(found.get("start_time"))
        except WrongValue:
            begun = None
        url = one.get("download_url")
        if begun is None or not isinstance(url, str) or not url:
            session.report.drift["zoom_chat_message.recording_files"] += 1
            return None
        text = session.wire.text(url)
        if text.lstrip()[:1] == "<":
            raise SourceChanged("not_a_chat")
        said += messages(text, begun)
    return said if files else None


def chat_acts(session: ZoomSession, held: Held, said: Iterable[Said]) -> list[dict[str, Any]]:
    """The acts of a chat: how many messages each name wrote."""
    counts = Counter(name_key(session.account.digest_key, held.uuid, one.name) for one in said)
    if not counts:
        counts[""] = 0
    return [
        {"_meeting": held.uuid, "_act": "chat", "_name_key": key, "_acts": number}
        for key, number in sorted(counts.items())
    ]


def _asked(session: ZoomSession, held: Held, what: str) -> list[dict[str, Any]]:
    """The report's answers, else the past meeting's."""
    paths = [f"past_{held.family}/{in_path(held.uuid)}/{what}"]
    if held.in_reports:
        paths.insert(0, f"report/{held.family}/{in_path(held.uuid)}/{what}")
    for path in paths:
        # Zoom lists the meeting: that it knows nothing of it here is no answer that there was nothing.
        is_known = held.in_reports and path == paths[-1]
        answer = session.or_none(session.wire.get, path, webinar=held.is_webinar, is_known=is_known)
        if answer is not None:
            questions = answer.get("questions")
            if not isinstance(questions, list) or not all(isinstance(one, dict) for one in questions):
                session.report.drift["zoom_act.questions (another shape)"] += 1
            return [one for one in questions if isinstance(one, dict)] if isinstance(questions, list) else []
    return []
