"""Times that are wrong: another hour, another month, longer than anything lasts, before what they follow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.e2e.bad_batches.plants import Change, Plant, Row, moved, plants, put
from tests.e2e.bad_town import CLOSED

OCTOBER = datetime(2026, 10, 5, tzinfo=UTC)
CHATS = ["whatsapp_chat_message", "whatsapp_chat_event"]
PAGE = ["facebook_comment", "facebook_post"]
MEETINGS = ["zoom_meeting", "zoom_connection"]
REQUEST = ["hotline_106_request"]


def _hours(number: int, *names: str) -> Change:
    return moved(timedelta(hours=number), *names)


def _days(number: int, *names: str) -> Change:
    return moved(timedelta(days=number), *names)


def _stays(row: Row) -> Row:
    """Nine hours longer than they were there."""
    seconds = row["seconds"] and row["seconds"] + 9 * 3600
    return row | {"left_at": row["left_at"] and row["left_at"] + timedelta(hours=9), "seconds": seconds}


def _thirty_hours(row: Row) -> Row:
    return row | {"ended_at": row["ended_at"] and row["ended_at"] + timedelta(hours=30), "minutes": 1900}


PLANTS = (
    *plants("website", "a month told as the next one", "visit.rows", _days(30, "first_day", "last_day", "day"), ["ga4_month", "ga4_day"]),
    *plants("facebook_page", "posts of the future", "message.rows", _days(70, "created_at"), ["facebook_post"]),
    *plants("facebook_page", "comments five hours later", "message.clock", _hours(5, "created_at"), PAGE),
    *plants("whatsapp", "chats 2 hours later", "message.clock", _hours(2, "sent_local", "at_local"), CHATS, months=[CLOSED]),
    *plants("whatsapp", "chats 3 hours later", "message.clock", _hours(3, "sent_local", "at_local"), CHATS),
    *plants("zoom", "meetings forty days later", "gathering.rows", _days(40, "started_at", "ended_at", "joined_at", "left_at", "sent_at"), MEETINGS),
    *plants("zoom", "people stay longer than the meeting", "attendance.within_the_meeting", _stays, ["zoom_connection"]),
    *plants("zoom", "meetings of thirty hours", "gathering.length_possible", _thirty_hours, ["zoom_meeting"], verdict="aside"),
    *plants("hotline_106", "answered before asked", "request.answered_after_opened", put(answered_at=lambda row: row["opened_at"] - timedelta(hours=3)), REQUEST),
    *plants("hotline_106", "requests three hours later", "request.clock", _hours(3, "opened_at", "answered_at", "closed_at"), REQUEST),
    Plant("every page published on one day", "website", "held", "publication.rows", {"site_page": put(published_at=OCTOBER, modified_at=OCTOBER)}),
)  # fmt: skip
