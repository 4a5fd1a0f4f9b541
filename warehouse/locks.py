"""One at a time, over processes and machines: what must not run twice at once on one store.

A lock is held by a connection (PostgreSQL) or an open file (SQLite, which is one machine's): a process that dies lets
go of it, so nothing is ever left locked. Who waits says for whom, comes in the order they came, and gives up when its
patience ends. Who shares a lock queues as well, or those who want it for themselves (a migration, a sweep) would never
get it under constant work; who shares it already and takes it again does not, and nobody stands longer behind such a
one than SHARE_SECONDS.

Order, for whoever holds several: the schema, the town, its landing. A migration has the schema for itself,
and holds nothing else.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from contextvars import ContextVar
from datetime import datetime
from io import TextIOWrapper
from math import inf
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from warehouse.patience import patience
from warehouse.queues import behind, queue_of_files, queue_of_threads
from warehouse.refusals import Refusal, refusal_of

SCHEMA, LANDING = "schema", "landing"
"""Held together by whoever works on a town, or lands files; by one alone for a migration, and for a sweep."""
POLL_SECONDS = 0.05
SHARE_SECONDS = 30.0
"""So long who would share a lock lets those go first who came before; then they take it beside who has it."""
SOMEBODY = "another command"

_LOCAL: dict[str, threading.Lock] = {}
_TOWNS: ContextVar[frozenset[tuple[str, str]]] = ContextVar("towns", default=frozenset())
"""The towns whose lock this work has: what it calls may take it again."""


_SHARED: ContextVar[frozenset[tuple[str, str]]] = ContextVar("shared", default=frozenset())
"""The locks this work shares already."""


class StoreBusy(Exception):
    """Somebody else had the store for longer than this process waits; the message says who, and since when."""


@contextmanager
def one_at_a_time(
    engine: Engine,
    name: str,
    waits: Callable[[], object] = int,
    *,
    is_shared: bool = False,
    seconds: float | None = None,
) -> Iterator[None]:
    """Hold the store's lock of this name, waiting for whoever has it. Not to be taken twice by one thread.

    `waits` is called once when somebody has it, before the waiting begins. With `is_shared` it is held together with
    all others that share it. Raises StoreBusy after `seconds` (`inf`: never), by default this process's patience.
    """
    if not is_shared:
        with _held(engine, name, waits, seconds):
            yield
        return
    mine, before = (str(engine.url), name), _SHARED.get()
    with _held(engine, name, waits, seconds, is_shared=True, is_again=mine in before):
        _SHARED.set(before | {mine})
        try:
            yield
        finally:
            _SHARED.set(before)


@contextmanager
def _held(
    engine: Engine,
    name: str,
    waits: Callable[[], object],
    seconds: float | None,
    *,
    is_shared: bool = False,
    is_again: bool = False,
) -> Iterator[None]:
    """The lock itself. Who shares it, and has a share `is_again`, stands behind nobody."""
    limit = patience().seconds if seconds is None else seconds
    queued = 0.0 if is_again else min(limit, SHARE_SECONDS) if is_shared else limit
    path = engine.url.database
    if engine.dialect.name == "postgresql":
        with _of_postgresql(engine, name, waits, limit, "_shared" if is_shared else "", queued):
            yield
    elif not path or path == ":memory:":
        local = _LOCAL.setdefault(name, threading.Lock())
        with queue_of_threads(name) as is_first:
            _take(lambda: is_first() and local.acquire(blocking=False), str, waits, limit)
        try:
            yield
        finally:
            local.release()
    else:
        with _of_file(Path(f"{path}.{re.sub(r'[^A-Za-z0-9]+', '-', name)}.lock"), waits, limit, is_shared, queued):
            yield


@contextmanager
def _of_file(place: Path, waits: Callable[[], object], limit: float, is_shared: bool, queued: float) -> Iterator[None]:
    with place.open("a+") as held:  # the file stays: taking it away would let two hold two files of one name

        def holder() -> str:
            held.seek(0)
            return held.read()

        def take() -> bool:
            try:
                fcntl.flock(held, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        until = time.monotonic() + queued
        with nullcontext(behind(place)) if is_shared else queue_of_files(place) as is_first:
            _take(lambda: (_is_over(is_shared, until) or is_first()) and take(), holder, waits, limit)
        try:
            if not is_shared:
                _write(held, f"{patience().command}, since {datetime.now().astimezone():%H:%M}")
            yield
        finally:
            if not is_shared:
                _write(held, "")


def _is_over(is_shared: bool, until: float) -> bool:
    """Whether who shares a lock has let others go first for long enough."""
    return is_shared and time.monotonic() >= until


def _write(held: TextIOWrapper, text: str) -> None:
    with suppress(OSError):  # a full disk: who waits is told less
        held.truncate(0)
        held.write(text)
        held.flush()


_HOLDER = text(
    "select a.application_name || ', since ' || to_char(a.state_change, 'HH24:MI') from pg_locks l"
    " join pg_stat_activity a on a.pid = l.pid where l.locktype = 'advisory' and l.granted"
    " and (l.classid::bigint << 32 | l.objid::bigint) = :number limit 1"
)


@contextmanager
def _of_postgresql(
    engine: Engine, name: str, waits: Callable[[], object], limit: float, kind: str, queued: float
) -> Iterator[None]:
    number, place = _number(name), _number(f"next {name}")
    has_place, has_asked, is_free = False, False, bool(kind) and not queued  # free: behind nobody
    # Outside of any transaction: one that stays open for a long refresh would keep old rows from being cleaned up.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:

        def asked(what: str, one: int) -> bool:
            return bool(connection.execute(text(f"select pg_{what}(:number)"), {"number": one}).scalar())

        def holder() -> str:
            return str(connection.execute(_HOLDER, {"number": number}).scalar() or "")

        def take() -> bool:
            nonlocal has_place, has_asked, is_free
            if not (has_place or is_free):
                has_place = (
                    _in_line(connection, place, queued, kind) if has_asked else asked(f"try_advisory_lock{kind}", place)
                )
                is_free = bool(kind) and has_asked
                has_asked = True
            # Asked for again and again and not waited for: a queue of the server holds up those who would share it.
            return (has_place or is_free) and asked(f"try_advisory_lock{kind}", number)

        try:
            _take(take, holder, waits, limit)
        finally:
            if has_place:
                asked(f"advisory_unlock{kind}", place)
        try:
            yield
        finally:
            asked(f"advisory_unlock{kind}", number)


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"kehila {name}".encode()).digest()[:8], "big", signed=True)


def _in_line(connection: Connection, place: int, limit: float, kind: str) -> bool:
    """Wait for the place before a lock, in the server's own queue; false when the limit passed."""
    connection.execute(text(f"set lock_timeout = {max(1, int(limit * 1000)) if limit < inf else 0}"))
    try:
        connection.execute(text(f"select pg_advisory_lock{kind}(:number)"), {"number": place})
    except OperationalError as problem:
        if refusal_of(problem) is not Refusal.BUSY:
            raise
        return False
    finally:
        if not connection.invalidated:
            connection.execute(text("reset lock_timeout"))
    return True


def _take(take: Callable[[], bool], holder: Callable[[], str], waits: Callable[[], object], limit: float) -> None:
    """Take a lock, now or within `limit` seconds. `holder` says who has it, where that is known."""
    if take():
        return
    patience().say(f"waiting for {holder() or SOMEBODY}")
    waits()
    until = time.monotonic() + limit
    while not take():
        if time.monotonic() >= until:
            raise StoreBusy(
                f"the store is busy: {holder() or SOMEBODY} has it; nothing was changed, try again when that has ended"
            )
        time.sleep(POLL_SECONDS)


@contextmanager
def town_at_rest(engine: Engine, authority: str) -> Iterator[None]:
    """One authority's store for whoever refreshes, closes, erases, rebuilds or replays: nobody else does meanwhile.

    What it calls may take it again. Landing goes on, except while it is swept. Raises StoreBusy.
    """
    mine = (str(engine.url), authority)
    if mine in _TOWNS.get():
        yield
        return
    with one_at_a_time(engine, SCHEMA, is_shared=True), one_at_a_time(engine, f"town {authority}"):
        before = _TOWNS.set(_TOWNS.get() | {mine})
        try:
            yield
        finally:
            _TOWNS.reset(before)


@contextmanager
def landing(engine: Engine) -> Iterator[None]:
    """From before a file is written into the lake until the ledger lists it: no sweep meanwhile. Raises StoreBusy."""
    with one_at_a_time(engine, LANDING, is_shared=True):
        yield
