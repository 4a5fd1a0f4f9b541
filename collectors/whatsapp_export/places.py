"""Where the entries of a block lie: their headers, their authors' colons, their ends.

Belongs here: places alone. What stands there is for `vector` (the entries) and `census` (the authors).
"""

from dataclasses import dataclass

import numpy as np

from collectors.whatsapp_export.blocks import Grammar
from collectors.whatsapp_export.dates import LATE_DAYS, lagging
from collectors.whatsapp_export.rows import Array
from collectors.whatsapp_export.skeletons import Block, HeaderFinder, Headers


@dataclass
class Entries:
    """Places of all entries of a block."""

    rest: Array
    colon: Array  # of the author's colon; meaningless where it lies beyond `first_end`
    first_end: Array
    end: Array
    first_line: Array
    last_line: Array


class EntryFinder:
    """Finds the entries of one block after another."""

    def __init__(self, grammar: Grammar) -> None:
        self._headers = HeaderFinder(grammar)
        self._support: list[int] = []

    def find(self, block: Block) -> tuple[Headers, int, Entries]:
        """The headers of a block, how many lines only imitate one, and the places of its entries."""
        headers, imitated = self._accepted(self._headers.find(block))
        first = headers.lines
        last = np.append(first[1:], len(block.starts)) - 1 if len(first) else first
        colons = np.append(block.colons, block.size + 8)
        colon = colons[np.searchsorted(colons, headers.rests)]
        entries = Entries(headers.rests, colon, block.ends[first], block.ends[last], first, last)
        return headers, imitated, entries

    def _accepted(self, headers: Headers) -> tuple[Headers, int]:
        """The headers without those that only imitate one, and how many did."""
        times = headers.seconds
        if not len(times):
            return headers, 0
        earlier = np.diff(times, prepend=self._support[-1] if self._support else times[0])
        if int(earlier.min()) >= -LATE_DAYS * 86_400:
            self._support = [*self._support, *times[-5:].tolist()][-5:]
            return headers, 0
        flags = np.array(lagging(times.tolist(), self._support), dtype=bool)
        return Headers(*(column[~flags] for column in headers)), int(np.count_nonzero(flags))
