"""The first reading of a chat's entries: what a file says of every name that stands before a colon.

Belongs here: gathering, a block at a time. The decision is `authors`; the entries themselves are read after it.
"""

import numpy as np

from collectors.whatsapp_export.authors import QUOTES, Author, Authors, decide, may_be_doubtful
from collectors.whatsapp_export.blocks import Grammar
from collectors.whatsapp_export.bodies import TEXT
from collectors.whatsapp_export.entries import EntryReader
from collectors.whatsapp_export.marks import clean
from collectors.whatsapp_export.members import Membership
from collectors.whatsapp_export.phrases import PEOPLE
from collectors.whatsapp_export.places import Entries, Passage
from collectors.whatsapp_export.rows import Array, Names
from collectors.whatsapp_export.senders import MAX_BYTES, SenderTable
from collectors.whatsapp_export.skeletons import Block

LINES = 8  # of each name that are looked at
MAX_PARTS = 1_000  # different second halves kept of a name; who has more of them is a person who talks
MAX_NOTICES = 20_000
_MAY_END_NAME = np.zeros(256, dtype=bool)  # the last byte of a line without ": " that yet has an author
_MAY_END_NAME[[*b":. "]] = True
HEAD_BYTES = 512  # of a line, in which a name is looked for


class Census:
    """Gathers the authors of a file."""

    def __init__(self, grammar: Grammar, reader: EntryReader, names: Names, senders: SenderTable) -> None:
        self._is_told = grammar.platform != "android"
        self._reader = reader
        self._names = names
        self._senders = senders
        self._lines: Array = np.zeros(0, dtype=np.int64)
        self._open: list[bool] = []  # by number: names that may prove doubtful
        self._authors: dict[int, Author] = {}  # those, and those with more than one colon in a line
        self._heads: list[tuple[list[int], list[bytes]]] = []  # of others: how their first lines begin
        self._notices: dict[bytes, None] = {}

    def add(self, passage: Passage) -> None:
        """Take one block of whole entries."""
        block, entries = passage.block, passage.entries
        number = self._numbers(block, entries)
        authored = np.flatnonzero(number >= 0)
        self._look(block, entries, authored, number[authored])
        self._part(block, entries, authored, number[authored])

    def _numbers(self, block: Block, entries: Entries) -> Array:
        """The number of each entry's author; -1 for none."""
        number = self._senders.numbers(block, entries).copy()
        rest, end = entries.rest, entries.first_end
        unknown = number < 0
        may_have_author = (entries.colon + 2 <= end) | _MAY_END_NAME[block.bytes[end - 1]] | (end <= rest)
        for entry in np.flatnonzero(unknown & may_have_author).tolist():
            line = block.raw[int(rest[entry]) : int(end[entry])]
            parts = self._reader.split(line.decode("utf-8"))
            if parts is not None:
                number[entry] = self._names.number(clean(parts[0]))
            elif not self._is_told and len(self._notices) < MAX_NOTICES:
                self._notices.setdefault(line)
        if not self._is_told and len(self._notices) < MAX_NOTICES:
            notices = np.flatnonzero(unknown & ~may_have_author)
            raw = block.raw
            lines = [raw[a:b] for a, b in zip(rest[notices].tolist(), end[notices].tolist(), strict=True)]
            self._notices.update(dict.fromkeys(lines))
        return number

    def _look(self, block: Block, entries: Entries, authored: Array, number: Array) -> None:
        """Count the lines of each author and look at the first few."""
        many = len(self._names.listed)
        before = np.concatenate([self._lines, np.zeros(many - len(self._lines), dtype=np.int64)])
        counts = np.bincount(number, minlength=many)
        self._lines = before + counts
        known = self._reader.table.words
        new = self._names.listed[len(self._open) :]
        self._open += [not self._is_told and may_be_doubtful(name, known) for name in new]
        early = np.flatnonzero(before[number] < LINES)
        order = early[np.argsort(number[early], kind="stable")]
        counts = np.bincount(number[early], minlength=many)
        place = np.arange(len(order)) - (np.cumsum(counts) - counts)[number[order]]
        looked = order[place + before[number[order]] < LINES]
        opened = np.array(self._open, dtype=bool)[number[looked]]
        plain = looked[~opened]
        self._begin(block, entries, authored[plain], number[plain])
        for at in looked[opened].tolist():
            entry, name = int(authored[at]), int(number[at])
            author = self._author(name)
            text = block.raw[int(entries.rest[entry]) : int(entries.end[entry])].decode("utf-8")
            first, _, more = text.partition("\n")
            body = (self._reader.split(first.removesuffix("\r")) or ("", ""))[1]
            measures = self._reader.bodies.read(body)
            author.wrote |= measures.kind != TEXT or measures.media > 0 or measures.is_edited
            author.spoke |= bool(more.strip())
            author.closes_quote &= not QUOTES.isdisjoint(body)
            if ": " not in body:
                author.whole.append(clean(body))

    def _begin(self, block: Block, entries: Entries, authored: Array, number: Array) -> None:
        """Keep how lines begin that hold no second colon: what somebody is called may go on there."""
        first = entries.colon[authored]
        stop = entries.first_end[authored]
        alone = np.flatnonzero((first + 2 <= stop) & ~(self._second(block, first) + 2 <= stop))
        begin, stop = first[alone] + 2, np.minimum(stop[alone], first[alone] + 2 + HEAD_BYTES)
        raw = block.raw
        lines = [raw[a:b] for a, b in zip(begin.tolist(), stop.tolist(), strict=True)]
        self._heads.append((number[alone].tolist(), lines))

    def _part(self, block: Block, entries: Entries, authored: Array, number: Array) -> None:
        """Gather what stands between the first colon of an entry and the second."""
        first = entries.colon[authored]
        second = self._second(block, first)
        for at in np.flatnonzero(second + 2 <= entries.first_end[authored]).tolist():
            author = self._author(int(number[at]))
            part = block.raw[int(first[at]) + 2 : int(second[at])]
            if len(author.parts) <= MAX_PARTS:
                known = clean(part.decode("utf-8")) if len(part) <= 2 * MAX_BYTES else "?"
                author.parts[known] = author.parts.get(known, 0) + 1

    @staticmethod
    def _second(block: Block, first: Array) -> Array:
        """The colons that follow on the first ones."""
        colons = np.append(block.colons, [block.size + 8] * 2)
        return colons[np.searchsorted(colons, first) + 1]

    def _author(self, name: int) -> Author:
        """What is known of a name."""
        if name not in self._authors:
            self._authors[name] = Author(self._names.listed[name], is_open=self._open[name])
        return self._authors[name]

    def decide(self) -> Authors:
        """The decision, once all blocks were added."""
        authors = {number: one for number, one in self._authors.items() if one.is_open or len(one.parts) > 1}
        if not authors:
            return Authors()
        for number, author in authors.items():
            author.lines = int(self._lines[number])
        for numbers, heads in self._heads:
            for number, head in zip(numbers, heads, strict=True):
                if number in authors:
                    authors[number].whole.append(clean(head.decode("utf-8", "ignore")))
        people: set[str] = set()
        table, members = self._reader.table, Membership()
        notices = dict.fromkeys(clean(line.decode("utf-8")) for line in self._notices)
        for line in notices:
            found = table.find(line)
            if found is not None:
                people.update(name for name, _ in members.touched(found) if name)
                people.update(value for name, value in found.values.items() if name in PEOPLE - {"members", "targets"})
        return decide(authors.values(), self._names.listed, people, notices, table.words, table.verbs, self._is_told)
