"""Pages of messages and events, filled in columns and cut at 65,536 rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from collectors.base import Page
from collectors.whatsapp_export.bodies import KINDS
from collectors.whatsapp_export.entries import Event
from collectors.whatsapp_export.members import Touched
from collectors.whatsapp_export.streams import ChatEvent, ChatMessage

ROWS = 65_536

Array = Any  # numpy arrays of one dimension
EventRow = tuple[int, int, str, str | None, str | None, int]  # position, seconds, event, actor, member, delta


_NOBODY: list[Touched] = [(None, 0)]


@dataclass
class Names:
    """Names of people in order of first appearance: a small number for each."""

    listed: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """The number of a name; new names get the next one."""
        found = self.numbers.get(name)
        if found is None:
            found = self.numbers[name] = len(self.listed)
            self.listed.append(name)
        return found


@dataclass
class MessageBlock:
    """Messages of one block, column by column; `topic` is -1 for none."""

    position: Array
    seconds: Array
    sender: Array
    kind: Array
    is_edited: Array
    is_question: Array
    length: Array
    topic: Array


def _plain_array(values: Array, kind: pa.DataType) -> pa.Array:
    """An Arrow array over the memory of a numpy array. (`pa.array` would import pandas for it.)"""
    octets = np.packbits(values, bitorder="little") if values.dtype == np.bool_ else np.ascontiguousarray(values)
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(octets)])


def _strings(texts: Sequence[str]) -> pa.StringArray:
    """A column of texts."""
    encoded = [text.encode("utf-8", "replace") for text in texts]
    offsets = np.zeros(len(encoded) + 1, dtype=np.int32)
    offsets[1:] = np.cumsum([len(piece) for piece in encoded], dtype=np.int32)
    return pa.StringArray.from_buffers(len(encoded), pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded)))


def _constant(text: str, count: int) -> pa.StringArray:
    """A column that holds the same short text in every row."""
    raw = text.encode()
    offsets = np.arange(count + 1, dtype=np.int32) * np.int32(len(raw))
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(raw * count))


def _words(texts: Sequence[str | None]) -> pa.DictionaryArray:
    """A dictionary column of a few different texts; None is null."""
    numbers: dict[str, int] = {}
    places = [-1 if text is None else numbers.setdefault(text, len(numbers)) for text in texts]
    return _dictionary(np.array(places, dtype=np.int32), list(numbers), missing=True)


def _dictionary(numbers: Array, names: Sequence[str], missing: bool = False) -> pa.DictionaryArray:
    """A dictionary column that carries only the words it uses; -1 is null when `missing` is set."""
    present = numbers[numbers >= 0] if missing else numbers
    used = np.zeros(len(names) + 1, dtype=bool)
    used[present] = True
    small = np.cumsum(used, dtype=np.int32) - 1
    words = _strings([names[i] for i in np.flatnonzero(used).tolist()])
    places = _plain_array(small[np.maximum(numbers, 0)].astype(np.int32, copy=False), pa.int32())
    if missing and len(present) < len(numbers):
        valid = pa.py_buffer(np.packbits(numbers >= 0, bitorder="little"))
        places = pa.Array.from_buffers(pa.int32(), len(numbers), [valid, places.buffers()[1]])
    return pa.DictionaryArray.from_arrays(places, words)


class Pages:
    """Gathers rows and gives them back as pages of bounded size."""

    def __init__(self, chat_key: str, names: Names, topics: Sequence[str]) -> None:
        self.chat_key = chat_key
        self.names = names
        self.topics = topics
        self._messages: list[MessageBlock] = []
        self._count = 0
        self._events: list[EventRow] = []
        self._keys: pa.StringArray | None = None  # of a full page, one for all of them

    def add_messages(self, block: MessageBlock) -> Iterator[Page]:
        """Take the messages of a block; yield full pages."""
        self._messages.append(block)
        self._count += len(block.position)
        if self._count >= ROWS:
            yield from self._cut(everything=False)

    def add_events(self, events: list[tuple[int, int, Event]]) -> Iterator[Page]:
        """Take the events of a block, a row for each member they touch; yield full pages."""
        add = self._events.append
        for position, seconds, event in events:
            for member, delta in event.touched or _NOBODY:
                add((position, seconds, event.event, event.actor, member, delta))
        while len(self._events) >= ROWS:
            yield self._event_page()

    def rest(self) -> Iterator[Page]:
        """What is left at the end of the file."""
        yield from self._cut(everything=True)
        if self._events:
            yield self._event_page()

    def _cut(self, everything: bool) -> Iterator[Page]:
        if not self._count:
            return
        merged = {
            name: np.concatenate([getattr(block, name) for block in self._messages])
            for name in MessageBlock.__dataclass_fields__
        }
        start = 0
        while self._count - start >= ROWS or (everything and start < self._count):
            yield self._message_page({name: column[start : start + ROWS] for name, column in merged.items()})
            start += ROWS
        self._messages = [MessageBlock(**{name: column[start:].copy() for name, column in merged.items()})]
        self._count = max(self._count - start, 0)

    def _message_page(self, columns: dict[str, Array]) -> Page:
        count = len(columns["position"])
        if self._keys is None or len(self._keys) != count:
            self._keys = _constant(self.chat_key, count)
        table = pa.table(
            [
                self._keys,
                _plain_array(columns["position"], pa.int64()),
                _plain_array(columns["seconds"], pa.timestamp("s")),
                _dictionary(columns["sender"], self.names.listed),
                _dictionary(columns["kind"], KINDS),
                _plain_array(columns["is_edited"], pa.bool_()),
                _plain_array(columns["is_question"], pa.bool_()),
                _plain_array(columns["length"], pa.int32()),
                _dictionary(columns["topic"], self.topics, missing=True),
            ],
            schema=ChatMessage.schema,
        )
        return Page(ChatMessage, table)

    def _event_page(self) -> Page:
        rows, self._events = self._events[:ROWS], self._events[ROWS:]
        position, seconds, event, actor, member, delta = zip(*rows, strict=True)
        table = pa.table(
            [
                _constant(self.chat_key, len(rows)),
                _plain_array(np.array(position, dtype=np.int64), pa.int64()),
                _plain_array(np.array(seconds, dtype=np.int64), pa.timestamp("s")),
                _words(event),
                _words(actor),
                _words(member),
                _plain_array(np.array(delta, dtype=np.int32), pa.int32()),
            ],
            schema=ChatEvent.schema,
        )
        return Page(ChatEvent, table)
