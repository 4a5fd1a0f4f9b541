"""Verdicts of the headlines, of the months whose series changed, stored beside the values."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, select, update

from pipeline.refresh.choices import Choice, choices_of
from pipeline.refresh.follow_ups import staff_targets
from pipeline.refresh.headlines import headlines_of
from pipeline.refresh.words import note_words
from pipeline.refresh.written import Written
from town.config import ConfigProblem
from town.population import residents_in
from town.sections import Authority
from town.store import TownStore
from transforms.catalogue import Indicator
from transforms.choice import INCOMPLETE, NOT_FINAL
from transforms.composition import SERIES_BREAK
from transforms.staging.town import Town
from transforms.verdicts import Emergency, Point, Rebase, Series, Target, as_text, claims, digests_of, verdict_of
from transforms.verdicts import Verdict as Concluded
from warehouse.calendar import last_day
from warehouse.ledger import core
from warehouse.names import no_such
from warehouse.reference import authorities
from warehouse.store import transaction, upsert
from warehouse.tables import IndicatorValue
from warehouse.verdict_tables import Verdict, VerdictSeries
from warehouse.vocabulary import NO_VERDICT

Rows = Sequence[Any]


def refresh_verdicts(store: TownStore, town: Town, written: Written | None = None) -> int:
    """Bring the verdicts up to date, of all that is stored or of what was `written`; gives how many were computed.

    A month is looked at again when its series up to then, an emergency or an act changed, and at no other time.
    Raises ConfigProblem for an act, a target or a choice that names no indicator.
    """
    authority, only = store.authority, None if written is None else written.figures
    judged: set[str] = set()
    count = 0
    known_names = {*store.catalogue, *(one.family for one in store.catalogue.values())}
    for name in set(authority.rebase) - known_names:
        raise ConfigProblem(f"[authority.rebase] {no_such('indicator', name, store.catalogue)}")
    emergencies = emergencies_of(town)
    with transaction(store.engine) as tx:
        choices = choices_of(authority, store.catalogue, staff_targets(tx, authority.code))
        headlines, pairs = headlines_of(tx, authority.code, store.catalogue, only)
        known = _known(tx, authority.code, only)
        months = sorted({row.month for rows in headlines.values() for row in rows})
        residents = residents_in(authority, months)
        for name, one in store.catalogue.items():
            if only is not None and name not in only:
                continue
            rows = headlines.get(name, [])
            like = pairs.get(name, {})
            series = series_of(one, rows, like, residents, authority, emergencies, store.today, choices[name])
            stale, gone = _bring_up_to_date(tx, authority.code, one, series, rows, known.get(name, {}))
            judged.update(stale, gone)
            count += len(stale)
        leading = [name for name, one in choices.items() if one.lead]
        note_claims(tx, authority.code, leading, None if written is None else judged)
        note_words(tx, authority.code, store.catalogue, headlines, written)
    return count


def emergencies_of(town: Town) -> tuple[Emergency, ...]:
    """The emergencies of the town's calendar of events."""
    return tuple(
        Emergency(one["first_day"], one["last_day"], one["scope"] or "", one["source"] or "")
        for one in town.events
        if one["kind"] == "emergency"
    )


def note_claims(tx: Connection, code: str, leading: Collection[str], months: Collection[str] | None = None) -> None:
    """Say of each verdict (of `months` some) its place among what page one claims of its month, of the `leading`
    indicators."""
    table = core(Verdict)
    names = ("indicator", "month", "word", "reason", "p", "claim")
    query = select(*(table.c[name] for name in names)).where(table.c.authority == code)
    if months is not None:
        query = query.where(table.c.month.in_(months))
    rows = tx.execute(query).all()
    by_month: dict[str, dict[str, Concluded]] = {}
    for row in rows:
        if row.indicator in leading:
            said = Concluded(row.word, row.month, row.month, row.reason, p=row.p)
            by_month.setdefault(row.month, {})[row.indicator] = said
    places = {
        (name, month): place for month, found in by_month.items() for place, name in enumerate(claims(found), start=1)
    }
    for row in rows:
        place = places.get((row.indicator, row.month), 0)
        if place != row.claim:
            at = (table.c.authority == code) & (table.c.indicator == row.indicator) & (table.c.month == row.month)
            tx.execute(update(table).where(at).values(claim=place))


def series_of(
    indicator: Indicator, rows: Rows, pairs: Mapping[str, tuple[float, float]], residents: Mapping[str, int],
    authority: Authority, emergencies: tuple[Emergency, ...], today: date, choice: Choice,
) -> Series:  # fmt: skip
    """The headlines of an indicator as a series; counts are held against the residents where these are known."""
    head = indicator.header
    is_count = head.headline_unit == "count" and all(row.month in residents for row in rows)
    arabs: Any = authorities().get(authority.code, {}).get("arab_share")
    return Series(
        indicator.id,
        head.headline_unit,
        tuple(_point(row, pairs.get(row.month), residents[row.month] if is_count else None, today) for row in rows),
        minimum_effect=choice.minimum_effect,
        arab_share=float(arabs or 0.0),
        is_surveyed=head.method == "surveyed",
        is_quarterly=head.is_quarterly,
        emergencies=emergencies,
        rebases=tuple(
            Rebase(month, why)
            for name in (indicator.family, indicator.id)
            for month, why in authority.rebase.get(name, {}).items()
        ),
        target=None if choice.target is None else Target(choice.target, is_ceiling=head.better == "lower"),
    )


def _point(row: Any, pair: tuple[float, float] | None, exposure: int | None, today: date) -> Point:
    """A total that only lacks places is compared with the months that lack them too, once its month is over."""
    flags = frozenset(row.quality.split())
    lacks_places = {flag.partition(":")[0] for flag in flags} & NOT_FINAL == {INCOMPLETE}
    status = "final" if lacks_places and row.status == "provisional" and last_day(row.month) < today else row.status
    broken = next((flag for flag in flags if flag.partition(":")[0] == SERIES_BREAK), "")
    return Point(
        row.month, row.value, status, flags, row.numerator, row.denominator, row.n, exposure, row.lo, row.hi,
        pair, broken and (broken.partition(":")[2] or "method"),
    )  # fmt: skip


def _bring_up_to_date(
    tx: Connection, code: str, indicator: Indicator, series: Series, rows: Rows, known: Mapping[str, Any]
) -> tuple[list[str], set[str]]:
    """Compute what is stale of an indicator, and say each headline's word beside its value.

    Gives the months that were stale, and those that have no verdict any more.
    """
    table, texts, values = core(Verdict), core(VerdictSeries), core(IndicatorValue)
    mine = (table.c.authority == code) & (table.c.indicator == indicator.id)
    there_are = {row.month for row in rows}
    if gone := set(known) - there_are:
        tx.execute(delete(table).where(mine & table.c.month.in_(gone)))
    digests = digests_of(series, there_are, indicator.definition_version)
    stale = [month for month, digest in digests.items() if month not in known or known[month].inputs != digest]
    fresh = [_row(code, indicator, series, month, digests[month]) for month in stale]
    upsert(tx, Verdict, fresh)
    if stale or gone:
        upsert(tx, VerdictSeries, [{"authority": code, "indicator": indicator.id, "series": as_text(series)}])
    if not rows:
        tx.execute(delete(texts).where((texts.c.authority == code) & (texts.c.indicator == indicator.id)))
    headline = indicator.header.headline
    at_all = (values.c.cut == "") & (values.c.space == "") & (values.c.authority == code)
    at_all &= values.c.indicator == indicator.id
    if headline:  # what an earlier release concluded of the whole
        is_old = (values.c.part == "") & (values.c.verdict != NO_VERDICT)
        tx.execute(update(values).where(at_all & is_old).values(verdict=NO_VERDICT, verdict_reason=""))
    words = {month: (one.word, one.reason) for month, one in known.items()}
    words |= {one["month"]: (one["word"], one["reason"]) for one in fresh}
    for row in rows:
        word, reason = words[row.month]
        if (row.verdict, row.verdict_reason) != (word, reason):
            at = at_all & (values.c.part == headline) & (values.c.month == row.month)
            tx.execute(update(values).where(at).values(verdict=word, verdict_reason=reason))
    return stale, gone


def _row(code: str, indicator: Indicator, series: Series, month: str, digest: str) -> dict[str, Any]:
    found = asdict(verdict_of(series, month))
    for name in ("adjusted", "asked"):
        del found[name]
    return {
        **found, "authority": code, "indicator": indicator.id, "month": month, "complete_month": found["month"],
        "claim": 0,
        "fields": json.dumps(found["fields"], sort_keys=True), "baseline": " ".join(found["baseline"]),
        "inputs": digest, "definition_version": indicator.definition_version,
    }  # fmt: skip


def _known(tx: Connection, code: str, only: Collection[str] | None) -> dict[str, dict[str, Any]]:
    table = core(Verdict)
    found: dict[str, dict[str, Any]] = {}
    names = ("indicator", "month", "inputs", "word", "reason")
    query = select(*(table.c[name] for name in names)).where(table.c.authority == code)
    if only is not None:
        query = query.where(table.c.indicator.in_(only))
    for row in tx.execute(query):
        found.setdefault(row.indicator, {})[row.month] = row
    return found
