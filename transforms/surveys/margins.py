"""What the population is by one attribute, and the groups of respondents that are held against it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

THIN_PEOPLE, THIN_SHARE = 10, 0.05
"""A group of fewer respondents, or of a smaller share of those who told, is joined to another: its weight would be of
too few."""
_TOLD = 0.5
"""An attribute fewer than this share of a wave told says too little of it to be weighed by."""
_BAND = re.compile(r"(\d+)(?:-(\d+)|\+)")
_OLDEST = 999


@dataclass(frozen=True)
class Margin:
    """The population by one attribute: groups of codes, each with its people or share; only their proportion counts.

    Groups stand in their order where the attribute `is_ordered`, as ages are: a thin one is joined to a neighbour.
    `origin` is who told it: two waves weighed by the word of others are weighed otherwise.
    """

    cut: str
    groups: tuple[tuple[tuple[str, ...], float], ...]
    is_ordered: bool = False
    origin: str = ""


@dataclass(frozen=True)
class Grouping:
    """Respondents by the groups of a margin that were left: of each its codes and its share of those who told."""

    cut: str
    groups: tuple[frozenset[str], ...]
    shares: tuple[float, ...]

    def place(self, code: str | None) -> int:
        """The number of a code's group; -1 of one who did not tell, or told what the population is not known by."""
        return next((number for number, codes in enumerate(self.groups) if code in codes), -1)


def grouped(margin: Margin, codes: Sequence[str | None]) -> Grouping | None:
    """The margin with thin groups joined; None where fewer than two groups are left, or too few told.

    `codes` holds one entry a respondent.
    """
    known = {code for group, amount in margin.groups for code in group if amount > 0}
    counts = Counter(code for code in codes if code in known)
    told = sum(counts.values())
    if told < max(THIN_PEOPLE, _TOLD * len(codes)):
        return None
    groups = [(frozenset(group), amount) for group, amount in margin.groups if amount > 0]

    def people(number: int) -> int:
        return sum(counts[code] for code in groups[number][0])

    while len(groups) > 1:
        # Of groups as thin as each other the one whose codes come first: no order of the respondents decides.
        thinnest = min(range(len(groups)), key=lambda one: (people(one), sorted(groups[one][0])))
        if people(thinnest) >= max(THIN_PEOPLE, THIN_SHARE * told):
            break
        others = [one for one in range(len(groups)) if one != thinnest]
        if margin.is_ordered:
            others = [one for one in others if abs(one - thinnest) == 1]
        other = min(others, key=lambda one: (people(one), sorted(groups[one][0])))
        first, second = sorted((thinnest, other))
        groups[first] = (groups[first][0] | groups[second][0], groups[first][1] + groups[second][1])
        del groups[second]
    if len(groups) < 2:
        return None
    whole = sum(amount for _, amount in groups)
    return Grouping(margin.cut, tuple(codes for codes, _ in groups), tuple(amount / whole for _, amount in groups))


def bands_within(ages: str, bands: Iterable[str]) -> tuple[str, ...]:
    """The bands a stretch of ages is made of: `18-64`, `65+`. () where it is none, or not made of whole ones."""
    asked = _ages(ages)
    if asked is None:
        return ()
    first, last = asked
    found = [(band, *own) for band in bands if (own := _ages(band)) and first <= own[0] and own[1] <= last]
    found.sort(key=lambda one: one[1])
    edges = [first, *(end + 1 for _, _, end in found)]
    is_whole = bool(found) and [start for _, start, _ in found] == edges[:-1] and edges[-1] == last + 1
    return tuple(band for band, _, _ in found) if is_whole else ()


def _ages(text: str) -> tuple[int, int] | None:
    found = _BAND.fullmatch(text.strip())
    if found is None:
        return None
    first, last = int(found[1]), int(found[2]) if found[2] else _OLDEST
    return (first, last) if first <= last else None
