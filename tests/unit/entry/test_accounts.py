"""Accounts, links, sessions and tries: what opens the form, for how long, and what does not."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from cli.staff import ROLES as SAID
from entry import accounts, lines, sessions
from entry.accounts import Account, AccountProblem
from entry.database import Database, FormDamaged
from entry.sessions import Attempts
from warehouse.keys import Keys

NOW = datetime(2026, 11, 5, 9, tzinfo=UTC)
PASSWORD = "four cats in a row"


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path)


def account(database: Database, login: str = "community") -> str:
    return accounts.add(database, Account(login, "0070", "community worker", "רכזת"))


def test_the_file_is_its_owners_alone_and_holds_no_password_token_or_session(database: Database) -> None:
    token = account(database)
    accounts.choose(database, token, PASSWORD)
    session = sessions.begin(database, Account("community", "0070", "community worker", ""))
    content = database.path.read_bytes()
    assert stat.S_IMODE(database.path.stat().st_mode) == 0o600
    assert b"$argon2id$" in content
    assert not any(one.encode() in content for one in (PASSWORD, token, session.token, session.form_token))


def test_a_link_works_once_and_a_new_one_ends_the_old_one_and_the_password(database: Database) -> None:
    first = account(database)
    second = accounts.reset(database, "0070", "Community ")
    assert accounts.choose(database, first, PASSWORD) is None and accounts.of_link(database, first) is None
    assert accounts.choose(database, second, PASSWORD) is not None
    assert accounts.choose(database, second, "another good one") is None
    assert accounts.check(database, "COMMUNITY", PASSWORD) is not None
    session = sessions.begin(database, accounts.accounts(database, "0070")[0])
    accounts.reset(database, "0070", "community")
    assert accounts.check(database, "community", PASSWORD) is None
    assert sessions.resume(database, session.token) is None


def test_a_link_is_too_old_after_two_days(database: Database) -> None:
    with time_machine.travel(NOW, tick=False):
        token = account(database)
    with time_machine.travel(NOW + timedelta(hours=47), tick=False):
        assert accounts.of_link(database, token) is not None
    with time_machine.travel(NOW + timedelta(hours=49), tick=False):
        assert accounts.of_link(database, token) is None and accounts.choose(database, token, PASSWORD) is None


@pytest.mark.parametrize(
    ("after", "is_there"), [([30, 60, 90, 120], True), ([61], False), ([55] * 10 + [55], False), ([55] * 10, True)]
)
def test_a_session_ends_when_nobody_was_there_and_at_the_end_of_the_day(
    database: Database, after: list[int], is_there: bool
) -> None:
    account(database)
    with time_machine.travel(NOW, tick=False) as clock:
        session = sessions.begin(database, accounts.accounts(database, "0070")[0])
        found = None
        for minutes in after:
            clock.shift(timedelta(minutes=minutes if len(after) != 4 else 30))
            found = sessions.resume(database, session.token)
        assert (found is not None) is is_there


def test_a_session_that_was_ended_is_no_more_and_one_nobody_began_never_was(database: Database) -> None:
    account(database)
    session = sessions.begin(database, accounts.accounts(database, "0070")[0])
    assert sessions.resume(database, session.token) is not None
    sessions.end(database, session.token)
    assert sessions.resume(database, session.token) is None and sessions.resume(database, "") is None
    other = sessions.begin(database, session.account)
    assert not other.is_own(session.form_token) and not other.is_own("") and other.is_own(other.form_token)


def test_tries_are_counted_of_account_and_address_also_after_a_restart(database: Database) -> None:
    key = bytes(32)
    for _ in range(5):
        assert Attempts(database, key).may_try("community", "1.2.3.4")
    assert not Attempts(database, key).may_try("community", "1.2.3.4")
    assert Attempts(Database(database.path.parent), key).may_try("community", "5.6.7.8"), "she herself comes in"
    assert not Attempts(Database(database.path.parent), key).may_try("community", "1.2.3.4")
    for number in range(30):
        Attempts(database, key).may_try(f"guess{number}", "9.9.9.9")
    assert not Attempts(database, key).may_try("somebody", "9.9.9.9")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16)):
        assert Attempts(database, key).may_try("community", "1.2.3.4")
    assert b"community" not in b"".join(database.path.read_bytes().split(b"community worker"))


def test_a_right_password_clears_what_was_counted_of_it(database: Database) -> None:
    tries = Attempts(database, bytes(32))
    for _ in range(20):
        assert tries.may_try("community", "1.2.3.4")
        tries.forget("community", "1.2.3.4")


@pytest.mark.parametrize("login", ["", " ", "a b", "<b>", "a" * 61, "x\0y", "-x"])
def test_a_login_is_a_plain_word(database: Database, login: str) -> None:
    with pytest.raises(AccountProblem, match="login name"):
        account(database, login)


def test_nobody_is_added_twice_and_who_is_not_there_is_not_reset(database: Database) -> None:
    account(database)
    with pytest.raises(AccountProblem, match="already"):
        account(database, " COMMUNITY")
    for act in (accounts.reset, accounts.remove):
        with pytest.raises(AccountProblem, match="nobody"):
            act(database, "0031", "community")


@pytest.mark.parametrize(
    ("password", "fault"),
    [("short", "password_short"), ("x" * 201, "password_long"), ("aaaaaaaaaaaa", "password_plain"),
     ("community-community", "password_plain"), (PASSWORD, "")],
)  # fmt: skip
def test_what_is_wrong_with_a_password(password: str, fault: str) -> None:
    assert accounts.password_fault(password, "community-community") == fault


def test_a_login_nobody_has_takes_as_long_as_a_wrong_password(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.choose(database, account(database), PASSWORD)
    hashed: list[str] = []
    real = accounts._hasher()

    class Counting:
        def verify(self, kept: str, given: bytes) -> bool:
            hashed.append(kept)
            return real.verify(kept, given)

    monkeypatch.setattr(accounts, "_hasher", lambda: Counting())
    monkeypatch.setattr(accounts, "_nobodys", lambda: real.hash("x"))
    assert (
        accounts.check(database, "nobody", "wrong") is None and accounts.check(database, "community", "wrong") is None
    )
    assert len(hashed) == 2 and all(one.startswith("$argon2id$") for one in hashed)


def test_roles_of_the_command_are_those_of_the_catalogue() -> None:
    assert SAID == accounts.ROLES


def test_a_file_that_is_no_database_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "entry.db").write_bytes(b"nonsense" * 1000)
    with pytest.raises(FormDamaged, match="move it away"):
        Database(tmp_path)


def test_who_is_removed_takes_sessions_links_and_drafts_along_and_nothing_of_others(database: Database) -> None:
    keys, other = Keys(bytes(32), "0070"), "north"
    for login in ("community", other):
        account(database, login)
        own = Account(login, "0070", "community worker", "")
        sessions.begin(database, own)
        lines.save(database, keys, own, "2026-10", [lines.Typed("n-1", "monthly", {"amount": "1"})])
    accounts.remove(database, "0070", "community")
    with database.reading() as tx:
        left = {
            name: [row["login"] for row in tx.execute(f"select login from {name}")]
            for name in ("session", "link", "draft")
        }
    assert left == {"session": [other], "link": [other], "draft": [other]}


def test_a_new_password_ends_the_wait_of_a_login_from_wherever_it_was_tried(database: Database) -> None:
    attempts = Attempts(database, b"k" * 32)
    for address in ("192.0.2.1", "192.0.2.2"):
        for login in ("community", "north"):
            while attempts.may_try(login, address):
                pass
    attempts.lift("community")
    assert all(attempts.may_try("community", address) for address in ("192.0.2.1", "192.0.2.2"))
    assert not any(attempts.may_try("north", address) for address in ("192.0.2.1", "192.0.2.2"))
    crowd = [f"198.51.100.{number}" for number in range(60)]
    assert not all(attempts.may_try("community", address) for address in crowd)
    attempts.lift("community")
    assert attempts.may_try("community", "203.0.113.1"), "nor does what strangers tried elsewhere count on"
