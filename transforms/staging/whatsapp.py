"""WhatsApp exports -> messages, membership, coverage.

An export carries no reply link, so an answer is inferred: a session ends after 60 quiet minutes; its
first message starts the conversation; every later one answers the nearest earlier message of the
session by somebody else. Deleted messages take no part. Membership is counted from the events; it
has an absolute figure only when an export begins with the creation of the group.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.staging.chat_merge import Entries, Ints, concatenated, merge
from transforms.staging.conversation import ERASED, conversation, roles
from transforms.staging.coverage import Days, Part, by_month, coverage_row, joined, month_parts
from transforms.staging.records import Row, fact_rows
from transforms.staging.town import Town
from warehouse.calendar import first_day, last_day, month_of
from warehouse.schemas import fact_table

SOURCE = "whatsapp"
STREAMS = ("whatsapp_chat_export", "whatsapp_chat_message", "whatsapp_chat_event")
REVISION = 2  # raise it when the same records would stage differently: everything is staged anew
NO_ROSTER = "message:no_roster"
"""Coverage of messages whose authors' roles nobody can know: an indicator then says what is lacking."""
EVENT = -1


@dataclass(frozen=True)
class Chat:
    """One chat merged: its messages and events in order, and what its exports cover."""

    key: str
    messages: pa.Table
    events: pa.Table
    exports: list[dict[str, Any]]


def stage(landed: Mapping[str, pa.Table], town: Town) -> dict[str, pa.Table]:
    """Facts `message`, `membership`, `coverage` from all landed exports of one authority."""
    messages: list[pa.Table] = []
    membership: list[pa.Table] = []
    coverage: list[Row] = []
    for chat in chats(landed):
        space = town.space_for(chat.key)
        if chat.messages.num_rows:
            messages.append(message_facts(chat, space, town))
        days = covered_days(chat.exports)
        membership.append(membership_facts(chat, space, town, days))
        coverage.extend(coverage_rows(chat, space, town, days))
    facts: dict[str, pa.Table] = {}
    if messages:
        facts["message"] = pa.concat_tables(messages)
    if membership:
        facts["membership"] = pa.concat_tables(membership)
    if coverage:
        facts["coverage"] = fact_rows("coverage", coverage, town)
    return facts


def chats(landed: Mapping[str, pa.Table]) -> Iterator[Chat]:
    """Each chat with its overlapping exports merged, in the order of their keys."""
    exports, messages, events = (landed[name] for name in STREAMS)
    for key in sorted(set(exports["chat_key"].to_pylist())):
        rows = exports.filter(pc.equal(exports["chat_key"], key)).to_pylist()
        own = messages.filter(pc.equal(messages["chat_key"], key)).combine_chunks()
        own_events = events.filter(pc.equal(events["chat_key"], key)).combine_chunks()
        changed = _changed(own)
        # A total order that does not depend on the order of import: what is known latest comes last. Of two
        # exports that end together the later one knows of more edits and deletions; those never go back.
        rows.sort(
            key=lambda r: (str(r["last_local"]), r["entries"], changed.get(r["batch"], (0, 0)), str(r["first_local"]))
        )
        entries = [_entries(own, own_events, row["batch"], number) for number, row in enumerate(rows)]
        whole = merge(entries) if entries else None
        if whole is None:
            continue
        is_message = whole.sender != EVENT
        kept = own.take(pa.array(whole.row[is_message]))
        yield Chat(key, kept, _event_rows(own_events, whole.take(np.flatnonzero(~is_message)), rows), rows)


def _changed(messages: pa.Table) -> dict[str, tuple[int, int]]:
    """Export -> how many of its messages are deleted or edited, and the characters it holds."""
    kinds = pc.equal(messages["kind"].cast(pa.string()), "deleted")
    marked = pa.table(
        {
            "batch": messages["batch"],
            "changed": pc.or_(kinds, pc.fill_null(messages["is_edited"], False)).cast(pa.int64()),
            "length": messages["length"].cast(pa.int64()),
        }
    )
    found = marked.group_by("batch").aggregate([("changed", "sum"), ("length", "sum")]).to_pylist()
    return {row["batch"]: (row["changed_sum"], row["length_sum"]) for row in found}


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


def _event_rows(events: pa.Table, kept: Entries, exports: list[dict[str, Any]]) -> pa.Table:
    """All rows of the kept events: the entry's first row and those that share its position."""
    if not events.num_rows:
        return events
    batch = events["batch"].to_numpy(zero_copy_only=False)
    position = events["position"].to_numpy(zero_copy_only=False)
    wanted = {(exports[s]["batch"], position[r]) for s, r in zip(kept.source, kept.row, strict=True)}
    mask = [(b, p) in wanted for b, p in zip(batch, position, strict=True)]
    return events.filter(pa.array(mask))


def message_facts(chat: Chat, space: str, town: Town) -> pa.Table:
    """The chat's messages with role, conversation and inferred reply."""
    rows = chat.messages
    count = rows.num_rows
    author = _authors(rows)
    persons = pa.array(author, mask=author == ERASED)
    minute = _minutes(rows["sent_local"])
    deleted = pc.equal(rows["kind"].cast(pa.string()), "deleted").to_numpy(zero_copy_only=False)
    root, target = conversation(minute, author, deleted)
    ids = _identifiers(chat.key, minute)
    local_day = rows["sent_local"].combine_chunks().cast(pa.date32())
    role = roles(author, minute // 1440, town)
    answered = target >= 0
    at = np.where(answered, target, 0)
    sent = pc.assume_timezone(
        rows["sent_local"].combine_chunks().cast(pa.timestamp("us")),
        town.timezone,
        ambiguous="earliest",
        nonexistent="latest",
    ).cast(pa.timestamp("us", tz="UTC"))
    none = pa.array(~answered)

    def of_target(values: Any) -> pa.Array:
        column = values if isinstance(values, pa.Array) else pa.array(values)
        return pc.if_else(none, pa.scalar(None), column.take(pa.array(at)))

    return fact_table(
        "message",
        {
            "authority": pa.repeat(town.authority, count),
            "month": pc.strftime(local_day, format="%Y-%m"),
            "space": pa.repeat(space, count),
            "asset": pa.repeat("whatsapp", count),
            "message": ids,
            "author": persons,
            "author_role": pa.array(role),
            "sent_at": sent,
            "kind": rows["kind"].combine_chunks().cast(pa.string()),
            "root": ids.take(pa.array(root)),
            "reply_to": of_target(ids),
            "reply_to_author": of_target(persons),
            "reply_to_role": of_target(role),
            "reply_basis": pc.if_else(none, "none", "inferred"),
            "is_question": rows["is_question"],
            "length": rows["length"],
            "topic": rows["topic"].combine_chunks().cast(pa.string()),
        },
    )


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


def covered_days(exports: list[dict[str, Any]]) -> Days:
    """Stretches of days the exports cover together, overlapping ones joined, in order."""
    return joined((e["first_local"].date(), e["last_local"].date()) for e in exports if e["first_local"])


def membership_facts(chat: Chat, space: str, town: Town, days: Days) -> pa.Table:
    """A row for each day with a change and for the last covered day of each month."""
    changes: dict[date, list[int]] = {}
    for row in chat.events.select(["at_local", "delta"]).to_pylist():
        joined_left = changes.setdefault(row["at_local"].date(), [0, 0])
        joined_left[0 if row["delta"] > 0 else 1] += abs(row["delta"])
    known = any(e["is_base_known"] for e in chat.exports) and len(days) == 1
    ends = {part.month: part.last_day for part in month_parts(days)}
    rows = []
    members = 0
    for day in sorted(set(changes) | set(ends.values())):
        came, went = changes.get(day, [0, 0])
        members += came - went
        rows.append(
            {
                "month": month_of(day), "day": day, "members": max(members, 0) if known else None, "joined": came,
                "left": went, "is_month_end": ends.get(month_of(day)) == day,
            }
        )  # fmt: skip
    return fact_rows("membership", rows, town, space=space, asset="whatsapp", basis="derived")


def coverage_rows(chat: Chat, space: str, town: Town, days: Days) -> Iterator[Row]:
    """What the chat's exports speak for, month by month.

    A month is full when the exports reach over its whole length; the month a group was created in is
    full from the start. Without a staff roster nobody's role is known, so messages are not covered.
    """
    begins_known = any(e["is_base_known"] for e in chat.exports)
    is_truncated = any(e["is_truncated"] for e in chat.exports) or not begins_known
    flags = {"message": ["by_name", *(["truncated"] if is_truncated else [])], "membership": []}
    has_base = begins_known and len(days) == 1
    facts = ["message"] + (["membership"] if has_base else [])
    created = month_of(days[0][0]) if days and begins_known else ""
    for month, cut in by_month(days).items():
        first, last = cut[0][0], cut[-1][1]
        starts = first == first_day(month) or month == created
        ends = last == last_day(month) or days[-1][1] > last_day(month)
        part = Part(month, first, last, starts and ends and len(cut) == 1)
        for fact in facts:
            name = NO_ROSTER if fact == "message" and not town.staff else fact
            yield coverage_row(name, part, asset="whatsapp", space=space, flags=flags[fact], basis="export")


def message_counts(landed: Mapping[str, pa.Table]) -> list[int]:
    """Messages of each chat once its exports are merged: what "new" is measured against."""
    return [chat.messages.num_rows for chat in chats(landed)]
