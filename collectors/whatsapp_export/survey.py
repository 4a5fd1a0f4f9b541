"""The first look at a chat: which layout its headers keep, and the order of its dates.

Belongs here: decisions made once per file. A header-shaped line of another layout is body text from
then on (a transcript somebody pasted).
"""

import re
from collections.abc import Iterable, Iterator

from collectors.errors import RejectFile
from collectors.whatsapp_export.blocks import Grammar
from collectors.whatsapp_export.dates import OrderVotes
from collectors.whatsapp_export.header import FIRST_BYTES, HEAD_CHARS, Layout, read_header

PROBE_BYTES = 256 << 10
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

    def __init__(self) -> None:
        self.votes: dict[Layout, OrderVotes] = {}
        self.first: Layout | None = None
        self.lines = 0
        self.latin = self.other = 0
        self._date = "\n"  # the last header up to its date: lines that begin alike tell nothing new
        self._votes: OrderVotes | None = None

    def add(self, line: str) -> None:
        """Look at one line."""
        if self.lines >= 2_000 and self._votes is not None and line.startswith(self._date):
            self._votes.lines += 1
            return
        header = read_header(line)
        if header is not None:
            if not self.votes and self.lines == 0:
                self.first = header.layout
            self._votes = self.votes.setdefault(header.layout, OrderVotes())
            self._votes.add(header)
            if not header.layout.time_first:
                self._date = line[: header.spans[2][1] + 1]
            line = line[header.rest :]
        if self.lines < 2_000:
            self.latin += len(_LATIN.findall(line[:400]))
            self.other += len(_OTHER.findall(line[:400]))
        if line.strip():
            self.lines += 1

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

    def grammar(self, date_order: str | None) -> Grammar:
        """The decision. Raises RejectFile when there is no header, or the order cannot be told."""
        layout = self.layout()
        if layout is None:
            raise no_entries()
        order, basis = self.votes[layout].decide(date_order, latin=self.latin >= self.other)
        return Grammar(layout, order, basis, platform_of(layout))


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


def survey(chunks: Iterable[bytes], date_order: str | None) -> Grammar:
    """Read as much of a chat as the decision needs."""
    found = Survey()
    for number, line in enumerate(line_heads(chunks)):
        if found.lines < 2_000 or (line and line[0] in FIRST_BYTES):
            found.add(_text(line))
        if number % 500 == 499 and found.decided():
            break
    return found.grammar(date_order)


def looks_like_chat(head: bytes, text: str | None = None) -> bool:
    """Whether some first bytes read like a chat: its first line is a header, or several lines of one layout are."""
    found = Survey()
    for line in map(_text, line_heads([head])) if text is None else text.split("\n"):
        if _OF_SIGNAL.match(line) or _OF_A_LOG.match(line):
            if not found.lines:
                return False
            continue
        found.add(line)
    return found.first is not None or any(votes.lines >= 2 for votes in found.votes.values())
