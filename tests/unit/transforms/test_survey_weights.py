"""Who counts in a wave, and for how much: careless respondents, weights by the town's population, samples kept apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from tests.unit.transforms.test_survey_staging import export, landed
from town.population import with_population
from town.sections import Authority
from transforms.questionnaire import questionnaire
from transforms.staging.skipped import BY_RULE, SKIPPED
from transforms.staging.survey import stage
from transforms.staging.survey_care import STRAIGHT, TOO_FAST
from transforms.staging.town import Town
from transforms.surveys.population import BANDS, SEXES, SOCIETIES, MarginProblem, Population, own_margin

SCALES = questionnaire().scales_for("residents", 1).values()
ITEMS = [item.id for scale in SCALES for item in scale.items][:30]
REVERSE = {i.id for s in questionnaire().scales.values() for i in s.items if i.reverse}


def person(number: int, sex: str | None = "female", seconds: int = 300, **told: Any) -> list[dict[str, Any]]:
    """A respondent's rows, her answers her own."""
    answers = {item: 1 + (number * 7 + at * (number % 3 + 1)) % 5 for at, item in enumerate(ITEMS)}
    return export([told.pop("answers", answers)], seconds=seconds, sex=sex, **told)


def file(people: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [{**row, "respondent": number} for number, rows in enumerate(people, 1) for row in rows]


def counted(facts: dict[str, Any]) -> Counter[str]:
    return Counter({row["code"]: row["records"] for row in facts.get(SKIPPED, _NOTHING).to_pylist()})


class _NOTHING:
    @staticmethod
    def to_pylist() -> list[dict[str, Any]]:
        return []


def respondents(facts: dict[str, Any]) -> int:
    return len(set(facts["survey_response"]["respondent"].to_pylist()))


STRAIGHT_LINE = dict.fromkeys(ITEMS, 4)


def test_the_questionnaire_has_items_by_which_a_straight_line_is_known() -> None:
    assert REVERSE & set(ITEMS)


def test_who_was_too_fast_or_gave_one_answer_is_left_out_and_counted_and_the_month_stays_whole() -> None:
    people = [person(n) for n in range(40)]
    lines = [person(90 + n, answers=STRAIGHT_LINE) for n in range(3)]
    fast = [person(50 + n, seconds=99) for n in range(2)]
    facts = stage(landed(file([*people, *lines, *fast, person(70, seconds=100)])), Town("1234"))
    assert respondents(facts) == 41
    assert counted(facts) == {TOO_FAST: 2, STRAIGHT: 3}
    assert counted(facts).keys() <= BY_RULE
    assert set(facts["coverage"]["extent"].to_pylist()) == {"full"}


def test_a_straight_line_is_known_though_questions_with_other_answers_were_answered_with_care() -> None:
    """All of those one agrees with, and how often one does something as before."""
    agreed = {item.id for one in SCALES if one.answers == "agreement" for item in one.items}
    everything = [item.id for one in SCALES for item in one.items]
    line = {item: 5 if item in agreed else 1 + at % 5 for at, item in enumerate(everything)}
    facts = stage(landed(file([*(person(n) for n in range(20)), person(90, answers=line)])), Town("1234"))
    assert counted(facts) == {STRAIGHT: 1}


@pytest.mark.parametrize(
    ("people", "kept"),
    [
        ([person(n) for n in range(8)] + [person(9, seconds=5)], 9),  # nine times are no median
        ([person(n, answers={ITEMS[0]: 4}) for n in range(20)] + [person(9, seconds=5, answers={ITEMS[0]: 4})], 21),
        ([person(n) for n in range(4)] + [person(50 + n, answers=STRAIGHT_LINE) for n in range(4)], 8),
        ([person(n) for n in range(20)]
         + [person(50, answers=dict.fromkeys([i for i in ITEMS if i not in REVERSE][:12], 5))], 21),
    ],
    ids=["few times", "few items", "half of the file", "nothing worded the other way round"],
)  # fmt: skip
def test_where_neither_speed_nor_sameness_says_anything_everybody_counts(
    people: list[list[dict[str, Any]]], kept: int
) -> None:
    facts = stage(landed(file(people)), Town("1234"))
    assert respondents(facts) == kept
    assert not counted(facts)


def weights(facts: dict[str, Any]) -> dict[tuple[str, str | None, str], float]:
    rows = facts["survey_response"].to_pylist()
    return {(row["sample_type"], row["sex"], row["weighted_by"]): row["weight"] for row in rows}


WOMEN = [person(n) for n in range(60)]
MEN = [person(100 + n, "male") for n in range(20)]
HALF = {"sex": own_margin("sex", {"female": 1, "male": 1})}


def test_residents_are_weighed_by_what_the_town_is_and_others_are_not() -> None:
    town = Town("1234", population=Population(own=HALF))
    found = weights(stage(landed(file([*WOMEN, *MEN])), town))
    assert found == {("opt_in", "female", "sex:town"): 0.666667, ("opt_in", "male", "sex:town"): 2.0}
    assert weights(stage(landed(file([*WOMEN, *MEN])), Town("1234"))).keys() == {
        ("opt_in", "female", ""), ("opt_in", "male", "")
    }  # fmt: skip
    staff = file([[{**row, "audience": "staff"} for row in rows] for rows in [*WOMEN, *MEN]])
    assert set(weights(stage(landed(staff), town)).values()) == {1.0}


def test_two_kinds_of_sample_of_one_wave_are_weighed_apart() -> None:
    drawn = file([[{**row, "sample_type": "probability"} for row in rows] for rows in [*WOMEN[:20], *MEN]])
    town = Town("1234", population=Population(own=HALF))
    found = weights(stage(landed(drawn, file([*WOMEN, *MEN[:2]])), town))
    assert found[("probability", "male", "sex:town")] == found[("probability", "female", "sex:town")] == 1.0
    assert found[("opt_in", "female", "")] == 1.0


def test_the_town_goes_before_its_staff_and_they_before_the_reference_table() -> None:
    town = Town("0070", population=Population(entered={"2026-03": {"people_women": 18_000, "people_haredi": 3000}}))
    authority = Authority(code="0070", population={"2024": 30_000}, margins={"sex": {"female": 2, "male": 3}})
    known = with_population(town, authority).population
    early, late = ({one.cut: one for one in known.margins(month)} for month in ("2026-02", "2026-03"))
    assert early["sex"].groups == late["sex"].groups == ((("female",), 2.0), (("male",), 3.0))
    assert late["society"].groups == ((("general", "arab"), 0.9), (("haredi",), 0.1))
    assert len(early["society"].groups) == 3
    assert [codes for codes, _ in early["age_band"].groups] == [BANDS[:4], ("65-74",), ("75+",)]
    assert sum(amount for _, amount in early["age_band"].groups) > 100_000
    women = with_population(town, authority.model_copy(update={"margins": {}})).population.margins("2026-03")
    assert {one.cut: one.groups for one in women}["sex"] == ((("female",), 0.6), (("male",), 0.4))
    nobody = with_population(Town("9999"), Authority(code="9999")).population
    assert nobody.margins("2026-03") == ()
    assert replace(nobody, entered={"2026-01": {"people_women": 9}}).margins("2026-03") == ()


def test_the_margins_are_asked_in_the_words_of_the_questionnaire() -> None:
    cuts = questionnaire().cuts
    assert tuple(cuts["age_band"].options) == BANDS
    assert set(SEXES) <= set(cuts["sex"].options)
    assert set(SOCIETIES) == set(cuts["society"].options)


@pytest.mark.parametrize(
    ("cut", "people", "why"),
    [
        ("religion", {"a": 1, "b": 2}, "nothing surveys are weighed by"),
        ("sex", {"female": 0, "male": 2}, "a number above 0"),
        ("sex", {"women": 1, "male": 2}, "cannot be told"),
        ("age_band", {"18-40": 1, "41+": 2}, "whole bands"),
        ("age_band", {"18-64": 1, "50+": 2}, "overlap"),
        ("neighbourhood", {"north": 1}, "two at least"),
    ],
)
def test_a_margin_that_cannot_be_used_is_refused(cut: str, people: dict[str, float], why: str) -> None:
    with pytest.raises(MarginProblem, match=why):
        own_margin(cut, people)
    with pytest.raises(ValueError, match=why):
        Authority(code="0070", margins={cut: people})
