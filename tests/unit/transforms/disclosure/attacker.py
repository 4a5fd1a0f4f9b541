"""Another way to the truth: an attacker who tries every town there could be, and the fewest cells that would do.

He shares no line with the auditor: no linear programming, whole people only, and nothing but what a reader sees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from transforms.disclosure import THRESHOLD, Family, leaks

Key = tuple[str, ...]


def possible(family: Family, hidden: frozenset[Key], most: int) -> Iterator[Mapping[Key, int]]:
    """Every way to fill the hidden cells with whole people, up to `most` each, that agrees with what is shown."""
    free = sorted(hidden)
    shown = {key: count for key, count in family.counts.items() if key not in hidden}
    lowest = [0 if key in family.closed else 1 for key in free]

    # The last unknown of a sum follows from the others: a search cell by cell, given up as soon as a sum is broken.
    def fill(at: int, told: dict[Key, int]) -> Iterator[Mapping[Key, int]]:
        if at == len(free):
            yield dict(told)
            return
        for count in _range(family, told, free[at], lowest[at], most):
            told[free[at]] = count
            yield from fill(at + 1, told)
            del told[free[at]]

    yield from fill(0, dict(shown))


def _range(family: Family, told: Mapping[Key, int], key: Key, lowest: int, most: int) -> range:
    """What one cell may hold given those already filled; empty where a sum is broken."""
    low, high = lowest, most
    for one in family.sums:
        if key == one.total:
            parts = [told.get(addend) for addend in one.addends]
            known = sum(part for part in parts if part is not None)
            low = max(low, known)
            high = min(high, known) if None not in parts else high
        elif key in one.addends:
            others = [told.get(addend) for addend in one.addends if addend != key]
            known = sum(part for part in others if part is not None)
            if (total := told.get(one.total)) is not None:
                high = min(high, total - known)
                low = max(low, total - known) if None not in others else low
    return range(low, high + 1)


def found_out(family: Family, hidden: frozenset[Key], most: int) -> dict[Key, tuple[int, int]]:
    """Hidden cells that every possible town puts within less than the threshold; `most` has to be wide enough."""
    ends: dict[Key, tuple[int, int]] = {}
    for town in possible(family, hidden, most):
        for key in hidden:
            low, high = ends.get(key, (town[key], town[key]))
            ends[key] = min(low, town[key]), max(high, town[key])
    return {
        key: (low, high) for key, (low, high) in ends.items() if high - low < THRESHOLD and key not in family.closed
    }


def fewest(family: Family, cost: Mapping[Key, float] | None = None) -> frozenset[Key] | None:
    """The cheapest way to hide that the auditor lets pass, by mixed-integer programming; None where there is none.

    A way in which a hidden cell leaks leaks it with fewer hidden too: so whoever hides that cell hides one of those
    outside of it as well. These rules are added until the cheapest way that keeps them leaks nothing.
    """
    keys = sorted(family.counts)
    at = {key: number for number, key in enumerate(keys)}
    price = np.array([(cost or {}).get(key, family.cost(key)) for key in keys])
    primary, fixed = family.primary(), family.fixed
    low = np.array([1.0 if key in primary else 0.0 for key in keys])
    high = np.array([0.0 if key in fixed or family.counts[key] == 0 else 1.0 for key in keys])
    rules: list[np.ndarray] = []
    ties = [frozenset({one.total, *one.addends}) for one in family.sums]
    for tie, key in ((one, key) for one in ties for key in one):  # who is hidden alone in a sum is told by it
        others = [one in tie and one != key and bool(high[at[one]]) for one in keys]
        rules.append(np.array(others, float) - np.array([float(one == key) for one in keys]))
    while True:
        held = [LinearConstraint(np.array(rules), lb=0.0)] if rules else []
        done = milp(price, constraints=held, integrality=np.ones(len(keys)), bounds=Bounds(low, high))
        if not done.success:
            return None
        hidden = frozenset(key for key in keys if done.x[at[key]] > 0.5)
        found = leaks(family, hidden)
        if not found:
            return hidden
        for leak in found:
            wide, alone = set(hidden), replace(family, unasked=frozenset(family.counts) - {leak.key})
            for key in keys:  # as many hidden as leave it leaking: the rule says more
                if high[at[key]] and key not in wide and leaks(alone, frozenset({*wide, key})):
                    wide.add(key)
            rule = np.array([1.0 if key not in wide and high[at[key]] else 0.0 for key in keys])
            rule[at[leak.key]] -= 1.0
            rules.append(rule)


def two_way(counts: np.ndarray, *, with_margins: bool = True) -> Family:
    """A table of people by two cuts, with its margins and its whole."""
    from transforms.disclosure import Sum

    height, width = counts.shape
    cells = {("cell", str(i), str(j)): int(counts[i, j]) for i, j in product(range(height), range(width))}
    rows = {("row", str(i)): int(counts[i].sum()) for i in range(height)}
    columns = {("column", str(j)): int(counts[:, j].sum()) for j in range(width)}
    whole: dict[Key, int] = {("whole",): int(counts.sum())}
    sums = [Sum(("row", str(i)), tuple(("cell", str(i), str(j)) for j in range(width))) for i in range(height)]
    sums += [Sum(("column", str(j)), tuple(("cell", str(i), str(j)) for i in range(height))) for j in range(width)]
    sums += [Sum(("whole",), tuple(rows)), Sum(("whole",), tuple(columns))]
    return Family({**cells, **rows, **columns, **whole}, sums, public=frozenset(whole) if with_margins else frozenset())
