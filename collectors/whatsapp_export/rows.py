"""Pages of messages and events, filled in columns and cut at 65,536 rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from collectors.base import Page
from collectors.whatsapp_export.bodies import KINDS
from collectors.whatsapp_export.streams import ChatEvent, ChatMessage

ROWS = 65_536

Array = Any  # numpy arrays of one dimension


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


def _dictionary(numbers: Array, names: Sequence[str], missing: bool = False) -> pa.DictionaryArray:
    """A dictionary column that carries only the words it uses; -1 is null when `missing` is set."""
    present = numbers[numbers >= 0] if missing else numbers
    used = np.zeros(len(names) + 1, dtype=bool)
    used[present] = True
    small = np.cumsum(used, dtype=np.int32) - 1
    words = pa.array([names[i] for i in np.flatnonzero(used).tolist()], pa.string())
    mask = numbers < 0 if missing else None
    indices = pa.array(np.where(numbers < 0, 0, small[numbers]).astype(np.int32), pa.int32(), mask=mask)
    return pa.DictionaryArray.from_arrays(indices, words)


class Pages:
    """Gathers rows and gives them back as pages of bounded size."""

    def __init__(self, chat_key: str, names: Names, topics: Sequence[str]) -> None:
        self.chat_key = chat_key
        self.names = names
        self.topics = topics
        self._messages: list[MessageBlock] = []
        self._count = 0
        self._events: list[dict[str, Any]] = []

    def add_messages(self, block: MessageBlock) -> Iterator[Page]:
        """Take the messages of a block; yield full pages."""
        self._messages.append(block)
        self._count += len(block.position)
        if self._count >= ROWS:
            yield from self._cut(everything=False)

    def add_event(self, row: dict[str, Any]) -> None:
        """Take one event row."""
        self._events.append(row)

    def full_events(self) -> Iterator[Page]:
        """A page of events when there are enough of them."""
        if len(self._events) >= ROWS:
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
        table = pa.table(
            [
                pa.repeat(pa.scalar(self.chat_key), count),
                pa.array(columns["position"], pa.int64()),
                pa.array(columns["seconds"].astype("datetime64[s]"), pa.timestamp("s")),
                _dictionary(columns["sender"], self.names.listed),
                _dictionary(columns["kind"], KINDS),
                pa.array(columns["is_edited"], pa.bool_()),
                pa.array(columns["is_question"], pa.bool_()),
                pa.array(columns["length"], pa.int32()),
                _dictionary(columns["topic"], self.topics, missing=True),
            ],
            schema=ChatMessage.schema,
        )
        return Page(ChatMessage, table)

    def _event_page(self) -> Page:
        rows, self._events = self._events[:ROWS], self._events[ROWS:]
        columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in rows[0]}
        seconds = np.array(columns["seconds"], dtype="datetime64[s]")
        table = pa.table(
            [
                pa.repeat(pa.scalar(self.chat_key), len(rows)),
                pa.array(columns["position"], pa.int64()),
                pa.array(seconds, pa.timestamp("s")),
                pa.array(columns["event"], pa.string()).dictionary_encode(),
                pa.array(columns["actor"], pa.string()).dictionary_encode(),
                pa.array(columns["member"], pa.string()).dictionary_encode(),
                pa.array(columns["delta"], pa.int32()),
            ],
            schema=ChatEvent.schema,
        )
        return Page(ChatEvent, table)
