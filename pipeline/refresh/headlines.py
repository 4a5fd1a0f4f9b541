"""The figures that speak for the indicators, month by month, with what they are to be compared with."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, select

from transforms.catalogue import Indicator
from transforms.composition import LIKE_FOR_LIKE, SERIES_BREAK
from warehouse.ledger import core
from warehouse.tables import IndicatorComposition, IndicatorValue

Pairs = dict[str, tuple[float, float]]
"""Month -> the figures of the month before and of it, over what both have."""
COMPARED = (LIKE_FOR_LIKE, SERIES_BREAK)


def headlines_of(
    tx: Connection, code: str, catalogue: Mapping[str, Indicator], only: Collection[str] | None = None
) -> tuple[dict[str, Sequence[Any]], dict[str, Pairs]]:
    """Indicator (of `only` some) -> its headlines in order of months, and what they are compared with like for like.

    Where a part speaks, what is known of the whole's composition holds for it, too: it breaks where the whole breaks,
    and of other places than before its own numerators and denominators of those in both are compared.
    """
    values = core(IndicatorValue)
    speaking = {name: one.header.headline for name, one in catalogue.items() if one.header.headline}
    mine = (values.c.authority == code) & (values.c.cut == "")
    if only is not None:
        speaking = {name: part for name, part in speaking.items() if name in only}
        mine &= values.c.indicator.in_(only)
    wholes: dict[str, list[Any]] = {}
    query = select(values).where(mine, values.c.space == "", values.c.part == "").order_by(values.c.month)
    for row in tx.execute(query):
        wholes.setdefault(row.indicator, []).append(row)
    pairs, months_before = _pairs(tx, code, only)
    found: dict[str, Sequence[Any]] = {name: rows for name, rows in wholes.items() if name not in speaking}
    for name, part in speaking.items():
        query = select(values).where(mine, values.c.indicator == name, values.c.part == part)
        rows = tx.execute(query.order_by(values.c.month)).all()
        own = _pairs_of_part(rows, months_before.get(name, {}))
        flags = {row.month: row.quality for row in wholes.get(name, [])}
        pairs[name] = own
        found[name] = [
            SimpleNamespace(
                **{**row._mapping, "quality": _quality(row.quality, flags.get(row.month, ""), row.month in own)}
            )
            for row in rows
            if not row.space
        ]
    return found, pairs


def _quality(own: str, of_whole: str, has_pair: bool) -> str:
    """A part's flags, with how the whole is to be compared."""
    taken = [flag for flag in of_whole.split() if flag.partition(":")[0] in COMPARED]
    if not has_pair:  # of other places, and none of them can be compared
        taken = [f"{SERIES_BREAK}:spaces" if flag == LIKE_FOR_LIKE else flag for flag in taken]
    return " ".join(sorted({*own.split(), *taken}))


def _pairs_of_part(rows: Sequence[Any], before: Mapping[str, str]) -> Pairs:
    """Of a share: over the places that have one in the month and in the one it is compared with."""
    by_month: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row.space and row.denominator and row.numerator is not None:
            by_month.setdefault(row.month, {})[row.space] = row
    found: Pairs = {}
    for month, earlier in before.items():
        then, now = by_month.get(earlier, {}), by_month.get(month, {})
        both = then.keys() & now.keys()
        if both:
            found[month] = _share(then, both), _share(now, both)
    return found


def _share(rows: Mapping[str, Any], spaces: set[str]) -> float:
    below = sum(rows[space].denominator for space in spaces)
    return float(sum(rows[space].numerator for space in spaces) / below)


def _pairs(
    tx: Connection, code: str, only: Collection[str] | None
) -> tuple[dict[str, Pairs], dict[str, dict[str, str]]]:
    made = core(IndicatorComposition)
    query = select(made).where(made.c.authority == code, made.c.kind == LIKE_FOR_LIKE)
    if only is not None:
        query = query.where(made.c.indicator.in_(only))
    found: dict[str, Pairs] = {}
    before: dict[str, dict[str, str]] = {}
    for row in tx.execute(query):
        found.setdefault(row.indicator, {})[row.month] = (row.base, row.amount)
        before.setdefault(row.indicator, {})[row.month] = row.name
    return found, before
