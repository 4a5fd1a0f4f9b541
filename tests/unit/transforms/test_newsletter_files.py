"""Campaigns of exported tables beside the service's: each once, and what an export does not say is not known."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

from tests.unit.transforms.test_newsletter_staging import TOWN, landed, pull, sent
from transforms.staging.newsletter import stage
from transforms.staging.town import Town

SPAN = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


def filed(day: int, name: str = "c1", **figures: Any) -> dict[str, Any]:
    row = sent(day, name, **figures)
    counts = {"unique_opens_all": 30, "opens_all": 50, "clickers": 9, "clicks": 12}
    return {"space_key": "k" * 16, "delivered": 95, **counts, **row}


def brief(tables: Any, town: Town = TOWN) -> list[tuple[Any, ...]]:
    names = ("campaign", "space", "delivered", "unique_opens", "unique_opens_all", "clickers", "month_clickers")
    return [tuple(row[name] for name in names) for row in stage(tables, town)["mailing"].to_pylist()]


def test_a_campaign_the_service_tells_of_counts_as_the_service_reads_it() -> None:
    service = sent(5, unique_opens_all=20, unique_opens=10, clickers=3)
    mine = ("mailchimp.main.c1", "mail", 95, 10, 20, 3, None)
    assert brief(landed(("mailchimp_campaign", [service]), ("mailchimp_listed_campaign", [filed(5)]))) == [mine]
    # An export without identifiers is known by place and minute.
    unnamed = filed(5, "kkkk.20260305T0900")
    assert brief(landed(("mailchimp_campaign", [service]), ("mailchimp_listed_campaign", [unnamed]))) == [mine]
    other = brief(landed(("mailchimp_campaign", [service]), ("mailchimp_listed_campaign", [filed(6, "c2")])))
    assert other == [mine, ("mailchimp..c2", "mail", 95, None, 30, 9, None)], "the control"


def opened(*exports: list[dict[str, Any]]) -> int | None:
    """How many opened the first campaign, of exports landed in this order."""
    found: int | None = brief(landed(*(("mailchimp_listed_campaign", rows) for rows in exports)))[0][4]
    return found


def test_the_export_that_reaches_furthest_speaks_and_of_equals_the_one_that_landed_last() -> None:
    exports = [[filed(5, unique_opens_all=count)] for count in (30, 45, 12)]
    for order in permutations(exports):
        assert opened(*order) == order[-1][0]["unique_opens_all"]
    further = [filed(5, unique_opens_all=20), filed(6, "c2")]
    assert {opened(*order) for order in permutations([*exports, further])} == {20}, "whatever the order"
    narrow = [filed(5, unique_opens_all=None), filed(6, "c2")]
    assert opened(further, narrow) == 20, "an export with fewer columns takes nothing back"


def test_people_of_a_month_are_not_known_where_an_export_tells_of_a_campaign() -> None:
    people = [{"campaign": "c1", "person": 1, "sent_at": SPAN[0]}]
    service = (("mailchimp_campaign", [sent(5, clickers=1)]), ("mailchimp_clicker", people))
    read = ("mailchimp_pull", [pull(*SPAN, stream="mailchimp_clicker")])
    assert [row[-1] for row in brief(landed(*service, read))] == [1], "the control"
    both = brief(landed(*service, read, ("mailchimp_listed_campaign", [filed(9, "c2")])))
    assert [row[-1] for row in both] == [None, None]


def test_an_export_speaks_from_its_first_campaign_to_its_last() -> None:
    rows = [filed(1, "a", month=3), filed(28, "b", month=3), filed(30, "c", month=4)]
    found = stage(landed(("mailchimp_listed_campaign", rows)), TOWN)["coverage"].to_pylist()
    told = {row["month"]: (row["extent"], row["knows"], row["basis"]) for row in found if row["fact"] == "mailing"}
    assert {row["why"] for row in found if row["fact"] == "publication"} == {"not_in_export"}
    assert told == {"2026-03": ("full", "clicks opens", "export"), "2026-04": ("full", "clicks opens", "export")}
    half = stage(landed(("mailchimp_listed_campaign", rows[:2])), TOWN)["coverage"].to_pylist()
    assert [(row["extent"], row["last_day"].day, row["quality"]) for row in half if row["fact"] == "mailing"] == [
        ("part", 28, "partial_period")
    ]


def test_a_list_is_known_by_its_registered_name_and_waits_without_one() -> None:
    row = {**filed(5), "space": None}
    assert brief(landed(("mailchimp_listed_campaign", [row])))[0][1] == "unregistered-kkkkkkkk"
    assert (
        brief(landed(("mailchimp_listed_campaign", [row])), Town("1234", space_of_key={"k" * 16: "news"}))[0][1]
        == "news"
    )
