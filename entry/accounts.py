"""Who may use the form: a login name, a role of the catalogue and a title; passwords, and links to choose them by."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from collectors.staff_workbook.layout import WORDS
from entry.database import Database
from warehouse.ledger import now

LINK_HOURS = 48
MIN_PASSWORD, MAX_PASSWORD = 10, 200
"""Letters a password has: as a phrase is, and as many as are worth hashing."""
MAX_LOGIN, MAX_TITLE = 60, 60
_LOGIN = re.compile(r"[\w][\w.@+-]*")
ROLES = tuple(WORDS["owner"])
"""The roles of the catalogue: whose figures somebody is asked for."""
_HASHING = threading.BoundedSemaphore(2)  # each takes 64 MiB for a moment


class AccountProblem(Exception):
    """What was asked of an account cannot be done; the message says why."""


@dataclass(frozen=True)
class Account:
    """Somebody who enters figures of an authority. What the town calls the role is the `title`."""

    login: str
    authority: str
    role: str
    title: str
    has_password: bool = False


def plain_login(text: str) -> str:
    """A login name as it is compared."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def add(database: Database, account: Account) -> str:
    """Add an account; gives the token of its first link. Raises AccountProblem."""
    login = plain_login(account.login)
    if not _LOGIN.fullmatch(login) or len(login) > MAX_LOGIN:
        raise AccountProblem(f"a login name has letters, digits and . @ + - _, {MAX_LOGIN} at most")
    if account.role not in ROLES:
        raise AccountProblem(f"there is no such role; roles are: {', '.join(ROLES)}")
    if len(account.title) > MAX_TITLE or not account.title.isprintable():
        raise AccountProblem(f"a title has {MAX_TITLE} letters at most, and no line breaks")
    with database.transaction() as tx:
        if tx.execute("select 1 from account where login = ?", (login,)).fetchone():
            raise AccountProblem("somebody has that login name already; `kehila staff reset` gives a new link")
        tx.execute(
            "insert into account (login, authority, role, title, added_at) values (?, ?, ?, ?, ?)",
            (login, account.authority, account.role, account.title or account.role, now().isoformat()),
        )
    return reset(database, account.authority, login)


def reset(database: Database, authority: str, login: str) -> str:
    """The token of a new link by which a password is chosen; the link before it, and the password, are no more valid.

    Raises AccountProblem.
    """
    token = secrets.token_urlsafe(32)
    until = now() + timedelta(hours=LINK_HOURS)
    with database.transaction() as tx:
        query = "update account set password = '' where login = ? and authority = ?"
        if not tx.execute(query, (plain_login(login), authority)).rowcount:
            raise AccountProblem("nobody has that login name here; `kehila staff list` shows who there is")
        tx.execute("delete from session where login = ?", (plain_login(login),))
        tx.execute("delete from link where login = ?", (plain_login(login),))
        tx.execute("insert into link values (?, ?, ?)", (digest(token), plain_login(login), until.isoformat()))
    return token


def remove(database: Database, authority: str, login: str) -> None:
    """Remove an account with its sessions and drafts; what was sent stays. Raises AccountProblem."""
    with database.transaction() as tx:
        query = "delete from account where login = ? and authority = ?"
        if not tx.execute(query, (plain_login(login), authority)).rowcount:
            raise AccountProblem("nobody has that login name here; `kehila staff list` shows who there is")


def accounts(database: Database, authority: str) -> list[Account]:
    """All accounts of an authority."""
    with database.reading() as tx:
        rows = tx.execute("select * from account where authority = ? order by login", (authority,)).fetchall()
    return [_account(row) for row in rows]


def find(database: Database, login: str) -> Account | None:
    """The account of a login name."""
    with database.reading() as tx:
        row = tx.execute("select * from account where login = ?", (plain_login(login),)).fetchone()
    return _account(row) if row else None


def of_link(database: Database, token: str) -> Account | None:
    """Whose link this is; None when it was used, replaced, or is too old."""
    query = "select a.* from account a join link l on l.login = a.login where l.token = ? and l.until_at > ?"
    with database.reading() as tx:
        row = tx.execute(query, (digest(token), now().isoformat())).fetchone()
    return _account(row) if row else None


def password_fault(password: str, login: str) -> str:
    """The code of what is wrong with a password; '' where nothing is."""
    if len(password) < MIN_PASSWORD:
        return "password_short"
    if len(password) > MAX_PASSWORD:
        return "password_long"
    if plain_login(password) == plain_login(login) or len(set(password)) < 4:
        return "password_plain"
    return ""


def choose(database: Database, token: str, password: str) -> Account | None:
    """Use a link: its password from now on; every session of before ends. None when the link is no more valid."""
    with _HASHING:
        hashed = _hasher().hash(password.encode("utf-8", "surrogatepass"))
    with database.transaction() as tx:
        query = "delete from link where token = ? and until_at > ? returning login"
        row = tx.execute(query, (digest(token), now().isoformat())).fetchone()
        if row is None:
            return None
        tx.execute("update account set password = ? where login = ?", (hashed, row["login"]))
        tx.execute("delete from session where login = ?", (row["login"],))
        return _account(tx.execute("select * from account where login = ?", (row["login"],)).fetchone())


def check(database: Database, login: str, password: str) -> Account | None:
    """The account of a login and its password. It takes as long where there is none of that name."""
    with database.reading() as tx:
        row = tx.execute("select * from account where login = ?", (plain_login(login),)).fetchone()
    hashed = row["password"] if row and row["password"] else _nobodys()
    is_right = False
    with _HASHING:
        try:
            is_right = _hasher().verify(hashed, password[: MAX_PASSWORD + 1].encode("utf-8", "surrogatepass"))
        except (VerificationError, InvalidHashError):
            is_right = False
    return _account(row) if is_right and row and row["password"] else None


def _account(row: object) -> Account:
    found = dict(row)  # type: ignore[call-overload]
    return Account(found["login"], found["authority"], found["role"], found["title"], bool(found["password"]))


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys() -> str:
    return _hasher().hash(secrets.token_bytes(16))


def age(when: str) -> timedelta:
    """How long ago an instant of the file is."""
    return now() - datetime.fromisoformat(when)
