"""One at a time, over processes and machines: what must not run twice at once on one store.

A lock is held by a connection (PostgreSQL) or an open file (SQLite, which is one machine's): a process that dies lets
go of it, so nothing is ever left locked.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

_LOCAL: dict[str, threading.Lock] = {}


@contextmanager
def one_at_a_time(engine: Engine, name: str) -> Iterator[None]:
    """Hold the store's lock of this name, waiting for whoever has it. Not to be taken twice by one thread."""
    if engine.dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(f"kehila {name}".encode()).digest()[:8], "big", signed=True)
        # Outside of any transaction: one that stays open for a long refresh would keep old rows from being cleaned up.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("select pg_advisory_lock(:number)"), {"number": number})
            try:
                yield
            finally:
                connection.execute(text("select pg_advisory_unlock(:number)"), {"number": number})
        return
    path = engine.url.database
    if not path or path == ":memory:":
        with _LOCAL.setdefault(name, threading.Lock()):
            yield
        return
    place = Path(f"{path}.{re.sub(r'[^A-Za-z0-9]+', '-', name)}.lock")
    with place.open("a") as held:  # the file stays: taking it away would let two hold two files of one name
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
