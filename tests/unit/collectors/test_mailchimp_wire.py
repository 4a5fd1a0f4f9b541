"""Mailchimp's wire: every edge of a page, what refusals and throttling mean, the check, and what is never told."""

import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

import collectors.mailchimp.session as wire
from collectors.errors import CollectorError, FixCredentials, FixSettings, RetryLater, SourceChanged
from collectors.mailchimp.source import Mailchimp
from collectors.mailchimp.streams_audience import MailchimpMonth
from collectors.mailchimp.streams_campaigns import MailchimpCampaign
from collectors.service import PullReport
from simulator.services.mailchimp import MailchimpServer, problem
from simulator.services.newsletter import Campaign, Newsletter
from simulator.services.server import Answer
from tests.accounts import account_of
from tests.said import said, says
from tests.unit.collectors.newsletter_life import NOW, WINDOW, small_life
from tests.unit.collectors.test_mailchimp import STREAMS, account, read, session


@pytest.fixture
def server() -> Iterator[MailchimpServer]:
    with MailchimpServer(small_life()) as running:
        yield running


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 30])
def test_every_edge_of_a_page(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PAGE", 3)
    life = Newsletter(now=NOW)
    life.campaigns = [
        Campaign(f"c{n:03d}", datetime(2026, 2, 1, tzinfo=UTC), ("a@home.example",)) for n in range(count)
    ]
    with MailchimpServer(life) as server:
        assert [row["campaign"] for row in read(server, MailchimpCampaign)] == [f"c{n:03d}" for n in range(count)]
        listings = [call for call in server.calls if call.path == "/3.0/campaigns"]
    assert len(listings) == max(1, -(-count // 3)) and all(
        call.params["sort_field"] == "send_time" for call in listings
    )


def page(names: str, total: int) -> Answer:
    rows = [{"id": name, "send_time": "2026-03-05T07:00:00+00:00"} for name in names]
    return Answer.json({"campaigns": rows, "total_items": total})


@pytest.mark.parametrize(
    ("answers", "error", "code"),
    [
        ([page("abc", 6), page("abc", 6)], SourceChanged, "list_never_ends"),
        ([page("", 6)], SourceChanged, "list_too_short"),
        ([Answer.json({"campaigns": []})], SourceChanged, "not_a_list"),
        ([Answer.json([1])], SourceChanged, "not_a_list"),
        ([page("abc", 6), page("def", 7)] * 3, RetryLater, "list_moved"),
    ],
)
def test_a_listing_that_cannot_be_trusted_loads_nothing(
    server: MailchimpServer, answers: list[Answer], error: type[CollectorError], code: str
) -> None:
    for one in answers:
        server.fail(answer=one, path="/campaigns")
    with pytest.raises(error) as met:
        read(server, MailchimpCampaign)
    assert met.value.code == code and len(server.calls) == len(answers)


def test_a_list_that_announces_too_many_is_taken_and_doubted(server: MailchimpServer) -> None:
    for answer in (page("abc", 4), page("", 4)):
        server.fail(answer=answer, path="/campaigns")
    one = session(server)
    assert [found["id"] for found in one.listing("campaigns", "campaigns", "id")] == ["a", "b", "c"]
    assert [doubt.code for doubt in one.report.unsure] == ["list_too_short"]


def test_a_short_page_is_read_on_and_a_changed_listing_from_its_start(server: MailchimpServer) -> None:
    for one in (page("a", 2), page("b", 3), page("ab", 3), page("c", 3)):
        server.fail(answer=one, path="/campaigns")
    found = session(server).listing("campaigns", "campaigns", "id")
    assert [one["id"] for one in found] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("answer", "error", "code", "words"),
    [
        (problem(401, "API Key Invalid", ""), FixCredentials, "key_invalid", "make a new one"),
        (problem(403, "User Disabled", ""), FixCredentials, "user_disabled", "make a new one"),
        (problem(403, "Wrong Datacenter", ""), FixCredentials, "key_shape", "whole key"),
        (problem(403, "Forbidden", ""), FixCredentials, "role_too_low", "permission Viewer"),
        (problem(404, "Resource Not Found", ""), FixSettings, "not_there", "`list`"),
        (problem(400, "Bad Request", "canary@resident.example"), SourceChanged, "call_refused", "newer version"),
        (problem(405, "Method Not Allowed", ""), SourceChanged, "call_refused", "newer version"),
        (problem(414, "Resource Nesting Too Deep", ""), SourceChanged, "call_refused", "newer version"),
        (problem(422, "Invalid Method Override", ""), SourceChanged, "call_refused", "newer version"),
        (problem(426, "Upgrade Required", ""), SourceChanged, "old_tls", "renew this machine"),
        (Answer(403, b"", content_type="text/html"), RetryLater, "retry_later", "by itself"),
        (Answer(403, b"<html>", content_type="application/json"), RetryLater, "retry_later", "by itself"),
        (
            Answer.json({"type": "", "title": "Forbidden", "status": 403}),
            FixCredentials,
            "role_too_low",
            "permission Viewer",
        ),
    ],
)
def test_every_refusal_says_what_to_do(
    server: MailchimpServer, answer: Answer, error: type[CollectorError], code: str, words: str
) -> None:
    server.fail(answer=answer)
    with says(error, words) as met:
        read(server, MailchimpMonth)
    assert (met.value.code, len(server.calls)) == (code, 1) and "canary" not in str(met.value)


@pytest.mark.parametrize("fault", [{"status": 429}, {"status": 500}, {"truncate": True}, {"reset": True}])
def test_what_passes_is_sat_out(server: MailchimpServer, fault: dict[str, Any]) -> None:
    server.fail(2, **fault)
    assert len(read(server, MailchimpCampaign)) == 2


def test_a_key_revoked_on_the_way_ends_the_pull(server: MailchimpServer) -> None:
    server.fail(9, answer=problem(401, "API Key Invalid", ""), path="/reports/c0ffee0002")
    with says(FixCredentials, "revoked"):
        read(server, MailchimpCampaign)
    assert len(server.calls) == 3


@pytest.mark.parametrize("key", ["", "abc", "abc-", "abc-evil.example/", "abc-us1/x", "abc-us21 x"])
def test_a_key_without_a_data_centre_calls_nobody(key: str) -> None:
    with says(FixCredentials, "whole key") as met:
        Mailchimp().open(account_of("mailchimp", "main", {"list": "a", "space": "b"}, {"key": key}), PullReport())
    assert key == "" or key not in str(met.value).replace("-us21", "")


def test_the_keys_ending_is_the_host() -> None:
    one = Mailchimp().open(
        account_of("mailchimp", "main", {"list": "a", "space": "b"}, {"key": "abc-us21\n"}), PullReport()
    )
    assert one.base_url == "https://us21.api.mailchimp.com/3.0/"
    one.check_address("https://us3.api.mailchimp.com/3.0/ping")


def test_doctor_tells_what_works(server: MailchimpServer) -> None:
    source = Mailchimp()
    assert [one.state for one in source.check(account(server))] == ["ok", "ok", "ok"]
    assert all(call.method == "GET" for call in server.calls)
    lost = source.check(account(server, list="gone"))
    assert [one.state for one in lost] == ["ok", "fail"] and "`list`" in said(lost[-1].problem)
    server.user_is_disabled = True
    assert "disabled" in said(source.check(account(server))[0].problem)


def test_nothing_secret_or_personal_is_told(
    server: MailchimpServer, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    for answer in (
        None,
        problem(401, "API Key Invalid", "canary1@resident.example"),
        Answer(403, b""),
        problem(500, "x", "canary2@"),
    ):
        for stream in STREAMS:
            server.fail(4 if answer else 0, answer=answer)
            one = session(server)
            try:
                list(stream().pages(one, WINDOW))
            except CollectorError as met:
                told.append("".join(traceback.format_exception(met)))
            told.append(repr(one.report) + repr(one.account))
            server.drop_faults()
    output = capsys.readouterr()
    text = "".join([*told, caplog.text, output.out, output.err])
    secret = server.calls[0].headers["authorization"].removeprefix("Basic ")
    assert len(told) > 30 and "canary" not in text and server.key not in text and secret not in text
