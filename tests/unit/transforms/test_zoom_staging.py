"""People behind Zoom's connections: minutes, merging, roles, acts, coverage."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.zoom.streams import SIDE_STREAMS, STREAMS
from transforms.staging import zoom
from transforms.staging.town import StaffInterval, Town
from transforms.staging.zoom_presence import union
from warehouse.people import landed_schema

BEGAN = datetime(2026, 3, 10, 17, tzinfo=UTC)
TOWN = Town("T1")
HOST = 900
Rows = list[dict[str, Any]]


def facts(town: Town = TOWN, **streams: Rows) -> dict[str, Rows]:
    """Facts staged from rows as they lie landed."""
    tables = {}
    for stream in (*STREAMS, *SIDE_STREAMS):
        schema = landed_schema(stream.schema, stream.personal_fields).append(pa.field("landed_order", pa.int64()))
        tables[stream.name] = pa.Table.from_pylist(streams.get(stream.name, []), schema=schema)
    return {name: table.to_pylist() for name, table in zoom.stage(tables, town).items()}


def meeting(name: str = "m", **more: Any) -> dict[str, Any]:
    return {
        "meeting": name, "number": "1", "space": "hall", "kind": "participation", "is_webinar": False, "host": HOST,
        "started_at": BEGAN, "ended_at": BEGAN + timedelta(hours=1), "minutes": 60, "connections": 9, "landed_order": 1,
    } | more  # fmt: skip


def connection(start: float = 0, end: float = 30, **more: Any) -> dict[str, Any]:
    joined, left = BEGAN + timedelta(minutes=start), BEGAN + timedelta(minutes=end)
    return {
        "meeting": "m", "connection": f"{start}-{end}", "joined_at": joined, "left_at": left,
        "seconds": int((end - start) * 60), "status": "in_meeting", "is_internal": False, "landed_order": 1,
    } | more  # fmt: skip


def attendance(rows: Rows, town: Town = TOWN, **more: Rows) -> Rows:
    return facts(town, zoom_meeting=[meeting()], zoom_connection=rows, **more).get("attendance", [])


def brief(rows: Rows) -> list[tuple[Any, int]]:
    return [(row["person"], row["minutes"]) for row in rows]


def test_two_hundred_guests_in_five_hundred_connections() -> None:
    chance = random.Random(1)
    rows = []
    for guest in range(200):
        length = 10 + guest % 40
        rows.append(connection(0, length, name_key=f"n{guest}", guest=1000 + guest))
        rows.append(connection(length / 2, length, name_key=f"n{guest}", guest=1000 + guest))
        if guest < 100:
            rows.append(connection(1, 2, name_key=f"n{guest}", guest=1000 + guest, breakout="b"))
    chance.shuffle(rows)
    assert len(rows) == 500
    found = facts(zoom_meeting=[meeting()], zoom_connection=rows)
    assert len(found["attendance"]) == found["gathering"][0]["attendees"] == 200
    assert sum(row["minutes"] for row in found["attendance"]) == sum(10 + guest % 40 for guest in range(200))
    assert {row["person"] for row in found["attendance"]} == {None}


@given(
    st.integers(1, 3600),
    st.lists(st.tuples(st.integers(0, 3600), st.integers(0, 3600)), max_size=12),
    st.randoms(use_true_random=False),
)
def test_any_split_of_a_presence_gives_the_same_minutes(length: int, cuts: list[tuple[int, int]], order: Any) -> None:
    """However Zoom cuts one presence into overlapping rows, and in whatever order it lists them."""
    marks = sorted({0, length, *(min(a, length) for a, _ in cuts)})
    pieces = [(a, min(b + extra, length)) for (a, b), (_, extra) in zip(
        pairwise(marks), [*cuts, *[(0, 0)] * len(marks)], strict=False)]  # fmt: skip
    order.shuffle(pieces)
    rows = [connection(a / 60, b / 60, account=5) for a, b in pieces]
    assert brief(attendance(rows)) == brief(attendance([connection(0, length / 60, account=5)])) == [(5, length // 60)]


@pytest.mark.parametrize(
    ("intervals", "minutes"),
    [
        ([], 0),
        ([(0, 10), (10, 20)], 20),
        ([(0, 30), (5, 10)], 30),
        ([(0, 10), (20, 30)], 20),
        ([(5, 5)], 0),
        ([(9, 3)], 0),
    ],
)
def test_the_union_of_intervals(intervals: list[tuple[int, int]], minutes: int) -> None:
    at = [(BEGAN + timedelta(minutes=a), BEGAN + timedelta(minutes=b)) for a, b in intervals]
    assert union(at) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("first", "second", "people"),
    [
        ({"account": 1}, {"account": 1}, 1),
        ({"account": 1, "email": 7}, {"email": 7}, 1),  # signed in, then by the invitation's address
        ({"account": 1, "name_key": "n"}, {"account": 2, "name_key": "n"}, 2),  # namesakes
        ({"registrant": 1, "name_key": "a"}, {"registrant": 1, "name_key": "b"}, 1),  # renamed
        ({"registrant": 1}, {"registrant": 2}, 2),
        ({"account": 1, "registrant": 3}, {"account": 2, "registrant": 3}, 2),  # an invitation passed on
        ({"email": 7}, {"email": 7}, 1),
        ({"name_key": "n"}, {"name_key": "n"}, 1),
        ({"name_key": "n"}, {"name_key": "o"}, 2),
        ({"name_key": ""}, {"name_key": ""}, 2),  # nameless: nobody can say
    ],
)
def test_who_is_one_person(first: dict[str, Any], second: dict[str, Any], people: int) -> None:
    rows = [connection(0, 10, **first), connection(20, 30, **second)]
    for order in (rows, rows[::-1]):
        found = attendance(order)
        assert len(found) == people
        assert sum(row["minutes"] for row in found) == 20


def test_a_registration_leads_to_the_same_person_in_every_meeting() -> None:
    rows = [connection(registrant=1), connection(registrant=2, meeting="other")]
    registered = [
        {"number": "1", "registrant": n, "email": 77, "heard_via": "newsletter", "landed_order": 1} for n in (1, 2)
    ]
    found = facts(zoom_meeting=[meeting(), meeting("other")], zoom_connection=rows, zoom_registrant=registered)
    assert {(row["person"], row["heard_via"]) for row in found["attendance"]} == {(77, "newsletter")}


def test_who_only_waited_outside_was_not_there() -> None:
    assert attendance([connection(account=1, status="in_waiting_room")]) == []


@pytest.mark.parametrize(
    ("row", "town", "role"),
    [
        ({"account": 1, "is_internal": True}, TOWN, "authority"),
        ({"account": 1}, TOWN, "resident"),
        ({"account": 1, "is_internal": None}, TOWN, "unknown"),
        ({"account": 1, "is_internal": None}, Town("T1", staff=(StaffInterval(2),)), "resident"),
        ({"email": 2}, Town("T1", staff=(StaffInterval(2),)), "authority"),
        ({"guest": 2, "name_key": "n"}, Town("T1", staff=(StaffInterval(2),)), "authority"),
        ({"email": 2}, Town("T1", staff=(StaffInterval(2, None, datetime(2026, 3, 9).date()),)), "resident"),
        ({"email": HOST, "is_internal": None}, TOWN, "authority"),
    ],
)
def test_who_speaks_for_the_authority(row: dict[str, Any], town: Town, role: str) -> None:
    assert [one["role"] for one in attendance([connection(**row)], town)] == [role]


def test_the_newest_landing_speaks_for_a_meeting() -> None:
    early = [connection(0, 10, account=1, seconds=0), connection(0, 10, account=2, seconds=0)]
    later = [connection(0, 40, account=1, landed_order=2)]
    pulls = [{"stream": s, "space": "hall", "since": datetime(2026, 2, 1, tzinfo=UTC), "until": datetime(2026, 5, 1, tzinfo=UTC), "is_whole": True} for s in ("zoom_meeting", "zoom_connection")]  # fmt: skip
    before = facts(zoom_meeting=[meeting()], zoom_connection=early, zoom_pull=pulls)
    after = facts(zoom_meeting=[meeting()], zoom_connection=early + later, zoom_pull=pulls)
    quality = [{r["fact"]: r["quality"] for r in f["coverage"] if r["month"] == "2026-03"} for f in (before, after)]
    assert quality == [{"gathering": "", "attendance": "partial_period"}, {"gathering": "", "attendance": ""}]
    assert brief(after["attendance"]) == [(1, 40)]


def act(kind: str, number: int = 1, **who: Any) -> dict[str, Any]:
    return {"meeting": "m", "act": kind, "acts": number, "name_key": "", "landed_order": 1, **who}


@pytest.mark.parametrize(
    ("acts", "chatted"),
    [
        ([], [None, None]),
        ([act("chat", 0)], [False, False]),
        ([act("chat", name_key="a")], [True, False]),
        ([act("chat", name_key="stranger")], [False, False]),
        ([act("chat", account=1)], [True, False]),
        ([act("chat")], [None, None]),
        ([act("chat"), act("chat", account=1)], [True, None]),
    ],
)
def test_what_the_platform_does_not_say_is_null(acts: Rows, chatted: list[bool | None]) -> None:
    rows = [connection(account=1, name_key="a"), connection(account=2, name_key="b")]
    found = attendance(rows, zoom_act=acts)
    assert [row["has_chatted"] for row in found] == chatted
    assert {row["has_spoken"] for row in found} == {None}


def test_namesakes_leave_it_open_who_wrote() -> None:
    rows = [
        connection(account=1, name_key="a"),
        connection(account=2, name_key="a"),
        connection(account=3, name_key="c"),
    ]
    found = attendance(rows, zoom_act=[act("chat", name_key="a")])
    assert [row["has_chatted"] for row in found] == [None, None, False]


@pytest.mark.parametrize(
    ("came", "lost"),
    [
        ([connection()], {("zoom_connection", "attendance", 1), ("zoom_chat_message", "message", 2)}),
        ([], {("zoom_chat_message", "attendance", 2), ("zoom_chat_message", "message", 2)}),
    ],
    ids=["who came is known", "only who wrote"],
)
def test_who_came_to_an_unknown_meeting_is_said_once(came: Rows, lost: set[tuple[str, str, int]]) -> None:
    said = [
        {"meeting": "m", "position": number, "sent_at": BEGAN, "is_question": False, "length": 3, "landed_order": 1}
        for number in range(2)
    ]
    found = facts(zoom_connection=came, zoom_chat_message=said)["skipped"]
    assert {(row["stream"], row["fact"], row["records"]) for row in found} == lost


def test_chat_messages_have_an_author_only_when_one_bears_the_name() -> None:
    rows = [
        connection(account=1, name_key="a", is_internal=True),
        connection(account=2, name_key="b"),
        connection(account=3, name_key="b"),
    ]
    said = [{"meeting": "m", "position": n, "name_key": k, "sent_at": BEGAN, "length": 3, "is_question": False, "landed_order": 1} for n, k in enumerate("abz")]  # fmt: skip
    found = facts(zoom_meeting=[meeting()], zoom_connection=rows, zoom_chat_message=said)["message"]
    assert [(m["author"], m["author_role"]) for m in found] == [(1, "authority"), (None, "unknown"), (None, "unknown")]
    assert {(m["reply_basis"], m["reply_to"], m["root"] == m["message"]) for m in found} == {("none", None, True)}


def test_months_are_the_towns() -> None:
    late = datetime(2026, 3, 31, 21, 30, tzinfo=UTC)  # already April in Jerusalem
    found = facts(zoom_meeting=[meeting(started_at=late, ended_at=late + timedelta(minutes=5, seconds=59))])
    assert [(row["month"], row["minutes"], row["attendees"]) for row in found["gathering"]] == [("2026-04", 5, None)]


@pytest.mark.parametrize(
    ("stretches", "full"),
    [
        ([("2026-03-01", "2026-04-01")], False),  # UTC midnight: two hours of the first local day are not covered
        ([("2026-02-28", "2026-04-01")], True),
        ([("2026-02-20", "2026-03-10"), ("2026-03-07", "2026-04-02")], True),
        ([("2026-02-20", "2026-03-10"), ("2026-03-12", "2026-04-02")], False),
        ([("2026-02-20", "2026-03-31")], False),
    ],
)
def test_a_month_is_full_when_one_stretch_holds_it(stretches: list[tuple[str, str]], full: bool) -> None:
    pulls = [
        {"stream": "zoom_meeting", "space": "hall", "since": datetime.fromisoformat(a + "T00:00Z"), "until": datetime.fromisoformat(b + "T00:00Z"), "is_whole": True}
        for a, b in stretches
    ]  # fmt: skip
    march = [row for row in facts(zoom_pull=pulls)["coverage"] if row["month"] == "2026-03"]
    assert [(row["extent"] == "full") for row in march] == [full]
    assert [row["fact"] for row in march] == ["gathering"]


def test_a_meeting_of_the_towns_other_account_is_not_the_residents() -> None:
    visit = {"space": "hall", "kind": "other", "person": 5, "started_at": BEGAN, "ended_at": BEGAN, "landed_order": 1}
    visits = [{**visit, "meeting": name} for name in ("m", "theirs", "theirs")]
    found = facts(zoom_meeting=[meeting()], zoom_connection=[connection(account=1)], zoom_joined=visits)
    initiated = [(row["gathering"], row["initiated_by"]) for row in found["gathering"]]
    assert initiated == [("zoom-m", "authority"), ("zoom-theirs", "residents")]
    assert [(row["gathering"], row["person"]) for row in found["attendance"]] == [("zoom-m", 1), ("zoom-theirs", 5)]


def test_nothing_landed_gives_nothing() -> None:
    assert facts() == {}
    assert zoom.stage({}, TOWN) == {}
