"""Which exports a chat has, in which order they are known, and what each holds of a month.

Nothing of a message is read here but where two exports cannot be told apart otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from transforms.staging.coverage import Days, joined
from transforms.staging.units import Landed, LandedPart

EXPORTS, MESSAGES, EVENTS = "whatsapp_chat_export", "whatsapp_chat_message", "whatsapp_chat_event"

Held = dict[str, dict[str, dict[str, LandedPart]]]
"""Export (its batch) -> month -> stream -> where the rows lie."""


def chat_of(key: str) -> str:
    """The chat that exports landed under a key belong to."""
    return key


@dataclass(frozen=True)
class Slice:
    """What one export holds of a chat's month."""

    batch: str
    messages: LandedPart | None
    events: LandedPart | None

    @property
    def content(self) -> tuple[str, str, int | None]:
        """Equal for equal rows in equal order; the last tells how messages and events lie to each other."""
        ours, theirs = self.messages, self.events
        between = None
        if ours and theirs and ours.first is not None and theirs.first is not None:
            between = theirs.first - ours.first
        return ours.digest if ours else "", theirs.digest if theirs else "", between


@dataclass(frozen=True)
class Chat:
    """One chat: its exports from the earliest known to the latest known, and what they hold of each month."""

    key: str
    exports: list[dict[str, Any]]
    months: dict[str, list[Slice]]

    @cached_property
    def days(self) -> Days:
        """Stretches of days the exports cover together, overlapping ones joined, in order."""
        return joined((e["first_local"].date(), e["last_local"].date()) for e in self.exports if e["first_local"])

    @property
    def is_base_known(self) -> bool:
        """Whether an export begins with the creation of the group."""
        return any(e["is_base_known"] for e in self.exports)

    @property
    def is_counted(self) -> bool:
        """Whether every change of the membership since the creation is known."""
        return self.is_base_known and len(self.days) == 1


def chats(landed: Landed) -> Iterator[Chat]:
    """Each chat with its exports, in the order of their keys."""
    exports: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in landed.rows(EXPORTS, landed.parts(EXPORTS)).to_pylist():
        exports[chat_of(row["chat_key"])].append(row)
    held: Held = defaultdict(lambda: defaultdict(dict))
    for stream in (MESSAGES, EVENTS):
        for part in landed.parts(stream):
            held[part.batch][part.month][stream] = part
    for key, rows in sorted(exports.items()):
        rows = _by_knowledge(rows, held, landed)
        months: dict[str, list[Slice]] = defaultdict(list)
        for row in rows:
            for month, parts in held[row["batch"]].items():
                months[month].append(Slice(row["batch"], parts.get(MESSAGES), parts.get(EVENTS)))
        yield Chat(key, rows, months)


def distinct(slices: Sequence[Slice]) -> list[Slice]:
    """The slices but for those that say what the one before says: merging the same again changes nothing."""
    return [one for place, one in enumerate(slices) if place == 0 or one.content != slices[place - 1].content]


def _by_knowledge(exports: list[dict[str, Any]], held: Held, landed: Landed) -> list[dict[str, Any]]:
    """The exports in a total order that does not depend on the order of import: what is known latest comes last.

    Of two exports that end together the later one knows of more edits and deletions; those never go back. They
    are counted only where it comes to that, since it reads all messages of both.
    """
    ends: dict[tuple[str, int], list[str]] = defaultdict(list)
    for row in exports:
        ends[str(row["last_local"]), row["entries"]].append(row["batch"])
    tied: dict[str, tuple[Any, ...]] = {}
    for batch in (batch for batches in ends.values() if len(batches) > 1 for batch in batches):
        parts = [part for month in held[batch].values() for part in month.values()]
        messages = landed.rows(MESSAGES, [part for part in parts if part.stream == MESSAGES])
        tied[batch] = _changed(messages), sorted((part.stream, part.month, part.digest) for part in parts)

    def rank(row: dict[str, Any]) -> tuple[Any, ...]:
        changed, content = tied.get(row["batch"], ((0, 0), []))
        return str(row["last_local"]), row["entries"], changed, str(row["first_local"]), content

    return sorted(exports, key=rank)


def _changed(messages: pa.Table) -> tuple[int, int]:
    """How many messages of an export are deleted or edited, and the characters it holds."""
    is_deleted = pc.equal(messages["kind"].cast(pa.string()), "deleted")
    is_changed = pc.or_(is_deleted, pc.fill_null(messages["is_edited"], False))
    return pc.sum(is_changed).as_py() or 0, pc.sum(messages["length"]).as_py() or 0
