"""Each month of a headline beside the last one told before it: of the same things, like for like, or a break."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, select, update

from transforms.composition import LIKE_FOR_LIKE, SERIES_BREAK, Headline, Piece, against
from transforms.compute import Computed
from warehouse.ledger import core
from warehouse.store import upsert
from warehouse.tables import IndicatorComposition, IndicatorValue

OURS = (LIKE_FOR_LIKE, SERIES_BREAK)


class Restored(NamedTuple):
    """A stored headline that was compared anew: its flags before and now."""

    indicator: str
    month: str
    before: str
    now: str


def compare(tx: Connection, code: str, computed: Sequence[Computed], closed: frozenset[str]) -> list[Restored]:
    """Flag the computed headlines, and the stored one that follows each, by what they are totals of.

    The cells of `computed` are changed in place, before they are stored; a stored month that follows a computed one is
    brought up to date here, with a new revision when it is closed. Gives those.
    """
    told = _told(tx, code, [one.indicator.id for one in computed])
    beside = {one.indicator.id: _beside(one, told.get(one.indicator.id, {})) for one in computed}
    pieces = _pieces(tx, code, beside)
    restored: list[Restored] = []
    for one in computed:
        name = one.indicator.id
        stored = {
            month: Headline(month, *told[name][month], tuple(pieces.get((name, month), ()))) for month in beside[name]
        }
        restored += _compare(tx, code, one, stored, closed)
    return restored


def _compare(
    tx: Connection, code: str, one: Computed, told: dict[str, Headline], closed: frozenset[str]
) -> Iterator[Restored]:
    """Of one indicator; `told` are its stored headlines that stand beside computed months."""
    name, fresh = one.indicator.id, _headlines(one)
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
            yield _restore(tx, code, name, month, flag, piece, closed)


def _headlines(one: Computed) -> dict[str, Any]:
    return {cell["month"]: cell for cell in one.cells if not (cell["cut"] or cell["space"] or cell["part"])}


def _beside(one: Computed, told: Iterable[str]) -> list[str]:
    """The stored months that are compared with a computed one: the last before it that tells a figure, the next after.

    One that is computed itself is among them no more.
    """
    rest = sorted(set(told) - set(one.months))
    found = set()
    for month in one.months:
        place = bisect(rest, month)
        found.update(rest[max(place - 1, 0) : place + 1])
    return sorted(found)


def _with(quality: str, flag: str) -> str:
    kept = {word for word in quality.split() if word.partition(":")[0] not in OURS or word == SERIES_BREAK}
    return " ".join(sorted({*kept, *([flag] if flag else [])}))


def _told(tx: Connection, code: str, names: Sequence[str]) -> dict[str, dict[str, tuple[float, str]]]:
    """Indicator -> month -> value and unit of the stored headlines that have a value."""
    values = core(IndicatorValue)
    mine = (values.c.authority == code) & values.c.indicator.in_(names) & (values.c.cut == "")
    whole = mine & (values.c.space == "") & (values.c.part == "") & values.c.value.is_not(None)
    found: dict[str, dict[str, tuple[float, str]]] = {}
    for row in tx.execute(select(values.c.indicator, values.c.month, values.c.value, values.c.unit).where(whole)):
        found.setdefault(row.indicator, {})[row.month] = row.value, row.unit
    return found


def _pieces(tx: Connection, code: str, asked: Mapping[str, Sequence[str]]) -> dict[tuple[str, str], list[Piece]]:
    """(indicator, month) -> what a stored headline is made of."""
    made = core(IndicatorComposition)
    months = sorted({month for found in asked.values() for month in found})
    names = [name for name, found in asked.items() if found]
    found: dict[tuple[str, str], list[Piece]] = {}
    if names:
        query = select(made).where(made.c.authority == code, made.c.indicator.in_(names), made.c.month.in_(months))
        for row in tx.execute(query):
            if row.kind != LIKE_FOR_LIKE:
                piece: dict[str, Any] = {key: getattr(row, key) for key in ("kind", "name", "amount", "base", "detail")}
                found.setdefault((row.indicator, row.month), []).append(piece)
    return found


def _restore(
    tx: Connection, code: str, name: str, month: str, flag: str, piece: Piece | None, closed: frozenset[str]
) -> Restored:
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
    return Restored(name, month, row.quality, quality)
