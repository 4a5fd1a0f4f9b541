"""What Mailchimp gives, read from its stand-in: campaigns, people, links, months; what is new or wrong in it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from collectors.base import Page
from collectors.mailchimp.errors import reason_of
from collectors.mailchimp.links import path_of, process_of
from collectors.mailchimp.session import MailchimpSession
from collectors.mailchimp.source import Mailchimp
from collectors.mailchimp.streams_audience import MailchimpList, MailchimpMonth, MailchimpPull
from collectors.mailchimp.streams_campaigns import MailchimpCampaign
from collectors.mailchimp.streams_reactions import MailchimpClicker, MailchimpLink, MailchimpUnsubscribe
from collectors.service import Account, PullReport, ServiceStream, Window, sources
from simulator.services.mailchimp import MailchimpServer, problem
from simulator.services.newsletter import Member
from simulator.services.server import Answer
from tests.accounts import account_of
from tests.unit.collectors.newsletter_life import NOW, WINDOW, people, small_life

STREAMS = tuple(stream for stream in Mailchimp.streams if stream is not MailchimpPull)


@pytest.fixture
def server() -> Iterator[MailchimpServer]:
    with MailchimpServer(small_life()) as running:
        yield running


def account(server: MailchimpServer, **changes: Any) -> Account:
    key = changes.pop("key", server.key)
    settings = {"list": server.list_id, "space": "mail", **changes}
    return account_of("mailchimp", "main", settings, {"key": key}, server.api_url)


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
    assert [row["person"] for row in rows] == [*sorted(people(4)), None]  # nobody clicked in the second
    assert MailchimpClicker.personal_fields == {"person": "email"}
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


def test_pages_are_in_their_declared_schema(server: MailchimpServer) -> None:
    for stream in STREAMS:
        pages = list(stream().pages(session(server), WINDOW))
        assert pages, stream.name
        for one in pages:
            assert isinstance(one.rows, pa.Table) and one.rows.schema == one.stream.schema


def test_automations_are_said_to_be_left_out(server: MailchimpServer) -> None:
    one = session(server)
    list(MailchimpCampaign().pages(one, WINDOW))
    assert [notice for notice in one.report.notices if "automation" in notice]
