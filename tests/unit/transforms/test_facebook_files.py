"""Exports of Meta Business Suite beside the page's service: a post counts once, and no message comes of a count."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any

import pyarrow as pa

from collectors.meta_suite.suite import MetaSuite
from town.landed import staging_schema
from town.streams import streams_by_name
from transforms.staging import facebook_page
from transforms.staging.town import Town
from warehouse.registers import Space

Rows = list[dict[str, Any]]
KEY = "k" * 16
READ = datetime(2026, 11, 10, tzinfo=UTC)
PAGE = Space(authority="T1", space="page", title="p", asset="facebook", kind="page", operated_by="authority")
GROUP = PAGE.model_copy(update={"space": "group", "kind": "group"})
TOWN = Town("T1", spaces={"page": PAGE, "group": GROUP}, space_of_key={KEY: "page"})


def facts(town: Town = TOWN, **streams: Rows) -> dict[str, Rows]:
    found = {}
    for name in facebook_page.STREAMS:
        schema = staging_schema(streams_by_name()[name])
        rows = [{"segment": "s", "landed_order": 1, "batch": "b", **row} for row in streams.get(name, [])]
        found[name] = pa.Table.from_pylist(rows, schema=schema)
    return {fact: table.to_pylist() for fact, table in facebook_page.stage(found, town).items()}


def listed(name: str, day: int, **more: Any) -> dict[str, Any]:
    return {
        "post_id": name, "space_key": KEY, "created_at": datetime(2026, 10, day, 9, tzinfo=UTC), "language": "he",
        "is_process": day % 2 == 1, "is_classified": True, "is_call": None, "reactions": 10, "comments": 3, "shares": 1,
    } | more  # fmt: skip


def pulled(name: str, day: int) -> dict[str, Any]:
    return {
        "post_id": name, "created_at": datetime(2026, 10, day, 9, tzinfo=UTC), "page_id": "1", "space": "page",
        "read_at": READ, "is_page": True, "is_published": True, "language": "he", "length": 4, "reactions": 7,
    }  # fmt: skip


def comment(name: str, post: str) -> dict[str, Any]:
    return {
        "comment_id": name, "post_id": post, "created_at": datetime(2026, 10, 20, tzinfo=UTC), "page_id": "1",
        "space": "page", "read_at": READ, "author": 5, "is_page": False, "is_hidden": False, "length": 2,
    }  # fmt: skip


def amounts(found: dict[str, Rows]) -> dict[str, tuple[float, str]]:
    return {row["metric"]: (row["amount"], row["basis"]) for row in found["platform_metric"]}


def test_a_post_of_both_is_the_service_s_and_its_comments_are_not_counted_twice() -> None:
    service: dict[str, Any] = {
        "facebook_post": [pulled("1_a", 5)],
        "facebook_comment": [comment("c", "1_a"), comment("d", "1_b")],
    }
    assert amounts(facts(**service)) == {"posts": (1, "api"), "reactions": (7, "api"), "comments": (2, "api")}
    found = facts(**service, meta_listed_post=[listed("1_a", 5), listed("1_b", 6)])
    assert amounts(found) == {"posts": (2, "api"), "reactions": (17, "api"), "comments": (4, "api")}
    told = {row["publication"]: (row["basis"], row["topic"]) for row in found["publication"]}
    assert told == {"fb-1_a": ("api", "other"), "fb-1_b": ("export", "other")}


def test_counts_alone_are_no_messages_and_say_so() -> None:
    rows = [listed("1_a", 1), listed("1_b", 14), listed("1_c", 31)]
    found = facts(meta_listed_post=rows)
    assert found["message"] == []
    assert amounts(found) == {"posts": (3, "export"), "reactions": (30, "export"), "comments": (9, "export")}
    told = {row["fact"]: (row["extent"], row["knows"], row["why"], row["quality"]) for row in found["coverage"]}
    assert told == {
        "publication": ("full", "language process", "", ""),
        "platform_metric": ("full", "", "", "estimated"),
        "message": ("none", "", "not_in_export", ""),
    }
    half = facts(meta_listed_post=rows[:2])["coverage"]
    assert {row["extent"] for row in half} == {"part", "none"}, "nobody knows what came after the last post"


def test_the_export_that_reaches_furthest_tells_of_a_post_and_of_equals_the_one_that_landed_last() -> None:
    further = listed("1_b", 9, segment="s30", landed_order=1, reactions=0)
    rows = [
        listed("1_a", 5, reactions=count, segment=f"s{count}", landed_order=turn)
        for turn, count in enumerate((30, 40, 20), start=1)
    ]
    for told, expected in ((rows, 20), ([*rows, further], 30)):
        seen = {repr(facts(meta_listed_post=list(order))) for order in permutations(told)}
        assert len(seen) == 1, "the order of rows says nothing"
        assert amounts(facts(meta_listed_post=told))["reactions"] == (expected, "export")


def test_results_name_no_page_and_are_the_only_one_s() -> None:
    days: Rows = [
        {
            "metric": "visits",
            "day": date(2026, 10, day),
            "space_key": "x" * 16,
            "amount": float(amount),
            "segment": segment,
        }
        for day, amount, segment in ((1, 5, "a"), (2, 6, "a"), (1, 9, "b"))
    ]
    found = facts(meta_listed_result=days)
    told = {(row["space"], row["period_start"].day): row["amount"] for row in found["platform_metric"]}
    assert told == {("page", 1): 5.0, ("page", 2): 6.0}, "of an overlap the export that reaches furthest tells"
    assert found["coverage"] == [], "no indicator is heard by them"
    two = Town("T1", spaces={"page": PAGE, "other": PAGE.model_copy(update={"space": "other"})})
    assert {row["space"] for row in facts(two, meta_listed_result=days)["platform_metric"]} == {"unregistered-xxxxxxxx"}


def test_the_streams_are_the_format_s() -> None:
    assert {stream.name for stream in MetaSuite.streams} <= set(facebook_page.STREAMS)
