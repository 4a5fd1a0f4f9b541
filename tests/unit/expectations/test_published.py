"""Figures before they are published: what they cannot be is doubted, rule by rule, and what is as ever is not."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from expectations.published import FEW, Figure, check_figures
from expectations.suites import PUBLISHED, SuiteProblem, Suites
from texts import LANGUAGES, error
from warehouse.calendar import shift

MONTH, TODAY = "2026-10", date(2026, 11, 10)
SUITES = Suites()


def figure(month: str = MONTH, unit: str = "count", value: float = 100, **more: Any) -> Figure:
    plain = Figure("town.figure", month, "", "", unit, value, None, None, 200, "")
    return replace(plain, **more)


def year(unit: str, value: float) -> list[Figure]:
    """Twelve quiet months before."""
    return [figure(shift(MONTH, -back), unit, value) for back in range(1, 13)]


def found(*figures: Figure, suites: Suites = SUITES, today: date = TODAY) -> set[tuple[str, str]]:
    return {(one.rule, one.space) for _, one in check_figures(figures, [MONTH], suites, today)}


SHARE = {"unit": "share", "value": 0.4}
WRONG: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    # rule, what breaks it, what is next to it and does not
    ("share_possible", {"unit": "share", "value": 2.01}, {"unit": "share", "value": 1.0}),
    ("share_possible", {"unit": "share", "value": -0.1}, {"unit": "share", "value": 0.0}),
    ("score_possible", {"unit": "score_1_5", "value": 5.5}, {"unit": "score_1_5", "value": 5.0}),
    ("score_possible", {"unit": "score_1_5", "value": -0.5},
     {"unit": "score_1_5", "value": -0.5, "part": "change_since_baseline"}),
    ("level_possible", {"unit": "level_0_3", "value": 4}, {"unit": "level_0_3", "value": 3}),
    ("rate_possible", {"unit": "per_1000", "value": 1500, "is_addend": True}, {"unit": "per_1000", "value": 1500}),
    ("not_negative", {"unit": "hours", "value": -1}, {"unit": "hours", "value": 0}),
    ("within_its_base", {**SHARE, "numerator": 7.0, "denominator": 5.0},
     {**SHARE, "numerator": 5.0, "denominator": 5.0}),
    ("within_its_whole", {"value": 12, "whole": 10.0, "is_addend": True}, {"value": 12, "whole": 10.0}),
    ("people_known", {**SHARE, "n": None, "is_of_people": True}, {**SHARE, "n": None}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "broken", "kept"), WRONG, ids=[f"{one}-{at}" for at, (one, *_) in enumerate(WRONG)])
def test_a_planted_figure_is_found_by_its_rule_alone(rule: str, broken: dict[str, Any], kept: dict[str, Any]) -> None:
    others = [figure(part="a"), figure(part="b", **SHARE), figure(space="hall", value=3, whole=9.0, is_addend=True)]
    for place in ({"part": "c"}, {"space": "square"}):
        where = next(iter(place.values()))
        assert found(*others, figure(**{**place, **broken})) == {(rule, broken.get("part", where))}
        assert found(*others, figure(**{**place, **kept})) == set()
    off = Suites(None, {PUBLISHED: {rule: {"off": True}}})
    assert found(figure(part="c", **broken), suites=off) == set(), "only this rule finds it"


def test_every_rule_has_a_plant_and_every_finding_its_sentence() -> None:
    assert {rule for rule, *_ in WRONG} == set(SUITES.of("", PUBLISHED).rows)
    figures = [figure(part=f"p{at}", **broken) for at, (_, broken, _) in enumerate(WRONG)]
    every = [
        one for _, one in check_figures([*figures, figure(value=5000), *year("count", 100)], [MONTH], SUITES, TODAY)
    ]
    assert len(every) >= len(WRONG)
    for one in every:
        said = {error(one.code, language, **one.arguments) for language in LANGUAGES}
        assert len(said) == 3 and not any("…" in text or PUBLISHED in text for text in said), said


@pytest.mark.parametrize(
    ("unit", "usually", "odd", "like"),
    [("count", 100, 5000, 160), ("share", 0.3, 0.95, 0.5), ("score_1_5", 4.0, 1.5, 3.6), ("per_1000", 40, 900, 90)],
)
def test_a_jump_from_its_own_past_is_doubted(unit: str, usually: float, odd: float, like: float) -> None:
    past = year(unit, usually)
    assert found(*past, figure(unit=unit, value=odd)) == {("jump", "")}
    assert found(*past, figure(unit=unit, value=like)) == set()
    assert found(*past[:3], figure(unit=unit, value=odd)) == set(), "too little past to say"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"quality": "suspect"}, "its source is doubted, which is told"),
        ({"quality": "series_break:method"}, "what was before is another figure"),
        ({"part": "kind"}, "the whole is told, not each of its parts"),
        ({"space": "square"}, "nor each place"),
    ],
)
def test_a_jump_that_is_said_already_is_not_said_again(more: dict[str, Any], why: str) -> None:
    past = [replace(one, part=more.get("part", ""), space=more.get("space", "")) for one in year("count", 100)]
    assert found(*past, figure(value=5000, **more)) == set(), why


def test_less_of_a_part_or_of_a_month_that_runs_is_no_jump() -> None:
    past = year("count", 1000)
    assert found(*past, figure(value=5)) == {("jump", "")}
    assert found(*past, figure(value=5, quality="partial_period")) == set()
    assert found(*past, figure(value=5), today=date(2026, 10, 20)) == set()
    few = [replace(one, n=FEW - 1) for one in year("share", 0.1)]
    assert found(*few, figure(unit="share", value=1.0, n=FEW - 1)) == set(), "of a few people a share may be anything"


def test_a_town_changes_a_threshold_of_one_indicator() -> None:
    past, now = year("count", 100), figure(value=5000)
    own = Suites(None, {"town.figure.indicator_value": {"count": {"factor": 100}}})
    assert (found(*past, now, suites=own), found(*past, now)) == (set(), {("jump", "")})
    with pytest.raises(SuiteProblem, match="no rule"):
        Suites(None, {PUBLISHED: {"nonsense": {}}})
