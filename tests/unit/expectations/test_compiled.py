"""A kernel says that all rows keep a check only where Great Expectations says so too, whatever the rows are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations import compiled, gate
from expectations.compiled import KERNELS, holds, run_checks
from expectations.frame import as_pandas, frame_of, prepare
from expectations.from_tables import Check, checks_for
from expectations.gate import check, disputes
from expectations.gx_runner import run_suite
from expectations.rules import value_checks
from expectations.suites import FOLDER, Suites
from tests.unit.expectations.rows import expected, good_rows, table
from warehouse.facts import FACTS
from warehouse.schemas import arrow_schema

BY_TYPE: dict[str, list[Any]] = {
    "string": ["", "square", "school", "2026-10", "2026-10\n", "١٢", "a" * 300, "api", None],
    "int64": [-1, 0, 1, 7, 2**40, None],
    "double": [-1.0, 0.0, 0.5, 1.0, 7.25, 1e12, None],
    "date32[day]": [date(1999, 1, 1), date(2026, 10, 20), date(2026, 10, 21), date(2031, 1, 1), None],
    "timestamp[us, tz=UTC]": [datetime(1999, 1, 1, tzinfo=UTC), datetime(2026, 10, 20, 20, 59, tzinfo=UTC),
                              datetime(2026, 10, 20, 21, 0, tzinfo=UTC), None],
    "bool": [True, False, None],
}  # fmt: skip
"""Values of each type: good ones, limits, beside limits, and none."""


@st.composite
def drawn(draw: st.DrawFn) -> tuple[str, pa.Table]:
    """Good rows of a fact, of which some cells say something else."""
    fact = draw(st.sampled_from(sorted(FACTS)))
    rows = good_rows(fact, draw(st.integers(0, 4)))
    for _ in range(draw(st.integers(0, 3)) if rows else 0):
        field = draw(st.sampled_from(list(arrow_schema(fact))))
        draw(st.sampled_from(rows))[field.name] = draw(st.sampled_from(BY_TYPE[str(field.type)]))
    if rows and draw(st.booleans()):
        rows.append(dict(rows[0]))
    return fact, table(fact, rows)


@settings(max_examples=25, deadline=None)
@given(drawn())
def test_kernels_and_the_suite_agree_check_by_check(made: tuple[str, pa.Table]) -> None:
    fact, rows = made
    batch = prepare(fact, rows)
    checks = [*checks_for(fact), *value_checks(fact, batch.table, expected(fact))]
    for one, answer in zip(checks, run_suite(fact, as_pandas(batch), checks), strict=True):
        clean = answer.success and answer.positions is not None and not len(answer.positions)
        assert holds(batch.table, one) == clean, (one, rows.to_pylist())


@pytest.mark.parametrize("fact", sorted(FACTS))
def test_good_rows_need_no_great_expectations(fact: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("asked for good rows")

    monkeypatch.setattr(compiled, "run_suite", refuse)
    result = check(fact, table(fact, good_rows(fact, 3)), expected(fact))
    assert (result.passed.num_rows, result.status) == (3, "passed")


@pytest.mark.parametrize("fact", sorted(FACTS))
def test_what_kernels_say_is_told_as_the_suite_tells_it(fact: str) -> None:
    rows = table(fact, good_rows(fact, 3))
    by_kernels, by_suite = check(fact, rows, expected(fact)), check(fact, rows, replace(expected(fact), is_full=True))
    assert by_kernels.outcomes == by_suite.outcomes
    assert by_kernels.passed.equals(by_suite.passed)


def test_one_bad_row_brings_the_whole_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(compiled, "run_suite", lambda *given: asked.append(len(given[2])) or run_suite(*given))
    rows = good_rows("membership", 3)
    rows[1]["members"] = -1
    result = check("membership", table("membership", rows), expected("membership"))
    assert asked == [
        len(checks_for("membership")) + len(value_checks("membership", result.passed, expected("membership")))
    ]
    assert result.quarantined_rows == 1


def test_every_expectation_of_our_suites_has_a_kernel() -> None:
    """One without would bring the whole suite to every batch of its fact."""
    named = {one.expectation for fact in FACTS for one in checks_for(fact)}
    for path in sorted(FOLDER.glob("*.yaml")):
        source, _, fact = path.stem.rpartition(".")
        named |= {one.expect for one in Suites().of(source, fact).rows.values() if one.expect}
    assert named <= set(KERNELS)


PAIR = "ExpectColumnPairValuesAToBeGreaterThanB"


@pytest.mark.parametrize("ignore", [None, "either_value_is_missing", "both_values_are_missing"])
@pytest.mark.parametrize("mostly", [None, 0.5])
@pytest.mark.parametrize(
    "pairs", [[], [(2, 1)], [(1, 1)], [(1, 2)], [(None, 1)], [(1, None)], [(None, None)], [(2, 1), (1, 2)]]
)
def test_pairs(pairs: list[tuple[float | None, float | None]], ignore: str | None, mostly: float | None) -> None:
    more, less = ([float(one[at]) if one[at] is not None else None for one in pairs] for at in (0, 1))
    rows = pa.table({"more": pa.array(more, pa.float64()), "less": pa.array(less, pa.float64())})
    said: dict[str, Any] = {"column_A": "more", "column_B": "less", "or_equal": True}
    said |= {"ignore_row_if": ignore} if ignore else {}
    said |= {"mostly": mostly} if mostly else {}
    one = Check(PAIR, "rule_broken", said)
    frame = frame_of({name: rows[name].to_pandas() for name in rows.column_names}, len(pairs))
    (answer,) = run_suite("pairs", frame, [one])
    if holds(rows, one):
        assert answer.success and answer.positions is not None and not len(answer.positions)
    elif ignore == "either_value_is_missing":
        assert not answer.success or mostly


@pytest.mark.parametrize("values", [[], [0.5], [1.5], [None], [0.5, 1.5], [float("nan")]])
def test_a_condition_chooses_the_same_rows(values: list[float | None]) -> None:
    unit = ["share" if at % 2 == 0 else "count" for at in range(len(values))]
    rows = pa.table({"value": pa.array(values, pa.float64()), "unit": pa.array(unit, pa.string())})
    said = {"column": "value", "min_value": 0, "max_value": 1, "row_condition": 'unit == "share"'}
    one = Check("ExpectColumnValuesToBeBetween", "figure_impossible", said)
    frame = frame_of({"value": rows["value"].to_pandas(), "unit": rows["unit"].to_pandas()}, len(values))
    (answer,) = run_suite("figures", frame, [one])
    assert holds(rows, one) == (answer.success and answer.positions is not None and not len(answer.positions))


@pytest.mark.parametrize(
    "one",
    [
        Check("ExpectColumnValuesToBeUnique", "x", {"column": "value"}),
        Check("ExpectColumnValuesToBeBetween", "x", {"column": "no_such", "min_value": 0}),
        Check("ExpectColumnValuesToBeBetween", "x", {"column": "value", "min_value": "0"}),
        Check("ExpectColumnValuesToBeBetween", "x", {"column": "value", "min_value": 0, "catch_exceptions": True}),
        Check("ExpectColumnValuesToBeBetween", "x", {"column": "value", "min_value": 0, "row_condition": "nonsense ("}),
        Check("ExpectColumnValuesToMatchRegex", "x", {"column": "value", "regex": "("}),
    ],
)
def test_what_a_kernel_was_not_made_for_goes_to_the_suite(one: Check) -> None:
    assert not holds(pa.table({"value": [1.0, 2.0]}), one)


def test_a_suite_that_is_asked_in_full_is_asked() -> None:
    rows = pa.table({"value": [1.0]})
    one = Check("ExpectColumnValuesToNotBeNull", "empty_value", {"column": "value"})
    with pytest.raises(AttributeError, match="frame asked for"):
        run_checks("figures", rows, lambda: _no_frame(), [one], is_full=True)
    assert run_checks("figures", rows, lambda: _no_frame(), [one])[0].success


def _no_frame() -> Any:
    raise AttributeError("frame asked for")


def _breaking(one: Check, fact: str, row: dict[str, Any]) -> dict[str, Any] | None:
    """The row so that it breaks a check; None where no value of the column's type does."""
    for value in BY_TYPE[str(arrow_schema(fact).field(one.column).type)]:
        bad = {**row, one.column: value}
        batch = prepare(fact, table(fact, [bad]))
        (answer,) = run_suite(fact, as_pandas(batch), [one])
        if not answer.success:
            return bad
    return None


@pytest.mark.parametrize(
    "fact", [pytest.param(one, marks=[] if one == "membership" else pytest.mark.more) for one in sorted(FACTS)]
)
def test_a_kernel_that_is_wrong_is_found(fact: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One fault a check: its kernel says that all rows keep it, and one does not. The suite finds just that row."""
    honest, context = holds, expected(fact)
    good = good_rows(fact, 3)
    checks = [*checks_for(fact)[1:], *value_checks(fact, table(fact, good), context)]
    planted = 0
    for one in checks:
        if one.code == "duplicate_grain":
            rows = [*good, dict(good[0])]
        else:
            bad = _breaking(one, fact, good[1]) if one.severity != "info" else None
            if bad is None:
                continue
            rows = [good[0], bad, good[2]]
        planted += 1
        for module in (compiled, gate):
            monkeypatch.setattr(module, "holds", lambda rows, said, one=one: said == one or honest(rows, said))
        found = disputes(fact, table(fact, rows), context)
        assert list(found) == [f"{one.expectation} {one.column}".rstrip()], one
        assert sum(next(iter(found.values())).values()) == (2 if one.code == "duplicate_grain" else 1)
    assert planted > len(checks) / 2


def test_rows_nobody_disputes_are_not_disputed() -> None:
    for fact in FACTS:
        assert disputes(fact, table(fact, good_rows(fact, 3)), expected(fact)) == {}
