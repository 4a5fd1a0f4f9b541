"""Two columns in each other's place are known by their own past; a town that lives is not taken for such a file."""

from __future__ import annotations

import math
from random import Random

import pytest

from expectations.suites import SuiteProblem, Suites
from expectations.swaps import likest
from warehouse.calendar import shift

MONTHS = [shift("2024-01", number) for number in range(37)]
Columns = dict[str, dict[str, float]]


def lived(chance: Random, columns: int = 6) -> Columns:
    """Counts of a place over three years: each of a size and scatter of its own, with seasons and months in common."""
    together = [chance.gauss(0, 0.25) + 0.4 * math.sin(number / 12 * math.tau) for number in range(len(MONTHS))]
    found: Columns = {}
    for name in range(columns):
        size, noise, trend = 10 ** chance.uniform(0.5, 4), chance.choice((0.05, 0.15, 0.3, 0.5)), chance.gauss(0, 0.02)
        found[f"c{name}"] = {}
        for number, month in enumerate(MONTHS):
            mean = size * math.exp(together[number] + trend * number + chance.gauss(0, noise))
            found[f"c{name}"][month] = max(0.0, float(round(chance.gauss(mean, math.sqrt(mean)))))
    return found


def is_doubted(columns: Columns, month: str, *, is_whole: bool = True) -> bool:
    one = likest(columns, month, is_whole)
    return one is not None and one.less > one.more


def swapped(columns: Columns, one: str, other: str, month: str) -> Columns:
    mine, its = columns[one], columns[other]
    return columns | {one: mine | {month: its[month]}, other: its | {month: mine[month]}}


def test_columns_that_live_are_hardly_ever_taken_for_swapped_and_most_that_are_swapped_are_found() -> None:
    chance = Random(5)
    doubts = tables = missed = planted = 0
    for _ in range(60):
        columns = lived(chance)
        doubts += sum(is_doubted(columns, month) for month in MONTHS[4:])
        tables += 1
        one, other = chance.sample(sorted(columns), 2)
        month = chance.choice(MONTHS[8:])
        if abs(math.log1p(columns[one][month]) - math.log1p(columns[other][month])) > math.log(3):
            planted += 1
            missed += not is_doubted(swapped(columns, one, other, month), month)
    quarters = tables * len(MONTHS[4:]) / 3
    assert doubts / quarters < 0.02, doubts
    assert planted > 30 and missed / planted < 0.2, (missed, planted)


STEADY: Columns = {
    "posts": dict.fromkeys(MONTHS, 30.0), "comments": dict.fromkeys(MONTHS, 120.0), "views": dict.fromkeys(MONTHS, 9e3)
}  # fmt: skip
NOW = MONTHS[-1]


@pytest.mark.parametrize(
    ("amounts", "doubted"),
    [
        ({"posts": 120.0, "comments": 30.0}, True),
        ({"posts": 60.0, "comments": 15.0}, True),
        ({"comments": 7.0}, False),
        ({"posts": 480.0}, False),
        ({"posts": 60.0, "comments": 60.0}, False),
        ({"posts": 300.0, "comments": 1200.0}, False),
    ],
)
def test_it_is_no_swap_where_one_column_moved_or_both_the_same_way(amounts: dict[str, float], doubted: bool) -> None:
    columns = {name: by | ({NOW: amounts[name]} if name in amounts else {}) for name, by in STEADY.items()}
    assert is_doubted(columns, NOW) is doubted


def test_a_month_in_progress_may_hold_less_of_both() -> None:
    columns = {name: by | {NOW: by[NOW] / 2.5} for name, by in STEADY.items()}
    begun = swapped(columns, "posts", "comments", NOW)
    assert not is_doubted(columns, NOW, is_whole=False)
    assert not is_doubted(begun, NOW) and is_doubted(begun, NOW, is_whole=False)


def test_one_month_that_was_swapped_hides_no_other() -> None:
    columns = swapped(STEADY, "posts", "comments", MONTHS[-4])
    assert is_doubted(swapped(columns, "posts", "comments", NOW), NOW) and not is_doubted(columns, NOW)


def test_too_short_a_past_says_nothing() -> None:
    assert likest({name: {NOW: by[NOW]} for name, by in STEADY.items()}, NOW, True) is None


def test_a_swap_names_measures_there_are() -> None:
    with pytest.raises(SuiteProblem, match="there is no measure opens"):
        Suites(settings={"mailing": {"counts": {"among": ["opens"]}}}).of("newsletter", "mailing")
