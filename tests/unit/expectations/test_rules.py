"""Rules a class cannot say: volume, freshness, links between rows, sanity of counts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from expectations.gate import GateResult, check
from expectations.volume import FEW
from tests.unit.expectations.rows import TODAY, TOWN, Row, good_row, good_rows, good_table, table


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


def test_an_empty_frame_does_not_replace_a_closed_month() -> None:
    stored = replace(TOWN, previous_rows={"2026-09": 5}, closed_months=frozenset({"2026-09"}))
    assert check("message", good_table("message", 0), stored).refused_months == {"2026-09"}


def test_a_closed_month_that_lost_more_than_a_fifth_stays_as_stored() -> None:
    rows = table("message", [*many("2026-09", 79, 0), *many("2026-10", 20, 100)])
    town = replace(TOWN, previous_rows={"2026-09": 100}, closed_months=frozenset({"2026-09"}))
    result = check("message", rows, town)
    assert [(one.code, one.month, one.rows) for one in result.refused] == [("month_shrank", "2026-09", 79)]
    assert set(result.passed["month"].to_pylist()) == {"2026-10"}
    assert result.counts() == {"received": 99, "passed": 20, "quarantined": 0, "refused": 79}


def test_a_fall_of_a_fifth_is_not_more_than_a_fifth() -> None:
    town = replace(TOWN, previous_rows={"2026-09": 100}, closed_months=frozenset({"2026-09"}))
    assert check("message", table("message", many("2026-09", 80, 0)), town).status == "passed"


def test_rows_put_aside_count_as_lost() -> None:
    rows = [row | {"length": -1} if i < 30 else row for i, row in enumerate(many("2026-09", 100, 0))]
    town = replace(TOWN, previous_rows={"2026-09": 100}, closed_months=frozenset({"2026-09"}))
    result = check("message", table("message", rows), town)
    assert result.counts() == {"received": 100, "passed": 0, "quarantined": 30, "refused": 70}


@pytest.mark.parametrize("open_month", [True, False])
def test_an_open_month_or_one_that_was_accepted_is_a_warning(open_month: bool) -> None:
    closed = frozenset() if open_month else frozenset({"2026-09"})
    town = replace(TOWN, previous_rows={"2026-09": 100}, closed_months=closed, accepted_months=closed)
    result = check("message", table("message", many("2026-09", 50, 0)), town)
    assert result.status == "warned" and noticed(result) == ["month_fell"]


def test_ten_times_more_than_stored_is_noticed() -> None:
    town = replace(TOWN, previous_rows={"2026-09": 3})
    assert "month_grew" in noticed(check("message", table("message", many("2026-09", 30, 0)), town))


@pytest.mark.parametrize(
    ("earlier", "later", "seen"), [(3, 30, True), (30, 3, True), (4, 30, False), (1, FEW - 1, False)]
)
def test_ten_times_more_or_less_than_the_month_before_is_noticed(earlier: int, later: int, seen: bool) -> None:
    rows = [*many("2026-08", earlier, 0), *many("2026-09", later, 100)]
    assert ("month_jumped" in noticed(check("message", table("message", rows), TOWN))) is seen


def test_the_month_in_progress_is_not_compared() -> None:
    rows = [*many("2026-09", 60, 0), *many("2026-10", 2, 100)]
    assert noticed(check("message", table("message", rows), TOWN)) == []


def test_members_that_jump_are_noticed_and_still_pass() -> None:
    rows = good_rows("membership", 4)
    rows[0]["members"] = 400
    result = check("membership", table("membership", rows), TOWN)
    assert noticed(result) == ["members_jumped"] and result.passed.num_rows == 4


def test_an_old_source_is_noticed() -> None:
    late = replace(TOWN, today=TODAY + timedelta(days=46))
    assert noticed(check("message", good_table("message", 3), late)) == ["stale"]
    in_time = replace(TOWN, today=TODAY + timedelta(days=45))
    assert noticed(check("message", good_table("message", 3), in_time)) == []


def test_messages_of_nobody_are_noticed() -> None:
    rows = many("2026-10", FEW, 0)
    assert noticed(check("message", table("message", rows), TOWN)) == []
    nobody = [row | {"author": None} for row in rows]
    assert noticed(check("message", table("message", nobody), TOWN)) == ["authors_unknown"]


def test_links_between_messages() -> None:
    rows = good_rows("message", 4)
    rows[1] |= {"reply_to": "message0", "root": "message0"}
    rows[2] |= {"reply_to": "gone", "root": "gone too"}
    rows[3] |= {"reply_to": "message3"}
    result = check("message", table("message", rows), TOWN)
    assert [one.codes for one in result.quarantined] == [("reply_to_itself",)]
    assert noticed(result) == ["unknown_reply", "unknown_root"]


def test_spaces_no_one_registered_yet_pass_with_a_warning() -> None:
    rows = good_rows("message", 3)
    rows[1]["space"] = "unregistered-0a1b2c3d"
    result = check("message", table("message", rows), TOWN)
    assert result.passed.num_rows == 3 and noticed(result) == ["unregistered_space"]


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
    assert noticed(check("request", table("request", [asked]), TOWN)) == ["wrong_order"]
    sent = good_row("mailing", 0) | {"recipients": 10, "delivered": 11, "unique_opens": 12, "clickers": 13}
    assert noticed(check("mailing", table("mailing", [sent]), TOWN)) == ["counts_disagree"] * 3


def test_staff_may_enter_the_end_of_a_month_in_progress() -> None:
    ahead = good_row("membership", -11)
    assert check("membership", table("membership", [ahead | {"basis": "entered"}]), TOWN).status == "passed"
    counted = table("membership", [ahead | {"basis": "api"}])
    assert check("membership", counted, TOWN).quarantined[0].code == "in_future"


def test_a_week_may_begin_in_the_month_before() -> None:
    row = good_row("platform_metric", 0) | {"period_start": TODAY.replace(month=9, day=28), "month": "2026-10"}
    assert check("platform_metric", table("platform_metric", [row | {"period": "week"}]), TOWN).status == "passed"
    assert check("platform_metric", table("platform_metric", [row]), TOWN).quarantined[0].code == "wrong_month"
