"""Webhook bodies: identifiers that may be absent, what is kept of a message, and what is put aside."""

import copy
import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.service import PullReport, PushReport
from collectors.whatsapp_cloud.events import records_of
from simulator.services.whatsapp_cloud import Line, Written, webhook
from tests.accounts import account_of
from texts import error_texts

LINE = Line("1906385232743451", "+972 3-555-0100")
AT = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
ACCOUNT = account_of("whatsapp_cloud", "hotline", {"business_account": "1"}, digest_key=b"k" * 32)


def told(body: Any, report: PullReport | None = None) -> dict[str, list[dict[str, Any]]]:
    pages = records_of(body, ACCOUNT, report)
    return {page.stream.name.removeprefix("whatsapp_cloud_"): page.rows.to_pylist() for page in pages}


def value_of(body: Any) -> dict[str, Any]:
    return body["entry"][0]["changes"][0]["value"]  # type: ignore[no-any-return]


def test_a_message() -> None:
    found = told(webhook(Written("wamid.A", LINE, AT, 7, "When does the pool open?")))
    (message,) = found["message"]
    assert (message["direction"], message["length"], message["is_question"]) == ("in", 24, True)
    assert (message["sent_at"], message["wa_id"], message["user_id"][:3]) == (AT, "972555000007", "IL.")
    earlier = dict.fromkeys(("earlier_wa_id", "earlier_user_id", "earlier_parent_user_id"))
    assert found["identity"] == [
        {"user_id": message["user_id"], "parent_user_id": None, "wa_id": "972555000007", **earlier}
    ]


def test_identifiers_are_keyed_since_they_hold_a_number() -> None:
    body = webhook(Written("wamid.A", LINE, AT, 7, quotes="wamid.B"))
    mine, theirs = (
        told(body)["message"][0],
        records_of(body, replace(ACCOUNT, digest_key=b"j" * 32))[-1].rows.to_pylist()[0],
    )
    assert "wamid" not in repr(mine)
    assert mine["message"] != theirs["message"] and mine["context"] != theirs["context"]
    assert mine["context"] == told(webhook(Written("wamid.B", LINE, AT, 7)))["message"][0]["message"]


@pytest.mark.parametrize(("number", "account"), [(True, True), (True, False), (False, True), (False, False)])
@pytest.mark.parametrize("is_out", [False, True])
def test_either_identifier_may_be_absent(number: bool, account: bool, is_out: bool) -> None:
    body = webhook(Written("wamid.A", LINE, AT, 7, "hello", is_out, shows_number=number, shows_account=account))
    found = told(body)
    (row,) = found["status" if is_out else "message"]
    assert (row["wa_id"] is not None, row["user_id"] is not None) == (number, account)
    assert ("identity" in found) == (number and account)


def test_identifiers_may_be_numbers() -> None:
    body = webhook(Written("wamid.A", LINE, AT, 7, "hello"))
    value = value_of(body)
    value["messages"][0] |= {"timestamp": int(AT.timestamp()), "from": 972555000007}
    value["contacts"][0]["wa_id"] = 972555000007
    assert told(body) == told(webhook(Written("wamid.A", LINE, AT, 7, "hello")))


def test_the_same_body_twice_gives_the_same_and_a_batch_gives_each_once() -> None:
    body = webhook(Written("wamid.A", LINE, AT, 7, "hello"))
    double = copy.deepcopy(body)
    double["entry"] += copy.deepcopy(body["entry"])
    assert told(body) == told(body) == told(double)


def test_statuses_are_kept_whatever_their_order() -> None:
    read = webhook(Written("wamid.A", LINE, AT, 7, is_out=True))
    value_of(read)["statuses"][0]["status"] = "read"
    sent = webhook(Written("wamid.A", LINE, AT, 7, is_out=True))
    assert [row["status"] for body in (read, sent) for row in told(body)["status"]] == ["read", "delivered"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", None),
        ("id", ["x"]),
        ("timestamp", None),
        ("timestamp", "soon"),
        ("timestamp", "9" * 30),
        ("type", {"a": 1}),
    ],
)
def test_a_record_that_is_wrong_is_put_aside_and_the_next_is_taken(name: str, value: Any) -> None:
    body = webhook(Written("wamid.A", LINE, AT, 7, "hello"))
    messages = value_of(body)["messages"]
    messages.append({**messages[0], "id": "wamid.B"})
    messages[0][name] = value
    report = PullReport()
    assert len(told(body, report)["message"]) == 1
    assert [one.code for one in report.rejected] == ["wrong_value"]
    assert b"wamid" in report.rejected[0].raw or name == "id"


@pytest.mark.parametrize(
    "body", [None, [], "x", {}, {"object": "page", "entry": []}, {"object": "whatsapp_business_account"}]
)
def test_what_is_no_webhook_says_so(body: Any) -> None:
    report = PullReport()
    assert records_of(body, ACCOUNT, report) == []
    assert [one.code for one in report.rejected] == ["not_an_event"]


def test_an_unknown_field_is_put_aside_by_name() -> None:
    body = webhook(Written("wamid.A", LINE, AT, 7))
    body["entry"][0]["changes"][0]["field"] = "telepathy"
    report = PullReport()
    assert records_of(body, ACCOUNT, report) == []
    assert [one.code for one in report.rejected] == ["unknown_change"]
    assert report.drift == {"webhook.telepathy": 1}


def test_an_echo_is_the_numbers_own_word() -> None:
    body = webhook(Written("wamid.A", LINE, AT, 7, "hello"))
    value = value_of(body)
    echo = {**value.pop("messages")[0], "from": LINE.digits, "to": "972555000007"}
    echo.pop("from_user_id")
    body["entry"][0]["changes"][0] = {"field": "smb_message_echoes", "value": {**value, "message_echoes": [echo]}}
    (row,) = told(body)["message"]
    assert (row["direction"], row["wa_id"], row["user_id"]) == ("out", "972555000007", f"IL.{7:020d}")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["object", "entry", "changes", "field", "value", "messages", "statuses", "contacts", "metadata", "id", "type", "from",
         "timestamp", "context", "text", "body", "reaction", "errors", "wa_id", "user_id"]), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(json_values)
def test_any_body_is_taken_or_put_aside(value: Any) -> None:
    change = {"field": "messages", "value": value}
    for body in (value, {"object": "whatsapp_business_account", "entry": [{"changes": [change]}]}):
        report = PullReport()
        records_of(body, ACCOUNT, report)
        assert all(one.code in error_texts() for one in report.rejected)


def test_no_text_and_no_name_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    report = PullReport()
    body = webhook(Written("wamid.CANARY", LINE, AT, 7, "private words of mine"))
    value_of(body)["messages"].append({"id": "wamid.CANARY2", "text": {"body": "private words of mine"}})
    seen = (
        repr(told(body, report))
        + caplog.text
        + repr([(r.where, r.code, r.arguments) for r in report.rejected])
        + repr(report.drift)
    )
    for canary in ("private words", "Resident 7", "user7", "CANARY"):
        assert canary not in seen


NUMBER, RESIDENT = "15550783881", "16505551234"


def history(*messages: dict[str, Any], **thread: Any) -> dict[str, Any]:
    """What comes once when an app's number is connected: chats one by one."""
    chunk = {
        "metadata": {"phase": 0, "chunk_order": 1, "progress": 55},
        "threads": [{"id": RESIDENT, **thread, "messages": list(messages)}],
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": NUMBER, "phone_number_id": "106540352242922"},
        "history": [chunk],
    }
    change = {"field": "history", "value": value}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "time": 1, "changes": [change]}]}


def earlier(name: str, sender: str, **more: Any) -> dict[str, Any]:
    return {
        "from": sender, "id": name, "timestamp": "1743451903", "type": "text", "text": {"body": "when?"},
        "history_context": {"status": "READ"}, **more,
    }  # fmt: skip


def test_the_history_of_a_number_lands_as_its_talks_with_each_person() -> None:
    report = PullReport()
    rows = told(history(earlier("a", RESIDENT), earlier("b", NUMBER, to=RESIDENT)), report)["message"]
    assert [(row["direction"], row["wa_id"], row["length"], row["is_history"]) for row in rows] == [
        ("in", RESIDENT, 5, True),
        ("out", RESIDENT, 5, True),
    ]
    assert not report.rejected and not report.drift


def test_a_person_without_a_number_is_known_by_her_account_in_the_history() -> None:
    body = history(earlier("a", ""), context={"user_id": "US.13491208655302741918"})
    (row,) = told(body)["message"]
    assert row["user_id"] == "US.13491208655302741918"


def test_a_history_that_was_declined_is_told() -> None:
    body, report = history(), PullReport()
    body["entry"][0]["changes"][0]["value"]["history"] = [{"errors": [{"code": 2593109, "title": "off"}]}]
    assert told(body, report) == {} and report.drift == {"webhook.error 2593109": 1}


def test_a_group_made_through_the_api_is_no_talk_with_the_number() -> None:
    body, report = history(), PullReport()
    change = body["entry"][0]["changes"][0]
    change["field"] = "messages"
    change["value"] |= {"history": [], "messages": [{**earlier("a", RESIDENT), "group_id": "Y2FwaV9ncm91cDo"}]}
    assert told(body, report) == {} and not report.rejected


@pytest.mark.parametrize(
    ("value", "is_trouble"),
    [
        ({"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "ADULT"}}, True),
        ({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}, True),
        ({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}}, False),
        ({"event": "ACCOUNT_RESTRICTION", "restriction_info": [{"restriction_type": "RESTRICTED_ADD"}]}, True),
        ({"event": "PARTNER_REMOVED", "disconnection_info": {"reason": "PRIMARY_INACTIVITY"}}, True),
        ({"event": "PARTNER_ADDED"}, False),
        ({"event": "PRICING_TIERING_UPDATE"}, None),
    ],
)
def test_what_becomes_of_the_account_is_told(value: dict[str, Any], is_trouble: bool | None) -> None:
    change = {"field": "account_update", "value": value}
    body = {"object": "whatsapp_business_account", "entry": [{"id": "1", "time": 1743451903, "changes": [change]}]}
    report = PushReport()
    (row,) = told(body, report)["account"]
    assert (row["event"], row["is_trouble"], row["at"].year) == (value["event"], is_trouble, 2025)
    assert report.account_changes == ([value["event"]] if is_trouble is not None else [])
