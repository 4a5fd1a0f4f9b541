"""Some rows judged beside the others of their fact, against all of them judged at once."""

from dataclasses import replace

import pyarrow as pa
import pytest

from expectations.gate import check
from expectations.results import GateContext, GateResult
from pipeline.refresh.facts import _difference
from tests.unit.expectations.rows import TOWN, good_rows
from tests.unit.expectations.test_rules import table


def parted(fact: str, rows: list[dict[str, object]], place: int, context: GateContext = TOWN) -> GateResult:
    """The gate's answer for the row at a place, the others having been let through."""
    others = table(fact, rows[:place] + rows[place + 1 :])
    return check(fact, table(fact, [rows[place]]), replace(context, kept=others))


def failing(result: GateResult) -> list[str]:
    return [one.code for one in result.outcomes if not one.success]


def test_a_message_may_answer_one_that_was_let_through_before() -> None:
    rows = good_rows("message", 3)
    rows[1] |= {"reply_to": "message0", "root": "message2"}
    assert failing(parted("message", rows, 1)) == failing(check("message", table("message", rows), TOWN)) == []
    assert failing(check("message", table("message", rows[1:2]), TOWN)) == ["unknown_reply", "unknown_root"]
    elsewhere = pa.table({"message": ["message0", "message2"]})
    assert failing(check("message", table("message", rows[1:2]), replace(TOWN, beside=elsewhere))) == []


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
