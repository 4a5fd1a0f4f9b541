"""The examples in Zoom's own documents, read by the streams that will meet them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from collectors.records import page_of
from collectors.service import PullReport, PushReport
from collectors.zoom.presence import described
from collectors.zoom.source import OPTIONAL, SCOPES, Zoom, _classic
from collectors.zoom.streams import ZoomAct, ZoomConnection, ZoomJoined, ZoomMeeting, ZoomRegistrant
from simulator.services.zoom import FakeZoom
from simulator.services.zoom_state import Elsewhere, Person, Registrant, Row, Stay
from tests.accounts import account_of
from tests.conftest import shared
from tests.unit.collectors.zoom_life import CLERK, a_meeting

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


@cache
def document() -> dict[str, Any]:
    text = shared("contracts", "zoom", "zoom-meetings-api.trimmed.openapi.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def properties(node: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an object, all parts of `allOf` laid together."""
    found = dict(node.get("properties", {}))
    for part in node.get("allOf", ()):
        found.update(properties(part))
    return found


def schema(path: str, key: str) -> dict[str, Any]:
    """The schema of one record of a list."""
    whole = document()["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    found: dict[str, Any] = properties(whole)[key]["items"]
    return found


def example(node: Mapping[str, Any]) -> Any:
    """The example of a schema, put together from those of its fields."""
    if "example" in node:
        return node["example"]
    if fields := properties(node):
        return {name: example(one) for name, one in fields.items()}
    return [example(node["items"])] if "items" in node else None


LISTS: list[tuple[str, str, Any]] = [
    ("/report/history_meetings", "history_meetings", ZoomMeeting),
    ("/report/meetings/{meetingId}/participants", "participants", ZoomConnection),
    ("/past_meetings/{meetingId}/participants", "participants", ZoomConnection),
    ("/report/webinars/{webinarId}/participants", "participants", ZoomConnection),
    ("/past_webinars/{webinarId}/participants", "participants", ZoomConnection),
    ("/meetings/{meetingId}/registrants", "registrants", ZoomRegistrant),
    ("/webinars/{webinarId}/registrants", "registrants", ZoomRegistrant),
    ("/report/meetings/{meetingId}/polls", "questions", ZoomAct),
    ("/past_meetings/{meetingId}/polls", "questions", ZoomAct),
    ("/report/meetings/{meetingId}/qa", "questions", ZoomAct),
    ("/report/webinars/{webinarId}/qa", "questions", ZoomAct),
    ("/report/users/{userId}/meetings", "meetings", ZoomJoined),
]  # fmt: skip


def as_collected(path: str, key: str, stream: Any) -> dict[str, Any]:
    """An official example, with what the collector puts beside a meeting."""
    own = {"_kind": "other", "_is_webinar": False} if stream is ZoomMeeting else {}
    return {**example(schema(path, key)), **own}


@pytest.mark.parametrize(("path", "key", "stream"), LISTS, ids=[one[0] for one in LISTS])
def test_an_official_example_is_read_whole(path: str, key: str, stream: Any) -> None:
    record, report = as_collected(path, key, stream), PullReport()
    if stream is ZoomConnection:
        record = described(b"k", "uuid", record)
    page = page_of(stream, [record], report)
    assert page.rows.num_rows == 1
    assert not report.drift and not report.rejected
    row = page.rows.to_pylist()[0]
    plain = {column for column, (name, _) in stream.fields.items() if not name.startswith("_")}
    lacking = {column for column in plain if row[column] is None and stream.fields[column][0].split(".")[0] in record}
    assert lacking == set()


@pytest.mark.parametrize(("path", "key", "stream"), LISTS, ids=[one[0] for one in LISTS])
def test_a_field_zoom_adds_is_drift(path: str, key: str, stream: Any) -> None:
    record, report = {**as_collected(path, key, stream), "added_by_zoom": "x"}, PullReport()
    page_of(stream, [record], report)
    assert report.drift == {f"{stream.name}.added_by_zoom": 1}


def test_the_stand_in_speaks_no_field_zoom_does_not() -> None:
    who = Person("n", "n@home.example", registrant="r")
    held = a_meeting(1, NOON, [Stay(CLERK, NOON, NOON), Stay(who, NOON, NOON)])
    row = Row(held.stays[1], 1)
    spoken = {
        ("/report/history_meetings", "history_meetings"): held.history(),
        ("/past_meetings/{meetingId}/participants", "participants"): row.past(True),
        ("/report/meetings/{meetingId}/participants", "participants"): row.reported(True, True),
        ("/meetings/{meetingId}/registrants", "registrants"): Registrant("r", "a@b.example", {"q": "a"}).row(),
        ("/report/users/{userId}/meetings", "meetings"): Elsewhere("u", "e", NOON, NOON, NOON, NOON).row(),
        ("/report/meetings/{meetingId}/polls", "questions"): held.answers([who], "polling_id")["questions"][0],
        ("/report/meetings/{meetingId}/qa", "questions"): held.answers([who], "question_id")["questions"][0],
    }
    for (path, key), record in spoken.items():
        allowed = set(properties(schema(path, key)))
        assert set(record) <= allowed, path


def test_every_scope_asked_for_is_one_zoom_knows() -> None:
    known = set()
    for path in document()["paths"].values():
        for one in path["get"].get("security", ()):
            known |= set(one.get("openapi_oauth", ()))
    users = shared("contracts", "zoom", "zoom-users-api.trimmed.openapi.json").read_text(encoding="utf-8")
    assert {s for s in (*SCOPES, *OPTIONAL) if s not in known and s not in users} == set()
    assert {_classic(s) for s in (*SCOPES, *OPTIONAL)} - known - {"user:read:admin"} <= {"recording:read:admin"}


def test_every_path_called_is_one_zoom_has() -> None:
    with FakeZoom(NOON) as fake:
        routes = [pattern.pattern for _, pattern, _ in fake._routes if pattern.pattern.startswith("/v2/")]
    ours = {
        p.replace("(?P<uuid>[^/]+)", "{}").replace("(?P<number>[^/]+)", "{}").replace("(?P<user>[^/]+)", "{}")
        for p in routes
    }
    theirs = {"/v2/users"}
    for path in document()["paths"]:
        for name in ("meetingId", "userId", "webinarId"):
            path = path.replace("{" + name + "}", "{}")
        theirs.add("/v2" + path)
    assert ours <= theirs, ours - theirs


def test_the_account_is_opened_without_a_call() -> None:
    assert Zoom().open(account_of("zoom", "a", {"space": "hall"}), PullReport()).report.calls == 0


def events(node: Any) -> list[dict[str, Any]]:
    """Every example of an event in a document."""
    if isinstance(node, dict):
        told = node.get("value")
        mine = [json.loads(told)] if isinstance(told, str) and told.lstrip().startswith("{") else []
        return [one for one in mine if "event" in one] + [found for one in node.values() for found in events(one)]
    return [found for one in node for found in events(one)] if isinstance(node, list) else []


def test_every_example_of_a_meetings_or_webinars_event_is_read() -> None:
    text = shared("contracts", "zoom", "zoom-meetings-webhooks.trimmed.openapi31.json").read_text(encoding="utf-8")
    account = account_of("zoom", "main", {"space": "hall"})
    told = events(json.loads(text))
    assert len({one["event"] for one in told if one["event"].startswith("webinar.")}) > 10
    for one in told:
        report = PushReport()
        (page,) = Zoom().pages_of_event(json.dumps(one).encode(), account, report)
        assert page.rows["meeting"].to_pylist()[0] and not report.rejected, one["event"]
        assert page.rows["is_webinar"].to_pylist() == [one["event"].startswith("webinar.")]
