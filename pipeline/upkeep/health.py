"""How a town's store is: what fails and what is to be looked at, each a code with arguments, by the town's thresholds.

The one place that says so: `kehila check`, `kehila serve --status`, `/healthz`, `/metrics`, the operations page and the
notices all ask here.
"""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import and_, select

from collectors.base import file_formats
from collectors.mapping_file import format_said
from pipeline.land.drop_folder import drop_folder, waiting_mappings
from pipeline.upkeep.entered import due_since, indicators_due
from pipeline.upkeep.freshness import (
    SourceFreshness,
    StreamFreshness,
    account_troubles,
    source_freshness,
    stream_freshness,
)
from receiver.events import open_inbox
from town.accounts import accounts
from town.staged import staging_modules
from town.store import TownStore
from warehouse.accounts import AccountRef, StreamRef
from warehouse.calendar import last_day
from warehouse.checks import checks
from warehouse.gaps import gaps as unheard
from warehouse.ledger import core, now
from warehouse.ledger_tables import PushReceipt
from warehouse.pulls import open_suspects
from warehouse.tables import Snapshot
from warehouse.validated import unvalidated

Argument = str | int | date | datetime
Level = Literal["warn", "fail"]
LEVELS: tuple[Level, ...] = ("fail", "warn")
"""From the worst."""
ENTRIES_DUE = "entries_due"
VALIDATED_WITHIN = timedelta(days=2)
"""The nightly run looks once a day; where there is none, every `kehila run` does, and whoever closes a month."""
FAILING = ("refused", "held")
"""Verdicts of the gate behind which figures stand still."""


@dataclass(frozen=True)
class Condition:
    """Something that is not as it should be. `about` and `code` tell it from any other, over days and months."""

    level: Level
    code: str
    about: str  # a source, source.account, or a name of ours; nothing personal
    arguments: Mapping[str, Argument]
    since: date | datetime | None = None
    streams: tuple[str, ...] = ()
    account: AccountRef | None = None

    def as_json(self) -> dict[str, Any]:
        """One entry of `conditions` of `kehila check --json`, but for its sentence."""
        return {
            "level": self.level, "code": self.code, "about": self.about, "streams": list(self.streams),
            "since": self.since.isoformat() if self.since else None,
        }  # fmt: skip


def conditions(store: TownStore) -> list[Condition]:
    """Everything that fails or is to be looked at, the worst first; nothing where all is well."""
    found = [
        *services(store, stream_freshness(store)), *files(store, latest_files(store)), *lone_mappings(store),
        *webhooks(store), *_in_trouble(store), *_inbox(store), *_gate(store), *_validated(store), *_pushes(store),
        *_disk(store), *_entries(store),
    ]  # fmt: skip
    return sorted(found, key=lambda one: (LEVELS.index(one.level), one.about, one.code))


def services(store: TownStore, streams: Iterable[StreamFreshness]) -> Iterator[Condition]:
    """Accounts not read well: for too long, or the last time; and empty answers nobody believes."""
    silent = {ref: since for ref, since, _ in open_suspects(store.ledger)}
    configured = {one.ref for one in accounts(store.config, store.authority.code)}
    found: dict[tuple[AccountRef, str], list[tuple[str, datetime | None]]] = defaultdict(list)
    for one in streams:
        if one.ref.account in configured and (code := _code_of(store, one, silent)):
            since = silent.get(one.ref, one.last_success)
            found[one.ref.account, code].append((one.ref.stream, since))
    for (account, code), mine in found.items():
        level: Level = "warn" if code in ("never", "stumbled") else "fail"
        times = [since for _, since in mine if since is not None]
        since = min(times) if len(times) == len(mine) else None
        if code == "overdue" and since is None:
            code = "overdue_never"
        arguments = {"since": since} if since is not None else {}
        yield Condition(level, code, str(account), arguments, since, tuple(name for name, _ in mine), account)


def _code_of(store: TownStore, one: StreamFreshness, silent: Mapping[StreamRef, datetime]) -> str:
    if one.ref in silent:
        return "empty"
    if not one.pulls:
        return "never"
    days = store.config.check.days_of([str(one.ref), str(one.ref.account), one.ref.account.source])
    if one.last_success is None or one.last_success < now() - timedelta(days=days):
        return "overdue"
    return "" if one.status == "done" else "stumbled"


def latest_files(store: TownStore) -> list[SourceFreshness]:
    """Sources that are files, with the last day any of their facts speaks of."""
    read = {stream.name for one in file_formats() for stream in one.streams}
    handed = {module.SOURCE for module in staging_modules() if read & {*module.STREAMS}}
    found: dict[str, SourceFreshness] = {}
    for row in source_freshness(store):
        known = found.get(row["source"])
        if row["source"] in handed and (known is None or row["last_day"] > known["last_day"]):
            found[row["source"]] = row
    return list(found.values())


def files(store: TownStore, latest: Iterable[SourceFreshness]) -> Iterator[Condition]:
    """Files that were not handed over for longer than is usual."""
    for one in latest:
        if one["days_ago"] > store.config.check.days.get(one["source"], store.config.check.file_days):
            yield Condition("warn", "file", one["source"], {"since": one["last_day"]}, one["last_day"])


def lone_mappings(store: TownStore) -> Iterator[Condition]:
    """Tables whose mapping lies in the drop folder, and which have not come."""
    folder = drop_folder(store.config, store.authority.code)
    for one in waiting_mappings(folder) if folder is not None else ():
        since = datetime.fromtimestamp(one.stat().st_mtime, UTC)
        yield Condition("warn", "mapping", format_said(one), {"since": since}, since)


def webhooks(store: TownStore) -> Iterator[Condition]:
    """Stretches of time in which webhooks were not heard, or not all of them."""
    for row in unheard(store.ledger):
        account = AccountRef.parse(row.account)
        told: dict[str, Argument] = {"expected": row.expected or 0, "heard": row.heard or 0}
        told |= {"until": row.until} if row.until else {}
        yield Condition("warn", row.kind, row.account, told, row.since, (), account)


def _in_trouble(store: TownStore) -> Iterator[Condition]:
    for one in account_troubles(store):
        yield Condition("fail", "trouble", str(one.account), {"event": one.event}, one.since, (), one.account)


def _inbox(store: TownStore) -> Iterator[Condition]:
    depth = open_inbox(store.config).depth()
    if depth.oldest_ms is None:
        return
    oldest = datetime.fromtimestamp(depth.oldest_ms / 1000, UTC)
    if now() - oldest > timedelta(minutes=store.config.check.inbox_minutes):
        yield Condition("fail", "not_drained", "inbox", {"count": depth.entries, "since": oldest}, oldest)


def _gate(store: TownStore) -> Iterator[Condition]:
    standing = [one for one in checks(store.ledger) if one.verdict in (*FAILING, "doubted")]
    counts = Counter((one.source, one.verdict) for one in standing)
    for (source, verdict), count in counts.items():
        since = min(one.first_seen_at for one in standing if (one.source, one.verdict) == (source, verdict))
        level: Level = "fail" if verdict in FAILING else "warn"
        yield Condition(level, f"gate_{verdict}", source or "figures", {"count": count}, since)


def _validated(store: TownStore) -> Iterator[Condition]:
    """Files of facts that only kernels have looked at for longer than a day."""
    paths = {one.path for one in unvalidated(store.ledger)}
    folders = sorted({path.rpartition("/")[0] for path in paths})
    # One that is gone `kehila verify` names.
    written = [one.since for folder in folders for one in store.lake.files(folder) if one.path in paths]
    if written and (since := datetime.fromtimestamp(min(written), UTC)) < now() - VALIDATED_WITHIN:
        yield Condition("warn", "not_validated", "facts", {"count": len(written), "since": since}, since)


def _pushes(store: TownStore) -> Iterator[Condition]:
    receipts, snapshots = core(PushReceipt), core(Snapshot)
    same = and_(*(receipts.c[name] == snapshots.c[name] for name in ("authority", "month", "revision")))
    late = and_(receipts.c.authority == store.authority.code, receipts.c.status != "delivered")
    query = select(receipts.c.target, receipts.c.month, snapshots.c.closed_at).join(snapshots, same).where(late)
    with store.engine.connect() as connection:
        for target, month, closed_at in connection.execute(query):
            if now() - closed_at > timedelta(days=store.config.check.push_days):
                yield Condition("fail", "not_pushed", f"push.{target}", {"month": month}, closed_at)


def _entries(store: TownStore) -> Iterator[Condition]:
    """What staff enter as a rule and did not yet enter of the last whole month, some days after it."""
    if (month := due_since(store)) and (due := indicators_due(store, month)):
        yield Condition("warn", ENTRIES_DUE, f"staff {month}", {"month": month, "figure": len(due)}, last_day(month))


def _disk(store: TownStore) -> Iterator[Condition]:
    free = shutil.disk_usage(store.config.base).free >> 20
    if free < store.config.check.disk_mb:
        yield Condition("fail", "disk", "disk", {"figure": free})
