"""Sessions, and how often somebody may try a password: both outlive a restart of the form."""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta

from entry.accounts import Account, age, digest, find
from entry.database import Database
from warehouse.ledger import now

IDLE, ABSOLUTE = timedelta(hours=1), timedelta(hours=10)
"""A session ends when nothing was asked for so long, and at the end of a working day whatever happens."""
SEEN = timedelta(minutes=1)
"""How exactly it is known when somebody was here last: not each request writes."""
WINDOW_SECONDS = 15 * 60.0
MAX_BY_BOTH, MAX_BY_ADDRESS, MAX_BY_ACCOUNT = 5, 30, 50
"""Wrong passwords in that time: of one account from one address, from one address, and of one account from anywhere. A
stranger who knows a login name locks out whoever shares his address, and nobody else before the last of them."""


@dataclass(frozen=True)
class Session:
    """Somebody who is signed in, and what a form of theirs carries."""

    account: Account
    token: str

    @property
    def form_token(self) -> str:
        """What every form of the session carries."""
        return hmac.new(self.token.encode(), b"form", "sha256").hexdigest()

    def is_own(self, form_token: str) -> bool:
        """Whether a form came from a page of this session."""
        return hmac.compare_digest(form_token.encode("utf-8", "surrogatepass"), self.form_token.encode())


def begin(database: Database, account: Account) -> Session:
    """A new session: its token is made now, whatever the browser had before."""
    token, at = secrets.token_urlsafe(32), now()
    with database.transaction() as tx:
        tx.execute("delete from session where begun_at < ?", ((at - ABSOLUTE).isoformat(),))
        tx.execute(
            "insert into session values (?, ?, ?, ?)", (digest(token), account.login, at.isoformat(), at.isoformat())
        )
    return Session(account, token)


def resume(database: Database, token: str) -> Session | None:
    """The session of a token; None when there is none, or it was idle or lasted too long."""
    if not token:
        return None
    with database.reading() as tx:
        row = tx.execute("select * from session where token = ?", (digest(token),)).fetchone()
    if row is None:
        return None
    if age(row["seen_at"]) > IDLE or age(row["begun_at"]) > ABSOLUTE:
        end(database, token)
        return None
    if age(row["seen_at"]) > SEEN:
        with database.transaction() as tx:
            tx.execute("update session set seen_at = ? where token = ?", (now().isoformat(), row["token"]))
    account = find(database, row["login"])
    return Session(account, token) if account else None


def end(database: Database, token: str) -> None:
    """End a session, for good."""
    with database.transaction() as tx:
        tx.execute("delete from session where token = ?", (digest(token),))


class Attempts:
    """Wrong passwords of late. An account is known here by a keyed digest of its name: it need not exist."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database, self._key = database, key

    def may_try(self, login: str, address: str) -> bool:
        """Whether a password may be tried now. It is counted before it is looked at, so that many at once count."""
        at = time.time()
        names = self._names(login, address)
        with self._database.transaction() as tx:
            tx.execute("delete from attempt where at < ?", (at - WINDOW_SECONDS,))
            for (kind, name), maximum in names.items():
                query = "select count(*) from attempt where kind = ? and name = ?"
                if tx.execute(query, (kind, name)).fetchone()[0] >= maximum:
                    return False
            tx.executemany("insert into attempt values (?, ?, ?)", [(*name, at) for name in names])
        return True

    def forget(self, login: str, address: str) -> None:
        """It was right."""
        with self._database.transaction() as tx:
            for name in self._names(login, address):
                query = "select max(rowid) from attempt where kind = ? and name = ?"
                tx.execute(f"delete from attempt where rowid = ({query})", name)  # noqa: S608 (both are ours)
            both = next(iter(self._names(login, address)))
            tx.execute("delete from attempt where kind = ? and name = ?", both)

    def lift(self, login: str) -> None:
        """End the wait of a login, from wherever it was tried: its password is another one now."""
        with self._database.transaction() as tx:
            tx.execute("delete from attempt where kind = 'account' and name = ?", (self._keyed(login),))
            tx.execute("delete from attempt where kind = 'both' and name like ?", (f"{self._keyed(login)}|%",))

    def _keyed(self, text: str) -> str:
        return hmac.new(self._key, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:32]

    def _names(self, login: str, address: str) -> dict[tuple[str, str], int]:
        return {
            ("both", f"{self._keyed(login)}|{self._keyed(address)}"): MAX_BY_BOTH,
            ("address", self._keyed(address)): MAX_BY_ADDRESS,
            ("account", self._keyed(login)): MAX_BY_ACCOUNT,
        }
