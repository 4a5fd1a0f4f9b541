"""The first reading of a chat's entries: what a file says of every name that stands before a colon.

Belongs here: gathering, a block at a time. The decision is `authors`; the entries themselves are read after it.
"""

import numpy as np

from collectors.whatsapp_export.authors import QUOTES, Author, Authors, decide
from collectors.whatsapp_export.blocks import Grammar
from collectors.whatsapp_export.bodies import TEXT
from collectors.whatsapp_export.entries import EntryReader
from collectors.whatsapp_export.marks import clean
from collectors.whatsapp_export.members import Membership
from collectors.whatsapp_export.phrases import PEOPLE
from collectors.whatsapp_export.places import Entries, EntryFinder
from collectors.whatsapp_export.rows import Array, Names
from collectors.whatsapp_export.senders import MAX_BYTES, SenderTable
from collectors.whatsapp_export.skeletons import Block

LINES = 8  # of each name that are looked at
MAX_PARTS = 1_000  # different second halves kept of a name; who has more of them is a person who talks
MAX_NOTICES = 20_000


class Census:
    """Gathers the authors of a file."""

    def __init__(self, grammar: Grammar, reader: EntryReader) -> None:
        self._is_told = grammar.platform != "android"
        self._reader = reader
        self._finder = EntryFinder(grammar)
        self._names = Names()
        self._senders = SenderTable(self._names, reader)
        self._lines: Array = np.zeros(0, dtype=np.int64)
        self._authors: dict[int, Author] = {}
        self._notices: dict[str, None] = {}

    def add(self, raw: bytes) -> None:
        """Take one block of whole entries."""
        block = Block(raw)
        _, _, entries = self._finder.find(block)
        number = self._numbers(block, entries)
        authored = np.flatnonzero(number >= 0)
        self._look(block, entries, authored, number[authored])
        self._part(block, entries, authored, number[authored])

    def _numbers(self, block: Block, entries: Entries) -> Array:
        """The number of each entry's author; -1 for none."""
        size = entries.colon - entries.rest
        number = np.full(len(size), -1, dtype=np.int64)
        has_colon = entries.colon + 2 <= entries.first_end
        short = np.flatnonzero(has_colon & (size > 0) & (size <= MAX_BYTES))
        if len(short):
            number[short], careful = self._senders.numbers(block, entries.rest[short], size[short])
            number[short[careful]] = -1
        for entry in np.flatnonzero(number < 0).tolist():
            line = block.raw[int(entries.rest[entry]) : int(entries.first_end[entry])].decode("utf-8")
            parts = self._reader.split(line)
            if parts is not None:
                number[entry] = self._names.number(clean(parts[0]))
            elif not self._is_told and len(self._notices) < MAX_NOTICES:
                self._notices.setdefault(clean(line))
        return number

    def _look(self, block: Block, entries: Entries, authored: Array, number: Array) -> None:
        """Count the lines of each author and look at the first few."""
        many = len(self._names.listed)
        before = np.concatenate([self._lines, np.zeros(many - len(self._lines), dtype=np.int64)])
        counts = np.bincount(number, minlength=many)
        self._lines = before + counts
        order = np.argsort(number, kind="stable")
        place = np.arange(len(order)) - (np.cumsum(counts) - counts)[number[order]]
        for at in order[place + before[number[order]] < LINES].tolist():
            entry, name = int(authored[at]), int(number[at])
            author = self._authors.setdefault(name, Author(self._names.listed[name]))
            text = block.raw[int(entries.rest[entry]) : int(entries.end[entry])].decode("utf-8")
            first, _, more = text.partition("\n")
            body = (self._reader.split(first.removesuffix("\r")) or ("", ""))[1]
            measures = self._reader.bodies.read(body)
            author.wrote |= measures.kind != TEXT or measures.media > 0 or measures.is_edited
            author.spoke |= bool(more.strip())
            author.closes_quote &= not QUOTES.isdisjoint(body)
            if ": " not in body:
                author.whole.append(clean(body))

    def _part(self, block: Block, entries: Entries, authored: Array, number: Array) -> None:
        """Gather what stands between the first colon of an entry and the second."""
        colons = np.append(block.colons, [block.size + 8] * 2)
        first = entries.colon[authored]
        second = colons[np.searchsorted(colons, first) + 1]
        for at in np.flatnonzero((second > first) & (second + 2 <= entries.first_end[authored])).tolist():
            name = int(number[at])
            author = self._authors.setdefault(name, Author(self._names.listed[name]))
            part = block.raw[int(first[at]) + 2 : int(second[at])]
            if len(author.parts) <= MAX_PARTS:
                known = clean(part.decode("utf-8")) if len(part) <= 2 * MAX_BYTES else "?"
                author.parts[known] = author.parts.get(known, 0) + 1

    def decide(self) -> Authors:
        """The decision, once all blocks were added."""
        for name, count in enumerate(self._lines.tolist()):
            if name in self._authors:
                self._authors[name].lines = count
        people: set[str] = set()
        table, members = self._reader.table, Membership()
        for line in self._notices:
            found = table.find(line)
            if found is not None:
                people.update(name for name, _ in members.touched(found) if name)
                people.update(value for name, value in found.values.items() if name in PEOPLE - {"members", "targets"})
        return decide(self._authors.values(), people, self._notices, table.words, table.verbs, self._is_told)
