"""What people did with a campaign: who clicked, on which links, and why some left.

Belongs here: asking for as little of a person as the count needs. Does not: counting over campaigns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from collectors.base import Page
from collectors.columnar import values_of
from collectors.columns import FIXED, Column
from collectors.kinds import count, identifier, text
from collectors.mailchimp.errors import reason_of
from collectors.mailchimp.fields import SENT
from collectors.mailchimp.links import path_of, process_of
from collectors.mailchimp.session import MailchimpSession
from collectors.mailchimp.streams_campaigns import SentCampaigns, name_of, of_campaign
from collectors.records import page_of
from collectors.service import SourceObject


class MailchimpClicker(SentCampaigns):
    """Who clicked in a campaign: one row a person, whatever the links. Nothing but the address is asked for.

    Clicks may be taken back (a scanner's), so the latest reading counts: nobody left is a row of no person.
    """

    name = "mailchimp_clicker"
    columns = (*SENT, Column("person", FIXED, text, "Who clicked; null when nobody did", key=True, person="email"))
    wire: ClassVar[Mapping[str, Any]] = {"email_id": str | int | None, "email_address": str | None}
    items = "members"
    facts = ("mailing",)

    def pages_of_object(self, session: MailchimpSession, one: SourceObject) -> Iterator[Page]:
        """Those who clicked in one campaign."""
        asked = {"fields": "members.email_id,members.email_address,total_items"}
        people: set[str] = set()
        for link in _links(session, one.kept):
            if isinstance(link, Mapping) and link.get("total_clicks") == 0:
                continue
            if not isinstance(link, Mapping) or not name_of(link):  # the stream of links puts it aside
                session.report.drift["mailchimp_clicker.link.id (absent)"] += 1
                continue
            path = f"reports/{name_of(one.kept)}/click-details/{name_of(link)}/members"
            members = session.listing(path, "members", "email_id", asked, self.form)
            told = values_of(members, "email_address")
            addresses = [address.strip() for address in told if isinstance(address, str)]
            people.update(address.casefold() for address in addresses if address)
            if absent := len(members) - sum(map(bool, addresses)):
                session.report.drift["mailchimp_clicker.email_address (absent)"] += absent
        found: list[str | None] = [*sorted(people)] or [None]
        yield Page.of_columns(MailchimpClicker, {"person": found}, of_campaign(session, one.kept))


class MailchimpLink(SentCampaigns):
    """Clicks by link, with the link's path where nothing personal is in it and the process it belongs to."""

    name = "mailchimp_link"
    columns = (
        *SENT,
        Column("link", "id", identifier, "Mailchimp's identifier of the link in this campaign", key=True),
        Column("path", "url", text.read_by(path_of), "Path of the link on its site; null where it may name a person"),
        Column("process_kind", FIXED, text, "Kind of municipal process the town's `process_paths` say it leads to"),
        Column("clicks", "total_clicks", count, "Clicks on it"),
        Column("clickers", "unique_clicks", count, "Unique clicks on it, as Mailchimp counts people"),
    )
    ignored = (
        "click_percentage", "unique_click_percentage", "last_click", "ab_split", "variate", "campaign_id", "_links",
    )  # fmt: skip
    facts = ("publication", "coverage")

    def pages_of_object(self, session: MailchimpSession, one: SourceObject) -> Iterator[Page]:
        """The links of one campaign."""
        paths = session.settings.process_paths
        bound = {"process_kind": ("url", lambda url: process_of(url, paths))}
        fixed = of_campaign(session, one.kept)
        yield page_of(MailchimpLink, _links(session, one.kept), session.report, bound=bound, fixed=fixed)


class MailchimpUnsubscribe(SentCampaigns):
    """How many left after a campaign, by the reason they chose. People are counted as they are read, never kept."""

    name = "mailchimp_unsubscribe"
    columns = (
        *SENT,
        Column("reason", FIXED, text, "Why, as a code of Mailchimp's choices; other for own words", key=True),
        Column("people", FIXED, count, "People who left with this reason"),
    )

    def pages_of_object(self, session: MailchimpSession, one: SourceObject) -> Iterator[Page]:
        """Those who left after one campaign; no row where nobody did."""
        asked = {"fields": "unsubscribes.email_id,unsubscribes.reason,total_items"}
        left = session.listing(f"reports/{name_of(one.kept)}/unsubscribed", "unsubscribes", "email_id", asked)
        told = [person for person in left if isinstance(person, Mapping)]
        session.report.drift.update(["mailchimp_unsubscribe (no object)"] * (len(left) - len(told)))
        reasons = Counter(reason_of(person.get("reason")) for person in told)
        fixed = of_campaign(session, one.kept)
        rows = [{**fixed, "reason": reason, "people": people} for reason, people in sorted(reasons.items())]
        yield Page.of(MailchimpUnsubscribe, rows)


def _links(session: MailchimpSession, campaign: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The links of a campaign."""
    path = f"reports/{name_of(campaign)}/click-details"
    return session.listing(path, "urls_clicked", "id", {"exclude_fields": "_links,urls_clicked._links"})
