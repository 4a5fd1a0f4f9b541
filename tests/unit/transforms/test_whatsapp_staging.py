"""WhatsApp staging against hand-computed chats, and its independence of order and repetition."""

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.staged import LandedTables, stage_whole
from town.landed import staging_schema
from town.streams import streams_by_name
from transforms.staging import whatsapp
from transforms.staging.chats import chats
from transforms.staging.skipped import DOUBTFUL
from transforms.staging.town import StaffInterval, Town
from transforms.staging.whatsapp import STREAMS, conversation, count_merged

START = datetime(2026, 1, 5, 8, 0)
STAFF = 0
TOWN = Town("T", staff=(StaffInterval(STAFF),), space_of_key={"k" * 16: "s1"})


def stage(tables: dict[str, pa.Table], town: Town) -> dict[str, pa.Table]:
    return stage_whole(whatsapp, tables, town)


def message_counts(tables: dict[str, pa.Table]) -> list[int]:
    """Messages of each chat once its exports are merged."""
    landed = LandedTables(tables)
    return [sum(count_merged(landed, slices) for slices in chat.months.values()) for chat in chats(landed, TOWN)]


def message(minutes: int, sender: int, length: int = 5, kind: str = "text", seconds: int = 0) -> dict[str, Any]:
    return {
        "sent_local": START + timedelta(minutes=minutes, seconds=seconds),
        "sender": sender,
        "length": length,
        "kind": kind,
    }


def event(minutes: int, name: str, member: int | None, delta: int) -> dict[str, Any]:
    return {"at_local": START + timedelta(minutes=minutes), "event": name, "member": member, "delta": delta}


def landed(*exports: list[dict[str, Any]], key: str = "k" * 16, base_known: bool = True) -> dict[str, pa.Table]:
    """Exports of one chat as landing leaves them; an entry is a message or an event, in file order."""
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in STREAMS}
    for number, entries in enumerate(exports):
        batch = f"b{number}"
        whens = [e.get("sent_local") or e["at_local"] for e in entries]
        messages = [e for e in entries if "sender" in e]
        tables[STREAMS[0]].append(
            {
                "chat_key": key, "entries": len(entries), "messages": len(messages), "first_local": min(whens),
                "last_local": max(whens), "is_base_known": base_known, "is_truncated": False, "batch": batch,
            }
        )  # fmt: skip
        for position, entry in enumerate(entries):
            own = {"chat_key": key, "position": position, "batch": batch, "is_question": False, "is_edited": False}
            tables[STREAMS[1 if "sender" in entry else 2]].append({**own, **entry})
    return {
        name: pa.Table.from_pylist(rows, schema=staging_schema(streams_by_name()[name]))
        for name, rows in tables.items()
    }


def test_a_session_starts_answers_and_ends() -> None:
    """08:00 a starter, 08:05 the same person goes on, 08:10 and 08:11 answers, 09:12 a new session."""
    minute = np.array([0, 5, 10, 11, 72])
    author = np.array([1, 1, 2, 1, 2])
    root, target = conversation(minute, author, np.zeros(5, bool))
    assert root.tolist() == [0, 0, 0, 0, 4]
    assert target.tolist() == [-1, -1, 1, 2, -1]


def test_deleted_messages_take_no_part() -> None:
    root, target = conversation(np.array([0, 1, 2]), np.array([1, 3, 2]), np.array([False, True, False]))
    assert root.tolist() == [0, 1, 0]
    assert target.tolist() == [-1, -1, 0]


def test_message_facts_carry_role_month_and_instant() -> None:
    facts = stage(landed([message(0, STAFF), message(3, 7, length=9)]), TOWN)["message"].to_pylist()
    assert [f["author_role"] for f in facts] == ["authority", "resident"]
    assert facts[0]["sent_at"].isoformat() == "2026-01-05T06:00:00+00:00"  # 08:00 in Jerusalem in winter
    assert facts[1]["reply_to"] == facts[0]["message"]
    assert (facts[1]["reply_to_role"], facts[1]["reply_basis"], facts[1]["month"]) == (
        "authority",
        "inferred",
        "2026-01",
    )


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        (datetime(2026, 10, 25, 1, 30), "2026-10-24T22:30:00+00:00"),  # twice that night: the first one is taken
        (datetime(2026, 3, 27, 2, 30), "2026-03-27T00:00:00+00:00"),  # never that night: the instant the clock jumped
        (datetime(2026, 11, 1, 0, 30), "2026-10-31T22:30:00+00:00"),
    ],
)
def test_clock_changes_of_israel(local: datetime, utc: str) -> None:
    entry = {"sent_local": local, "sender": 4, "length": 1, "kind": "text"}
    fact = stage(landed([entry]), TOWN)["message"].to_pylist()[0]
    assert fact["sent_at"].isoformat() == utc
    assert fact["month"] == f"{local:%Y-%m}"


def test_without_a_roster_no_role_is_claimed_and_none_is_known() -> None:
    facts = stage(landed([message(0, 1)]), Town("T"))
    assert facts["message"]["author_role"].to_pylist() == ["unknown"]
    covered = {row["fact"]: row["knows"] for row in facts["coverage"].to_pylist()}
    assert covered["message"] == "author reply"


def test_membership_counts_events_from_the_creation_on() -> None:
    entries = [
        event(0, "group_created", 1, 1),
        event(1, "member_added", 2, 1),
        event(1, "member_added", None, 5),
        event(40 * 1440, "member_left", 2, -1),
    ]
    rows = stage(landed(entries), TOWN)["membership"].sort_by("day").to_pylist()
    assert [(r["day"], r["members"], r["joined"], r["left"], r["is_month_end"]) for r in rows] == [
        (date(2026, 1, 5), 7, 7, 0, False),
        (date(2026, 1, 31), 7, 0, 0, True),
        (date(2026, 2, 14), 6, 0, 1, True),
    ]


def test_a_truncated_history_counts_whom_it_has_seen_and_says_so() -> None:
    facts = stage(landed([message(0, 7), event(1, "member_added", 2, 1)], base_known=False), TOWN)
    (row,) = facts["membership"].to_pylist()
    assert (row["members"], row["joined"], row["basis"]) == (2, 1, "seen")
    (said,) = [row for row in facts["coverage"].to_pylist() if row["fact"] == "membership"]
    assert (said["extent"], said["quality"]) == ("part", "estimated lower_bound")


def test_months_between_creation_and_a_later_message_are_full() -> None:
    rows = stage(landed([message(0, 1), message(60 * 1440, 1)]), TOWN)["coverage"].to_pylist()
    full = {(r["month"], (r["extent"] == "full")) for r in rows if r["fact"] == "message"}
    assert full == {("2026-01", True), ("2026-02", True), ("2026-03", False)}


@pytest.mark.parametrize(
    ("doubts", "full", "lines"),
    [
        ([None], {"2026-01", "2026-02"}, 0),  # landed before doubts were
        ([""], {"2026-01", "2026-02"}, 0),
        (["2026-02-03=2 2026-02-04=1"], {"2026-01"}, 3),
        (["2026-02-03=2", "2026-02-03=1"], {"2026-01"}, 2),
        (["2026-02-03=2", ""], {"2026-01", "2026-02"}, 0),  # the other export tells what it is
        (["2026-02-03=2", None], {"2026-01"}, 2),
    ],
)
def test_a_line_that_may_be_a_message_leaves_its_month_not_whole(
    doubts: list[str | None], full: set[str], lines: int
) -> None:
    tables = landed(*[[message(number, 1), message(60 * 1440, 1)] for number in range(len(doubts))])
    exports = tables[STREAMS[0]]
    at = exports.column_names.index("doubtful")
    tables[STREAMS[0]] = exports.set_column(at, "doubtful", pa.array(doubts, pa.string()))
    rows = stage(tables, TOWN)["coverage"].to_pylist()
    assert {r["month"] for r in rows if r["fact"] == "message" and r["extent"] == "full"} == full
    assert {r["month"] for r in rows if r["fact"] == "membership" and r["extent"] == "full"} == {"2026-01", "2026-02"}
    left = [row for unit in whatsapp.units(LandedTables(tables), TOWN) for one in unit.skipped.values()
            for row in one.to_pylist()]  # fmt: skip
    assert sum(row["records"] for row in left) == lines
    assert {(row["fact"], row["space"], row["month"], row["code"]) for row in left} == (
        {("message", "s1", "2026-02", DOUBTFUL)} if lines else set()
    )


def test_an_edited_and_a_deleted_message_are_one_message_in_their_latest_state() -> None:
    first = [message(0, 1, 5), message(1, 2, 8), message(2, 3, 4)]
    later = [message(0, 1, 11), message(1, 2, 0, "deleted"), message(2, 3, 4), message(90, 2, 3)]
    rows = stage(landed(first, later), TOWN)["message"].to_pylist()
    assert [(r["length"], r["kind"]) for r in rows] == [(11, "text"), (0, "deleted"), (4, "text"), (3, "text")]


CHATS = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 4), st.integers(1, 30)), min_size=1, max_size=40).map(
    lambda raw: _running(raw)
)


def _running(raw: list[tuple[int, int, int]]) -> list[dict[str, Any]]:
    at = 0
    entries = []
    for gap, sender, length in raw:
        at += gap
        entries.append(message(at, sender, length))
    return entries


def plain(table: pa.Table) -> list[dict[str, Any]]:
    return table.sort_by("message").to_pylist()


@settings(max_examples=60, deadline=None)
@given(CHATS, st.data())
def test_overlapping_exports_give_the_whole_chat_in_any_order(chat: list[dict[str, Any]], data: st.DataObject) -> None:
    """Windows that overlap by at least a minute's entries, repeated and shuffled: the same facts as one export."""
    cut = data.draw(st.integers(0, len(chat) - 1))
    back = data.draw(st.integers(0, cut))
    parts = [chat[: cut + 1], chat[back:], chat]
    order = data.draw(st.permutations(range(3)))
    repeated = [parts[i] for i in order] + [parts[order[0]]]
    whole = stage(landed(chat), TOWN)["message"]
    assert plain(stage(landed(*repeated), TOWN)["message"]) == plain(whole)
    assert message_counts(landed(*repeated)) == [len(chat)]


@settings(max_examples=40, deadline=None)
@given(CHATS, st.data())
def test_windows_cut_inside_a_minute_lose_nothing(chat: list[dict[str, Any]], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(chat) - 1))
    back = data.draw(st.integers(0, cut))
    # Of two halves of a minute that hold equally many, nobody can tell that they are not the same.
    of_minute = [place for place, one in enumerate(chat) if one["sent_local"] == chat[cut]["sent_local"]]
    first, second = ([p for p in of_minute if p <= cut], [p for p in of_minute if p >= back])
    assume(first == second or len(first) != len(second))
    # Nor, where neither holds the whole minute, how many of messages that are alike both hold.
    are_alike = len({tuple(chat[place].items()) for place in of_minute}) < len(of_minute)
    assume(not are_alike or of_minute in (first, second))
    table = stage(landed(chat[: cut + 1], chat[back:]), TOWN)["message"]
    assert pc.sum(table["length"]).as_py() == sum(e["length"] for e in chat)
    assert table.num_rows == len(chat)


def test_only_the_month_an_export_begins_in_lacks_messages_of_before() -> None:
    rows = stage(landed([message(20, 1), message(70 * 1440, 1)], base_known=False), TOWN)["coverage"].to_pylist()
    said = {row["month"]: "truncated" in row["quality"].split() for row in rows if row["fact"] == "message"}
    assert said == {"2026-01": True, "2026-02": False, "2026-03": False}
