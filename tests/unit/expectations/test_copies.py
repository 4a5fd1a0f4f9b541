"""A month that says what another said is doubted, whatever its ids and their order; months that are only alike are not."""

from datetime import date
from typing import Any

import pytest

from expectations.copies import SAME, in_common, sketch_of
from expectations.months import MonthsContext, check_months
from expectations.profile import profiles
from expectations.suites import Suites
from tests.unit.expectations.rows import good_row as a_row
from tests.unit.expectations.rows import table
from warehouse.facts import FACTS

SUITES = {fact: Suites().of("", fact) for fact in FACTS}


def found(fact: str, rows: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Month, thing and the other month of each copy, by the rules months are judged by."""
    taken = profiles(fact, SUITES[fact], table(fact, rows), "Asia/Jerusalem")
    places = {(fact, month): one for month, one in taken.items()}
    context = MonthsContext(SUITES, places, {}, frozenset(), frozenset(), date(2026, 12, 1), frozenset())
    copied = [one for _, one in check_months(places, context).found if one.code == "month_copied"]
    return sorted((one.month, one.space, str(one.arguments["other"])) for one in copied)


def wave(name: str, month: str, people: int, items: int, seed: int, drift: int = 0) -> list[dict[str, Any]]:
    """Answers to as many items; every tenth person is another where there is a `drift`."""
    rows = []
    for person in range(people):
        of = person * 7919 + seed * (104729 if drift == 0 or person % drift == 0 else 0)
        for item in range(items):
            score = 1 + (of // 5**item * 31 + of) % 5
            about = {"month": month, "closed_day": date.fromisoformat(f"{month}-20"), "wave": name, "item": f"q{item}"}
            rows.append(a_row("survey_response", 0) | about | {"respondent": person + seed * 1000, "score": score})
    return rows


@pytest.mark.parametrize("items", [1, 3, 12])
@pytest.mark.parametrize(
    ("other", "copied"),
    [
        (("b", "2026-10", 300, 0, 0), [("2026-10", "b", "2026-09")]),
        (("b", "2026-09", 300, 0, 0), [("2026-09", "a", "2026-09"), ("2026-09", "b", "2026-09")]),
        (("b", "2027-03", 290, 0, 0), [("2027-03", "b", "2026-09")]),
        (("b", "2026-10", 300, 3, 0), []),
    ],
)
def test_a_wave_of_the_same_answers(
    other: tuple[str, str, int, int, int], copied: list[tuple[str, str, str]], items: int
) -> None:
    name, month, people, seed, drift = other
    rows = [*wave("a", "2026-09", 300, items, 0), *wave(name, month, people, items, seed, drift)]
    if items < 12 and people != 300:
        pytest.skip("of few items a wave is known by how often each answer stands in it")
    least = [] if items < 3 else copied  # of one item there are five answers: nothing can be said
    assert found("survey_response", rows) == least


def test_contents_are_told_apart_by_most_of_what_they_say() -> None:
    many = list(range(1000, 6000))
    assert in_common(sketch_of(many, 20), sketch_of(reversed(many), 20)) == 1
    assert in_common(sketch_of(many, 20), sketch_of(many[:4750], 20)) > SAME
    assert in_common(sketch_of(many, 20), sketch_of(range(6000, 11000), 20)) < 0.1
    assert in_common(sketch_of(many, 20), sketch_of(many[2500:] + list(range(9000, 11500)), 20)) < SAME
    assert sketch_of(many[:19], 20) == () and in_common((), ()) == 0
