"""Months that say what another one said: a wave handed in again, a file of last month under this month's days.

Of a month's contents, those of one thing, a sketch is kept with its profile: the least of the digests of what it says,
each with how often it says so. Two sketches tell how much two contents have in common, whatever their ids and order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import blake2b

Sketch = tuple[int, ...]
"""The least digests, rising."""
KEPT = 64
READ = 4096
"""Digests of different pieces that are looked at, the least."""
SAME = 0.6
"""So much in common is no chance: two honest waves, or months, share a tenth."""
Place = tuple[str, str]
"""Month and thing."""


@dataclass(frozen=True)
class Copy:
    """A month's thing says what another one says, `share` of it."""

    place: Place
    of: Place
    share: float


def sketch_of(counted: Mapping[int, int], minimum: int) -> Sketch:
    """The sketch of what a month says, digest -> how often; () where it says fewer than `minimum` different things."""
    if len(counted) < minimum:
        return ()
    digests = (blake2b(f"{piece} {times}".encode(), digest_size=6).digest() for piece, times in counted.items())
    return tuple(sorted(int.from_bytes(one) for one in digests)[:KEPT])


def in_common(one: Sketch, other: Sketch) -> float:
    """Which part of two contents taken together is in both, 0 to 1, from their sketches."""
    least = sorted({*one, *other})[: min(KEPT, max(len(one), len(other)))]
    return sum(digest in one and digest in other for digest in least) / len(least) if least else 0.0


def copies(sketches: Mapping[Place, Sketch], asked: Collection[str]) -> list[Copy]:
    """Of some months, each thing that says what an earlier month says, or another thing of the month: the likest."""
    having: dict[int, list[Place]] = defaultdict(list)
    for place, sketch in sorted(sketches.items()):
        for digest in sketch:
            having[digest].append(place)
    found: list[Copy] = []
    for place, sketch in sorted(sketches.items()):
        if place[0] not in asked:
            continue
        near = {one for digest in sketch for one in having[digest] if one != place and one[0] <= place[0]}
        like = [Copy(place, one, in_common(sketch, sketches[one])) for one in sorted(near)]
        best = max(like, key=lambda one: one.share, default=None)
        if best is not None and best.share > SAME:
            found.append(best)
    return found
