"""The auditor: tries to find out each hidden cell from everything that is shown, by linear programming.

For every hidden cell the least and the greatest number of people it could be of, given the shown cells, the sums, and
what a reader may suppose of other cells from one time to the next. He knows which cells are hidden, that a cell of
nobody is not, and how many there are at most in a cell nobody shows; no reason is given that would tell him which of
the hidden are the few.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

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


def audit(family: Family, hidden: Iterable[Key]) -> None:
    """Raise Recoverable when a hidden cell can be bounded more tightly than the threshold, or one of few is shown."""
    hidden = frozenset(hidden)
    if bare := family.primary() - hidden:
        raise Recoverable(f"{len(bare)} cells of too few people are shown")
    if found := leaks(family, hidden):
        raise Recoverable(f"{len(found)} hidden cells can be found out from what is shown")


def leaks(family: Family, hidden: frozenset[Key], *, first_only: bool = False) -> list[Leak]:
    """The hidden cells that are bounded too tightly; with `first_only` one. Of `closed` and `unasked` nobody asks."""
    found = []
    attack = _Attack(family, hidden)
    for key in sorted(hidden - family.closed - family.unasked):
        lowest, highest = attack.bounds(key)
        if highest - lowest < THRESHOLD - SLACK:
            found.append(Leak(key, lowest, highest))
            if first_only:
                break
    return found


class _Attack:
    """The linear programme of one family and one way of hiding."""

    def __init__(self, family: Family, hidden: frozenset[Key]) -> None:
        self.family, self.hidden = family, hidden
        # What is shown is a number; only hidden cells are left to find out.
        self.free = {key: at for at, key in enumerate(sorted(hidden))}
        self.pieces = _pieces(family, hidden)

    def bounds(self, key: Key) -> tuple[float, float]:
        """The least and greatest people a hidden cell could be of."""
        cells = self.pieces[key]
        column = {one: at for at, one in enumerate(sorted(cells))}
        equal, amounts = self._sums(column)
        beside, limits = self._links(column, subject_of(self.family, key))
        counts, closed = self.family.counts, self.family.closed
        box = [(0.0, counts[one]) if one in closed else (min(1.0, counts[one]), None) for one in column]
        ends = []
        for sign in (1.0, -1.0):
            goal = np.zeros(len(column))
            goal[column[key]] = sign
            done = linprog(goal, beside, limits, equal, amounts, box, method="highs")
            if done.status == 3:  # without end
                ends.append(float("inf"))
            elif done.status == 0:
                ends.append(sign * float(done.fun))
            else:
                raise Recoverable(f"the auditor has no answer ({done.message})")
        return ends[0], ends[1]

    def _sums(self, column: dict[Key, int]) -> tuple[csr_matrix | None, np.ndarray | None]:
        rows: list[tuple[dict[int, float], float]] = []
        for one in self.family.sums:
            terms: dict[int, float] = {}
            rest = 0.0
            for key, sign in ((one.total, -1.0), *((addend, 1.0) for addend in one.addends)):
                if key in column:
                    terms[column[key]] = terms.get(column[key], 0.0) + sign
                elif key not in self.hidden:
                    rest -= sign * self.family.counts[key]
            if terms:
                rows.append((terms, rest))
        return _matrix(rows, len(column))

    def _links(self, column: dict[Key, int], subject: str) -> tuple[csr_matrix | None, np.ndarray | None]:
        rows: list[tuple[dict[int, float], float]] = []
        for link in self.family.links:
            if link.subject == subject or not {link.one, link.other} & column.keys():
                continue
            for sign in (1.0, -1.0):
                terms: dict[int, float] = {}
                rest = float(link.gap)
                for key, own in ((link.one, sign), (link.other, -sign)):
                    if key in column:
                        terms[column[key]] = own
                    else:
                        rest -= own * self.family.counts[key]
                rows.append((terms, rest))
        return _matrix(rows, len(column))


def subject_of(family: Family, key: Key) -> str:
    """Whom a cell is of, by the links it stands in; '' of one that stands in none."""
    return next((link.subject for link in family.links if key in (link.one, link.other)), "")


def _pieces(family: Family, hidden: frozenset[Key]) -> dict[Key, frozenset[Key]]:
    """Hidden cell -> the hidden cells that anything ties it to: the others say nothing of it."""
    group = {key: {key} for key in hidden}
    ties = [{one.total, *one.addends} for one in family.sums] + [{one.one, one.other} for one in family.links]
    for tie in ties:
        tied = sorted(tie & hidden)
        for key in tied[1:]:
            if group[key] is not group[tied[0]]:
                joined = group[tied[0]] | group[key]
                for one in joined:
                    group[one] = joined
    return {key: frozenset(cells) for key, cells in group.items()}


def _matrix(rows: list[tuple[dict[int, float], float]], width: int) -> tuple[csr_matrix | None, np.ndarray | None]:
    if not rows:
        return None, None
    at = [(number, column, amount) for number, (terms, _) in enumerate(rows) for column, amount in terms.items()]
    lines, columns, amounts = zip(*at, strict=True)
    matrix = csr_matrix((amounts, (lines, columns)), shape=(len(rows), width))
    return matrix, np.array([rest for _, rest in rows])
