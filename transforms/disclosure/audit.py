"""The auditor: tries to find out each hidden cell from everything that is shown, by linear programming.

For every hidden cell the least and the greatest number of people it could be of, given the shown cells, the sums, and
what a reader may suppose of other cells from one time to the next. He knows which cells are hidden, that a cell of
nobody is not, and how many there are at most in a cell nobody shows; no reason is given that would tell him which of
the hidden are the few.

He thinks in towns that agree with all he sees: the true one is one of them, so a town is written as how many people
more or fewer each cell has than in truth. A town he has thought of once agrees with all that hides more, so while cells
are hidden one after another hardly any question is asked of the solver twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, csr_array
from scipy.sparse.csgraph import connected_components

from transforms.disclosure.family import THRESHOLD, Family, Key

SLACK = 1e-6
"""What the solver's arithmetic may be off by."""


class Recoverable(Exception):
    """A cell that must be hidden could be found out, or nearly: nothing of its family may be published."""


@dataclass(frozen=True)
class Leak:
    """A hidden cell that could be of no fewer than `lowest` and no more than `highest` people: too narrow."""

    key: Key
    lowest: float
    highest: float


@dataclass(frozen=True)
class _Town:
    """A town that agrees with what is seen: the people each cell has more than in truth, and the rows it breaks."""

    more: np.ndarray
    moved: np.ndarray
    wrong: np.ndarray


_Piece = tuple[np.ndarray, np.ndarray, csc_array]
"""Cells, the rows they stand in, and what of these."""


class Auditor:
    """One family under attack, whatever is hidden of it; he remembers the towns he thought of."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self.keys = sorted(family.counts)
        self.at = {key: number for number, key in enumerate(self.keys)}
        counts = np.array([family.counts[key] for key in self.keys], float)
        closed = np.array([key in family.closed for key in self.keys], bool)
        self.low = np.where(closed, -counts, np.minimum(1.0, counts) - counts)
        self.high = np.where(closed, 0.0, np.inf)
        self.matrix, self.lower, self.upper = self._rows(counts)
        self.columns = csc_array(self.matrix)
        self.subjects = {key: link.subject for link in reversed(family.links) for key in (link.other, link.one)}
        # Whose a row is (of a sum nobody's), and the first and last moment of its cells.
        self.subject = np.array([""] * len(family.sums) + [link.subject for link in family.links], object)
        moments = [[family.moments.get(key, 0) for key in tie] for tie in family.ties]
        self.first = np.array([min(one) for one in moments], int)
        self.last = np.array([max(one) for one in moments], int)
        self.towns: list[_Town] = []
        self.agreeing: list[_Town] = []
        self.hidden: frozenset[Key] | None = None
        self.is_hidden = np.zeros(len(self.keys), bool)
        self.pieces: np.ndarray | None = None
        self.blocks: dict[int, _Piece] = {}

    def _rows(self, counts: np.ndarray) -> tuple[csr_array, np.ndarray, np.ndarray]:
        """The sums, which stay true, and the links, which stay within their gaps: rows over all cells, their ends."""
        terms: list[tuple[int, int, float]] = []
        for row, one in enumerate(self.family.sums):
            terms += [(row, self.at[one.total], -1.0), *((row, self.at[addend], 1.0) for addend in one.addends)]
        first = len(self.family.sums)
        lower, upper = [0.0] * first, [0.0] * first
        for row, link in enumerate(self.family.links, start=first):
            here, there = self.at[link.one], self.at[link.other]
            terms += [(row, here, 1.0), (row, there, -1.0)]
            truly = counts[here] - counts[there]
            lower.append(-link.gap - truly)
            upper.append(link.gap - truly)
        rows, columns = [row for row, _, _ in terms], [column for _, column, _ in terms]
        amounts = [amount for _, _, amount in terms]
        shape = (len(lower), len(self.keys))
        return csr_array((amounts, (rows, columns)), shape=shape), np.array(lower), np.array(upper)

    def leaks(self, hidden: frozenset[Key], *, first_only: bool = False) -> list[Leak]:
        """The hidden cells that are bounded too tightly; with `first_only` one. Nobody asks of `closed`, `unasked`."""
        asked = sorted(hidden - self.family.closed - self.family.unasked)
        if asked and hidden != self.hidden:
            self._look_at(hidden)
        found = []
        for key in asked:
            lowest, highest = self._bounds(key)
            if highest - lowest < THRESHOLD - SLACK:
                found.append(Leak(key, self.family.counts[key] + lowest, self.family.counts[key] + highest))
                if first_only:
                    break
        return found

    def _look_at(self, hidden: frozenset[Key]) -> None:
        """Which of the towns thought of agree when these are hidden; of the rest nothing is known yet."""
        self.hidden, self.pieces = hidden, None
        self.is_hidden = np.zeros(len(self.keys), bool)
        self.is_hidden[[self.at[key] for key in hidden]] = True
        self.agreeing = [town for town in self.towns if not (town.moved & ~self.is_hidden).any()]

    def _bounds(self, key: Key) -> tuple[float, float]:
        """How many people fewer and more than it is of a cell could be of, as far as it takes to be wide enough."""
        at, unheld = self.at[key], self._unheld(key)
        thought = [town.more[at] for town in self.agreeing if not (town.wrong & ~unheld).any()]
        lowest, highest = min(thought, default=0.0), max(thought, default=0.0)
        for sign in (-1.0, 1.0):
            if highest - lowest < THRESHOLD - SLACK:
                end = self._farthest(at, sign, unheld)
                lowest, highest = min(lowest, end), max(highest, end)
        return lowest, highest

    def _unheld(self, key: Key) -> np.ndarray:
        """The rows that are not held against a cell: what is supposed of its own subject, and what is too far off."""
        subject, moment = self.subjects.get(key, ""), self.family.moments.get(key, 0)
        is_far = (self.first < moment - self.family.reach) | (self.last > moment + self.family.reach)
        unheld: np.ndarray = is_far | ((self.subject == subject) & bool(subject))
        return unheld

    def _farthest(self, at: int, sign: float, unheld: np.ndarray) -> float:
        """How far a cell can be from the truth to one side, at most by the threshold."""
        cells, rows, block = self._piece(at)
        low, high = self.low[cells], self.high[cells]
        mine = int(np.searchsorted(cells, at))
        low[mine], high[mine] = max(low[mine], -THRESHOLD), min(high[mine], THRESHOLD)
        goal = np.zeros(len(cells))
        goal[mine] = -sign
        lower = np.where(unheld[rows], -np.inf, self.lower[rows])
        upper = np.where(unheld[rows], np.inf, self.upper[rows])
        done = milp(goal, bounds=Bounds(low, high), constraints=LinearConstraint(block, lower, upper))
        if done.status != 0:
            raise Recoverable(f"the auditor has no answer ({done.message})")
        more = np.zeros(len(self.keys))
        more[cells] = done.x
        self._remember(more)
        return float(more[at])

    def _piece(self, at: int) -> _Piece:
        """All that is hidden and hangs together with a cell: of the others, which are shown, the truth is known."""
        if self.pieces is None:
            seen = self.matrix * self.is_hidden
            self.pieces = connected_components(abs(seen.T) @ abs(seen), directed=False)[1]
            self.blocks = {}
        number = int(self.pieces[at])
        if number not in self.blocks:
            cells = np.flatnonzero((self.pieces == number) & self.is_hidden)
            of_cells = self.columns[:, cells]
            rows = np.unique(of_cells.indices)
            self.blocks[number] = cells, rows, csc_array(of_cells[rows])
        return self.blocks[number]

    def _remember(self, more: np.ndarray) -> None:
        ends = self.matrix @ more
        wrong = (ends < self.lower - SLACK) | (ends > self.upper + SLACK)
        town = _Town(more, np.abs(more) > SLACK, wrong)
        self.towns.append(town)
        self.agreeing.append(town)


def audit(family: Family, hidden: Iterable[Key], auditor: Auditor | None = None) -> None:
    """Raise Recoverable when a hidden cell can be bounded more tightly than the threshold, or one of few is shown."""
    hidden = frozenset(hidden)
    if bare := family.primary() - hidden:
        raise Recoverable(f"{len(bare)} cells of too few people are shown")
    if found := (auditor or Auditor(family)).leaks(hidden):
        raise Recoverable(f"{len(found)} hidden cells can be found out from what is shown")


def leaks(family: Family, hidden: frozenset[Key], *, first_only: bool = False) -> list[Leak]:
    """The hidden cells that are bounded too tightly; with `first_only` one. Of `closed` and `unasked` nobody asks."""
    return Auditor(family).leaks(hidden, first_only=first_only)
