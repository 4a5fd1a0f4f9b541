"""Computing the stale indicator months of one authority and storing them with their lineage."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import pyarrow as pa
from sqlalchemy import delete, select

from pipeline.gaps.empty_answers import silent_months
from pipeline.gaps.missed_events import silent_stretches
from pipeline.refresh.dimensions import catalogue_rows
from pipeline.refresh.few import kept_back
from pipeline.refresh.in_step import Question, Steps
from pipeline.refresh.outcome import Refreshed
from pipeline.refresh.programmes import named_by_staff
from pipeline.refresh.restatements import closed_months
from pipeline.refresh.seen import Seen
from pipeline.refresh.warm import Warm
from pipeline.refresh.written import Written, write
from town.store import TownStore
from transforms.catalogue import Indicator
from transforms.cells import Silent
from transforms.compute import Asks
from transforms.disclosure import DISCLOSURE
from transforms.doubted import Doubt
from transforms.few import Few
from transforms.inputs import COMPUTED_SCHEMA
from transforms.replaced import OF_ONE_ASSET, Changed, reached_by, widest
from transforms.staging.town import Town, plain
from transforms.verdicts import ENGINE
from warehouse.calendar import month_of
from warehouse.ledger import Ledger, core
from warehouse.ledger_tables import ComputedMonth, FactPartition
from warehouse.store import transaction, upsert
from warehouse.tables import IndicatorValue

WHOLE = ("", "")
"""Indicator and month of the ledger's row that speaks of all indicators and months together."""
RULES = ("rules", "")
"""Of the row that tells by which rules all figures were judged."""


def silences(store: TownStore) -> Silent:
    """(fact, asset, month) of which a source was silent where it usually is not, by its answers or its webhooks."""
    ledger, timezone = store.ledger, store.authority.timezone
    return silent_months(ledger, timezone) | silent_stretches(ledger, timezone)


def state_of(
    store: TownStore, town: Town, partitions: Iterable[FactPartition], silent: Silent, doubts: Iterable[Doubt]
) -> str:
    """Digest of all that the dimensions and the indicators of a town depend on: equal, and there is nothing to do."""
    digest = hashlib.sha256()
    for part in (
        f"verdicts {ENGINE}",
        f"disclosure {DISCLOSURE}",
        repr(catalogue_rows(store.catalogue)),
        store.authority.model_dump_json(),
        plain(town),
        month_of(store.today),
        repr(sorted(silent)),
        repr(doubts),
        repr(sorted(closed_months(store.ledger))),
    ):
        digest.update(f"{part}\n".encode())
    for row in sorted((row.fact, row.month, row.source, row.sha256) for row in partitions):
        digest.update(f"{row}\n".encode())
    return digest.hexdigest()


def computed_months(ledger: Ledger) -> set[str]:
    """The months of which anything was computed."""
    table = core(ComputedMonth)
    query = select(table.c.month).where(table.c.authority == ledger.authority, table.c.month != "").distinct()
    with ledger.engine.connect() as connection:
        return set(connection.execute(query).scalars())


def was_computed(ledger: Ledger, state: str) -> bool:
    """Whether everything was computed from this very state, restatements noted."""
    return _mark(ledger, WHOLE) == state


def forget_computed(ledger: Ledger, state: str) -> None:
    """Take back that everything was computed from another state: figures are about to be written.

    Broken off, they are of two states; what is again as it was noted before would be taken for done.
    """
    if _mark(ledger, WHOLE) in (None, state):
        return
    table = core(ComputedMonth)
    mine = (table.c.authority == ledger.authority) & (table.c.indicator == WHOLE[0]) & (table.c.month == WHOLE[1])
    with transaction(ledger.engine) as tx:
        tx.execute(delete(table).where(mine))


def was_judged(ledger: Ledger, rules: str) -> bool:
    """Whether all figures were judged by these rules."""
    return _mark(ledger, RULES) == rules


def _mark(ledger: Ledger, place: tuple[str, str]) -> str | None:
    table = core(ComputedMonth)
    mine = (table.c.authority == ledger.authority) & (table.c.indicator == place[0]) & (table.c.month == place[1])
    with ledger.engine.connect() as connection:
        return connection.execute(select(table.c.fingerprint).where(mine)).scalar()


def note_computed(ledger: Ledger, state: str) -> None:
    """Remember the state everything was computed from. `kehila rebuild` forgets it with the rest of its table."""
    _note(ledger, WHOLE, state)


def note_judged(ledger: Ledger, rules: str) -> None:
    """Remember the rules by which all figures were judged, in the same way."""
    _note(ledger, RULES, rules)


def _note(ledger: Ledger, place: tuple[str, str], mark: str) -> None:
    row = {"authority": ledger.authority, "indicator": place[0], "month": place[1], "fingerprint": mark}
    with transaction(ledger.engine) as tx:
        upsert(tx, ComputedMonth, [row])


def refresh_indicators(
    store: TownStore,
    seen: Seen,
    months: Sequence[str],
    silent: Silent,
    done: Refreshed,
    changed: Changed | None,
    warm: Warm,
) -> Steps[Written]:
    """Compute and store what is stale of these months; those that read others' values come after the others.

    With `changed`, only what reads one of these files, or values that are others now.
    """
    is_of_answers = changed is None or any(fact not in OF_ONE_ASSET for fact, _, _ in changed)
    few = kept_back(store, seen.inputs, months, warm, is_of_answers=is_of_answers)
    all_of = store.catalogue.values()
    first = [one for one in all_of if "computed" not in one.header.inputs]
    written = yield from _refresh_group(store, seen, first, months, None, silent, done, changed, few, warm)
    second = [one for one in all_of if "computed" in one.header.inputs]
    if changed is None or any(one.origin for one in second) or written.figures & named_by_staff(seen.inputs, warm):
        values = stored_values(store.ledger, first)
        written.add((yield from _refresh_group(store, seen, second, months, values, silent, done, None, few, warm)))
    elif reading := [one for one in second if reached_by(changed, one.header.inputs, months)]:
        values = stored_values(store.ledger, first)
        written.add((yield from _refresh_group(store, seen, reading, months, values, silent, done, None, few, warm)))
    return written


def _refresh_group(
    store: TownStore, seen: Seen, group: list[Indicator], months: Sequence[str],
    values: pa.Table | None, silent: Silent, done: Refreshed, changed: Changed | None, few: Few, warm: Warm,
) -> Steps[Written]:  # fmt: skip
    closed = closed_months(store.ledger)
    looked_at = None if changed is None else widest(changed, group, months)
    asks = Asks(
        store.authority.code,
        seen.inputs,
        months,
        store.today,
        store.ledger.computed(looked_at),
        unused_assets=seen.town.unused_assets,
        computed=COMPUTED_SCHEMA.empty_table() if values is None else values,
        silent=silent,
        changed=changed,
        published=closed,
        few=few,
        inputs_heard=seen.heard,
    )
    computed = asks.stale(group)
    if not computed:
        return Written()
    engine = None if changed is None else warm.sessions.engine()
    yield Question(group, asks, computed, lambda name: store.progress(f"computing {name}"), engine)
    with transaction(store.engine) as tx:
        written = write(tx, store.authority.code, computed, closed)
    done.cells_written += written.cells
    done.indicators |= {one.indicator.id: one.months for one in computed if one.months}
    return written


def stored_values(ledger: Ledger, of: list[Indicator]) -> pa.Table:
    """The authority's stored values of these indicators, for those that read others' values."""
    table = core(IndicatorValue)
    query = select(*(table.c[name] for name in COMPUTED_SCHEMA.names)).where(
        table.c.authority == ledger.authority,
        table.c.cut == "",
        table.c.value.is_not(None),
        table.c.indicator.in_([one.id for one in of]),
    )
    order = [table.c[name] for name in ("indicator", "month", "space", "part")]
    with ledger.engine.connect() as connection:
        rows = connection.execute(query.order_by(*order)).all()
    columns = list(zip(*rows, strict=True)) or [()] * len(COMPUTED_SCHEMA)
    return pa.table(
        [pa.array(one, kind.type) for one, kind in zip(columns, COMPUTED_SCHEMA, strict=True)], COMPUTED_SCHEMA
    )
