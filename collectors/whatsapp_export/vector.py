"""The vector path: a block at a time with arrays. It agrees with the line-by-line path of the tests, field by field.

It handles what nearly all entries are, an author and plain text, for all entries of a block at once,
and hands every other entry to the same `EntryReader` that one uses.
"""

from functools import cache
from typing import Protocol

import numpy as np

from collectors.whatsapp_export.blocks import Grammar
from collectors.whatsapp_export.bodies import ATTACHED, OMITTED, TEXT, Body
from collectors.whatsapp_export.entries import EntryReader, Event, Message
from collectors.whatsapp_export.marks import starts_with_mark
from collectors.whatsapp_export.measures import Measures
from collectors.whatsapp_export.places import Entries, Passage
from collectors.whatsapp_export.rows import Array, MessageBlock, Names
from collectors.whatsapp_export.senders import SenderTable
from collectors.whatsapp_export.skeletons import Block, Headers
from collectors.whatsapp_export.tally import Outcome

_CACHED_BYTES = 96
_CACHE_SIZE = 10_000


@cache
def keep_heap() -> None:
    """Have the C library keep freed memory for the next arrays.

    Blocks and their arrays are some megabytes each. By default glibc gives such memory back to the system at
    once and every block pays for fresh pages again; after one large piece was freed it keeps up to twice
    that. The piece itself is never touched the first time, so it costs nothing; a second one would come from what is
    kept, and be filled with zeros. Elsewhere this does no harm.
    """
    bytes(31 << 20)


class BlockReader(Protocol):
    """Reads the entries of a block of whole lines."""

    def __init__(self, grammar: Grammar, reader: EntryReader, names: Names, senders: SenderTable) -> None: ...

    def read(self, passage: Passage, position: int, /) -> Outcome:
        """One block; `position` is the number of its first entry in the file."""
        ...


class VectorPath:
    """Reads blocks with arrays."""

    def __init__(self, grammar: Grammar, reader: EntryReader, names: Names, senders: SenderTable) -> None:
        self.grammar = grammar
        self.reader = reader
        self.names = names
        self._senders = senders
        is_android = grammar.platform == "android"
        self._measures = Measures(
            reader.bodies,
            sorted(f"{word} " for word in reader.table.call_openings) if is_android else [],
            not is_android,
        )
        self._cache: dict[bytes, Body] = {}

    def read(self, passage: Passage, position: int) -> Outcome:
        """One block; `position` is the number of its first entry in the file."""
        block, headers, imitated, entries = passage
        count = len(headers.lines)
        is_plain, sender = self._authors(block, entries)
        start = entries.colon + 2
        plain = np.flatnonzero(is_plain)
        odd, marks = self._measures.odd(block, start[plain], entries.first_end[plain], entries.end[plain])
        cared = np.ones(count, dtype=bool)
        cared[plain] = odd
        plain = plain[~odd]

        at, end = start[plain], entries.end[plain]
        is_multi = entries.last_line > entries.first_line
        columns = {name: np.zeros(count, dtype=np.int32) for name in ("kind", "length", "topic")}
        flags = {name: np.zeros(count, dtype=bool) for name in ("is_edited", "is_question")}
        columns["length"][plain] = self._lengths(block, entries, plain, is_multi) - marks[~odd]
        columns["topic"][plain] = self._measures.topics(block, at, end)
        flags["is_question"][plain] = self._measures.questions(block, at, end)
        is_message = np.ones(count, dtype=bool)
        events: list[tuple[int, int, Event]] = []
        omitted = attached = 0
        multiline = int(np.count_nonzero(is_multi[plain]))
        rare = np.flatnonzero(cared)
        single = is_plain[rare] & (entries.first_line[rare] == entries.last_line[rare])
        facts = (entries.rest, start, entries.end, headers.marked, is_plain, headers.seconds)
        for number, is_single, rest, body_at, stop, marked, known, seconds in zip(
            rare.tolist(), single.tolist(), *(column[rare].tolist() for column in facts), strict=True
        ):
            entry = self._careful(block.raw, (rest, body_at, stop), marked, is_single)
            if isinstance(entry, Event):
                events.append((position + number, seconds, entry))
                continue
            body = entry.body
            if not known or entry.sender:
                sender[number] = self.names.number(entry.sender)
            columns["kind"][number], columns["length"][number] = body.kind, body.length
            columns["topic"][number] = body.topic
            flags["is_edited"][number], flags["is_question"][number] = body.is_edited, body.is_question
            multiline += entry.is_multiline
            omitted += body.media == OMITTED
            attached += body.media == ATTACHED
        is_message[[number - position for number, _, _ in events]] = False
        chosen = np.flatnonzero(is_message)
        messages = MessageBlock(
            position=chosen + position,
            seconds=headers.seconds[chosen],
            sender=sender[chosen],
            **{name: column[chosen] for name, column in {**columns, **flags}.items()},
        )
        return self._outcome(block, headers, messages, events, (imitated, multiline, omitted, attached))

    def _authors(self, block: Block, entries: Entries) -> tuple[Array, Array]:
        """Which entries have an author and nothing odd about it, and the authors' numbers."""
        sender = self._senders.numbers(block, entries)
        # Blank lines at the end of an entry belong to no body.
        is_plain = (sender >= 0) & (
            (entries.last_line == entries.first_line)
            | (block.ends[entries.last_line] > block.starts[entries.last_line])
        )
        return is_plain, np.where(is_plain, sender, 0)

    def _lengths(self, block: Block, entries: Entries, plain: Array, is_multi: Array) -> Array:
        lengths = self._measures.lengths(block, entries.colon[plain] + 2, entries.end[plain])
        several = np.flatnonzero(is_multi[plain])
        if len(several):
            returns = np.append(0, np.cumsum(block.has_return))
            first, last = entries.first_line[plain[several]], entries.last_line[plain[several]]
            lengths[several] -= returns[last] - returns[first]
        return lengths

    def _careful(self, raw: bytes, span: tuple[int, int, int], marked: bool, single: bool) -> Message | Event:
        """One entry by the plain way: from the rest of its header to its end, the body at the middle offset.

        A placeholder of one line that was seen before is not read again: the sender is left empty.
        """
        begin, body_at, end = span
        key = b""
        if single and end - body_at <= _CACHED_BYTES:
            key = raw[body_at:end] + (b"\1" if marked else b"\0")
            if (body := self._cache.get(key)) is not None:
                return Message("", body, False)
        text = raw[begin:end].decode("utf-8")
        lines = [line.removesuffix("\r") for line in text.split("\n")] if "\n" in text else [text]
        entry = self.reader.read(lines, marked)
        is_new = bool(key) and len(self._cache) < _CACHE_SIZE
        if is_new and isinstance(entry, Message) and self._is_fixed(entry, key):
            self._cache[key] = entry.body
        return entry

    @staticmethod
    def _is_fixed(entry: Message, key: bytes) -> bool:
        """Whether the same body always means the same: not so for unknown text led by a mark."""
        return entry.body.kind != TEXT or not starts_with_mark(key[:-1].decode("utf-8"))

    @staticmethod
    def _outcome(
        block: Block,
        headers: Headers,
        messages: MessageBlock,
        events: list[tuple[int, int, Event]],
        counts: tuple[int, int, int, int],
    ) -> Outcome:
        imitated, multiline, omitted, attached = counts
        times, entries, physical = headers.seconds, len(headers.lines), len(block.starts)
        is_blank = block.ends == block.starts
        blank = int(np.count_nonzero(is_blank))
        before = int(headers.lines[0]) if entries else physical
        before_first = before - int(np.count_nonzero(is_blank[:before]))
        return Outcome(
            messages=messages,
            events=events,
            first=int(times.min()) if entries else None,
            last=int(times.max()) if entries else None,
            entries=entries,
            physical=physical,
            continuation=physical - entries - blank - before_first,
            blank=blank,
            before_first=before_first,
            imitated=imitated,
            out_of_order=int(np.count_nonzero(np.diff(times) < 0)),
            multiline=multiline,
            omitted=omitted,
            attached=attached,
        )
