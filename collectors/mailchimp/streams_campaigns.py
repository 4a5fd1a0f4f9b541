"""Sent campaigns and their reports: what streams of campaigns share, and the figures of each.

Belongs here: which campaigns a window holds. Does not: what single people did (reactions).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from collectors.base import Page
from collectors.columns import FIXED, Column
from collectors.kinds import WrongValue, count, identifier, instant, some, text
from collectors.mailchimp.fields import ACCOUNT, CAMPAIGN, LIST, OF_CAMPAIGN, SENT_AT, SPACE
from collectors.mailchimp.session import MailchimpSession
from collectors.mailchimp.streams_audience import MailchimpPull
from collectors.objects import pages_by_object
from collectors.records import page_of, value_at
from collectors.service import ServiceStream, SourceObject, Window

LEFT_OUT = "Mailchimp lists no automation or journey among its campaigns: what those send is not counted"


class SentCampaigns(ServiceStream):
    """What streams of sent campaigns share: the window is one of sending, read again while people still open."""

    lookback = timedelta(days=60)
    max_window = timedelta(days=92)

    def pages(self, session: MailchimpSession, window: Window) -> Iterator[Page]:
        """The stream's pages, and last the stretch they cover."""
        listed = sent_campaigns(session, window)
        objects = (_as_object(one) for one in listed if is_legible(one))
        yield from pages_by_object(self, session, session.report, objects)
        if illegible := [one for one in listed if not is_legible(one)]:
            yield from self.pages_of_illegible(session, illegible)
        is_classified = bool(session.settings.process_paths)
        stretch = {"stream": self.name, "since": window.since, "until": window.until, "is_classified": is_classified}
        yield Page.of(MailchimpPull, [{**session.place, **stretch}])

    def pages_of_illegible(self, session: MailchimpSession, campaigns: list[Mapping[str, Any]]) -> Iterator[Page]:
        """What becomes of campaigns that are listed without a legible identifier or time: the campaign stream says."""
        yield from ()


def sent_campaigns(session: MailchimpSession, window: Window) -> list[Mapping[str, Any]]:
    """The campaigns of our list sent in the window, oldest first; those without a legible instant stay in.

    A session lists them once, for all the streams that ask about the same campaigns.
    """
    second = timedelta(seconds=1)  # whether the service counts its own bounds in is not documented
    wanted = {
        "status": "sent",
        "list_id": session.list_id,
        "before_send_time": (window.until + second).isoformat(timespec="seconds"),
        "sort_field": "send_time",
        "sort_dir": "ASC",
        "exclude_fields": ",".join(
            ["_links", *(f"campaigns.{name}" for name in ("_links", "settings", "recipients", "tracking"))]
        ),
    }
    if window.since is not None:
        wanted["since_send_time"] = (window.since - second).isoformat(timespec="seconds")

    def inside(when: datetime | None) -> bool:
        return when is None or ((window.since is None or window.since <= when) and when < window.until)

    unsure = session.report.unsure
    if window not in session.campaigns:
        earlier = len(unsure)
        listed = session.listing("campaigns", "campaigns", "id", wanted)
        session.campaigns[window] = listed, unsure[earlier:]
    else:
        unsure += session.campaigns[window][1]
    listed = session.campaigns[window][0]
    found = [one for one in listed if isinstance(one, Mapping) and inside(sent_at(one))]
    # Every stream of campaigns tells what it could not ask about; the campaign stream puts it aside.
    odd = sum(not isinstance(one, Mapping) for one in listed) + sum(not is_legible(one) for one in found)
    if odd:
        session.report.drift["mailchimp_campaign (without identifier or time)"] += odd
    return found


class MailchimpCampaign(SentCampaigns):
    """A campaign with its report. Opens come twice: all, and without those of mail programs' privacy proxies."""

    name = "mailchimp_campaign"
    columns = (
        ACCOUNT,
        SPACE,
        LIST,
        replace(CAMPAIGN, path="id"),
        replace(SENT_AT, path="send_time", required=True),
        Column("kind", "type", text, "Mailchimp's kind of campaign, such as regular, rss or variate"),
        Column("parent", "parent_campaign_id", text, "Campaign it is a part of; null for one by itself"),
        Column("recipients", "emails_sent", some, "Addresses it was sent to, never 0", required=True),
        Column("delivered", FIXED, count, "Addresses it reached; Mailchimp does not say, always null"),
        Column("hard_bounces", "bounces.hard_bounces", count, "Addresses that do not exist"),
        Column("soft_bounces", "bounces.soft_bounces", count, "Addresses that took no mail this time"),
        Column("syntax_errors", "bounces.syntax_errors", count, "Malformed addresses"),
        Column("abuse_reports", "abuse_reports", count, "People who called it spam"),
        Column("unsubscribed", "unsubscribed", count, "People who left because of it"),
        Column("opens_all", "opens.opens_total", count, "Opens, privacy proxies' included"),
        Column("unique_opens_all", "opens.unique_opens", count, "People who opened, privacy proxies' opens included"),
        Column("opens", "opens.proxy_excluded_opens", count, "Opens without privacy proxies'"),
        Column("unique_opens", "opens.proxy_excluded_unique_opens", count, "People who opened without a proxy"),
        Column("clicks", "clicks.clicks_total", count, "Clicks on its links, repeated ones included"),
        Column("unique_clicks", "clicks.unique_clicks", count, "Links clicked, each once a person"),
        Column("clickers", "clicks.unique_subscriber_clicks", count, "People who clicked"),
    )
    ignored = (
        "campaign_title", "list_id", "list_is_active", "list_name", "subject_line", "preview_text", "rss_last_send",
        "forwards", "facebook_likes", "industry_stats", "list_stats", "ab_split", "timewarp", "timeseries",
        "share_report", "ecommerce", "delivery_status", "_links",
    )  # fmt: skip
    facts = ("mailing", "coverage")
    is_replayable = True  # a campaign's row stands alone
    awaited = ("opens.unique_opens", "clicks.unique_subscriber_clicks", "bounces.hard_bounces", "bounces.soft_bounces")

    def pages(self, session: MailchimpSession, window: Window) -> Iterator[Page]:
        """The campaigns, and a word on what is sent beside them."""
        yield from super().pages(session, window)
        session.report.notices.append(LEFT_OUT)

    def pages_of_illegible(self, session: MailchimpSession, campaigns: list[Mapping[str, Any]]) -> Iterator[Page]:
        """Nothing can be asked about them: they are put aside."""
        yield page_of(MailchimpCampaign, campaigns, session.report, fixed=session.place)

    def pages_of_object(self, session: MailchimpSession, one: SourceObject) -> Iterator[Page]:
        """A campaign's report, with what only the campaign says of its parent."""
        skipped = ("_links", "timeseries", "timewarp", "share_report", "ecommerce", "industry_stats", "list_stats")
        session.report.drift.update(f"{self.name}.{name}" for name in set(one.kept) - OF_CAMPAIGN)
        report = session.get(f"reports/{name_of(one.kept)}", {"exclude_fields": ",".join(skipped)})
        for path in self.awaited:
            if value_at(report, path) in (None, ""):
                session.report.drift[f"{self.name}.{path} (absent)"] += 1
        parent = {"parent_campaign_id": one.kept.get("parent_campaign_id"), "type": one.kept.get("type")}
        joined = {**report, **parent} if isinstance(report, Mapping) else report
        yield page_of(MailchimpCampaign, [joined], session.report, fixed=session.place)


def is_legible(campaign: Mapping[str, Any]) -> bool:
    """Whether it has an identifier and an instant of sending; others are put aside by the campaign stream."""
    return bool(name_of(campaign)) and sent_at(campaign) is not None


def _as_object(campaign: Mapping[str, Any]) -> SourceObject:
    """A campaign as something asked about by itself: what is told of it is of when it was sent."""
    when = sent_at(campaign)
    assert when is not None
    return SourceObject("campaign", name_of(campaign), when, campaign, when, when + timedelta(minutes=1))


def of_campaign(session: MailchimpSession, campaign: Mapping[str, Any]) -> dict[str, Any]:
    """The columns every row about a campaign begins with."""
    return {**session.place, "campaign": text(campaign.get("id")), "sent_at": sent_at(campaign)}


def name_of(record: Mapping[str, Any]) -> str:
    """The identifier of a campaign or link as a step of a path; "" when it has none."""
    try:
        return quote(identifier(record.get("id")), safe="")
    except WrongValue:
        return ""


def sent_at(campaign: Mapping[str, Any]) -> datetime | None:
    """When it was sent; None when that is not legible."""
    try:
        return instant(campaign.get("send_time"))
    except WrongValue:
        return None
