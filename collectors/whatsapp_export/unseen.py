"""Direction marks, zero-width spaces and byte-order marks in the bodies of a block.

Belongs here: where they stand, which body they are in, and the bodies without those at their edges.
What the letters left over mean is for `measures`.
"""

import numpy as np

from collectors.whatsapp_export.rows import Array
from collectors.whatsapp_export.skeletons import Block

_ROUNDS = 3  # more marks than this at one edge are left to the plain way


class Unseen:
    """The marks inside some bodies, in order."""

    def __init__(self, block: Block, start: Array, end: Array) -> None:
        at, width = _marks(block)
        self.counts: Array = np.zeros(len(start), dtype=np.int64)
        self.bodies: Array = np.zeros(0, dtype=np.int64)
        if len(at) and len(start):
            body: Array = np.searchsorted(start, at, side="right") - 1
            inside = np.flatnonzero((body >= 0) & (at < end[body]))
            at, width, body = at[inside], width[inside], body[inside]
            self.counts = np.bincount(body, minlength=len(start))
            self.bodies = np.flatnonzero(self.counts)
            self.body = body
        self.at, self.width = at, width

    def after(self, places: Array) -> tuple[Array, Array]:
        """The places moved behind the marks that begin there, and whether marks are left there."""
        places, at = places.copy(), np.append(self.at, -1)
        for _ in range(_ROUNDS):
            mark: Array = np.searchsorted(self.at, places)
            here = np.flatnonzero(at[mark] == places)
            places[here] += self.width[mark[here]]
        return places, at[np.searchsorted(self.at, places)] == places

    def before(self, places: Array) -> tuple[Array, Array]:
        """The places moved before the marks that end there, and whether marks are left there."""
        stops = self.at + self.width
        places, ends = places.copy(), np.append(stops, -1)
        for _ in range(_ROUNDS):
            mark: Array = np.searchsorted(stops, places)
            here = np.flatnonzero(ends[mark] == places)
            places[here] -= self.width[mark[here]]
        return places, ends[np.searchsorted(stops, places)] == places

    def next(self, places: Array) -> Array:
        """How far from each place the next mark is."""
        return np.append(self.at, 1 << 62)[np.searchsorted(self.at, places)] - places

    def in_address(self, block: Block, start: Array) -> Array:
        """Bodies with a mark where it may part the beginning of an address, ": http"."""
        octets = block.bytes
        one, two = octets[self.at - 1], octets[self.at - 2]
        parts = (one == 0x3A) | ((one == 0x20) & (two == 0x3A)) | ((one == 0x68) & (two == 0x20))
        parts |= (one == 0x74) & ((two == 0x68) | (two == 0x74))
        # What stands before the first mark of a body is not part of it.
        return self.body[parts & (self.at > start[self.body])]


def lead(block: Block, byte: int) -> Array:
    """Where a byte stands; quick when it does not occur."""
    return block.places(byte) if byte in block.raw else np.zeros(0, dtype=np.int64)


def _marks(block: Block) -> tuple[Array, Array]:
    """Places of marks, in order, and how many bytes each has."""
    octets = block.bytes
    at = lead(block, 0xE2)
    second, third = octets[at + 1], octets[at + 2]
    general = (third == 0x8B) | (third == 0x8E) | (third == 0x8F) | ((third >= 0xAA) & (third <= 0xAE))
    isolate = (third >= 0xA6) & (third <= 0xA9)
    found = [at[((second == 0x80) & general) | ((second == 0x81) & isolate)]]
    if 0xD8 in block.raw and b"\xd8\x9c" in block.raw:
        at = lead(block, 0xD8)
        found.append(at[octets[at + 1] == 0x9C])
    at = lead(block, 0xEF)
    found.append(at[(octets[at + 1] == 0xBB) & (octets[at + 2] == 0xBF)])
    places = np.concatenate(found)
    if len(found[0]) < len(places):
        places.sort()
    return places, np.where(octets[places] == 0xD8, 2, 3)
