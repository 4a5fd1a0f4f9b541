"""Authorities beside one another: what the middle of a group of them is, and nothing that is one authority's own.

Belongs here: pure decisions over figures of several authorities. Which groups an authority is in (`groups`), and what
may be said of a group (`rollup`). Does not: reading figures, storing, words. No rank, no name beside a figure: never a
league table. Nothing of ours is imported.
"""

from transforms.peers.groups import DIMENSIONS, Attributes, Group, groups_of
from transforms.peers.rollup import (
    MIN_AUTHORITIES,
    MIN_FOR_QUARTILES,
    Figure,
    Middle,
    RollUp,
    beside_peers,
    roll_up,
    share_of,
)

__all__ = [
    "DIMENSIONS",
    "MIN_AUTHORITIES",
    "MIN_FOR_QUARTILES",
    "Attributes",
    "Figure",
    "Group",
    "Middle",
    "RollUp",
    "beside_peers",
    "groups_of",
    "roll_up",
    "share_of",
]
