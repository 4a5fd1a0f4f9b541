"""A chat staged month by month as its exports come equals the same chat staged at once, to the byte.

Exports are drawn: windows that overlap, leave gaps filled later or repeat each other; another phone's contact
names; edits and deletions; sessions and groups that go over the edges of months; a person who is erased.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from collectors.base import Page, Stream
from collectors.columns import FIXED, Column
from collectors.kinds import text
from collectors.whatsapp_export.streams import ChatEvent, ChatExport, ChatMessage
from expectations import gate
from pipeline.refresh.outcome import Refreshed
from pipeline.refresh.staging import stage_source
from pipeline.refresh.warm import Warm
from pipeline.upkeep import upkeep
from pipeline.upkeep.erasure.erase import erase
from tests.integration.receiving import town as town_folder
from town.config import load
from town.store import TownStore, open_store
from transforms.staging import whatsapp
from transforms.staging.town import StaffInterval, Town
from warehouse.calendar import first_day, month_of, shift
from warehouse.checks import checks
from warehouse.landing import Landing
from warehouse.ledger import core
from warehouse.ledger_tables import PartRow, SegmentRow
from warehouse.packs import lay_together
from warehouse.schemas import arrow_schema
from warehouse.store import transaction

START = datetime(2026, 1, 28, 8, 0)
NAMES = ("Dana", "Avi", "Noa", "Gil")
KEYS = ("a" * 16, "b" * 16)
TOWN = Town("0070", staff=(StaffInterval(0, to_day=date(2026, 2, 10)),), space_of_key={KEYS[0]: "square"})


Facts = dict[tuple[str, str], tuple[str, list[dict[str, Any]]]]
"""(fact, month) -> the digest of its file and the rows in it."""


class Met(Stream):
    """Everybody, met before anything lands: so that people have the same numbers whatever lands first."""

    name = "met"
    columns = (Column("who", FIXED, text, "A name as chats show it", key=True, person="chat_sender"),)


@dataclass(frozen=True)
class Entry:
    """A message of somebody, or an event that changes the membership."""

    at: datetime
    who: int
    length: int
    event: str = ""
    delta: int = 0


@dataclass(frozen=True)
class Export:
    """What one phone exported of a chat: a window, under its own names, as edited and deleted by then."""

    key: str
    entries: tuple[Entry, ...]
    phone: int
    edited: frozenset[int]
    deleted: frozenset[int]
    is_base_known: bool
    cut: int  # where the pages of its messages are cut


@st.composite
def entries_of_a_chat(draw: st.DrawFn) -> list[Entry]:
    """Some months of a chat: quick talks, quiet days, and talks over the edges of months."""
    at, found = START, []
    if draw(st.booleans()):
        found.append(Entry(at, 0, 0, "group_created", 1))
    for _ in range(draw(st.integers(4, 24))):
        kind = draw(st.sampled_from(("quick", "quick", "quick", "hour", "days", "edge")))
        if kind == "edge":
            at = datetime.combine(first_day(shift(month_of(at.date()), 1)), datetime.min.time())
            at -= timedelta(minutes=draw(st.integers(0, 20)))
        else:
            low, high = {"quick": (0, 4), "hour": (58, 63), "days": (5 * 1440, 40 * 1440)}[kind]
            at += timedelta(minutes=draw(st.integers(low, high)))
        if draw(st.integers(0, 4)):
            found.append(Entry(at, draw(st.integers(0, 3)), draw(st.integers(1, 3))))
        else:
            name, delta = draw(st.sampled_from((("member_added", 1), ("member_left", -1), ("member_added", 3))))
            found.append(Entry(at, draw(st.integers(0, 3)), 0, name, delta))
    return found


@st.composite
def exports_of_chats(draw: st.DrawFn) -> list[Export]:
    """Two to five exports of one or two chats."""
    talks = {key: draw(entries_of_a_chat()) for key in KEYS[: draw(st.integers(1, 2))]}
    found = []
    for _ in range(draw(st.integers(2, 5))):
        key = draw(st.sampled_from(sorted(talks)))
        talk = talks[key]
        first = draw(st.sampled_from((0, 0, len(talk) // 2)))
        window = tuple(talk[first : draw(st.integers(first + 1, len(talk)))])
        places = st.frozensets(st.integers(0, len(window) - 1), max_size=2)
        created = window[0].event == "group_created"
        cut = draw(st.integers(0, len(window)))
        found.append(Export(key, window, draw(st.integers(0, 1)), draw(places), draw(places), created, cut))
    return found


def pages(export: Export) -> Iterator[Page]:
    """An export as its reader gives it."""
    messages, events = [], []
    for position, one in enumerate(export.entries):
        name = NAMES[one.who] + (" Work" if export.phone and one.who % 2 else "")
        own = {"chat_key": export.key, "position": position}
        if one.event:
            events.append({**own, "at_local": one.at, "event": one.event, "member": name, "delta": one.delta})
            continue
        is_edited, is_deleted = position in export.edited, position in export.deleted
        kind = {"kind": "deleted", "length": 0} if is_deleted else {"kind": "text", "length": one.length + is_edited}
        messages.append(
            {**own, "sent_local": one.at, "sender": name, "is_edited": is_edited, "is_question": False, **kind}
        )
    for part in (messages[: export.cut], messages[export.cut :]):
        if part:
            yield Page.of(ChatMessage, part)
    if events:
        yield Page.of(ChatEvent, events)
    about = {
        "chat_key": export.key, "entries": len(export.entries), "messages": len(messages),
        "first_local": export.entries[0].at, "last_local": export.entries[-1].at,
        "is_base_known": export.is_base_known, "is_truncated": False,
    }  # fmt: skip
    yield Page.of(ChatExport, [about])


def let_through(fact: str, table: pa.Table, _context: gate.GateContext) -> gate.GateResult:
    """A gate that lets everything through: it is not what is tried here, and takes a quarter of a second a time."""
    return gate.GateResult(fact, table.num_rows, table.cast(arrow_schema(fact)))


class Staged:
    """A store whose chats are staged with every export that lands."""

    def __init__(self, folder: Path) -> None:
        self.store: TownStore = open_store(load(folder / "kehila.toml"), today=date(2027, 12, 1))
        self.landing = Landing(self.store.ledger, self.store.lake, self.store.keys)
        self.staged = 0

    def stage(self, _store: TownStore | None = None) -> Refreshed:
        """What a refresh does of the chats."""
        done = Refreshed()
        stage_source(self.store, whatsapp, TOWN, done, checks(self.store.ledger, is_open=False), Warm())
        return done

    def land(self, export: Export, number: int) -> None:
        """Land an export and stage what changed."""
        self.landing.land(f"run{number:05}", lambda: pages(export), source="whatsapp_chat")
        self.stage()

    def facts(self) -> Facts:
        """(fact, month) -> the digest of its file and the rows in it."""
        found: Facts = {}
        for row in self.store.ledger.partitions():
            rows = self.store.lake.read([row.path], arrow_schema(row.fact)).to_pylist()
            found[row.fact, row.month] = row.sha256, rows
        return found

    def forget_parts(self) -> None:
        """As a store whose segments landed before their partitions were listed."""
        with transaction(self.store.engine) as tx:
            tx.execute(delete(core(PartRow)))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which everybody has a number."""
    folder = tmp_path_factory.mktemp("prepared")
    town_folder(folder)
    made = Staged(folder)
    everybody = [{"who": name + more} for more in ("", " Work") for name in NAMES]
    made.landing.land("met", lambda: [Page.of(Met, everybody)], source="met")
    with transaction(made.store.engine) as tx:
        tx.execute(delete(core(SegmentRow)).where(core(SegmentRow).c.stream == Met.name))
    made.store.engine.dispose()
    return folder


@pytest.fixture
def fresh(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Gives a new store each time it is called."""
    monkeypatch.setattr(gate, "check", let_through)
    made: list[Staged] = []

    def another() -> Staged:
        folder = tmp_path / str(len(made))
        shutil.copytree(prepared, folder)
        made.append(Staged(folder))
        monkeypatch.setattr(upkeep, "refresh", made[-1].stage)
        return made[-1]

    yield another
    for one in made:
        one.store.engine.dispose()


def as_they_come(fresh: Any, exports: list[Export], data: st.DataObject) -> list[Facts]:
    """What there is when each export is staged as it comes; after a rebuild; and when they come in another order.

    Somewhere on the way a person may be erased (then no other order is tried: what landed is another thing), and
    the list of partitions be lost, as in a store whose segments landed before there was one; at any places what landed
    is laid together, which changes nothing.
    """
    order = data.draw(st.permutations(range(len(exports))))
    erased, unlisted = data.draw(st.sampled_from((None, None, 0, len(order) - 1))), data.draw(st.integers(0, 8))
    together = data.draw(st.frozensets(st.integers(0, len(order) - 1)))
    one = fresh()
    for place, number in enumerate(order):
        if place == unlisted:
            one.forget_parts()
        if place in together:
            lay_together(one.store.ledger, one.store.lake)
        one.land(exports[number], number)
        if place == erased:
            erase(one.store, [NAMES[1]])
    found = [one.facts()]
    if together:
        lay_together(one.store.ledger, one.store.lake)
        assert one.stage().staged == []
    upkeep.rebuild(one.store)
    found.append(one.facts())
    if erased is None:
        other = fresh()
        for number in sorted(order):
            other.land(exports[number], number)
        found.append(other.facts())
    return found


# Each example stages a dozen times: to make a failing one smaller would take longer than to read it.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


@settings(max_examples=5, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(exports_of_chats(), st.data())
def test_exports_staged_as_they_come_equal_one_rebuild(fresh: Any, exports: list[Export], data: st.DataObject) -> None:
    first, *others = as_they_come(fresh, exports, data)
    assert all(first == other for other in others)


@pytest.mark.long
@settings(max_examples=400, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(exports_of_chats(), st.data())
def test_many_exports_staged_as_they_come_equal_one_rebuild(
    fresh: Any, exports: list[Export], data: st.DataObject
) -> None:
    first, *others = as_they_come(fresh, exports, data)
    assert all(first == other for other in others)


def whole(*entries: Entry, deleted: int | None = None) -> Export:
    """An export of all these entries by the first phone."""
    gone = frozenset() if deleted is None else frozenset({deleted})
    return Export(KEYS[0], entries, 0, frozenset(), gone, entries[0].event == "group_created", 0)


EVE, NEXT_DAY = datetime(2026, 1, 31, 23, 50), datetime(2026, 2, 1, 0, 5)
TALK = (Entry(EVE, 0, 2), Entry(EVE + timedelta(minutes=5), 1, 2), Entry(NEXT_DAY, 2, 2), Entry(NEXT_DAY, 3, 1))
CREATED, JOINED = Entry(START, 0, 0, "group_created", 1), Entry(datetime(2026, 2, 20), 1, 0, "member_added", 1)
MARCH = Entry(datetime(2026, 3, 3), 1, 2)


@pytest.mark.parametrize(
    "exports",
    [
        [whole(*TALK[2:]), whole(*TALK[:2])],  # what was said before the edge comes later
        [whole(*TALK), whole(*TALK, MARCH, deleted=1)],  # the last word before the edge is taken back
        pytest.param(
            [whole(*TALK), whole(TALK[0], *TALK[2:], MARCH), whole(*TALK, MARCH, MARCH)], marks=pytest.mark.more
        ),
        [
            whole(*TALK),
            whole(*TALK, MARCH),
        ],  # February was covered in part, then as a whole: nothing else of it changed
        [whole(CREATED, TALK[0]), whole(JOINED, MARCH), whole(CREATED, *TALK, JOINED)],  # a gap is filled: counted now
        pytest.param(
            [whole(CREATED, *TALK[:2]), whole(CREATED, JOINED, MARCH), whole(CREATED, *TALK[:2], JOINED, MARCH)],
            marks=pytest.mark.more,
        ),
    ],
)
def test_what_reaches_over_an_edge_reaches_it_whenever_it_comes(fresh: Any, exports: list[Export]) -> None:
    found = []
    for order in permutations(range(len(exports))):
        one = fresh()
        for number in order:
            one.land(exports[number], number)
        found.append(one.facts())
        upkeep.rebuild(one.store)
        found.append(one.facts())
    assert all(found[0] == other for other in found)
    assert found[0]


def test_files_found_to_be_one_chat_are_staged_as_one(fresh: Any) -> None:
    """When an export shows two to be of one chat, both are staged anew, and nothing stays of the second."""
    talk = tuple(Entry(START + timedelta(days=3 * day, minutes=day), day % 4, 2) for day in range(30))
    halves = [
        Export(key, part, 0, frozenset(), frozenset(), False, 0)
        for key, part in zip(KEYS, (talk[:16], talk[14:]), strict=True)
    ]
    one = fresh()
    for number, export in enumerate(halves):
        one.land(export, number)
    assert {row["space"] for _, rows in one.facts().values() for row in rows} == {"square", "unregistered-bbbbbbbb"}
    one.land(Export(KEYS[0], talk, 0, frozenset(), frozenset(), False, 0), 2)
    found = one.facts()
    rows = [row for (fact, _), (_, rows) in found.items() for row in rows if fact == "message"]
    assert len(rows) == len(talk)
    assert {row["space"] for _, rows in found.values() for row in rows} == {"square"}
    upkeep.rebuild(one.store)
    assert one.facts() == found
