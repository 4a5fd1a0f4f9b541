"""Headers found many at a time: a header seen once is a skeleton for all headers of the same widths.

The general grammar (`header`) reads one header of each kind; its fixed bytes and the places of its
digits make a skeleton, and every line that has those bytes and digits there is a header too. A file
has few skeletons (one or two digits of day, month and hour, two halves of the day, a mark before).
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np

from collectors.whatsapp_export.blocks import Grammar, header_of
from collectors.whatsapp_export.dates import EPOCH, Order
from collectors.whatsapp_export.header import FIRST_BYTES, HEAD_CHARS, Header
from collectors.whatsapp_export.rows import Array

PAD = 128  # zero bytes after a block, so that words may be read past its end
MAX_BYTES = 96
MAX_SKELETONS = 64
_ONE, _TEN, _NIBBLE = np.uint64(1), np.uint64(10), np.uint64(0x0F)
_HIGH, _OVER_NINE = np.uint64(0x8080808080808080), np.uint64(0x7676767676767676)
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_MONTHS = [(y, m) for y in range(_FIRST_YEAR, _LAST_YEAR + 1) for m in range(1, 13)]
_MONTH_START = np.array([date(y, m, 1).toordinal() - EPOCH for y, m in _MONTHS], dtype=np.int64)
_MONTH_DAYS = np.array([monthrange(y, m)[1] for y, m in _MONTHS], dtype=np.int64)
_MAYBE = np.zeros(256, dtype=bool)
_MAYBE[sorted(FIRST_BYTES)] = True


class Block:
    """The bytes of one block, with padding, as bytes and as eight-byte words at every offset."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.size = len(raw)
        self.padded = raw + bytes(PAD + -len(raw) % 8)
        self.bytes: Array = np.frombuffer(self.padded, dtype=np.uint8)
        self._words: Array = np.ndarray((len(self.padded) - 8,), dtype="<u8", buffer=self.padded, strides=(1,))
        newlines = self.places(10)
        if self.size and raw[-1] != 10:
            newlines = np.append(newlines, self.size)
        self.starts: Array = np.empty(len(newlines), dtype=np.int64)
        if len(newlines):
            self.starts[0] = 0
            self.starts[1:] = newlines[:-1] + 1
        self.has_return: Array = (newlines > self.starts) & (self.bytes[newlines - 1] == 13)
        self.ends: Array = newlines - self.has_return  # of the text of each line

    def places(self, byte: int) -> Array:
        """Where a byte stands, in order."""
        return _where(self.bytes == byte)

    @cached_property
    def colons(self) -> Array:
        """Where a colon with a space after it stands."""
        hits = self.bytes == 0x3A
        hits[:-1] &= self.bytes[1:] == 0x20
        return _where(hits)

    def words(self, at: Array) -> Array:
        """Eight bytes from each offset on, as one little-endian number."""
        return self._words[at]


def _as_words(octets: bytearray) -> Array:
    return np.frombuffer(bytes(octets).ljust(-(-len(octets) // 8) * 8, b"\0"), dtype="<u8")


def _where(flags: Array) -> Array:
    """The places of rare flags, in order: eight at a time are passed over."""
    words = flags.view("<u8")
    eights = np.flatnonzero(words != 0)
    left: Array = words[eights]
    found: list[Array] = []
    while len(eights):
        lowest = left & (~left + _ONE)
        found.append(eights * 8 + (np.bitwise_count(lowest - _ONE) >> 3))
        left = left ^ lowest
        again = np.flatnonzero(left)
        eights, left = eights[again], left[again]
    return found[0] if len(found) == 1 else np.sort(np.concatenate([eights, *found]), kind="stable")


class Headers(NamedTuple):
    """The headers of one block: which lines, their times, where the rest of the line begins, mark before."""

    lines: Array
    seconds: Array
    rests: Array
    marked: Array


class _Skeleton:
    """One kind of header: fixed bytes, and where the digits of its six numbers stand."""

    def __init__(self, head: str, header: Header) -> None:
        raw = head[: header.rest].encode()
        self.length = len(raw)
        fixed, mask = bytearray(raw), bytearray(b"\xff" * len(raw))
        digit, base = bytearray(len(raw)), bytearray(len(raw))
        self.numbers: list[list[int]] = []  # where the last byte of each digit stands
        for start, stop in header.spans:
            digits = []
            for place in range(start, stop):
                if head[place].isdecimal():
                    last = len(head[: place + 1].encode()) - 1
                    digits.append(last)
                    fixed[last] = mask[last] = 0
                    digit[last], base[last] = 0xFF, raw[last] - int(head[place])
            self.numbers.append(digits)
        self.fixed, self.mask, self.digits, self.bases = map(_as_words, (fixed, mask, digit, base))
        self.header = header

    def match(self, block: Block, first_words: Array) -> tuple[Array, list[Array]]:
        """The lines of a block that begin like this, and the eight-byte words of their headers."""
        found = np.flatnonzero((first_words & self.mask[0]) == self.fixed[0])
        words = [first_words[found]]
        for number in range(1, len(self.mask)):
            word = block.words(block.starts[found] + 8 * number)
            same = (word & self.mask[number]) == self.fixed[number]
            if not same.all():
                found, word = found[same], word[same]
                words = [earlier[same] for earlier in words]
            words.append(word)
        return found, words

    def times(self, words: list[Array], order: Order) -> tuple[Array, Array, Array]:
        """Times of such headers, whether digits stand where they should, and whether the time exists."""
        digital = np.ones(len(words[0]), dtype=bool)
        plain: list[Array] = []  # words with the digits as numbers from 0 to 9, everything else zero
        for word, place, base in zip(words, self.digits, self.bases, strict=True):
            number = (word & place) - base
            # A byte below its base wraps round and shows its highest bit; one above nine does so with 0x76 added.
            digital &= ((number | (number + (_OVER_NINE & place))) & (_HIGH & place)) == 0
            plain.append(number)
        values: list[Array] = []
        for digits in self.numbers:
            value = np.zeros(len(words[0]), dtype=np.uint64)
            for count, last in enumerate(digits):
                digit = (plain[last >> 3] >> np.uint64(8 * (last & 7))) & _NIBBLE
                value = value * _TEN + digit if count else digit
            values.append(value.view(np.int64))
        a, b, c, hour, minute, second = values
        days, good = self._days((a, b, c), order)
        good &= (hour <= 23) & (minute <= 59) & (second <= 59)
        if self.header.half is not None:
            hour = np.where(hour <= 12, hour % 12 + 12 * self.header.half, hour)
        return days * 86_400 + (hour * 3600 + minute * 60 + second), digital, good & digital

    def _days(self, fields: Sequence[Array], order: Order) -> tuple[Array, Array]:
        digits, era = self.header.layout.year_digits, self.header.era
        if digits[0] in (4, 0):
            order = "ymd"
        elif digits[1] in (4, 0) and order == "ymd":
            return fields[0] * 0, np.zeros(len(fields[0]), dtype=bool)
        if order == "ymd":
            year, month, day = fields
            width = digits[0]
        else:
            year, width = fields[2], digits[1]
            day, month = (fields[0], fields[1]) if order == "dmy" else (fields[1], fields[0])
        if era in {"R", "H"}:
            year = year + (2018 if era == "R" else 1988)
        elif width == 2:
            year = np.where(year <= 51, year + 2000, year + 1957)
        else:
            year = np.where((year >= 2500) | (era == "BE"), year - 543, year)
        good = (year >= _FIRST_YEAR) & (year <= _LAST_YEAR) & (month >= 1) & (month <= 12)
        place = np.where(good, (year - _FIRST_YEAR) * 12 + month - 1, 0)
        good &= (day >= 1) & (day <= _MONTH_DAYS[place])
        return _MONTH_START[place] + day - 1, good


class HeaderFinder:
    """Finds the headers of blocks, learning skeletons on the way."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self._skeletons: list[_Skeleton] = []

    def find(self, block: Block) -> Headers:
        """All lines of the block that begin with a header of the file's layout and order."""
        first_words = block.words(block.starts)
        table = _Table(len(block.starts))
        for skeleton in self._skeletons:
            self._take(block, skeleton, first_words, table)
        unsure = np.flatnonzero(~table.settled & _MAYBE[block.bytes[block.starts]])
        for line in unsure.tolist():
            if table.settled[line]:
                continue
            head = self._head(block, line)
            found = header_of(head, self.grammar)
            if found is None:
                continue
            header, seconds = found
            length = len(head[: header.rest].encode())
            if length <= MAX_BYTES and len(self._skeletons) < MAX_SKELETONS:
                self._skeletons.append(_Skeleton(head, header))
                self._take(block, self._skeletons[-1], first_words, table)
            else:
                table.put(line, seconds, length, header.marked)
        lines = np.flatnonzero(table.length)
        rests = block.starts[lines] + table.length[lines]
        return Headers(lines, table.seconds[lines], rests, table.marked[lines])

    def _head(self, block: Block, line: int) -> str:
        start, end = int(block.starts[line]), int(block.ends[line])
        head = block.raw[start : min(end, start + 4 * HEAD_CHARS)].decode("utf-8", "ignore")
        if self.grammar.layout.end == ":" and end - start > 4 * HEAD_CHARS:
            head = block.raw[start:end].decode("utf-8")  # the old form needs the author, wherever it ends
        return head

    def _take(self, block: Block, skeleton: _Skeleton, first_words: Array, table: "_Table") -> None:
        lines, words = skeleton.match(block, first_words)
        if not len(lines):
            return
        seconds, digital, good = skeleton.times(words, self.grammar.order)
        if table.settled[lines].any():
            digital &= ~table.settled[lines]
            good &= digital
        table.settled[lines[digital]] = True
        if self.grammar.layout.end == ":":
            good &= self._has_author(block, skeleton, lines)
        if not good.all():
            lines, seconds = lines[good], seconds[good]
        table.put(lines, seconds, skeleton.length, skeleton.header.marked)

    @staticmethod
    def _has_author(block: Block, skeleton: _Skeleton, lines: Array) -> Array:
        spans = zip((block.starts[lines] + skeleton.length).tolist(), block.ends[lines].tolist(), strict=True)
        return np.array([block.raw.find(b": ", start, end) >= 0 for start, end in spans], dtype=bool)


class _Table:
    """What is known of the lines of one block; a length of zero means no header."""

    def __init__(self, lines: int) -> None:
        self.settled = np.zeros(lines, dtype=bool)
        self.seconds = np.zeros(lines, dtype=np.int64)
        self.length = np.zeros(lines, dtype=np.int64)
        self.marked = np.zeros(lines, dtype=bool)

    def put(self, lines: Array, seconds: Array, length: int, marked: bool) -> None:
        """Note headers."""
        self.settled[lines] = True
        self.seconds[lines] = seconds
        self.length[lines] = length
        if marked:
            self.marked[lines] = True
