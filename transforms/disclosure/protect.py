"""Which cells of a family are hidden: those of few people, and as few more as keep these from being found out."""

from __future__ import annotations

from dataclasses import dataclass

from transforms.disclosure.audit import Auditor, audit
from transforms.disclosure.family import BASE, Family, Key


@dataclass(frozen=True)
class Decision:
    """The cells of a family that are hidden: those of few people, and those hidden for their sake."""

    primary: frozenset[Key]
    complementary: frozenset[Key]

    @property
    def hidden(self) -> frozenset[Key]:
        """All of them: no reader is told which are which."""
        return self.primary | self.complementary


def protect(family: Family, like: frozenset[Key] = frozenset()) -> Decision:
    """Decide a family; what it says has passed the auditor.

    Where more than the few has to be hidden, the cells `like` are taken if they do: those hidden the last time.
    Shown cells are taken for exact, so rounding them protects more than is asked. Raises Recoverable where nothing
    that could still be hidden would protect what must be: then nothing of the family may be published.
    """
    primary = family.primary()
    if not primary - family.closed - family.unasked:
        return Decision(primary, frozenset())
    auditor, hidden = Auditor(family), set(primary)
    like = like & family.counts.keys() - family.fixed - primary
    if like and auditor.leaks(primary, first_only=True) and not auditor.leaks(primary | like, first_only=True):
        return Decision(primary, like)
    while found := auditor.leaks(frozenset(hidden), first_only=True):
        more = _next_to(family, found[0].key, frozenset(hidden))
        if more is None:
            break  # the auditor says so below
        hidden.add(more)
    for key in sorted(hidden - primary, key=lambda one: (-family.cost(one), -family.counts[one], one)):
        without = frozenset(hidden - {key})
        if not auditor.leaks(without, first_only=True):
            hidden.discard(key)
    audit(family, hidden, auditor)
    return Decision(primary, frozenset(hidden - primary))


def _next_to(family: Family, key: Key, hidden: frozenset[Key]) -> Key | None:
    """The cheapest cell to hide beside a leaking one: in a sum with it or with what is hidden beside it.

    Of those that cost the same the one of fewest people.
    """
    near = _touched(family, {key})
    while True:
        reached = near | _touched(family, near & hidden)
        candidates = [one for one in reached if one not in hidden and one not in family.fixed and family.counts[one]]
        if candidates:
            return min(candidates, key=lambda one: (_price(family, one, hidden), family.counts[one], one))
        if reached == near:
            return None
        near = reached


def _price(family: Family, key: Key, hidden: frozenset[Key]) -> float:
    """What hiding a cell costs: less where sums that hide one cell get a second, more where others get their first."""
    mine = [{one.total, *one.addends} & hidden for one in family.sums if key in (one.total, *one.addends)]
    return family.cost(key) * (1 + sum(not one for one in mine)) / (1 + sum(len(one) == 1 for one in mine))


def _touched(family: Family, keys: set[Key]) -> set[Key]:
    """The cells that a sum or a supposition ties to some others."""
    found: set[Key] = set()
    for one in family.sums:
        cells = {one.total, *one.addends}
        if cells & keys:
            found |= cells
    for link in family.links:
        if {link.one, link.other} & keys:
            found |= {link.one, link.other}
    return found | keys


def rounded(count: int) -> int:
    """A count of people of a cut as it is shown."""
    return BASE * ((count + BASE // 2) // BASE)
