"""Every record of Mailchimp's recorded answers and every field of its own specification is understood."""

import json
from pathlib import Path
from typing import Any

import pytest

from collectors.errors import FixCredentials, FixSettings, RetryLater, SourceChanged
from collectors.kinds import instant
from collectors.mailchimp.errors import reason_of
from collectors.mailchimp.fields import OF_CAMPAIGN
from collectors.mailchimp.source import Mailchimp
from collectors.mailchimp.streams_audience import MailchimpMonth
from collectors.mailchimp.streams_campaigns import MailchimpCampaign
from collectors.mailchimp.streams_reactions import MailchimpLink
from collectors.records import page_of
from collectors.service import PullReport, Window
from simulator.services.mailchimp import PROBLEM, MailchimpServer
from simulator.services.newsletter import Newsletter
from simulator.services.server import Answer
from tests.accounts import account_of
from tests.conftest import shared
from tests.said import says

ACCOUNT = account_of("mailchimp", "main", {"list": "a36b032126", "space": "mail"}, {"key": "abc-us3"})


def recorded() -> list[Path]:
    return sorted(shared("contracts", "mailchimp", "samples", "recorded-http").glob("*.json"))


def specification() -> dict[str, Any]:
    path = shared("contracts", "mailchimp", "mailchimp-marketing.trimmed.swagger2.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_every_recorded_list_is_read() -> None:
    stream = next(one for one in Mailchimp.streams if one.name == "mailchimp_list")
    lists = [one for path in recorded() for one in json.loads(path.read_text())["body"].get("lists", [])]
    report = PullReport()
    for one in lists:
        shown = {name: one[name] for name in ("id", "stats")}  # what the call asks for
        page = page_of(stream, [shown], report)
        assert page.rows.to_pylist()[0]["members"] == one["stats"]["member_count"]
        last_sent = one["stats"]["campaign_last_sent"]
        assert (instant(last_sent) is None) == (last_sent == "")  # '' is no instant
        assert instant(one["date_created"]) is not None
    assert len(lists) > 0 and not report.rejected and not report.drift


def test_every_recorded_member_page_is_paged() -> None:
    for path in recorded():
        body = json.loads(path.read_text())["body"]
        if "members" not in body:
            continue
        with MailchimpServer(Newsletter()) as server:
            account = account_of("mailchimp", "main", ACCOUNT.settings.given(), ACCOUNT.secrets, server.api_url)
            session = Mailchimp().open(account, PullReport())
            if body["members"]:
                server.fail(answer=Answer.json({**body, "total_items": len(body["members"])}))
                assert session.listing("lists/a/members", "members", "id") == body["members"]
            else:  # the page behind the last one
                server.fail(answer=Answer.json(body))
                with says(SourceChanged, "sent 0"):
                    session.listing("lists/a/members", "members", "id")


def test_every_recorded_problem_names_a_remedy_and_no_address() -> None:
    seen = 0
    for path in recorded():
        answer = json.loads(path.read_text())
        if answer["status"] < 400:
            continue
        seen += 1
        with MailchimpServer(Newsletter()) as server:
            server.fail(answer=Answer.json(answer["body"], answer["status"], content_type=PROBLEM))
            account = account_of("mailchimp", "main", ACCOUNT.settings.given(), ACCOUNT.secrets, server.api_url)
            with says((SourceChanged, FixSettings), "newer version|`list`") as met:
                Mailchimp().open(account, PullReport()).get("ping")
            assert "@" not in str(met.value) and met.value.code == (
                "not_there" if answer["status"] == 404 else "call_refused"
            )
    assert seen > 0


def test_every_documented_problem_is_known_for_what_it_is() -> None:
    import yaml

    path = shared("contracts", "mailchimp", "mailchimp-problem-types.yml")
    documented = [one for one in yaml.safe_load(path.read_text())["problems"] if "marketing" in one["api"]]
    for one in documented:
        with MailchimpServer(Newsletter()) as server, pytest.MonkeyPatch.context() as patch:
            patch.setattr("time.sleep", lambda seconds: None)
            body = {"title": one["title"], "status": one["status"], "detail": one["detail"]}
            server.fail(9, answer=Answer.json(body, one["status"], content_type=PROBLEM))
            account = account_of("mailchimp", "main", ACCOUNT.settings.given(), ACCOUNT.secrets, server.api_url)
            session = Mailchimp().open(account, PullReport())
            session._sleep = lambda seconds: None
            kind = {401: FixCredentials, 403: FixCredentials, 404: FixSettings, 429: RetryLater, 500: RetryLater}.get(
                one["status"], SourceChanged
            )
            with pytest.raises(kind):
                session.get("ping")
    assert len(documented) >= 10


@pytest.mark.parametrize(
    ("path", "key", "known"),
    [
        ("/campaigns", "campaigns", OF_CAMPAIGN),
        ("/reports/{campaign_id}", "", MailchimpCampaign.known),
        ("/lists/{list_id}/growth-history", "history", MailchimpMonth.known),
        ("/reports/{campaign_id}/click-details", "urls_clicked", MailchimpLink.known),
    ],
)
def test_every_field_of_the_specification_is_known(path: str, key: str, known: frozenset[str]) -> None:
    spec = specification()

    def resolved(schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = spec["definitions"][schema["$ref"].rsplit("/", 1)[-1]]
        return schema

    schema = resolved(spec["paths"][path]["get"]["responses"]["200"]["schema"])
    if key:
        schema = resolved(resolved(schema["properties"][key])["items"])
    assert set(schema["properties"]) <= known


def test_every_parameter_we_send_is_in_the_specification() -> None:
    spec = specification()
    life = Newsletter()
    with MailchimpServer(life) as server:
        account = account_of(
            "mailchimp", "main", {"list": server.list_id, "space": "mail"}, {"key": server.key}, server.api_url
        )
        for stream in Mailchimp.streams:
            window = Window(life.now.replace(year=2020), life.now)
            list(stream().pages(Mailchimp().open(account, PullReport()), window))
        for call in server.calls:
            path = call.path.removeprefix("/3.0").replace(server.list_id, "{list_id}")
            allowed = {one["name"] for one in spec["paths"][path]["get"]["parameters"]}
            assert set(call.params) <= allowed
    assert len(server.calls) > 3


def test_a_recorded_unsubscribe_reason_is_a_code() -> None:
    text = shared("contracts", "mailchimp", "samples", "webhooks-form", "unsubscribe.form").read_text()
    assert "reason" in text and reason_of("manual") == "other"
