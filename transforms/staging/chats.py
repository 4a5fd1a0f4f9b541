"""The chats there are, the order in which a chat's exports are known, and what each holds of a month.

Nothing of a message is read here but where exports cannot be told apart, or together, otherwise.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.staging.chat_evidence import Export, Mark, Said, Together, digest_of
from transforms.staging.chat_identity import Identities
from transforms.staging.chat_merge import Ints
from transforms.staging.conversation import ERASED
from transforms.staging.coverage import DAY, Days, by_month, joined, without
from transforms.staging.town import Town
from transforms.staging.units import Landed, LandedPart
from warehouse.calendar import month_of

EXPORTS, MESSAGES, EVENTS = "whatsapp_chat_export", "whatsapp_chat_message", "whatsapp_chat_event"
MARKS = "whatsapp_chat_mark"

_AWAY = re.compile(r"(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)")
_DOUBTFUL = re.compile(r"(\d{4}-\d\d-\d\d)=(\d+)")

Held = dict[str, dict[str, dict[str, LandedPart]]]
"""Export (its batch) -> month -> stream -> where the rows lie."""


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
    """One chat: its exports from the earliest known to the latest known, and what they hold of each month.

    `keys` are digests that mean this chat and no other, the surest first; `names` keyed digests of what it alone was
    called, the likeliest to be its name now first: a name that several chats had identifies none of them.
    """

    keys: tuple[str, ...]
    names: tuple[str, ...]
    exports: list[dict[str, Any]]
    months: dict[str, list[Slice]]

    @property
    def key(self) -> str:
        """What it is called by: the surest of its keys."""
        return self.keys[0]

    @cached_property
    def days(self) -> Days:
        """Stretches of days the exports cover together, overlapping ones joined, in order."""
        told = " ".join(e["away"] for e in self.exports if e.get("away"))
        dated = [e for e in self.exports if e["first_local"] and e["last_local"]]
        return joined(piece for e in dated for piece in _heard_days(e, told))

    @property
    def shown(self) -> date | None:
        """The day of the first entry of any export: the group was there, whether its phone heard anything or not."""
        return min((e["first_local"].date() for e in self.exports if e["first_local"]), default=None)

    @cached_property
    def covered(self) -> dict[str, Days]:
        """The same cut at the ends of months."""
        return by_month(self.days)

    @cached_property
    def doubtful(self) -> dict[str, int]:
        """How many lines of a month may be messages or not. What another export has read without a doubt is none."""
        days: dict[date, int] = {}
        for export in self.exports:
            # An export read before its doubts were landed has null.
            for day, lines in _DOUBTFUL.findall(export.get("doubtful") or ""):
                days[date.fromisoformat(day)] = max(days.get(date.fromisoformat(day), 0), int(lines))
        months: dict[str, int] = defaultdict(int)
        for day, most in days.items():
            if not any(_is_sure_of(export, day) for export in self.exports):
                months[month_of(day)] += most
        return months

    @property
    def founding(self) -> str:
        """The month of a founding whose first days no export heard, though they count as heard; '' for none."""
        dated = [e for e in self.exports if e["first_local"]]
        begun = [e for e in dated if e["first_local"].date() == self.shown]
        # A phone that was there from the first day on heard the others' days, too. Null: read before it was landed.
        was_there = any(e["is_base_known"] and not e.get("founding") for e in begun)
        return "" if was_there else max((e.get("founding") or "" for e in begun), default="")[:7]

    @property
    def is_base_known(self) -> bool:
        """Whether an export begins with the creation of the group."""
        return any(e["is_base_known"] for e in self.exports)

    @property
    def is_counted(self) -> bool:
        """Whether every change of the membership since the creation is known."""
        return self.is_base_known and len(self.days) == 1


def _heard_days(export: Mapping[str, Any], told: str = "") -> Days:
    """The stretches of days an export tells of: from its first entry to its last, but for those it was away.

    It tells of the days on which it left and came back, unless it begins or ends away. One read before absences were
    landed has null: it was away when others of its chat `told` that they were.
    """
    first, last = export["first_local"].date(), export["last_local"].date()
    said = export.get("away")
    away = [tuple(map(date.fromisoformat, one)) for one in _AWAY.findall(told if said is None else said)]
    inner = [(a if a == first else a + DAY, b if b == last else b - DAY) for a, b in away]
    return without([(first, last)], inner)


def _is_sure_of(export: Mapping[str, Any], day: date) -> bool:
    """Whether an export holds the whole of a day and no line of it is doubtful."""
    if export.get("doubtful") is None or not export["first_local"] or not export["last_local"]:
        return False
    is_inside = export["first_local"].date() < day < export["last_local"].date()
    return is_inside and f"{day.isoformat()}=" not in export["doubtful"]


def chats(landed: Landed, town: Town) -> list[Chat]:
    """Each chat with its exports, in the order of their keys."""
    held = _held(landed)
    return sorted(_chats(identities(landed, town, held).found, held, landed), key=lambda one: one.key)


@dataclass(frozen=True)
class Found:
    """What is known of an export's chat among others: how many it may also be, and how many only bear its name."""

    chat: Chat
    doubts: int
    namesakes: int


def found_in(landed: Landed, town: Town, batch: str) -> Found:
    """The chat an export is of."""
    held = _held(landed)
    judged = identities(landed, town, held)
    (own,) = (one for one in judged.found if any(e.batch == batch for e in one.exports))
    (chat,) = (one for one in _chats(judged.found, held, landed) if any(e["batch"] == batch for e in one.exports))
    doubtful = [one for pair in judged.doubtful if own in pair for one in pair if one is not own]
    others = [one for one in judged.found if one is not own and one not in doubtful]
    namesakes = [one for one in others if one.names[:1] == own.names[:1]]
    return Found(chat, len(doubtful), len(namesakes))


def identities(landed: Landed, town: Town, held: Held) -> Identities:
    """Which of the landed exports are of one chat."""
    marks: dict[str, list[Mark]] = defaultdict(list)
    for row in landed.rows(MARKS, landed.parts(MARKS)).to_pylist():
        marks[row["batch"]].append(Mark(row["at_local"], row["tells"], row["mark"]))
    exports = [
        Export(row, tuple(marks[row["batch"]]), _of_stream(held[row["batch"]], MESSAGES))
        for row in landed.rows(EXPORTS, landed.parts(EXPORTS)).to_pylist()
    ]

    read: dict[str, Said] = {}

    def said(export: Export, month: str) -> Said:
        part = export.months[month]
        if part.digest not in read:
            rows = landed.rows(MESSAGES, [part])
            read[part.digest] = Said(minutes(rows["sent_local"]), contents(rows), authors(rows))
        return read[part.digest]

    return Identities(exports, town.space_of_key, frozenset(one.person for one in town.staff), said)


def _chats(found: Sequence[Together], held: Held, landed: Landed) -> Iterator[Chat]:
    """Each chat by the keys and names that no other chat has."""
    keys = Counter(key for one in found for key in one.keys)
    names = Counter(name for one in found for name in one.names)
    for place, together in enumerate(found):
        # Two that hold nothing by which to tell them apart are told apart by their place.
        own = tuple(key for key in together.keys if keys[key] == 1) or (digest_of(together.keys[-1], place),)
        alone = tuple(name for name in together.names if names[name] == 1)
        yield _chat(own, alone, together, held, landed)


def _held(landed: Landed) -> Held:
    held: Held = defaultdict(lambda: defaultdict(dict))
    for stream in (MESSAGES, EVENTS):
        for part in landed.parts(stream):
            held[part.batch][part.month][stream] = part
    return held


def _of_stream(months: Mapping[str, Mapping[str, LandedPart]], stream: str) -> dict[str, LandedPart]:
    return {month: parts[stream] for month, parts in months.items() if stream in parts}


def _chat(keys: tuple[str, ...], names: tuple[str, ...], together: Together, held: Held, landed: Landed) -> Chat:
    rows = _by_knowledge([dict(one.row) for one in together.exports], held, landed)
    months: dict[str, list[Slice]] = defaultdict(list)
    for row in rows:
        for month, parts in held[row["batch"]].items():
            months[month].append(Slice(row["batch"], parts.get(MESSAGES), parts.get(EVENTS)))
    return Chat(keys, names, rows, months)


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


def authors(messages: pa.Table) -> Ints:
    """Ordinals of the senders; an erased person is nobody we know."""
    return np.asarray(messages["sender"].fill_null(ERASED).to_numpy(zero_copy_only=False)).astype(np.int64)


def minutes(column: pa.ChunkedArray) -> Ints:
    """Minutes of local wall time since 1970."""
    # Parquet has no seconds: what was landed as seconds comes back as milliseconds.
    seconds = column.cast(pa.timestamp("s")).cast(pa.int64())
    return np.asarray(seconds.to_numpy(zero_copy_only=False)) // 60


def codes(column: pa.ChunkedArray) -> Ints:
    """Small integers for the words of a dictionary column, the same for the same word everywhere."""
    words = column.cast(pa.string()).to_numpy(zero_copy_only=False)
    known = {word: sum(ord(c) * 131**i for i, c in enumerate(word or "")) % 1_000_003 for word in set(words)}
    return np.array([known[word] for word in words], np.int64)


def contents(messages: pa.Table) -> Ints:
    """A number for kind and length together: all that tells two messages apart without their text."""
    lengths: Ints = messages["length"].to_numpy(zero_copy_only=False).astype(np.int64)
    return lengths * 1_000_003 + codes(messages["kind"])
