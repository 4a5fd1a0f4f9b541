"""Links to pages on municipal processes become items of the newsletter, and months without any a zero."""

from datetime import UTC, date, datetime
from typing import Any

from tests.unit.transforms.test_newsletter_staging import TOWN, landed, pull, sent
from transforms.staging.newsletter import stage

APRIL = datetime(2026, 4, 30, 22, tzinfo=UTC)
SINCE = datetime(2026, 2, 27, 22, tzinfo=UTC)


def link(day: int, campaign: str, name: str, path: str, kind: str | None = "planning", hour: int = 9) -> dict[str, Any]:
    when = datetime(2026, 3, day, hour, tzinfo=UTC)
    return {"campaign": campaign, "sent_at": when, "link": name, "path": path, "process_kind": kind}


def links_read(is_classified: bool | None = True) -> tuple[str, list[dict[str, Any]]]:
    return "mailchimp_pull", [{**pull(SINCE, APRIL, "mailchimp_link"), "is_classified": is_classified}]


def test_a_page_linked_twice_is_one_item_of_its_campaign() -> None:
    rows = [
        link(5, "c1", "l1", "/planning/12"),
        link(5, "c1", "l2", "/planning/12"),
        link(5, "c1", "l3", "/tenders/3", "tenders"),
        link(5, "c1", "l4", "/festival", None),
        link(31, "c2", "l5", "/planning/12", hour=22),
    ]
    facts = stage(
        landed(("mailchimp_campaign", [sent(5), sent(31, "c2", 22)]), ("mailchimp_link", rows), links_read()), TOWN
    )
    items = facts["publication"].to_pylist()
    assert [(one["month"], one["process_kind"], one["published_day"]) for one in items] == [
        ("2026-03", "planning", date(2026, 3, 5)),
        ("2026-03", "tenders", date(2026, 3, 5)),
        ("2026-04", "planning", date(2026, 4, 1)),  # already the next day in the town
    ]
    assert {(one["asset"], one["space"], one["topic"], one["basis"]) for one in items} == {
        ("newsletter", "mail", "process", "api")
    }
    assert {(one["stage"], one["calls_for_response"]) for one in items} == {(None, None)}


def test_combinations_of_a_campaign_share_its_items_and_the_latest_reading_speaks() -> None:
    parts = [sent(5, name, kind="variate_child", parent="c1") for name in ("a", "b")]
    first = [link(5, name, f"l{name}", "/planning/12") for name in ("c1", "a", "b")] + [link(5, "c1", "lx", "/x")]
    second = [link(5, "c1", "lx", "/x", None)]
    segments = (("mailchimp_campaign", [sent(5), *parts]), ("mailchimp_link", first), ("mailchimp_link", second))
    items = stage(landed(*segments, links_read()), TOWN)["publication"].to_pylist()
    assert [one["publication"] for one in items] == ["mailchimp.main.c1.la"]


def test_a_month_is_covered_only_where_links_were_classified() -> None:
    for is_classified, expected in ((True, ["2026-03", "2026-04"]), (False, []), (None, [])):
        facts = stage(landed(("mailchimp_campaign", [sent(5)]), links_read(is_classified)), TOWN)
        months = [row["month"] for row in facts["coverage"].to_pylist() if row["fact"] == "publication"]
        assert months == expected
