"""A town with files alone: the same life collected from its services, and imported from reports downloaded by hand.

Every figure is the same but for those an export cannot know; these are missing, and say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.files import files_under, import_file
from simulator.channels.exports import write_exports, write_sections
from simulator.channels.facebook_page import PAGE, PAGE_NAME
from simulator.channels.files import write_bare_town
from simulator.channels.life import Life, make_life
from simulator.channels.mailing_list import ZONE
from simulator.channels.served import Served
from simulator.truth_pages import Place
from tests.e2e.channel_towns import collect_all, opened, readings, refreshed
from tests.e2e.test_books import TOLERANCE, Cell, table
from town.config import load
from town.store import TownStore, open_store
from warehouse.keys import new_key_file

pytestmark = pytest.mark.more

SAME = {
    "website.resident_users", "website.resident_sessions", "website.resident_minutes", "zoom.public_meetings",
    "zoom.attendees", "facebook.process_posts", "ethics.virtual_initiatives",
}  # fmt: skip
"""What exports tell as the services do."""

OTHERWISE = {
    "newsletter.open_rate": "the export does not tell machines' opens apart",
    "newsletter.clickers": "the export has people of a campaign, not of the month",
    "assets.communication_level": "of nobody the export tells that she wrote or was answered",
    "policy.resident_use": "the share of those who use each asset rests on the figures above",
}
"""What exports tell in another way, and why; the figure is flagged, is of another formula, or of fewer parts."""

UNKNOWN = {
    "website.active_service_users": "not_known:key_events",
    "website.process_publications": "not_told:website",  # the site's own map is read from the site
    "website.service_pages": "not_told:website",
    "app.residents": "no_source:app",
    "website.event_arrivals": "not_known:heard_via",
    "newsletter.event_arrivals": "not_known:heard_via",
    "newsletter.site_and_mail_arrivals": "not_known:heard_via",
    "newsletter.responses": "not_known:replies",
    "newsletter.subscribers": "not_told:newsletter",
    "newsletter.process_items": "not_in_export:newsletter",
    "facebook.resident_comments": "not_in_export:facebook",
    "facebook.resident_replies": "not_in_export:facebook",
    "facebook.answers": "not_in_export:facebook",
    "facebook.follower_share": "not_told:facebook",
    "facebook.engagement_rate": "no_members",  # until staff enters how many follow
    "zoom.participation": "not_known:acts",
    "zoom.staff_in_resident_meetings": "not_in_export:zoom",
    "assets.renewal": "not_in_export:any",
    "assets.answered_in_time": "not_in_export:facebook",
    "policy.residents_in_contact": "not_told:any",
    "policy.resilience_use": "not_covered:any",
    "societies.language_investment": "not_covered:website",  # the page alone is no zero of the site
}
"""What no export knows, and the reasons of its absence."""


@pytest.fixture(scope="module")
def life() -> Life:
    return make_life(7, 2, 70)


@pytest.fixture(scope="module")
def by_services(life: Life, tmp_path_factory: pytest.TempPathFactory) -> Mapping[Place, Cell]:
    folder = tmp_path_factory.mktemp("services")
    eve, *_, last = readings(life)
    with Served(life, is_travelling=True) as served:
        store = opened(folder, life, served)
        for _ in collect_all(store, served, [eve, *readings(life)[2::2], last]):
            pass
    refreshed(store, last)
    return _months(life, folder)


@pytest.fixture(scope="module")
def file_town(life: Life, tmp_path_factory: pytest.TempPathFactory) -> TownStore:
    folder = tmp_path_factory.mktemp("files")
    last = readings(life)[-1]
    write_bare_town(folder, life)
    write_sections(folder)
    write_exports(folder, life, last)
    new_key_file(folder / "keys" / "root.key")
    store = open_store(load(folder / "kehila.toml"), today=last.date())
    for path in files_under([folder / "files"]):
        report = import_file(store, path)
        assert report.status == "read", (path.name, report.status, report.code, report.rejected)
    assert refreshed(store, last).quarantined == 0
    return store


@pytest.fixture(scope="module")
def by_files(life: Life, file_town: TownStore) -> Mapping[Place, Cell]:
    return _months(life, file_town.config.base)


def _months(life: Life, folder: Path) -> dict[Place, Cell]:
    return {place: cell for place, cell in table(folder / "warehouse.db").items() if place[1] in life.span.months}


def _is_near(one: float, other: float) -> bool:
    return abs(one - other) <= TOLERANCE * max(1.0, abs(one))


def test_what_files_tell_is_what_services_tell(
    by_services: Mapping[Place, Cell], by_files: Mapping[Place, Cell]
) -> None:
    told = {place for place, cell in by_files.items() if cell.value is not None and place[0] not in OTHERWISE}
    differ = [
        f"{place}: {by_files[place].value} for {by_services[place].value if place in by_services else None}"
        for place in sorted(told)
        if place not in by_services
        or by_services[place].value is None
        or not _is_near(by_files[place].value or 0, by_services[place].value or 0)
    ]
    assert differ == [], "\n".join(differ)
    assert {place[0] for place in told if not place[2] and not place[3]} >= SAME


def test_what_services_tell_is_told_by_files_or_missing_with_its_reason(
    by_services: Mapping[Place, Cell], by_files: Mapping[Place, Cell]
) -> None:
    wholes = [place for place, cell in by_services.items() if cell.value is not None and not place[2] and not place[3]]
    missing = {place: by_files[place] for place in wholes if by_files[place].value is None}
    found = {(place[0], cell.reason) for place, cell in missing.items()}
    assert found == set(UNKNOWN.items()), sorted(found ^ set(UNKNOWN.items()))
    assert {cell.status for cell in missing.values()} == {"missing"}


def test_what_is_told_otherwise_says_so(
    life: Life, by_services: Mapping[Place, Cell], by_files: Mapping[Place, Cell]
) -> None:
    for month in life.span.months:
        opened_rate, machines = (("newsletter.open_rate", month, "", part) for part in ("", "with_machine_opens"))
        assert _is_near(by_files[machines].value or 0, by_services[machines].value or 0)
        assert by_files[opened_rate].value == by_files[machines].value
        assert "machine_opens_included" in by_files[opened_rate].flags
        clickers = ("newsletter.clickers", month, "", "")
        assert 0 < (by_files[clickers].value or 0) <= (by_services[clickers].value or 0)
        assert "estimated" in by_files[clickers].flags


def test_a_month_no_export_reaches_beyond_is_a_part(life: Life, by_files: Mapping[Place, Cell]) -> None:
    first, last = life.span.months[0], life.span.months[-1]
    assert by_files["zoom.public_meetings", last, "", ""].status == "final", "the list's name says its days"
    assert by_files["newsletter.clickers", last, "", ""].status == "provisional", "nobody knows what was sent after"
    assert first != last


def test_counts_of_posts_and_staff_s_count_of_followers_give_engagement(life: Life, file_town: TownStore) -> None:
    """By interactions: posts, comments and reactions of the month's own posts / (posts x followers)."""
    last, month = readings(life)[-1], life.span.months[0]
    workbook = file_town.config.base / "followers.xlsx"
    place = {"space": PAGE, "title": "p", "asset": "facebook", "kind": "page", "operated_by": "authority"}
    entries: dict[str, list[dict[str, object]]] = {
        "spaces": [{**place, "names": PAGE_NAME}],
        "members": [{"month": month, "space": PAGE, "members": 400}],
    }
    write_staff_workbook(workbook, months=[month], entries=entries, authority=file_town.authority.code)
    report = import_file(file_town, workbook)
    assert report.status == "read", report.rejected
    refreshed(file_town, last)
    posts = [one for one in life.page.posts if one.author is None and f"{one.created.astimezone(ZONE):%Y-%m}" == month]
    reactions = sum(sum(one.reactions.values()) for one in posts)
    mine = {one.id for one in posts}
    comments = sum(one.post in mine and not one.is_hidden and one.created <= last for one in life.page.comments)
    cell = table(file_town.config.base / "warehouse.db")["facebook.engagement_rate", month, "", "by_interactions"]
    assert _is_near(cell.value or 0, (len(posts) + comments + reactions) / (len(posts) * 400))
    assert "estimated" in cell.flags
