"""The town's own site as it lists itself: sitemaps (indexes and compressed ones too), RSS and Atom.

Belongs here: which pages there are, since when, on what, in which language. Does not: the pages'
text, which is never fetched; which day a page counts for, which is staging's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

import requests

from collectors.base import Page, Stream
from collectors.columns import FIXED, Column
from collectors.errors import CollectorError, SourceChanged
from collectors.http import HttpSession
from collectors.kinds import boolean, count, instant, text
from collectors.service import Account, Finding, PullReport, ServiceStream, Source, Window
from collectors.site_feed.documents import Document, Entry, instant_of, read
from collectors.site_feed.rules import Rules, digest_of, path_of, plain_host, rules_of

MOST_DOCUMENTS = 500
MOST_PAGES = 500_000
SPACE = Column("space", FIXED, text, "The town's code of the site", key=True)
READ_AT = Column("read_at", FIXED, instant, "When the site was read, UTC", key=True)


class SitePull(Stream):
    """One reading of the whole site; the pages' stream lands it beside its rows."""

    name = "site_pull"
    columns = (
        SPACE,
        Column("pages", FIXED, count, "Pages the site listed"),
        Column("documents", FIXED, count, "Sitemaps and feeds read"),
        READ_AT,
    )
    facts = ("coverage",)


class SitePages(ServiceStream):
    """Every page the site lists now; a site tells of the present only, so a window changes nothing."""

    name = "site_page"
    columns = (
        Column("page", FIXED, text, "Digest of the page's address", key=True),
        replace(SPACE, key=False),
        Column("listed_in", FIXED, text, "sitemap or feed", key=True),
        Column("published_at", FIXED, instant, "When it was published, UTC; null where the document does not say"),
        Column("modified_at", FIXED, instant, "When it was last changed, UTC; null where the document does not say"),
        Column("topic", FIXED, text, "What it is about, by the town's rules of paths"),
        Column("process_kind", FIXED, text, "Kind of municipal process, for topic process"),
        Column("stage", FIXED, text, "Stage at which the process is shared: idea, draft, decision, done"),
        Column("language", FIXED, text, "Code of the language it is written in"),
        Column("calls_for_response", FIXED, boolean, "It calls for a response; null when the town's rules do not say"),
        READ_AT,
    )
    longest_window = timedelta(days=3660)
    facts = ("publication",)

    def pages(self, session: SiteSession, window: Window) -> Iterator[Page]:
        """One row a page and kind of document."""
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        documents = 0
        for document in session.documents():
            documents += 1
            for entry in document.entries:
                row = session.row(document, entry)
                if row is not None:
                    rows.setdefault((row["page"], row["listed_in"]), row)
            if len(rows) > MOST_PAGES:
                raise SourceChanged("too_large", limit=f"{MOST_PAGES} pages")
        space = session.rules.space
        yield Page.of(SitePages, [rows[key] for key in sorted(rows)])
        told = {"space": space, "pages": len({page for page, _ in rows}), "documents": documents}
        yield Page.of(SitePull, [{**told, "read_at": session.read_at}])


class _Http(HttpSession):
    """Bodies as they are: these documents are no JSON."""

    def decode(self, answer: requests.Response) -> bytes:
        return answer.content


class SiteSession:
    """One reading of a site. Only addresses on the site's own host are called."""

    def __init__(self, account: Account, report: PullReport) -> None:
        self.rules: Rules = rules_of(account)
        self.read_at = datetime.now(UTC)
        self._report = report
        self._zone = ZoneInfo(account.timezone)
        self._base = account.base_url or self.rules.site
        accepted = {"Accept": "application/xml, text/xml, application/rss+xml, application/atom+xml, */*;q=0.1"}
        self._http = _Http(self._base, (), report, headers=accepted, own_base=True)

    def documents(self) -> Iterator[Document]:
        """Every sitemap and feed, those an index names included, each once."""
        waiting = [urljoin(self._base.rstrip("/") + "/", path) for path in self.rules.documents]
        seen: set[str] = set()
        while waiting:
            address = waiting.pop(0)
            if address in seen:
                continue
            seen.add(address)
            if len(seen) > MOST_DOCUMENTS:
                raise SourceChanged("too_large", limit=f"{MOST_DOCUMENTS} documents")
            document = read(self._http.get(address))
            if document.odd:
                self._report.drift["site_page.entry (without an address)"] += document.odd
            waiting += [self._here(one) for one in document.sitemaps]
            yield document

    def _here(self, address: str) -> str:
        """A sitemap's address as this session calls it: the site's own host stands for the base address."""
        if plain_host(address) != self.rules.host:
            return address  # the HTTP session refuses it
        parts = urlsplit(address)
        return urljoin(self._base.rstrip("/") + "/", parts.path + (f"?{parts.query}" if parts.query else ""))

    def row(self, document: Document, entry: Entry) -> dict[str, Any] | None:
        """An entry as a row; None for a page of another site, which is counted as drift."""
        if plain_host(entry.address) != self.rules.host:
            self._report.drift["site_page.foreign_address"] += 1
            return None
        path = path_of(entry.address)
        topic = self.rules.topic_of(path)
        return {
            "page": digest_of(entry.address), "space": self.rules.space, "listed_in": document.kind,
            "published_at": self._instant(entry.published), "modified_at": self._instant(entry.modified),
            "topic": topic.topic, "process_kind": topic.process_kind, "stage": topic.stage,
            "language": self.rules.language_of(path, entry.language), "read_at": self.read_at,
            "calls_for_response": self.rules.calls_for_response(path),
        }  # fmt: skip

    def _instant(self, text: str) -> datetime | None:
        found = instant_of(text, self._zone) if text else None
        if text and found is None:
            self._report.drift["site_page.date"] += 1
        # A date to come is a plan or a slip; the page itself is here already.
        return min(found, self.read_at) if found else None


class Site(Source):
    """The town's site: settings `site` and `space`; by choice `sitemaps`, `feeds`, `page_rules` (path prefix ->
    topic, `process:kind` or `process:kind:stage`), `language_rules` (path prefix -> language), `language`,
    `response_paths` (path prefixes of pages that call for a response; without it nobody can tell).
    """

    name = "site"
    streams = (SitePages,)
    side_streams = (SitePull,)
    hosts = ()  # its own, as configured
    required = ("site", "space")
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
            return [Finding("site", "fail", problem=problem)]
        rows = [row for entry, document in listed if (row := session.row(document, entry)) is not None]
        found = [Finding("pages listed", "ok") if rows else Finding("pages listed", "warn", "the site lists none")]
        topics = {row["topic"] for row in rows}
        lacking = [topic for topic in ("service", "contact", "process") if topic not in topics]
        return found + [Finding(f"pages on {topic}", "warn", "no page fits; check page_rules") for topic in lacking]
