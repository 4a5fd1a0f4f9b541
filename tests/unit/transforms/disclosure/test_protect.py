"""What is hidden of a family of cells: enough, and hardly more; held against an attacker who counts by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.transforms.disclosure.attacker import fewest, found_out, two_way
from transforms.disclosure import Family, Link, Recoverable, Sum, audit, leaks, protect, rounded


def family(counts: dict[str, int], **more: object) -> Family:
    """One total `all` and its groups."""
    cells = {("all",): sum(counts.values()), **{(name,): count for name, count in counts.items()}}
    return Family(cells, [Sum(("all",), tuple((name,) for name in counts))], public=frozenset({("all",)}), **more)  # type: ignore[arg-type]


def test_few_people_are_hidden_and_the_smallest_group_beside_them():
    told = protect(family({"a": 3, "b": 40, "c": 20, "d": 100}))
    assert told.primary == {("a",)} and told.complementary == {("c",)}


def test_nobody_is_nobody():
    told = protect(family({"a": 0, "b": 40}))
    assert not told.hidden


def test_two_few_hide_each_other_where_they_are_enough_together():
    assert not protect(family({"a": 7, "b": 8, "c": 50})).complementary
    assert protect(family({"a": 4, "b": 5, "c": 50, "d": 60})).complementary == {("c",)}


def test_those_who_did_not_answer_hide_no_more_than_they_are():
    of = {"a": 3, "b": 40, "c": 50, "silent": 5}
    assert protect(family(of, closed=frozenset({("silent",)}))).complementary
    assert not protect(family({**of, "silent": 30}, closed=frozenset({("silent",)}))).complementary


def test_totals_of_public_channels_are_never_hidden():
    told = Family(
        {("all",): 1003, ("page",): 1000, ("group",): 3},
        [Sum(("all",), (("page",), ("group",)))],
        public=frozenset({("page",)}),
        costs={("all",): 25.0},
    )
    assert protect(told).hidden == {("group",), ("all",)}
    with pytest.raises(Recoverable):
        protect(Family(told.counts, told.sums, public=frozenset({("page",), ("all",)})))


def test_what_was_hidden_stays_so_and_what_was_shown_protects_nothing():
    of = {"a": 12, "b": 40, "c": 20, "d": 100}
    assert protect(family(of, kept=frozenset({("a",)}))).hidden == {("a",), ("c",)}
    assert protect(family({**of, "a": 3}, known=frozenset({("c",)}))).hidden == {("a",), ("b",)}
    with pytest.raises(Recoverable):
        protect(family({**of, "a": 3}, known=frozenset({("b",), ("c",), ("d",)})))


def test_the_auditor_refuses_what_should_have_been_hidden():
    with pytest.raises(Recoverable, match="too few people are shown"):
        audit(family({"a": 3, "b": 40}), [])
    with pytest.raises(Recoverable, match="found out"):
        audit(family({"a": 3, "b": 40}), [("a",)])


def test_a_group_that_hardly_changed_does_not_give_away_another():
    """In May b was of few and c hidden beside it; in June b is of many, but c is what it was."""
    months = {"may": {"b": 8, "c": 50, "d": 60}, "june": {"b": 14, "c": 51, "d": 60}}
    counts = {(month, name): count for month, of in months.items() for name, count in of.items()}
    counts |= {(month, "all"): sum(of.values()) for month, of in months.items()}
    sums = [Sum((month, "all"), tuple((month, name) for name in of)) for month, of in months.items()]
    links = [
        Link(name, ("may", name), ("june", name), abs(counts["june", name] - counts["may", name])) for name in "bcd"
    ]
    told = Family(
        counts, sums, links, public=frozenset({("may", "all"), ("june", "all")}), known=frozenset({("may", "d")}),
        kept=frozenset({("may", "b"), ("may", "c")}), unasked=frozenset({("may", "c")}),
    )  # fmt: skip
    naive = frozenset({("may", "b"), ("may", "c")})
    assert [leak.key for leak in leaks(told, naive)] == [("may", "b")]
    assert protect(told).hidden == naive | {("june", "c"), ("june", "b")}


@pytest.mark.parametrize("count", range(60))
def test_rounding(count: int):
    assert rounded(count) % 5 == 0 and abs(rounded(count) - count) <= 2


def tables(number: int, seed: int, height: int = 3, width: int = 3) -> list[np.ndarray]:
    """Small tables of people, a third of whose cells are of few."""
    rng = np.random.default_rng(seed)
    return [
        np.where(
            rng.random((height, width)) < 0.3,
            rng.integers(0, 10, (height, width)),
            rng.integers(10, 22, (height, width)),
        )
        for _ in range(number)
    ]


def test_who_counts_by_hand_finds_nothing():
    """Whole people, every town there could be: on overlapping cuts of two attributes with their margins."""
    tried = 0
    for counts in tables(20, seed=1):
        told = two_way(counts)
        try:
            hidden = protect(told).hidden
        except Recoverable:
            continue
        if 0 < len(hidden) <= 6:
            assert not found_out(told, hidden, most=int(counts.sum()) if len(hidden) < 6 else 60)
            tried += 1
    assert tried > 4


def test_who_counts_by_hand_finds_what_is_hidden_badly():
    """Only the few are hidden: he finds most of them, and the auditor those he finds."""
    caught = 0
    for counts in tables(40, seed=2):
        told = two_way(counts)
        hidden = told.primary()
        if 0 < len(hidden) <= 5 and (by_hand := found_out(told, hidden, most=int(counts.sum()))):
            assert by_hand.keys() <= {leak.key for leak in leaks(told, hidden)}
            caught += 1
    assert caught > 10


def hidden_against_fewest(number: int, seed: int) -> tuple[float, float]:
    """Cells hidden beside those of few over all tables, and the worst single table, against the fewest there could be."""
    ours = best = 0
    worst = 1.0
    for counts in tables(number, seed):
        told = two_way(counts)
        few = fewest(told, dict.fromkeys(told.counts, 1.0))
        try:
            hidden = protect(told).hidden
        except Recoverable:
            assert few is None
            continue
        assert few is not None and len(few) <= len(hidden)
        ours, best = ours + len(hidden), best + len(few)
        worst = max(worst, len(hidden) / len(few) if few else 1.0)
    return ours / best, worst


def test_hardly_more_is_hidden_than_has_to_be():
    over_all, worst = hidden_against_fewest(6, seed=3)
    assert over_all <= 1.1 and worst <= 1.5


@pytest.mark.long
def test_hardly_more_is_hidden_than_has_to_be_on_200_tables():
    """No table hides more than half as many again as the fewest that would do, and all together hardly more."""
    over_all, worst = hidden_against_fewest(200, seed=4)
    assert over_all <= 1.1 and worst <= 1.5
