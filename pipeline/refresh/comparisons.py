"""Each month of a headline beside the last one told before it: of the same things, like for like, or a break."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, select, update

from transforms.composition import LIKE_FOR_LIKE, SERIES_BREAK, Headline, Piece, against
from transforms.compute import Computed
from warehouse.ledger import core
from warehouse.store import upsert
from warehouse.tables import IndicatorComposition, IndicatorValue

OURS = (LIKE_FOR_LIKE, SERIES_BREAK)


def compare(tx: Connection, code: str, one: Computed, closed: frozenset[str]) -> None:
    """Flag the computed headlines, and the stored one that follows each, by what they are totals of.

    The cells of `one` are changed in place, before they are stored; a stored month that follows a computed one is
    brought up to date here, with a new revision when it is closed.
    """
    name = one.indicator.id
    fresh = {cell["month"]: cell for cell in one.cells if not (cell["cut"] or cell["space"] or cell["part"])}
    told = _stored(tx, code, name)
    for month in one.months:
        told.pop(month, None)
    for month, cell in fresh.items():
        if cell["value"] is not None:
            told[month] = Headline(month, cell["value"], cell["unit"], tuple(cell["composition"]))
    order = sorted(told)
    before = dict(zip(order[1:], order, strict=False))
    for month in order:
        if month in fresh:
            flag, piece = against(told.get(before.get(month, "")), told[month])
            cell = fresh[month]
            cell["quality"] = _with(cell["quality"], flag)
            cell["composition"] = [*cell["composition"], *([piece] if piece else [])]
        elif before.get(month, "") in fresh or any(before.get(month, "") < gone < month for gone in one.months):
            flag, piece = against(told.get(before.get(month, "")), told[month])
            _restore(tx, code, name, month, flag, piece, closed)


def _with(quality: str, flag: str) -> str:
    kept = {word for word in quality.split() if word.partition(":")[0] not in OURS or word == SERIES_BREAK}
    return " ".join(sorted({*kept, *([flag] if flag else [])}))


def _stored(tx: Connection, code: str, name: str) -> dict[str, Headline]:
    """The headlines of an indicator that have a value, with what they are made of."""
    values, made = core(IndicatorValue), core(IndicatorComposition)
    mine = (values.c.authority == code) & (values.c.indicator == name) & (values.c.cut == "")
    whole = mine & (values.c.space == "") & (values.c.part == "") & values.c.value.is_not(None)
    pieces: dict[str, list[Piece]] = {}
    for row in tx.execute(select(made).where(made.c.authority == code, made.c.indicator == name)):
        if row.kind != LIKE_FOR_LIKE:
            found: dict[str, Any] = {key: getattr(row, key) for key in ("kind", "name", "amount", "base", "detail")}
            pieces.setdefault(row.month, []).append(found)
    return {
        row.month: Headline(row.month, row.value, row.unit, tuple(pieces.get(row.month, [])))
        for row in tx.execute(select(values.c.month, values.c.value, values.c.unit).where(whole))
    }


def _restore(
    tx: Connection, code: str, name: str, month: str, flag: str, piece: Piece | None, closed: frozenset[str]
) -> None:
    """A stored headline's flag and comparison, now that the month before it is another."""
    values, made = core(IndicatorValue), core(IndicatorComposition)
    mine = (values.c.authority == code) & (values.c.indicator == name) & (values.c.month == month)
    headline = mine & (values.c.cut == "") & (values.c.space == "") & (values.c.part == "")
    row = tx.execute(select(values.c.quality, values.c.revision).where(headline)).one()
    quality = _with(row.quality, flag)
    if quality != row.quality:
        revision = row.revision + (1 if month in closed else 0)
        tx.execute(update(values).where(headline).values(quality=quality, revision=revision))
    tx.execute(
        delete(made).where(
            made.c.authority == code, made.c.indicator == name, made.c.month == month, made.c.kind == LIKE_FOR_LIKE
        )
    )
    if piece:
        upsert(tx, IndicatorComposition, [{"indicator": name, "authority": code, "month": month, **piece}])
