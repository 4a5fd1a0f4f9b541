"""One at a time, over processes and machines: what must not run twice at once on one store.

A lock is held by a connection (PostgreSQL) or an open file (SQLite, which is one machine's): a process that dies lets
go of it, so nothing is ever left locked. Who waits says for whom, and gives up when its patience ends.

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
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from io import TextIOWrapper
from math import inf
from pathlib import Path

from sqlalchemy import Engine, text

from warehouse.patience import patience

SCHEMA, LANDING = "schema", "landing"
"""Held together by whoever works on a town, or lands files; by one alone for a migration, and for a sweep."""
POLL_SECONDS = 0.05
SOMEBODY = "another command"

_LOCAL: dict[str, threading.Lock] = {}
_TOWNS: ContextVar[frozenset[tuple[str, str]]] = ContextVar("towns", default=frozenset())
"""The towns whose lock this work has: what it calls may take it again."""


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
    all others that share it. Raises StoreBusy after `seconds`, this process's patience where none are given.
    """
    limit = patience().seconds if seconds is None else seconds
    path = engine.url.database
    if engine.dialect.name == "postgresql":
        with _of_postgresql(engine, name, waits, limit, "_shared" if is_shared else ""):
            yield
    elif not path or path == ":memory:":
        local = _LOCAL.setdefault(name, threading.Lock())
        _take(lambda: local.acquire(blocking=False), str, waits, limit)
        try:
            yield
        finally:
            local.release()
    else:
        with _of_file(Path(f"{path}.{re.sub(r'[^A-Za-z0-9]+', '-', name)}.lock"), waits, limit, is_shared):
            yield


@contextmanager
def _of_file(place: Path, waits: Callable[[], object], limit: float, is_shared: bool) -> Iterator[None]:
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

        _take(take, holder, waits, limit)
        try:
            if not is_shared:
                _write(held, f"{patience().command}, since {datetime.now().astimezone():%H:%M}")
            yield
        finally:
            if not is_shared:
                _write(held, "")


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
def _of_postgresql(engine: Engine, name: str, waits: Callable[[], object], limit: float, kind: str) -> Iterator[None]:
    number = {"number": int.from_bytes(hashlib.sha256(f"kehila {name}".encode()).digest()[:8], "big", signed=True)}
    # Outside of any transaction: one that stays open for a long refresh would keep old rows from being cleaned up.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Asked for again and again and not waited for: a queue of the server holds up those who would share it.
        take = text(f"select pg_try_advisory_lock{kind}(:number)")
        _take(
            lambda: bool(connection.execute(take, number).scalar()),
            lambda: str(connection.execute(_HOLDER, number).scalar() or ""),
            waits,
            limit,
        )
        try:
            yield
        finally:
            connection.execute(text(f"select pg_advisory_unlock{kind}(:number)"), number)


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
def in_turn(engine: Engine, name: str, waits: Callable[[], object] = int) -> Iterator[None]:
    """The same where somebody takes the lock again and again: who waits comes next, however long it takes.
    `waits` as there. Never raises StoreBusy.

    A file's lock goes to whoever asks first, and that is mostly the one who has just let go of it. Who waits holds a
    second lock meanwhile, which that one has to wait for.
    """
    with ExitStack() as held:
        with one_at_a_time(engine, f"next {name}", seconds=inf):
            held.enter_context(one_at_a_time(engine, name, waits, seconds=inf))
        yield


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
