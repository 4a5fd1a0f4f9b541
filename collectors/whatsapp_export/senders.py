"""Numbers for the authors of many entries at once, exact: names are compared, not only hashed."""

import numpy as np

from collectors.whatsapp_export.authors import Authors
from collectors.whatsapp_export.entries import EntryReader
from collectors.whatsapp_export.marks import clean
from collectors.whatsapp_export.places import Entries
from collectors.whatsapp_export.rows import Array, Names
from collectors.whatsapp_export.skeletons import Block

MAX_BYTES = 64  # a longer name is read by the plain way
_WORDS = MAX_BYTES // 8
_TAIL = np.array([(1 << (8 * count)) - 1 for count in range(9)], dtype=np.uint64)
_FACTORS = np.array([0x9E3779B97F4A7C15 * (2 * place + 1) % (1 << 64) for place in range(_WORDS + 1)], dtype=np.uint64)
_FINAL = np.uint64(0xD6E8FEB86659FD93)
_SHIFT = np.uint64(32)
_SLOT_SHIFT = np.uint64(48)


class SenderTable:
    """Knows the printed names of a file by their bytes."""

    def __init__(self, names: Names, reader: EntryReader) -> None:
        self._names = names
        self._reader = reader
        self._known: set[tuple[int, ...]] = set()
        self._slot: Array = np.zeros(1 << 16, dtype=np.int32)  # by sixteen bits of the hash; 0 for none
        self._printed: Array = np.zeros((_WORDS, 1), dtype=np.uint64)
        self._of_slot: Array = np.zeros(1, dtype=np.int32)
        self._careful: Array = np.ones(1, dtype=bool)
        self._last: tuple[Entries, Array] | None = None

    def begin(self) -> None:
        """Heed what the whole file says of who writes in it: whose name may stand for something else than a person."""
        self._last = None
        if self._reader.authors != Authors():
            self._careful[1:] = [self._reader.needs_care(self._names.listed[one]) for one in self._of_slot[1:].tolist()]

    def numbers(self, block: Block, entries: Entries) -> Array:
        """The number of each entry's author; -1 for one that has to be read with care. Not to be written to.

        Asked for the entries it was asked for before, it does not look them up again.
        """
        if self._last is None or self._last[0] is not entries:
            size = entries.colon - entries.rest
            short = np.flatnonzero((entries.colon + 2 <= entries.first_end) & (size > 0) & (size <= MAX_BYTES))
            numbers = np.full(len(size), -1, dtype=np.int32)
            if len(short):
                numbers[short] = self._numbers_at(block, entries.rest[short], size[short])
            self._last = entries, numbers
        return self._last[1]

    def _numbers_at(self, block: Block, at: Array, length: Array) -> Array:
        words, places = self._words(block, at, length)
        slots, same = self._look_up(words, places)
        if not same.all():
            self._learn(block, at, length, words, places, np.flatnonzero(~same))
            slots, same = self._look_up(words, places)
        return np.where(same & ~self._careful[slots], self._of_slot[slots], -1)

    @staticmethod
    def _words(block: Block, at: Array, length: Array) -> tuple[list[Array], Array]:
        """Each name as words of eight bytes, and sixteen bits of its hash."""
        hashes = length.astype(np.uint64) * _FACTORS[_WORDS]
        columns: list[Array] = []
        longest = int(length.max()) if len(length) else 0
        for place in range(-(-longest // 8)):
            left = np.clip(length - 8 * place, 0, 8)
            column = block.words(at + 8 * place) & _TAIL[left]
            hashes += column * _FACTORS[place]
            columns.append(column)
        hashes ^= hashes >> _SHIFT
        return columns, (hashes * _FINAL) >> _SLOT_SHIFT

    def _look_up(self, words: list[Array], places: Array) -> tuple[Array, Array]:
        slots: Array = self._slot[places]
        same: Array = slots > 0
        for place, column in enumerate(words):
            same &= column == self._printed[place][slots]
        if len(words) < _WORDS:
            same &= (self._printed[len(words) :] == 0).all(axis=0)[slots]
        return slots, same

    def _learn(self, block: Block, at: Array, length: Array, words: list[Array], places: Array, unknown: Array) -> None:
        """Put new names where there is room; a name whose place is taken stays with the plain way."""
        printed: list[tuple[int, ...]] = []
        numbers: list[int] = []
        careful: list[bool] = []
        # Only the first entry of each place can be learnt; the same names come again and again.
        _, firsts = np.unique(places[unknown], return_index=True)
        entries = unknown[np.sort(firsts)]
        entries = entries[self._slot[places[entries]] == 0]
        rows = np.array([column[entries] for column in words]).T.tolist()
        rest = (0,) * (_WORDS - len(words))
        facts = (places[entries].tolist(), at[entries].tolist(), (at + length)[entries].tolist())
        for row, place, start, stop in zip(rows, *facts, strict=True):
            key = (*row, *rest)
            if key in self._known:
                continue
            name = clean(block.raw[start:stop].decode("utf-8"))
            self._known.add(key)
            self._slot[place] = len(self._of_slot) + len(numbers)
            printed.append(key)
            numbers.append(self._names.number(name))
            careful.append(self._reader.needs_care(name))
        if numbers:
            self._printed = np.concatenate([self._printed, np.array(printed, dtype=np.uint64).T], axis=1)
            self._of_slot = np.concatenate([self._of_slot, np.array(numbers, dtype=np.int32)])
            self._careful = np.concatenate([self._careful, np.array(careful, dtype=bool)])
