"""A month's life: publish it as it stands, close it into a numbered snapshot, restate it, push it.

A snapshot is never edited. What changes after closing is written as a restatement, and becomes a new
revision only when somebody asks for one.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from flows.config import PushTarget
from flows.events import month_closed
from flows.town_store import TownStore
from transforms.calendar import last_day
from warehouse.keys import load_secret
from warehouse.ledger import core, now
from warehouse.ledger_tables import PushReceipt
from warehouse.store import transaction, upsert
from warehouse.tables import IndicatorValue, MonthState, Restatement, Snapshot, SnapshotValue

PLACE = ("indicator", "cut", "space", "part")
PUBLISHED = ("value", "status", "quality", "definition_version")


class ClosingProblem(Exception):
    """The month cannot be closed, published or pushed; the message names the remedy."""


@dataclass(frozen=True)
class Closed:
    """A closed month: its revision, folder and manifest; `is_new` is false when it was closed before."""

    month: str
    revision: int
    folder: str
    manifest_sha256: str
    is_new: bool

    def as_json(self) -> dict[str, Any]:
        """The object `kehila close --json` prints."""
        return dict(vars(self))


def latest_snapshot(store: TownStore, month: str) -> Any:
    """The row of the month's latest snapshot, or None."""
    table = core(Snapshot)
    mine = (table.c.authority == store.authority.code) & (table.c.month == month)
    with store.engine.connect() as connection:
        return connection.execute(select(table).where(mine).order_by(table.c.revision.desc()).limit(1)).first()


def closed_months(store: TownStore) -> frozenset[str]:
    """Months that were published."""
    table = core(Snapshot)
    with store.engine.connect() as connection:
        query = select(table.c.month).where(table.c.authority == store.authority.code).distinct()
        return frozenset(connection.execute(query).scalars())


def close(store: TownStore, month: str, *, again: bool = False) -> Closed:
    """Write the monthly outcome snapshot; with `again`, a new revision of a month that was restated.

    Raises ClosingProblem when the month is not over or nothing was computed for it.
    """
    if last_day(month) >= store.today:
        raise ClosingProblem(f"{month} is not over yet; close it from the first day of the next month on")
    before = latest_snapshot(store, month)
    restated = before is not None and bool(differences(store, month, before.revision))
    if before is not None and not (again and restated):
        return Closed(month, before.revision, before.folder, before.manifest_sha256, is_new=False)
    rows = _values(store, month)
    if not rows:
        raise ClosingProblem(f"nothing is computed for {month}; run `kehila run --month {month}` first")
    from publishers.snapshot import build_snapshot

    revision = 1 if before is None else before.revision + 1
    folder = store.output / "snapshots"
    own = folder / store.authority.code / month / f"r{revision}"
    if own.exists():
        shutil.rmtree(own)  # left by a close that was killed before the ledger knew of it: never published
    closed_at = now().replace(microsecond=0)
    manifest = build_snapshot(store.engine, store.authority.code, month, revision, closed_at, folder)
    place = own.relative_to(store.output).as_posix()
    code = store.authority.code
    snapshot = {
        "authority": code, "month": month, "revision": revision, "closed_at": closed_at,
        "manifest_sha256": manifest, "folder": place,
    }  # fmt: skip
    kept = [
        {
            "authority": code, "month": month, "snapshot_revision": revision,
            **{name: getattr(row, name) for name in (*PLACE, *PUBLISHED)},
        }
        for row in rows
    ]  # fmt: skip
    with transaction(store.engine) as tx:
        upsert(tx, SnapshotValue, kept)
        upsert(tx, Snapshot, [snapshot])
        upsert(tx, MonthState, [{"authority": code, "month": month, "state": "closed", "revision": revision}])
    month_closed(code, month, revision)
    return Closed(month, revision, place, manifest, is_new=True)


def _values(store: TownStore, month: str) -> list[Any]:
    table = core(IndicatorValue)
    mine = (table.c.authority == store.authority.code) & (table.c.month == month)
    with store.engine.connect() as connection:
        return list(connection.execute(select(table).where(mine)))


def differences(store: TownStore, month: str, revision: int) -> list[dict[str, Any]]:
    """Cells of a closed month that are now known to be different from what was published."""
    table = core(SnapshotValue)
    mine = (table.c.authority == store.authority.code) & (table.c.month == month)
    with store.engine.connect() as connection:
        kept = list(connection.execute(select(table).where(mine & (table.c.snapshot_revision == revision))))
    published = {tuple(getattr(row, name) for name in PLACE): row for row in kept}
    known = {tuple(getattr(row, name) for name in PLACE): row for row in _values(store, month)}
    found = []
    for place in sorted(set(published) | set(known)):
        old, new = published.get(place), known.get(place)
        old_cell = (old.value, old.status) if old else (None, "missing")
        new_cell = (new.value, new.status) if new else (None, "missing")
        if old_cell == new_cell:
            continue
        redefined = old is not None and new is not None and old.definition_version != new.definition_version
        found.append(
            {
                "authority": store.authority.code, "month": month, "snapshot_revision": revision,
                **dict(zip(PLACE, place, strict=True)), "cell_revision": new.revision if new else 0,
                "old_value": old_cell[0], "new_value": new_cell[0], "old_status": old_cell[1],
                "new_status": new_cell[1], "reason": "definition" if redefined else "facts", "source": "",
            }
        )  # fmt: skip
    return found


def note_restatements(store: TownStore, sources: list[str]) -> int:
    """Write a restatement for every cell of a closed month that changed; gives how many were new."""
    snapshots = core(Snapshot)
    mine = snapshots.c.authority == store.authority.code
    with store.engine.connect() as connection:
        query = select(snapshots.c.month, func.max(snapshots.c.revision)).where(mine).group_by(snapshots.c.month)
        latest = [(str(month), int(revision)) for month, revision in connection.execute(query)]
    written = 0
    for month, revision in latest:
        rows = differences(store, month, revision)
        if not rows:
            continue
        named = [{**row, "source": " ".join(sources)} for row in rows]
        with transaction(store.engine) as tx:
            table = core(Restatement)
            keys = [table.c[name] for name in (*PLACE, "cell_revision")]
            here = (table.c.authority == store.authority.code) & (table.c.month == month)
            stored = set(tx.execute(select(*keys).where(here & (table.c.snapshot_revision == revision))).tuples())
            new = [row for row in named if tuple(row[n] for n in (*PLACE, "cell_revision")) not in stored]
            written += upsert(tx, Restatement, new)
            state = {"authority": store.authority.code, "month": month, "state": "restated", "revision": revision}
            upsert(tx, MonthState, [state])
    return written


def publish(store: TownStore, month: str) -> Path:
    """Write the month's workbooks, page and data package as it stands now; gives the folder."""
    from publishers.package import package
    from publishers.page import page
    from publishers.reading import read_report
    from publishers.workbook import workbook

    if not _values(store, month):
        raise ClosingProblem(f"nothing is computed for {month}; run `kehila run --month {month}` first")
    code = store.authority.code
    folder = store.output / "reports" / code / month
    report = read_report(store.engine, code, month)
    files = {f"kehila-{code}-{month}.html": page(report).encode()}
    for language in store.authority.languages:
        files[f"kehila-{code}-{month}-{language}.xlsx"] = workbook(report, language)
    files |= {f"package/{name}": content for name, content in package(report).items()}
    for name, content in files.items():
        # Somebody may have the page open: a whole new file takes the old one's place.
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".{target.name}.tmp")
        unfinished.write_bytes(content)
        unfinished.replace(target)
    return folder


def push(store: TownStore, month: str | None) -> list[dict[str, Any]]:
    """Deliver each closed month (or the one named) to every target that has not got it yet."""
    if not store.config.push:
        raise ClosingProblem("no push target is configured; add a [push.NAME] section to kehila.toml")
    table = core(Snapshot)
    mine = table.c.authority == store.authority.code
    if month:
        mine &= table.c.month == month
    with store.engine.connect() as connection:
        snapshots = list(connection.execute(select(table).where(mine).order_by(table.c.month, table.c.revision)))
    if not snapshots:
        raise ClosingProblem("no month is closed yet; run `kehila close --month YYYY-MM` first")
    return [_deliver(store, row, name, target) for row in snapshots for name, target in store.config.push.items()]


def _deliver(store: TownStore, snapshot: Any, name: str, target: PushTarget) -> dict[str, Any]:
    """One logical delivery: the same key for every attempt, a receipt in the ledger when it arrived."""
    from publishers.placing import SnapshotDamaged
    from publishers.push import PushRefused
    from publishers.push import push as deliver

    code = store.authority.code
    receipts = core(PushReceipt)
    key = {"authority": code, "month": snapshot.month, "revision": snapshot.revision, "target": name}
    where = receipts.c.authority == code
    for column in ("month", "revision", "target"):
        where &= receipts.c[column] == key[column]
    with store.engine.connect() as connection:
        before = connection.execute(select(receipts).where(where)).first()
    if before is not None and before.status == "delivered":
        return {**key, "status": "delivered", "attempts": before.attempts, "receipt": before.receipt, "is_new": False}
    attempts = (before.attempts if before is not None else 0) + 1
    idempotency = f"{code}-{snapshot.month}-r{snapshot.revision}"
    row = {
        **key,
        "status": "pending",
        "attempts": attempts,
        "idempotency_key": idempotency,
        "receipt": "",
        "delivered_at": None,
    }
    with transaction(store.engine) as tx:
        upsert(tx, PushReceipt, [row])
    try:
        receipt = deliver(store.output / snapshot.folder, _target(store, target))
    except (PushRefused, SnapshotDamaged) as problem:
        outcome = {**row, "status": "failed", "receipt": str(problem)[:200]}
    else:
        arrived = receipt.status == "delivered"
        outcome = {**row, "status": receipt.status, "receipt": receipt.answer or receipt.problem}
        outcome["delivered_at"] = now() if arrived else None
    with transaction(store.engine) as tx:
        upsert(tx, PushReceipt, [outcome])
    return {**key, "status": outcome["status"], "attempts": attempts, "receipt": outcome["receipt"], "is_new": True}


def _target(store: TownStore, target: PushTarget) -> Any:
    """The publisher's target from the configuration, its secret fetched by reference."""
    from publishers.push import FolderTarget, HttpTarget

    if target.kind == "folder":
        return FolderTarget(store.config.base / target.path)
    secret = load_secret(target.secret, store.config.base)
    return HttpTarget(target.url, secret, frozenset(target.allow_hosts), frozenset(target.private_hosts))
