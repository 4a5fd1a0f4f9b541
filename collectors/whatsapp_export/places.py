"""Where the entries of a block lie: their headers, their authors' colons, their ends.

Belongs here: places alone. What stands there is for `vector` (the entries) and `census` (the authors).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from collectors.whatsapp_export.blocks import BLOCK, Grammar, blocks
from collectors.whatsapp_export.dates import LATE_DAYS, lagging
from collectors.whatsapp_export.rows import Array
from collectors.whatsapp_export.skeletons import Block, HeaderFinder, Headers, Shaped
from collectors.whatsapp_export.survey import Survey, is_latin, whole_lines


@dataclass
class Entries:
    """Places of all entries of a block."""

    rest: Array
    colon: Array  # of the author's colon; meaningless where it lies beyond `first_end`
    first_end: Array
    end: Array
    first_line: Array
    last_line: Array


class Passage(NamedTuple):
    """A block, its headers, how many lines only imitate one, and the places of its entries."""

    block: Block
    headers: Headers
    imitated: int
    entries: Entries


class Chat:
    """The text of a chat, to go through as often as one likes: first by whole lines, then by entries.

    A chat of one block is taken apart once; of a larger one nothing is kept but where to go on from.
    """

    def __init__(self, chunks: Callable[[], Iterable[bytes]], size: int) -> None:
        self._chunks = chunks
        self._finder = HeaderFinder()
        self._whole: tuple[Block, Shaped] | None = None
        self._passages: list[Passage] | None = None
        self._supports: list[list[int]] = []
        if size < BLOCK:
            block = Block(b"".join(chunks()))
            self._whole = block, self._finder.find(block)

    def survey(self, date_order: str | None) -> Grammar:
        """Look at as much of it as the decision on layout and order of dates needs."""
        found = Survey(self._finder.kinds)
        if self._whole is not None:
            found.add(*self._whole)
        else:
            for block in map(Block, whole_lines(self._chunks())):
                if found.add(block, self._finder.find(block)):
                    break
        return found.grammar(date_order, lambda: is_latin(self._chunks()))

    def passages(self, grammar: Grammar, passed: int = 0) -> Iterator[Passage]:
        """Its passages, in order; without the first few, which were gone through before."""
        finder = _EntryFinder(grammar, self._finder)
        if self._whole is None:
            for number, raw in enumerate(blocks(self._chunks(), grammar) if self._is_left(passed) else ()):
                if number < passed:
                    continue
                if number < len(self._supports):
                    finder.support = [*self._supports[number]]
                else:
                    self._supports.append([*finder.support])
                block = Block(raw)
                yield finder.find(block, self._finder.find(block))
            return
        if self._passages is None:
            self._passages = [finder.find(*self._whole)] if self._whole[0].size else []
        yield from self._passages[passed:]

    def _is_left(self, passed: int) -> bool:
        return not passed or passed < len(self._supports)


class _EntryFinder:
    """Finds the entries of one block after another."""

    def __init__(self, grammar: Grammar, headers: HeaderFinder) -> None:
        self._grammar = grammar
        self._headers = headers
        self.support: list[int] = []
        """The times of the last headers before the next block."""

    def find(self, block: Block, shaped: Shaped) -> Passage:
        """The entries of the next block."""
        headers, imitated = self._accepted(self._headers.headers(shaped, self._grammar))
        first = headers.lines
        last = np.append(first[1:], len(block.starts)) - 1 if len(first) else first
        colons = np.append(block.colons, block.size + 8)
        colon = colons[np.searchsorted(colons, headers.rests)]
        entries = Entries(headers.rests, colon, block.ends[first], block.ends[last], first, last)
        return Passage(block, headers, imitated, entries)

    def _accepted(self, headers: Headers) -> tuple[Headers, int]:
        """The headers without those that only imitate one, and how many did."""
        times = headers.seconds
        if not len(times):
            return headers, 0
        earlier = np.diff(times, prepend=self.support[-1] if self.support else times[0])
        if int(earlier.min()) >= -LATE_DAYS * 86_400:
            self.support = [*self.support, *times[-5:].tolist()][-5:]
            return headers, 0
        flags = np.array(lagging(times.tolist(), self.support), dtype=bool)
        return Headers(*(column[~flags] for column in headers)), int(np.count_nonzero(flags))
