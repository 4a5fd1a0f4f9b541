"""Mailchimp as a source: what an account needs, and the check that `kehila doctor` makes."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from collectors.errors import CollectorError
from collectors.mailchimp.audience import MailchimpList, MailchimpMonth, MailchimpPull
from collectors.mailchimp.campaigns import MailchimpCampaign
from collectors.mailchimp.reactions import MailchimpClicker, MailchimpLink, MailchimpUnsubscribe
from collectors.mailchimp.session import HOSTS, MailchimpSession
from collectors.service import Account, Finding, PullReport, Source


class Mailchimp(Source):
    """A newsletter sent by Mailchimp.

    `list` is the Audience ID, `space` the town's code of the mailing list. Optional `process_paths` maps
    paths of the town's site to kinds of municipal processes. A Mailchimp key has full rights: keep it so.
    """

    name = "mailchimp"
    streams = (
        MailchimpMonth,
        MailchimpList,
        MailchimpCampaign,
        MailchimpClicker,
        MailchimpLink,
        MailchimpUnsubscribe,
    )
    companions = (MailchimpPull,)
    hosts = HOSTS
    required = ("list", "space")
    secret_names = ("key",)
    assets = ("newsletter",)

    def open(self, account: Account, report: PullReport) -> MailchimpSession:
        """A session; the key's ending says where it calls."""
        return MailchimpSession(account, report)

    def check(self, account: Account) -> list[Finding]:
        """The key, the list, the reports; later ones are not tried when an earlier one fails."""
        session = self.open(account, PullReport())
        steps: list[tuple[str, Callable[[], object]]] = [
            ("the key is accepted", lambda: session.get("ping")),
            (
                "the list can be read",
                lambda: session.get(f"lists/{quote(session.list_id, safe='')}", {"fields": "id,stats.member_count"}),
            ),
            ("reports can be read", lambda: session.get("reports", {"fields": "total_items", "count": 1})),
        ]
        found = []
        for what, attempt in steps:
            try:
                attempt()
            except CollectorError as problem:
                found.append(Finding(what, "fail", str(problem)))
                break
            found.append(Finding(what, "ok"))
        return found
