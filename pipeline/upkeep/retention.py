"""How long originals are kept as they came: sealed ones of the quarantine, and what the drop folder put away.

What they held has landed, or stands in the quarantine with its reason. After `[retention] days` they are destroyed; an
item stays, so that its month is not taken for whole, and cannot be read again. Webhooks that nobody drained are data
nobody has yet: they are never too old.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypedDict

from sqlalchemy import select

from pipeline.land.drop_folder import dealt_with
from pipeline.land.sealed import clear_left_over
from town.store import TownStore
from warehouse import events
from warehouse.condemned import destroy_condemned
from warehouse.files import replace_file
from warehouse.forgetting import unseal_never
from warehouse.kept_copies import kept_copies
from warehouse.ledger import core, now
from warehouse.ledger_tables import QuarantineRow
from warehouse.store import transaction


class Expired(TypedDict):
    """What was destroyed, or on a dry run would be: what `kehila retention --json` prints."""

    day: str  # local, of the report
    days: int  # the period
    sealed: int  # originals of the quarantine
    files: int  # of the drop folder
    is_dry_run: bool


def expire(store: TownStore, *, is_dry_run: bool = False) -> Expired:
    """Destroy the originals older than the period, unless `is_dry_run`; where any went, a dated report says how many.

    Killed at any instant it goes on with the next call.
    """
    days = store.config.retention.days
    sealed, files = list(_sealed(store, days)), list(_put_away(store, days))
    if not is_dry_run:
        for path in kept_copies(store.engine):
            if _is_older(path, days):
                path.unlink(missing_ok=True)
        clear_left_over(store)
        with transaction(store.engine) as tx:
            unseal_never(tx, store.ledger, sealed)
        destroy_condemned(store.ledger, store.lake)
        for path in files:
            path.unlink(missing_ok=True)
    done = Expired(day=store.today.isoformat(), days=days, sealed=len(sealed), files=len(files), is_dry_run=is_dry_run)
    if (sealed or files) and not is_dry_run:
        folder = store.output / "retention" / store.authority.code
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(folder / f"{done['day']}.json", json.dumps(done).encode() + b"\n", synced=True)
    return done


def _sealed(store: TownStore, days: int) -> Iterator[str]:
    """Paths in the lake of sealed originals whose newest item is older; of a killed import, by the file's own time."""
    oldest = now() - timedelta(days=days)
    table = core(QuarantineRow)
    query = select(table.c.sealed_path, table.c.first_seen_at).where(table.c.authority == store.authority.code)
    with store.engine.connect() as connection:
        kept = {path for path, seen in connection.execute(query) if seen >= oldest}
    kept |= {row.sealed_path for row in events.waiting(store.ledger)}
    for one in store.lake.files(f"vault/{store.authority.code}"):
        if one.path.endswith(".sealed") and one.path not in kept and _is_past(one.since, days):
            yield one.path


def _put_away(store: TownStore, days: int) -> Iterator[Path]:
    """Files of the drop folder that were dealt with so long ago, by the time they were moved there."""
    for place in dealt_with(store.config, store.authority.code):
        for path in sorted(place.rglob("*")) if place.is_dir() else ():
            if path.is_file() and not path.is_symlink() and _is_older(path, days):
                yield path


def _is_older(path: Path, days: int) -> bool:
    return _is_past(path.stat().st_ctime, days)


def _is_past(since: float, days: int) -> bool:
    return time.time() - since >= days * 86400
