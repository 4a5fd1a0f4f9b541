"""Suites are derived from the classes and change with them."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import ClassVar, Literal

import pytest
from pydantic import Field

from expectations import volume
from expectations.from_tables import Check, as_expectations, checks_for, checks_of
from expectations.results import CRASHED
from expectations.rules import MONTH_OF, ROW_RULES
from tests.unit.expectations.rows import TOWN, good_rows, table
from texts import LANGUAGES, error, error_texts
from warehouse.facts import FACTS, Fact
from warehouse.schemas import arrow_schema


def test_the_suite_of_attendance_is_what_a_person_would_write() -> None:
    roles = ["authority", "resident", "unknown"]
    assets = ["website", "newsletter", "facebook", "whatsapp", "zoom", "app", "phone"]
    order = [
        "authority", "month", "space", "asset", "gathering", "attendee", "person", "role", "minutes",
        "has_spoken", "has_chatted", "has_voted", "has_asked", "heard_via",
    ]  # fmt: skip

    def typed(column: str, kind: str, *, required: bool = True) -> list[tuple[str, str, dict[str, object]]]:
        found: list[tuple[str, str, dict[str, object]]] = [
            ("ExpectColumnValuesToBeOfType", "wrong_type", {"column": column, "type_": kind})
        ]
        if required:
            found.append(("ExpectColumnValuesToNotBeNull", "empty_value", {"column": column}))
        return found

    def from_zero(column: str) -> tuple[str, str, dict[str, object]]:
        limit = {"column": column, "min_value": 0, "strict_min": False}
        return ("ExpectColumnValuesToBeBetween", "out_of_range", limit)

    lengths = {"column": "authority", "min_value": 1, "max_value": 8}
    month = {"column": "month", "regex": r"^[0-9]{4}-[0-9]{2}\Z"}
    wanted = [
        ("ExpectTableColumnsToMatchOrderedList", "wrong_columns", {"column_list": order}),
        *typed("authority", "str"),
        ("ExpectColumnValueLengthsToBeBetween", "wrong_length", lengths),
        *typed("month", "str"),
        ("ExpectColumnValuesToMatchRegex", "wrong_pattern", month),
        *typed("space", "str"),
        *typed("asset", "str"),
        ("ExpectColumnValuesToBeInSet", "not_in_list", {"column": "asset", "value_set": assets}),
        *typed("gathering", "str"),
        *typed("attendee", "str"),
        *typed("person", "int64", required=False),
        from_zero("person"),
        *typed("role", "str"),
        ("ExpectColumnValuesToBeInSet", "not_in_list", {"column": "role", "value_set": roles}),
        *typed("minutes", "int64"),
        from_zero("minutes"),
        *typed("has_spoken", "bool", required=False),
        *typed("has_chatted", "bool", required=False),
        *typed("has_voted", "bool", required=False),
        *typed("has_asked", "bool", required=False),
        *typed("heard_via", "str", required=False),
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
        ("wrong_columns", ""), ("wrong_type", "mood"), ("not_in_list", "mood"),
        ("wrong_type", "share"), ("empty_value", "share"), ("out_of_range", "share"),
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
def test_every_column_of_a_class_is_checked(fact: str) -> None:
    fields = FACTS[fact].model_fields
    checked = {check.column for check in checks_for(fact) if check.code == "wrong_type"}
    required = {check.column for check in checks_for(fact) if check.code == "empty_value"}
    assert checked == set(fields)
    assert required == {field.name for field in arrow_schema(fact) if not field.nullable}


def test_every_reason_has_a_sentence_that_a_column_alone_fills() -> None:
    met = {check.code for fact in FACTS for check in checks_for(fact)} | {rule.code for rule in ROW_RULES} | {CRASHED}
    assert {code: set(error_texts()[code].arguments) - {"column"} for code in met} == {code: set() for code in met}


def test_what_is_said_of_amounts_has_a_sentence_and_all_it_needs() -> None:
    town = replace(TOWN, today=date(2027, 1, 9))
    before = replace(town, previous_rows={"2026-10": 200, "2026-11": 2}, closed_months=frozenset({"2026-10"}))
    found = [one for kind in volume.against_stored({"2026-10": 3, "2026-11": 90}, before) for one in kind]
    found += [
        one
        for kind in volume.against_stored({"2026-10": 3}, replace(before, accepted_months=before.closed_months))
        for one in kind
    ]
    found += volume.between_months("message", {"2026-10": 1, "2026-11": 90}, town)
    rows = table("message", [row | {"author": None} for row in good_rows("message", volume.FEW)])
    found += [*volume.freshness("message", rows, town), *volume.all_authors_null("message", rows)]
    assert {one.code for one in found if one} == {
        "month_shrank", "month_fell", "month_grew", "month_jumped",
        "stale", "authors_unknown",
    }  # fmt: skip
    for one in found:
        assert one is not None
        said = {language: error(one.code, language, **one.arguments) for language in LANGUAGES}
        assert len(set(said.values())) == 3 and "…" not in "".join(said.values())


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
