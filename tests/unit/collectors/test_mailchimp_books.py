"""A year of Mailchimp, read every ten days while the service restates, comes to the books; so does one late reading."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from collectors.mailchimp.session import MailchimpSession
from collectors.mailchimp.source import Mailchimp
from simulator.services.mailchimp import MailchimpServer
from simulator.services.newsletter import Campaign
from tests.accounts import account_of
from tests.unit.collectors.newsletter_life import Landed, year
from transforms.staging.newsletter import stage
from transforms.staging.town import Town

TOWN = Town("1234")
FIRST = datetime(2025, 3, 1, tzinfo=UTC)
END = datetime(2026, 4, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def read() -> dict[str, Any]:
    """Facts of readings every ten days, of one reading at the end, and of another; and the books."""
    life = year()
    whole = life.campaigns[20]
    half = Campaign("half", whole.sent_at, whole.recipients[:9], kind="variate-child", parent=whole.id)
    half.clicked = [one for one in whole.clicked if one.address in half.recipients]
    whole.kind = "variate"
    life.campaigns.append(half)
    found: dict[str, Any] = {}
    with MailchimpServer(life) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(MailchimpSession, "today", lambda self: life.now)
        account = account_of(
            "mailchimp", "main", {"list": server.list_id, "space": "mail"}, {"key": server.key}, server.api_url
        )
        often = Landed(Mailchimp(), account)
        while life.now < END:
            life.now = min(life.now + timedelta(days=10), END)
            often.collect(life.now, FIRST)
        found["often"], found["calls"] = stage(often.tables, TOWN), often.report
        for name in ("late", "again"):
            one = Landed(Mailchimp(), account)
            one.collect(END, FIRST)
            found[name] = stage(one.tables, TOWN)
        found["books"] = life.truth()
    return found


def monthly(facts: dict[str, pa.Table]) -> dict[str, dict[str, int]]:
    """The staged figures as the books have them."""
    found: dict[str, dict[str, int]] = {}
    for row in facts["mailing"].to_pylist():
        month = found.setdefault(row["month"], {})
        for name in ("recipients", "delivered", "unique_opens_all", "clickers", "month_clickers"):
            month[name] = month.get(name, 0) + (row[name] or 0)
        month["campaigns"] = month.get("campaigns", 0) + 1
    for row in facts["membership"].to_pylist():
        found.setdefault(row["month"], {})["members"] = row["members"]
    return found


@pytest.mark.parametrize("reading", ["often", "late"])
def test_the_books_are_met_to_the_last_click(read: dict[str, Any], reading: str) -> None:
    truth = {
        month: {name: value for name, value in row.items() if name != "unique_opens"}
        for month, row in read["books"].items()
    }
    assert monthly(read[reading]) == truth and len(truth) >= 13
    assert sum(row.get("month_clickers", 0) for row in truth.values()) > 100


def test_opens_without_machines_are_the_books_where_the_service_tells(read: dict[str, Any]) -> None:
    rows = read["often"]["mailing"].to_pylist()
    assert sum(row["unique_opens"] is None for row in rows) == 6
    by_month = {month: [row["unique_opens"] for row in rows if row["month"] == month] for month in read["books"]}
    told = {month: sum(found) for month, found in by_month.items() if found and None not in found}
    assert len(told) > 9 and told == {month: read["books"][month]["unique_opens"] for month in told}


def test_reading_often_or_once_and_twice_is_the_same(read: dict[str, Any]) -> None:
    for fact in ("mailing", "membership", "coverage"):
        assert read["late"][fact] == read["again"][fact]
        often, late = (read[name][fact].to_pylist() for name in ("often", "late"))
        # Reading again reached back before the first day that was asked for.
        assert [row for row in often if row["month"] > "2025-03"] == [row for row in late if row["month"] > "2025-03"]


def test_every_month_is_covered_and_nothing_was_put_aside(read: dict[str, Any]) -> None:
    covered = {
        (row["fact"], row["month"]) for row in read["often"]["coverage"].to_pylist() if (row["extent"] == "full")
    }
    assert {("mailing", month) for month in read["books"] if "2025-03" < month < "2026-04"} <= covered
    assert {("membership", month) for month in read["books"] if month < "2026-04"} <= covered
    assert not read["calls"].rejected and not read["calls"].drift
