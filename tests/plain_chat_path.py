"""A chat read one line after another: it says what is right, and the product's reader of whole blocks must agree."""

import itertools

import numpy as np

from collectors.whatsapp_export.blocks import Grammar, header_of
from collectors.whatsapp_export.bodies import ATTACHED, OMITTED
from collectors.whatsapp_export.dates import lagging
from collectors.whatsapp_export.entries import EntryReader, Event, Message
from collectors.whatsapp_export.header import Header
from collectors.whatsapp_export.places import Passage
from collectors.whatsapp_export.rows import MessageBlock, Names
from collectors.whatsapp_export.tally import Outcome

Row = tuple[int, int, int, int, bool, bool, int, int]


class PlainPath:
    """Reads blocks line by line."""

    def __init__(self, grammar: Grammar, reader: EntryReader, names: Names, _senders: object) -> None:
        self.grammar = grammar
        self.reader = reader
        self.names = names
        self._support: list[int] = []

    def read(self, passage: Passage, position: int) -> Outcome:
        """One block, of whose places nothing is taken; `position` is the number of its first entry in the file."""
        lines = passage.block.raw.decode("utf-8").split("\n")
        if not lines[-1]:
            lines.pop()
        lines = [line[:-1] if line.endswith("\r") else line for line in lines]
        found: list[tuple[int, Header, int]] = []
        for index, line in enumerate(lines):
            timed = header_of(line, self.grammar)
            if timed is not None:
                found.append((index, *timed))
        flags = lagging((seconds for _, _, seconds in found), self._support)
        headers = [item for item, flag in zip(found, flags, strict=True) if not flag]
        starts = [index for index, _, _ in headers]
        before = lines[: starts[0]] if starts else lines
        times = [seconds for _, _, seconds in headers]
        rows: list[Row] = []
        events: list[tuple[int, int, Event]] = []
        multiline = omitted = attached = 0
        for number, ((start, header, seconds), end) in enumerate(
            zip(headers, [*starts[1:], len(lines)], strict=True), start=position
        ):
            entry = self.reader.read([lines[start][header.rest :], *lines[start + 1 : end]], header.marked)
            if isinstance(entry, Message):
                body = entry.body
                sender = self.names.number(entry.sender)
                rows.append(
                    (number, seconds, sender, body.kind, body.is_edited, body.is_question, body.length, body.topic)
                )
                multiline += entry.is_multiline
                omitted += body.media == OMITTED
                attached += body.media == ATTACHED
            else:
                events.append((number, seconds, entry))
        blank = sum(not line for line in lines)
        before_first = sum(bool(line) for line in before)
        return Outcome(
            messages=message_block(rows),
            events=events,
            first=min(times, default=None),
            last=max(times, default=None),
            entries=len(headers),
            physical=len(lines),
            continuation=len(lines) - len(headers) - blank - before_first,
            blank=blank,
            before_first=before_first,
            imitated=sum(flags),
            out_of_order=count_lags(times),
            multiline=multiline,
            omitted=omitted,
            attached=attached,
        )


def count_lags(times: list[int]) -> int:
    """Entries earlier than the one before them."""
    return sum(after < before for before, after in itertools.pairwise(times))


def message_block(rows: list[tuple[int, int, int, int, bool, bool, int, int]]) -> MessageBlock:
    """Columns from plain rows."""
    kinds = (np.int64, np.int64, np.int32, np.int32, np.bool_, np.bool_, np.int32, np.int32)
    columns = list(zip(*rows, strict=True)) or [()] * 8
    return MessageBlock(*(np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)))
