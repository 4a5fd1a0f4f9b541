"""Downloads of Google Analytics beside the property: what speaks, what is known, and what is missing with its reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pyarrow as pa

from town.landed import staging_schema
from town.streams import streams_by_name
from transforms.staging import website
from transforms.staging.town import Town
from warehouse.registers import Space

Rows = list[dict[str, Any]]
KEY, OWN = "k" * 16, "g" * 16
SITE = Space(authority="T1", space="site", title="s", asset="website", kind="site", operated_by="authority")
TOWN = Town("T1", spaces={"site": SITE})
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)


def facts(town: Town = TOWN, **streams: Rows) -> dict[str, Rows]:
    found = {}
    for name in website.STREAMS:
        rows = [{"segment": "s", "landed_order": 1, "batch": "b", **row} for row in streams.get(name, [])]
        found[name] = pa.Table.from_pylist(rows, schema=staging_schema(streams_by_name()[name]))
    return {fact: table.to_pylist() for fact, table in website.stage(found, town).items()}


def use(place: str = "resident", **more: Any) -> dict[str, Any]:
    return {
        "period": "month", "place": place, "space_keys": [KEY, OWN], "first_day": FIRST, "last_day": LAST,
        "seen_day": date(2026, 11, 20), "users": 30, "sessions": 40, "engaged_seconds": 90.4,
    } | more  # fmt: skip


def day(number: int, place: str = "all") -> dict[str, Any]:
    its = date(2026, 10, number)
    return use(place, period="day", first_day=its, last_day=its, users=5, sessions=6, engaged_seconds=None)


def covered(found: dict[str, Rows]) -> list[tuple[str, str, str, str]]:
    return [(row["fact"], row["extent"], row["knows"], row["why"]) for row in found["coverage"]]


def test_a_month_of_one_period_is_known_whole_with_its_people() -> None:
    found = facts(ga4_listed_use=[use(), use("all", users=None)])
    told = {
        row["place"]: (row["users"], row["sessions"], row["engaged_seconds"], row["quality"]) for row in found["visit"]
    }
    assert told == {"resident": (30, 40, 90, "estimated"), "all": (None, 40, 90, "")}
    assert covered(found) == [("visit", "full", "people residents", "")]
    assert covered(facts(ga4_listed_use=[use("all")])) == [("visit", "full", "", "")], "residents are not told apart"


def test_a_month_seen_too_early_or_in_part_is_a_part() -> None:
    assert covered(facts(ga4_listed_use=[use(seen_day=date(2026, 11, 2))]))[0][1] == "part"
    assert covered(facts(ga4_listed_use=[use(last_day=date(2026, 10, 20))]))[0][1] == "part"


def test_of_days_the_people_of_a_month_are_not_known() -> None:
    days = [day(number, place) for number in range(1, 32) for place in ("all", "resident")]
    found = facts(ga4_listed_use=days)
    assert {row["period"] for row in found["visit"]} == {"day"} and len(found["visit"]) == 62
    assert covered(found) == [("visit", "full", "residents", "")]
    assert covered(facts(ga4_listed_use=days[:-2]))[0][1] == "part"


def test_pages_alone_say_nothing_of_use() -> None:
    views = {**use(), "topic": "service", "views": 330, "paths": 2}
    found = facts(
        ga4_listed_use=[use("all", users=None, sessions=None, engaged_seconds=None)], ga4_listed_views=[views]
    )
    assert found["visit"] == []
    assert [(row["metric"], row["amount"]) for row in found["platform_metric"]] == [("views_service", 330.0)]
    assert covered(found) == [("visit", "none", "", "not_in_export"), ("platform_metric", "full", "", "")]


def test_what_the_property_tells_goes_before_and_a_download_fills_the_rest() -> None:
    read = datetime(2026, 11, 20, tzinfo=UTC)
    service = {
        "space": "site", "asset": "website", "place": "resident", "cut": "", "first_day": FIRST, "last_day": LAST,
        "users": 33, "sessions": 44, "engaged_seconds": 100.0, "quality": "estimated", "read_at": read,
    }  # fmt: skip
    found = facts(ga4_month=[service], ga4_listed_use=[use(), use("all", users=70)])
    assert {row["place"]: row["users"] for row in found["visit"]} == {"resident": 33, "all": 70}


def test_the_download_that_reaches_furthest_speaks_whatever_the_order() -> None:
    rows = [use(last_day=LAST - timedelta(1), users=90), use(users=31, landed_order=2), use(users=29, landed_order=3)]
    seen = {repr(facts(ga4_listed_use=list(order))) for order in permutations(rows)}
    assert len(seen) == 1
    assert [row["users"] for row in facts(ga4_listed_use=rows)["visit"]] == [29], "of equals what landed last"
    silent = use(users=None, sessions=None, engaged_seconds=None, landed_order=4)
    assert [row["users"] for row in facts(ga4_listed_use=[*rows, silent])["visit"]] == [29], "pages take no people back"


def test_the_site_is_the_named_one_or_the_only_one() -> None:
    two = {"site": SITE, "other": SITE.model_copy(update={"space": "other"})}
    for town, space in (
        (TOWN, "site"),
        (Town("T1", spaces=two, space_of_key={KEY: "other"}), "other"),
        (Town("T1", spaces=two), "unregistered-gggggggg"),
    ):
        assert facts(town, ga4_listed_use=[use()])["visit"][0]["space"] == space
    assert facts(ga4_listed_use=[use(space="said")])["visit"][0]["space"] == "said"
