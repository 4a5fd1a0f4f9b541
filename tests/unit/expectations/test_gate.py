"""What the gate catches, fact by fact: only the bad rows are put aside, and the books balance."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.from_tables import checks_for
from expectations.gate import GateResult, check
from tests.unit.expectations.rows import TOWN, Row, expected, good_row, good_rows, good_table, table
from warehouse.facts import FACTS
from warehouse.schemas import arrow_schema


def balanced(result: GateResult) -> bool:
    counts = result.counts()
    return bool(counts["received"] == counts["passed"] + counts["quarantined"] + counts["refused"])


def spoilt(fact: str) -> list[tuple[str, str, Any]]:
    """One fault for each derived check that a single cell can break: (reason, column, bad value)."""
    faults: list[tuple[str, str, Any]] = []
    for one in checks_for(fact):
        bad: dict[str, Any] = {"empty_value": None, "not_in_list": "nonesuch", "wrong_length": "123456789"}
        if one.code == "out_of_range":
            bad["out_of_range"] = one.arguments["min_value"] - 1
        if one.code == "wrong_pattern":
            bad["wrong_pattern"] = "2026-10\n" if one.column == "month" else "nonesuch"
        if one.code in bad:
            faults.append((one.code, one.column, bad[one.code]))
    faults += [
        ("wrong_authority", "authority", "9999"),
        ("impossible_month", "month", "2026-13"),
        ("in_future", "month", "2031-01"),
    ]
    if "space" in FACTS[fact].model_fields:
        faults.append(("unknown_space", "space", "elsewhere"))
    if fact not in ("attendance", "report"):
        faults.append(("wrong_month", "month", "2020-02"))
    if fact == "survey_response":
        faults.append(("unknown_item", "item", "item_99"))
    return faults


@pytest.mark.parametrize("fact", FACTS)
def test_good_rows_pass_whole(fact: str) -> None:
    given_rows = good_table(fact, 12)
    result = check(fact, given_rows, TOWN)
    assert (result.status, result.warnings, result.quarantined) == ("passed", (), ())
    assert result.passed.schema == arrow_schema(fact)
    assert result.passed.to_pylist() == given_rows.to_pylist()
    assert all(one.success for one in result.outcomes)


@pytest.mark.parametrize("fact", FACTS)
def test_every_fault_is_caught_and_only_bad_rows_are_put_aside(fact: str) -> None:
    faults = spoilt(fact)
    rows = good_rows(fact, len(faults) + 6)
    for i, (_, column, value) in enumerate(faults):
        rows[i][column] = value
    twice = len(faults) + 2
    for name in FACTS[fact].grain:
        rows[twice][name] = rows[twice + 1][name]
    if "day" in rows[0] or fact == "report":
        rows[twice]["month"] = rows[twice + 1]["month"]
    result = check(fact, table(fact, rows), TOWN)
    good = [row for i, row in enumerate(rows) if i >= len(faults) and i not in (twice, twice + 1)]
    assert result.passed.to_pylist() == good
    for (code, column, _), aside in zip(faults, result.quarantined, strict=False):
        assert code in aside.codes, (fact, column, aside)
    assert [one.code for one in result.quarantined[-2:]] == ["duplicate_grain"] * 2
    assert balanced(result) and result.status == "quarantined"


@pytest.mark.parametrize("fact", ["message", "mailing", "gathering", "request", "publication", "visit", "membership"])
def test_a_day_or_instant_in_the_future_is_put_aside(fact: str) -> None:
    late = good_row(fact, -8)  # eight days after today, in the same month
    result = check(fact, table(fact, [*good_rows(fact, 3), late]), TOWN)
    assert [one.codes for one in result.quarantined] == [("in_future",)]
    assert result.passed.num_rows == 3


def test_an_evening_utc_belongs_to_the_local_month_and_today_ends_at_local_midnight() -> None:
    rows = good_rows("message", 2)
    at = rows[0]["sent_at"]
    rows[0] |= {"sent_at": at.replace(month=9, day=30, hour=21, minute=30), "month": "2026-10"}
    rows[1] |= {"sent_at": at.replace(month=10, day=20, hour=20, minute=59), "month": "2026-10"}
    assert check("message", table("message", rows), TOWN).status == "passed"
    rows[1]["sent_at"] = at.replace(month=10, day=20, hour=21)
    assert [one.codes for one in check("message", table("message", rows), TOWN).quarantined] == [("in_future",)]


@pytest.mark.parametrize("fact", ["message", "report"])
@pytest.mark.parametrize("change", ["extra", "missing", "order"])
def test_other_columns_than_declared_refuse_the_batch(fact: str, change: str) -> None:
    rows = good_table(fact, 4)
    names = rows.column_names
    changed = {
        "extra": rows.append_column("body", pa.array(["x"] * 4)),
        "missing": rows.drop_columns([names[-1]]),
        "order": rows.select([*names[1:], names[0]]),
    }[change]
    result = check(fact, changed, TOWN)
    assert [one.code for one in result.refused] == ["wrong_columns"]
    assert result.refused_months == {""} and result.passed.num_rows == 0 and balanced(result)


def test_a_column_of_nothing_does_not_pass() -> None:
    for column in ("message", "sent_at", "length"):
        rows = [row | {column: None} for row in good_rows("message", 5)]
        result = check("message", table("message", rows), TOWN)
        assert result.passed.num_rows == 0 and {one.code for one in result.quarantined} == {"empty_value"}


def test_rows_that_all_say_nothing_do_not_pass() -> None:
    empty = dict.fromkeys(("users", "sessions", "engaged_seconds", "events"))
    rows = [row | empty for row in good_rows("visit", 3)]
    result = check("visit", table("visit", rows), expected("visit"))
    assert result.passed.num_rows == 0 and {one.code for one in result.quarantined} == {"says_nothing"}


@pytest.mark.parametrize(
    ("column", "kind", "values", "bad"),
    [
        ("length", pa.string(), ["4", "four", "4"], {0, 1, 2}),
        ("length", pa.float64(), [4.0, 4.5, 4.0], {1}),
        ("author", pa.float64(), [1.0, 2.5, None], {1}),
        ("sent_at", pa.string(), ["2026-10-20"] * 3, {0, 1, 2}),
        ("sent_at", pa.timestamp("us"), [0, 0, 0], {0, 1, 2}),
        ("topic", pa.int64(), [None, 7, None], {1}),
        ("length", pa.uint64(), [4, 2**63 + 1, 4], {1}),
        ("author_role", pa.null(), [None, None, None], {0, 1, 2}),
        ("is_question", pa.int64(), [0, 1, 0], {0, 1, 2}),
    ],
)
def test_values_of_another_type_are_put_aside_and_nothing_crashes(
    column: str, kind: pa.DataType, values: list[Any], bad: set[int]
) -> None:
    rows: list[Row] = good_rows("message", 3)
    for row, value in zip(rows, values, strict=True):
        row[column] = value
    result = check("message", table("message", rows, {column: kind}), TOWN)
    assert not result.crashed and balanced(result)
    assert {row["message"] for row in result.passed.to_pylist()} == {f"message{i}" for i in {0, 1, 2} - bad}
    assert {one.code for one in result.quarantined} <= {"wrong_type", "empty_value"}


def test_numbers_that_are_not_finite_are_put_aside() -> None:
    rows = good_rows("platform_metric", 4)
    for row, amount in zip(rows, (1.0, float("nan"), float("inf"), float("-inf")), strict=True):
        row["amount"] = amount
    assert check("platform_metric", table("platform_metric", rows), TOWN).passed.num_rows == 1


def test_ordinals_stay_whole_beside_gaps() -> None:
    rows = good_rows("message", 3)
    rows[0]["author"], rows[1]["author"] = 2**53 + 1, None
    passed = check("message", table("message", rows), TOWN).passed
    assert passed["author"].to_pylist() == [2**53 + 1, None, 2]


def test_narrower_types_and_dictionaries_are_the_same_values() -> None:
    rows = good_table("message", 3)
    place = rows.column_names.index("asset")
    coded = rows.set_column(place, "asset", rows["asset"].combine_chunks().dictionary_encode())
    coded = coded.set_column(coded.column_names.index("length"), "length", coded["length"].cast(pa.int16()))
    result = check("message", coded, TOWN)
    assert result.status == "passed" and result.passed.equals(rows.cast(arrow_schema("message")))


def test_a_flood_of_bad_rows_is_counted_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expectations.failed_rows.NAMED_ROWS", 10)
    rows = [row | {"length": -1} for row in good_rows("message", 30)]
    result = check("message", table("message", rows), TOWN)
    rest = {one.month: one.rows for one in result.quarantined[10:]}
    assert rest == {"2026-09": 10, "2026-10": 10} and balanced(result), "each month knows how many it lacks"


def test_a_refused_crash_says_nothing_of_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    from expectations import gate
    from expectations.from_tables import Check

    broken = Check("ExpectColumnValuesToBeBetween", "out_of_range", {"column": "message", "min_value": 3})
    monkeypatch.setattr(gate, "value_checks", lambda *_: [broken])
    result = check("message", good_table("message", 3), TOWN)
    assert result.status == "crashed" and result.crashed
    assert [one.code for one in result.refused] == ["check_crashed"] and not result.quarantined
    assert [one.code for one in result.outcomes if one.crashed] == ["check_crashed"] and balanced(result)


def test_a_row_rule_that_breaks_is_our_error_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from expectations import rules

    broken = rules.RowRule("wrong_order", frozenset({"message"}), "length", "cast(message as integer) > 0")
    monkeypatch.setattr(rules, "ROW_RULES", (broken,))
    result = check("message", good_table("message", 3), TOWN)
    assert result.status == "crashed" and result.passed.num_rows == 0


def test_an_expectation_that_does_not_come_back_did_not_run() -> None:
    from expectations.gx_runner import _finding

    assert _finding("message", checks_for("message")[3], None).crashed


CELLS = st.fixed_dictionaries(
    {},
    optional={
        "respondent": st.one_of(st.none(), st.integers(-2, 3)),
        "score": st.one_of(st.none(), st.integers(-1, 7)),
        "weight": st.one_of(st.none(), st.floats()),
        "authority": st.one_of(st.none(), st.sampled_from(["0070", "", "1"])),
        "month": st.one_of(st.none(), st.text(max_size=8)),
        "item": st.one_of(st.none(), st.sampled_from(["item_1", "item_2"])),
    },
)


@settings(max_examples=8, deadline=None)
@given(st.lists(CELLS, max_size=12))
def test_the_books_balance_whatever_comes(cells: list[Row]) -> None:
    rows = [good_row("survey_response", i) | cell for i, cell in enumerate(cells)]
    given_rows = table("survey_response", rows)
    result = check("survey_response", given_rows, TOWN)
    assert balanced(result) and not result.crashed
    assert all(row in rows for row in result.passed.to_pylist())
    again = check("survey_response", result.passed, TOWN)
    assert again.status == "passed"  # what passed once passes again
