"""What is read from Zoom, in which words it is refused, and what may never get out."""

import logging
from datetime import datetime, timedelta
from typing import Any

import pytest

from collectors.errors import CollectorError, SourceChanged
from collectors.service import PullReport, Window
from collectors.zoom.chat_file import messages
from collectors.zoom.streams import STREAMS, ZoomConnection, ZoomJoined, ZoomMeeting
from simulator.services.server import Answer
from simulator.services.zoom import FakeZoom, error
from simulator.services.zoom_state import Elsewhere, Person, Stay
from tests.said import said, says
from tests.unit.collectors.zoom_life import (
    BEGAN,
    CLERK,
    HISTORY,
    MARCH,
    NOW,
    a_meeting,
    account_of,
    read,
    session_of,
    source_of,
    staged,
    stay,
    with_guests,
)

# --- meetings


def test_instances_are_asked_by_uuid_encoded_as_zoom_wants_it(fake: FakeZoom) -> None:
    for uuid in ("/begins==", "holds//two==", "has/one==", "plain=="):
        with_guests(fake, 2, uuid)
    facts = staged([read(fake, MARCH)])
    assert {row["gathering"] for row in facts["attendance"]} == {
        "zoom-/begins==", "zoom-holds//two==", "zoom-has/one==", "zoom-plain=="
    }  # fmt: skip


@pytest.mark.parametrize("offset", [-1, 0, 59, 60])
def test_a_window_begins_and_ends_to_the_second(fake: FakeZoom, offset: int) -> None:
    with_guests(fake)
    window = Window(BEGAN - timedelta(seconds=offset), BEGAN + timedelta(seconds=60 - offset))
    found = session_of(fake).meetings(window)
    assert bool(found) is (0 <= offset < 60)


def test_no_call_asks_for_more_than_a_month(fake: FakeZoom) -> None:
    session_of(fake).meetings(Window(NOW - timedelta(days=170), NOW))
    asked = [call.params for call in fake.calls if "from" in call.params]
    spans = [datetime.fromisoformat(p["to"]) - datetime.fromisoformat(p["from"]) for p in asked]
    assert spans and max(spans) <= timedelta(days=31)


def test_what_is_about_to_vanish_is_warned_of(fake: FakeZoom) -> None:
    session = session_of(fake)
    session.meetings(Window(NOW - timedelta(days=20), NOW))
    assert session.report.notices == []
    session.meetings(Window(NOW - timedelta(days=165), NOW))
    assert "collect at least weekly" in session.report.notices[0]


def test_only_named_hosts_when_users_are_given(fake: FakeZoom) -> None:
    with_guests(fake)
    assert session_of(fake, users=["another@town.example"]).meetings(MARCH) == []
    assert len(session_of(fake, users=["CLERK@town.example"]).meetings(MARCH)) == 1


def test_unknown_fields_are_drift_and_wrong_values_are_put_aside(fake: FakeZoom) -> None:
    record = {**a_meeting(1, BEGAN, [stay(CLERK)]).history(), "brand_new": 1}
    wrong = {**record, "meeting_uuid": "w", "participants": -1}
    naive = {**record, "meeting_uuid": "n", "start_time": "2026-03-10T17:00:00"}
    fake.fail(1, answer=Answer.json({"history_meetings": [record, wrong, naive]}), path=HISTORY)
    source, report = source_of(fake), PullReport()
    pages = list(ZoomMeeting().pages(source.open(account_of(fake), report), MARCH))
    assert pages[0].rows["meeting"].to_pylist() == [record["meeting_uuid"]]
    assert report.drift["zoom_meeting.brand_new"] == 3
    assert len(report.rejected) == 2
    assert all("another kind" in said(one) for one in report.rejected)


def test_meetings_hosted_elsewhere_are_the_residents(fake: FakeZoom) -> None:
    with_guests(fake)
    visit = Elsewhere(
        "theirs==", CLERK.email, BEGAN, BEGAN + timedelta(minutes=60), BEGAN, BEGAN + timedelta(minutes=15)
    )
    fake.elsewhere.append(visit)
    facts = staged([read(fake, MARCH)])
    theirs = [row for row in facts["gathering"] if row["initiated_by"] == "residents"]
    assert [row["gathering"] for row in theirs] == ["zoom-theirs=="]
    visits = [row for row in facts["attendance"] if row["gathering"] == "zoom-theirs=="]
    assert [(row["role"], row["minutes"]) for row in visits] == [("authority", 15)]
    assert staged([read(fake, MARCH, resident_hosts=["neighbours"])])["gathering"][-1]["kind"] == "residents"
    other = session_of(fake, resident_hosts=["somebody else"])
    assert not [p for p in ZoomJoined().pages(other, MARCH) if p.stream is ZoomJoined]


def test_a_webinar_without_its_licence_stops_no_meeting(fake: FakeZoom) -> None:
    with_guests(fake)
    fake.held.append(a_meeting(8, BEGAN, [stay(CLERK), stay(Person("Guest"))], "web==", is_webinar=True))
    fake.fail(1, answer=error(400, 200, "Webinar plan is missing."), path="/report/webinars/")
    fake.fail(1, answer=error(400, 200, "Webinar plan is missing."), path="/past_webinars/")
    report = PullReport()
    pages = list(ZoomConnection().pages(source_of(fake).open(account_of(fake), report), MARCH))
    assert pages[0].rows.num_rows == 6
    assert any("webinar add-on" in notice for notice in report.notices)


def test_a_meeting_read_too_early_is_read_again(fake: FakeZoom) -> None:
    stays = [Stay(one, BEGAN, BEGAN + timedelta(minutes=60)) for one in (CLERK, Person("Guest"))]
    fake.held.append(a_meeting(7, BEGAN, stays))
    fake.now = BEGAN + timedelta(minutes=65)
    early = read(fake, Window(MARCH.since, fake.now))
    fake.now += timedelta(days=1)
    later = read(fake, Window(fake.now - ZoomConnection.lookback, fake.now))
    before, after = staged([early]), staged([early, later])
    quality = [{r["fact"]: r["quality"] for r in one["coverage"]} for one in (before, after)]
    assert quality[0]["attendance"] == quality[1]["attendance"] == "by_name partial_period"  # the month goes on
    seconds = [
        [n for p in pages if p.stream is ZoomConnection for n in p.rows["seconds"].to_pylist()]
        for pages in (early, later)
    ]
    assert seconds == [[0, 0], [3600, 3600]]
    assert [row["minutes"] for row in after["attendance"]] == [60, 60]


def test_an_anonymous_poll_leaves_open_who_voted(fake: FakeZoom) -> None:
    guests = tuple(Person(f"Guest {n}") for n in range(2))
    stays = [stay(one) for one in (CLERK, *guests)]
    fake.held.append(a_meeting(7, BEGAN, stays, voters=(Person(""), guests[0]), askers=(CLERK,)))
    found = staged([read(fake, MARCH)])["attendance"]
    assert sorted(str(row["has_voted"]) for row in found) == ["None", "None", "True"]
    assert sorted((row["role"], row["has_asked"]) for row in found) == [
        ("authority", True), ("resident", False), ("resident", False)
    ]  # fmt: skip


# --- chat files


def test_a_chat_file_is_measured() -> None:
    text = "\ufeff00:01:05\tA: B:\twhy?\n  more\r\n00:02:00\t From C  to  Everyone : ok\nno time\n01:00:00\tD:\t\n"
    said = list(messages(text.removeprefix("\ufeff"), BEGAN))
    assert [(one.name, one.length, one.is_question) for one in said] == [
        ("A: B", 11, True),
        ("C", 10, False),
        ("D", 0, False),
    ]
    assert [one.sent_at - BEGAN for one in said] == [timedelta(seconds=65), timedelta(minutes=2), timedelta(hours=1)]


@pytest.mark.parametrize("text", ["", "\n\n", "no chat at all", "00:00:00", "00:00:00\t", "99:99:99\tA:\tb", "\0"])
def test_any_text_is_read_without_a_fall(text: str) -> None:
    assert len(list(messages(text, BEGAN))) <= 1


def test_a_chat_file_moved_off_zoom_is_not_fetched_there(fake: FakeZoom) -> None:
    stays = [stay(CLERK), stay(Person("Guest"))]
    fake.held.append(a_meeting(7, BEGAN, stays, chat=((CLERK, 5, "hello"),)))
    fake.fail(1, answer=Answer(302, b"", {"Location": "http://127.0.0.2:1/x"}), path="/rec/")
    with says(SourceChanged, "nothing was sent there"):
        read(fake, MARCH)
    fake.fail(1, answer=Answer(302, b"", {"Location": "/rec/download/0"}), path="/rec/")
    assert len(staged([read(fake, MARCH)])["message"]) == 1


# --- settings, doctor, secrets


def test_doctor_finds_all_in_order(fake: FakeZoom) -> None:
    fake.tracking_fields = ["Purpose"]
    assert {one.state for one in source_of(fake).check(account_of(fake))} == {"ok"}


def test_doctor_says_what_is_lacking_and_what_to_do(fake: FakeZoom) -> None:
    fake.is_paid = False
    fake.scopes.discard("recording:read:admin")
    wrong = [one for one in source_of(fake).check(account_of(fake)) if one.state != "ok"]
    assert len(wrong) == 3
    assert all(one.remedy or said(one.problem) for one in wrong)
    assert [one.problem.arguments["needed"] for one in wrong if one.problem] == ["Pro"]
    fake.secrets.client_id = "changed"
    broken = account_of(fake)
    fake.secrets.client_id = "client-id"
    assert [one.state for one in source_of(fake).check(broken)] == ["fail"]


def test_every_stream_declares_where_its_people_are() -> None:
    for stream in STREAMS:
        assert set(stream.key) <= set(stream.schema.names)
        assert set(stream.personal_fields) <= set(stream.schema.names)
        assert len(stream.max_window // timedelta(days=1) * "x") <= 31


def test_no_secret_or_token_leaves(fake: FakeZoom, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with_guests(fake)
    report, told = PullReport(), [str(read(fake, MARCH)[0].rows.schema)]
    faults: list[dict[str, Any]] = [
        {"status": 500}, {"reset": True}, {"truncate": True}, {"html": True}, {"answer": error(401, 124, "token-canary-1")},
        {"answer": error(418, 9, "client-secret-canary")}, {"answer": error(403, 9, "account-id")},
        {"answer": Answer(302, b"", {"Location": "http://x.example/?access_token=token-canary-1"})},
    ]  # fmt: skip
    for fault in faults:
        for path in ("/v2/", "/oauth/"):
            fake._faults.clear()
            fake.fail(9, path=path, **fault)
            try:
                source_of(fake).open(account_of(fake), report).wire.get("users")
            except CollectorError as problem:
                told += [
                    str(problem),
                    repr(problem),
                    repr(problem.__context__ if not problem.__suppress_context__ else ""),
                ]
    fake._faults.clear()
    told += [repr(report), repr(account_of(fake)), caplog.text]
    told += [repr(one) for one in source_of(fake).check(account_of(fake))]
    for canary in ("token-canary", "client-secret-canary"):
        assert canary not in "\n".join(told)
