"""Some rows judged beside the others of their fact, against all of them judged at once."""

from dataclasses import replace
from datetime import timedelta

import pyarrow as pa
import pytest

from expectations.gate import check
from expectations.results import GateContext, GateResult
from expectations.volume import FEW
from pipeline.refresh.facts import _difference
from tests.unit.expectations.rows import TODAY, TOWN, good_rows
from tests.unit.expectations.test_rules import many, noticed, table


def parted(fact: str, rows: list[dict[str, object]], place: int, context: GateContext = TOWN) -> GateResult:
    """The gate's answer for the row at a place, the others having been let through."""
    others = table(fact, rows[:place] + rows[place + 1 :])
    return check(fact, table(fact, [rows[place]]), replace(context, kept=others))


def test_a_message_may_answer_one_that_was_let_through_before() -> None:
    rows = good_rows("message", 3)
    rows[1] |= {"reply_to": "message0", "root": "message2"}
    assert noticed(parted("message", rows, 1)) == noticed(check("message", table("message", rows), TOWN)) == []
    assert noticed(check("message", table("message", rows[1:2]), TOWN)) == ["unknown_reply", "unknown_root"]
    elsewhere = pa.table({"message": ["message0", "message2"]})
    assert noticed(check("message", table("message", rows[1:2]), replace(TOWN, beside=elsewhere))) == []


@pytest.mark.parametrize(("counts", "jumped"), [((40, 400, 400), True), ((40, 41, 400), False)])
def test_a_jump_is_seen_from_the_row_before_that_was_let_through(counts: tuple[int, ...], jumped: bool) -> None:
    rows = [row | {"members": count} for row, count in zip(good_rows("membership", 3)[::-1], counts, strict=True)]
    assert ("members_jumped" in noticed(parted("membership", rows, 1))) is jumped
    before = replace(TOWN, beside=table("membership", rows[:1]))
    assert ("members_jumped" in noticed(check("membership", table("membership", rows[1:2]), before))) is jumped


def test_a_month_has_shrunk_when_all_its_rows_are_fewer() -> None:
    rows = many("2026-09", FEW, 0)
    closed = replace(TOWN, previous_rows={"2026-09": FEW}, closed_months=frozenset({"2026-09"}))
    assert parted("message", rows, 3, closed).refused == ()
    (refused,) = parted("message", rows[: FEW // 2], 3, closed).refused
    assert (refused.code, refused.rows) == ("month_shrank", 1), "the books are of the rows judged"


def test_an_old_source_is_one_whose_newest_row_of_all_is_old() -> None:
    rows, late = good_rows("message", 3), replace(TOWN, today=TODAY + timedelta(days=46))
    assert noticed(parted("message", rows, 2, late)) == ["stale"]
    assert noticed(parted("message", rows, 2, replace(late, today=TODAY + timedelta(days=45)))) == []
    assert noticed(check("message", table("message", rows), replace(late, is_newest=False))) == []


def test_a_jump_between_months_is_measured_from_months_that_are_not_judged() -> None:
    context = replace(TOWN, other_rows={"2026-08": FEW * 10, "2026-06": FEW * 10, "2026-07": 1})
    found = check("message", table("message", many("2026-09", FEW, 0)), context)
    assert [one.month for one in found.warnings if one.code == "month_jumped"] == ["2026-09"]


def test_results_of_batches_are_one_result_with_the_same_books() -> None:
    rows = good_rows("message", 4)
    rows[3] |= {"reply_to": "message3"}
    whole = check("message", table("message", rows), TOWN)
    parts = [check("message", table("message", some), TOWN) for some in (rows[:2], rows[2:])]
    merged = GateResult.merged(parts)
    assert (merged.counts(), merged.status) == (whole.counts(), whole.status)
    assert merged.outcomes == whole.outcomes


@pytest.mark.parametrize(
    ("stored", "rows", "judged"),
    [
        ("abc", "abcd", "d"),
        ("abd", "abcd", "c"),
        ("abcd", "abd", ""),
        ("", "ab", "ab"),
        ("abc", "aXc", "X"),
        ("abcde", "aXcYe", "XcY"),
        ("aab", "aabb", "bb"),
    ],
)
def test_the_rows_that_differ_are_found_with_all_of_their_key(stored: str, rows: str, judged: str) -> None:
    """`bb`: of two rows of one key neither was let through beside the other."""
    one, other = (pa.table({"key": pa.array(list(text), pa.string())}) for text in (stored, rows))
    start, end = _difference(one, other, ["key"])
    assert "".join(other["key"].to_pylist()[start:end]) == judged
