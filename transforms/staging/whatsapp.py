"""WhatsApp exports -> messages, membership, coverage: a month of a space at a time.

An export carries no reply link, so an answer is inferred: a session ends after 60 quiet minutes; its
first message starts the conversation; every later one answers the nearest earlier message of the
session by somebody else. Deleted messages take no part. Members are everybody seen
who has not gone: of a group whose exports begin with its creation, or (`seen`) only of the days they cover.

Exports are merged minute by minute, so each month merges by itself. Two things reach over a month's edge
and are handed on: the session that is running in each chat, and how many members it has. A space may have several
chats: their messages stand beside each other, each talk by itself; their members are added up.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.staging.chat_members import Seen
from transforms.staging.chat_merge import Entries, Ints, concatenated, merge
from transforms.staging.chat_numbers import one_person
from transforms.staging.chat_spaces import ChatMonth, coverage_rows, member_days, membership_facts
from transforms.staging.chats import (
    EVENTS,
    EXPORTS,
    MARKS,
    MESSAGES,
    Chat,
    Slice,
    authors,
    chats,
    codes,
    contents,
    distinct,
    minutes,
)  # fmt: skip
from transforms.staging.conversation import ERASED, SESSION_GAP_MINUTES, conversation, roles
from transforms.staging.coverage import with_evidence
from transforms.staging.records import Row, fact_rows, local_hours
from transforms.staging.skipped import DOUBTFUL, Need, Skipped
from transforms.staging.town import Town
from transforms.staging.units import Carry, Landed, Staged
from warehouse.calendar import first_day, shift
from warehouse.schemas import fact_table
from warehouse.vocabulary import UNREGISTERED

SOURCE = "whatsapp"
STREAMS = (EXPORTS, MESSAGES, EVENTS, MARKS)
REVISION = 9  # raise it when the same records would stage differently: everything is staged anew
EVENT = -1
_DOUBTS = {EXPORTS: Need(("message",), (), (), ("month",))}

Talk = Mapping[str, list[Any]]
"""The messages that stand for a running session: its root, what the last message answers, the last message."""
NO_TALK: Talk = {"messages": [], "minutes": [], "authors": [], "roles": []}


def units(landed: Landed, town: Town) -> Iterator[SpaceMonth]:
    """Every month of every space, a space's months in order."""
    spaces: dict[str, list[Chat]] = defaultdict(list)
    for chat in chats(landed, town):
        spaces[space_of(chat, town)].append(chat)
    for space, own in sorted(spaces.items()):
        coverage: dict[str, list[Row]] = defaultdict(list)
        shown = [chat.shown for chat in own if chat.shown]
        for row in with_evidence(coverage_rows(own, space, town), {space: min(shown)} if shown else {}):
            coverage[row["month"]].append(row)
        for month in sorted({month for chat in own for month in chat.months} | coverage.keys()):
            yield SpaceMonth(space, month, town, tuple(ChatMonth(chat, month) for chat in own), coverage[month])


def space_of(chat: Chat, town: Town) -> str:
    """The town's code for a chat: by a code of its own, else by a name that it alone ever had, the latest first."""
    own = map(town.registered_by_code, chat.keys)
    named = map(town.space_of_key.get, chat.names)
    waited = map(town.registered_by_code, chat.names)  # under a name, before it was known by more than that
    return next(filter(None, chain(own, named, waited)), f"{UNREGISTERED}{chat.key[:8]}")


@dataclass(frozen=True)
class SpaceMonth:
    """A month of a space: its chats, and what their covering other months changes here."""

    space: str
    month: str
    town: Town
    chats: tuple[ChatMonth, ...]
    coverage: list[Row]

    @property
    def key(self) -> str:
        """The town's code of the space."""
        return self.space

    @cached_property
    def fingerprint(self) -> str:
        """Digest of what is merged, of what the chats' whole coverage says here, and of what the town says of it."""
        parts = [
            REVISION, self.town.authority, self.town.timezone, self.space, self.town.staff, self.coverage,
            *(one.fingerprint for one in self.chats),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()

    @property
    def skipped(self) -> Mapping[str, pa.Table]:
        """The lines of the month that are no message because it is doubtful whether they are."""
        found = Skipped(_DOUBTS, self.town)
        for one in self.chats:
            if lines := one.chat.doubtful.get(self.month):
                found.leave_out(EXPORTS, {"space": self.space, "month": self.month}, DOUBTFUL, records=lines)
        return found.tables()

    def stage(self, landed: Landed, carry: Carry) -> Staged:
        """The month's messages, changes of membership and coverage."""
        before: Mapping[str, Any] = carry.get("chats", {})
        messages, after, days = [], dict[str, Any](), []
        for one in self.chats:
            own = before.get(one.chat.key, {})
            talk: Talk = {name: own.get(name, []) for name in NO_TALK}
            said, events, is_now = one_person(
                *merged(landed, one.slices), own.get("is_now", []), {staff.person for staff in self.town.staff}
            )
            if said.num_rows:
                facts, talk = message_facts(self, one.chat.key, said, talk)
                messages.append(facts)
            seen = Seen.carried(own)
            days.append(member_days(one, said, events, seen, self.town))
            after[one.chat.key] = {**_reaching(talk, self.month), "seen": seen.carry(), "is_now": is_now}
        facts = {"membership": membership_facts(self.space, self.month, days, self.town)}
        if messages:
            facts["message"] = pa.concat_tables(messages)
        if self.coverage:
            facts["coverage"] = fact_rows("coverage", self.coverage, self.town)
        running = [name for own in after.values() for name in own["messages"]]
        return Staged(facts, {"messages": running, "chats": after})


def _reaching(talk: Talk, month: str) -> Talk:
    """The session, if a message of the next month can still belong to it."""
    ends = (first_day(shift(month, 1)) - date(1970, 1, 1)).days * 1440
    return talk if talk["minutes"] and ends - talk["minutes"][-1] <= SESSION_GAP_MINUTES else NO_TALK


def new_messages(landed: Landed, chat: Chat, batch: str) -> int:
    """How many messages an export added to its chat: what nobody had exported before."""
    added = 0
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


def _entries(messages: pa.Table, events: pa.Table, batch: str, number: int) -> Entries:
    """Messages and events of one export as entries in file order; a list of joiners is one entry."""
    at = np.flatnonzero(pc.equal(messages["batch"], batch).to_numpy(zero_copy_only=False))
    mine = messages.take(pa.array(at))
    told = Entries(
        minutes(mine["sent_local"]),
        authors(mine),
        contents(mine),
        np.full(len(at), number, np.int64),
        at,
    )
    at_events = np.flatnonzero(pc.equal(events["batch"], batch).to_numpy(zero_copy_only=False))
    theirs = events.take(pa.array(at_events))
    places = theirs["position"].to_numpy(zero_copy_only=False)
    _, first = np.unique(places, return_index=True)
    happened = Entries(
        minutes(theirs["at_local"])[first],
        np.full(len(first), EVENT, np.int64),
        -1 - codes(theirs["event"])[first],
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


def message_facts(unit: SpaceMonth, key: str, rows: pa.Table, talk: Talk) -> tuple[pa.Table, Talk]:
    """A chat's messages of a month with role, conversation and inferred reply, and the session running at its end."""
    town, count, before = unit.town, rows.num_rows, len(talk["minutes"])
    own_minute = minutes(rows["sent_local"])
    # The messages that stand for the running session go before the month's own, and are left out again.
    minute = np.concatenate([np.array(talk["minutes"], np.int64), own_minute])
    author = np.concatenate([np.array(talk["authors"], np.int64), authors(rows)])
    deleted = np.zeros(before + count, bool)
    deleted[before:] = pc.equal(rows["kind"].cast(pa.string()), "deleted").to_numpy(zero_copy_only=False)
    root, target = conversation(minute, author, deleted)
    own_ids = _identifiers(key, own_minute)
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
            "local_hour": local_hours(sent, town),
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
