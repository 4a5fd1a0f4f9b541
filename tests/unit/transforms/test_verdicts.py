"""Verdicts: which word when, and what may never move one."""

import math
from dataclasses import asdict, replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.transforms.verdict_series import months_from, series_of, steady, times
from texts.verdicts import sentence
from transforms.verdicts import Emergency, Point, Rebase, Series, Verdict, verdict_of
from transforms.verdicts.series import DISQUALIFYING
from warehouse.calendar import first_day, last_day, shift

LAST = shift("2022-01", 39)
RISE = times(steady(), 1.25, 32)


def emergencies(*months: str) -> tuple[Emergency, ...]:
    return tuple(Emergency(first_day(month), last_day(month), "the whole town", "register") for month in months)


def test_a_lasting_rise_is_one_and_a_lasting_fall_is_one() -> None:
    rise = verdict_of(series_of(RISE), LAST)
    assert (rise.word, rise.month, rise.rule) == ("real_rise", LAST, "outside")
    assert (
        rise.held >= 2 and rise.effect is not None and 0.1 < rise.effect < 0.25 and rise.p is not None and rise.p < 0.01
    )
    assert rise.centre == pytest.approx(4800, rel=0.05) and rise.upper is not None and rise.fields["plain"] > rise.upper
    fall = verdict_of(series_of(times(steady(), 0.8, 32)), LAST)
    assert fall.word == "real_fall" and fall.effect is not None and fall.effect < -0.1


def test_where_nothing_happens_nothing_is_said() -> None:
    points = steady(60)
    words = {verdict_of(series_of(points), one.month).word for one in points[23:]}
    assert words == {"no_signal"}


def test_a_season_and_moving_feasts_are_no_news() -> None:
    points = [replace(one, value=round(one.value or 0)) for one in steady(48, noise=0.004)]
    for one in points[24:]:
        found = verdict_of(series_of(points), one.month)
        assert found.word == "no_signal", (one.month, found.reason)
    plain = dict(verdict_of(series_of(points), points[-1].month).adjusted)
    assert (
        max(plain.values()) / min(plain.values())
        < 1.03
        < 1.25
        < max(o.value or 0 for o in points) / min(o.value or 0 for o in points)
    )


def test_one_month_out_of_the_ordinary_is_none_yet() -> None:
    found = verdict_of(series_of(times(steady(), 1.5, 39)), LAST)
    assert (found.word, found.reason) == ("no_signal", "steady_new")


def test_a_change_below_the_minimum_is_none() -> None:
    assert verdict_of(series_of(RISE, minimum_effect=0.3), LAST).reason == "steady_small"
    assert verdict_of(series_of(RISE, minimum_effect=0.1), LAST).word == "real_rise"


@pytest.mark.parametrize("have", [1, 5, 11, 23])
def test_under_two_years_nothing_is_concluded(have: int) -> None:
    points = times(steady(have), 2.0, have - 4)
    found = verdict_of(series_of(points), points[-1].month)
    assert (
        found.word in ("too_little_data", "no_signal") and found.fields["have"] == have and found.fields["need"] == 24
    )
    assert found.word == "too_little_data" or found.is_trial


def test_a_rise_in_the_second_year_waits() -> None:
    points = times(steady(23), 2.0, 18)
    found = verdict_of(series_of(points), points[-1].month)
    assert (found.word, found.reason, found.is_trial) == ("too_little_data", "trial_rise", True)


def test_after_a_break_counting_begins_anew() -> None:
    points = times(steady(60), 1.6, 30)
    points[30] = replace(points[30], break_reason="method")
    series = series_of(points)
    assert verdict_of(series, points[29].month).word == "no_signal"
    broken = verdict_of(series, points[30].month)
    assert (broken.word, broken.fields["why"]) == ("series_break", "method")
    for one in points[31:53]:
        found = verdict_of(series, one.month)
        assert found.word == "too_little_data" or found.is_trial
    late = verdict_of(series, points[-1].month)
    assert late.word == "no_signal" and late.baseline[0] == points[30].month


def test_what_seems_to_break_in_a_month_that_runs_is_waited_for() -> None:
    running = replace(RISE[-1], status="provisional", break_reason="spaces")
    found = verdict_of(series_of([*RISE[:-1], running]), LAST)
    assert (found.word, found.month) == ("real_rise", RISE[-2].month)
    later = Point(shift(LAST, 1), 5000.0)
    assert verdict_of(series_of([*RISE[:-1], running, later]), later.month).reason == "too_short_since_break"


def test_other_places_are_no_rise_where_those_in_both_are_alike() -> None:
    grown = times(steady(), 1.5, 30)
    before, now = grown[29].value or 0, (grown[30].value or 0) / 1.5
    linked = [replace(one, like_for_like=(before, now)) if place == 30 else one for place, one in enumerate(grown)]
    assert verdict_of(series_of(grown), LAST).word == "real_rise"
    found, plain = verdict_of(series_of(linked), LAST), verdict_of(series_of(steady()), LAST)
    assert (found.word, found.strength) == (plain.word, pytest.approx(plain.strength))
    assert found.centre == pytest.approx(1.5 * (plain.centre or 0)), "limits stand on the level of today"


def test_an_emergency_is_shown_and_enters_nothing() -> None:
    hit = {5, 6, 20, 33}
    points = [replace(one, value=(one.value or 0) * 0.3) if place in hit else one for place, one in enumerate(steady())]
    named = emergencies(*(points[place].month for place in hit))
    for place in hit:
        found = verdict_of(series_of(points, emergencies=named), points[place].month)
        assert found.word == "exceptional_month" and found.centre is None
    found = verdict_of(series_of(points, emergencies=named), LAST)
    assert found.word == "no_signal" and not {points[place].month for place in hit} & {
        *found.baseline,
        *dict(found.adjusted),
    }
    other = [replace(one, value=(one.value or 0) * 7) if place in hit else one for place, one in enumerate(points)]
    assert verdict_of(series_of(other, emergencies=named), LAST) == found, "whatever the figures of such a month are"


def test_two_days_make_no_exceptional_month_and_three_do() -> None:
    days = {2: "no_signal", 3: "exceptional_month"}
    first = first_day(LAST)
    for count, word in days.items():
        row = Emergency(first, first.replace(day=count))
        assert verdict_of(series_of(steady(), emergencies=(row,)), LAST).word == word
    assert verdict_of(series_of(steady(), emergencies=(Emergency(date(2025, 1, 1)),)), LAST).word == "exceptional_month"


@pytest.mark.parametrize("flaw", ["missing", "provisional", *sorted(DISQUALIFYING)])
def test_a_month_that_is_not_sound_is_not_looked_at(flaw: str) -> None:
    spoilt = replace(RISE[-1], value=None, status="missing") if flaw == "missing" else replace(RISE[-1], value=1.0)
    if flaw == "provisional":
        spoilt = replace(spoilt, status=flaw)
    elif flaw != "missing":
        spoilt = replace(spoilt, flags=frozenset({f"{flaw}:x"}))
    found = verdict_of(series_of([*RISE[:-1], spoilt]), LAST)
    before = verdict_of(series_of(RISE[:-1]), RISE[-2].month)
    assert found == replace(before, asked=LAST) and found.month == RISE[-2].month, "the last complete month, by name"


def test_an_old_verdict_is_no_news() -> None:
    late = shift(LAST, 4)
    found = verdict_of(series_of(RISE), late)
    assert (found.word, found.fields["flaw"], found.fields["last"]) == ("not_judged", "missing", LAST)
    assert verdict_of(series_of(RISE), shift(LAST, 3)).word == "real_rise"
    assert verdict_of(series_of([]), late).word == "too_little_data"


def test_a_forgotten_month_costs_no_verdict() -> None:
    points = [replace(one, value=None, status="missing") if place == 35 else one for place, one in enumerate(RISE)]
    assert verdict_of(series_of(points), LAST).word == "real_rise"


def test_drawing_the_level_anew_is_an_act_with_a_month() -> None:
    points = times(steady(72), 1.5, 36)
    act = (Rebase(points[36].month, "a new site"),)
    on_trial = verdict_of(series_of(points, rebases=act), points[50].month)
    assert on_trial.is_trial and len(on_trial.baseline) == 15
    assert verdict_of(series_of(points, rebases=act), points[40].month).reason == "too_short_since_rebase"
    done = verdict_of(series_of(points, rebases=act), points[71].month)
    assert not done.is_trial and done.baseline[0] == points[36].month and done.reason == "steady"
    assert verdict_of(series_of(points), points[71].month).baseline[0] == points[0].month
    early = points[34].month
    assert verdict_of(series_of(points, rebases=act), early) == verdict_of(series_of(points), early)


def test_what_counts_are_held_against_moves_them() -> None:
    more_people = [replace(one, exposure=30_000 * (1.25 if place >= 32 else 1)) for place, one in enumerate(RISE)]
    assert verdict_of(series_of(more_people), LAST).word == "no_signal"
    found = verdict_of(series_of([replace(one, exposure=30_000) for one in RISE]), LAST)
    plain = verdict_of(series_of(RISE), LAST)
    assert found.word == plain.word and found.centre == pytest.approx(plain.centre)


def test_small_counts_are_compared_by_quarter() -> None:
    rng = np.random.default_rng(2)
    months = months_from("2020-01", 60)
    still = [Point(month, float(rng.poisson(5))) for month in months]
    found = verdict_of(series_of(still), months[-1])
    assert (found.pace, found.word, len(found.baseline)) == ("quarter", "no_signal", 8)
    risen = [replace(one, value=(one.value or 0) + (9 if place >= 51 else 0)) for place, one in enumerate(still)]
    found = verdict_of(series_of(risen), months[-2])
    assert (found.word, found.month) == ("real_rise", months[56]), "the last whole quarter"


@pytest.mark.parametrize(("unit", "per"), [("share", 1), ("per_1000", 1000)])
def test_a_share_of_a_quarter_is_its_parts_over_all_of_them(unit: str, per: int) -> None:
    """Few of few in one month and many of many in the next: the plain sums, and no mean of the months' shares."""
    rng = np.random.default_rng(4)
    months = months_from("2020-01", 60)
    of = rng.integers(2, 40, len(months)) if per == 1 else rng.integers(200, 4000, len(months))
    over = [int(rng.integers(0, min(int(most), 9) + 1)) for most in of]
    points = tuple(
        Point(month, per * some / int(most), numerator=some, denominator=int(most), n=5)
        for month, some, most in zip(months, over, of, strict=True)
    )
    lost = months.index("2022-08")  # of a month of which something is not known nothing is added up
    points = (*points[:lost], replace(points[lost], status="provisional"), *points[lost + 1 :])
    found = verdict_of(Series("assets.told_back", unit, points), months[-1])  # type: ignore[arg-type]
    assert found.pace == "quarter"
    sums = {
        months[at + 2]: per * sum(over[one] for one in range(at, at + 3) if one != lost)
        / int(sum(of[one] for one in range(at, at + 3) if one != lost))
        for at in range(0, len(months), 3)
    }  # fmt: skip
    assert found.fields["value"] == pytest.approx(sums[months[-1]])
    assert dict(found.adjusted) == pytest.approx(sums, abs=1e-5)
    means = np.mean([per * over[at] / int(of[at]) for at in range(len(months) - 3, len(months))])
    assert abs(means / sums[months[-1]] - 1) > 0.02, "the two differ in what was drawn"


@pytest.mark.parametrize(
    ("language", "named"),
    [("he", "הרבעון השלישי של 2026"), ("ar", "الربع الثالث من 2026"), ("en", "Third quarter of 2026")],
)
def test_a_quarter_is_named_in_words(language: str, named: str) -> None:
    said = {"month": "2026-09", "value": 0.5, "plain": 0.5, "centre": 0.4, "lower": 0.2, "upper": 0.6}
    whole = sentence("steady", said, "share", "quarter", language)  # type: ignore[arg-type]
    mean = sentence("steady", said, "count", "quarter", language)  # type: ignore[arg-type]
    assert whole.startswith(named) and mean.startswith(named)
    how = {"he": ("בכל הרבעון", "לחודש"), "ar": ("كله", "شهري"), "en": ("as a whole", "average month")}[language]
    assert how[0] in whole and how[1] in mean


def test_hours_of_one_entry_a_month_are_no_small_count() -> None:
    hours = tuple(replace(one, n=1) for one in RISE)
    assert verdict_of(Series("ethics.training", "hours", hours), LAST).pace == "month"
    few = tuple(Point(one.month, 0.5, n=6) for one in RISE)
    assert verdict_of(Series("zoom.followups", "share", few), LAST).pace == "quarter"


def test_a_figure_that_never_moved_is_steady_and_its_change_is_seen() -> None:
    flat = [Point(month, 100.0) for month in months_from("2022-01", 40)]
    assert verdict_of(series_of(flat), LAST).reason == "steady"
    assert verdict_of(series_of(times(flat, 1.2, 30)), LAST).word == "real_rise"
    none = [Point(month, 0.0) for month in months_from("2022-01", 40)]
    assert verdict_of(series_of(none), LAST).word == "no_signal"


def test_shares_and_scores_have_scales_of_their_own() -> None:
    rng = np.random.default_rng(3)
    months = months_from("2022-01", 40)
    share = [
        Point(month, min(1.0, 0.9 + float(rng.normal(0, 0.01)) + (0.08 if p >= 30 else 0)), n=500)
        for p, month in enumerate(months)
    ]
    found = verdict_of(Series("newsletter.open_rate", "share", tuple(share)), LAST)
    assert (
        found.word == "real_rise"
        and found.upper is not None
        and found.upper < 1
        and found.effect == pytest.approx(0.08, abs=0.015)
    )
    ends = [Point(month, float(p >= 30), n=500) for p, month in enumerate(months)]
    assert verdict_of(Series("x.y", "share", tuple(ends)), LAST).word == "real_rise", "none, then all"
    score = [Point(month, 3 + float(rng.normal(0, 0.05)) + (0.5 if p >= 30 else 0)) for p, month in enumerate(months)]
    assert verdict_of(Series("x.y", "score_1_5", tuple(score)), LAST).word == "real_rise"


@settings(deadline=None, max_examples=12)
@given(st.integers(0, 10_000), st.sampled_from([1.0, 1.2, 0.8]), st.floats(1e-3, 1e6), st.randoms())
def test_a_verdict_is_of_the_shape_alone(seed: int, factor: float, scale: float, random: object) -> None:
    """Other units of the value and another order of the points change no word, rule, count or strength."""
    points = times(steady(seed=seed, noise=0.06), factor, 31)
    base = Series("x.y", "hours", tuple(points))
    scaled = [replace(one, value=(one.value or 0) * scale) for one in points]
    random.shuffle(scaled)  # type: ignore[attr-defined]
    one, other = verdict_of(base, LAST), verdict_of(replace(base, points=tuple(scaled)), LAST)
    assert (one.word, one.reason, one.rule, one.held, one.month) == (
        other.word,
        other.reason,
        other.rule,
        other.held,
        other.month,
    )
    assert other.strength == pytest.approx(one.strength, rel=1e-6) and other.effect == pytest.approx(
        one.effect, rel=1e-6, abs=1e-9
    )
    assert other.centre == pytest.approx(scale * (one.centre or 0), rel=1e-6)


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10_000), st.floats(0.2, 5))
def test_limits_once_drawn_are_never_moved_by_later_months(seed: int, factor: float) -> None:
    points = times(steady(40, seed=seed, noise=0.05), factor, 30)
    found = [verdict_of(series_of(points), one.month) for one in points[23:]]
    for name in ("centre", "lower", "upper"):
        assert [getattr(one, name) for one in found] == pytest.approx([getattr(found[0], name)] * len(found), rel=1e-9)
    assert {one.baseline for one in found} == {tuple(one.month for one in points[:24])}


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10_000), st.integers(0, 39))
def test_no_later_month_changes_a_verdict_and_it_is_found_again(seed: int, place: int) -> None:
    points = steady(40, seed=seed, noise=0.1)
    asked = points[place].month
    whole = series_of(points, emergencies=emergencies(points[20].month))
    found = verdict_of(whole, asked)
    assert found == verdict_of(replace(whole, points=tuple(points[: place + 1])), asked)
    kept = asdict(whole)
    again = Series(
        **{**kept, "points": tuple(Point(**one) for one in kept["points"]), "rebases": (),
           "emergencies": tuple(Emergency(**one) for one in kept["emergencies"])}
    )  # fmt: skip
    assert verdict_of(again, asked) == found


def test_a_verdict_speaks_of_the_measure_and_knows_no_direction_of_good() -> None:
    named = {*Series.__dataclass_fields__, *Verdict.__dataclass_fields__, *Point.__dataclass_fields__}
    assert not {name for name in named if "better" in name or "good" in name}
    mirrored = [replace(one, value=1e7 / (one.value or 1)) for one in RISE]
    assert verdict_of(series_of(mirrored), LAST).word == "real_fall"
    rise, fall = verdict_of(series_of(RISE), LAST), verdict_of(series_of(mirrored), LAST)
    assert rise.strength is not None and fall.strength == pytest.approx(-rise.strength)
    assert (fall.held, fall.rule) == (rise.held, rise.rule) and math.isclose(
        (fall.centre or 0) * (rise.centre or 0), 1e7, rel_tol=1e-9
    )
