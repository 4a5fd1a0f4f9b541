"""Bodies measured many at a time: which are plain text, how long they are, which of them ask.

Everything that is not certainly plain text (placeholders, marks, edited notices, polls) is left to
`bodies`, one by one; so both ways say the same.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from collectors.whatsapp_export.bodies import BodyReader
from collectors.whatsapp_export.rows import Array
from collectors.whatsapp_export.skeletons import Block
from collectors.whatsapp_export.topics import TopicFinder
from collectors.whatsapp_export.unseen import Unseen, lead

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_LETTER_BEGINS = np.int8(-64)  # as signed numbers, the bytes that go on with a letter are less
_FIRST_BYTES = np.array([(1 << (8 * count)) - 1 for count in range(8)], dtype=np.uint64)
_HTTP = int.from_bytes(b"http", "little")
_ADDRESS = np.zeros(256, dtype=bool)  # what may follow a question mark inside an address
_ADDRESS[[*b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=&%_"]] = True
_WORD_GOES_ON = np.ones(256, dtype=bool)
_WORD_GOES_ON[:128] = False
_WORD_GOES_ON[[*b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"]] = True
_ODD_START = np.zeros(1 << 16, dtype=bool)  # by the first two bytes: "<", blanks, marks, no-break space
_ODD_START.reshape(256, 256)[:, [0x3C, 0x20, 0x09]] = True
_ODD_START[[0x80E2, 0x81E2, 0xBBEF, 0x9CD8, 0xA0C2]] = True
_ODD_END = np.zeros(256, dtype=bool)
_ODD_END[[*b")>\t"]] = True
_BLANK_ODD_END = np.zeros(256, dtype=bool)
_BLANK_ODD_END[[*b")>\t ", 0xA0, 0xAF]] = True


class _Openings:
    """Whether bodies begin with one of some strings."""

    def __init__(self, strings: tuple[str, ...]) -> None:
        encoded = {string.encode() for string in strings if string}
        self._short = [
            (np.uint64((1 << (8 * len(s))) - 1), np.uint64(int.from_bytes(s, "little"))) for s in encoded if len(s) < 8
        ]
        long = np.unique(np.array([int.from_bytes(s[:8], "little") for s in encoded if len(s) >= 8], dtype=np.uint64))
        self._long = long
        self._gate = np.zeros(4096, dtype=bool)
        self._gate[(long * _FACTOR) >> np.uint64(52)] = True
        self._first = np.zeros(256, dtype=bool)
        self._first[[s[0] for s in encoded]] = True
        self._pairs = np.zeros(1 << 16, dtype=bool)
        self._pairs[[s[0] | s[1] << 8 for s in encoded if len(s) > 1]] = True

    def may_part(self, first_words: Array, distance: Array) -> Array:
        """Whether bodies with a mark that near after their beginning may begin so without the mark."""
        first, pair = self._first[first_words & np.uint64(0xFF)], self._pairs[first_words & np.uint64(0xFFFF)]
        return (distance < 8) & np.where(distance == 1, first, pair)

    def match(self, first_words: Array) -> Array:
        result = self._gate[(first_words * _FACTOR) >> np.uint64(52)]
        some = np.flatnonzero(result)
        result[some] = np.isin(first_words[some], self._long)
        for mask, value in self._short:
            result |= (first_words & mask) == value
        return result


class _Form(NamedTuple):
    """One spelling of a word: its bytes, and the first sixteen of them as two masked numbers."""

    raw: bytes
    low_mask: np.uint64
    low: np.uint64
    high_mask: np.uint64
    high: np.uint64


class _FirstWords:
    """Whether bodies begin with one of some words."""

    def __init__(self, forms: tuple[str, ...]) -> None:
        groups: dict[int, list[_Form]] = {}  # by the hash of the first four bytes
        self._brief: list[_Form] = []  # shorter than that
        for raw in map(str.encode, forms):
            numbers: list[np.uint64] = []
            for part in (raw[:8], raw[8:16]):
                numbers += (np.uint64((1 << (8 * len(part))) - 1), np.uint64(int.from_bytes(part, "little")))
            form = _Form(raw, *numbers)
            if len(raw) < 4:
                self._brief.append(form)
            else:
                groups.setdefault(int(_slots(np.array([form.low]))[0]), []).append(form)
        self._groups = [groups[slot] for slot in sorted(groups)]
        self._bounds = np.array(sorted(groups), dtype=np.uint64)
        self._gate = np.zeros(4096, dtype=bool)
        self._gate[list(groups)] = True

    def match(self, block: Block, at: Array, first_words: Array) -> Array:
        """Whether each body does; the words are its first eight bytes."""
        result = np.zeros(len(at), dtype=bool)
        for form in self._brief:
            self._try(form, block, at, np.flatnonzero((first_words & form.low_mask) == form.low), result)
        slots = _slots(first_words)
        some = np.flatnonzero(self._gate[slots])
        some = some[np.argsort(slots[some], kind="stable")]
        begins = np.searchsorted(slots[some], self._bounds)
        stops = np.searchsorted(slots[some], self._bounds, side="right")
        for number in np.flatnonzero(stops > begins).tolist():
            members = some[begins[number] : stops[number]]
            words = first_words[members]
            for form in self._groups[number]:
                self._try(form, block, at, members[(words & form.low_mask) == form.low], result)
        return result

    @staticmethod
    def _try(form: _Form, block: Block, at: Array, bodies: Array, result: Array) -> None:
        """Set the flags of those of the bodies, alike in eight bytes, that begin with the whole word."""
        size = len(form.raw)
        if size > 8 and len(bodies):
            bodies = bodies[(block.words(at[bodies] + 8) & form.high_mask) == form.high]
        if size > 16 and len(bodies):
            bodies = bodies[
                np.array([block.raw.startswith(form.raw, spot) for spot in at[bodies].tolist()], dtype=bool)
            ]
        if len(bodies):
            result[bodies[~_WORD_GOES_ON[block.bytes[at[bodies] + size]]]] = True


def _slots(first_words: Array) -> Array:
    return ((first_words & np.uint64(0xFFFFFFFF)) * _FACTOR) >> np.uint64(52)


# Files of one town have them in common.
_openings = lru_cache(maxsize=8)(_Openings)
_first_words = lru_cache(maxsize=8)(_FirstWords)


class Measures:
    """Measures the bodies of a block."""

    def __init__(self, reader: BodyReader, more_openings: list[str], marks_lead: bool) -> None:
        self._marks_lead = marks_lead  # a body that begins with a mark may be an event
        self.topics = TopicFinder(reader.topics).read
        self._openings = _openings((*reader.openings(), *more_openings))
        self._questions = _first_words(reader.questions.forms)

    def odd(self, block: Block, start: Array, first_end: Array, end: Array) -> tuple[Array, Array]:
        """Which bodies may be more than plain text, and how many marks each has."""
        octets = block.bytes
        unseen = Unseen(block, start, end)
        raw_start, bodies = start, unseen.bodies
        if len(bodies):
            start, first_end, end = start.copy(), first_end.copy(), end.copy()
            more = np.zeros(len(bodies), dtype=bool)
            for edge, move in ((start, unseen.after), (first_end, unseen.before), (end, unseen.before)):
                edge[bodies], left = move(edge[bodies])
                more |= left
        words = block.words(start)
        last, before = octets[first_end - 1], octets[first_end - 2]
        odd: Array = (start >= first_end) | _ODD_START[words & np.uint64(0xFFFF)] | _ODD_END[last]
        odd |= (last == 0x20) & _BLANK_ODD_END[before]
        odd |= ((last == 0xA0) & (before == 0xC2)) | ((last == 0xAF) & (before == 0x80))
        ending, previous = octets[end - 1], octets[end - 2]
        odd |= (ending == 0x3E) | (previous == 0x3E) | (octets[end - 3] == 0x3E)
        odd |= (ending == 0xAF) & (previous == 0x80)
        odd |= self._openings.match(words)
        addresses = block.colons[(block.words(block.colons + 2) & np.uint64(0xFFFFFFFF)) == _HTTP]
        self._flag(odd, addresses, raw_start, end)  # "location: https://..."
        if len(bodies):
            # Blanks beside marks, marks inside the first letters of a placeholder, marks that lead an event.
            more |= (last[bodies] == 0x20) | (ending[bodies] == 0x20)
            more |= self._openings.may_part(words[bodies], unseen.next(start[bodies]))
            if self._marks_lead:
                more |= start[bodies] != raw_start[bodies]
            odd[bodies] |= more
            odd[unseen.in_address(block, raw_start)] = True
        return odd, unseen.counts

    @staticmethod
    def _flag(flags: Array, at: Array, start: Array, end: Array) -> None:
        """Set the flag of each body that one of the places lies in."""
        if len(at) and len(start):
            body: Array = np.searchsorted(start, at, side="right") - 1
            inside = (body >= 0) & (at < end[body])
            flags[body[inside]] = True

    def questions(self, block: Block, start: Array, end: Array) -> Array:
        """Which bodies ask."""
        octets = block.bytes
        asks = self._questions.match(block, start, block.words(start))
        at = lead(block, 0x3F)
        self._flag(asks, at[~_ADDRESS[octets[at + 1]]], start, end)
        for places in _other_question_marks(block):
            self._flag(asks, places, start, end)
        return asks

    @staticmethod
    def lengths(block: Block, start: Array, end: Array) -> Array:
        """Characters of each body: bytes that do not go on with a letter, counted eight at a time."""
        octets = block.bytes[: len(block.bytes) // 8 * 8]
        goes_on = (octets.view(np.int8) < _LETTER_BEGINS).view("<u8")
        sums = np.zeros(len(goes_on) + 1, dtype=np.int32)
        np.cumsum(np.bitwise_count(goes_on), out=sums[1:], dtype=np.int32)

        def before(at: Array) -> Array:
            word = at >> 3
            return sums[word] + np.bitwise_count(goes_on[word] & _FIRST_BYTES[at & 7])

        return (end - start) - (before(end) - before(start))


def _other_question_marks(block: Block) -> list[Array]:
    """Places of question marks beyond ASCII: those `question_words.QUESTION_MARK` knows."""
    octets = block.bytes
    arabic = lead(block, 0xD8)
    wide = lead(block, 0xEF)
    signs = lead(block, 0xE2)
    second, third = octets[signs + 1], octets[signs + 2]
    double = (second == 0x81) & (third >= 0x87) & (third <= 0x89)
    ornament = (second == 0x9D) & ((third == 0x93) | (third == 0x94))
    return [
        arabic[octets[arabic + 1] == 0x9F],
        wide[(octets[wide + 1] == 0xBC) & (octets[wide + 2] == 0x9F)],
        signs[double | ornament],
    ]
