"""Brevo against its stand-in: its records in the common columns, its budget of calls, refusals, and the books."""

import json
import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import collectors.brevo.session as wire
from collectors.brevo.session import BrevoSession
from collectors.brevo.source import LOW_FIDELITY, Brevo, BrevoCampaign, BrevoList, BrevoPull
from collectors.errors import CollectorError, FixCredentials, FixSettings, RetryLater, SourceChanged
from collectors.service import Account, PullReport, ServiceStream, Window
from simulator.services.brevo import BrevoServer
from simulator.services.newsletter import Campaign, Clicked, Newsletter, Opened
from simulator.services.server import Answer
from tests.accounts import account_of
from tests.said import says
from tests.unit.collectors.newsletter_life import NOW, URLS, WINDOW, Landed, people, small_life, year
from transforms.staging.newsletter import stage
from transforms.staging.town import Town


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BrevoSession, "today", lambda self: NOW)


@pytest.fixture
def server() -> Iterator[BrevoServer]:
    with BrevoServer(small_life("11", "12")) as running:
        yield running


def account(server: BrevoServer, **changes: Any) -> Account:
    return account_of(
        "brevo", "main", {"list": server.list_id, "space": "mail", **changes}, {"key": server.key}, server.api_url
    )


def session(server: BrevoServer, **changes: Any) -> BrevoSession:
    one = Brevo().open(account(server, **changes), PullReport())
    one._sleep = lambda seconds: None
    return one


def read(server: BrevoServer, stream: type[ServiceStream], window: Window = WINDOW) -> list[dict[str, Any]]:
    pages = stream().pages(session(server), window)
    return [row for page in pages if page.stream is stream for row in page.rows.to_pylist()]


def test_a_campaign_comes_with_its_counts_and_machine_opens_stay_in(server: BrevoServer) -> None:
    first, second = read(server, BrevoCampaign)
    assert (first["campaign"], first["recipients"], first["delivered"], first["hard_bounces"]) == ("11", 20, 19, 1)
    assert (first["unique_opens_all"], first["unique_opens"], first["machine_opens"]) == (10, None, 5)
    assert (first["clickers"], first["clicks"], second["clickers"]) == (4, 8, 0)  # Brevo's `clickers` are clicks


@pytest.mark.parametrize("told", [(2300, 2665), (2665, 2300)])
def test_who_clicked_is_the_lesser_of_two_counts_whatever_brevo_means_by_them(
    server: BrevoServer, told: tuple[int, int]
) -> None:
    def counted(**clicks: Any) -> dict[str, Any]:
        stats = {"sent": 9000, "delivered": 8000, **clicks}
        return {"id": 1, "sentDate": "2026-03-05T07:00:00.000Z", "statistics": {"globalStats": stats}}

    both, one = counted(uniqueClicks=told[0], clickers=told[1]), counted(clickers=told[1]) | {"id": 2}
    server.fail(answer=Answer.json({"count": 2, "campaigns": [both, one]}))
    found = [(row["clickers"], row["clicks"]) for row in read(server, BrevoCampaign)]
    assert found == [(2300, 2665), (None, None)]  # one count alone may be either: not known


def old_life() -> Newsletter:
    """A campaign ten months old, one whose sending is about to be forgotten, a young one; each was opened at once."""
    life = Newsletter(now=NOW)
    for number, age in (("21", 300), ("22", 181), ("23", 179)):
        at, three = NOW - timedelta(days=age), people(3)
        opened = [Opened(one, at + timedelta(hours=1)) for one in three]
        clicked = [Clicked(three[0], at + timedelta(hours=1), URLS[0])]
        life.campaigns.append(Campaign(number, at, people(5), opened=opened, clicked=clicked))
    return life


def test_what_the_listing_has_forgotten_is_read_from_the_campaigns_own_report() -> None:
    window = Window(NOW - timedelta(days=365), NOW)
    with BrevoServer(old_life()) as server:
        listed = session(server).get("emailCampaigns", {"status": "sent", "statistics": "globalStats", "sort": "asc"})
        sent = [one["statistics"]["globalStats"]["sent"] for one in listed["campaigns"]]
        assert sent == [0, 5, 5]  # the control: zeros that mean nothing
        server.calls.clear()
        rows = read(server, BrevoCampaign, window)
        asked = [call.path.rpartition("/")[2] for call in server.calls]
    told = [(row["campaign"], row["recipients"], row["unique_opens_all"], row["clickers"]) for row in rows]
    assert told == [("21", 5, 3, 1), ("22", 5, 3, 1), ("23", 5, 3, 1)]
    assert asked == ["emailCampaigns", "21", "22"]  # a call for each that is old, none for the young


def test_an_old_campaign_without_counts_in_its_report_is_put_aside_and_not_zero() -> None:
    with BrevoServer(old_life()) as server:
        one = session(server)
        report = {"id": 21, "sentDate": "2025-06-04T09:00:00.000Z", "statistics": {"globalStats": {}}}
        server.alter = lambda call, answer: Answer.json(report) if call.path.endswith("/21") else answer
        pages = BrevoCampaign().pages(one, Window(NOW - timedelta(days=365), NOW))
        assert [row["campaign"] for row in next(iter(pages)).rows.to_pylist()] == ["22", "23"]
    assert len(one.report.rejected) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_an_old_campaign_that_is_refused_costs_itself(status: int) -> None:
    with BrevoServer(old_life()) as server:
        one = session(server)
        refused = Answer.json({"code": "refused", "message": "no"}, status)
        server.alter = lambda call, answer: refused if call.path.endswith("/21") else answer
        pages = BrevoCampaign().pages(one, Window(NOW - timedelta(days=365), NOW))
        assert [row["campaign"] for row in next(iter(pages)).rows.to_pylist()] == ["22", "23"]
    assert [passed.one.name for passed in one.report.passed_over] == ["21"] and not one.report.rejected


def test_a_month_of_old_daily_campaigns_fits_in_an_hours_budget() -> None:
    life = Newsletter(now=NOW)
    begin = NOW - timedelta(days=400)
    life.campaigns = [Campaign(str(100 + n), begin + timedelta(days=n), people(2)) for n in range(31)]
    with BrevoServer(life) as server:
        rows = read(server, BrevoCampaign, Window(begin, begin + BrevoCampaign.max_window))
    assert [row["recipients"] for row in rows] == [2] * 31


def test_the_list_today(server: BrevoServer) -> None:
    [row] = read(server, BrevoList)
    assert (str(row["day"]), row["members"], row["unsubscribed"]) == ("2026-03-31", 20, 0)


def test_what_was_covered_lands_with_the_records_and_doubts_are_told(server: BrevoServer) -> None:
    one = session(server)
    pages = list(BrevoCampaign().pages(one, Window(None, NOW)))
    assert [page.stream for page in pages] == [BrevoCampaign, BrevoPull] and pages[0].rows.num_rows == 2
    assert one.report.notices == [LOW_FIDELITY] and one.report.quota["x-sib-ratelimit-remaining"] == "99"


def test_campaigns_of_other_lists_and_other_times_are_not_ours(server: BrevoServer) -> None:
    sent = datetime(2026, 3, 5, 7, tzinfo=UTC)
    assert len(read(server, BrevoCampaign, Window(sent, sent + timedelta(days=1)))) == 1
    assert next(iter(BrevoCampaign().pages(session(server, list=8), WINDOW))).rows.num_rows == 0


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 30])
def test_every_edge_of_a_page(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PAGE", 3)
    life = Newsletter(now=NOW)
    life.campaigns = [Campaign(f"{n:03d}", datetime(2026, 2, 1, tzinfo=UTC), ("a@town.example",)) for n in range(count)]
    with BrevoServer(life) as server:
        assert [int(row["campaign"]) for row in read(server, BrevoCampaign)] == list(range(count))


def page(*numbers: int, count: int) -> Answer:
    return Answer.json({"count": count, "campaigns": [{"id": number} for number in numbers]})


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([page(1, 2, count=4), page(1, 2, count=4)], "list_never_ends"),
        ([page(count=4)], "list_too_short"),
        ([Answer.json({"count": 4})], "not_a_list"),
        ([Answer.json([])], "not_a_list"),
    ],
)
def test_a_listing_that_cannot_be_trusted_loads_nothing(server: BrevoServer, answers: list[Answer], code: str) -> None:
    for one in answers:
        server.fail(answer=one)
    with pytest.raises(SourceChanged) as met:
        read(server, BrevoCampaign)
    assert met.value.code == code


def test_a_count_that_ignores_the_filter_ends_nothing(server: BrevoServer) -> None:
    server.alter = lambda call, answer: inflated(answer) if call.path.endswith("/emailCampaigns") else answer
    one = session(server)
    assert next(iter(BrevoCampaign().pages(one, Window(None, NOW)))).rows.num_rows == 2
    assert not one.report.unsure


def inflated(answer: Answer) -> Answer:
    return Answer.json({**json.loads(answer.body), "count": 4711})


def test_the_last_calls_of_the_hour_are_left_to_others(server: BrevoServer) -> None:
    server.spent = 89
    one = session(server)
    one.get("contacts/lists/7")
    with says(RetryLater, "calls an hour.*renewed") as met:
        one.get("contacts/lists/7")
    assert met.value.code == "quota" and len(server.calls) == 1
    assert timedelta(minutes=29) < met.value.until - datetime.now(UTC) <= timedelta(minutes=30)


def test_a_spent_hour_waits_for_the_reset_the_header_names(server: BrevoServer) -> None:
    server.spent = 100
    with pytest.raises(RetryLater) as met:
        read(server, BrevoList)
    assert len(server.calls) == 1 and met.value.until - datetime.now(UTC) > timedelta(minutes=29)


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [(401, FixCredentials, "make a new one"), (403, FixCredentials, "authorised IPs"), (404, FixSettings, "`list`"), (400, SourceChanged, "newer version")],
)  # fmt: skip
def test_every_refusal_says_what_to_do(
    server: BrevoServer, status: int, error: type[CollectorError], words: str
) -> None:
    server.fail(answer=Answer.json({"code": "x", "message": "canary"}, status))
    with says(error, words) as met:
        read(server, BrevoList)
    assert "canary" not in str(met.value)


def test_what_the_contract_does_not_know_is_drift(server: BrevoServer) -> None:
    stats = {"globalStats": {"sent": "1,020", "delivered": 7}}
    good = {"id": 1, "sentDate": "2026-03-05T07:00:00.000Z", "statistics": stats, "brand_new": "secret"}
    rows = [good, {**good, "id": 2, "statistics": {}}, {**good, "id": 3, "sentDate": "soon"}, "text"]
    server.fail(answer=Answer.json({"count": 4, "campaigns": rows}))
    one = session(server)
    found = next(iter(BrevoCampaign().pages(one, WINDOW))).rows.to_pylist()
    assert [(row["campaign"], row["recipients"]) for row in found] == [("1", 1020)] and len(one.report.rejected) == 3
    assert one.report.drift["brevo_campaign.brand_new"] == 3 and "secret" not in repr(one.report.drift)


def test_doctor_tells_what_works_and_how_far_to_trust_it(server: BrevoServer) -> None:
    found = Brevo().check(account(server))
    assert [one.state for one in found] == ["ok", "ok", "warn"] and found[-1].remedy == LOW_FIDELITY
    assert [one.state for one in Brevo().check(account(server, list=8))] == ["fail"]


def test_nothing_secret_is_told(server: BrevoServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    for status in (200, 400, 401, 429, 500):
        server.fail(0 if status == 200 else 4, answer=Answer.json({"code": server.key, "message": server.key}, status))
        one = session(server)
        try:
            list(BrevoCampaign().pages(one, WINDOW))
        except CollectorError as met:
            told.append("".join(traceback.format_exception(met)))
        told.append(repr(one.report) + repr(one.account))
        server.drop_faults()
    assert len(told) == 9 and server.key not in "".join([*told, caplog.text])


def test_a_year_read_as_it_went_comes_to_the_books(monkeypatch: pytest.MonkeyPatch) -> None:
    life, end = year(2, digits=True), datetime(2026, 4, 30, tzinfo=UTC)
    monkeypatch.setattr(BrevoSession, "today", lambda self: life.now)
    with BrevoServer(life, budget=10_000) as server:
        often = Landed(Brevo(), account(server))
        while life.now < end:
            life.now = min(life.now + timedelta(days=9), end)
            often.collect(life.now, datetime(2025, 3, 1, tzinfo=UTC))
    facts = stage(often.tables, Town("1234"))
    for month, truth in life.truth().items():
        rows = [row for row in facts["mailing"].to_pylist() if row["month"] == month]
        for name in ("recipients", "delivered", "unique_opens_all", "clickers"):
            assert sum(row[name] for row in rows) == truth.get(name, 0)
        assert all(row["unique_opens"] is None and row["month_clickers"] is None for row in rows)
    assert len(facts["membership"]) >= 13 and not often.report.rejected and not often.report.drift
