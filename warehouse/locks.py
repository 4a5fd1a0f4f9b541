"""One at a time, over processes and machines: what must not run twice at once on one store.

A lock is held by a connection (PostgreSQL) or an open file (SQLite, which is one machine's): a process that dies lets
go of it, so nothing is ever left locked.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

_LOCAL: dict[str, threading.Lock] = {}


@contextmanager
def one_at_a_time(engine: Engine, name: str, waits: Callable[[], object] = int) -> Iterator[None]:
    """Hold the store's lock of this name, waiting for whoever has it. Not to be taken twice by one thread.

    `waits` is called once when somebody has it, before the waiting begins.
    """
    if engine.dialect.name == "postgresql":
        number = {"number": int.from_bytes(hashlib.sha256(f"kehila {name}".encode()).digest()[:8], "big", signed=True)}
        # Outside of any transaction: one that stays open for a long refresh would keep old rows from being cleaned up.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.execute(text("select pg_try_advisory_lock(:number)"), number).scalar():
                waits()
                connection.execute(text("select pg_advisory_lock(:number)"), number)
            try:
                yield
            finally:
                connection.execute(text("select pg_advisory_unlock(:number)"), number)
        return
    path = engine.url.database
    if not path or path == ":memory:":
        local = _LOCAL.setdefault(name, threading.Lock())
        if not local.acquire(blocking=False):
            waits()
            local.acquire()
        try:
            yield
        finally:
            local.release()
        return
    place = Path(f"{path}.{re.sub(r'[^A-Za-z0-9]+', '-', name)}.lock")
    with place.open("a") as held:  # the file stays: taking it away would let two hold two files of one name
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waits()
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


@contextmanager
def in_turn(engine: Engine, name: str, waits: Callable[[], object] = int) -> Iterator[None]:
    """The same where somebody takes the lock again and again: who waits comes next. `waits` as there.

    A file's lock goes to whoever asks first, and that is mostly the one who has just let go of it. Who waits holds a
    second lock meanwhile, which that one has to wait for.
    """
    with ExitStack() as held:
        with one_at_a_time(engine, f"next {name}"):
            held.enter_context(one_at_a_time(engine, name, waits))
        yield
