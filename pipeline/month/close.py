"""Closing a month into its numbered outcome snapshot.

A snapshot is never edited. What changes after closing is written as a restatement, and becomes a new
revision only when somebody asks for one.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Any

from pipeline.events import month_closed
from pipeline.month.values import month_values_of
from pipeline.months import refuse_ahead, refuse_clock_ahead, refuse_outside
from pipeline.refresh.published import note_figures, standing_of
from pipeline.refresh.restatements import PUBLISHED, differences, latest_snapshot, month_values
from pipeline.refresh.validation import validate_stored
from town.faults import DoubtedMonth, EmptyMonth, MonthProblem
from town.store import TownStore
from warehouse.calendar import last_day
from warehouse.ledger import now
from warehouse.locks import town_at_rest
from warehouse.published import PLACE
from warehouse.refusals import once_more
from warehouse.row_sums import refuse_damaged
from warehouse.store import insert, transaction, upsert
from warehouse.tables import MonthState, Snapshot, SnapshotValue


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


def close(
    store: TownStore, month: str, *, again: bool = False, is_forced: bool = False, is_by_hand: bool = False,
    is_known_doubted: bool = False,
) -> Closed:  # fmt: skip
    """Write the monthly outcome snapshot; with `again`, a new revision of a month that was restated.

    Raises MonthProblem when the month is not over or nothing was computed for it; unless it `is_forced`, also when it
    lies before the first record, no indicator has a value in it, not even one that is kept back, or nothing was heard
    of its end: a snapshot cannot be withdrawn. Raises EmptyMonth where it `is_by_hand`, by somebody who can be asked,
    not forced, and hardly an indicator has a value. Raises DoubtedMonth where something stands against the month,
    unless it `is_known_doubted` by whoever closes it, or forced. Raises DatabaseDamaged, whatever is forced.
    """
    with town_at_rest(store.engine, store.authority.code):  # no figure moves while it is written down
        refuse_damaged(store.engine)
        return once_more(lambda: _close(store, month, again, is_forced, is_by_hand, is_known_doubted))


def _close(
    store: TownStore, month: str, again: bool, is_forced: bool, is_by_hand: bool, is_known_doubted: bool
) -> Closed:
    if not is_forced:
        refuse_ahead(store, month)
    if last_day(month) >= store.today:
        raise MonthProblem(f"{month} is not over yet; close it from the first day of the next month on")
    before = latest_snapshot(store.ledger, month)
    restated = before is not None and bool(differences(store.ledger, month, before.revision))
    if before is not None and not (again and restated):
        return Closed(month, before.revision, before.folder, before.manifest_sha256, is_new=False)
    if not is_forced:
        refuse_outside(store, month)
        refuse_clock_ahead(store, month)
    rows = month_values(store.ledger, month)
    if not rows:
        raise MonthProblem(f"nothing is computed for {month}; run `kehila run --month {month}` first")
    known = month_values_of(store, month)
    if not (is_forced or known.with_value or known.suppressed):
        raise MonthProblem(
            f"no indicator has a value in {month}; `kehila run --month {month}` says why (--force closes it even so)"
        )
    if is_by_hand and not is_forced and before is None and known.is_hardly_known:
        raise EmptyMonth(
            f"only {known.with_value} of {known.indicators} indicators have a value in {month}, and a snapshot "
            "cannot be withdrawn (--force closes it even so)"
        )
    validate_stored(store)  # no month is closed over rows that kernels alone let through
    note_figures(store, [month])
    if not (is_forced or is_known_doubted) and (standing := standing_of(store, month)):
        raise DoubtedMonth(month, standing)
    from publishers.snapshot import build_snapshot

    revision = 1 if before is None else before.revision + 1
    folder = store.output / "snapshots"
    own = folder / store.authority.code / month / f"r{revision}"
    if own.exists():
        shutil.rmtree(own)  # left by a close that was killed before the ledger knew of it: never published
    closed_at = now().replace(microsecond=0)
    zone = store.authority.timezone
    manifest = build_snapshot(store.engine, store.authority.code, month, zone, revision, closed_at, folder)
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
        insert(tx, SnapshotValue, kept)
        insert(tx, Snapshot, [snapshot])
        upsert(tx, MonthState, [{"authority": code, "month": month, "state": "closed", "revision": revision}])
    month_closed(code, month, revision)
    return Closed(month, revision, place, manifest, is_new=True)
