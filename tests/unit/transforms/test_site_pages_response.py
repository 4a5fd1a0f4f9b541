"""Whether a page of the site calls for a response: as the town's paths say, else nobody can tell."""

from datetime import date

import pytest

from simulator.services.site import SitePage, SiteServer
from tests.unit.transforms.test_website_staging import TOWN, at, site_read
from transforms.staging.website import stage

PAGES = [SitePage("/s/permit", date(2026, 1, 2)), SitePage("/c/say/park", date(2026, 1, 3))]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"response_paths": ["/c/say/"]}, {"service": False, "contact": True}),
        ({"response_paths": []}, {"service": False, "contact": False}),
        ({}, {"service": None, "contact": None}),
    ],
)
def test_paths_say_which_pages_call_for_a_response(
    settings: dict[str, list[str]], expected: dict[str, bool | None]
) -> None:
    with SiteServer(PAGES, host="https://www.town.example") as server:
        landed = site_read(server, at("2026-01", 5), **settings)
    found = {row["topic"]: row["calls_for_response"] for row in stage(landed, TOWN)["publication"].to_pylist()}
    assert found == expected
    older = {**landed, "site_page": landed["site_page"].drop_columns(["calls_for_response"])}
    assert {row["calls_for_response"] for row in stage(older, TOWN)["publication"].to_pylist()} == {None}
