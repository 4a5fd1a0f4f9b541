"""Rules a class cannot say: links between rows, orders, sanity of counts."""

from datetime import timedelta

from expectations.gate import GateResult, check
from tests.unit.expectations.rows import TODAY, TOWN, Row, expected, good_row, good_rows, table


def noticed(result: GateResult) -> list[str]:
    return [one.code for one in result.warnings]


def many(month: str, count: int, start: int) -> list[Row]:
    """Messages of one month."""
    rows = []
    for i in range(start, start + count):
        row = good_row("message", i)
        at = row["sent_at"].replace(year=int(month[:4]), month=int(month[5:]), day=10)
        rows.append(row | {"sent_at": at, "month": month})
    return rows


def test_links_between_messages() -> None:
    rows = good_rows("message", 4)
    rows[1] |= {"reply_to": "message0", "root": "message0"}
    rows[2] |= {"reply_to": "gone", "root": "gone too"}
    rows[3] |= {"reply_to": "message3"}
    result = check("message", table("message", rows), TOWN)
    assert [one.codes for one in result.quarantined] == [("reply_to_itself",)]
    assert noticed(result) == [], "a parent may be deleted: counted, and nobody is called for it"
    assert {one.code for one in result.outcomes if not one.success} == {
        "reply_to_itself",
        "unknown_reply",
        "unknown_root",
    }


def test_spaces_no_one_registered_yet_pass() -> None:
    rows = good_rows("message", 3)
    rows[1]["space"] = "unregistered-0a1b2c3d"
    result = check("message", table("message", rows), TOWN)
    assert result.passed.num_rows == 3 and noticed(result) == []
    assert [one.code for one in result.outcomes if not one.success] == ["unregistered_space"]


def test_a_staff_entry_may_be_of_the_authority_as_a_whole() -> None:
    rows = [row | {"space": ""} for row in good_rows("report", 2)]
    assert check("report", table("report", rows), TOWN).status == "passed"
    rows = [row | {"space": ""} for row in good_rows("message", 2)]
    assert check("message", table("message", rows), TOWN).passed.num_rows == 0


def test_impossible_orders_and_counts() -> None:
    covered = [good_row("coverage", 0) | {"first_day": TODAY, "last_day": TODAY - timedelta(days=1)}]
    assert check("coverage", table("coverage", covered), TOWN).quarantined[0].code == "wrong_order"
    asked = good_row("request", 0)
    asked |= {"answered_at": asked["opened_at"] - timedelta(hours=1)}
    assert noticed(check("request", table("request", [asked]), expected("request"))) == ["wrong_order"]
    sent = good_row("mailing", 0) | {"recipients": 10, "delivered": 11, "unique_opens": 12, "clickers": 13}
    assert noticed(check("mailing", table("mailing", [sent]), expected("mailing"))) == ["counts_disagree"] * 3


def test_staff_may_enter_the_end_of_a_month_in_progress() -> None:
    ahead = good_row("membership", -11)
    assert check("membership", table("membership", [ahead | {"basis": "entered"}]), TOWN).status == "passed"
    counted = table("membership", [ahead | {"basis": "api"}])
    assert check("membership", counted, TOWN).quarantined[0].code == "in_future"


def test_a_week_may_begin_in_the_month_before() -> None:
    row = good_row("platform_metric", 0) | {"period_start": TODAY.replace(month=9, day=28), "month": "2026-10"}
    assert check("platform_metric", table("platform_metric", [row | {"period": "week"}]), TOWN).status == "passed"
    assert check("platform_metric", table("platform_metric", [row]), TOWN).quarantined[0].code == "wrong_month"
