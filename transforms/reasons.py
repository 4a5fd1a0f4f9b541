"""Why a value is missing: a stable code and its subject, put into words by whoever shows it."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from transforms.catalogue import Indicator

REASONS = frozenset(
    {
        "asset_not_used",
        "no_source",
        "not_covered",
        "space_unregistered",
        "source_silent",
        "metric_withdrawn",
        "no_entry",
        "no_wave",
        "no_roster",
        "empty_denominator",
        "no_population",
        "too_few_answers",
        "facts_not_connected",
    }
)


NAMED_METRIC = "starts_with(c.fact, 'platform_metric:') and contains(?, concat(chr(39), substr(c.fact, 17), chr(39)))"
"""Of coverage `c`: a withdrawn metric the statement given as parameter names in quotes."""

SITUATION = f"""
    with
        sources as (
            select bool_or(list_contains(?, fact)) as ever_covered, bool_or(list_contains(?, fact)) as without_roster
            from coverage
            where len(?) = 0 or list_contains(?, coalesce(asset, ''))
        ),
        withdrawn as (select distinct c.month from coverage c where {NAMED_METRIC}),
        counted as (select distinct month from population),
        unregistered as (
            select month, count(distinct space) as spaces
            from waiting
            where list_contains(?, split_part(fact, ':', 1)) and (len(?) = 0 or list_contains(?, coalesce(asset, '')))
            group by month
        )
    select
        m.month, withdrawn.month is not null, counted.month is not null, coalesce(unregistered.spaces, 0),
        ever_covered, without_roster
    from months m
    cross join sources
    left join withdrawn on withdrawn.month = m.month
    left join counted on counted.month = m.month
    left join unregistered on unregistered.month = m.month
"""  # noqa: S608
"""Of each month asked for: is a metric the statement names withdrawn, are the residents known, how many places that
wait to be registered speak of a fact; and over all months, did a source of these assets ever cover one of the facts,
or cover it but for the roster."""


def why_missing(con: duckdb.DuckDBPyConnection, indicator: Indicator, has_row: Mapping[str, bool]) -> dict[str, str]:
    """Month -> the reason, as `code` or `code:subject`, for months whose value could not be computed.

    `has_row` says of each month whether the statement gave a row, with nothing in it. One query, however many months.
    """
    if not has_row:
        return {}
    assets = indicator.header.assets
    facts = [name for name in indicator.facts if name != "coverage"]
    rosterless = [f"{name}:no_roster" for name in facts]
    asked = [facts, rosterless, assets, assets, indicator.sql, facts, assets, assets]
    rows = con.execute(SITUATION, asked).fetchall()
    return {month: _reason(indicator, has_row[month], *known) for month, *known in rows if month in has_row}


def _reason(
    indicator: Indicator, has_row: bool, is_withdrawn: bool, residents_known: bool, waiting: int,
    covered: bool, rosterless: bool,
) -> str:  # fmt: skip
    method, assets = indicator.header.method, indicator.header.assets
    if is_withdrawn:
        return f"metric_withdrawn:{next(iter(assets), 'any')}"
    if has_row:
        needs_residents = "population" in indicator.header.inputs
        return "no_population" if needs_residents and not residents_known else "empty_denominator"
    if method in ("surveyed", "reported"):
        return "no_wave" if method == "surveyed" else "no_entry"
    if waiting:
        return f"space_unregistered:{waiting}"
    subject = assets[0] if len(assets) == 1 else "any"
    if covered:
        return f"not_covered:{subject}"
    return "no_roster" if rosterless else f"no_source:{subject}"
