"""A town's site played: it lists its pages by sitemap (plain, compressed, by index), RSS and Atom.

`books()` says which pages there are, since when; the documents are written from the same list.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from simulator.services.server import Answer, Call, Server

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True)
class SitePage:
    """A page of the site."""

    path: str
    published: date
    modified: date | None = None
    is_news: bool = False  # in the feeds too
    language: str = "he"
    removed: date | None = None  # from this day it is listed no more


class SiteServer(Server):
    """`/sitemap.xml` names two more, one compressed; `/rss.xml` and `/atom.xml` have the news."""

    def __init__(
        self, pages: list[SitePage], *, now: datetime = datetime(2030, 1, 1, tzinfo=UTC), host: str = ""
    ) -> None:
        super().__init__()
        self.pages, self.now, self.host = pages, now, host
        self.gives_modified = True
        for path, body in (
            ("/sitemap.xml", self.index),
            ("/sitemap-1.xml", lambda: self.sitemap(0)),
            ("/sitemap-2.xml.gz", lambda: gzip.compress(self.sitemap(1), mtime=0)),
            ("/rss.xml", self.rss),
            ("/atom.xml", self.atom),
        ):
            self.route("GET", path, self._document(body))

    def _document(self, body: Callable[[], bytes]) -> Callable[[Call], Answer]:
        return lambda call: Answer(200, body(), content_type="application/xml")

    def truth(self) -> list[SitePage]:
        """The pages there are by `now`."""
        today = self.now.date()
        return [
            page for page in self.pages if page.published <= today and (page.removed is None or today < page.removed)
        ]

    def address(self, path: str) -> str:
        """A page's full address."""
        return (self.host or self.base_url) + path

    def index(self) -> bytes:
        """The sitemap of sitemaps."""
        parts = ("/sitemap-1.xml", "/sitemap-2.xml.gz")
        listed = "".join(f"<sitemap><loc>{self.address(path)}</loc></sitemap>" for path in parts)
        return f'{XML}<sitemapindex xmlns="{SITEMAP}">{listed}</sitemapindex>'.encode()

    def sitemap(self, half: int) -> bytes:
        """Every other page."""
        listed = ""
        for page in self.truth()[half::2]:
            changed = page.modified if page.modified and page.modified <= self.now.date() else page.published
            modified = f"<lastmod>{changed}</lastmod>" if self.gives_modified else ""
            listed += f"<url><loc>{escape(self.address(page.path))}</loc>{modified}</url>"
        return f'{XML}<urlset xmlns="{SITEMAP}">{listed}</urlset>'.encode()

    def rss(self) -> bytes:
        """The news, newest first."""
        items = ""
        for page in sorted((p for p in self.truth() if p.is_news), key=lambda p: p.published, reverse=True):
            said = format_datetime(
                datetime(page.published.year, page.published.month, page.published.day, 9, tzinfo=UTC)
            )
            items += (
                f"<item><title>t</title><link>{escape(self.address(page.path))}</link><pubDate>{said}</pubDate></item>"
            )
        return f'{XML}<rss version="2.0"><channel><language>he-IL</language>{items}</channel></rss>'.encode()

    def atom(self) -> bytes:
        """The news, each with its language."""
        entries = "".join(
            f'<entry><link rel="alternate" hreflang="{p.language}" href="{escape(self.address(p.path))}"/>'
            f"<published>{p.published}T09:00:00Z</published></entry>"
            for p in self.truth()
            if p.is_news
        )
        return f'{XML}<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode()
