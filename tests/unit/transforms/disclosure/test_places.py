"""Small closed places over two years of random towns, against attackers who take away what is shown from totals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests.unit.transforms.disclosure.reader import found_out
from transforms.disclosure import THRESHOLD
from transforms.disclosure.places import AROUND, Month, Said, Town

MONTHS = [f"{2024 + number // 12}-{number % 12 + 1:02}" for number in range(24)]


def random_town(seed: int) -> Town:
    """Five to ten places, a third of them small, whose members come and go; totals of all and of two kinds."""
    rng = np.random.default_rng(seed)
    names = [f"p{number}" for number in range(rng.integers(5, 11))]
    start = {name: int(rng.integers(2, 14) if rng.random() < 0.35 else rng.integers(15, 300)) for name in names}
    step = {name: int(rng.integers(0, 4)) for name in names}
    members: dict[str, dict[str, int]] = {}
    for month in MONTHS:
        for name in names:
            start[name] = max(1, start[name] + int(rng.integers(-step[name], step[name] + 2)))
        members[month] = {name: count for name, count in start.items() if rng.random() > 0.02}
    kinds = [frozenset(name for name in names if rng.random() < 0.5) for _ in range(2)]
    closed = frozenset(name for name in names if rng.random() < 0.85)
    return Town(members, closed, frozenset({frozenset(names), *kinds} - {frozenset()}))


def check(town: Town) -> int:
    told = town.decide()
    for month, kept in told.items():
        assert kept.places <= town.closed, month
    assert list(found_out(town, told)) == []
    return sum(len(one.places) for one in told.values())


@pytest.mark.parametrize("seed", range(3))
def test_nothing_small_is_told_by_a_total(seed: int):
    assert check(random_town(seed)) > 0


def test_nothing_small_is_told_by_a_month_before_and_one_after_together():
    """All stay as many as they are. The first month shows c; the last may not show b, as the one in between hides a."""
    people = {"a": 6, "b": 100, "c": 90, "d": 300}
    kept = ["ab", "abc", "abc", "abc", "abc"]
    said = {
        month: Said(frozenset(one), frozenset(people) - frozenset(one), is_said=True)
        for month, one in zip(MONTHS, kept, strict=False)
    }
    town = town_of(*[people] * 6, said=said)
    told = town.decide()
    assert list(found_out(town, told)) == []
    badly = {**told, MONTHS[5]: Month(frozenset("ac"))}
    assert {month for month, _, _ in found_out(town, badly)} == {MONTHS[2], MONTHS[3]}


def test_the_reader_finds_what_is_kept_back_badly():
    """Of the few alone he learns what he wants; and of what is decided without a look at the other side."""
    caught = 0
    for seed in range(3):
        town = random_town(seed)
        bare = {
            month: Month(frozenset(one for one in town.closed & people.keys() if 0 < people[one] < THRESHOLD))
            for month, people in town.members.items()
        }
        caught += len(list(found_out(town, bare)))
    assert caught > 10


@pytest.mark.long
@pytest.mark.parametrize("first", range(100, 600, 50))
def test_nothing_small_is_told_by_a_total_in_500_towns(first: int):
    assert sum(check(random_town(seed)) for seed in range(first, first + 50)) > 500


def town_of(*months: Mapping[str, int], public: str = "", said: Mapping[str, Said] | None = None) -> Town:
    members = dict(zip(MONTHS, months, strict=False))
    names = {name for one in months for name in one}
    return Town(members, frozenset(names - set(public)), frozenset({frozenset(names)}), said or {})


def test_one_small_place_hides_another_with_it_and_keeps_it():
    """The smallest of the others, and the same one in every month."""
    told = town_of({"a": 6, "b": 100, "c": 90}, {"a": 6, "b": 80, "c": 90}).decide()
    assert [one.places for _, one in sorted(told.items())] == [frozenset("ac")] * 2


def test_a_place_that_has_grown_is_kept_back_while_it_would_tell_of_before():
    months: list[dict[str, int]] = [{"a": 8, "b": 50, "c": 90}, *({"a": 14 + n, "b": 51, "c": 90} for n in range(10))]
    told = town_of(*months).decide()
    assert [bool(told.get(month, Month()).places) for month in MONTHS[:11]] == [True] * (1 + AROUND) + [False] * (
        10 - AROUND
    )


def test_a_new_small_place_takes_others_with_it_until_nobody_can_go_by_the_months_before():
    """Nobody else came or went: what the total grew by is the new place, so the total waits for a quarter."""
    old = {"b": 100, "c": 90, "d": 300}
    told = town_of(old, *({"a": 6, **old} for _ in range(6))).decide()
    assert [bool(told[month].totals) for month in MONTHS[1:7]] == [True] * AROUND + [False] * 3
    assert all(one.places == frozenset("ac") for one in told.values())


def test_only_a_public_place_beside_it_hides_the_total():
    told = town_of({"a": 6, "p": 1000}, public="p").decide()
    assert told[MONTHS[0]] == Month(frozenset("a"), frozenset({frozenset("ap")}))


def test_what_a_revision_would_tell_is_not_said():
    """A month that was published with all its places; then one of them turns out to have been small."""
    shown = Said(shown=frozenset("abc"), is_said=True)
    told = town_of({"a": 6, "b": 100, "c": 90}, said={MONTHS[0]: shown}).decide()
    assert told[MONTHS[0]] == Month(frozenset("a"), frozenset({frozenset("abc")}))


def test_what_was_hidden_stays_hidden_in_a_revision():
    hidden = Said(hidden=frozenset("ac"), shown=frozenset("b"), is_said=True)
    told = town_of({"a": 12, "b": 100, "c": 90}, said={MONTHS[0]: hidden}).decide()
    assert told[MONTHS[0]].places == frozenset("ac")


def test_a_later_month_that_is_published_is_looked_at_too():
    """The month after was published with the place that would be hidden now: it hides nothing any more."""
    said = {MONTHS[1]: Said(shown=frozenset("abc"), is_said=True)}
    told = town_of({"a": 6, "b": 100, "c": 90}, {"a": 15, "b": 100, "c": 90}, said=said).decide()
    assert told[MONTHS[0]].totals == {frozenset("abc")}


def test_a_town_without_small_places_hides_nothing():
    assert town_of({"a": 16, "b": 100}, {"a": 0, "b": 100}).decide() == {}
