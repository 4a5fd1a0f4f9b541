"""Months judged as wholes: what a person would stop is held or doubted, and what is as ever passes in silence."""

from dataclasses import replace
from datetime import date

import pytest

from expectations.lines import MonthsContext
from expectations.months import check_months, later
from expectations.profile import Profile, profiles, rules_of
from expectations.prove import prove
from expectations.results import Finding, Notice, Refused
from expectations.suites import FALL, PUBLISHED, Suites, built_in
from tests.unit.expectations.rows import good_row, table
from texts import LANGUAGES, error
from warehouse.calendar import shift
from warehouse.facts import FACTS

MONTH = "2026-09"
SUITES = {fact: Suites().of("", fact) for fact in FACTS}
AMOUNTS = {"rows": 100.0, "messages": 100.0, "authors": 20.0, "unknown_authors": 0.1, "hour": 19.0, "days": 30.0}


def profile(fact: str = "message", space: str = "square", **amounts: float) -> Profile:
    return Profile(SUITES[fact].digest, {space: amounts})


def context(**changes: object) -> MonthsContext:
    """Twelve quiet months before, nothing stored, nothing closed."""
    new = {("message", shift(MONTH, -back)): profile(**AMOUNTS) for back in range(13)}
    plain = MonthsContext(SUITES, new, {}, frozenset(), frozenset(), date(2026, 10, 20), frozenset({"square"}))
    return replace(plain, **changes)  # type: ignore[arg-type]


def found(town: MonthsContext, fact: str = "message", month: str = MONTH) -> list[Finding]:
    return [one for _, one in check_months([(fact, month)], town).found]


def changed(town: MonthsContext, **amounts: float) -> MonthsContext:
    """The month with other amounts; one of None is not known."""
    now = {name: one for name, one in {**AMOUNTS, **amounts}.items() if one is not None}
    return replace(town, new={**town.new, ("message", MONTH): profile(**now)})


def stored(town: MonthsContext, *, closed: bool = True, **amounts: float) -> MonthsContext:
    before = {("message", MONTH): profile(**{**AMOUNTS, **amounts})}
    return replace(town, stored=before, closed=frozenset({MONTH} if closed else ()))


def test_a_month_like_those_before_passes_in_silence() -> None:
    assert found(context()) == []
    assert found(stored(context())) == []


@pytest.mark.parametrize(
    ("rule", "amounts"),
    [
        ("messages", {"messages": 1000}), ("messages", {"messages": 12}), ("days", {"days": 14}),
        ("authors", {"authors": 160}), ("unknown_authors", {"unknown_authors": 1.0}), ("hour", {"hour": 22.0}),
        ("twice_at_most", {"twice": 0.5}),
    ],
)  # fmt: skip
def test_a_month_unlike_its_past_is_doubted_by_its_own_rule(rule: str, amounts: dict[str, float]) -> None:
    assert [(type(one), one.rule, one.space) for one in found(changed(context(), **amounts))] == [
        (Notice, rule, "square")
    ]


def test_a_month_heard_in_part_or_in_progress_may_hold_less_but_not_more() -> None:
    few, many = {"messages": 12.0, "days": 9.0}, {"messages": 1000.0}
    part = frozenset({("message", "square", MONTH)})
    assert found(replace(changed(context(), **few), partial=part)) == []
    assert found(replace(changed(context(), **few), today=date(2026, 9, 12))) == []
    assert [one.rule for one in found(replace(changed(context(), **many), partial=part))] == ["messages"]


@pytest.mark.parametrize("amounts", [{"messages": 700, "rows": 700}, {"clock": 16.0}, {"unknown_authors": 0.5}])
def test_a_month_stored_in_progress_may_become_any_more_and_a_published_one_may_not(amounts: dict[str, float]) -> None:
    few = {"messages": 100.0, "rows": 100.0, "clock": 12.0, "unknown_authors": 0.05}
    part = frozenset({("message", "square", MONTH)})
    begun = stored(changed(context(), **few | amounts), closed=False, **few)
    alone = replace(begun, new={place: one for place, one in begun.new.items() if place[1] == MONTH}, growing=part)
    assert found(alone) == []
    assert found(replace(alone, growing=frozenset())) != []
    assert found(replace(alone, closed=frozenset({MONTH}))) != []
    assert [one.rule for one in found(changed(alone, **few | {"messages": 50.0}))] == ["messages"]


def test_members_of_a_month_in_progress_are_as_many_as_of_a_whole_one() -> None:
    place, part = ("membership", MONTH), frozenset({("membership", "square", MONTH)})
    before, now = profile("membership", members=300.0), profile("membership", members=3000.0)
    town = replace(context(), new={place: now}, stored={place: before}, growing=part)
    assert [one.rule for one in found(town, "membership")] == ["members"]
    assert found(replace(town, new={place: profile("membership", members=320.0)}), "membership") == []


@pytest.mark.parametrize(
    "amounts", [{"messages": 79, "rows": 79}, {"rows": 79}, {"messages": 700}, {"authors": 9}, {"unknown_authors": 0.6}]
)
def test_a_closed_month_that_worsens_is_held_and_an_open_one_doubted(amounts: dict[str, float]) -> None:
    held = found(stored(changed(context(), **amounts)))
    assert held and {type(one) for one in held} <= {Refused, Notice}
    assert any(isinstance(one, Refused) for one in held)
    passing = found(stored(changed(context(), **amounts), closed=False))
    assert passing and {type(one) for one in passing} == {Notice}
    accepted = replace(stored(changed(context(), **amounts)), accepted=frozenset({("message", MONTH)}))
    assert not any(isinstance(one, Refused) for one in found(accepted))


def test_a_fall_of_a_fifth_is_not_more_than_a_fifth() -> None:
    assert found(stored(changed(context(), rows=100 * (1 - FALL)))) == []


def test_a_space_that_is_gone_is_a_fall_unless_it_goes_by_another_name_now() -> None:
    town = context()
    two = Profile(SUITES["message"].digest, {name: dict(AMOUNTS) for name in ("square", "school")})
    gone = replace(town, stored={("message", MONTH): two}, closed=frozenset({MONTH}), spaces={"square", "school"})
    assert {(one.rule, one.space) for one in found(gone) if isinstance(one, Refused)} >= {
        ("rows", ""),
        ("messages", "school"),
    }
    renamed = Profile(SUITES["message"].digest, {name: dict(AMOUNTS) for name in ("unregistered-1", "old-code")})
    now = Profile(SUITES["message"].digest, {name: dict(AMOUNTS) for name in ("square", "school")})
    town = replace(gone, stored={("message", MONTH): renamed}, new={**town.new, ("message", MONTH): now})
    assert [one for one in found(town) if isinstance(one, Refused)] == []


def test_one_fact_is_measured_by_another_of_its_source() -> None:
    suites = {**SUITES, "message": Suites().of("whatsapp", "message")}
    town = replace(context(), suites=suites)
    few = replace(town, new={**town.new, ("membership", MONTH): profile("membership", members=5.0, left=0.0)})
    assert [one.rule for one in found(few)] == ["authors_within_members"]
    enough = replace(town, new={**town.new, ("membership", MONTH): profile("membership", members=40.0, left=0.0)})
    assert found(enough) == []
    assert found(town) == [], "what is not known breaks nothing"


def test_everything_found_has_a_sentence_in_every_language() -> None:
    town = stored(changed(context(), rows=10, messages=10, unknown_authors=0.9, twice=0.6))
    every = [*found(town), *found(replace(town, closed=frozenset()))]
    assert {one.code for one in every} == {
        "month_shrank", "month_fell", "month_changed", "month_differs", "unusual_month", "bound_broken",
    }  # fmt: skip
    for one in every:
        said = {error(one.code, language, **one.arguments) for language in LANGUAGES}
        assert len(said) == 3 and not any("…" in text or "message." in text for text in said), said


@pytest.mark.parametrize("name", sorted(built_in()))
def test_every_suite_runs_and_its_rules_have_words(name: str) -> None:
    source, _, fact = name.rpartition(".")
    suites = Suites()
    if fact != PUBLISHED:  # of figures nothing is measured in SQL
        prove(suites, source, fact)
    suite = suites.of(source, fact)
    for rule in {*suite.measures, *suite.bounds, *suite.rows}:
        said = {error("rule_broken", language, measure=f"{fact}.{rule}") for language in LANGUAGES}
        assert not any(f"{fact}.{rule}" in text for text in said), f"{fact}.{rule} has no words in texts/checks.yaml"


def test_a_profile_is_of_each_space_and_comes_back_as_it_was_kept() -> None:
    rows = [good_row("message", n) | {"space": "square" if n % 3 else "school", "author": n % 4} for n in range(30)]
    for row in rows:
        row |= {"month": MONTH, "sent_at": row["sent_at"].replace(year=2026, month=9, day=10)}
    suite = SUITES["message"]
    taken = profiles("message", suite, table("message", rows), "Asia/Jerusalem")[MONTH]
    assert {space: one["messages"] for space, one in taken.spaces.items()} == {"square": 20, "school": 10}
    assert taken.spaces["square"]["authors"] == 4 and taken.spaces["square"]["days"] == 1
    assert "hour" not in taken.spaces["square"], "of twenty messages no hour is usual"
    assert (
        Profile.of_text(taken.as_text("by these"), suite) == taken and rules_of(taken.as_text("by these")) == "by these"
    )
    assert Profile.of_text(taken.as_text(""), SUITES["mailing"]) is None and Profile.of_text("", suite) is None


def test_what_went_is_doubted_until_it_is_back() -> None:
    said = {"month": MONTH, "measure": "message.messages", "before": "100", "now": "40"}
    town = replace(context(), fallen=[("message", MONTH, "messages", "square", said)])
    assert [one.code for one in found(changed(town, messages=45))] == ["month_differs"]
    assert found(changed(town, messages=90)) == []
    assert found(replace(changed(town, messages=45), accepted=frozenset({("message", MONTH)}))) == []


def test_a_month_is_looked_at_again_when_one_it_is_compared_with_changed() -> None:
    changes = [("message", "2025-03")]
    assert later(("message", "2025-04"), changes) and later(("message", "2026-03"), changes)
    assert not later(("message", "2026-04"), changes) and not later(("message", "2025-02"), changes)
    assert not later(("mailing", "2025-04"), changes)
