"""What stands against sources that fell silent, noted whether or not anything of them was staged."""

from __future__ import annotations

from collections.abc import Iterable

from expectations.fresh import too_old
from town.store import TownStore
from warehouse.checks import OF_AGE, Found, Judged, note_checks
from warehouse.gate_tables import CheckRow
from warehouse.ledger_tables import FactPartition
from warehouse.store import transaction


def note_ages(store: TownStore, partitions: Iterable[FactPartition], known: Iterable[CheckRow]) -> None:
    """Judge how old the newest row of each source's fact is; what is found stands in the ledger, as `known` does."""
    last: dict[str, dict[str, FactPartition]] = {}
    for row in sorted(partitions, key=lambda one: one.month):
        last.setdefault(row.source, {})[row.fact] = row
    stands = {one.source for one in known if one.rule == OF_AGE and one.resolved_at is None}
    for source, facts in last.items():
        old = {fact: too_old(store.suites.of(source, fact), row.profile, store.today) for fact, row in facts.items()}
        found = [
            Found(fact, "", OF_AGE, "", "doubted", one.code, one.arguments, 0)
            for fact, one in old.items()
            if one is not None
        ]
        if found or source in stands:
            with transaction(store.engine) as tx:
                note_checks(tx, store.authority.code, source, Judged({(fact, "") for fact in facts}, found, {OF_AGE}))
