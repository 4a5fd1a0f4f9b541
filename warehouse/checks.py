"""What the gate found and what became of it: `ledger_check`, written with the facts it is about.

A finding stands until its place is judged again without it, or until somebody accepts it; then it is history. One
that was accepted does not come back while it says the same.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from sqlalchemy import Connection, select, update

from warehouse.gate_tables import AcceptanceRow, CheckRow
from warehouse.ledger import Ledger, core, now, select_rows
from warehouse.ledger_tables import QuarantineRow, StagedSource
from warehouse.store import as_text, transaction, upsert

PASSED, ACCEPTED = "passed", "accepted"
QUARANTINED = "aside"
VERDICTS = ("refused", "held", "doubted", QUARANTINED)
"""From the worst."""
LET_THROUGH, KEPT_BACK = ("doubted", QUARANTINED), ("refused", "held")
DISPUTED = "kernel_disputed"
"""Rule and code of what Great Expectations found in rows that kernels let through."""
OF_AGE = "fresh_days"
"""The rule that is judged of sources which were not staged too."""
KEY = ("fact", "month", "rule", "space")


@dataclass(frozen=True)
class Found:
    """What the gate found of a month, or '' of a whole batch; `arguments` fill the sentence of `code`."""

    fact: str
    month: str
    rule: str
    space: str
    verdict: str
    code: str
    arguments: Mapping[str, str | int | date]
    rows: int
    is_fall: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """What it is known by again."""
        return self.fact, self.month, self.rule, self.space

    @property
    def as_text(self) -> str:
        """What it says, as the ledger keeps it."""
        return json.dumps(dict(self.arguments), ensure_ascii=False, sort_keys=True, default=str)

    @property
    def amount(self) -> str:
        """The amount it is about, as one that was accepted is known again by it."""
        return amount_of(self.as_text, self.rows)


EXAMPLES = 3
"""Places of one rule and month that are said one by one."""


@dataclass(frozen=True)
class Alike:
    """What one rule found of one month of a source's fact: `examples` to be said, and how many `more` there are."""

    examples: Sequence[CheckRow]
    more: int = 0


def alike(found: Iterable[CheckRow], most: int | None = EXAMPLES) -> list[Alike]:
    """Findings together by verdict, source, fact, month and rule, in their order; where `most` is None each is said."""
    together: dict[tuple[str, ...], list[CheckRow]] = {}
    for one in found:
        together.setdefault((one.verdict, one.source, one.fact, one.month, one.rule, one.code), []).append(one)
    return [Alike(same[:most], len(same[most:]) if most is not None else 0) for same in together.values()]


@dataclass(frozen=True)
class Accepted:
    """What somebody accepted: of which sources something stood, '' for figures, and of which a month was held."""

    sources: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judged:
    """What was found when some places (fact and month) were judged: by `rules` alone, or by all but those of age.

    `agreed` are keys of what was found and somebody has accepted already where it comes from, with the reason given.
    """

    places: Collection[tuple[str, str]]
    found: Sequence[Found]
    rules: Collection[str] = ()
    agreed: Mapping[tuple[str, ...], str] = field(default_factory=dict)


def accepted_amounts(known: Iterable[CheckRow]) -> frozenset[tuple[str, ...]]:
    """What somebody accepted, each as (fact, month, rule, space, amount); so it is not said again."""
    return frozenset(
        (*(str(getattr(row, name)) for name in KEY), amount_of(row.arguments, row.rows))
        for row in known
        if row.resolved_by == ACCEPTED
    )


def amount_of(arguments: str, rows: int) -> str:
    """What a finding says of its place: the amount it has now, of its arguments as JSON; else all of them, of so many
    rows.

    What was accepted beside what was stored is accepted beside its own past, too: only one of the two is said. Of a
    month that was held all its rows waited, and it is doubted by none of them: an amount is the same whichever it is.
    """
    found = json.loads(arguments)
    told = found.get("now", found.get("observed"))
    return str(told) if told is not None else f"{arguments} {rows}"


def note_checks(tx: Connection, authority: str, source: str, judged: Judged) -> None:
    """Write what was found in the judged places of a source, and resolve what was found no more."""
    table, at = core(CheckRow), now()
    mine = (table.c.authority == authority) & (table.c.source == source)
    open_ones: dict[tuple[str, ...], CheckRow] = {}
    accepted: dict[tuple[str, ...], str] = {}
    known = cast(list[CheckRow], list(tx.execute(select(table).where(mine).order_by(table.c.first_seen_at))))
    for row in known:
        key = tuple(getattr(row, name) for name in KEY)
        if row.resolved_at is None:
            open_ones[key] = row
        elif row.resolved_by == ACCEPTED:
            accepted[key] = amount_of(row.arguments, row.rows)
    rows: dict[tuple[str, ...], dict[str, object]] = {}
    for one in judged.found:
        before = open_ones.get(one.key)
        if before is None and one.verdict in LET_THROUGH and accepted.get(one.key) == one.amount:
            continue
        same = rows.get(one.key)
        if same is not None and VERDICTS.index(str(same["verdict"])) <= VERDICTS.index(one.verdict):
            continue
        rows[one.key] = {
            **dict(zip(KEY, one.key, strict=True)), "authority": authority, "source": source, "verdict": one.verdict,
            "code": one.code, "arguments": one.as_text, "rows": one.rows, "is_fall": one.is_fall,
            "first_seen_at": at if before is None else before.first_seen_at, "last_seen_at": at,
            "resolved_at": None, "resolved_by": "", "reason": "",
        }  # fmt: skip
        if one.key in judged.agreed:
            rows[one.key] |= {"resolved_at": at, "resolved_by": ACCEPTED, "reason": judged.agreed[one.key]}
    facts = {fact for fact, _ in judged.places}
    for key, row in open_ones.items():
        is_asked = row.rule in judged.rules if judged.rules else row.rule != OF_AGE
        is_judged = is_asked and ((row.fact, row.month) in judged.places or (not row.month and row.fact in facts))
        if is_judged and key not in rows:
            same_row = [getattr(table.c, name) == getattr(row, name) for name in (*KEY, "first_seen_at")]
            tx.execute(update(table).where(mine, *same_row).values(resolved_at=at, resolved_by=PASSED))
    upsert(tx, CheckRow, list(rows.values()))


def accept(ledger: Ledger, fact: str, month: str, reason: str, source: str = "") -> Accepted:
    """Somebody says that a month of a fact is right as it came. Where nothing stands against it nothing is changed.

    What stands is resolved, of one `source` or of all: a month that was held back is let through once, and rows put
    aside leave the quarantine. With '' for the month it is what is doubted of no month, a source that fell silent; a
    batch that was refused as a whole is none and stays refused.
    """
    table, items = core(CheckRow), core(QuarantineRow)
    values = {"resolved_at": now(), "resolved_by": ACCEPTED, "reason": reason}
    with transaction(ledger.engine) as tx:
        here = (table.c.authority == ledger.authority) & (table.c.fact == fact) & (table.c.month == month)
        stands = here & table.c.resolved_at.is_(None)
        if source:
            stands &= table.c.source == source
        if not month:
            stands &= table.c.verdict.in_(LET_THROUGH)
        found = tx.execute(select(table.c.source, table.c.verdict).where(stands)).tuples().all()
        # Of a month that was only doubted nothing waits: the next bad batch would be let through for it.
        held = sorted({source for source, verdict in found if verdict in KEPT_BACK} - {""})
        tx.execute(update(table).where(stands).values(**values))
        row = {"authority": ledger.authority, "fact": fact, "month": month, "reason": reason, "accepted_at": now()}
        upsert(tx, AcceptanceRow, [{**row, "source": one, "used_at": None} for one in held])
        # What was held back or is marked is looked at again only when its source is; of rows put aside nothing waits.
        if by_source := sorted({source for source, verdict in found if verdict != QUARANTINED} - {""}):
            stage_again(tx, ledger.authority, by_source)
        if aside := [f"fact:{source}" for source, verdict in found if verdict == QUARANTINED]:
            mine = (items.c.authority == ledger.authority) & items.c.source.in_(aside)
            mine &= (items.c.status == "open") & (items.c.about == as_text({"fact": fact, "month": month}))
            tx.execute(update(items).where(mine).values(status=ACCEPTED))
    return Accepted(tuple(sorted({source for source, _ in found})), tuple(held))


def stage_again(tx: Connection, authority: str, sources: Collection[str]) -> None:
    """Have the next refresh look at all of some sources, though nothing of them landed."""
    staged = core(StagedSource)
    mine = (staged.c.authority == authority) & staged.c.source.in_(sources)
    tx.execute(update(staged).where(mine).values(fingerprint=""))


def checks(ledger: Ledger, *, is_open: bool = True) -> list[CheckRow]:
    """What stands against the months of an authority, worst first; where not `is_open`, all that ever stood."""
    table = core(CheckRow)
    query = select(table).where(table.c.authority == ledger.authority)
    if is_open:
        query = query.where(table.c.resolved_at.is_(None))
    found = select_rows(ledger.engine, CheckRow, query)
    return sorted(
        found, key=lambda one: (VERDICTS.index(one.verdict), one.source, one.fact, one.month, one.rule, one.space)
    )
