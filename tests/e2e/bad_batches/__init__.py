"""Bad batches of every source, planted in the landed rows of a town as staging reads them, and what has to become of each.

A plant alters rows of one source: what a service, a person or a faulty release would have given. What a collector
itself checks is passed by.
"""

from __future__ import annotations

from itertools import zip_longest

from tests.e2e.bad_batches import figures, less, moments, more, people, swapped
from tests.e2e.bad_batches.plants import Plant

PLANTS = tuple(
    sorted(
        (*less.PLANTS, *figures.PLANTS, *swapped.PLANTS, *more.PLANTS, *moments.PLANTS, *people.PLANTS),
        key=lambda one: one.source,
    )
)


def rounds() -> list[list[Plant]]:
    """The plants, one of a source in each round, those of published months apart: one cannot hide another."""
    found: list[list[Plant]] = []
    for is_of_closed in (True, False):
        waiting: dict[str, list[Plant]] = {}
        for one in PLANTS:
            if one.is_of_closed == is_of_closed:
                waiting.setdefault(one.source, []).append(one)
        found += [[one for one in row if one] for row in zip_longest(*waiting.values())]
    return found
