"""Months in which nobody came, and pages whose views the platform showed in part."""

from datetime import date

from simulator.services.ga4 import Property
from tests.unit.transforms.test_website_staging import TOWN, a_property, at, covered, hits, joined, pulled, the_visit
from transforms.staging.website import stage


def test_a_month_nobody_came_in_is_a_zero_once_the_property_has_counted_anybody() -> None:
    played = Property()
    played.add(hits(31))
    facts = stage(pulled(played, at("2025-12", 1), at("2026-03", 6)), TOWN)
    spoken = {row["month"]: row for row in covered(facts, fact="visit", space="site")}
    # December is from before the first data; March has six days, in which nobody may have come yet.
    assert sorted(spoken) == ["2026-01", "2026-02"]
    empty = the_visit(facts, month="2026-02", place="all")
    assert (empty["users"], empty["sessions"], empty["engaged_seconds"]) == (0, 0, 0)
    assert the_visit(facts, month="2026-02")["users"] == 0  # and no resident among nobody
    february = spoken["2026-02"]
    assert (february["first_day"], february["last_day"], (february["extent"] == "full")) == (
        date(2026, 2, 1),
        date(2026, 2, 28),
        True,
    )
    assert "suspect" in february["quality"].split() and spoken["2026-01"]["quality"] == ""


def test_a_property_that_never_counted_anybody_speaks_for_no_month() -> None:
    facts = stage(pulled(Property(), at("2026-01", 1), at("2026-03", 6)), TOWN)
    assert covered(facts) == [] and facts["visit"].num_rows == 0


def test_a_month_the_platform_no_longer_keeps_is_no_zero() -> None:
    played = a_property()
    kept = pulled(played, at("2026-01", 1), at("2026-02", 6))
    forgot = pulled(Property(retention=None), at("2026-02", 1), at("2026-03", 6))
    gone = Property()
    gone.retention = at("2026-08", 1) - at("2026-07", 1)
    late = pulled(gone, at("2026-02", 1), at("2026-08", 1))
    months = {row["month"] for row in covered(stage(joined(kept, late), TOWN), fact="visit", space="site")}
    assert "2026-02" not in months
    months = {row["month"] for row in covered(stage(joined(kept, forgot), TOWN), fact="visit", space="site")}
    assert "2026-02" in months


def test_views_of_pages_say_what_they_suffer_from() -> None:
    played = a_property()
    whole = stage(pulled(played, at("2026-01", 1), at("2026-02", 6)), TOWN)
    (row,) = covered(whole, fact="platform_metric", month="2026-01")
    assert (row["asset"], row["space"], row["quality"], (row["extent"] == "full")) == ("website", "site", "", True)
    played.max_paths, played.is_sampled = 2, True
    part = stage(pulled(played, at("2026-01", 1), at("2026-02", 6)), TOWN)
    (row,) = covered(part, fact="platform_metric", month="2026-01")
    assert row["quality"] == "other_row sampled"
