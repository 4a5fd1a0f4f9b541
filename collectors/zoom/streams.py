"""The collections Zoom gives. Each reads the meetings of its window and turns what Zoom says of them into rows.

What a stream covered it says itself, in a row of `zoom_pull` beside its own, landed with them or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from collectors.base import Page
from collectors.kinds import boolean, count, identifier, instant, text
from collectors.records import page_of
from collectors.service import Window
from collectors.zoom import acts, contract, joining, presence
from collectors.zoom.covering import INSTANT, ZoomPull, ZoomStream, optional_words
from collectors.zoom.meetings import ZoomSession


class ZoomMeeting(ZoomStream):
    """Instances of meetings and webinars hosted by the account."""

    name = "zoom_meeting"
    schema = pa.schema(
        [
            ("meeting", pa.string()),
            ("number", pa.string()),
            ("space", pa.string()),
            ("kind", pa.string()),
            ("is_webinar", pa.bool_()),
            ("host", pa.string()),
            ("started_at", INSTANT),
            ("ended_at", INSTANT),
            ("minutes", pa.int64()),
            ("connections", pa.int64()),
        ]
    )
    key = ("meeting",)
    cursor = "started_at"
    personal_fields = {"host": "email"}
    facts = ("gathering", "coverage")
    fields = {
        "meeting": ("meeting_uuid", identifier),
        "number": ("meeting_id", text),
        "kind": ("_kind", text),
        "is_webinar": ("_is_webinar", boolean),
        "host": ("host_email", optional_words),
        "started_at": ("start_time", instant),
        "ended_at": ("end_time", instant),
        "minutes": ("duration", count),
        "connections": ("participants", count),
    }

    is_replayable = True  # a meeting's row stands alone

    def pages(self, session: ZoomSession, window: Window) -> Iterator[Page]:
        """A row a meeting."""
        records = (
            {**one.record, "_kind": session.kind(one.record), "_is_webinar": one.is_webinar}
            for one in session.all_meetings(window)
        )
        yield from self.paged(session, window, records, self.fields, contract.MEETING, {"space": session.space})


class ZoomConnection(ZoomStream):
    """Connections of participants as received: who rejoins has several, breakout and waiting rooms have their own."""

    name = "zoom_connection"
    schema = pa.schema(
        [
            ("meeting", pa.string()),
            ("connection", pa.string()),
            ("account", pa.string()),
            ("registrant", pa.string()),
            ("email", pa.string()),
            ("guest", pa.string()),
            ("name_key", pa.string()),
            ("joined_at", INSTANT),
            ("left_at", INSTANT),
            ("seconds", pa.int64()),
            ("status", pa.string()),
            ("breakout", pa.string()),
            ("is_internal", pa.bool_()),
        ]
    )
    key = ("meeting", "connection")
    personal_fields = {"account": "account", "registrant": "account", "email": "email", "guest": "chat_sender"}
    facts = ("attendance", "coverage")
    fields = {
        "meeting": ("_meeting", text),
        "connection": ("_connection", text),
        "account": ("_account", optional_words),
        "registrant": ("registrant_id", optional_words),
        "email": ("user_email", optional_words),
        "guest": ("_guest", optional_words),
        "name_key": ("_name_key", text),
        "joined_at": ("join_time", instant),
        "left_at": ("leave_time", instant),
        "seconds": ("duration", count),
        "status": ("status", text),
        "breakout": ("bo_mtg_id", optional_words),
        "is_internal": ("internal_user", boolean),
    }

    def pages(self, session: ZoomSession, window: Window) -> Iterator[Page]:
        """A row a connection."""
        rows = (row for held in session.meetings(window) for row in presence.connections(session, held))
        yield from self.paged(session, window, rows, self.fields, contract.PARTICIPANT)


class ZoomRegistrant(ZoomStream):
    """People registered for a meeting, and through which asset they say they heard of it."""

    name = "zoom_registrant"
    schema = pa.schema(
        [("number", pa.string()), ("registrant", pa.string()), ("email", pa.string()), ("heard_via", pa.string())]
    )
    key = ("number", "registrant")
    personal_fields = {"registrant": "account", "email": "email"}
    facts = ("attendance",)
    fields = {
        "number": ("_number", text),
        "registrant": ("id", optional_words),
        "email": ("email", optional_words),
        "heard_via": ("_heard_via", text),
    }

    def pages(self, session: ZoomSession, window: Window) -> Iterator[Page]:
        """A row a registrant, a meeting number once however often it was held."""
        records = joining.registrants(session, window)
        yield from self.paged(session, window, records, self.fields, contract.REGISTRANT)


class ZoomAct(ZoomStream):
    """Polls answered, questions asked: who and how often."""

    name = "zoom_act"
    schema = pa.schema(
        [
            ("meeting", pa.string()),
            ("act", pa.string()),
            ("account", pa.string()),
            ("email", pa.string()),
            ("name_key", pa.string()),
            ("acts", pa.int64()),
        ]
    )
    key = ("meeting", "act", "account", "email", "name_key")
    personal_fields = {"account": "account", "email": "email"}
    facts = ("attendance",)
    fields = {
        "meeting": ("_meeting", text),
        "act": ("_act", text),
        "account": ("user_id", optional_words),
        "email": ("email", optional_words),
        "name_key": ("_name_key", text),
        "acts": ("_acts", count),
    }

    def pages(self, session: ZoomSession, window: Window) -> Iterator[Page]:
        """A row a person and kind of act."""
        rows = (row for held in session.meetings(window) for row in acts.answers(session, held))
        yield from self.paged(session, window, rows, self.fields, contract.ANSWER)


class ZoomChatMessage(ZoomStream):
    """Messages of recorded chats: when, how long, whether it asks. Their counts go to `zoom_act`."""

    name = "zoom_chat_message"
    schema = pa.schema(
        [
            ("meeting", pa.string()),
            ("position", pa.int64()),
            ("name_key", pa.string()),
            ("sent_at", INSTANT),
            ("length", pa.int64()),
            ("is_question", pa.bool_()),
        ]
    )
    key = ("meeting", "position")
    facts = ("message", "attendance")

    def pages(self, session: ZoomSession, window: Window) -> Iterator[Page]:
        """A row a message; a meeting whose chat Zoom does not tell has none."""
        key = session.account.digest_key
        for held in session.meetings(window):
            said = acts.chat(session, held)
            if said is None:
                continue
            yield page_of(ZoomAct, acts.chat_acts(session, held, said), session.report)
            rows = [
                {
                    "meeting": held.uuid,
                    "position": place,
                    "name_key": presence.name_key(key, held.uuid, one.name),
                    "sent_at": one.sent_at,
                    "length": one.length,
                    "is_question": one.is_question,
                }
                for place, one in enumerate(said)
            ]
            if rows:
                yield Page.of(type(self), rows)
        yield self.covered(session, window)


class ZoomJoined(ZoomStream):
    """Meetings hosted elsewhere in which the account's people took part."""

    name = "zoom_joined"
    schema = pa.schema(
        [
            ("meeting", pa.string()),
            ("space", pa.string()),
            ("kind", pa.string()),
            ("person", pa.string()),
            ("started_at", INSTANT),
            ("ended_at", INSTANT),
            ("joined_at", INSTANT),
            ("left_at", INSTANT),
        ]
    )
    key = ("meeting", "person", "joined_at")
    personal_fields = {"person": "email"}
    facts = ("gathering", "attendance")
    fields = {
        "meeting": ("uuid", identifier),
        "kind": ("_kind", text),
        "person": ("_person", optional_words),
        "started_at": ("start_time", instant),
        "ended_at": ("end_time", instant),
        "joined_at": ("_joined_at", instant),
        "left_at": ("_left_at", instant),
    }

    def pages(self, session: ZoomSession, window: Window) -> Iterator[Page]:
        """A row a person and connection."""
        records = joining.joined_elsewhere(session, window)
        yield from self.paged(session, window, records, self.fields, contract.JOINED, {"space": session.space})


STREAMS = (ZoomMeeting, ZoomConnection, ZoomRegistrant, ZoomAct, ZoomChatMessage, ZoomJoined)
SIDE_STREAMS = (ZoomPull,)
