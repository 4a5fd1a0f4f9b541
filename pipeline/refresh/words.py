"""What BI reads beside the values, brought up to what stands: months, codes in words, headlines and their sentences.

Written in the transaction of the verdicts, and what did not change is not written. Sentences are made of verdicts that
changed, and all of them again where a release says them otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select, update

from pipeline.refresh.headlines import headlines_of
from pipeline.refresh.written import Written
from publishers import words
from transforms.catalogue import Indicator
from transforms.composition import SERIES_BREAK
from transforms.verdicts import month_days
from warehouse.bi_tables import DimCode, DimMonth, DimTownMonth, Headline
from warehouse.calendar import first_day, last_day, shift, span
from warehouse.ledger import core
from warehouse.store import transaction, upsert
from warehouse.tables import DimEvent, DimSpace, IndicatorValue
from warehouse.verdict_tables import Verdict

Cells = Mapping[str, Sequence[Any]]
PARTIAL = "partial_period"
COMPARED = ("part", "change", "change_share", "spoken_of")


def note_words(
    tx: Connection, code: str, catalogue: Mapping[str, Indicator], headlines: Cells, written: Written | None = None
) -> None:
    """Bring all of it up to what is stored of a town, or what rests on what was `written`; `headlines` are the figures
    that speak."""
    _note_headlines(tx, code, catalogue, headlines, None if written is None else written.figures)
    if written is None or _are_months_new(tx, code, written.months):
        whole = headlines if written is None else headlines_of(tx, code, catalogue)[0]
        _note_months(tx, code, {row.month for rows in whole.values() for row in rows})
    _note_codes(tx, code, written)


def are_words_old(tx: Connection, code: str) -> bool:
    """Whether a verdict has no sentence yet, or one of other texts than these."""
    said, known = core(Headline), core(Verdict)
    same = (said.c.authority == known.c.authority) & (said.c.indicator == known.c.indicator)
    query = select(known.c.inputs, said.c.spoken_of).select_from(
        known.outerjoin(said, same & (said.c.month == known.c.month))
    )
    return any(row.spoken_of != _digest(row.inputs) for row in tx.execute(query.where(known.c.authority == code)))


def _digest(inputs: str) -> str:
    return f"{inputs}-{words.digest()}"


def _note_headlines(
    tx: Connection, code: str, catalogue: Mapping[str, Indicator], headlines: Cells, only: Collection[str] | None
) -> None:
    table, verdicts = core(Headline), core(Verdict)
    mine = table.c.authority == code
    said = select(*(table.c[name] for name in ("indicator", "month", *COMPARED))).where(mine)
    judged = select(verdicts).where(verdicts.c.authority == code)
    if only is not None:
        said, judged = said.where(table.c.indicator.in_(only)), judged.where(verdicts.c.indicator.in_(only))
    stored = {(row.indicator, row.month): row for row in tx.execute(said)}
    concluded = {(row.indicator, row.month): row for row in tx.execute(judged)}
    wholes = _wholes(tx, code, catalogue, only)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for name, one in catalogue.items():
        if only is None or name in only:
            rows = _rows(one, headlines.get(name, ()), wholes.get(name, ()))
            found |= {(name, month): row for month, row in rows.items()}
    fresh = []
    for key, row in found.items():
        verdict, before = concluded.get(key), stored.get(key)
        row["spoken_of"] = "" if verdict is None else _digest(verdict.inputs)
        if before is None or before.spoken_of != row["spoken_of"]:
            fresh.append({"authority": code, "indicator": key[0], "month": key[1], **row, **_said(catalogue, verdict)})
        elif any(getattr(before, name) != row[name] for name in COMPARED):
            at = mine & (table.c.indicator == key[0]) & (table.c.month == key[1])
            tx.execute(update(table).where(at).values(**row))
    upsert(tx, Headline, fresh)
    for indicator, month in stored.keys() - found.keys():
        tx.execute(delete(table).where(mine & (table.c.indicator == indicator) & (table.c.month == month)))


def _wholes(
    tx: Connection, code: str, catalogue: Mapping[str, Indicator], only: Collection[str] | None
) -> dict[str, list[Any]]:
    """Of indicators for which a part speaks, the wholes that have no figure: they say why there is none."""
    values = core(IndicatorValue)
    speaking = [name for name, one in catalogue.items() if one.header.headline and (only is None or name in only)]
    query = select(values.c.indicator, values.c.month, values.c.value, values.c.quality).where(
        values.c.authority == code, values.c.indicator.in_(speaking), values.c.cut == "", values.c.space == "",
        values.c.part == "", values.c.value.is_(None),
    )  # fmt: skip
    found: dict[str, list[Any]] = {}
    for row in tx.execute(query):
        found.setdefault(row.indicator, []).append(row)
    return found


def _rows(one: Indicator, headlines: Sequence[Any], wholes: Sequence[Any]) -> dict[str, dict[str, Any]]:
    """Month -> where the figure stands, and how it compares with the year before within its stretch of the series."""
    part = one.header.headline
    parts = {row.month: "" for row in wholes} | {row.month: part for row in headlines}
    stretch, values = 0, dict[str, tuple[int, float | None]]()
    for row in headlines:  # in order of months
        flags = {flag.partition(":")[0] for flag in row.quality.split()}
        stretch += SERIES_BREAK in flags
        values[row.month] = stretch, None if PARTIAL in flags else row.value
    rows = {}
    for month, speaks in parts.items():
        before = shift(month, -12)
        (now_in, now), (then_in, then) = values.get(month, (0, None)), values.get(before, (0, None))
        is_comparable = now is not None and then is not None and now_in == then_in
        change = round(now - then, 6) if is_comparable and now is not None and then is not None else None
        rows[month] = {
            "date": first_day(month), "part": speaks, "year_before": before, "change": change,
            "change_share": round(change / abs(then), 6) if change is not None and then else None,
        }  # fmt: skip
    return rows


def _said(catalogue: Mapping[str, Indicator], verdict: Any) -> dict[str, str]:
    if verdict is None:
        return words.names(lambda _: "", "sentence")
    unit = catalogue[verdict.indicator].header.headline_unit
    return words.verdict(verdict.reason, json.loads(verdict.fields), unit, verdict.pace)


def _note_months(tx: Connection, code: str, months: Collection[str]) -> None:
    """The calendar from the year before the first of the months on, and what the months were in the town."""
    if not months:
        return
    known = set(tx.execute(select(core(DimMonth).c.month)).scalars())
    wanted = span(f"{int(min(months)[:4]) - 1}-01", f"{max(months)[:4]}-12")
    named = words.month(wanted[0])
    is_same = tx.execute(select(core(DimMonth).c.name_he).where(core(DimMonth).c.month == wanted[0])).scalar()
    new = [month for month in wanted if month not in known or is_same != named["name_he"]]
    upsert(tx, DimMonth, map(_month, new))
    table = core(DimTownMonth)
    tx.execute(delete(table).where(table.c.authority == code, table.c.month.not_in(sorted(months))))
    events = core(DimEvent)
    query = select(events.c.kind, events.c.first_day, events.c.last_day).where(events.c.authority == code)
    marked: dict[str, set[str]] = {"holiday": set(), "emergency": set()}
    for kind, first, last in tx.execute(query):
        if kind in marked:
            end = last.isoformat()[:7] if last else max(months)
            marked[kind].update(span(max(first.isoformat()[:7], min(months)), min(end, max(months))))
    upsert(
        tx,
        DimTownMonth,
        [
            {
                "authority": code,
                "month": month,
                "has_holiday": month in marked["holiday"],
                "has_emergency": month in marked["emergency"],
            }
            for month in sorted(months)
        ],
    )


def _are_months_new(tx: Connection, code: str, months: Collection[str]) -> bool:
    """Whether any of the months is one of which nothing was stored."""
    table = core(DimTownMonth)
    known = select(table.c.month).where(table.c.authority == code, table.c.month.in_(months))
    return bool(set(months) - set(tx.execute(known).scalars()))


def _month(month: str) -> dict[str, Any]:
    days, first = month_days(month), first_day(month)
    return {
        "month": month, "date": first, "last_day": last_day(month), "year": first.year,
        "quarter": (first.month + 2) // 3, "month_of_year": first.month, "number": first.year * 12 + first.month - 1,
        "year_before": shift(month, -12), **words.month(month),
        "feast_share": round(days.holidays, 6), "ramadan_share": round(days.ramadan, 6),
    }  # fmt: skip


def _note_codes(tx: Connection, code: str, written: Written | None) -> None:
    """Each code in words once: what a town's values say of reasons, flags and groups, and what is alike everywhere.

    Of what was `written` only codes that no cell had before, and that no cell has any more, are looked at.
    """
    values, spaces, table = core(IndicatorValue), core(DimSpace), core(DimCode)
    if written is not None:
        told = select(table.c.kind, table.c.code).where(table.c.authority == code)
        known = set(tx.execute(told).tuples())
        is_new = {one for one in written.came if one[1]} - known

        def is_left(kind: str, said: str) -> bool:
            here = select(values.c.month).where(values.c.authority == code, values.c[kind] == said)
            return tx.execute(here.limit(1)).first() is not None

        if not is_new and all(is_left(*one) for one in written.left & known):
            return
    named = tx.execute(select(spaces.c.space, spaces.c.title).where(spaces.c.authority == code))
    titles = {row.space: row.title for row in named}
    rows: list[dict[str, str]] = []
    for kind in (words.REASON, words.QUALITY, words.CUT):
        query = select(values.c[kind]).where(values.c.authority == code, values.c[kind] != "").distinct()
        rows += (words.town_code(code, kind, one, titles) for one in sorted(tx.execute(query).scalars()))
    for authority, found in (("", list(words.codes())), (code, rows)):
        _replace(tx, table, authority, found)


def _replace(tx: Connection, table: Any, authority: str, rows: Iterable[Mapping[str, str]]) -> None:
    found = {(row["kind"], row["key"]): row for row in rows}
    stored = tx.execute(select(table.c.kind, table.c.key).where(table.c.authority == authority)).all()
    for kind, key in {(row.kind, row.key) for row in stored} - found.keys():
        tx.execute(delete(table).where(table.c.authority == authority, table.c.kind == kind, table.c.key == key))
    upsert(tx, DimCode, found.values())


def bring_words_up(engine: Any, code: str, catalogue: Mapping[str, Indicator]) -> None:
    """Say everything again where a release says it otherwise; nothing otherwise."""
    with engine.connect() as connection:
        if not are_words_old(connection, code):
            return
    with transaction(engine) as tx:
        note_words(tx, code, catalogue, headlines_of(tx, code, catalogue)[0])
