"""What verdicts rest on, against calendars, worked examples and planted truths."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.transforms.verdict_series import months_from, series_of, steady, times
from texts import LANGUAGES
from texts.verdicts import sentence
from transforms.verdicts import Point, Series, Verdict, claims, month_days, verdict_of
from transforms.verdicts.adjust import adjusted
from transforms.verdicts.limits import Limits, held, rules_at
from transforms.verdicts.scale import Scale
from transforms.verdicts.series import REASONS
from transforms.verdicts.strength import Strength, strength_of


@pytest.mark.parametrize(
    ("month", "feasts", "fasts"),
    [
        ("2026-09", 19 / 30, 0),  # Tishrei 1 is 12 September 2026
        ("2026-10", 4 / 31, 0),
        ("2027-09", 0, 0),
        ("2027-10", 23 / 31, 0),  # and 2 October 2027
        ("2026-04", 7 / 30, 0),  # Pesach is 2 to 8 April 2026
        ("2024-04", 7 / 30, 9 / 30),  # 23 to 29 April 2024; Ramadan 11 March to 9 April
        ("2026-02", 0, 11 / 28),  # Ramadan begins on 18 February 2026
        ("2026-06", 0, 0),
        ("2030-01", 0, 26 / 31),  # two fasts in one year
        ("2030-12", 0, 5 / 31),
    ],
)
def test_the_days_of_a_month(month: str, feasts: float, fasts: float) -> None:
    found = month_days(month)
    assert found.holidays == pytest.approx(feasts) and found.ramadan == pytest.approx(fasts, abs=1.01 / 28)


def test_limits_are_those_of_a_worked_example() -> None:
    """Ten values by hand: mean 11.2, moving ranges 2 1 2 1 2 3 1 2 1."""
    values = np.array([10, 12, 11, 13, 12, 10, 13, 12, 10, 9], dtype=float)
    ranges = [2, 1, 2, 1, 2, 3, 1, 2, 1]
    limits = Limits.of(values)
    assert limits.centre == pytest.approx(11.2) and limits.width == pytest.approx(2.66 * sum(ranges) / 9)


def test_limits_are_those_another_package_publishes() -> None:
    """The example NHSRplotthedots gives of screening: mean 1.94, limits -0.72 and 4.6."""
    limits = Limits.of(np.array([1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1], dtype=float))
    assert limits.centre == pytest.approx(1.94, abs=0.005)
    assert limits.centre + limits.width == pytest.approx(4.6, abs=0.005)
    assert limits.centre - limits.width == pytest.approx(-0.72, abs=0.005)


def test_one_wild_range_does_not_widen_the_limits() -> None:
    calm = np.array([10.0, 11.0] * 10)
    wild = calm.copy()
    wild[10] = 100.0
    assert Limits.of(wild).width == Limits.of(calm).width


@pytest.mark.parametrize(
    ("last", "rules"),
    [
        ([0, 0, 0, 0, 0, 0, 4], ["outside"]),
        ([1, 1, 1, 1, 1, 1, 1], ["run"]),
        ([0, 1, 1, 1, 1, 1, 1], []),
        ([-3, -2, -1, 0, 1, 1.5, 1.9], ["trend"]),
        ([0, 0, 0, 0, 2.5, 0, 2.5], ["outer"]),
        ([0, 0, 0, 0, 2.5, 2.5, -0.5], []),
        ([0, 0, 0, 0, 0, 0, 3], []),
    ],
)
def test_the_four_rules(last: list[float], rules: list[str]) -> None:
    values = np.array([0.0, *last])
    assert rules_at(values, Limits(0.0, 3.0), 7, 1) == rules and rules_at(-values, Limits(0.0, 3.0), 7, -1) == rules
    assert rules_at(values, Limits(0.0, 3.0), 7, -1) == []


def test_how_long_a_signal_has_held() -> None:
    assert held(np.array([0, 0, 4, 4, 4.0]), Limits(0.0, 3.0), 1) == 3
    assert held(np.array([0, 4, 4, 4, 0.0]), Limits(0.0, 3.0), 1) == 0


def test_the_calendar_is_taken_out_and_nothing_else() -> None:
    months = months_from("2022-01", 40)
    days = [month_days(month) for month in months]
    number = np.array([int(month[5:]) for month in months])
    rest = 0.01 * np.arange(40) + np.where(np.arange(40) >= 24, 0.0, 0.0)
    calendar = 0.1 * np.cos(2 * np.pi * number / 12) - 0.12 * (number == 8)
    calendar = calendar - 0.4 * np.array([one.holidays for one in days]) - 0.3 * np.array([one.ramadan for one in days])
    found = adjusted(rest + calendar, months, 1.0, slice(0, 24))
    assert np.ptp(found - rest) == pytest.approx(0, abs=1e-9), "what is left differs from the truth by a level alone"
    assert found[:24].mean() == pytest.approx((rest + calendar)[:24].mean())


def test_ramadan_is_no_column_where_hardly_anybody_keeps_it() -> None:
    rng = np.random.default_rng(1)
    months, values = months_from("2022-01", 30), rng.normal(size=30)
    assert np.allclose(adjusted(values, months, 0.0, slice(0, 24)), adjusted(values, months, 0.04, slice(0, 24)))
    assert not np.allclose(adjusted(values, months, 0.0, slice(0, 24)), adjusted(values, months, 0.3, slice(0, 24)))


def test_small_values_stay_what_they_are_and_zero_is_below_them() -> None:
    scale = Scale.of("log", [100.0, 120.0, 0.0])
    assert scale.on(10) == pytest.approx(np.log(10)) and scale.on(0) == pytest.approx(np.log(50))
    share = Scale.of("logit", [0.9, 0.95, 1.0])
    assert share.back(share.on(0.99)) == pytest.approx(0.99) and share.on(1.0) == pytest.approx(-share.on(0.0))
    assert Scale.of("none", [3.0]).change(0.0, -1.0) == -1 and Scale.of("log", []).change(0.0, 0.0) == 0


def test_months_that_lean_on_one_another_have_to_show_more() -> None:
    assert Strength(2.3, 0.2).claims(1) and not Strength(2.3, 0.6).claims(1) and not Strength(2.3, 0.2).claims(-1)
    assert Strength(-2.6, 0.6).claims(-1)
    assert Strength(0.0, 0.0).p == 1.0 and Strength(3.0, 0.0).p == pytest.approx(2 * 0.0026998, rel=1e-4)


def test_autocorrelation_is_measured() -> None:
    rng = np.random.default_rng(4)
    for lean in (0.0, 0.6):
        found = []
        for _ in range(200):
            values = [float(rng.normal())]
            while len(values) < 60:
                values.append(lean * values[-1] + float(rng.normal()))
            found.append(strength_of(np.array(values), range(4, 13), 24, 0.5, 0.0, 1).autocorrelation)
        assert np.mean(found) == pytest.approx(lean, abs=0.08)


def wave(month: str, value: float, n: int, **more: object) -> Point:
    return Point(month, value, n=n, **more)  # type: ignore[arg-type]


def test_two_waves_by_the_interval_of_their_difference() -> None:
    """Newcombe's example: 56 of 70 and 48 of 80 differ by 0.2, interval 0.0524 to 0.3339."""
    points = (wave("2025-05", 0.6, 80), wave("2026-05", 0.8, 70))
    found = verdict_of(Series("x.y", "share", points, is_surveyed=True), "2026-05")
    assert (found.word, found.reason) == ("real_rise", "waves_rise")
    assert found.lower == pytest.approx(0.0524, abs=5e-5) and found.upper == pytest.approx(0.3339, abs=5e-5)
    alike = (wave("2025-05", 0.6, 80), wave("2026-05", 0.62, 70))
    assert verdict_of(Series("x.y", "share", alike, is_surveyed=True), "2026-05").reason == "waves_alike"


def test_a_wave_is_carried_by_name_and_never_counted_twice() -> None:
    points = (
        wave("2025-05", 3.0, 200, lo=2.9, hi=3.1),
        wave("2026-05", 3.5, 200, lo=3.4, hi=3.6),
        wave("2026-06", 3.5, 200, lo=3.4, hi=3.6, flags=frozenset({"carried"})),
    )
    found = verdict_of(Series("x.y", "score_1_5", points, is_surveyed=True), "2026-06")
    assert (found.word, found.month, found.fields["before_month"]) == ("real_rise", "2026-05", "2025-05")
    bare = tuple(replace(one, lo=None, hi=None) for one in points)
    assert verdict_of(Series("x.y", "score_1_5", bare, is_surveyed=True), "2026-06").reason == "no_interval"
    first = verdict_of(Series("x.y", "score_1_5", points[:1], is_surveyed=True), "2025-05")
    assert (first.word, first.reason) == ("too_little_data", "first_wave")
    other = (points[0], replace(points[1], break_reason="sample"), points[2])
    series = Series("x.y", "score_1_5", other, is_surveyed=True)
    assert verdict_of(series, "2026-05").word == "series_break"
    assert verdict_of(series, "2026-06").reason == "first_wave_since_break"


def test_twelve_waves_are_a_series() -> None:
    months = months_from("2020-02", 48)[::3]
    points = tuple(wave(m, 3 + (0.6 if p >= 12 else 0.02 * (p % 3)), 200) for p, m in enumerate(months))
    found = verdict_of(Series("x.y", "score_1_5", points, is_surveyed=True), months[-1])
    assert (found.word, found.pace) == ("real_rise", "wave")


def test_page_one_claims_as_benjamini_and_hochberg_do() -> None:
    """Their own fifteen probabilities (1995): at 5 % the first four are rejected."""
    ps = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.324,
        0.4262,
        0.5719,
        0.6528,
        0.759,
        1.0,
    ]
    verdicts = {str(n): Verdict("real_rise", "m", "m", "rise_run", p=p) for n, p in enumerate(ps)}
    assert claims(verdicts, 0.05) == ["0", "1", "2", "3"]
    verdicts["1"] = replace(verdicts["1"], word="no_signal")
    verdicts["none"] = Verdict("too_little_data", "m", "m", "too_short")
    assert claims(verdicts, 0.05) == ["0", "2", "3"]
    assert claims({}) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_is_said_with_its_numbers(language: str) -> None:
    """Each sentence renders from the fields a verdict of that reason really has, or from those of its like."""
    fields = {
        "month": "2026-09", "value": 1234.0, "plain": 1300.4, "centre": 1100.2, "lower": 900.0, "upper": 1290.0, "count": 3,
        "effect": 0.12, "minimum": 0.03, "have": 5, "need": 24, "since": "2025-01", "why": "method", "day": "2026-09-03",
        "flaw": "provisional", "last": "2026-06", "before": 1000.0, "before_month": "2025-09",
    }  # fmt: skip
    for reason in REASONS:
        for pace in ("month", "quarter", "wave"):
            said = sentence(reason, fields, "count", pace, language)  # type: ignore[arg-type]
            assert said.endswith(".") and "{" not in said and "2026" in said
    assert sentence("brand_new", fields, "count", "month", language) == "brand_new"  # type: ignore[arg-type]


def test_a_sentence_renders_from_the_fields_of_its_own_verdict() -> None:
    points = times(steady(60), 1.3, 40)
    points[50] = replace(points[50], break_reason="spaces")
    seen = set()
    for one in points:
        found = verdict_of(series_of(points), one.month)
        said = sentence(found.reason, found.fields, "count", found.pace, "en")
        assert said.startswith(("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"))
        seen.add(found.word)
    assert seen == {"too_little_data", "no_signal", "real_rise", "series_break"}
    assert "▲" not in said
