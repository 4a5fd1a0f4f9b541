"""A reader of two years of a town's figures, who knows nothing of how it was decided what is kept back.

He has all months before him, with what was shown of each and nothing else, and for a small place of a month he writes
down what he knows: the totals shown, and that no other closed place changed by more than it truly did between months up
to a quarter apart, none of them more than a quarter from the month he asks about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from scipy.optimize import linprog

from transforms.disclosure import THRESHOLD
from transforms.disclosure.places import AROUND, Month, Town

Unknown = tuple[str, str]
"""A month and a place of which nothing is shown."""
Rule = tuple[dict[Unknown, float], float]
"""Unknown numbers by what they are taken, and what they come to."""


def found_out(town: Town, told: Mapping[str, Month]) -> Iterator[tuple[str, str, float]]:
    """(month, place, how wide) of each small closed place of which a reader knows more than he should."""
    months = sorted(town.members)
    for at, month in enumerate(months):
        few = {
            place for place in town.closed & town.members[month].keys() if 0 < town.members[month][place] < THRESHOLD
        }
        near = months[max(0, at - AROUND) : at + AROUND + 1]
        for place in sorted(few):
            if place not in told.get(month, Month()).places:
                yield month, place, 0.0
            elif (width := _width(town, told, near, (month, place))) < THRESHOLD - 1e-6:
                yield month, place, width


def _width(town: Town, told: Mapping[str, Month], months: list[str], asked: Unknown) -> float:
    unknown = [
        (one, place) for one in months for place in sorted(told.get(one, Month()).places & town.members[one].keys())
    ]
    equal, at_most = list(_totals(town, told, months)), list(_suppositions(town, told, months, asked[1]))
    ends = []
    for sign in (1.0, -1.0):
        goal = [sign * (one == asked) for one in unknown]
        # Beyond a hundred people no more is asked.
        box = [(1.0, town.members[one[0]][one[1]] + 100.0 if one == asked else None) for one in unknown]
        left, right = _table(at_most, unknown)
        sums, totals = _table(equal, unknown)
        done = linprog(goal, left, right, sums, totals, box, method="highs-ds")
        assert done.status == 0, done.message
        ends.append(float(done.fun))
    return -ends[1] - ends[0]


def _totals(town: Town, told: Mapping[str, Month], months: list[str]) -> Iterator[Rule]:
    for month in months:
        people, kept = town.members[month], told.get(month, Month())
        for scope in {one.intersection(people) for one in town.scopes | town.lesser} - kept.totals:
            unknown = scope & kept.places
            if unknown:
                yield {(month, place): 1.0 for place in unknown}, float(sum(people[place] for place in unknown))


def _suppositions(town: Town, told: Mapping[str, Month], months: list[str], but: str) -> Iterator[Rule]:
    """Between any two months, of every closed place but one."""
    order = sorted(town.members)
    pairs = [(a, b) for a in months for b in months if a < b and order.index(b) - order.index(a) <= AROUND]
    for before, after in pairs:
        for place in (town.closed & town.members[before].keys() & town.members[after].keys()) - {but}:
            change = town.members[after][place] - town.members[before][place]
            known = {
                month: float(town.members[month][place])
                for month in (before, after)
                if place not in told.get(month, Month()).places
            }
            if len(known) == 2 or abs(change) >= THRESHOLD:
                continue
            for sign in (1.0, -1.0):
                terms = {(after, place): sign, (before, place): -sign}
                rest = abs(change) - sum(terms.pop((month, place)) * count for month, count in known.items())
                yield terms, rest


def _table(rules: list[Rule], unknown: list[Unknown]) -> tuple[np.ndarray | None, np.ndarray | None]:
    if not rules:
        return None, None
    column = {one: number for number, one in enumerate(unknown)}
    table = np.zeros((len(rules), len(unknown)))
    for row, (terms, _) in enumerate(rules):
        for one, amount in terms.items():
            table[row, column[one]] = amount
    return table, np.array([rest for _, rest in rules])
