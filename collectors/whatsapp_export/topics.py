"""Classes of many bodies at once: the town's keywords looked for at the beginnings of words.

Only what is certain is decided here. A hit after a character that may or may not be a letter, and
hits of two classes that overlap, are left to `TopicList.of`, which says what is right.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

import numpy as np

from collectors.whatsapp_export.bodies import PREFIXES, TopicList
from collectors.whatsapp_export.rows import Array
from collectors.whatsapp_export.skeletons import Block

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_LOW4 = np.uint64(0xFFFFFFFF)
_PREFIX = np.zeros(1 << 16, dtype=bool)  # by two bytes: a letter written together with the word after it
_PREFIX[[int.from_bytes(letter.encode(), "little") for letter in PREFIXES]] = True
_MOST_PREFIXES = 3

# Where a word can begin, told from one character: by its first byte the group it belongs to, by its second
# byte the groups in which that makes it no letter.
_EXACT = (0xC2, 0xD6, 0xD7, 0xD8, 0xD9)  # leads of two bytes that need an exact answer to keep the rest rare
_SPACE, _UNSURE = 1 << 5, 1 << 6
_NO_LETTER = re.compile(r"\W")


def _groups() -> tuple[bytes, bytes]:
    leads, seconds = bytearray(256), bytearray([_SPACE] * 256)
    for byte in range(128):
        leads[byte] = _SPACE if _NO_LETTER.match(chr(byte)) else 0
    for number, lead in enumerate(_EXACT):
        leads[lead] = 1 << number
        for second in range(0x80, 0xC0):
            if _NO_LETTER.match(bytes((lead, second)).decode()):
                seconds[second] |= 1 << number
    # Other characters beyond ASCII are unsure, all but the letters of Russian.
    for lead in range(0xC3, 0xF5):
        if lead not in (*_EXACT, 0xD0, 0xD1):
            leads[lead] = _UNSURE
    for second in range(0x80, 0xC0):
        seconds[second] |= _UNSURE
    return bytes(leads), bytes(seconds)


_LEADS, _SECONDS = _groups()
_WIDTH = np.ones(256, dtype=np.int64)
_WIDTH[0xC0:0xE0], _WIDTH[0xE0:0xF0], _WIDTH[0xF0:] = 2, 3, 4


@lru_cache(maxsize=1)
def _cased() -> str:
    return "".join(c for c in map(chr, range(0x1FFFF)) if c.lower() != c or c.upper() != c)


@lru_cache(maxsize=1_000)
def _likes(letter: str) -> list[str]:
    """The letters that are the same as this one when case does not count, by the word of `re` itself."""
    if letter.lower() == letter.upper():
        return [letter]
    return [letter, *(c for c in re.findall(re.escape(letter), _cased(), re.IGNORECASE) if c != letter)]


class _Keyword:
    """One keyword: the bytes it usually has, and a pattern for the unusual ones."""

    def __init__(self, word: str, topic: int) -> None:
        self.topic = topic
        self.pattern = re.compile(re.escape(word), re.IGNORECASE)
        likes = [_likes(letter) for letter in word[:4]]
        self.has_cases = any(len(_likes(letter)) > 1 for letter in word)
        self.beginnings = {"".join(letters).encode()[:4] for letters in product(*likes)}
        usual = dict.fromkeys((word, word.lower(), word.capitalize(), word.upper()))
        self.forms = [form.encode() for form in usual if self.pattern.fullmatch(form)]
        self.letters = len(word)

    def ends(self, block: Block, at: Array, words: Array) -> Array:
        """Where the keyword ends for each place it may stand at; 0 where it does not stand."""
        end = np.zeros(len(at), dtype=np.int64)
        for form in self.forms:
            mask = np.uint64((1 << (8 * min(len(form), 8))) - 1)
            fits = np.flatnonzero((words & mask) == np.uint64(int.from_bytes(form[:8], "little")))
            for place in range(8, len(form), 8):
                piece = form[place : place + 8]
                mask = np.uint64((1 << (8 * len(piece))) - 1)
                # A place near the end of the block has fewer bytes after it than a long keyword.
                there = np.minimum(at[fits] + place, block.size)
                fits = fits[(block.words(there) & mask) == np.uint64(int.from_bytes(piece, "little"))]
            end[fits] = at[fits] + len(form)
        if self.has_cases:
            for number in np.flatnonzero(end == 0).tolist():
                start = int(at[number])
                text = block.raw[start : start + 4 * self.letters].decode("utf-8", "ignore")
                if match := self.pattern.match(text):
                    end[number] = start + len(match[0].encode())
        return end


class TopicFinder:
    """Finds the classes of the bodies of a block."""

    def __init__(self, topics: TopicList) -> None:
        self._topics = topics
        listed = [(word, number) for number, words in enumerate(topics.words) for word in words]
        # Line ends are not the same in the file and in a body.
        self._is_odd = any(not word.isprintable() for word, _ in listed)
        self._short: list[tuple[np.uint64, np.uint64, _Keyword]] = []
        self._slots: dict[int, list[_Keyword]] = {}
        self._gate: Array = np.zeros(1 << 14, dtype=bool)
        beginnings: set[bytes] = set()
        for word, number in listed:
            keyword = _Keyword(word, number)
            beginnings |= keyword.beginnings
            slots = set()
            for raw in keyword.beginnings:
                value = np.uint64(int.from_bytes(raw, "little"))
                if len(raw) < 4:
                    self._short.append((np.uint64((1 << (8 * len(raw))) - 1), value, keyword))
                else:
                    slots.add(int(_slots(np.array([value]))[0]))
            for slot in slots:
                self._slots.setdefault(slot, []).append(keyword)
        self._gate[list(self._slots)] = True
        # After a blank the second byte is the first of the next word.
        first = {raw[0] for raw in (*beginnings, *(letter.encode() for letter in PREFIXES))}
        self._seconds = bytes(byte & ~_SPACE if at not in first else byte for at, byte in enumerate(_SECONDS))

    def read(self, block: Block, start: Array, end: Array) -> Array:
        """The class of each body, -1 for none."""
        result = np.full(len(start), -1, dtype=np.int32)
        if self._topics.pattern is None or not len(start):
            return result
        if self._is_odd:
            self._one_by_one(block, start, end, range(len(start)), result)
            return result
        hits = self._hits(block)
        if not len(hits[0]):
            return result
        begin, stop, topic, unsure = hits
        body: Array = np.searchsorted(start, begin, side="right") - 1
        inside = (body >= 0) & (stop <= end[body])
        begin, stop, topic, unsure, body = (column[inside] for column in (begin, stop, topic, unsure, body))
        best = np.full(len(start), len(self._topics.names), dtype=np.int32)
        np.minimum.at(best, body, topic)
        found = best < len(self._topics.names)
        result[found] = best[found]
        careful = np.zeros(len(start), dtype=bool)
        careful[body[unsure]] = True
        order = np.argsort(begin, kind="stable")
        begin, stop, topic, body = (column[order] for column in (begin, stop, topic, body))
        farthest = np.maximum.accumulate(stop)
        overlaps = begin[1:] < farthest[:-1]
        # Of hits that overlap one hides the others; that matters only when a body has hits of two classes.
        mixed = np.zeros(len(start), dtype=bool)
        mixed[body[topic != best[body]]] = True
        careful[body[1:][overlaps & mixed[body[1:]]]] = True
        self._one_by_one(block, start, end, np.flatnonzero(careful).tolist(), result)
        return result

    def _one_by_one(self, block: Block, start: Array, end: Array, bodies: Iterable[int], result: Array) -> None:
        for number in bodies:
            raw = block.raw[int(start[number]) : int(end[number])].replace(b"\r\n", b"\n")
            result[number] = self._topics.of(raw.decode("utf-8"))

    def _beginnings(self, block: Block) -> tuple[Array, Array]:
        """Where words begin that may have a keyword in them, and which of these places are unsure."""
        leads = np.frombuffer(block.padded.translate(_LEADS), dtype=np.uint8)
        seconds = np.frombuffer(block.padded.translate(self._seconds), dtype=np.uint8)
        before: Array = np.flatnonzero((leads[: block.size] & seconds[1 : block.size + 1]) != 0)
        lead = block.bytes[before]
        return before + _WIDTH[lead], leads[before] == _UNSURE

    def _hits(self, block: Block) -> tuple[Array, Array, Array, Array]:
        """Every keyword at the beginning of a word: where the word begins, where the keyword ends, its class."""
        begin, unsure = self._beginnings(block)
        at = begin
        begins: list[Array] = []
        ends: list[Array] = []
        topics: list[Array] = []
        doubts: list[Array] = []
        for prefixes in range(_MOST_PREFIXES + 1):
            words = block.words(at)
            slots = _slots(words)
            some = np.flatnonzero(self._gate[slots])
            pairs = [
                (some[slots[some] == slot], keyword) for slot, keywords in self._slots.items() for keyword in keywords
            ]
            pairs += [(np.flatnonzero((words & mask) == value), keyword) for mask, value, keyword in self._short]
            for chosen, keyword in pairs:
                stop = keyword.ends(block, at[chosen], words[chosen])
                hit = np.flatnonzero(stop)
                begins.append(begin[chosen[hit]])
                ends.append(stop[hit])
                topics.append(np.full(len(hit), keyword.topic, dtype=np.int32))
                doubts.append(unsure[chosen[hit]])
            if prefixes < _MOST_PREFIXES:
                longer = np.flatnonzero(_PREFIX[words & np.uint64(0xFFFF)])
                begin, at, unsure = begin[longer], at[longer] + 2, unsure[longer]
        return tuple(map(np.concatenate, (begins, ends, topics, doubts)))  # type: ignore[return-value]


def _slots(words: Array) -> Array:
    return ((words & _LOW4) * _FACTOR) >> np.uint64(50)
