"""Raking: weights by which a wave is, attribute by attribute, what the population is (Deming and Stephan).

Respondents begin at 1 and are fitted to each margin in turn until all hold. Who did not tell an attribute keeps her
share of the wave. Weights are kept within bounds and then fitted again: a few people must not speak for many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.surveys.margins import Grouping, Margin, grouped

Values = NDArray[np.float64]

LOWEST, HIGHEST = 0.3, 3.0
"""Bounds of a weight, in means."""
CYCLES = 200
"""Margins that do not agree after so many rounds contradict each other, and nothing is weighed."""
ROUNDS = 20
"""How often trimmed weights are fitted again."""
EXACT = 1e-9
"""Largest distance of a share from its target at which margins hold."""


@dataclass(frozen=True)
class Weighting:
    """Weights of a wave's respondents, in their order; their mean is 1.

    `by` names the attributes they were fitted to, in order, each with the margin's origin (`sex:town`), none where they
    are all 1. `joined` are groups too thin
    to stand alone: (attribute, codes). `trimmed` counts respondents at a bound; `distance` is the furthest a share is
    from its target, above `EXACT` only where weights were trimmed.
    """

    weights: tuple[float, ...]
    by: tuple[str, ...] = ()
    joined: tuple[tuple[str, tuple[str, ...]], ...] = ()
    trimmed: int = 0
    distance: float = 0.0


def weigh(people: Sequence[Mapping[str, str | None]], margins: Sequence[Margin]) -> Weighting:
    """Weights of respondents by what each says of herself, attribute -> code or None.

    Who tells the same gets the same weight, and the order of respondents does not matter. Everybody counts once where
    no margin can be used, or where they contradict each other.
    """
    found = [(margin, grouped(margin, [one.get(margin.cut) for one in people])) for margin in margins]
    used = [(margin, grouping) for margin, grouping in found if grouping is not None]
    places = [tuple(grouping.place(one.get(grouping.cut)) for _, grouping in used) for one in people]
    alike = Counter(places)
    cells = sorted(alike)
    if not used:
        return Weighting((1.0,) * len(people))
    counts = np.array([alike[cell] for cell in cells], float)
    fit = _Fit(np.array(cells), counts, [_targets(grouping, places, at) for at, (_, grouping) in enumerate(used)])
    weights = fit.bounded()
    if weights is None:
        return Weighting((1.0,) * len(people))
    of_cell = dict(zip(cells, weights.tolist(), strict=True))
    at_bound = np.isclose(weights, LOWEST) | np.isclose(weights, HIGHEST)
    return Weighting(
        tuple(of_cell[place] for place in places),
        tuple(f"{margin.cut}:{margin.origin}" if margin.origin else margin.cut for margin, _ in used),
        tuple(_joined(margin, grouping) for margin, grouping in used if len(grouping.groups) < len(margin.groups)),
        int(counts[at_bound].sum()),
        fit.distance(weights),
    )


def _targets(grouping: Grouping, places: Sequence[tuple[int, ...]], at: int) -> Values:
    """The share of the wave each group is to have; last the one of those who did not tell, which is theirs already."""
    silent = sum(place[at] < 0 for place in places) / len(places)
    return np.array([*(share * (1 - silent) for share in grouping.shares), silent])


def _joined(margin: Margin, grouping: Grouping) -> tuple[str, tuple[str, ...]]:
    known = {frozenset(codes) for codes, _ in margin.groups}
    return margin.cut, tuple(sorted(code for codes in grouping.groups if codes not in known for code in codes))


@dataclass(frozen=True)
class _Fit:
    """Cells of respondents who tell the same: (cells, margins) group numbers, people in each, targets."""

    cells: NDArray[np.int64]
    counts: Values
    targets: list[Values]

    def shares(self, weights: Values, at: int) -> Values:
        """Share of the wave in each group of a margin; the last of those who did not tell."""
        size = len(self.targets[at])
        return np.bincount(self.cells[:, at] % size, weights * self.counts, size) / (weights @ self.counts)

    def distance(self, weights: Values) -> float:
        """The furthest a share is from its target."""
        return max(float(np.abs(self.shares(weights, at) - one).max()) for at, one in enumerate(self.targets))

    def raked(self, weights: Values) -> Values | None:
        """Weights at which all margins hold, their mean 1; None where they do not come to hold."""
        for _ in range(CYCLES):
            for at, target in enumerate(self.targets):
                shares = self.shares(weights, at)
                ratio = np.divide(target, shares, out=np.ones_like(target), where=shares > 0)
                weights = weights * ratio[self.cells[:, at] % len(target)]
            if self.distance(weights) <= EXACT:
                return np.asarray(weights * self.counts.sum() / (weights @ self.counts))
        return None

    def bounded(self) -> Values | None:
        """Raked weights within the bounds, their mean 1."""
        weights = self.raked(np.ones(len(self.counts)))
        for _ in range(ROUNDS):
            if weights is None or (weights.min() >= LOWEST and weights.max() <= HIGHEST):
                return weights
            trimmed = self.trimmed(weights)
            again = self.raked(trimmed)
            if again is None or np.allclose(again, weights, atol=EXACT):
                return trimmed
            weights = again
        return None if weights is None else self.trimmed(weights)

    def trimmed(self, weights: Values) -> Values:
        """The weights times one factor, cut off at the bounds, so that their mean is 1."""
        low, high = LOWEST / weights.max(), HIGHEST / weights.min()
        for _ in range(200):
            middle = (low + high) / 2
            total = np.clip(weights * middle, LOWEST, HIGHEST) @ self.counts
            low, high = (middle, high) if total < self.counts.sum() else (low, middle)
        return np.asarray(np.clip(weights * (low + high) / 2, LOWEST, HIGHEST))
