"""A family of cells: counts of people, the sums that tie them, and what has been said of them before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

THRESHOLD = 10
"""People below whom a cell is hidden, and the width below which the bounds of a hidden cell say too much."""
BASE = 5
"""What a shown cell of a cut is rounded to."""

Key = tuple[str, ...]
"""A cell's name: the caller's own words. The same name is the same quantity, in whatever sum it stands."""


@dataclass(frozen=True)
class Sum:
    """`total` is the sum of `addends`: whoever knows all but one of these cells knows that one."""

    total: Key
    addends: tuple[Key, ...]


@dataclass(frozen=True)
class Link:
    """Two cells of one `subject` at two times that a reader may suppose to differ by at most `gap` people.

    He is right when he does: `gap` is the true difference, so he supposes as sharply as the truth lets him. What he
    supposes of a subject is used against all others, not against the subject: that a group which counted 12 last month
    counts about as many now, no hiding can undo.
    """

    subject: str
    one: Key
    other: Key
    gap: int


@dataclass(frozen=True)
class Family:
    """Cells that may be found out from one another.

    `counts` are the people of each cell. Cells in `public` are shown whatever they count, cells in `known` were shown
    before as they are: neither is hidden, and no hidden one is protected by them. `closed` are cells nobody shows,
    such as those who gave no answer to the question that cuts. `kept` were hidden before and stay so; of `unasked`,
    hidden for others and of many people, nobody asks whether they can be found out. `costs` says how dear it is to
    hide a cell (1 where it says nothing). Who asks for a cell looks no further than `reach` from its moment: what is
    known of others further off is not held against it.
    """

    counts: Mapping[Key, int]
    sums: Sequence[Sum] = ()
    links: Sequence[Link] = ()
    public: frozenset[Key] = frozenset()
    known: frozenset[Key] = frozenset()
    closed: frozenset[Key] = frozenset()
    kept: frozenset[Key] = frozenset()
    unasked: frozenset[Key] = frozenset()
    costs: Mapping[Key, float] = field(default_factory=dict)
    moments: Mapping[Key, int] = field(default_factory=dict)
    reach: int = 0

    @cached_property
    def ties(self) -> list[frozenset[Key]]:
        """The cells of each sum, then those of each link."""
        sums = [frozenset({one.total, *one.addends}) for one in self.sums]
        return sums + [frozenset({one.one, one.other}) for one in self.links]

    @property
    def fixed(self) -> frozenset[Key]:
        """Cells that cannot be hidden."""
        return self.public | self.known

    def primary(self) -> frozenset[Key]:
        """Cells that have to be hidden for themselves: of few people, hidden before, or never shown.

        None is of nobody: that a group is empty tells of no one in it.
        """
        few = {key for key, count in self.counts.items() if 0 < count < THRESHOLD}
        return frozenset(few | self.kept | self.closed) - self.fixed

    def cost(self, key: Key) -> float:
        """How dear hiding a cell is."""
        return self.costs.get(key, 1.0)
