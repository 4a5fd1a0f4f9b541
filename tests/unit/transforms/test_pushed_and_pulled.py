"""What was pushed and is pulled later is one thing: no comment and no guest counts twice, and the pull speaks."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from collectors.base import Stream
from collectors.facebook.streams import Comments, Posts
from collectors.facebook.streams_feed import FacebookChange
from collectors.zoom.streams import ZoomConnection, ZoomMeeting
from collectors.zoom.streams_events import ZoomEvent
from transforms.staging import facebook_page, zoom
from transforms.staging.town import Town
from warehouse.people import landed_schema

TOWN = Town("0070")
AT = datetime(2026, 10, 5, 17, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

Row = dict[str, Any]


def landed(rows: Mapping[type[Stream], Iterable[Row]]) -> dict[str, pa.Table]:
    found = {}
    for stream, given in rows.items():
        schema = landed_schema(stream.schema, stream.personal_fields)
        plain = [{name: row.get(name) for name in schema.names} for row in given]
        table = pa.Table.from_pylist(plain, schema=schema)
        found[stream.name] = table.append_column("segment", pa.array(["s"] * table.num_rows))
    return found


# --- a page ----------------------------------------------------------------------------------
def comment(**more: Any) -> Row:
    return {"page_id": "1", "space": "f", "read_at": AT + 60 * MINUTE, "comment_id": "c", "post_id": "p",
            "is_page_post": True, "author": 5, "is_page": False, "created_at": AT, "length": 9, "is_question": False,
            "is_hidden": False, **more}  # fmt: skip


def change(verb: str, minute: int, **more: Any) -> Row:
    return {"page_id": "1", "space": "f", "read_at": AT + minute * MINUTE, "subject": "comment", "verb": verb,
            "post_id": "p", "comment_id": "c", "author": 5, "is_page": False, "created_at": AT, "length": 4,
            "is_question": True, **more}  # fmt: skip


def said(comments: list[Row], changes: list[Row]) -> list[Row]:
    post = {"page_id": "1", "space": "f", "read_at": AT, "post_id": "p", "author": 1, "is_page": True,
            "created_at": AT - 60 * MINUTE, "is_published": True, "length": 3, "is_question": False,
            "is_process": False, "language": "he", "reactions": 2}  # fmt: skip
    tables = landed({Posts: [post], Comments: comments, FacebookChange: changes})
    rows: list[Row] = facebook_page.stage(tables, TOWN)["message"].to_pylist()
    return [row for row in rows if row["message"] == "fb-c"]


def test_a_comment_told_and_pulled_is_one_message() -> None:
    (told,) = said([], [change("add", 0)])
    (both,) = said([comment()], [change("add", 0)])
    assert (told["length"], told["is_question"]) == (4, True)
    assert (both["length"], both["is_question"]) == (9, False)
    same = ("message", "author", "sent_at", "root", "reply_to", "reply_basis", "reply_to_author", "reply_to_role")
    assert [told[name] for name in same] == [both[name] for name in same]


def test_an_edit_after_the_pull_is_the_newer_reading() -> None:
    (row,) = said([comment()], [change("edit", 61, length=30)])
    assert row["length"] == 30
    (row,) = said([comment()], [change("edit", 59, length=30)])
    assert row["length"] == 9


def test_what_is_removed_is_deleted_and_what_is_hidden_is_not_shown() -> None:
    assert [row["kind"] for row in said([comment()], [change("remove", 61, created_at=None)])] == ["deleted"]
    assert [row["kind"] for row in said([comment()], [change("remove", 59)])] == ["comment"], (
        "a later pull still saw it"
    )
    assert said([comment()], [change("hide", 61)]) == []
    assert len(said([comment()], [change("hide", 61), change("unhide", 62)])) == 1
    assert said([], [change("remove", 3)]) == [], "what was never seen is not made up"


# --- meetings --------------------------------------------------------------------------------
def happening(event: str, minute: int, connection: str = "", **more: Any) -> Row:
    return {"meeting": "m", "space": "z", "event": event, "is_webinar": False, "at": AT + minute * MINUTE,
            "started_at": AT, "connection": connection, "name_key": "", **more}  # fmt: skip


EVENING = [
    happening("started", 0), happening("participant_joined", 1, "a", email=7),
    happening("participant_left", 31, "a", email=7), happening("participant_joined", 5, "b", guest=8, name_key="bb"),
    happening("participant_joined_waiting_room", 2, "w", guest=9, name_key="ww"), happening("ended", 60),
]  # fmt: skip


def test_before_the_report_the_events_are_the_attendance() -> None:
    facts = zoom.stage(landed({ZoomEvent: EVENING}), TOWN)
    (meeting,) = facts["gathering"].to_pylist()
    assert (meeting["minutes"], meeting["attendees"], meeting["kind"]) == (60, 2, "other")
    assert sorted(row["minutes"] for row in facts["attendance"].to_pylist()) == [30, 55]


def test_the_report_takes_the_place_of_the_events() -> None:
    report = {"meeting": "m", "connection": "r", "email": 7, "joined_at": AT, "left_at": AT + 40 * MINUTE,
              "seconds": 2400, "status": "in_meeting", "name_key": ""}  # fmt: skip
    held = {"meeting": "m", "space": "z", "kind": "participation", "started_at": AT, "ended_at": AT + 60 * MINUTE,
            "minutes": 60, "connections": 1, "is_webinar": False}  # fmt: skip
    with_events = zoom.stage(landed({ZoomEvent: EVENING, ZoomConnection: [report], ZoomMeeting: [held]}), TOWN)
    without = zoom.stage(landed({ZoomConnection: [report], ZoomMeeting: [held]}), TOWN)
    assert {fact: table.to_pylist() for fact, table in with_events.items()} == {
        fact: table.to_pylist() for fact, table in without.items()
    }
    assert len(with_events["attendance"]) == 1
