"""Mailchimp as a source: what an account needs, and the check that `kehila doctor` makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import parse_qsl, quote

from collectors.base import Page, Rejected
from collectors.errors import CollectorError
from collectors.mailchimp.session import HOSTS, MailchimpSession
from collectors.mailchimp.settings import MailchimpSettings
from collectors.mailchimp.streams_audience import MailchimpList, MailchimpMonth, MailchimpPull
from collectors.mailchimp.streams_campaigns import MailchimpCampaign
from collectors.mailchimp.streams_reactions import MailchimpClicker, MailchimpLink, MailchimpUnsubscribe
from collectors.service import Account, Finding, PullReport, PushReport, Source

EVENTS = frozenset({"subscribe", "unsubscribe", "cleaned", "upemail", "profile", "campaign"})
SOON = timedelta(minutes=5)
"""Whatever comes within five minutes asks for one look."""


class Mailchimp(Source):
    """A newsletter sent by Mailchimp.

    `list` is the Audience ID, `space` the town's code of the mailing list. Optional `process_paths` maps
    paths of the town's site to kinds of municipal processes. A Mailchimp key has full rights: keep it so.
    """

    Settings = MailchimpSettings
    streams = (
        MailchimpMonth,
        MailchimpList,
        MailchimpCampaign,
        MailchimpClicker,
        MailchimpLink,
        MailchimpUnsubscribe,
    )
    side_streams = (MailchimpPull,)
    hosts = HOSTS
    assets = ("newsletter",)

    def open(self, account: Account, report: PullReport) -> MailchimpSession:
        """A session; the key's ending says where it calls."""
        return MailchimpSession(account, report)

    def pages_of_event(self, body: bytes, account: Account, report: PushReport) -> Iterator[Page]:
        """No record, but the wish to look at the list again within five minutes.

        An event tells of one person by her address, at an instant whose zone is not documented, and of imports and
        mass removals nothing at all. A count kept with it would drift from the service's own, of which the history
        keeps one a month; the list itself, asked, tells today's in one call.
        """
        told = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=5_000))
        if told.get("type") not in EVENTS:
            report.drift["webhook.type (unknown)"] += 1
            report.rejected.append(
                Rejected("webhook", "unknown_change", raw=body)
            )  # fmt: skip
            return
        at = report.received_at
        report.pull_at.append(at.replace(minute=at.minute - at.minute % 5, second=0, microsecond=0) + SOON)
        yield from ()

    def reuse_session(self, session: MailchimpSession) -> bool:
        """The campaigns of a window are one list for a round."""
        return True

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
                found.append(Finding(what, "fail", problem=problem))
                break
            found.append(Finding(what, "ok"))
        return found
