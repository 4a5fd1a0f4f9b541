"""Pushing closed months to the configured targets, each once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import select

from town.delivery_time import last_delivery
from town.faults import MonthProblem, NothingYet
from town.sections import PushTarget
from town.store import TownStore
from warehouse.closed_days import closed_days
from warehouse.keys import KeyProblem, load_secret
from warehouse.ledger import core, now, select_rows
from warehouse.ledger_tables import PushReceipt
from warehouse.locks import one_at_a_time
from warehouse.row_sums import refuse_damaged
from warehouse.store import transaction, upsert
from warehouse.tables import Snapshot

if TYPE_CHECKING:
    from publishers.delivery import Target


class Delivery(TypedDict):
    """One snapshot and one target: what `kehila push --json` prints of it."""

    authority: str
    month: str
    revision: int
    target: str
    status: str  # delivered, failed or pending; waiting for the day mail is sent
    attempts: int  # of all runs together
    receipt: str  # what the target answered, or what went wrong
    is_new: bool  # False where it was delivered by an earlier run


def push(store: TownStore, month: str | None, *, by_itself: bool = False) -> list[Delivery]:
    """Deliver each closed month (or the one named) to every target that has not got it yet.

    Readers by mail get the last revision of the last closed month (or of the one named); where nobody asks for it but
    a schedule (`by_itself`) from the next first working Sunday on. Gives one entry a month and target, those delivered
    by an earlier run too. A delivery that fails raises nothing: its `status` says so, and the next run tries again with
    the same key. Where no month is closed yet there is nothing to deliver. Raises MonthProblem when no target is
    configured, NothingYet when the month named is not closed, and DatabaseDamaged.
    """
    if not store.config.push:
        raise MonthProblem("no push target is configured; add a [push.NAME] section to kehila.toml")
    refuse_damaged(store.engine, (Snapshot, PushReceipt))
    table = core(Snapshot)
    mine = table.c.authority == store.authority.code
    if month:
        mine &= table.c.month == month
    snapshots = select_rows(store.engine, Snapshot, select(table).where(mine).order_by(table.c.month, table.c.revision))
    if month and not snapshots:
        raise NothingYet(f"{month} is not closed; run `kehila close --month {month}` first")
    wanted = [
        (row, name, target)
        for row in snapshots
        for name, target in store.config.push.items()
        if target.kind != "mail" or row == snapshots[-1]
    ]
    early = _early(store, snapshots) if by_itself else frozenset()
    return [
        _deliver(store, row, name, target, target.kind == "mail" and row.month in early) for row, name, target in wanted
    ]


def _early(store: TownStore, snapshots: Sequence[Snapshot]) -> frozenset[str]:
    """Months whose last revision was closed after the last moment at which mail was sent."""
    sent = last_delivery(now(), ZoneInfo(store.authority.timezone), closed_days(store.engine, store.authority.code))
    return frozenset(row.month for row in snapshots[-1:] if row.closed_at >= sent)


def _deliver(store: TownStore, snapshot: Snapshot, name: str, target: PushTarget, is_early: bool) -> Delivery:
    """One logical delivery: the same key for every attempt, a receipt in the ledger when it arrived."""
    # Two at once would both find it undelivered; a mail cannot be taken back.
    with one_at_a_time(store.engine, f"push {store.authority.code} {name}"):
        return _delivered(store, snapshot, name, target, is_early)


def _delivered(store: TownStore, snapshot: Snapshot, name: str, target: PushTarget, is_early: bool) -> Delivery:
    from publishers.placing import SnapshotDamaged, published
    from publishers.push import PushRefused
    from publishers.push import push as deliver

    code = store.authority.code
    receipts = core(PushReceipt)
    key = {"authority": code, "month": snapshot.month, "revision": snapshot.revision, "target": name}
    where = receipts.c.authority == code
    for column in ("month", "revision", "target"):
        where &= receipts.c[column] == key[column]

    def delivery(status: str, attempts: int, receipt: str, *, is_new: bool) -> Delivery:
        return Delivery(
            authority=code, month=snapshot.month, revision=snapshot.revision, target=name, status=status,
            attempts=attempts, receipt=receipt, is_new=is_new,
        )  # fmt: skip

    with store.engine.connect() as connection:
        before = connection.execute(select(receipts).where(where)).first()
    if before is not None and before.status == "delivered":
        return delivery("delivered", before.attempts, before.receipt, is_new=False)
    if is_early:
        return delivery("waiting", 0, "sent on the first working Sunday of the month", is_new=False)
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
        published(store.output / snapshot.folder, snapshot.manifest_sha256)
        receipt = deliver(store.output / snapshot.folder, _target(store, target))
    except (PushRefused, SnapshotDamaged, KeyProblem) as problem:  # of this target: the others are served
        status, answer = "failed", str(problem)[:200]
    else:
        status, answer = receipt.status, receipt.answer or receipt.problem
    outcome = {"status": status, "receipt": answer, "delivered_at": now() if status == "delivered" else None}
    with transaction(store.engine) as tx:
        upsert(tx, PushReceipt, [{**row, **outcome}])
    return delivery(status, attempts, answer, is_new=True)


def _target(store: TownStore, target: PushTarget) -> Target:
    """The publisher's target from the configuration, its secrets fetched by reference."""
    from publishers.bucket import BucketTarget
    from publishers.mail import MailTarget
    from publishers.push import FolderTarget, HttpTarget

    if target.kind == "folder":
        return FolderTarget(store.config.base / target.path)

    def secret(reference: str) -> str:
        return load_secret(reference, store.config.base)

    allowed, inside = frozenset(target.allow_hosts), frozenset(target.private_hosts)
    if target.kind == "s3":
        keys = (secret(target.access_key), secret(target.secret_key))
        return BucketTarget(target.to, target.endpoint, *keys, target.region, allowed, inside)
    if target.kind == "mail":
        return MailTarget(secret(target.mail), store.authority.languages[0], allowed, inside, target.link)
    return HttpTarget(target.url, secret(target.secret), allowed, inside)
