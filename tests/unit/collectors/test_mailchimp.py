"""Mailchimp over the wire against its stand-in: records, paging, refusals, throttling, and what is never kept."""

import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

import collectors.mailchimp.session as wire
from collectors.base import Page
from collectors.errors import CollectorError, FixCredentials, RetryLater, SourceChanged
from collectors.mailchimp.audience import MailchimpList, MailchimpMonth, MailchimpPull
from collectors.mailchimp.campaigns import MailchimpCampaign
from collectors.mailchimp.links import path_of, process_of
from collectors.mailchimp.reactions import MailchimpClicker, MailchimpLink, MailchimpUnsubscribe
from collectors.mailchimp.reasons import reason_of
from collectors.mailchimp.session import MailchimpSession
from collectors.mailchimp.source import Mailchimp
from collectors.service import Account, PullReport, ServiceStream, Window, sources
from simulator.services.mailchimp import MailchimpServer, problem
from simulator.services.newsletter import Campaign, Clicked, Left, Member, Newsletter, Opened
from simulator.services.server import Answer

NOW = datetime(2026, 3, 31, 9, tzinfo=UTC)
WINDOW = Window(datetime(2026, 1, 1, tzinfo=UTC), NOW)
STREAMS = tuple(stream for stream in Mailchimp.streams if stream is not MailchimpPull)


def people(count: int, first: int = 0) -> tuple[str, ...]:
    return tuple(f"canary{n}@resident.example" for n in range(first, first + count))


def small_life() -> Newsletter:
    joined = datetime(2025, 12, 5, tzinfo=UTC)
    life = Newsletter(now=NOW, members=[Member(one, joined) for one in people(20)])
    at = datetime(2026, 3, 5, 7, tzinfo=UTC)
    hour = timedelta(hours=1)
    life.campaigns = [
        Campaign(
            "c0ffee0001",
            at,
            people(20),
            hard_bounces=frozenset(people(1, 19)),
            opened=[Opened(one, at + hour, is_machine=n % 2 == 0) for n, one in enumerate(people(10))],
            clicked=[Clicked(one, at + hour, url) for one in people(4) for url in ("https://town.example/plan/north", "https://town.example/?id=7")],
            left=[Left(people(1)[0], at + hour, "None given"), Left(people(1, 1)[0], at + hour, "call me, I am canary")],
        ),
        Campaign("c0ffee0002", at + 24 * hour, people(20), tells_machines=False),
    ]  # fmt: skip
    return life


@pytest.fixture
def server() -> Iterator[MailchimpServer]:
    with MailchimpServer(small_life()) as running:
        yield running


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    return waits


def account(server: MailchimpServer, **changes: Any) -> Account:
    settings = {"list": server.list_id, "space": "mail", **changes}
    return Account("main", settings, {"key": changes.get("key", server.key)}, server.api_url)


def session(server: MailchimpServer, **changes: Any) -> MailchimpSession:
    one = Mailchimp().open(account(server, **changes), PullReport())
    one._sleep = lambda seconds: None
    return one


def read(
    server: MailchimpServer, stream: type[ServiceStream], window: Window = WINDOW, **changes: Any
) -> list[dict[str, Any]]:
    pages: list[Page] = list(stream().pages(session(server, **changes), window))
    return [row for page in pages if page.stream is stream for row in page.rows.to_pylist()]


def test_discovery_finds_it_and_its_streams_have_names_of_their_own() -> None:
    assert isinstance(sources()["mailchimp"], Mailchimp)
    assert len({stream.name for stream in Mailchimp.streams}) == len(Mailchimp.streams)


def test_a_campaign_comes_with_its_report(server: MailchimpServer) -> None:
    first, second = read(server, MailchimpCampaign)
    assert (first["recipients"], first["hard_bounces"], first["unsubscribed"]) == (20, 1, 2)
    assert (first["unique_opens_all"], first["unique_opens"], first["clickers"], first["unique_clicks"]) == (
        10,
        5,
        4,
        8,
    )
    assert (second["unique_opens_all"], second["unique_opens"]) == (0, None)  # not told apart is not zero
    assert first["sent_at"] == datetime(2026, 3, 5, 7, tzinfo=UTC) and first["space"] == "mail"


def test_no_rate_is_read() -> None:
    for stream in Mailchimp.streams:
        assert not [name for name in stream.schema.names if "rate" in name]


def test_a_window_holds_what_was_sent_in_it(server: MailchimpServer) -> None:
    first = datetime(2026, 3, 5, 7, tzinfo=UTC)
    for since, until, expected in (
        (first, first + timedelta(days=1), 1),
        (first + timedelta(seconds=1), NOW, 1),
        (None, NOW, 2),
    ):
        window = Window(since, until)
        assert len(read(server, MailchimpCampaign, window)) == expected
    pages = list(MailchimpCampaign().pages(session(server), WINDOW))
    assert pages[-1].stream is MailchimpPull  # what was covered lands with the records
    assert pages[-1].rows.to_pylist()[0]["until"] == NOW


def test_who_clicked_comes_once_and_only_as_an_address(server: MailchimpServer) -> None:
    rows = read(server, MailchimpClicker)
    assert [row["person"] for row in rows] == sorted(people(4)) and MailchimpClicker.personal_fields == {
        "person": "email"
    }
    asked = [call.params["fields"] for call in server.calls if call.path.endswith("/members")]
    assert set(asked) == {"members.email_id,members.email_address,total_items"}


def test_reasons_are_counted_and_words_of_people_are_not_kept(server: MailchimpServer) -> None:
    rows = read(server, MailchimpUnsubscribe)
    assert {row["reason"]: row["people"] for row in rows} == {"none_given": 1, "other": 1}
    assert reason_of("Did not signup.") == "never_signed_up" and reason_of(None) == "none_given"


def test_links_keep_their_path_and_the_process_they_lead_to(server: MailchimpServer) -> None:
    rows = read(server, MailchimpLink, process_paths={"/plan": "planning"})
    assert {(row["path"], row["process_kind"], row["clickers"]) for row in rows} == {
        ("/plan/north", "planning", 4),
        (None, None, 4),
    }


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://t.example/plan/?utm_source=mail&mc_cid=1", "/plan/"),
        ("https://t.example", "/"),
        ("https://t.example/a/%D7%AA%D7%9B%D7%A0%D7%95%D7%9F", "/a/תכנון"),
        ("https://t.example/plan?mail=a@b.example", None),
        ("https://t.example/u/a@b.example", None),
        ("https://t.example/u/0541234567", None),
        ("https://t.example/u/3f2a8b7c6d5e4f3a2b1c0d9e", None),
        ("https://t.example/*|UNIQID|*", None),
        ("mailto:a@b.example", None),
        ("https://[bad", None),
        (None, None),
    ],
)
def test_paths_that_could_name_a_person_are_not_kept(url: Any, path: str | None) -> None:
    assert path_of(url) == path


def test_the_longest_path_decides_the_process() -> None:
    paths = {"/plan": "planning", "/plan/school/": "education", "/x": "unheard"}
    found = [process_of(f"https://t.example{one}", paths) for one in ("/plan", "/plan/school/2", "/planet", "/x/1")]
    assert found == ["planning", "education", None, "other"]
    assert process_of("https://t.example/plan/1", ["/plan"]) == "other"


def test_months_end_and_the_running_month(server: MailchimpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MailchimpSession, "today", lambda self: NOW)
    server.life.members[3] = Member(
        people(1, 3)[0], datetime(2025, 12, 5, tzinfo=UTC), datetime(2026, 2, 3, tzinfo=UTC)
    )
    server.life.now = datetime(2026, 3, 10, tzinfo=UTC)
    monkeypatch.setattr(MailchimpSession, "today", lambda self: server.life.now)
    rows = read(server, MailchimpMonth)
    assert [(row["month"], str(row["counted_on"]), row["members"], row["unsubscribed"]) for row in rows] == [
        ("2025-12", "2025-12-31", 20, 0),
        ("2026-01", "2026-01-31", 20, 0),
        ("2026-02", "2026-02-28", 19, 1),
        ("2026-03", "2026-03-10", 19, 0),
    ]
    [today] = read(server, MailchimpList)
    assert (str(today["day"]), today["members"], today["unsubscribed"], today["contacts"]) == ("2026-03-10", 19, 1, 20)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 30])
def test_every_edge_of_a_page(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PAGE", 3)
    life = Newsletter(now=NOW)
    life.campaigns = [Campaign(f"c{n:03d}", datetime(2026, 2, 1, tzinfo=UTC), ()) for n in range(count)]
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
        ([page("abc", 6), page("abc", 6)], SourceChanged, "repeated_page"),
        ([page("abc", 6), page("", 6)], SourceChanged, "short_page"),
        ([Answer.json({"campaigns": []})], SourceChanged, "shape"),
        ([Answer.json([1])], SourceChanged, "shape"),
        ([page("abc", 6), page("def", 7)] * 3, RetryLater, "moving_listing"),
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


def test_a_short_page_is_read_on_and_a_changed_listing_from_its_start(server: MailchimpServer) -> None:
    for one in (page("a", 2), page("b", 3), page("ab", 3), page("c", 3)):
        server.fail(answer=one, path="/campaigns")
    found = session(server).listing("campaigns", "campaigns", "id")
    assert [one["id"] for one in found] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("answer", "error", "code", "words"),
    [
        (problem(401, "API Key Invalid", ""), FixCredentials, "key_invalid", "make a new one"),
        (problem(403, "User Disabled", ""), FixCredentials, "user_disabled", "make a new key"),
        (problem(403, "Wrong Datacenter", ""), FixCredentials, "wrong_data_centre", "copy the whole key"),
        (problem(403, "Forbidden", ""), FixCredentials, "forbidden", "role Viewer"),
        (problem(404, "Resource Not Found", ""), SourceChanged, "http_404", "Audience ID"),
        (problem(400, "Bad Request", "canary@resident.example"), SourceChanged, "http_400", "new release"),
        (problem(405, "Method Not Allowed", ""), SourceChanged, "http_405", "new release"),
        (problem(414, "Resource Nesting Too Deep", ""), SourceChanged, "http_414", "new release"),
        (problem(422, "Invalid Method Override", ""), SourceChanged, "http_422", "new release"),
        (problem(426, "Upgrade Required", ""), SourceChanged, "http_426", "renew this machine"),
        (Answer(403, b"", content_type="text/html"), RetryLater, "retry_later", "by itself"),
        (Answer(403, b"<html>", content_type="application/json"), RetryLater, "retry_later", "by itself"),
        (Answer.json({"type": "", "title": "Forbidden", "status": 403}), FixCredentials, "forbidden", "role Viewer"),
    ],
)
def test_every_refusal_says_what_to_do(
    server: MailchimpServer, answer: Answer, error: type[CollectorError], code: str, words: str
) -> None:
    server.fail(answer=answer)
    with pytest.raises(error, match=words) as met:
        read(server, MailchimpMonth)
    assert (met.value.code, len(server.calls)) == (code, 1) and "canary" not in str(met.value)


@pytest.mark.parametrize("fault", [{"status": 429}, {"status": 500}, {"truncate": True}, {"reset": True}])
def test_what_passes_is_sat_out(server: MailchimpServer, fault: dict[str, Any]) -> None:
    server.fail(2, **fault)
    assert len(read(server, MailchimpCampaign)) == 2


def test_a_key_revoked_on_the_way_ends_the_pull(server: MailchimpServer) -> None:
    server.fail(9, answer=problem(401, "API Key Invalid", ""), path="/reports/c0ffee0002")
    with pytest.raises(FixCredentials, match="account main"):
        read(server, MailchimpCampaign)
    assert len(server.calls) == 3


@pytest.mark.parametrize("key", ["", "abc", "abc-", "abc-evil.example/", "abc-us1/x", "abc-us21 x"])
def test_a_key_without_a_data_centre_calls_nobody(key: str) -> None:
    with pytest.raises(FixCredentials, match="whole key") as met:
        Mailchimp().open(Account("main", {"list": "a", "space": "b"}, {"key": key}), PullReport())
    assert key == "" or key not in str(met.value).replace("-us21", "")


def test_the_keys_ending_is_the_host() -> None:
    one = Mailchimp().open(Account("main", {"list": "a", "space": "b"}, {"key": "abc-us21\n"}), PullReport())
    assert one.base_url == "https://us21.api.mailchimp.com/3.0/"
    one.check_address("https://us3.api.mailchimp.com/3.0/ping")


def test_a_campaign_deleted_meanwhile_keeps_its_last_figures(server: MailchimpServer) -> None:
    server.fail(answer=problem(404, "Resource Not Found", ""), path="/reports/c0ffee0001")
    one = session(server)
    rows = [
        row
        for page in MailchimpCampaign().pages(one, WINDOW)
        if page.stream is MailchimpCampaign
        for row in page.rows.to_pylist()
    ]
    assert [row["campaign"] for row in rows] == ["c0ffee0002"] and "deleted" in one.report.notices[0]


def test_what_the_contract_does_not_know_is_drift(server: MailchimpServer) -> None:
    report = {
        "id": "c0ffee0001",
        "emails_sent": "1,020",
        "send_time": "2026-03-05T07:00:00+00:00",
        "opens": {},
        "brand_new": "secret",
    }
    broken = {**report, "id": "c0ffee0002", "emails_sent": -1}
    server.fail(answer=Answer.json(report), path="/reports/c0ffee0001")
    server.fail(answer=Answer.json(broken), path="/reports/c0ffee0002")
    one = session(server)
    rows = next(iter(MailchimpCampaign().pages(one, WINDOW))).rows.to_pylist()
    assert [row["recipients"] for row in rows] == [1020] and rows[0]["unique_opens_all"] is None
    assert one.report.drift["mailchimp_campaign.brand_new"] == 2 and len(one.report.rejected) == 1
    assert one.report.drift["mailchimp_campaign.opens.unique_opens (absent)"] == 2 and "secret" not in repr(
        one.report.drift
    )


def test_a_campaign_without_an_instant_is_put_aside(server: MailchimpServer) -> None:
    listing = {
        "campaigns": [{"id": "c0ffee0001", "send_time": ""}, {"id": "c0ffee0002", "send_time": "soon"}],
        "total_items": 2,
    }
    for name in ("c0ffee0001", "c0ffee0002"):
        server.fail(answer=Answer.json({"id": name, "emails_sent": 1, "send_time": ""}), path=f"/reports/{name}")
    server.fail(2, answer=Answer.json(listing), path="/campaigns")
    one = session(server)
    assert next(iter(MailchimpCampaign().pages(one, WINDOW))).rows.num_rows == 0 and len(one.report.rejected) == 2
    assert [page.stream for page in MailchimpClicker().pages(one, WINDOW)] == [MailchimpPull]


def test_doctor_tells_what_works(server: MailchimpServer) -> None:
    source = Mailchimp()
    assert [one.state for one in source.check(account(server))] == ["ok", "ok", "ok"]
    assert all(call.method == "GET" for call in server.calls)
    lost = source.check(account(server, list="gone"))
    assert [one.state for one in lost] == ["ok", "fail"] and "Audience ID" in lost[-1].remedy
    server.user_is_disabled = True
    assert "new key" in source.check(account(server))[0].remedy


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


def test_pages_are_in_their_declared_schema(server: MailchimpServer) -> None:
    for stream in STREAMS:
        for one in stream().pages(session(server), WINDOW):
            assert isinstance(one.rows, pa.Table) and one.rows.schema == one.stream.schema
