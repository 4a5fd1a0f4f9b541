"""The site's own lists of its pages: every kind of document, hostile ones, and what a page counts as."""

import gzip
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from collectors.errors import CollectorError, SourceChanged
from collectors.service import PullReport, Source, Window
from collectors.site_feed.documents import LARGEST_DOCUMENT, MAX_ENTRIES, instant_of, read
from collectors.site_feed.rules import Rules, digest_of
from collectors.site_feed.session import SiteSession
from collectors.site_feed.settings import SiteSettings
from collectors.site_feed.source import Site
from collectors.site_feed.streams import SitePages
from simulator.services.server import Answer
from simulator.services.site import SitePage, SiteServer
from tests.accounts import account_of

HOST = "https://www.town.example"
SETTINGS: dict[str, Any] = {
    "site": HOST,
    "space": "site",
    "feeds": ["rss.xml", "atom.xml"],
    "page_rules": {
        "/services/": "service",
        "/contact": "contact",
        "/plans/": "process:planning",
        "/plans/new/": "process:planning:draft",
    },
    "language_rules": {"/ar/": "ar"},
}
PAGES = [
    SitePage("/services/arnona", date(2026, 1, 5)),
    SitePage("/contact", date(2026, 2, 1), modified=date(2026, 3, 9)),
    SitePage("/plans/12", date(2026, 3, 1), is_news=True),
    SitePage("/plans/new/שכונה", date(2026, 3, 4), is_news=True, language="ru"),
    SitePage("/ar/services", date(2026, 4, 1)),
]
EVER = Window(None, datetime(2030, 1, 1, tzinfo=UTC))
ZONE = ZoneInfo("Asia/Jerusalem")


@pytest.fixture
def server() -> Iterator[SiteServer]:
    with SiteServer(list(PAGES), host=HOST) as running:
        yield running


def session_on(server: SiteServer, **changed: Any) -> SiteSession:
    return SiteSession(account_of("site", "town", {**SETTINGS, **changed}, {}, server.base_url), PullReport())


def rows(session: SiteSession) -> list[dict[str, Any]]:
    return next(iter(SitePages().pages(session, EVER))).rows.drop_columns(["read_at"]).to_pylist()


def test_it_is_a_source() -> None:
    assert Site in Source.__subclasses__() and Site.name == "site"


def test_index_plain_and_compressed_sitemaps_and_both_feeds(server: SiteServer) -> None:
    session = session_on(server)
    pages = list(SitePages().pages(session, EVER))
    found = {(row["page"], row["listed_in"]): row for row in pages[0].rows.to_pylist()}
    assert {page for page, kind in found if kind == "sitemap"} == {digest_of(HOST + p.path) for p in PAGES}
    assert {page for page, kind in found if kind == "feed"} == {digest_of(HOST + p.path) for p in PAGES if p.is_news}
    plan = found[digest_of(HOST + "/plans/new/שכונה"), "feed"]
    assert (plan["topic"], plan["process_kind"], plan["stage"]) == ("process", "planning", "draft")
    assert plan["published_at"] == datetime(2026, 3, 4, 9, tzinfo=UTC)
    assert found[digest_of(HOST + "/ar/services"), "sitemap"]["language"] == "ar"
    assert found[digest_of(HOST + "/contact"), "sitemap"]["modified_at"] == datetime(2026, 3, 8, 22, tzinfo=UTC)
    told = pages[1].rows.to_pylist()[0]
    assert (told["pages"], told["documents"]) == (5, 5)
    assert session._report.calls == 5 and not session._report.drift


def test_two_readings_are_equal(server: SiteServer) -> None:
    assert rows(session_on(server)) == rows(session_on(server))


def test_one_page_however_it_is_written() -> None:
    same = ["https://www.town.example/a%20b/", "http://town.example/a b", "https://WWW.town.example/a%20b#top"]
    assert len({digest_of(address) for address in same}) == 1
    assert digest_of("https://town.example/a?id=1") != digest_of("https://town.example/a?id=2")


def test_pages_of_other_sites_are_not_ours(server: SiteServer) -> None:
    server.sitemap = lambda half: b"<urlset><url><loc>https://other.example/x</loc></url></urlset>"  # type: ignore[method-assign]
    session = session_on(server, feeds=[], sitemaps=["sitemap-2.xml.gz"])
    server.route("GET", "/own.xml", lambda call: Answer(200, server.sitemap(0), content_type="text/xml"))
    session = session_on(server, feeds=[], sitemaps=["own.xml"])
    assert rows(session) == [] and dict(session._report.drift) == {"site_page.foreign_address": 1}


@pytest.mark.parametrize("address", ["https://other.example/s.xml", "http://127.0.0.1:1/s.xml", "file:///etc/passwd"])
def test_an_index_cannot_send_us_elsewhere(server: SiteServer, address: str) -> None:
    body = f"<sitemapindex><sitemap><loc>{address}</loc></sitemap></sitemapindex>".encode()
    server.route("GET", "/trap.xml", lambda call: Answer(200, body, content_type="text/xml"))
    with pytest.raises(SourceChanged) as raised:
        rows(session_on(server, feeds=[], sitemaps=["trap.xml"]))
    assert raised.value.code == "foreign_address" and len(server.calls) == 1


def test_an_index_that_names_itself_ends(server: SiteServer) -> None:
    body = f"<sitemapindex><sitemap><loc>{HOST}/loop.xml</loc></sitemap></sitemapindex>".encode()
    server.route("GET", "/loop.xml", lambda call: Answer(200, body, content_type="text/xml"))
    assert rows(session_on(server, feeds=[], sitemaps=["loop.xml"])) == []
    assert len(server.calls) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html><body>log in</body></html>", "not_a_feed"),
        (b"<!doctype html><title>log in</title>", "not_xml"),
        (b"", "not_xml"),
        (b"{}", "not_xml"),
        (b"<urlset><url>", "not_xml"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa">]><urlset>&a;</urlset>', "xml_forbidden"),
        (b'<!DOCTYPE x SYSTEM "http://other.example/x.dtd"><urlset/>', "xml_forbidden"),
        (gzip.compress(b"<urlset/>")[:-4], "not_xml"),
        (b"\x1f\x8bnonsense", "not_xml"),
        (gzip.compress(b" " * (LARGEST_DOCUMENT + 10), 9), "too_large"),
        (b"<urlset>" + b"<url><loc>a</loc></url>" * (MAX_ENTRIES + 1) + b"</urlset>", "too_large"),
        (b'<?xml version="1.0" encoding="martian"?><urlset/>', "not_xml"),
    ],
    ids=[
        "page",
        "doctype",
        "empty",
        "json",
        "cut",
        "entity",
        "dtd",
        "cut-gzip",
        "bad-gzip",
        "bomb",
        "many",
        "encoding",
    ],
)
def test_bad_documents_are_refused(body: bytes, code: str) -> None:
    with pytest.raises(SourceChanged) as raised:
        read(body)
    assert raised.value.code == code


@pytest.mark.parametrize("status", [404, 500, 301])
def test_failures_of_the_server(server: SiteServer, status: int) -> None:
    server.fail(9, status=status)
    session = session_on(server)
    session._http._sleep = lambda seconds: None
    with pytest.raises(CollectorError):
        rows(session)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01", datetime(2026, 2, 28, 22, tzinfo=UTC)),
        ("2026-03-01T10:00:00+02:00", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("2026-03-01T10:00:00", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("Sun, 01 Mar 2026 10:00:00 +0200", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("2026-03", None),
        ("yesterday", None),
        ("2026-13-01", None),
        ("Sun, 99 Mar 2026", None),
    ],
)
def test_dates(text: str, expected: datetime | None) -> None:
    assert instant_of(text, ZONE) == expected


def test_a_date_to_come_is_not_believed(server: SiteServer) -> None:
    server.pages.append(SitePage("/x", date(2026, 1, 1), modified=date(2029, 1, 1)))
    session = session_on(server, feeds=[])
    latest = max(row["modified_at"] for row in rows(session))
    assert latest == session.read_at


def test_news_sitemaps_say_when_and_in_which_language() -> None:
    body = (
        b'<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://town.example/a</loc><n:news>'
        b"<n:publication><n:language>iw</n:language></n:publication><n:publication_date>2026-03-01</n:publication_date>"
        b"</n:news></url></urlset>"
    )
    entry = read(body).entries[0]
    assert (entry.published, entry.language) == ("2026-03-01", "iw")
    assert Rules(SiteSettings(**{**SETTINGS, "language": "en"})).language_of("/a", "iw") == "he"


def test_doctor(server: SiteServer) -> None:
    account = account_of("site", "town", SETTINGS, {}, server.base_url)
    assert [one.state for one in Site().check(account)] == ["ok"]
    server.pages[:] = PAGES[:1]
    assert [one.what for one in Site().check(account)] == ["pages listed", "pages on contact", "pages on process"]
    server.fail(9, status=404)
    assert [one.state for one in Site().check(account)] == ["fail"]
