"""The collections Zoom gives. Each reads the meetings of its window and turns what Zoom says of them into rows.

What a stream covered it says itself, in a row of `zoom_pull` beside its own, landed with them or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from collectors.base import Page
from collectors.columnar import plain, together
from collectors.columns import FIXED, Column
from collectors.kinds import boolean, count, identifier, instant, text
from collectors.records import page_of
from collectors.service import SourceObject, Window
from collectors.waiting import Waiting, received
from collectors.zoom import acts, joining, presence, presence_at_once
from collectors.zoom import columns as shared
from collectors.zoom.covering import ZoomPull, ZoomStream
from collectors.zoom.meetings import Held, ZoomSession


class ZoomMeeting(ZoomStream):
    """Instances of meetings and webinars hosted by the account."""

    name = "zoom_meeting"
    columns = (
        replace(shared.MEETING, path="meeting_uuid", kind=identifier),
        replace(shared.NUMBER, path="meeting_id"),
        shared.SPACE,
        Column("kind", "_kind", text, "What it was for, by the town's tracking field", required=True),
        replace(shared.IS_WEBINAR, path="_is_webinar"),
        Column("host", "host_email", shared.filled, "Who called it", person="email"),
        replace(shared.STARTED_AT, path="start_time", cursor=True, required=True),
        replace(shared.ENDED_AT, path="end_time"),
        Column("minutes", "duration", count, "Length in minutes; 0 until Zoom has counted it"),
        Column("connections", "participants", count, "Connections Zoom counted, rejoins included"),
    )
    ignored = (
        "type", "host_display_name", "topic", "total_participant_minutes", "department", "group", "source",
        "unique_viewers", "max_concurrent_views", "create_time", "custom_fields", "tracking_fields", "feature_used",
    )  # fmt: skip
    facts = ("gathering", "coverage")
    is_replayable = True  # a meeting's row stands alone

    def pages(self, session: ZoomSession, window: Window) -> Iterator[Page]:
        """A row a meeting."""
        records = [
            {**one.record, "_kind": session.kind(one.record), "_is_webinar": one.is_webinar}
            for one in session.all_meetings(window)
        ]
        yield page_of(type(self), records, session.report, fixed={"space": session.settings.space})
        yield self.covered(session, window)


class ZoomConnection(ZoomStream):
    """Connections of participants as received: who rejoins has several, breakout and waiting rooms have their own."""

    name = "zoom_connection"
    columns = (
        replace(shared.MEETING, path="_meeting"),
        replace(shared.CONNECTION, path="_connection"),
        replace(shared.ACCOUNT, path="_account"),
        replace(shared.REGISTRANT, path="registrant_id"),
        replace(shared.EMAIL, path="user_email"),
        replace(shared.GUEST, path="_guest"),
        replace(shared.NAME_KEY, path="_name_key"),
        Column("joined_at", "join_time", instant, "When it began, UTC", required=True),
        Column("left_at", "leave_time", instant, "When it ended, UTC"),
        Column("seconds", "duration", count, "Its length in seconds; 0 until Zoom has counted it"),
        Column("status", "status", text, "in_meeting or in_waiting_room"),
        Column("breakout", "bo_mtg_id", shared.filled, "Breakout room it was in; null for the main room"),
        Column("is_internal", "internal_user", boolean, "The person is of the town's own Zoom account"),
    )
    ignored = ("id", "name", "user_id", "failover", "customer_key", "participant_user_id")
    wire = presence_at_once.WIRE
    items = "participants"
    facts = ("attendance", "coverage")

    def pages(self, session: ZoomSession, window: Window) -> Iterator[Page]:
        """A row a connection."""
        yield from self.asked(session, window)

    def pages_of_object(self, session: ZoomSession, one: SourceObject) -> Iterator[Page | Waiting]:
        """The connections of one meeting."""
        held, key = Held.of_object(one), session.account.digest_key
        rows = together(presence.listed(session, held, self.form))

        def slowly(rows: list[dict[str, Any]]) -> Page:
            return page_of(type(self), presence.connections(key, held.uuid, rows), session.report)

        if (merged := presence_at_once.merged(rows)) is None:
            yield slowly(plain(rows))
            return
        beside = presence_at_once.beside(key, held.uuid, *merged)
        yield Waiting(merged[0], session.report.drift, slowly, {"meeting": held.uuid}, beside=beside)


class ZoomRegistrant(ZoomStream):
    """People registered for a meeting, and through which asset they say they heard of it."""

    name = "zoom_registrant"
    columns = (
        replace(shared.NUMBER, path="_number", key=True),
        replace(shared.REGISTRANT, path="id", key=True, required=True),
        replace(shared.EMAIL, path="email"),
        Column("heard_via", "_heard_via", text, "Asset through which the person says she heard of the meeting"),
    )
    ignored = (
        "address", "city", "comments", "country", "custom_questions", "first_name", "industry", "job_title",
        "last_name", "no_of_employees", "org", "phone", "purchasing_time_frame", "role_in_purchase_process", "state",
        "status", "zip", "create_time", "join_url", "participant_pin_code",
    )  # fmt: skip
    wire: ClassVar[Mapping[str, Any]] = {"custom_questions": Any}
    items = "registrants"
    facts = ("attendance",)

    def pages(self, session: ZoomSession, window: Window) -> Iterator[Page]:
        """A row a registrant, a meeting number once however often it was held."""
        yield from self.asked(session, window)

    def objects(self, session: ZoomSession, window: Window) -> Iterator[SourceObject]:
        """The numbers of meetings people registered for."""
        return joining.registered(session, window)

    def pages_of_object(self, session: ZoomSession, one: SourceObject) -> Iterator[Page | Waiting]:
        """The registrants of one number."""
        records, number = joining.registrants(session, one, self.form), one.kept["number"]
        heard = joining.heard(session, records)

        def slowly(found: list[dict[str, Any]]) -> Page:
            told = [{**of, "_number": number, "_heard_via": asset} for of, asset in zip(found, heard, strict=True)]
            return page_of(type(self), told, session.report)

        drift = session.report.drift
        yield received(records, slowly, drift, {"number": number}, beside={"heard_via": heard})


class ZoomAct(ZoomStream):
    """Polls answered, questions asked: who and how often."""

    name = "zoom_act"
    columns = (
        replace(shared.MEETING, path="_meeting"),
        Column("act", "_act", text, "poll, question or chat", key=True),
        replace(shared.ACCOUNT, path="user_id", key=True),
        replace(shared.EMAIL, path="email", key=True),
        replace(shared.NAME_KEY, path="_name_key", key=True),
        Column("acts", "_acts", count, "How often; 0 in a row of nobody: it was possible and nobody did"),
    )
    ignored = ("name", "first_name", "last_name", "question_details")
    facts = ("attendance",)

    def pages(self, session: ZoomSession, window: Window) -> Iterator[Page]:
        """A row a person and kind of act."""
        yield from self.asked(session, window)

    def pages_of_object(self, session: ZoomSession, one: SourceObject) -> Iterator[Page]:
        """What was done in one meeting."""
        yield page_of(type(self), acts.answers(session, Held.of_object(one)), session.report)


class ZoomChatMessage(ZoomStream):
    """Messages of recorded chats: when, how long, whether it asks. Their counts go to `zoom_act`."""

    name = "zoom_chat_message"
    columns = (
        shared.MEETING,
        Column("position", FIXED, count, "Place in the meeting's chat, from 0", key=True),
        shared.NAME_KEY,
        Column("sent_at", FIXED, instant, "When it was sent, UTC"),
        Column("length", FIXED, count, "Characters; the text itself is not kept"),
        Column("is_question", FIXED, boolean, "It asks something"),
    )
    facts = ("message", "attendance")

    def pages(self, session: ZoomSession, window: Window) -> Iterator[Page]:
        """A row a message; a meeting whose chat Zoom does not tell has none."""
        yield from self.asked(session, window)

    def pages_of_object(self, session: ZoomSession, one: SourceObject) -> Iterator[Page]:
        """The chat of one meeting, and what it makes of those who wrote."""
        held, key = Held.of_object(one), session.account.digest_key
        said = acts.chat(session, held)
        if said is None:
            return
        yield page_of(ZoomAct, acts.chat_acts(session, held, said), session.report)
        rows = [
            {
                "meeting": held.uuid, "position": place, "name_key": presence.name_key(key, held.uuid, message.name),
                "sent_at": message.sent_at, "length": message.length, "is_question": message.is_question,
            }
            for place, message in enumerate(said)
        ]  # fmt: skip
        if rows:
            yield Page.of(type(self), rows)


class ZoomJoined(ZoomStream):
    """Meetings hosted elsewhere in which the account's people took part."""

    name = "zoom_joined"
    columns = (
        replace(shared.MEETING, path="uuid", kind=identifier),
        shared.SPACE,
        Column("kind", "_kind", text, "residents where the town named its host as theirs, else other"),
        Column(
            "person", "_person", shared.filled, "User of the town's account who took part", key=True, person="email"
        ),
        replace(shared.STARTED_AT, path="start_time", required=True),
        replace(shared.ENDED_AT, path="end_time", required=True),
        Column("joined_at", "_joined_at", instant, "When the user joined, UTC", key=True),
        Column("left_at", "_left_at", instant, "When the user left, UTC"),
    )
    ignored = (
        "custom_keys", "duration", "id", "participants_count", "session_key", "source", "topic", "total_minutes",
        "type", "user_email", "user_name", "schedule_time", "join_waiting_room_time", "join_time", "leave_time",
        "host_organization", "host_name", "has_screen_share", "has_recording", "has_chat",
        "meeting_encryption_status", "participants_count_my_account",
    )  # fmt: skip
    facts = ("gathering", "attendance")

    def pages(self, session: ZoomSession, window: Window) -> Iterator[Page]:
        """A row a person and connection."""
        yield from self.asked(session, window)

    def objects(self, session: ZoomSession, window: Window) -> Iterator[SourceObject]:
        """The account's users."""
        return joining.visitors(session, window)

    def pages_of_object(self, session: ZoomSession, one: SourceObject) -> Iterator[Page]:
        """The meetings one of them joined."""
        fixed = {"space": session.settings.space}
        yield page_of(type(self), joining.joined_elsewhere(session, one), session.report, fixed=fixed)


STREAMS = (ZoomMeeting, ZoomConnection, ZoomRegistrant, ZoomAct, ZoomChatMessage, ZoomJoined)
SIDE_STREAMS = (ZoomPull,)
