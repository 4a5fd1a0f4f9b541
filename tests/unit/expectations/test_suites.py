"""Suites are derived from the classes and change with them."""

import subprocess
import sys
from datetime import date
from typing import ClassVar, Literal

import pyarrow as pa
import pytest
from pydantic import Field

from expectations.frame import prepare
from expectations.from_tables import Check, as_expectations, checks_for, checks_of
from expectations.gate import check
from expectations.profile import profiles
from expectations.results import CRASHED
from expectations.rules import MONTH_OF, ROW_RULES
from expectations.suites import SuiteProblem, Suites, built_in
from tests.unit.expectations.rows import TOWN, good_table
from texts import error_texts
from warehouse.facts import FACTS, Fact
from warehouse.schemas import arrow_schema


def test_the_suite_of_attendance_is_what_a_person_would_write() -> None:
    roles = ["authority", "resident", "unknown"]
    assets = ["website", "newsletter", "facebook", "whatsapp", "zoom", "app", "phone"]
    order = [
        "authority", "month", "space", "asset", "gathering", "attendee", "person", "role", "minutes",
        "has_spoken", "has_chatted", "has_voted", "has_asked", "heard_via",
    ]  # fmt: skip

    def required(column: str) -> tuple[str, str, dict[str, object]]:
        return ("ExpectColumnValuesToNotBeNull", "empty_value", {"column": column})

    largest = 9_999_999_999_999_999  # sixteen digits still add up in the decimals of a statement

    def from_zero(column: str) -> tuple[str, str, dict[str, object]]:
        limit = {"column": column, "min_value": 0, "strict_min": False, "max_value": largest, "strict_max": False}
        return ("ExpectColumnValuesToBeBetween", "out_of_range", limit)

    lengths = {"column": "authority", "min_value": 1, "max_value": 8}
    month = {"column": "month", "regex": r"^[0-9]{4}-[0-9]{2}\Z"}
    wanted = [
        ("ExpectTableColumnsToMatchOrderedList", "wrong_columns", {"column_list": order}),
        required("authority"),
        ("ExpectColumnValueLengthsToBeBetween", "wrong_length", lengths),
        required("month"),
        ("ExpectColumnValuesToMatchRegex", "wrong_pattern", month),
        required("space"),
        required("asset"),
        ("ExpectColumnValuesToBeInSet", "not_in_list", {"column": "asset", "value_set": assets}),
        required("gathering"),
        required("attendee"),
        from_zero("person"),
        required("role"),
        ("ExpectColumnValuesToBeInSet", "not_in_list", {"column": "role", "value_set": roles}),
        required("minutes"),
        from_zero("minutes"),
        ("ExpectCompoundColumnsToBeUnique", "duplicate_grain", {"column_list": ["authority", "gathering", "attendee"]}),
    ]
    assert [(c.expectation, c.code, dict(c.arguments)) for c in checks_for("attendance")] == wanted


def test_a_column_added_to_a_class_is_checked_without_more() -> None:
    class Small(Fact):
        grain: ClassVar[tuple[str, ...]] = ("authority", "month")

    class Larger(Fact):
        grain: ClassVar[tuple[str, ...]] = ("authority", "month")
        mood: Literal["good", "bad"] | None = None
        share: float = Field(gt=0, lt=1)

    before, after = checks_of(Small), checks_of(Larger)
    new = [check for check in after if check not in before]
    assert [(c.code, c.column) for c in new] == [
        ("wrong_columns", ""), ("not_in_list", "mood"), ("empty_value", "share"), ("out_of_range", "share"),
    ]  # fmt: skip
    assert new[-1].arguments == {
        "column": "share", "min_value": 0, "strict_min": True, "max_value": 1, "strict_max": True
    }  # fmt: skip


@pytest.mark.parametrize("fact", FACTS)
def test_the_suite_is_real_expectations_one_for_each_check(fact: str) -> None:
    checks = checks_for(fact)
    suite = as_expectations(checks)
    assert [type(one).__name__ for one in suite] == [one.expectation for one in checks]
    assert [one.meta["code"] for one in suite] == [one.code for one in checks]


@pytest.mark.parametrize("fact", FACTS)
def test_every_column_that_must_hold_something_is_checked(fact: str) -> None:
    required = {check.column for check in checks_for(fact) if check.code == "empty_value"}
    assert required == {field.name for field in arrow_schema(fact) if not field.nullable}


@pytest.mark.parametrize("fact", FACTS)
def test_cells_of_another_type_are_put_aside(fact: str) -> None:
    """No expectation asks for types: the batch is brought to the declared ones, and what would not go is told."""
    rows = good_table(fact, 3)
    for name in arrow_schema(fact).names:
        other = (
            pa.array(["x"] * 3) if pa.types.is_date(rows.schema.field(name).type) else pa.array([date(2026, 10, 1)] * 3)
        )
        told = prepare(fact, rows.set_column(rows.column_names.index(name), name, other)).misfits
        assert {column: list(at) for column, at in told.items()} == {name: [0, 1, 2]}
    result = check(fact, rows.set_column(0, "authority", pa.array([7] * 3)), TOWN)
    assert result.passed.num_rows == 0 and {one.code for one in result.quarantined} == {"wrong_type"}


def test_every_reason_has_a_sentence_that_a_column_alone_fills() -> None:
    met = {check.code for fact in FACTS for check in checks_for(fact)} | {rule.code for rule in ROW_RULES} | {CRASHED}
    assert {code: set(error_texts()[code].arguments) - {"column"} for code in met} == {code: set() for code in met}


def test_every_fact_with_a_day_has_its_month_compared() -> None:
    assert set(FACTS) - set(MONTH_OF) == {"attendance", "report"}  # the two that know no day of their own


def test_a_check_speaks_of_its_column() -> None:
    assert Check("X", "empty_value", {"column": "space"}).column == "space"
    assert Check("X", "duplicate_grain", {"column_list": ["a", "b"]}).column == "a, b"


def test_importing_the_gate_does_not_import_great_expectations() -> None:
    asked = (
        "import sys, expectations.gate, expectations.from_tables; "
        "print(sorted({'great_expectations', 'pandas', 'prefect', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_measure_that_adds_nothing_up_is_refused_when_it_is_read() -> None:
    """Of a month's rows it would take one at random."""
    loose = Suites(None, {"message": {"measures": {"words": {"of": "length", "factor": 5}}}})
    with pytest.raises(SuiteProblem, match="words"):
        profiles("message", loose.of("", "message"), good_table("message", 0), "UTC")


@pytest.mark.filterwarnings("error")
def test_the_library_finds_nothing_to_warn_of_in_our_suites() -> None:
    """A condition of rows is written as text, which the library is going to refuse: it gets its own object."""
    rules = [one for name in built_in() for one in Suites().of("", name.rpartition(".")[2]).rows.values() if one.expect]
    made = as_expectations([Check(one.expect, one.code, one.arguments) for one in rules])
    conditions = [one.arguments["row_condition"] for one in rules if "row_condition" in one.arguments]
    found = [one.row_condition.pass_through_filter for one in made if getattr(one, "row_condition", None)]
    assert found == conditions and len(conditions) > 5
    (own,) = as_expectations(
        [
            Check(
                "ExpectColumnValuesToNotBeNull", "", {"column": "n", "row_condition": "a", "condition_parser": "pandas"}
            )
        ]
    )
    assert own.row_condition.pass_through_filter == "a", "as it was written before"
