"""Lines of the form: what somebody is typing (drafts), and what was sent of each part of it. All of it sealed.

A part of the form is a `book`: a month, or a list that holds over time. A line that was sent has a revision; a draft
says on which it was typed, so that of two people who edit a line the second one is shown what the first one sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from entry.accounts import Account
from entry.database import Database
from warehouse.keys import Keys
from warehouse.ledger import now

Values = Mapping[str, str]
"""Column -> what was typed; `SURE` -> the figure that was said to be right, `BY` -> who sent the line."""
SURE, BY = "_sure", "_by"
SURE, BY = "_sure", "_by"
MAX_LINES = 2_000
"""Of a book; a sheet of paper has no more."""


@dataclass(frozen=True)
class Line:
    """A line as somebody sees it: `sent` is what stands (None: nothing, or taken out), `typed` the draft of it.

    A draft that takes the line out has no `typed` and `is_removed`.
    """

    name: str
    sheet: str
    revision: int = 0
    sent: Values | None = None
    sent_at: str = ""
    title: str = ""
    typed: Values | None = None
    is_removed: bool = False
    base: int = 0
    saved_at: str = ""

    @property
    def is_draft(self) -> bool:
        """Whether there is something of one's own that was not sent."""
        return bool(self.saved_at)

    @property
    def values(self) -> Values:
        """What the form shows."""
        if self.is_draft:
            return self.typed or {}
        return self.sent or {}

    @property
    def is_contested(self) -> bool:
        """Whether somebody else sent the line after this draft was begun."""
        return self.is_draft and self.base != self.revision and plain(self.typed) != plain(self.sent)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said in it."""
        return not plain(self.values)


def plain(values: Values | None) -> dict[str, str]:
    """What is said: no blank column, nothing of ours."""
    return {name: text.strip() for name, text in (values or {}).items() if text.strip() and not name.startswith("_")}


def sealed(keys: Keys, values: Any) -> bytes:
    """What is kept of values."""
    return keys.seal(json.dumps(values, ensure_ascii=True).encode())


def opened(keys: Keys, content: bytes | None) -> Any:
    """The values of what was kept; None for nothing."""
    return None if content is None else json.loads(keys.unseal(content))


def lines_in(tx: Any, keys: Keys, account: Account, book: str) -> dict[str, Line]:
    """All lines of a book, as the account sees them, in the order they came; those taken out among them."""
    found: dict[str, Line] = {}
    query = "select * from line where authority = ? and book = ? order by rowid"
    for row in tx.execute(query, (account.authority, book)):
        found[row["line"]] = Line(
            row["line"], row["sheet"], row["revision"], opened(keys, row["sealed"]), row["sent_at"], row["title"]
        )
    query = "select * from draft where login = ? and book = ? order by rowid"
    for row in tx.execute(query, (account.login, book)):
        line = found.get(row["line"]) or Line(row["line"], row["sheet"])
        typed = opened(keys, row["sealed"])
        found[row["line"]] = replace(
            line, typed=typed, is_removed=typed is None, base=row["base"], saved_at=row["saved_at"]
        )
    return found


def lines(database: Database, keys: Keys, account: Account, book: str) -> dict[str, Line]:
    """The same, in a reading of its own."""
    with database.reading() as tx:
        return lines_in(tx, keys, account, book)


@dataclass(frozen=True)
class Typed:
    """A line as it came from the form. `values` None: it is to be taken out. `base`: the revision it was shown in."""

    name: str
    sheet: str
    values: Values | None
    base: int = 0


def save(database: Database, keys: Keys, account: Account, book: str, typed: Iterable[Typed]) -> None:
    """Keep what was typed; a line that says what was sent is no draft."""
    with database.transaction() as tx:
        known = lines_in(tx, keys, account, book)
        for one in typed:
            line = known.get(one.name)
            if line is None and (not plain(one.values) or len(known) >= MAX_LINES):
                continue
            base = line.base if line is not None and line.is_draft else one.base
            is_sent = line is not None and line.revision and plain(one.values) == plain(line.sent)
            if (is_sent and one.values is not None) or (
                line is not None and not line.revision and not plain(one.values)
            ):
                tx.execute(
                    "delete from draft where login = ? and book = ? and line = ?", (account.login, book, one.name)
                )
                continue
            if line is not None and line.is_draft and line.typed == one.values:
                continue
            content = sealed(keys, dict(one.values)) if one.values is not None and plain(one.values) else None
            tx.execute(
                "insert into draft values (?, ?, ?, ?, ?, ?, ?) on conflict (login, book, line) "
                "do update set sealed = excluded.sealed, saved_at = excluded.saved_at",
                (account.login, book, one.name, one.sheet, base, content, now().isoformat()),
            )
            known.setdefault(one.name, Line(one.name, one.sheet))


def decide(database: Database, account: Account, book: str, line: str, *, is_mine: bool) -> None:
    """Of a line two people edited: keep one's own, to be sent over the other's, or let it go."""
    with database.transaction() as tx:
        own = (account.login, book, line)
        if not is_mine:
            tx.execute("delete from draft where login = ? and book = ? and line = ?", own)
            return
        query = "select revision from line where authority = ? and book = ? and line = ?"
        row = tx.execute(query, (account.authority, book, line)).fetchone()
        base = row["revision"] if row else 0
        tx.execute("update draft set base = ? where login = ? and book = ? and line = ?", (base, *own))
