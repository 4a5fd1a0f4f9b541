"""Website staging: the played property's own books, versions of a month, zeros, withheld rows, pages of the site."""

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.ga4.session import Session
from collectors.ga4.streams import DailyUse, MonthlyUse, PageViews, Pull
from collectors.ga4_download.report import Ga4Download
from collectors.service import PullReport, Window
from collectors.site_feed.session import SiteSession
from collectors.site_feed.streams import SitePages, SitePull
from simulator.services.ga4 import KEY_EVENTS, GrpcServer, Property, life
from simulator.services.ga4_hits import HOME, Hit
from simulator.services.site import SitePage, SiteServer
from tests.accounts import account_of
from transforms.staging.site_pages import published_day
from transforms.staging.town import Town
from transforms.staging.website import SOURCE, STREAMS, stage
from warehouse.calendar import first_day, last_day, span
from warehouse.facts import FACTS
from warehouse.schemas import arrow_schema

TOWN = Town("1234")
Tables = dict[str, pa.Table]
DECLARED = {
    stream.name: stream for stream in (MonthlyUse, DailyUse, PageViews, Pull, SitePages, SitePull, *Ga4Download.streams)
}
SETTINGS: dict[str, Any] = {
    "property": "123456", "space": "site", "app_space": "app", "resident_city_ids": [HOME],
    "key_events": KEY_EVENTS, "newsletter_mediums": ["email"],
    "page_rules": {"/services/": "service", "/contact": "contact", "/planning/": "process"},
}  # fmt: skip


def nothing() -> Tables:
    return {name: DECLARED[name].schema.empty_table() for name in STREAMS}


def joined(*parts: Mapping[str, pa.Table]) -> Tables:
    return {name: pa.concat_tables([part[name] for part in parts if name in part]) for name in STREAMS}


def pulled(played: Property, since: datetime, ran: datetime, **changed: Any) -> Tables:
    """What one run of the flow lands, when the clock says `ran`."""
    played.now = ran
    found: dict[str, list[pa.Table]] = {name: [table] for name, table in nothing().items()}
    with GrpcServer(played) as server:
        session = Session(
            account_of("ga4", "a", {**SETTINGS, **changed}, {}, server.base_url), PullReport(), sleep=lambda s: None
        )
        session.read_at = ran
        for stream in (MonthlyUse, DailyUse, PageViews):
            for page in stream().pages(session, Window(since, ran)):
                found[page.stream.name].append(page.rows)
    return {name: pa.concat_tables(tables) for name, tables in found.items()}


def at(month: str, day: int) -> datetime:
    return datetime(int(month[:4]), int(month[5:]), day, 3, tzinfo=UTC)


@cache
def hits(days: int, people: int = 60) -> tuple[Hit, ...]:
    return tuple(life(date(2026, 1, 1), days, people=people))


def a_property(days: int = 31) -> Property:
    played = Property()
    played.add(hits(days))
    return played


def visits(facts: Tables, **only: Any) -> list[dict[str, Any]]:
    return [row for row in facts["visit"].to_pylist() if all(row[name] == value for name, value in only.items())]


def the_visit(facts: Tables, **only: Any) -> dict[str, Any]:
    (row,) = visits(facts, **{"space": "site", "period": "month", "event_kind": "", "place": "resident", **only})
    return row


def covered(facts: Tables, **only: Any) -> list[dict[str, Any]]:
    return [row for row in facts["coverage"].to_pylist() if all(row[name] == value for name, value in only.items())]


def test_declares_its_source() -> None:
    assert SOURCE == "website" and set(STREAMS) == set(DECLARED)


@pytest.mark.parametrize("landed", [{}, nothing()], ids=["absent", "empty"])
def test_nothing_landed_gives_empty_facts_of_the_right_shape(landed: Tables) -> None:
    facts = stage(landed, TOWN)
    assert set(facts) == {"visit", "platform_metric", "publication", "coverage"}
    for name, table in facts.items():
        assert table.num_rows == 0 and table.schema == arrow_schema(name)


@cache
def a_year() -> tuple[Property, Tables]:
    """Twelve months read as the flow reads them, each from the fourth day after it on; every other one again."""
    played = Property()
    played.add(hits(365, 24))
    parts, mark = [], at("2026-01", 1)
    for number, month in enumerate(span("2026-02", "2027-01")):
        for day in (4, 10) if number % 6 == 0 else (4,):
            parts.append(pulled(played, mark - MonthlyUse.lookback, at(month, day)))
            mark = at(month, day)
    return played, joined(*parts)


def test_a_year_is_the_property_s_own_books() -> None:
    played, landed = a_year()
    facts = stage(landed, TOWN)
    truth = played.truth()
    months = span("2026-01", "2026-12")
    assert len({key[0] for key in truth}) == 12
    monthly = {(r["month"], r["asset"], r["place"], r["event_kind"]): r for r in visits(facts, period="month")}
    daily: dict[Any, list[dict[str, Any]]] = {}
    for row in visits(facts, period="day"):
        daily.setdefault((row["month"], row["asset"], row["place"], row["event_kind"]), []).append(row)
    for key, true in truth.items():
        if key[3] == "newsletter":
            continue
        row, days = monthly[key], daily.get(key, [])
        assert row["users"] == true["users"], key
        if key[3]:
            assert row["events"] == true["events"], key
            assert key[3] == "active" or sum(d["events"] for d in days) == true["events"]
            continue
        assert (row["sessions"], row["engaged_seconds"]) == (true["sessions"], true["engaged_seconds"])
        assert sum(d["sessions"] for d in days) == true["sessions"]
        assert sum(d["engaged_seconds"] for d in days) == true["engaged_seconds"]
        assert sum(d["users"] for d in days) > row["users"], "people of days do not add up to those of a month"
    brought = {
        r["month"]: r["amount"] for r in facts["platform_metric"].to_pylist() if r["metric"] == "newsletter_users"
    }
    assert brought == {m: truth[m, "website", "all", "newsletter"]["users"] for m in months}
    for asset in ("website", "app"):
        full = covered(facts, fact="visit", asset=asset, extent="full")
        assert [row["month"] for row in full] == months and {row["quality"] for row in full} == {""}
    # Nobody at all came in January 2027: no tag, no coverage.
    assert covered(facts, fact="visit", month="2027-01") == []


def test_the_grain_holds_and_the_order_of_landing_leaves_no_trace() -> None:
    _, landed = a_year()
    straight = stage(landed, TOWN)
    for name, table in straight.items():
        keys = table.select(list(FACTS[name].grain)).to_pylist()
        assert len({tuple(row.values()) for row in keys}) == len(keys)
    chance = random.Random(1)
    mixed = {
        name: t.take(pa.array(chance.sample(range(t.num_rows), t.num_rows), pa.int64())) for name, t in landed.items()
    }
    twice = {name: pa.concat_tables([t, t]) for name, t in mixed.items()}
    for again in (stage(mixed, TOWN), stage(twice, TOWN)):
        assert all(again[name].equals(straight[name]) for name in straight)


def test_late_events_restate_a_month_until_it_is_settled() -> None:
    played = a_property()
    played.add([Hit(date(2026, 1, 31), at("2026-02", 3), 1, 10**6, "page_view")])
    early = pulled(played, at("2026-01", 1), at("2026-02", 1))
    first = stage(early, TOWN)
    settled = stage(joined(early, pulled(played, at("2026-01", 25), at("2026-02", 4))), TOWN)
    true = played.truth()["2026-01", "website", "resident", ""]
    assert the_visit(first)["sessions"] < true["sessions"] == the_visit(settled)["sessions"]
    assert [(row["extent"] == "full") for row in covered(first, fact="visit", space="site")] == [False]
    assert [(row["extent"] == "full") for row in covered(settled, fact="visit", space="site")] == [True]


@pytest.mark.parametrize("truncated", [False, True])
def test_an_emptier_answer_does_not_overwrite(truncated: bool) -> None:
    played = a_property()
    good = pulled(played, at("2026-01", 1), at("2026-02", 10))
    before = stage(good, TOWN)
    forgetful = Property(retention=timedelta(days=60) if truncated else None)
    after = stage(joined(good, pulled(forgetful, at("2026-01", 1), at("2026-08", 1))), TOWN)
    for row in visits(before):
        only = {name: row[name] for name in ("space", "period", "period_start", "place", "event_kind")}
        (kept,) = visits(after, **only)
        assert [kept[name] for name in ("users", "sessions", "engaged_seconds", "events")] == [
            row[name] for name in ("users", "sessions", "engaged_seconds", "events")
        ]
        something = any(row[name] for name in ("users", "sessions", "events"))
        assert ("suspect" in kept["quality"]) == (something and not truncated)
    of_january = [row for row in visits(after) if row["month"] == "2026-01"]
    assert len(of_january) == len([row for row in visits(before) if row["month"] == "2026-01"])
    (whole,) = covered(after, fact="visit", space="site", month="2026-01")
    assert whole["quality"] == ("" if truncated else "suspect")


def test_nobody_of_a_kind_is_a_zero_but_a_withheld_figure_is_not() -> None:
    played = Property()
    played.add(hit for hit in hits(31) if KEY_EVENTS.get(hit.event, "contact") == "contact")
    shown = stage(pulled(played, at("2026-01", 1), at("2026-02", 4)), TOWN)
    assert (the_visit(shown, event_kind="payment")["users"], the_visit(shown, event_kind="update")["events"]) == (0, 0)
    played.threshold = 1000
    hidden = stage(pulled(played, at("2026-01", 1), at("2026-02", 4)), TOWN)
    for kind in ("", "contact"):
        assert visits(hidden, place="resident", event_kind=kind) == []
    assert the_visit(hidden, event_kind="payment")["users"] == 0  # there was nobody to withhold
    assert the_visit(hidden, place="all")["users"] == the_visit(shown, place="all")["users"]
    assert [row["quality"] for row in covered(hidden, fact="visit", space="site")] == ["thresholded"]


def test_withheld_days_say_so_at_the_cell() -> None:
    played = a_property()
    played.threshold = 8
    facts = stage(pulled(played, at("2026-01", 1), at("2026-02", 4)), TOWN)
    days = visits(facts, space="site", period="day", place="resident", event_kind="")
    assert 0 < len(days) < 31 and {row["quality"] for row in days} == {"estimated thresholded"}
    assert the_visit(facts)["quality"] == "estimated"  # the month itself was large enough to be shown
    assert {row["quality"] for row in visits(facts, place="all")} == {""}


def test_a_tag_set_up_in_mid_month_and_another_clock() -> None:
    played = Property(time_zone="Europe/Warsaw")
    played.add(hit for hit in hits(31) if hit.day >= date(2026, 1, 12))
    facts = stage(pulled(played, at("2025-12", 1), at("2026-02", 4)), TOWN)
    (row,) = covered(facts, fact="visit", space="site")
    assert (row["first_day"], (row["extent"] == "full"), row["quality"]) == (date(2026, 1, 12), False, "estimated")


def test_views_by_topic() -> None:
    played = a_property()
    facts = stage(pulled(played, at("2026-01", 1), at("2026-02", 4)), TOWN)
    views = {r["metric"]: r["amount"] for r in facts["platform_metric"].to_pylist()}
    contact = sum(h.path == "/contact" and h.event == "page_view" for h in hits(31))
    assert views["views_contact"] == contact > 0
    assert {"views_service", "views_process"} <= set(views)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.booleans()), min_size=1, max_size=6), st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_reading_that_speaks_does_not_depend_on_order(versions: list[tuple[int, int, bool]], chance: Any) -> None:
    rows, pulls = [], []
    for number, (users, read, is_whole) in enumerate(versions):
        same = {
            "space": "site", "asset": "website", "place": "all", "cut": "", "first_day": date(2026, 1, 1),
            "last_day": date(2026, 1, 31 if is_whole else 9), "read_at": at("2026-02", 1 + read), "quality": "",
        }  # fmt: skip
        rows.append({**same, "users": users, "sessions": users + number, "engaged_seconds": 1.0, "events": None})
        pulls.append({**same, "report": "month", "rows": 1, "time_zone": "", "empty_reason": ""})

    def facts() -> Tables:
        tables = nothing()
        tables["ga4_month"] = pa.Table.from_pylist(rows, schema=MonthlyUse.schema)
        tables["ga4_pull"] = pa.Table.from_pylist(pulls, schema=Pull.schema)
        return stage(tables, TOWN)

    straight = facts()
    chance.shuffle(rows)
    chance.shuffle(pulls)
    assert all(table.equals(straight[name]) for name, table in facts().items())


def site_read(server: SiteServer, *days: datetime, **changed: Any) -> Tables:
    plain = {"site": "https://town.example", "space": "site", "page_rules": {"/s/": "service", "/c/": "contact"}}
    parts = [nothing()]
    for day in days:
        server.now = day
        session = SiteSession(account_of("site", "a", {**plain, **changed}, {}, server.base_url), PullReport())
        session.read_at = day
        pages = list(SitePages().pages(session, Window(None, day)))
        parts.append({page.stream.name: page.rows for page in pages})
    return joined(*parts)


def test_pages_count_for_the_month_they_appeared_in() -> None:
    pages = [
        SitePage("/s/old", date(2025, 5, 1), modified=date(2026, 3, 9)),
        SitePage("/s/new", date(2026, 2, 10)),
        SitePage("/c/newer", date(2026, 3, 20)),
        SitePage("/news/1", date(2025, 12, 3), is_news=True),
    ]
    reads = [
        at("2026-01", 20),
        at("2026-01", 30),
        at("2026-02", 27),
        at("2026-03", 2),
        at("2026-03", 30),
        at("2026-04", 3),
    ]
    with SiteServer(pages, host="https://www.town.example") as server:
        facts = stage(site_read(server, *reads, feeds=["rss.xml"]), TOWN)
        server.gives_modified = False
        undated = stage(site_read(server, *reads), TOWN)
        truth = [page for page in server.truth() if page.path.startswith(("/s/", "/c/"))]
    rows = facts["publication"].to_pylist()
    days = {(row["topic"], row["published_day"]) for row in rows}
    assert days == {
        ("service", date(2025, 5, 1)), ("service", date(2026, 2, 10)), ("contact", date(2026, 3, 20)),
        ("other", date(2025, 12, 3)),
    }  # fmt: skip
    for month in ("2026-01", "2026-02", "2026-03"):
        live = [row for row in rows if row["topic"] in ("service", "contact") and row["month"] <= month]
        added = [row for row in live if row["month"] == month]
        assert len(live) == sum(page.published <= last_day(month) for page in truth)
        assert len(added) == sum(first_day(month) <= page.published <= last_day(month) for page in truth)
    assert [(r["month"], (r["extent"] == "full")) for r in covered(facts, fact="publication")] == [
        ("2026-01", False), ("2026-02", True), ("2026-03", True), ("2026-04", False)
    ]  # fmt: skip
    # Without any date: what the first reading found was there before, the rest is from the day it was seen.
    assert sorted(row["published_day"] for row in undated["publication"].to_pylist()) == [
        date(2025, 12, 31), date(2025, 12, 31), date(2026, 2, 27), date(2026, 3, 30)
    ]  # fmt: skip


def test_a_reading_that_lists_nothing_speaks_for_nothing() -> None:
    with SiteServer([SitePage("/s/a", date(2026, 1, 1))], host="https://www.town.example") as server:
        facts = stage(site_read(server, at("2025-12", 1), at("2026-01", 5)), TOWN)
    assert [row["month"] for row in covered(facts, fact="publication")] == ["2026-01"]


def test_a_change_of_a_known_page_is_no_new_page() -> None:
    reads = [at("2026-01", 5), at("2026-02", 5)]
    assert published_day(None, at("2026-01", 3), reads[0], reads, TOWN) == date(2025, 12, 31)
    assert published_day(None, at("2025-06", 3), reads[0], reads, TOWN) == date(2025, 6, 3)
    assert published_day(None, at("2025-06", 3), reads[1], reads, TOWN) == date(2026, 2, 5)
    assert published_day(None, at("2026-01", 20), reads[1], reads, TOWN) == date(2026, 1, 20)
