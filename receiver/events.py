"""What draining reads: the inbox's entries, each with its permanent key and the account it is for.

Both are found here and not on arrival: a body nobody can parse never troubles the receiver, and an account
configured later gets what waited for it.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from collectors.hooks import Hook, HookAccount, Reading, body_key, hooks, routes
from town.accounts import all_accounts, authority_of
from town.config import Config
from town.hook_accounts import owner_of, ref_of
from warehouse.accounts import AccountRef
from warehouse.inbox import START, Inbox, Position
from warehouse.keys import Keys, load_root_key


class Event(NamedTuple):
    """One body for one account; it is None, and `authority` and `owner` empty, when it is for nobody configured.

    `key` is equal for all deliveries of one event, and keyed: it tells nothing. Of a batch take what names `owner`.
    `position` is behind the body: it is drained when all its events are.
    """

    position: Position
    hook: str
    authority: str
    account: AccountRef | None
    owner: str
    received_at: datetime
    late: bool
    key: str
    body: bytes

    def __repr__(self) -> str:
        return f"Event({self.hook}, {self.account}, {self.position}, {len(self.body)} bytes)"

    @property
    def stored_account(self) -> str:
        """The account as the ledger holds it: '' when it is nobody's."""
        return str(self.account) if self.account else ""


def open_inbox(config: Config) -> Inbox:
    """The installation's one inbox: `inbox/` and `keys/inbox/` beside the configuration."""
    keys = Keys(load_root_key(config.keys.root, config.base), "")
    return Inbox(config.base / "inbox", config.base / "keys" / "inbox", keys)


def events(config: Config, after: Position = START) -> Iterator[Event]:
    """Everything `after` a position of the inbox, in the order received.

    Raises InboxDamaged (read on from its `resume`) and KeyProblem.
    """
    digest_key = Keys(load_root_key(config.keys.root, config.base), "").derive("webhook")
    known: dict[str, tuple[Hook | None, dict[str, HookAccount]]]
    known = {hook.name: (hook, _accounts(config, hook)) for hook in hooks()}
    for entry in open_inbox(config).read(after):
        hook, accounts = known.get(entry.hook, (None, {}))
        reading = hook.reading(entry.body) if hook else Reading(body_key(entry.body))
        content = f"{entry.hook}\x1f{reading.key}".encode("utf-8", "surrogatepass")
        key = hmac.digest(digest_key, content, "sha256").hex()
        vouching = [accounts[place] for place in entry.accounts if place in accounts]
        for one in routes(vouching, reading.owners):
            authority, owner = (one.authority, one.owner) if one else ("", "")
            account = ref_of(one) if one else None
            yield Event(
                entry.position, entry.hook, authority, account, owner, entry.received_at, entry.late, key, entry.body
            )


def _accounts(config: Config, hook: Hook) -> dict[str, HookAccount]:
    """The accounts a hook's bodies may be for, by `source.name`, without their secrets."""
    found = [
        HookAccount(authority_of(config, one), one.ref.source, one.ref.name, owner_of(config, hook, one))
        for one in all_accounts(config, hook.owner_setting)
        if one.section.authority or len(config.authority) == 1
    ]
    return {str(ref_of(one)): one for one in found}
