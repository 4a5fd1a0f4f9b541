"""The streams of a site: its pages, and that they were read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from collectors.base import Page, Stream
from collectors.columns import FIXED, Column
from collectors.errors import SourceChanged
from collectors.kinds import boolean, count, instant, text
from collectors.service import ServiceStream, Window
from collectors.site_feed.session import SiteSession

MAX_PAGES = 500_000
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
    max_window = timedelta(days=3660)
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
            if len(rows) > MAX_PAGES:
                raise SourceChanged("too_large", limit=f"{MAX_PAGES} pages")
        space = session.settings.space
        dated = {page for (page, _), row in rows.items() if row["published_at"] or row["modified_at"]}
        if undated := len({page for page, _ in rows} - dated):
            session.note(f"{undated} pages are listed without any date: they count from when they were first seen")
        yield Page.of(SitePages, [rows[key] for key in sorted(rows)])
        told = {"space": space, "pages": len({page for page, _ in rows}), "documents": documents}
        yield Page.of(SitePull, [{**told, "read_at": session.read_at}])
