"""Pages a site lists no more: taken down, or only not seen."""

from __future__ import annotations

from datetime import date

from simulator.services.site import SitePage, SiteServer
from tests.unit.transforms.test_website_staging import TOWN, at, covered, joined, site_read
from transforms.staging.website import stage


def test_a_page_two_readings_running_do_not_list_was_taken_down() -> None:
    standing = [SitePage(f"/s/{n}", date(2025, 5, 1)) for n in range(4)]
    pages = [
        *standing,
        SitePage("/s/gone", date(2025, 5, 1), removed=date(2026, 2, 3)),
        SitePage("/s/late", date(2025, 5, 1), removed=date(2026, 3, 1)),
        SitePage("/c/news", date(2025, 5, 1), is_news=True, removed=date(2026, 2, 3)),
    ]
    reads = [at("2026-01", 20), at("2026-02", 2), at("2026-02", 10), at("2026-02", 27), at("2026-03", 5)]
    with SiteServer(pages, host="https://www.town.example") as server:
        facts = stage(site_read(server, *reads, feeds=["rss.xml"]), TOWN)
        in_feeds_alone = stage(site_read(server, *reads, feeds=["rss.xml"], sitemaps=[]), TOWN)
        whole = site_read(server, reads[0])
        server.pages = standing[:2]
        thin = stage(joined(site_read(server, at("2026-03", 12), at("2026-03", 19)), whole), TOWN)
    days = [row["removed_day"] for row in facts["publication"].to_pylist()]
    # One reading without the page taken down in March is no proof: a sitemap may be late.
    assert sorted(day for day in days if day) == [date(2026, 2, 10), date(2026, 2, 10)] and len(days) == 7
    assert all("removal" in row["knows"].split() for row in covered(facts, fact="publication"))
    assert {row["removed_day"] for row in in_feeds_alone["publication"].to_pylist()} == {None}
    assert not any("removal" in row["knows"].split() for row in covered(in_feeds_alone, fact="publication"))
    assert {row["removed_day"] for row in thin["publication"].to_pylist()} == {None}


def test_a_page_that_comes_back_was_never_taken_down() -> None:
    pages = [SitePage("/s/a", date(2025, 5, 1)), SitePage("/s/b", date(2025, 5, 1), removed=date(2026, 2, 1))]
    with SiteServer(pages, host="https://www.town.example") as server:
        away = site_read(server, at("2026-01", 20), at("2026-02", 5), at("2026-02", 15))
        server.pages = [pages[0], SitePage("/s/b", date(2025, 5, 1))]
        back = site_read(server, at("2026-02", 25))
    assert sorted(str(row["removed_day"]) for row in stage(away, TOWN)["publication"].to_pylist()) == [
        "2026-02-05",
        "None",
    ]
    assert {row["removed_day"] for row in stage(joined(away, back), TOWN)["publication"].to_pylist()} == {None}
