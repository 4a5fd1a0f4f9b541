"""Every indicator against hand-computed cases: `<family>.<name>.yaml` beside this file, mandatory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.indicators.cases import HERE, load
from transforms import cases
from transforms.case_rows import Row
from transforms.cases import CaseError, as_table, check, compared, computed, lacking
from transforms.catalogue import Indicator, catalogue, shared_views


def all_cases() -> Iterator[Any]:
    for name in sorted(path.stem for path in HERE.glob("*.yaml")):
        try:
            for number, case in enumerate(load(name)):
                yield pytest.param(name, case, id=f"{name}-{number}-{case['name'].replace(' ', '_')}")
        except CaseError as problem:  # told by a test that fails, not by a traceback of the collection
            yield pytest.param(name, problem, id=f"{name}-unreadable")


@pytest.mark.parametrize(("indicator", "case"), list(all_cases()))
def test_case(indicator: str, case: cases.Case | CaseError) -> None:
    if isinstance(case, CaseError):
        pytest.fail(str(case), pytrace=False)
    lines = compared(catalogue()[indicator], case)
    if any(line.differs for line in lines):
        pytest.fail(f"{indicator}: {case['name']}\n\n{as_table(lines)}", pytrace=False)


@pytest.mark.parametrize("indicator", catalogue().values(), ids=lambda one: one.id)
def test_indicator_has_cases(indicator: Indicator) -> None:
    """Case files are not optional: at least two cases, one of them without anything to count."""
    try:
        loaded = load(indicator.id)
    except CaseError as problem:
        pytest.fail(str(problem), pytrace=False)
    assert lacking(loaded) == ""


def test_the_views_most_indicators_read_are_expected_somewhere() -> None:
    """A wrong figure is then found in the view it comes from, and not in thirty indicators at once."""
    readers = {view: sum(view in one.views for one in catalogue().values()) for view in shared_views()}
    expected = {view for one in catalogue() for case in load(one) for view in case.get("expect_views", {})}
    assert {view for view, count in readers.items() if count >= 5} - expected == set()


# --- what the cases are compared with can fail ------------------------------------------------------
REPLIES = catalogue()["whatsapp.resident_replies"]
CASE = load("whatsapp.resident_replies")[0]


def differing(case: cases.Case) -> set[tuple[str, str]]:
    return {(line.place, line.column) for line in compared(REPLIES, case) if line.differs}


def test_all_differences_of_a_case_are_told_at_once() -> None:
    first, second, third = CASE["expect"]
    wrong = [{**first, "value": 2.0, "quality": "inferred"}, second, {**third, "space": "s9"}]
    case = {**CASE, "expect": wrong}
    assert differing(case) == {
        ("2026-01", "value"),
        ("2026-01", "quality"),
        ("2026-01 s2", "(row)"),
        ("2026-01 s9", "(row)"),
    }
    head, *rows = as_table(compared(REPLIES, case)).splitlines()
    assert [cell.strip() for cell in head.split("|")] == ["", "place", "column", "expected", "got"]
    marked = [[cell.strip() for cell in row.split("|")] for row in rows if row.startswith("≠")]
    assert ["≠", "2026-01", "value", "2.0", "1.0"] in marked and len(marked) == 4


@pytest.mark.parametrize(
    ("rows", "differences"),
    [
        ([{"message": "b", "is_known": 1}, {"message": "e", "is_known": 1}], {("neighbour_answer 2", "(row)")}),
        ([{"message": "b", "is_known": 0}], {("neighbour_answer 1", "is_known")}),
        ([], {("neighbour_answer 1", "(row)")}),
    ],
)
def test_a_view_that_holds_something_else_is_told(rows: list[Row], differences: set[tuple[str, str]]) -> None:
    assert differing({**CASE, "expect_views": {"neighbour_answer": rows}}) == differences


def test_a_view_the_indicator_does_not_read_is_refused() -> None:
    with pytest.raises(CaseError, match="reads no view site_use; it reads covered_space, neighbour_answer"):
        compared(REPLIES, {**CASE, "expect_views": {"site_use": []}})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"message": [{"sent_at": "2026-01-05 10:00"}]},
            r"message\.sent_at is a text .* without quotes, like 2026-01-05T",
        ),
        ({"membership": [{"day": "2026-01-05"}]}, r"membership\.day is a text .* like 2026-01-05$"),
        ({"message": [{"sent": 1}]}, "sent is no column of message; did you mean sent_at"),
        ({"expect": [{"month": "2026-01", "valeu": 1}]}, "valeu is no column of a cell; did you mean value"),
        ({"mesage": []}, "mesage is no key; did you mean message"),
    ],
)
def test_what_a_case_cannot_mean_is_a_sentence(change: dict[str, Any], says: str) -> None:
    with pytest.raises(CaseError, match=says):
        check({**CASE, **change}, "x.yaml, case 'y'")


def test_a_case_sees_no_row_of_the_one_before() -> None:
    empty = load("whatsapp.resident_replies")[-1]
    alone = computed(REPLIES, empty)
    everything = {
        name: case[name] for one in catalogue() for case in load(one) for name in case if name in cases.SCHEMAS
    }
    cases.session(everything)
    assert len(cases.desk().filled) == len(cases.SCHEMAS) - 1  # days worked follow from the events
    assert computed(REPLIES, empty) == alone
