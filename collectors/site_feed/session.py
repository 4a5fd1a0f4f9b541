"""One reading of a site: its documents, and their entries as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

import requests

from collectors.errors import SourceChanged
from collectors.http import HttpSession
from collectors.service import Account, PullReport
from collectors.site_feed.documents import Document, Entry, instant_of, read
from collectors.site_feed.rules import Rules, digest_of, path_of, plain_host
from collectors.site_feed.settings import SiteSettings

MAX_DOCUMENTS = 500


class _Http(HttpSession):
    """Bodies as they are: these documents are no JSON."""

    def decode(self, answer: requests.Response) -> bytes:
        return answer.content


class SiteSession:
    """One reading of a site. Only addresses on the site's own host are called."""

    def __init__(self, account: Account, report: PullReport) -> None:
        self.settings = account.own(SiteSettings)
        self.rules = Rules(self.settings)
        self.read_at = datetime.now(UTC)
        self._report = report
        self._zone = ZoneInfo(account.timezone)
        self._base = account.base_url or self.settings.site
        accepted = {"Accept": "application/xml, text/xml, application/rss+xml, application/atom+xml, */*;q=0.1"}
        self._http = _Http(self._base, (), report, headers=accepted, own_base=True)

    def documents(self) -> Iterator[Document]:
        """Every sitemap and feed, those an index names included, each once."""
        waiting = [
            urljoin(self._base.rstrip("/") + "/", path) for path in (*self.settings.sitemaps, *self.settings.feeds)
        ]
        seen: set[str] = set()
        while waiting:
            address = waiting.pop(0)
            if address in seen:
                continue
            seen.add(address)
            if len(seen) > MAX_DOCUMENTS:
                raise SourceChanged("too_large", limit=f"{MAX_DOCUMENTS} documents")
            document = read(self._http.get(address))
            if document.odd:
                self._report.drift["site_page.entry (without an address)"] += document.odd
            waiting += [self._here(one) for one in document.sitemaps]
            yield document

    def note(self, text: str) -> None:
        """Tell people something of this reading."""
        self._report.notices.append(text)

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
            "page": digest_of(entry.address), "space": self.settings.space, "listed_in": document.kind,
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
