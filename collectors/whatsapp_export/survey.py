"""The first look at a chat: which layout its headers keep, and the order of its dates.

Belongs here: decisions made once per file. A header-shaped line of another layout is body text from
then on (a transcript somebody pasted).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from collectors.errors import RejectFile
from collectors.whatsapp_export.blocks import Grammar
from collectors.whatsapp_export.dates import OrderVotes, Run
from collectors.whatsapp_export.header import HEAD_CHARS, Header, Layout, read_header
from collectors.whatsapp_export.rows import Array
from collectors.whatsapp_export.skeletons import Block, Shaped, unpacked

PROBE_BYTES = 256 << 10
EARLY = 2_000  # lines of which every one counts; of later ones those whose date is another than the one before
STEP = 500  # lines between two looks at whether enough were read
_IS_FILLED = np.ones(256, dtype=bool)  # by the first byte of a line's text: none of these begins a blank
_IS_FILLED[:0x21] = False
_IS_FILLED[[0xC2, 0xE1, 0xE2, 0xE3]] = False
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_OTHER = re.compile(r"[\u0370-\u1fff\u3040-\ud7ff]")
_OF_SIGNAL = re.compile(r"\W*\[\d[\d./-]+,\s+\d{1,2}[:.]\d{2}[^\d:.\]]*\]")
"""A header as Signal's exports have it: a comma behind the date, as on an iPhone, but never seconds."""
_OF_A_LOG = re.compile(
    r"\W*\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,\d]*\]?[\s:|-]+\[?"
    r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)\b"
)
"""A line of a programme's log: a level stands where a chat has its author."""


def no_entries() -> RejectFile:
    """What a file without a single header is answered with."""
    return RejectFile("no_entries")


class Survey:
    """Counts the layouts of header-shaped lines and gathers votes on the order of dates."""

    def __init__(self, kinds: Sequence[Header]) -> None:
        self.votes: dict[Layout, OrderVotes] = {}
        self.first: Layout | None = None
        self.lines = 0  # that hold more than a header, as far as they were counted
        self._kinds = kinds
        self._number = 0
        self._date = -1  # the last date in its spelling: later headers that begin alike tell nothing new
        self._spellings: dict[str, int] = {}

    def add(self, block: Block, shaped: Shaped) -> bool:
        """Look at whole lines. Returns whether what comes after those looked at cannot change the decision."""
        spellings = np.array([self._spelling(kind) for kind in self._kinds] or [0], dtype=np.int64)[shaped.kinds]
        dates = np.where(spellings < 0, -1, (spellings << 48) | shaped.dates)
        first, last = 0, len(block.starts)
        while first < last:
            stop = min(last, first + STEP - self._number % STEP)
            own = slice(*np.searchsorted(shaped.lines, [first, stop]).tolist())
            self._take(block, Shaped(*(column[own] for column in shaped)), dates[own], first, stop)
            self._number += stop - first
            first = stop
            if self._number % STEP == 0 and self.decided():
                return True
        return False

    def _take(self, block: Block, shaped: Shaped, dates: Array, first: int, stop: int) -> None:
        """Look at the lines from `first` on, before `stop`."""
        count = len(shaped.lines)
        counts = np.zeros(count, dtype=bool)  # headers that are looked at
        if self.lines < EARLY:
            filled = _filled(block, shaped, first, stop)
            before = self.lines + np.cumsum(filled) - filled
            if count and not self.votes and before[shaped.lines[0] - first] == 0:
                self.first = self._kinds[int(shaped.kinds[0])].layout
            counts |= before[shaped.lines - first] < EARLY
            self.lines += int(np.count_nonzero(filled))
        dated = np.flatnonzero(dates >= 0)
        if len(dated) < count:
            counts |= dates < 0
        if len(dated):
            counts[dated] |= np.diff(dates[dated], prepend=self._date) != 0
            self._date = int(dates[dated[-1]])
        for kind, lines in enumerate(np.bincount(shaped.kinds).tolist()):
            if lines:
                self.votes.setdefault(self._kinds[kind].layout, OrderVotes()).lines += lines
        kinds, told = shaped.kinds[counts], shaped.dates[counts]
        heads = np.flatnonzero((np.diff(told, prepend=-1) != 0) | (np.diff(kinds, prepend=-1) != 0))
        columns = (kinds[heads], *unpacked(told[heads]), np.diff(heads, append=len(told)))
        for kind, a, b, c, lines in zip(*(column.tolist() for column in columns), strict=True):
            sample = self._kinds[kind]
            self.votes[sample.layout].add(Run(sample, (a, b, c), lines))

    def _spelling(self, kind: Header) -> int:
        """A number for what stands around the numbers of a date; -1 where the time comes first."""
        if kind.layout.time_first:
            return -1
        return self._spellings.setdefault(
            repr((kind.spans[:3], kind.layout, kind.marked, kind.era)), len(self._spellings)
        )

    def layout(self) -> Layout | None:
        """The layout of the file: that of its first line, or else the most frequent one."""
        if not self.votes:
            return None
        frequent = max(self.votes, key=lambda layout: self.votes[layout].lines)
        if self.first is not None and self.votes[self.first].lines * 100 >= self.votes[frequent].lines:
            return self.first
        return frequent

    def decided(self) -> bool:
        """Whether the rest of the file cannot change the decision."""
        layout = self.layout()
        return layout is not None and self.votes[layout].decided()

    def grammar(self, date_order: str | None, is_latin: Callable[[], bool]) -> Grammar:
        """The decision. Raises RejectFile when there is no header, or the order cannot be told."""
        layout = self.layout()
        if layout is None:
            raise no_entries()
        order, basis = self.votes[layout].decide(date_order, is_latin)
        return Grammar(layout, order, basis, platform_of(layout))


def _filled(block: Block, shaped: Shaped, first: int, stop: int) -> Array:
    """Which lines hold more than a header and blanks."""
    at = block.starts[first:stop].copy()
    at[shaped.lines - first] = shaped.rests
    filled = _IS_FILLED[block.bytes[at]]
    filled &= at < block.ends[first:stop]
    for line in np.flatnonzero(~filled).tolist():
        end = min(int(block.ends[first + line]), int(block.starts[first + line]) + 4 * HEAD_CHARS)
        filled[line] = bool(block.raw[int(at[line]) : end].decode("utf-8", "ignore").strip())
    return filled


def platform_of(layout: Layout) -> str:
    """android, ios or web, by the form of the header."""
    if not layout.bracketed:
        return "ios" if layout.end == ":" else "android"
    return "web" if layout.time_first and not layout.has_seconds else "ios"


def line_heads(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The beginnings of the lines of a text; a line of any length costs one pass over it."""
    carry = b""
    for chunk in chunks:
        lines = (carry + chunk).split(b"\n")
        carry = lines.pop()[: 4 * HEAD_CHARS]
        yield from lines
    if carry:
        yield carry


def _text(line: bytes) -> str:
    return line[: 4 * HEAD_CHARS].decode("utf-8", "ignore").rstrip("\r")


def whole_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """A text in pieces of whole lines; of lines that go on from chunk to chunk the beginnings."""
    carry = b""
    for chunk in chunks:
        text = carry + chunk
        cut = text.rfind(b"\n") + 1
        if cut:
            yield text[:cut]
        carry = text[cut : cut + 4 * HEAD_CHARS]
    if carry:
        yield carry


def is_latin(chunks: Iterable[bytes]) -> bool:
    """Whether no other letters than Latin ones prevail in the first lines of a chat."""
    lines = latin = other = 0
    for line in map(_text, line_heads(chunks)):
        header = read_header(line)
        text = line if header is None else line[header.rest :]
        latin += len(_LATIN.findall(text[:400]))
        other += len(_OTHER.findall(text[:400]))
        lines += bool(text.strip())
        if lines >= EARLY:
            break
    return latin >= other


def looks_like_chat(head: bytes, text: str | None = None) -> bool:
    """Whether some first bytes read like a chat: its first line is a header, or several lines of one layout are."""
    layouts: set[Layout] = set()
    is_first, is_found = True, False
    for line in map(_text, line_heads([head])) if text is None else text.split("\n"):
        if _OF_SIGNAL.match(line) or _OF_A_LOG.match(line):
            if is_first:
                return False
            continue
        header = read_header(line)
        if header is not None:
            is_found |= header.layout in layouts or (is_first and not layouts)
            layouts.add(header.layout)
        is_first &= not line[header.rest if header is not None else 0 :].strip()
        if is_found and not is_first:
            return True
    return is_found
