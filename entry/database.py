"""`entry.db`: accounts, links, sessions, drafts and what was sent of each part of the form. Never read by BI.

Only its owner reads it. Passwords are hashed by argon2, links and sessions known by a digest of their token alone, and
what was typed is sealed with the town's key.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from warehouse.files import OWNER_ONLY, new_file
from warehouse.sqlite import sqlite3

FILE = "entry.db"
FORMAT = 1
WAIT_SECONDS = 20.0

_TABLES = """
create table about (name text primary key, value text not null);
create table account (
    login text primary key, authority text not null, role text not null, title text not null,
    password text not null default '', added_at text not null
);
create table link (
    token text primary key, login text not null unique references account on delete cascade, until_at text not null
);
create table session (
    token text primary key, login text not null references account on delete cascade,
    begun_at text not null, seen_at text not null
);
create table attempt (kind text not null, name text not null, at real not null);
create index attempt_name on attempt (kind, name, at);
create table line (
    authority text not null, book text not null, line text not null, sheet text not null, revision integer not null,
    sealed blob, sent_at text not null, role text not null, title text not null,
    primary key (authority, book, line)
);
create table draft (
    login text not null references account on delete cascade, book text not null, line text not null,
    sheet text not null, base integer not null, sealed blob, saved_at text not null,
    primary key (login, book, line)
);
create table sending (
    number text primary key, authority text not null, login text not null, role text not null, title text not null,
    book text not null, sealed blob not null, begun_at text not null
);
create table sent (
    number text primary key, authority text not null, book text not null, role text not null, title text not null,
    lines integer not null, sent_at text not null
);
create index sent_book on sent (authority, book, sent_at);
"""


class FormDamaged(Exception):
    """The file of the form cannot be used; the message says what to do."""


class Database:
    """The file, opened anew for each piece of work."""

    def __init__(self, base: Path) -> None:
        self.path = base / FILE
        with suppress(FileExistsError):
            new_file(self.path, b"", synced=False, mode=OWNER_ONLY)
        self.path.chmod(OWNER_ONLY)
        with self.transaction() as tx:
            (version,) = tx.execute("pragma user_version").fetchone()
            if version == 0:
                for statement in _TABLES.split(";"):
                    tx.execute(statement)
                tx.execute("insert into about values ('id', ?)", (secrets.token_hex(8),))
                tx.execute(f"pragma user_version = {FORMAT}")
            elif version != FORMAT:
                raise FormDamaged(f"{FILE} was written by another release; use the release that wrote it")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction that writes: all of it is durable at the end, or nothing happened."""
        with self._opened() as connection:
            connection.execute("begin immediate")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One state of the file, to be read."""
        with self._opened() as connection:
            connection.execute("begin")
            yield connection
            connection.rollback()

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None)) as connection:
                connection.row_factory = sqlite3.Row
                connection.execute("pragma journal_mode = delete")
                for name, value in (("synchronous", "full"), ("secure_delete", "on"), ("foreign_keys", "on")):
                    connection.execute(f"pragma {name} = {value}")
                yield connection
        except sqlite3.DatabaseError as problem:
            if isinstance(problem, sqlite3.OperationalError | sqlite3.IntegrityError):
                raise
            raise FormDamaged(
                f"{FILE} is damaged; put a copy in its place, or move it away: accounts are then added anew"
            ) from None

    @property
    def name(self) -> str:
        """What tells this file from one begun anew: what was sent from each is known apart."""
        with self.reading() as tx:
            return str(tx.execute("select value from about where name = 'id'").fetchone()[0])
