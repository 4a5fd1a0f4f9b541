"""Reconciling: what webhooks missed is pulled, what pulls were wished for is granted, what cannot be had is told.

A pull reads from its last good one, and from so far before it as the stream's lookback says: whatever webhooks
missed since lies in that window, and rows that came both ways are staged once. So nothing more than a pull is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pipeline.collect.collect import collect
from pipeline.collect.manner import PLAIN, Manner
from pipeline.collect.pull import Pulled
from pipeline.events import landed, months_between
from pipeline.gaps.missed_events import as_json, look
from pipeline.refresh.outcome import Refreshed
from pipeline.refresh.refresh import refresh
from town.accounts import accounts
from town.config import ConfigProblem
from town.store import TownStore
from warehouse.accounts import AccountRef
from warehouse.events import done as grant
from warehouse.events import due
from warehouse.ledger import now
from warehouse.ledger_tables import GapRow
from warehouse.pulls import last_done, last_pulls

RECENT = timedelta(hours=6)
"""The night's reconciling leaves alone what the night's collecting has just read."""


@dataclass
class Reconciled:
    """What came of it."""

    pulled: list[Pulled] = field(default_factory=list)
    gaps: list[GapRow] = field(default_factory=list)  # those still open
    healed: list[GapRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refreshed: Refreshed = field(default_factory=Refreshed)

    def as_json(self) -> dict[str, Any]:
        """The object `kehila reconcile --json` prints."""
        return {
            "streams": [one.as_json() for one in self.pulled], "gaps": [as_json(one) for one in self.gaps],
            "healed": [as_json(one) for one in self.healed], "notes": self.notes, "refreshed": self.refreshed.as_json(),
        }  # fmt: skip


def reconcile(
    store: TownStore, only: str | None = None, *, unless_since: datetime | None = None, manner: Manner = PLAIN
) -> Reconciled:
    """Pull every account (or `only` SOURCE or SOURCE.ACCOUNT), look for gaps, bring facts up to date.

    With `unless_since`, accounts all of whose streams were read well after it (an instant, UTC) are left alone.
    `manner` is how the pulls are shown. An account without secrets is not pulled, and noted. Raises ConfigProblem when
    `only` names no account, KeyProblem when a secret cannot be read.
    """
    done = Reconciled()
    for one in accounts(store.config, store.authority.code, only):
        account = one.ref
        if unless_since is not None and _is_read(store, account, unless_since):
            continue
        started = now()
        try:
            pulled = collect(store, str(account), manner=manner)
        except ConfigProblem as problem:  # one that only receives webhooks has no secrets to pull with
            done.notes.append(f"{account} is not pulled: {problem}")
            continue
        acknowledge_pulls(store, pulled, started)
        done.pulled += pulled
    done.gaps, done.healed = look(store)
    done.refreshed = refresh(store)
    return done


def acknowledge_pulls(store: TownStore, pulled: Sequence[Pulled], started: datetime) -> None:
    """After collecting: close the scheduled pulls that were due when it `started` (UTC), and announce what landed.

    A pull stays due when a stream of its account failed or gave a suspect answer.
    """
    wishes = due(store.ledger, started)
    for account in {one.ref.account for one in pulled}:
        mine = [one for one in pulled if one.ref.account == account]
        if account in wishes and all(one.status == "done" for one in mine):
            grant(store.ledger, account, wishes[account])
    new = [one for one in pulled if one.records and one.status == "done"]
    windows = [last_pulls(store.ledger, one.ref, 1) for one in new]
    months = {month for found in windows for row in found for month in months_between(row.since, row.until)}
    landed(store.authority.code, [one.ref.stream for one in new], months)


def _is_read(store: TownStore, account: AccountRef, since: datetime) -> bool:
    """Whether every stream of an account that was ever read was read well after an instant."""
    times = [at for ref, at in last_done(store.ledger).items() if ref.account == account]
    wished = due(store.ledger, now()).get(account, ())
    return bool(times) and min(times) >= since and not any(at > min(times) for at in wished)
