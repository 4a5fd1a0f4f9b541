"""The source `site`: one site an account."""

from __future__ import annotations

from collectors.errors import CollectorError
from collectors.service import Account, Finding, PullReport, Source
from collectors.site_feed.session import SiteSession
from collectors.site_feed.settings import SiteSettings
from collectors.site_feed.streams import SitePages, SitePull


class Site(Source):
    """The town's own site."""

    Settings = SiteSettings
    streams = (SitePages,)
    side_streams = (SitePull,)
    hosts = ()  # its own, as configured
    assets = ("website",)

    def open(self, account: Account, report: PullReport) -> SiteSession:
        """A session; the first call is made by the first document."""
        return SiteSession(account, report)

    def check(self, account: Account) -> list[Finding]:
        """Read every sitemap and feed once."""
        try:
            session = SiteSession(account, PullReport())
            listed = [(entry, document) for document in session.documents() for entry in document.entries]
        except CollectorError as problem:
            return [Finding("the site", "fail", problem=problem)]
        rows = [row for entry, document in listed if (row := session.row(document, entry)) is not None]
        found = [Finding("pages listed", "ok") if rows else Finding("pages listed", "warn", "the site lists none")]
        topics = {row["topic"] for row in rows}
        lacking = [topic for topic in ("service", "contact", "process") if topic not in topics]
        return found + [Finding(f"pages on {topic}", "warn", "no page fits; check page_rules") for topic in lacking]
