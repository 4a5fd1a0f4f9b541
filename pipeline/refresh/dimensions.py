"""Dimensions and registers of a town: places, calendar, residents, the catalogue's own labels."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Engine, delete, func, select, tuple_

from pipeline.refresh.choices import choices_of
from pipeline.refresh.follow_ups import staff_targets
from town.population import residents_by_year
from town.sections import Authority
from town.seeded_days import with_seeds
from transforms.catalogue import Indicator
from transforms.registers import event_register, population_register, space_register
from transforms.staging.town import Town
from transforms.working_days import working_days
from warehouse.ledger import core
from warehouse.reference import Population, authorities, populations
from warehouse.registers import Space
from warehouse.store import transaction, upsert
from warehouse.tables import DimAuthority, DimEvent, DimIndicator, DimPart, DimPopulation, DimSpace
from warehouse.verdict_tables import DimChoice
from warehouse.vocabulary import UNREGISTERED, Asset, plain_kind


def with_accounts(town: Town, coverage: pa.Table) -> Town:
    """The town with a plain entry for every place that an account names, and so is the authority's, and its workbook
    does not. `coverage` is of all sources; the places nobody has named are no part of the town yet."""
    spaces = dict(town.spaces)
    named = coverage.select(["space", "asset"]).group_by(["space", "asset"]).aggregate([]).to_pylist()
    for row in sorted(named, key=lambda r: (r["space"], r["asset"] or "")):
        if row["space"] and row["space"] not in spaces and not row["space"].startswith(UNREGISTERED):
            asset: Asset = row["asset"] or "whatsapp"
            plain = {"authority": town.authority, "space": row["space"], "title": row["space"], "asset": asset}
            # Of Facebook an account is always a page; groups come as files.
            own = {"kind": "page" if asset == "facebook" else plain_kind(asset), "operated_by": "authority"}
            spaces[row["space"]] = Space.model_validate({**plain, **own})
    return dataclasses.replace(town, spaces=spaces)


def with_calendar(town: Town, authority: Authority) -> Town:
    """The town with the holidays its calendar begins with, where its staff said nothing else."""
    language = next((one for one in authority.languages), "he")
    events = with_seeds(authority.calendar, language, town.events, town.removed_events)
    return dataclasses.replace(town, events=tuple(events))


def registers_for(authority: Authority, town: Town, months: Iterable[str]) -> dict[str, pa.Table]:
    """The registers the statements join to, for these months."""
    asked = sorted(months)
    days = [(one["kind"], one["first_day"], one["last_day"]) for one in town.events]
    return {
        "space": space_register(town.spaces.values()),
        "event": event_register(town.authority, town.events),
        "population": population_register(town.authority, residents_by_year(authority), asked),
        "working_day": working_days(town.authority, authority.calendar.week, days, town.timezone, asked),
    }


def publish_dimensions(engine: Engine, authority: Authority, catalogue: Mapping[str, Indicator], town: Town) -> None:
    """Bring the dimension tables up to date; rows that did not change are not written."""
    code = town.authority
    unknown: dict[str, object] = {"kind": "city", "district_code": "", "district_he": "", "district_en": ""}
    known = authorities().get(code, unknown)
    named = {name: getattr(authority, name) or known.get(name, "") for name in ("name_he", "name_ar", "name_en")}
    empty = {"ses_cluster": None, "periphery_cluster": None, "haredi_share": None, "arab_share": None}
    residents = {(r["year"], r["population_group"]): r for r in populations().get(code, [])}
    for year, figure in authority.population.items():
        residents[(int(year), "all")] = Population(
            authority=code,
            year=int(year),
            population_group="all",
            residents=figure,
            source="the town's own figure",
        )
    spaces = [space.model_dump(include=set(DimSpace.model_fields)) for space in town.spaces.values()]
    events = [{"authority": code, **event} for event in town.events]
    indicators, parts = catalogue_rows(catalogue)
    with transaction(engine) as tx:
        _load_reference(tx)
        upsert(tx, DimAuthority, [{**empty, **known, **named, "authority": code}])
        told = core(DimPopulation)
        is_told = tuple_(told.c.year, told.c.population_group).in_(list(residents))
        tx.execute(delete(told).where(told.c.authority == code, ~is_told))
        upsert(tx, DimPopulation, residents.values())
        upsert(tx, DimIndicator, indicators)
        upsert(tx, DimPart, parts)
        choices = choice_rows(authority, catalogue, staff_targets(tx, code))
        for table, rows, key in (
            (DimSpace, spaces, "space"), (DimEvent, events, "event"), (DimChoice, choices, "indicator"),
        ):  # fmt: skip
            stored = core(table)
            present = [row[key] for row in rows]
            tx.execute(delete(stored).where(stored.c.authority == code, stored.c[key].not_in(present)))
            upsert(tx, table, rows)


def choice_rows(
    authority: Authority, catalogue: Mapping[str, Indicator], targets: Mapping[str, float]
) -> list[dict[str, Any]]:
    """What the town asks of each indicator, as rows of `dim_choice`; `targets` are those staff set.

    Raises ConfigProblem for an unknown name.
    """
    asked = choices_of(authority, catalogue, targets)
    return [{"authority": authority.code, "indicator": name, **dataclasses.asdict(one)} for name, one in asked.items()]


def _load_reference(tx: Connection) -> None:
    """All authorities of the reference table, once: a town is read beside its peers. Stored rows are left alone."""
    if tx.execute(select(func.count()).select_from(core(DimAuthority))).scalar_one() >= len(authorities()):
        return
    stored = set(tx.execute(select(core(DimAuthority).c.authority)).scalars())
    new = {code: row for code, row in authorities().items() if code not in stored}
    upsert(tx, DimAuthority, new.values())
    upsert(tx, DimPopulation, [row for code in new for row in populations().get(code, [])])


def catalogue_rows(catalogue: Mapping[str, Indicator]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The catalogue as rows of `dim_indicator` and `dim_part`."""
    indicators, parts = [], []
    for order, one in enumerate(catalogue.values(), start=1):
        head = one.header
        texts = {
            f"{name}_{lang}": getattr(getattr(head, name), lang)
            for name in ("title", "question", "advice")
            for lang in ("he", "ar", "en")
        }
        by_verdict = {"unit_words": head.unit_words, "when_rise": head.when.real_rise,
                      "when_fall": head.when.real_fall, "when_steady": head.when.no_signal}  # fmt: skip
        texts |= {
            f"{name}_{lang}": getattr(said, lang, "")
            for name, said in by_verdict.items()
            for lang in ("he", "ar", "en")
        }
        indicators.append(
            {
                "indicator": one.id, "family": one.family, "outcome": head.outcome, "aspect": head.aspect,
                "method": head.method, "unit": head.unit, "better": head.better, **texts,
                "headline": head.headline,
                "definition_he": head.definition_he,
                "definition_ar": head.definition_ar,
                "definition_en": head.definition,
                "minimum_effect": head.minimum_effect, "owner": head.owner, "since": head.since,
                "definition_version": one.definition_version, "sort_order": order,
            }
        )  # fmt: skip
        for code, part in head.parts.items():
            titles = {f"title_{lang}": getattr(part.title, lang) for lang in ("he", "ar", "en")}
            parts.append({"indicator": one.id, "part": code, "unit": part.unit, **titles})
    return indicators, parts
