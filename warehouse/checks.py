"""What the gate found and what became of it: `ledger_check`, written with the facts it is about.

A finding stands until its place is judged again without it, or until somebody accepts it; then it is history. One
that was accepted does not come back while it says the same.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from warehouse.ledger import Ledger, core, now, select_rows
from warehouse.ledger_tables import AcceptanceRow, CheckRow, FactPartition, StagedSource
from warehouse.store import transaction, upsert

PASSED, ACCEPTED = "passed", "accepted"
VERDICTS = ("refused", "held", "doubted", "aside")
"""From the worst."""
LET_THROUGH = ("doubted", "aside")
KEY = ("fact", "month", "rule", "space")


@dataclass(frozen=True)
class Judged:
    """What was found when some places were judged: rows of `CheckRow` without authority, source and instants."""

    places: Collection[tuple[str, str]]
    found: Sequence[Mapping[str, Any]]


def as_kept(found: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Findings as rows, one a key: rows are added up, the worst verdict stands."""
    kept: dict[tuple[str, ...], dict[str, Any]] = {}
    for one in found:
        told = json.dumps(one["arguments"], ensure_ascii=False, sort_keys=True, default=str)
        key = tuple(one[name] for name in KEY)
        first = kept.setdefault(key, {**one, "arguments": told, "rows": 0})
        first["rows"] += one["rows"]
        first["verdict"] = min(first["verdict"], one["verdict"], key=VERDICTS.index)
    return list(kept.values())


def agreed(ledger: Ledger, source: str) -> frozenset[tuple[str, ...]]:
    """What somebody accepted: fact, month, rule, space and what it said. It is not said again in these words."""
    table = core(CheckRow)
    query = select(table).where(
        table.c.authority == ledger.authority, table.c.source == source, table.c.resolved_by == ACCEPTED
    )
    rows = select_rows(ledger.engine, CheckRow, query)
    return frozenset((*(getattr(row, name) for name in KEY), row.arguments) for row in rows)


def note_checks(tx: Connection, authority: str, source: str, judged: Judged) -> None:
    """Write what was found in the judged places of a source, and resolve what was found no more."""
    table, at = core(CheckRow), now()
    mine = (table.c.authority == authority) & (table.c.source == source)
    open_ones: dict[tuple[str, ...], Any] = {}
    accepted: dict[tuple[str, ...], tuple[str, int]] = {}
    for row in tx.execute(select(table).where(mine).order_by(table.c.first_seen_at)):
        key = tuple(getattr(row, name) for name in KEY)
        if row.resolved_at is None:
            open_ones[key] = row
        elif row.resolved_by == ACCEPTED:
            accepted[key] = row.arguments, row.rows
    rows = []
    for one in judged.found:
        key = tuple(one[name] for name in KEY)
        before = open_ones.pop(key, None)
        if before is None and one["verdict"] in LET_THROUGH and accepted.get(key) == (one["arguments"], one["rows"]):
            continue
        first = at if before is None else before.first_seen_at
        rows.append(
            {
                **one, "authority": authority, "source": source, "first_seen_at": first, "last_seen_at": at,
                "resolved_at": None, "resolved_by": "", "reason": "",
            }
        )  # fmt: skip
    facts = {fact for fact, _ in judged.places}
    for key, row in open_ones.items():
        if key[:2] in judged.places or (not row.month and row.fact in facts):
            same = [getattr(table.c, name) == getattr(row, name) for name in (*KEY, "first_seen_at")]
            tx.execute(update(table).where(mine, *same).values(resolved_at=at, resolved_by=PASSED))
    upsert(tx, CheckRow, rows)


def accept(ledger: Ledger, fact: str, month: str, reason: str) -> list[str]:
    """Somebody says that a month of a fact is right as it came; gives the sources that were in question.

    What stands against it is resolved, and where a month was held back it is let through once.
    """
    table, staged, files = core(CheckRow), core(StagedSource), core(FactPartition)
    values = {"resolved_at": now(), "resolved_by": ACCEPTED, "reason": reason}
    with transaction(ledger.engine) as tx:
        sources: set[str] = set()
        for one in (table, files):
            here = (one.c.authority == ledger.authority) & (one.c.fact == fact) & (one.c.month == month)
            sources |= set(tx.execute(select(one.c.source).where(here)).scalars())
        here = (table.c.authority == ledger.authority) & (table.c.fact == fact) & (table.c.month == month)
        tx.execute(update(table).where(here & table.c.resolved_at.is_(None)).values(**values))
        if by_source := sorted(sources - {""}):
            row = {"authority": ledger.authority, "fact": fact, "month": month, "reason": reason}
            upsert(tx, AcceptanceRow, [{**row, "accepted_at": now(), "used_at": None}])
            # What was held back is looked at again only when its source is.
            again = (staged.c.authority == ledger.authority) & staged.c.source.in_(by_source)
            tx.execute(update(staged).where(again).values(fingerprint=""))
    return sorted(sources)


def checks(ledger: Ledger, *, is_open: bool = True) -> list[CheckRow]:
    """What stands against the months of an authority, worst first; with `is_open` false all that ever stood."""
    table = core(CheckRow)
    query = select(table).where(table.c.authority == ledger.authority)
    if is_open:
        query = query.where(table.c.resolved_at.is_(None))
    found = select_rows(ledger.engine, CheckRow, query)
    return sorted(
        found, key=lambda one: (VERDICTS.index(one.verdict), one.source, one.fact, one.month, one.rule, one.space)
    )
