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

from collectors.whatsapp_export.blocks import Grammar
from collectors.whatsapp_export.dates import EPOCH, Order
from collectors.whatsapp_export.header import FIRST_BYTES, HEAD_CHARS, Header, read_header
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


class Shaped(NamedTuple):
    """The header-shaped lines of one block, of whatever layout and order of dates."""

    lines: Array
    dates: Array  # the three printed numbers of each, see `unpacked`
    clocks: Array  # seconds of the day
    rests: Array  # where the rest of the line begins
    kinds: Array  # index into `HeaderFinder.kinds`


class Headers(NamedTuple):
    """The headers of one block: which lines, their times, where the rest of the line begins, mark before."""

    lines: Array
    seconds: Array
    rests: Array
    marked: Array


def unpacked(dates: Array) -> tuple[Array, Array, Array]:
    """The three printed numbers of dates."""
    return dates >> 32, (dates >> 16) & 0xFFFF, dates & 0xFFFF


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
        dated = bytearray(len(raw))
        for last in (last for digits in self.numbers[:3] for last in digits):
            dated[last] = 0xFF
        self._dated = _as_words(dated)
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

    def times(self, words: list[Array]) -> tuple[Array, Array, Array, Array]:
        """Dates and clocks of such headers, whether digits stand where they should, and whether the time exists."""
        digital = np.ones(len(words[0]), dtype=bool)
        plain: list[Array] = []  # words with the digits as numbers from 0 to 9, everything else zero
        news = np.zeros(len(words[0]), dtype=bool)  # which dates are other than the one before
        news[:1] = True
        for word, place, base, dated in zip(words, self.digits, self.bases, self._dated, strict=True):
            number = (word & place) - base
            # A byte below its base wraps round and shows its highest bit; one above nine does so with 0x76 added.
            digital &= ((number | (number + (_OVER_NINE & place))) & (_HIGH & place)) == 0
            plain.append(number)
            if dated:
                news[1:] |= ((word[1:] ^ word[:-1]) & dated) != 0
        heads = np.flatnonzero(news)
        a, b, c = (_value([number[heads] for number in plain], digits) for digits in self.numbers[:3])
        dates = np.repeat((a << 32) | (b << 16) | c, np.diff(heads, append=len(news)))
        hour, minute, second = (_value(plain, digits) for digits in self.numbers[3:])
        good = digital & (hour <= 23) & (minute <= 59) & (second <= 59)
        if self.header.half is not None:
            hour = np.where(hour <= 12, hour % 12 + 12 * self.header.half, hour)
        return dates, hour * 3600 + minute * 60 + second, digital, good


def _value(plain: list[Array], digits: list[int]) -> Array:
    """The number that digits make, whose last bytes stand at these places of a header."""
    value = np.zeros(len(plain[0]), dtype=np.uint64)
    for count, last in enumerate(digits):
        digit = (plain[last >> 3] >> np.uint64(8 * (last & 7))) & _NIBBLE
        value = value * _TEN + digit if count else digit
    return value.view(np.int64)


def _days(fields: Sequence[Array], order: Order, digits: tuple[int, int], era: str) -> tuple[Array, Array]:
    """Days since 1970 of printed dates, and which of them exist: what `dates.day_number` says of one."""
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
    """Finds the headers of a file's blocks, learning skeletons on the way.

    `kinds` are samples: headers of one kind differ in their numbers alone.
    """

    def __init__(self) -> None:
        self.kinds: list[Header] = []
        self._skeletons: list[tuple[_Skeleton, int]] = []
        self._numbers: dict[Header, int] = {}

    def find(self, block: Block) -> Shaped:
        """All lines of the block that begin with a header."""
        first_words = block.words(block.starts)
        table = _Table(len(block.starts))
        for skeleton, kind in self._skeletons:
            self._take(block, skeleton, kind, first_words, table)
        unsure = np.flatnonzero(~table.settled & _MAYBE[block.bytes[block.starts]])
        for line in unsure.tolist():
            if table.settled[line]:
                continue
            head, header = self._read(block, line)
            if header is None:
                continue
            kind, length = self._kind(header), len(head[: header.rest].encode())
            if length <= MAX_BYTES and len(self._skeletons) < MAX_SKELETONS:
                self._skeletons.append((_Skeleton(head, header), kind))
                self._take(block, *self._skeletons[-1], first_words, table)
            else:
                a, b, c = header.fields
                table.put(line, (a << 32) | (b << 16) | c, header.seconds, length, kind)
        lines = np.flatnonzero(table.length)
        rests = block.starts[lines] + table.length[lines]
        return Shaped(lines, table.dates[lines], table.clocks[lines], rests, table.kinds[lines])

    def headers(self, shaped: Shaped, grammar: Grammar) -> Headers:
        """Those of the lines that are headers of the file's layout and order."""
        eras = [kind.era if kind.layout == grammar.layout else None for kind in self.kinds]
        days = np.zeros(len(shaped.lines), dtype=np.int64)
        good = np.zeros(len(shaped.lines), dtype=bool)
        for era in set(eras) - {None}:
            own = (
                slice(None) if set(eras) == {era} else np.flatnonzero(np.array([e == era for e in eras])[shaped.kinds])
            )
            dates = shaped.dates[own]
            heads = np.flatnonzero(np.diff(dates, prepend=-1))
            told, exist = _days(unpacked(dates[heads]), grammar.order, grammar.layout.year_digits, era or "")
            often = np.diff(heads, append=len(dates))
            days[own], good[own] = np.repeat(told, often), np.repeat(exist, often)
        seconds = days * 86_400 + shaped.clocks
        marked = np.array([kind.marked for kind in self.kinds] or [False])[shaped.kinds]
        if good.all():
            return Headers(shaped.lines, seconds, shaped.rests, marked)
        return Headers(shaped.lines[good], seconds[good], shaped.rests[good], marked[good])

    def _kind(self, header: Header) -> int:
        """The number of a header's kind."""
        key = header._replace(fields=(0, 0, 0), seconds=0, padded=False, rest=0)
        if key not in self._numbers:
            self._numbers[key] = len(self.kinds)
            self.kinds.append(header)
        return self._numbers[key]

    @staticmethod
    def _read(block: Block, line: int) -> tuple[str, Header | None]:
        start, end = int(block.starts[line]), int(block.ends[line])
        head = block.raw[start : min(end, start + 4 * HEAD_CHARS)].decode("utf-8", "ignore")
        header = read_header(head)
        if header is None and end - start > 4 * HEAD_CHARS:
            head = block.raw[start:end].decode("utf-8", "ignore")  # the old form needs the author, wherever it ends
            header = read_header(head)
        return head, header

    def _take(self, block: Block, skeleton: _Skeleton, kind: int, first_words: Array, table: "_Table") -> None:
        lines, words = skeleton.match(block, first_words)
        if not len(lines):
            return
        dates, clocks, digital, good = skeleton.times(words)
        if table.settled[lines].any():
            digital &= ~table.settled[lines]
            good &= digital
        if skeleton.header.layout.end == ":":
            good &= self._has_author(block, skeleton, lines)
        if good.all():
            table.put(lines, dates, clocks, skeleton.length, kind)
        else:
            table.settled[lines[digital]] = True
            table.put(lines[good], dates[good], clocks[good], skeleton.length, kind)

    @staticmethod
    def _has_author(block: Block, skeleton: _Skeleton, lines: Array) -> Array:
        spans = zip((block.starts[lines] + skeleton.length).tolist(), block.ends[lines].tolist(), strict=True)
        return np.array([block.raw.find(b": ", start, end) >= 0 for start, end in spans], dtype=bool)


class _Table:
    """What is known of the lines of one block; a length of zero means no header."""

    def __init__(self, lines: int) -> None:
        self.settled = np.zeros(lines, dtype=bool)
        self.dates = np.zeros(lines, dtype=np.int64)
        self.clocks = np.zeros(lines, dtype=np.int64)
        self.length = np.zeros(lines, dtype=np.int64)
        self.kinds = np.zeros(lines, dtype=np.int64)

    def put(self, lines: Array, dates: Array, clocks: Array, length: int, kind: int) -> None:
        """Note headers."""
        self.settled[lines] = True
        self.dates[lines] = dates
        self.clocks[lines] = clocks
        self.length[lines] = length
        self.kinds[lines] = kind
