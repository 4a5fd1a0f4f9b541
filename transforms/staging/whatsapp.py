"""WhatsApp exports -> messages, membership, coverage: a month of a chat at a time.

An export carries no reply link, so an answer is inferred: a session ends after 60 quiet minutes; its
first message starts the conversation; every later one answers the nearest earlier message of the
session by somebody else. Deleted messages take no part. Membership is counted from the events; it
has an absolute figure only when an export begins with the creation of the group.

Exports are merged minute by minute, so each month merges by itself. Two things reach over a month's edge
and are handed on: the session that is running, and how many members there are.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.staging.chat_merge import Entries, Ints, concatenated, merge
from transforms.staging.chats import EVENTS, EXPORTS, MESSAGES, Chat, Slice, chats, distinct
from transforms.staging.conversation import ERASED, SESSION_GAP_MINUTES, conversation, roles
from transforms.staging.coverage import Part, by_month, coverage_row, month_parts
from transforms.staging.records import Row, fact_rows
from transforms.staging.town import Town
from transforms.staging.units import Carry, Landed, Staged
from warehouse.calendar import first_day, last_day, month_of, shift
from warehouse.schemas import fact_table

SOURCE = "whatsapp"
STREAMS = (EXPORTS, MESSAGES, EVENTS)
REVISION = 3  # raise it when the same records would stage differently: everything is staged anew
NO_ROSTER = "message:no_roster"
"""Coverage of messages whose authors' roles nobody can know: an indicator then says what is lacking."""
EVENT = -1

Talk = Mapping[str, list[Any]]
"""The messages that stand for a running session: its root, what the last message answers, the last message."""
NO_TALK: Talk = {"messages": [], "minutes": [], "authors": [], "roles": []}


def units(landed: Landed, town: Town) -> Iterator[ChatMonth]:
    """Every month of every chat, a chat's months in order."""
    for chat in chats(landed):
        coverage: dict[str, list[Row]] = defaultdict(list)
        for row in coverage_rows(chat, town.space_for(chat.key), town):
            coverage[row["month"]].append(row)
        ends = {part.month: part.last_day for part in month_parts(chat.days)}
        for month in sorted({*chat.months, *ends}):
            yield ChatMonth(chat, month, town, coverage[month], ends.get(month))


@dataclass(frozen=True)
class ChatMonth:
    """A month of a chat: what its exports hold of it, and what their covering other months changes here."""

    chat: Chat
    month: str
    town: Town
    coverage: list[Row]
    last_covered: date | None

    @property
    def key(self) -> str:
        """The chat."""
        return self.chat.key

    @property
    def space(self) -> str:
        """The town's code for the chat."""
        return self.town.space_for(self.chat.key)

    @cached_property
    def slices(self) -> list[Slice]:
        """What is merged, from the earliest known to the latest known."""
        return distinct(self.chat.months.get(self.month, []))

    @cached_property
    def fingerprint(self) -> str:
        """Digest of what is merged, of what the whole chat's coverage says here, and of what the town says of it."""
        parts = [
            REVISION, self.town.authority, self.town.timezone, self.space, self.town.staff,
            [one.content for one in self.slices], self.coverage, self.last_covered, self.chat.is_counted,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()

    def stage(self, landed: Landed, carry: Carry) -> Staged:
        """The month's messages, changes of membership and coverage."""
        talk: Talk = {name: carry.get(name, []) for name in NO_TALK}
        members = carry.get("members", 0)
        messages, events = merged(landed, self.slices)
        facts, after = {"membership": membership_facts(self, events, members)}, talk
        if messages.num_rows:
            facts["message"], after = message_facts(self, messages, talk)
        if self.coverage:
            facts["coverage"] = fact_rows("coverage", self.coverage, self.town)
        members += (pc.sum(events["delta"]).as_py() or 0) if self.chat.is_counted else 0
        return Staged(facts, {**_reaching(after, self.month), "members": members})


def _reaching(talk: Talk, month: str) -> Talk:
    """The session, if a message of the next month can still belong to it."""
    ends = (first_day(shift(month, 1)) - date(1970, 1, 1)).days * 1440
    return talk if talk["minutes"] and ends - talk["minutes"][-1] <= SESSION_GAP_MINUTES else NO_TALK


def new_messages(landed: Landed, batch: str) -> int:
    """How many messages an export added to its chat: what nobody had exported before."""
    added = 0
    for chat in chats(landed):
        for slices in chat.months.values():
            known = distinct([one for one in slices if one.batch != batch])
            now = distinct(slices)
            if [one.content for one in known] != [one.content for one in now]:
                added += count_merged(landed, now) - count_merged(landed, known)
    return added


def count_merged(landed: Landed, slices: Sequence[Slice]) -> int:
    """How many messages there are once the slices are merged."""
    if len(slices) <= 1:
        return sum(one.messages.records for one in slices if one.messages)
    return int(merged(landed, slices)[0].num_rows)


def merged(landed: Landed, slices: Sequence[Slice]) -> tuple[pa.Table, pa.Table]:
    """The messages of a month once each, in order, and the rows of its events."""
    messages = landed.rows(MESSAGES, [one.messages for one in slices if one.messages]).combine_chunks()
    events = landed.rows(EVENTS, [one.events for one in slices if one.events]).combine_chunks()
    if not slices:
        return messages, events
    batches = [one.batch for one in slices]
    whole = merge([_entries(messages, events, batch, number) for number, batch in enumerate(batches)])
    is_message = whole.sender != EVENT
    kept = messages.take(pa.array(whole.row[is_message]))
    return kept, _event_rows(events, whole.take(np.flatnonzero(~is_message)), batches)


def _authors(messages: pa.Table) -> Ints:
    """Ordinals of the senders; an erased person is nobody we know."""
    return np.asarray(messages["sender"].fill_null(ERASED).to_numpy(zero_copy_only=False)).astype(np.int64)


def _minutes(column: pa.ChunkedArray) -> Ints:
    # Parquet has no seconds: what was landed as seconds comes back as milliseconds.
    seconds = column.cast(pa.timestamp("s")).cast(pa.int64())
    return np.asarray(seconds.to_numpy(zero_copy_only=False)) // 60


def _codes(column: pa.ChunkedArray) -> Ints:
    """Small integers for the words of a dictionary column, the same for the same word everywhere."""
    words = column.cast(pa.string()).to_numpy(zero_copy_only=False)
    known = {word: sum(ord(c) * 131**i for i, c in enumerate(word or "")) % 1_000_003 for word in set(words)}
    return np.array([known[word] for word in words], np.int64)


def _entries(messages: pa.Table, events: pa.Table, batch: str, number: int) -> Entries:
    """Messages and events of one export as entries in file order; a list of joiners is one entry."""
    at = np.flatnonzero(pc.equal(messages["batch"], batch).to_numpy(zero_copy_only=False))
    mine = messages.take(pa.array(at))
    told = Entries(
        _minutes(mine["sent_local"]),
        _authors(mine),
        mine["length"].to_numpy(zero_copy_only=False).astype(np.int64) * 1_000_003 + _codes(mine["kind"]),
        np.full(len(at), number, np.int64),
        at,
    )
    at_events = np.flatnonzero(pc.equal(events["batch"], batch).to_numpy(zero_copy_only=False))
    theirs = events.take(pa.array(at_events))
    places = theirs["position"].to_numpy(zero_copy_only=False)
    _, first = np.unique(places, return_index=True)
    happened = Entries(
        _minutes(theirs["at_local"])[first],
        np.full(len(first), EVENT, np.int64),
        -1 - _codes(theirs["event"])[first],
        np.full(len(first), number, np.int64),
        at_events[first],
    )
    both = concatenated([told, happened])
    order = np.argsort(np.concatenate([mine["position"].to_numpy(zero_copy_only=False), places[first]]), kind="stable")
    return both.take(order)


def _event_rows(events: pa.Table, kept: Entries, batches: Sequence[str]) -> pa.Table:
    """All rows of the kept events: the entry's first row and those that share its position."""
    if not events.num_rows:
        return events
    batch = events["batch"].to_numpy(zero_copy_only=False)
    position = events["position"].to_numpy(zero_copy_only=False)
    wanted = {(batches[s], position[r]) for s, r in zip(kept.source, kept.row, strict=True)}
    mask = [(b, p) in wanted for b, p in zip(batch, position, strict=True)]
    return events.filter(pa.array(mask))


def message_facts(unit: ChatMonth, rows: pa.Table, talk: Talk) -> tuple[pa.Table, Talk]:
    """A month's messages with role, conversation and inferred reply, and the session that is running at its end."""
    town, count, before = unit.town, rows.num_rows, len(talk["minutes"])
    own_minute = _minutes(rows["sent_local"])
    # The messages that stand for the running session go before the month's own, and are left out again.
    minute = np.concatenate([np.array(talk["minutes"], np.int64), own_minute])
    author = np.concatenate([np.array(talk["authors"], np.int64), _authors(rows)])
    deleted = np.zeros(before + count, bool)
    deleted[before:] = pc.equal(rows["kind"].cast(pa.string()), "deleted").to_numpy(zero_copy_only=False)
    root, target = conversation(minute, author, deleted)
    own_ids = _identifiers(unit.key, own_minute)
    ids = pa.concat_arrays([pa.array(talk["messages"], pa.string()), own_ids])
    role = np.concatenate([np.array(talk["roles"], object), roles(author[before:], own_minute // 1440, town)])
    persons = pa.array(author, mask=author == ERASED)
    is_answer = target[before:] >= 0
    answered = pa.array(target[before:], mask=~is_answer)
    sent = pc.assume_timezone(
        rows["sent_local"].combine_chunks().cast(pa.timestamp("us")),
        town.timezone,
        ambiguous="earliest",
        nonexistent="latest",
    ).cast(pa.timestamp("us", tz="UTC"))
    facts = fact_table(
        "message",
        {
            "authority": pa.repeat(town.authority, count),
            "month": pa.repeat(unit.month, count),
            "space": pa.repeat(unit.space, count),
            "asset": pa.repeat("whatsapp", count),
            "message": own_ids,
            "author": persons[before:],
            "author_role": pa.array(role[before:]),
            "sent_at": sent,
            "kind": rows["kind"].combine_chunks().cast(pa.string()),
            "root": ids.take(pa.array(root[before:])),
            "reply_to": ids.take(answered),
            "reply_to_author": persons.take(answered),
            "reply_to_role": pa.array(role, pa.string()).take(answered),
            "reply_basis": pc.if_else(pa.array(is_answer), "inferred", "none"),
            "is_question": rows["is_question"],
            "length": rows["length"],
            "topic": rows["topic"].combine_chunks().cast(pa.string()),
        },
    )
    live = np.flatnonzero(~deleted)
    if not len(live):
        return facts, talk
    last = live[-1]
    standing = sorted({int(place) for place in (root[last], target[last], last) if place >= 0})
    return facts, {
        "minutes": [int(minute[last])] * len(standing),
        "authors": author[standing].tolist(),
        "messages": ids.take(pa.array(standing)).to_pylist(),
        "roles": role[standing].tolist(),
    }


def _identifiers(key: str, minute: Ints) -> pa.Array:
    """`wa-<chat>-<minute>-<number in the minute>`: the same for the same merged chat."""
    starts = np.ones(len(minute), bool)
    starts[1:] = minute[1:] != minute[:-1]
    places = np.arange(len(minute))
    within = places - np.maximum.accumulate(np.where(starts, places, 0))
    prefix = pa.repeat(f"wa-{key[:8]}", len(minute))
    return pc.binary_join_element_wise(
        prefix, pa.array(minute).cast(pa.string()), pa.array(within).cast(pa.string()), "-"
    )


def membership_facts(unit: ChatMonth, events: pa.Table, members: int) -> pa.Table:
    """A row for each day with a change and for the last covered day; `members` is how many there were before."""
    changes: dict[date, list[int]] = {}
    for row in events.select(["at_local", "delta"]).to_pylist():
        joined_left = changes.setdefault(row["at_local"].date(), [0, 0])
        joined_left[0 if row["delta"] > 0 else 1] += abs(row["delta"])
    rows = []
    for day in sorted({*changes, *([unit.last_covered] if unit.last_covered else [])}):
        came, went = changes.get(day, [0, 0])
        members += came - went
        rows.append(
            {
                "month": unit.month, "day": day, "members": max(members, 0) if unit.chat.is_counted else None,
                "joined": came, "left": went, "is_month_end": day == unit.last_covered,
            }
        )  # fmt: skip
    return fact_rows("membership", rows, unit.town, space=unit.space, asset="whatsapp", basis="derived")


def coverage_rows(chat: Chat, space: str, town: Town) -> Iterator[Row]:
    """What the chat's exports speak for, month by month.

    A month is full when the exports reach over its whole length; the month a group was created in is
    full from the start. Without a staff roster nobody's role is known, so messages are not covered.
    """
    days, begins_known = chat.days, chat.is_base_known
    is_truncated = any(e["is_truncated"] for e in chat.exports) or not begins_known
    flags = {"message": ["by_name", *(["truncated"] if is_truncated else [])], "membership": []}
    facts = ["message"] + (["membership"] if chat.is_counted else [])
    created = month_of(days[0][0]) if days and begins_known else ""
    for month, cut in by_month(days).items():
        first, last = cut[0][0], cut[-1][1]
        starts = first == first_day(month) or month == created
        ends = last == last_day(month) or days[-1][1] > last_day(month)
        part = Part(month, first, last, starts and ends and len(cut) == 1)
        for fact in facts:
            name = NO_ROSTER if fact == "message" and not town.staff else fact
            yield coverage_row(name, part, asset="whatsapp", space=space, flags=flags[fact], basis="export")
