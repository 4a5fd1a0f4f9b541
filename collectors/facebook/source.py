"""The Facebook Page as a source: settings, credentials, streams."""

from __future__ import annotations

from collections.abc import Iterator

from collectors.base import Page
from collectors.facebook.examination import examine
from collectors.facebook.sdk import HOSTS, SdkGraph
from collectors.facebook.session import FacebookSession
from collectors.facebook.settings import FacebookSettings
from collectors.facebook.streams import Comments, FacebookPull, PageDay, Posts, VisitorPosts
from collectors.facebook.streams_feed import FacebookChange, changes
from collectors.facebook.streams_insights import Insights
from collectors.service import Account, Finding, PullReport, PushReport, Source


class FacebookPage(Source):
    """A municipality's own page, read with a page token or a system user's.

    Staff who comment from accounts of their own are told from residents by the name on their profile, when it
    stands in the staff roster; the page itself needs no entry.
    """

    Settings = FacebookSettings
    streams = (PageDay, Posts, VisitorPosts, Comments, Insights)
    side_streams = (FacebookPull, FacebookChange)
    hosts = HOSTS
    assets = ("facebook",)

    def open(self, account: Account, report: PullReport) -> FacebookSession:
        """A session for one page."""
        graph = SdkGraph(
            account.secrets["token"].strip(),
            account.own(FacebookSettings).version,
            report,
            app_secret=account.secrets.get("app_secret", "").strip(),
            base_url=account.base_url,
        )
        return FacebookSession(graph, account, report)

    def reuse_session(self, session: FacebookSession) -> bool:
        """The line and its usage serve another pull; its instant, and how much a call may ask, begin anew."""
        session.begin()
        return True

    def pages_of_event(self, body: bytes, account: Account, report: PushReport) -> Iterator[Page]:
        """What was written, edited, hidden or removed on the page."""
        yield from changes(body, account, report)

    def check(self, account: Account) -> list[Finding]:
        """Try the token, each permission, the page and its insights."""
        return examine(self.open(account, PullReport()), account.secrets["token"].strip())
