"""Weights, intervals and reliabilities: what independent libraries find, and what must hold of any wave."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped]

from transforms.surveys.intervals import Interval, difference, effective, mean_interval, share_interval, student
from transforms.surveys.margins import Margin, bands_within
from transforms.surveys.scales import alpha
from transforms.surveys.weights import EXACT, HIGHEST, LOWEST, weigh

AGES = ("18-24", "25-34", "35-49", "50-64", "65-74", "75+")


@pytest.mark.parametrize(
    ("count", "answers", "lo", "hi"),
    [
        # statsmodels 0.15.0, proportion_confint(count, answers, method="wilson")
        (7, 50, 0.06950833427016288, 0.26186193710585537),
        (0, 30, 0.0, 0.1135133931739688),
        (33.25, 61.5, 0.4174044575247118, 0.6591166378141706),
        (399, 400, 0.9859767149241766, 0.9995585522131983),
    ],
)
def test_a_share_has_wilsons_interval(count: float, answers: float, lo: float, hi: float) -> None:
    assert share_interval(count / answers, answers) == pytest.approx((lo, hi), abs=1e-9)


def test_a_weighted_mean_has_students_interval() -> None:
    # statsmodels 0.15.0, DescrStatsW(x, weights=w * effective / sum(w)).tconfint_mean()
    values, weights = [1, 2.5, 3, 4, 4.25, 5, 2, 3.5], [0.4, 1.3, 0.9, 2.2, 0.7, 1, 0.6, 0.9]
    answers = effective(weights)
    mean = float(np.average(values, weights=weights))
    variance = float(np.average((np.array(values) - mean) ** 2, weights=weights))
    assert (mean, variance, answers) == pytest.approx((3.434375, 1.0667871093749999, 6.299212598425196))
    assert mean_interval(mean, variance, answers) == pytest.approx((2.300330567322718, 4.568419432677283), abs=1e-9)


@pytest.mark.parametrize("freedom", [0.5, 1, 2, 3.7, 29, 49.3, 120, 1000, 20000.5])
def test_students_distribution_is_that_of_the_library(freedom: float) -> None:
    assert student(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=1e-9)


def test_the_difference_of_two_shares_is_that_of_the_published_example() -> None:
    # Newcombe 1998, Statistics in Medicine 17:873, example (a): 56/70 and 48/80 differ by 0.0524 to 0.3339.
    one, other = share_interval(56 / 70, 70), share_interval(48 / 80, 80)
    assert one is not None and other is not None
    found = difference(56 / 70, one, 48 / 80, other)
    assert found == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert found == pytest.approx((0.05243147240236498, 0.33387265403690614), abs=1e-9)  # statsmodels 0.15.0
    assert difference(2.0, Interval(1, 3), 2.0, Interval(2, 2)) == Interval(-1, 1)


RAKED = (
    # cell, people, and the weight of ipfn 1.4.4 (convergence 1e-13) for ages 60, 80, 60, women 102, places 50, 80, 70
    ("mid", "f", "e", 7, 1.0166950982645846), ("mid", "f", "n", 32, 0.5983430480092499),
    ("mid", "f", "s", 22, 0.7688384717723253), ("mid", "m", "e", 8, 1.2062789657397752),
    ("mid", "m", "n", 19, 0.7099165072617962), ("mid", "m", "s", 15, 0.9122043355313939),
    ("old", "f", "e", 6, 1.3590907176369404), ("old", "f", "n", 15, 0.7998489260940044),
    ("old", "f", "s", 11, 1.027762632210517), ("old", "m", "e", 4, 1.6125213429434382),
    ("old", "m", "n", 13, 0.948997331612645), ("old", "m", "s", 8, 1.2194102707144696),
    ("young", "f", "e", 4, 1.8755144706280686), ("young", "f", "n", 9, 1.1037734389165041),
    ("young", "f", "s", 7, 1.4182892017930333), ("young", "m", "e", 5, 2.2252430052244083),
    ("young", "m", "n", 10, 1.3095948673106894), ("young", "m", "s", 5, 1.6827586110910513),
)  # fmt: skip


def test_raked_weights_are_those_of_another_library() -> None:
    people = [{"age": age, "sex": sex, "place": place} for age, sex, place, count, _ in RAKED for _ in range(count)]
    margins = (
        Margin("age", ((("young",), 60), (("mid",), 80), (("old",), 60))),
        Margin("sex", ((("f",), 102), (("m",), 98))),
        Margin("place", ((("e",), 50), (("n",), 80), (("s",), 70))),
    )
    found = weigh(people, margins)
    expected = list(chain.from_iterable(repeat(weight, count) for *_, count, weight in RAKED))
    assert found.weights == pytest.approx(expected, abs=1e-6)
    assert (found.by, found.joined, found.trimmed) == (("age", "sex", "place"), (), 0)
    assert found.distance <= EXACT


codes = {"age_band": AGES, "sex": ("female", "male", "other"), "society": ("general", "haredi", "arab")}


@st.composite
def waves(draw: st.DrawFn) -> tuple[list[dict[str, str | None]], list[Margin]]:
    rng = Random(draw(st.integers(0, 10**6)))
    people: list[dict[str, str | None]] = [
        {cut: rng.choice([*known, None]) if rng.random() < 0.9 else rng.choice(known) for cut, known in codes.items()}
        for _ in range(draw(st.integers(0, 250)))
    ]
    margins = [
        Margin(cut, tuple(((code,), rng.random() + draw(st.sampled_from([0.0, 0.2, 1.0]))) for code in known if code != "other"),
               cut == "age_band")
        for cut, known in codes.items()
    ]  # fmt: skip
    return people, draw(st.permutations(margins))


@given(waves())
@settings(max_examples=60, deadline=None)
def test_weights_sum_to_the_people_and_meet_the_margins(wave: tuple[list[dict[str, str | None]], list[Margin]]) -> None:
    people, margins = wave
    found = weigh(people, margins)
    assert len(found.weights) == len(people)
    assert sum(found.weights) == pytest.approx(len(people))
    assert all(LOWEST - 1e-9 <= one <= HIGHEST + 1e-9 for one in found.weights)
    if not found.by:
        assert set(found.weights) <= {1.0}
    if found.by and not found.trimmed:
        for margin in margins:
            if margin.cut not in found.by or margin.cut in {cut for cut, _ in found.joined}:
                continue
            known = {code for group, _ in margin.groups for code in group}
            told = [
                (one[margin.cut], w) for one, w in zip(people, found.weights, strict=True) if one[margin.cut] in known
            ]
            whole = sum(amount for _, amount in margin.groups)
            for (code,), amount in margin.groups:
                share = sum(w for of, w in told if of == code) / sum(w for _, w in told)
                assert share == pytest.approx(amount / whole, abs=1e-7)
            # Who did not tell keeps her share.
            assert sum(w for _, w in told) == pytest.approx(len(told), abs=1e-5)


@given(waves(), st.randoms())
@settings(max_examples=30, deadline=None)
def test_the_order_of_respondents_changes_nothing(
    wave: tuple[list[dict[str, str | None]], list[Margin]], rng: Random
) -> None:
    people, margins = wave
    order = list(range(len(people)))
    rng.shuffle(order)
    found, again = weigh(people, margins), weigh([people[at] for at in order], margins)
    assert [found.weights[at] for at in order] == list(again.weights)


@given(st.lists(st.tuples(st.floats(0.7, 1.4), st.floats(1, 5)), min_size=40, max_size=80))
@settings(max_examples=40, deadline=None)
def test_twice_everybody_is_twice_the_answers_and_half_the_variance(people: list[tuple[float, float]]) -> None:
    weights, scores = [one for one, _ in people], [one for _, one in people]
    assert effective(weights * 2) == pytest.approx(2 * effective(weights))
    assert effective(weights) <= len(weights) + 1e-9
    mean, variance = float(np.average(scores, weights=weights)), 1.0
    once, twice = (mean_interval(mean, variance, times * effective(weights)) for times in (1, 2))
    assert once is not None and twice is not None
    half = (twice.hi - twice.lo) / (once.hi - once.lo)
    assert half**2 == pytest.approx(0.5, rel=0.06)  # but for the degrees of freedom


def test_a_trimmed_wave_says_how_far_it_stays_from_the_population() -> None:
    people = [{"sex": "male"}] * 180 + [{"sex": "female"}] * 20
    found = weigh(people, (Margin("sex", ((("female",), 0.5), (("male",), 0.5))),))
    assert found.weights[-1] == pytest.approx(HIGHEST)
    assert sum(found.weights) == pytest.approx(200)
    assert found.trimmed == 20
    assert found.distance == pytest.approx(0.2)


def test_thin_groups_are_joined_ages_to_their_neighbours_others_to_the_next_thinnest() -> None:
    bands = ["18-24"] * 4 + ["25-34"] * 40 + ["35-49"] * 40 + ["50-64"] * 30 + ["65-74"] * 12 + ["75+"] * 2
    margin = Margin("age_band", tuple(((band,), 1.0) for band in AGES), is_ordered=True)
    found = weigh([{"age_band": band} for band in bands], (margin,))
    assert found.joined == (("age_band", ("18-24", "25-34", "65-74", "75+")),)
    assert found.weights[0] == found.weights[4]
    groups = ["general"] * 90 + ["arab"] * 6 + ["haredi"] * 5
    society = Margin("society", ((("general",), 70.0), (("haredi",), 20.0), (("arab",), 10.0)))
    assert weigh([{"society": one} for one in groups], (society,)).joined == (("society", ("arab", "haredi")),)
    few = weigh([{"society": one} for one in groups[:95]], (society,))
    assert few.by == ()
    assert set(few.weights) == {1.0}


def test_who_told_too_little_and_margins_that_contradict_each_other_weigh_nothing() -> None:
    half = Margin("sex", ((("female",), 1.0), (("male",), 1.0)))
    silent = _people(sex=[None] * 60 + ["male"] * 20 + ["female"] * 30)
    assert weigh(silent, (half,)).by == ()
    # All women are in one neighbourhood, which is a tenth of the town.
    split = _people(sex=["female"] * 50 + ["male"] * 50, place=["a"] * 50 + ["b"] * 50)
    found = weigh(split, (half, Margin("place", ((("a",), 1.0), (("b",), 9.0)))))
    assert found.by == ()
    assert set(found.weights) == {1.0}


def _people(**told: Sequence[str | None]) -> list[dict[str, str | None]]:
    return [dict(zip(told, one, strict=True)) for one in zip(*told.values(), strict=True)]


@pytest.mark.parametrize(
    ("ages", "bands"),
    [
        ("18-24", ("18-24",)), ("18-64", AGES[:4]), ("65+", AGES[4:]), ("75+", AGES[5:]), ("18+", AGES),
        ("20-34", ()), ("18-40", ()), ("15-24", ()), ("old", ()), ("64-18", ()), ("65-80", ()),
    ],
)  # fmt: skip
def test_a_stretch_of_ages_is_whole_bands_or_nothing(ages: str, bands: tuple[str, ...]) -> None:
    assert bands_within(ages, AGES) == bands


ANSWERS = [
    [4, 4, 4, 4], [1, 1, 2, 1], [3, 5, 4, 3], [2, 3, 4, 2], [2, 4, 2, 2], [4, 3, 3, 3], [1, 2, 1, 1], [3, 3, 2, 2],
    [2, 2, 4, 3], [5, 5, 5, 5], [4, 4, 3, 2], [3, 1, 3, 3],
]  # fmt: skip


def test_alpha_is_that_of_another_library_and_of_the_structure_a_scale_has() -> None:
    assert alpha(ANSWERS) == pytest.approx(0.879303193695562, abs=1e-9)  # pingouin 0.7.0, cronbach_alpha
    rng = np.random.default_rng(11)
    # Parallel items of reliability r each: alpha is k r / (1 + (k - 1) r) (Spearman and Brown).
    for items, share in ((3, 0.4), (5, 0.25), (8, 0.5)):
        trait = rng.normal(0, share**0.5, (60_000, 1))
        table = trait + rng.normal(0, (1 - share) ** 0.5, (60_000, items))
        assert alpha(table.tolist()) == pytest.approx(items * share / (1 + (items - 1) * share), abs=0.01)
    assert alpha(rng.normal(0, 1, (60_000, 4)).tolist()) == pytest.approx(0, abs=0.03)
    assert alpha([[3, 3], [3, 3]]) is None
    assert alpha([[1], [2]]) is None
    assert alpha(ANSWERS, [2.0] * 12) == pytest.approx(0.879303193695562, abs=1e-9)
