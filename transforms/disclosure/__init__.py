"""What may be said of few people: which figures are kept back so that nobody finds them out by taking away.

Belongs here: pure decisions over counts of people. A family of cells tied by sums (`family`), which of them are hidden
and the bounds of the rest (`protect`), the auditor who tries to find out what is hidden (`audit`), and the places of a
town whose members are few (`places`). Does not: reading facts, storing, words. numpy and scipy, and nothing of ours.
"""

from transforms.disclosure.audit import Leak, Recoverable, audit, leaks
from transforms.disclosure.family import BASE, THRESHOLD, Family, Link, Sum
from transforms.disclosure.protect import Decision, protect, rounded

DISCLOSURE = 2
"""Number of these rules: when it rises, what every store keeps back is decided anew."""

__all__ = [
    "BASE",
    "DISCLOSURE",
    "THRESHOLD",
    "Decision",
    "Family",
    "Leak",
    "Link",
    "Recoverable",
    "Sum",
    "audit",
    "leaks",
    "protect",
    "rounded",
]
