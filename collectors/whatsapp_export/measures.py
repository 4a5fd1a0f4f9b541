"""Bodies measured many at a time: which are plain text, how long they are, which of them ask.

Everything that is not certainly plain text (placeholders, marks, edited notices, polls) is left to
`bodies`, one by one; so both ways say the same.
"""

import numpy as np

from collectors.whatsapp_export.bodies import BodyReader
from collectors.whatsapp_export.rows import Array
from collectors.whatsapp_export.skeletons import Block
from collectors.whatsapp_export.topics import TopicFinder
from collectors.whatsapp_export.unseen import Unseen, lead

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_LOW = np.uint64(0x0101010101010101)
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

    def __init__(self, strings: list[str]) -> None:
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


class _FirstWords:
    """Whether bodies begin with one of some words."""

    def __init__(self, forms: tuple[str, ...]) -> None:
        self._forms = []
        self._gate = np.zeros(4096, dtype=bool)
        self._brief: list[np.uint64] = []
        for form in forms:
            raw = form.encode()[:16]
            if len(raw) < 4:
                self._brief.append(np.uint64(int.from_bytes(raw, "little")))
            else:
                key = np.array([int.from_bytes(raw[:4], "little")], dtype=np.uint64)
                self._gate[(key * _FACTOR) >> np.uint64(52)] = True
            low, high = raw[:8], raw[8:]
            self._forms.append(
                (
                    form.encode(),
                    np.uint64((1 << (8 * len(low))) - 1),
                    np.uint64(int.from_bytes(low, "little")),
                    np.uint64((1 << (8 * len(high))) - 1),
                    np.uint64(int.from_bytes(high, "little")),
                )
            )

    def match(self, block: Block, at: Array, first_words: Array) -> Array:
        gate = self._gate[((first_words & np.uint64(0xFFFFFFFF)) * _FACTOR) >> np.uint64(52)]
        for brief in self._brief:
            gate |= (first_words & np.uint64(0xFFFFFF)) == brief
        some = np.flatnonzero(gate)
        result = np.zeros(len(at), dtype=bool)
        if not len(some):
            return result
        starts, low = at[some], first_words[some]
        high = block.words(starts + 8)
        hit = np.zeros(len(some), dtype=bool)
        for raw, low_mask, low_value, high_mask, high_value in self._forms:
            fits = np.flatnonzero(((low & low_mask) == low_value) & ((high & high_mask) == high_value))
            if len(fits):
                if len(raw) > 16:
                    spots = starts[fits].tolist()
                    fits = fits[np.array([block.raw.startswith(raw, spot) for spot in spots], dtype=bool)]
                hit[fits[~_WORD_GOES_ON[block.bytes[starts[fits] + len(raw)]]]] = True
        result[some] = hit
        return result


class Measures:
    """Measures the bodies of a block."""

    def __init__(self, reader: BodyReader, more_openings: list[str], marks_lead: bool) -> None:
        self._marks_lead = marks_lead  # a body that begins with a mark may be an event
        self.topics = TopicFinder(reader.topics).read
        self._openings = _Openings([*reader.openings(), *more_openings])
        self._questions = _FirstWords(reader.question_forms)

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
        octets = block.padded[: len(block.padded) // 8 * 8]
        words = np.frombuffer(octets, dtype="<u8")
        goes_on = (words >> np.uint64(7)) & ~(words >> np.uint64(6)) & _LOW
        sums = np.zeros(len(words) + 1, dtype=np.int32)
        np.cumsum(np.bitwise_count(goes_on), out=sums[1:], dtype=np.int32)

        def before(at: Array) -> Array:
            word, inside = at >> 3, (at & 7).astype(np.uint64)
            mask = (np.uint64(1) << (inside * np.uint64(8))) - np.uint64(1)
            return sums[word] + np.bitwise_count(goes_on[word] & mask)

        return (end - start) - (before(end) - before(start))


def _other_question_marks(block: Block) -> list[Array]:
    """Places of question marks beyond ASCII: those `bodies.QUESTION_MARK` knows."""
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
