"""Columns that stand in each other's place: posts under comments, users under visits.

Of two counts of one table the one may always be some times the other. A month in which it is the other way round by
just as much, while both together are what they usually are, has its columns swapped: nothing else does that. Where the
two are much alike, or go up and down against each other, it cannot be told and is not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

from expectations.usual import MIN_MONTHS, MONTHS, scatter

SURE = math.log(1.7)
"""Counts that part by less than this from what is usual of them may do so by chance."""
SCATTERS = 5.0
"""How many times the usual scatter of a ratio is believed: there are many ratios."""
NEARER = 3.0
"""So many times nearer to the swapped than to the usual it has to be."""
WITHIN = 3.3
"""A month in which both together part from the usual by more than a third of a swap, is none: one column moved."""
USUALLY = 1.2
"""It parts by more than this times what all others did but one: one that was swapped and accepted hides no other."""
Series = Mapping[str, float]
"""Month -> amount."""


@dataclass(frozen=True)
class Swapped:
    """Two columns and how far, in logarithms, their ratio is from the usual one (`less`) and may be (`more`)."""

    one: str
    other: str
    less: float
    more: float


def likest(columns: Mapping[str, Series], month: str, is_whole: bool) -> Swapped | None:
    """The two of some columns that look swapped most in a month; None where nothing can be told of any two.

    A month that is not whole holds less of both: what both amount to is not asked then.
    """
    logs = {name: {one: math.log1p(max(amount, 0.0)) for one, amount in by.items()} for name, by in columns.items()}
    found = [
        compared
        for one, other in combinations(sorted(logs), 2)
        if (compared := _compared(one, other, logs, columns, month, is_whole))
    ]
    return max(found, key=lambda one: (one.less - one.more, one.one, one.other), default=None)


def _compared(
    one: str, other: str, logs: Mapping[str, Series], columns: Mapping[str, Series], month: str, is_whole: bool
) -> Swapped | None:
    mine, its = logs[one], logs[other]
    if month not in mine or month not in its:
        return None
    past = [when for when in sorted(mine.keys() & its.keys()) if when < month][-MONTHS:]
    if len(past) < MIN_MONTHS:
        return None
    ratios = [mine[when] - its[when] for when in past]
    usually, now = median(ratios), mine[month] - its[month]
    apart = sorted(abs(ratio - usually) for ratio in ratios)
    chance = math.sqrt(sum(1 / (1 + max(by[month], 0.0)) for by in (columns[one], columns[other])))
    common = [(by[month] - median(by[when] for when in past)) / 2 for by in (mine, its)]
    allowed = [SURE, SCATTERS * max(scatter(ratios), chance), USUALLY * apart[-2], NEARER * abs(now + usually)]
    return Swapped(one, other, abs(now - usually), max(allowed + [WITHIN * abs(sum(common))] * is_whole))


def columns_of(
    among: Sequence[str], by: Mapping[tuple[str, str], Series], things: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
    """What stands beside each other, table by table: the thing that names it, and column -> (thing, measure).

    `by` has the series of (thing, measure), `things` those of each space. Several measures stand beside each other in
    each thing; one measure in the things of each space.
    """
    for first, own in sorted(things.items()):
        if len(among) == 1:
            yield first, {thing: (thing, among[0]) for thing in own if (thing, among[0]) in by}
        else:
            for thing in own:
                yield thing, {name: (thing, name) for name in among if (thing, name) in by}
