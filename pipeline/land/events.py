"""Events of the inbox -> landed segments, once however often an event came.

What was read, the events now seen, what had to be put aside, the pulls wished and the place in the inbox become
true in the transaction of the segments. An event whose reading fails is held back alone, sealed, tried again a
few times, and then put into the quarantine: the others go on.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from collectors.base import Page, Rejected, Stream
from collectors.hooks import hooks
from collectors.service import Account, PushReport, sources
from pipeline.events import accounts_changed, pulls_scheduled
from receiver.events import Event
from town.accounts import accounts, all_accounts, authority_of
from town.config import ConfigProblem
from town.hook_accounts import owner_of
from town.store import TownStore
from warehouse import events
from warehouse.accounts import AccountRef, StreamRef
from warehouse.identity import StoreRefused
from warehouse.inbox import START
from warehouse.keys import KeyProblem
from warehouse.landing import EVENT, Landing, QuarantineItem, quarantine_rows
from warehouse.ledger import FIRST_SEEN, core, now
from warehouse.ledger_tables import EventRow, QuarantineRow, RunRow
from warehouse.locks import StoreBusy, landing
from warehouse.proof import LakeDamaged
from warehouse.pulls import write_drift
from warehouse.store import transaction, upsert

MAX_TRIES = 5
PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""Before the second, third, fourth and fifth reading of an event that could not be read."""
INFRASTRUCTURE_ERRORS = (
    OSError,
    SQLAlchemyError,
    StoreBusy,
    KeyProblem,
    ConfigProblem,
    StoreRefused,
    events.MovedElsewhere,
)
"""What stops draining altogether; any other error is an event's own."""
SOURCE, EVENTS = "webhook", "events"

Move = Callable[[Connection], None]
"""Moves the position in the inbox, in the transaction it is given."""


def noop_move(_tx: Connection) -> None:
    """The position stays."""


@dataclass
class LandingResult:
    """What came of events: rows landed, by stream, and events seen before, put aside or held back."""

    streams: Counter[str] = field(default_factory=Counter)
    seen: int = 0
    quarantined: list[str] = field(default_factory=list)  # items of the quarantine
    held: int = 0  # events to be tried again

    def add(self, other: LandingResult) -> None:
        """Take in what came of more events."""
        self.streams.update(other.streams)
        self.quarantined += other.quarantined
        self.seen, self.held = self.seen + other.seen, self.held + other.held


def land_events(store: TownStore, found: Sequence[Event], move: Move = noop_move) -> LandingResult:
    """Land events of one authority; `move` is called in the last transaction. One that cannot be read is held back.

    Raises one of INFRASTRUCTURE_ERRORS when nothing can be landed at all; calling it again loses and doubles nothing.
    """
    try:
        return _land(store, found, move)
    except INFRASTRUCTURE_ERRORS:
        raise
    except Exception:  # noqa: BLE001 (one of them is at fault; which one is found by halving)
        if len(found) == 1:
            return _defer(store, found[0], move)
    middle = len(found) // 2
    done = land_events(store, found[:middle])
    done.add(land_events(store, found[middle:], move))
    return done


def _land(store: TownStore, found: Sequence[Event], move: Move, *, again: bool = False) -> LandingResult:
    """Land what was not seen before; with `again`, whatever was seen."""
    ledger, began, run = store.ledger, now(), uuid.uuid4().hex[:16]
    done = LandingResult()
    read_now: list[tuple[Event, PushReport]] = []
    aside: list[QuarantineItem] = []

    def read() -> Iterator[Page]:
        nonlocal done
        done = LandingResult()
        read_now.clear()
        aside.clear()
        known = set() if again else events.seen(ledger, {one.key for one in found})
        rows: dict[type[Stream], list[pa.Table]] = {}
        for event in found:
            if (event.stored_account, event.key) in known:
                done.seen += 1
                continue
            known.add((event.stored_account, event.key))
            report = PushReport(received_at=event.received_at, owner=event.owner)
            for page in _pages(store, event, report):
                rows.setdefault(page.stream, []).append(page.rows)
                done.streams[page.stream.name] += page.rows.num_rows
            if report.rejected:
                aside.extend(_aside(store, event, run, report.rejected))
            read_now.append((event, report))
        done.quarantined = [row["item"] for row in aside]
        for stream, tables in rows.items():
            # One row group for the batch: a lake of one row group an event would be slow to read.
            yield Page(stream, pa.concat_tables(tables).unify_dictionaries().combine_chunks())

    def also(tx: Connection, *, landed: int) -> None:
        marks = [_mark(store, event, "aside" if report.rejected else "landed") for event, report in read_now]
        if again:
            upsert(tx, EventRow, marks, keep=("first_seen_at", "attempts"))
        else:
            events.note_seen(tx, marks)
        upsert(tx, QuarantineRow, aside, keep=FIRST_SEEN)
        for event, report in read_now:
            if event.account is None:
                continue
            if report.drift:
                write_drift(tx, ledger, StreamRef(event.account, SOURCE), report.drift, began)
            events.schedule_pull(tx, ledger.authority, event.account, report.pull_at)
        books = {"received": landed + done.seen + len(aside), "loaded": landed, "duplicate": done.seen}
        row = {"run": run, "authority": ledger.authority, "kind": "drain", "status": "done", "note": "",
               "started_at": began, "ended_at": now(), "quarantined": len(aside), **books}  # fmt: skip
        tx.execute(core(RunRow).insert(), row)
        move(tx)

    Landing(ledger, store.lake, store.keys).land(run, read, source=SOURCE, also=also)
    accounts_changed(ledger.authority, [(event.account, report) for event, report in read_now if event.account])
    pulls_scheduled(ledger.authority, [(event.account, report.pull_at) for event, report in read_now if event.account])
    return done


def _pages(store: TownStore, event: Event, report: PushReport) -> Iterator[Page]:
    """The event's pages, as its source reads them."""
    configured = [one for one in accounts(store.config, store.authority.code) if one.ref == event.account]
    if not configured or configured[0].ref.source not in sources():
        report.rejected.append(
            Rejected("webhook", "no_owner", raw=event.key.encode())
        )  # fmt: skip
        return
    ref, section = configured[0].ref, configured[0].section
    # As one that is pushed to needs it: without the secrets of pulling.
    account = Account(ref.name, section, {}, store.authority.timezone, store.keys.derive("place"))
    for page in sources()[ref.source].pages_of_event(event.body, account, report):
        if page.rows.num_rows:
            yield page


def _mark(store: TownStore, event: Event, status: str) -> dict[str, Any]:
    return {
        "authority": store.authority.code, "account": event.stored_account, "event": event.key,
        "first_seen_at": event.received_at, "status": status, "attempts": 1, "next_try_at": None, "sealed_path": "",
    }  # fmt: skip


# --- what could not be read -----------------------------------------------------------------
def _defer(store: TownStore, event: Event, move: Move) -> LandingResult:
    """Keep an event sealed, to be tried again."""
    if (event.stored_account, event.key) in events.seen(store.ledger, [event.key]):
        with transaction(store.engine) as tx:
            move(tx)
        return LandingResult(seen=1)
    mark = _mark(store, event, "waiting")
    with landing(store.engine), transaction(store.engine) as tx:
        events.note_seen(tx, [{**mark, "next_try_at": now() + PAUSES[0], "sealed_path": seal(store, event)}])
        move(tx)
    return LandingResult(held=1)


def retry(store: TownStore, at: datetime) -> LandingResult:
    """Try again what waited long enough; after the fifth time it goes into the quarantine."""
    done = LandingResult()
    for row in events.waiting(store.ledger, at):
        try:
            event = unseal(store, row.sealed_path)
        except LakeDamaged:
            done.add(give_up(store, row, "damaged", row.attempts))
            continue
        try:
            one = _land(store, [event], noop_move, again=True)
        except INFRASTRUCTURE_ERRORS:
            raise
        except Exception as problem:  # noqa: BLE001 (it stays where it is, with one try more)
            one = _record_failed_retry(store, row, type(problem).__name__, at)
        else:
            if not one.quarantined:
                store.lake.remove([row.sealed_path])
        done.add(one)
    return done


def _record_failed_retry(store: TownStore, row: EventRow, kind: str, at: datetime) -> LandingResult:
    attempts = row.attempts + 1
    if attempts < MAX_TRIES:
        with transaction(store.engine) as tx:
            place = (row.authority, row.account, row.event)
            events.update_event(tx, *place, attempts=attempts, next_try_at=at + PAUSES[attempts - 1])
        return LandingResult(held=1)
    return give_up(store, row, kind, attempts)


def give_up(store: TownStore, row: EventRow, why: str, attempts: int) -> LandingResult:
    """Wait no more for an event that could not be read: it stands in the quarantine. `why`: an error's class."""
    rejected = Rejected("webhook", "unreadable_event", {"attempts": attempts, "why": why}, row.event.encode())
    code, source = store.authority.code, f"{AccountRef.parse(row.account).source}.{SOURCE}"
    rows = quarantine_rows(code, "", source, [rejected], store.keys, row.sealed_path, kind=EVENT)
    with transaction(store.engine) as tx:
        upsert(tx, QuarantineRow, rows, keep=FIRST_SEEN)
        place = (row.authority, row.account, row.event)
        events.update_event(tx, *place, attempts=attempts, status="aside", next_try_at=None, sealed_path="")
    return LandingResult(quarantined=[one["item"] for one in rows])


def _aside(store: TownStore, event: Event, run: str, rejected: Sequence[Rejected]) -> list[QuarantineItem]:
    """Rows of the quarantine for what a body held that could not be taken; the whole of it is kept sealed."""
    source = f"{event.account.source if event.account else event.hook}.{SOURCE}"
    return quarantine_rows(store.authority.code, run, source, rejected, store.keys, seal(store, event), kind=EVENT)


def folder_of(store: TownStore) -> str:
    """Where events lie sealed."""
    return f"vault/{store.authority.code}/{EVENTS}"


def seal(store: TownStore, event: Event) -> str:
    """Keep an event sealed; the same one is the same file."""
    about = [event.hook, event.stored_account, event.owner, event.received_at.isoformat(), event.late, event.key]
    name = hashlib.sha256(f"{event.stored_account}|{event.key}".encode()).hexdigest()[:32]
    plain = json.dumps(about).encode() + b"\n" + event.body
    return store.lake.write_bytes(folder_of(store), f"{name}.sealed", store.keys.seal(plain))


def unseal(store: TownStore, path: str) -> Event:
    """A sealed event as it was received."""
    return _event(store, store.unsealed(path))


def _event(store: TownStore, content: bytes) -> Event:
    about, _, body = content.partition(b"\n")
    hook, account, owner, at, late, key = json.loads(about)
    code = store.authority.code if account else ""
    ref = AccountRef.parse(account) if account else None
    return Event(START, hook, code, ref, owner, datetime.fromisoformat(at), late, key, body)


def replay_event(
    store: TownStore, content: bytes, items: Sequence[str], open_store: Callable[[str], TownStore]
) -> list[str]:
    """Read a sealed event again; gives the items that are still open, all of them when it is as unreadable as before.

    One that nobody owned may have an owner by now, of another authority too.
    """
    event = _event(store, content)
    with suppress(Exception):
        if owners := list(_owners(store, event, open_store)):
            return [item for town, one in owners for item in _land(town, [one], noop_move, again=True).quarantined]
    return list(items)


def _owners(
    store: TownStore, event: Event, open_store: Callable[[str], TownStore]
) -> Iterator[tuple[TownStore, Event]]:
    if event.account:
        yield store, event
        return
    hook = next(one for one in hooks() if one.name == event.hook)
    owners = hook.reading(event.body).owners
    for one in all_accounts(store.config, hook.owner_setting):
        owner = owner_of(store.config, hook, one)
        if owner in owners:
            code = authority_of(store.config, one)
            town = store if code == store.authority.code else open_store(code)
            yield town, event._replace(authority=code, account=one.ref, owner=owner)
