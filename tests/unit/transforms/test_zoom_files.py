"""Zoom's reports as files beside the service: one meeting is one, however it is known."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import pyarrow as pa
import pytest

from collectors.zoom.streams import SIDE_STREAMS, STREAMS
from collectors.zoom.streams_events import ZoomEvent
from collectors.zoom_participants.reports import ZoomParticipants
from tests.unit.transforms.test_zoom_staging import BEGAN, HOST, Rows, connection, meeting
from transforms.staging import zoom
from transforms.staging.town import StaffInterval, Town
from warehouse.people import landed_schema
from warehouse.registers import Space

KEY = "k" * 16
HALL = Space(authority="T1", space="hall", title="h", asset="zoom", kind="meeting_room", operated_by="authority")
TOWN = Town("T1", spaces={"hall": HALL}, staff=(StaffInterval(HOST),))
MONTH: dict[str, Any] = {"listed_from": date(2026, 3, 1), "listed_until": date(2026, 3, 31)}


def facts(town: Town = TOWN, **streams: Rows) -> dict[str, Rows]:
    """Facts staged from rows of the service and of files as they lie landed."""
    tables = {}
    for stream in (*STREAMS, *SIDE_STREAMS, ZoomEvent, *ZoomParticipants.streams):
        schema = landed_schema(stream.schema, stream.personal_fields)
        for name, kind in (("landed_order", pa.int64()), ("segment", pa.string()), ("batch", pa.string())):
            schema = schema.append(pa.field(name, kind))
        tables[stream.name] = pa.Table.from_pylist(streams.get(stream.name, []), schema=schema)
    return {name: table.to_pylist() for name, table in zoom.stage(tables, town).items()}


def listed(name: str = "f", *, minutes: float = 0, segment: str = "s", **more: Any) -> dict[str, Any]:
    """A meeting of a file, so many minutes after the service's."""
    started = BEGAN + timedelta(minutes=minutes)
    return {
        "meeting": name, "space": None, "space_key": KEY, "number": "1", "kind": None, "host": HOST,
        "started_at": started, "ended_at": started + timedelta(hours=1), "minutes": 60, "connections": 3,
        "segment": segment,
    } | more  # fmt: skip


def person(start: float = 0, end: float = 30, *, segment: str = "s", **more: Any) -> dict[str, Any]:
    return {
        "meeting": "f", "connection": f"{start}-{end}-{more}", "joined_at": BEGAN + timedelta(minutes=start),
        "left_at": BEGAN + timedelta(minutes=end), "name_key": "", "is_waiting": False, "is_total": False,
        "segment": segment,
    } | more  # fmt: skip


def covered(found: dict[str, Rows]) -> dict[str, tuple[str, str]]:
    return {
        row["fact"]: (row["extent"], row["knows"])
        for row in found["coverage"]
        if row["month"] == "2026-03" and row["extent"] != "none"
    }


def test_a_meeting_of_both_is_counted_once_and_the_service_s_reading_goes_before() -> None:
    found = facts(
        zoom_meeting=[meeting()],
        zoom_connection=[connection(account=5, email=7, is_internal=False)],
        zoom_listed_meeting=[listed(minutes=2, kind="internal")],
        zoom_listed_person=[person(email=7), person(email=8)],
    )
    assert [(row["gathering"], row["kind"], row["attendees"]) for row in found["gathering"]] == [
        ("zoom-m", "participation", 1)
    ]
    assert [row["person"] for row in found["attendance"]] == [7]


def test_a_file_tells_who_was_there_where_the_service_no_longer_does() -> None:
    found = facts(
        zoom_meeting=[meeting()],
        zoom_listed_meeting=[listed()],
        zoom_listed_person=[
            person(email=7),
            person(20, 40, email=7),
            person(guest=9, name_key="a"),
            person(email=HOST),
        ],
    )
    told = {row["person"]: (row["role"], row["minutes"]) for row in found["attendance"]}
    assert told == {7: ("resident", 40), None: ("resident", 30), HOST: ("authority", 30)}
    assert found["gathering"][0]["attendees"] == 3


def test_a_number_held_again_is_another_meeting() -> None:
    found = facts(zoom_meeting=[meeting()], zoom_listed_meeting=[listed(minutes=90), listed("g", number="2")])
    assert len(found["gathering"]) == 3


def test_lists_and_reports_of_one_meeting_are_one_whatever_their_order() -> None:
    rows = [
        listed("a", segment="list", **MONTH, kind="residents", connections=2),
        listed("b", segment="head", kind=None),
        listed("c", minutes=1, segment="bare", number="", host=None, ended_at=None, connections=None),
    ]
    people = [
        person(1, 9, meeting="c", email=3, segment="bare"),
        person(0, 60, meeting="b", email=3, segment="head"),
        person(0, 60, meeting="b", email=4, segment="head"),
    ]
    seen = {repr(facts(zoom_listed_meeting=list(order), zoom_listed_person=people)) for order in permutations(rows)}
    assert len(seen) == 1
    found = facts(zoom_listed_meeting=rows, zoom_listed_person=people)
    assert [(row["kind"], row["space"], row["attendees"]) for row in found["gathering"]] == [("residents", "hall", 2)]
    assert covered(found) == {"gathering": ("full", "kind"), "attendance": ("full", "")}


def test_a_list_knows_no_people_and_a_report_no_other_meetings() -> None:
    only_list = facts(zoom_listed_meeting=[listed(**MONTH)])
    assert covered(only_list) == {"gathering": ("full", "")}, "who came is not known, nor what it was for"
    only_report = facts(zoom_listed_meeting=[listed()], zoom_listed_person=[person(email=7)])
    assert covered(only_report) == {"gathering": ("part", ""), "attendance": ("part", "")}
    one_unknown = facts(
        zoom_listed_meeting=[listed(**MONTH), listed("g", number="2", **MONTH)], zoom_listed_person=[person(email=7)]
    )
    assert covered(one_unknown)["attendance"] == ("part", "")
    alone = facts(zoom_listed_meeting=[listed(**MONTH), listed("g", number="2", connections=1, **MONTH)],
                  zoom_listed_person=[person(email=7)])  # fmt: skip
    assert covered(alone)["attendance"] == ("full", ""), "of a meeting of one the number is enough"


def test_a_listed_month_without_meetings_had_none() -> None:
    found = facts(zoom_listed_meeting=[listed(listed_from=date(2026, 2, 1), listed_until=date(2026, 3, 31))])
    february = {row["fact"]: row["extent"] for row in found["coverage"] if row["month"] == "2026-02"}
    assert february == {"gathering": "full", "attendance": "full", "attendance:joined": "none"}


def test_a_file_goes_before_webhooks() -> None:
    begun = {"event": "started", "meeting": "m", "number": "1", "space": "hall", "at": BEGAN, "started_at": BEGAN}
    came = {**begun, "event": "participant_joined", "connection": "x", "at": BEGAN + timedelta(minutes=1), "guest": 5}
    found = facts(
        zoom_event=[begun, came],
        zoom_listed_meeting=[listed(kind="residents")],
        zoom_listed_person=[person(email=7), person(email=8)],
    )
    assert [(row["gathering"], row["kind"], row["attendees"]) for row in found["gathering"]] == [
        ("zoom-m", "residents", 2)
    ]


@pytest.mark.parametrize(
    ("row", "spaces", "expected"),
    [
        ({"space": "said"}, {"hall": HALL}, "said"),
        ({}, {"hall": HALL}, "hall"),
        ({}, {}, "unregistered-kkkkkkkk"),
        ({}, {"hall": HALL, "other": HALL.model_copy(update={"space": "other"})}, "unregistered-kkkkkkkk"),
    ],
)
def test_where_the_meetings_belong(row: dict[str, Any], spaces: dict[str, Space], expected: str) -> None:
    found = facts(Town("T1", spaces=spaces), zoom_listed_meeting=[listed(**row)])
    assert found["gathering"][0]["space"] == expected


def test_two_meetings_at_once_leave_a_list_without_a_number_out() -> None:
    began = datetime.combine(BEGAN.date(), BEGAN.time(), BEGAN.tzinfo)
    found = facts(
        zoom_listed_meeting=[listed(), listed("g", number="2"), listed("h", number="", started_at=began)],
        zoom_listed_person=[person(meeting="h", email=7)],
    )
    assert len(found["gathering"]) == 2
    assert [(row["stream"], row["code"]) for row in found["skipped"]][:1] == [
        ("zoom_listed_meeting", "left_out_doubtful")
    ]
