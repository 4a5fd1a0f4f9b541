"""Rows of files in the quarantine of which a later file tells: their items are closed.

Asked after each import, and of all files: whichever of two exports was imported first, the one that reaches further
stands.
"""

from __future__ import annotations

import json
from collections.abc import Collection

from town.landed import landed_tables
from town.staged import staging_modules
from town.store import TownStore
from transforms.staging import staff
from transforms.staging.skipped import QuarantinedRow
from warehouse.landing import FILE


def close_superseded(store: TownStore, streams: Collection[str]) -> int:
    """Close the items of these streams' rows that a later reading speaks for, as `superseded`; gives how many."""
    waiting = [one for one in store.ledger.quarantine() if one.kind == FILE and one.stream in streams]
    if not waiting:
        return 0
    town = staff.town_from(landed_tables(store, staff.STREAMS), store.authority.code, store.authority.timezone)
    found: set[str] = set()
    for module in staging_modules():
        aside = [
            QuarantinedRow(one.item, one.run, json.loads(one.about)) for one in waiting if one.stream in module.STREAMS
        ]
        if aside and hasattr(module, "superseded"):
            found |= module.superseded(landed_tables(store, module.STREAMS), aside, town)
    return store.ledger.close_items(sorted(found), "superseded")
