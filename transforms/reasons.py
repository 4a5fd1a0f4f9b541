"""Why a value is missing: a stable code and its subject, put into words by whoever shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from transforms.catalogue import Indicator

REASONS = {
    "asset_not_used": "the authority declared that it does not use {subject}",
    "no_source": "no {subject} source is connected",
    "not_covered": "the {subject} sources do not cover this month",
    "source_silent": "the {subject} source gave an empty answer where records are usual; it is not taken for zero",
    "metric_withdrawn": "the platform no longer gives the figure: {subject}",
    "no_entry": "nobody has entered this figure in the staff workbook for this month",
    "no_wave": "no survey wave has asked about this in the 12 months before",
    "no_roster": "the staff roster is empty, so the authority cannot be told from the residents",
    "empty_denominator": "there is nothing to compute it from: nothing of the kind happened, or too little of it",
    "no_population": "the number of residents in this month is not known; give it in kehila.toml",
    "too_few_answers": "fewer than {subject} answers",
    "facts_not_connected": "no source gives {subject} yet",
}


def why_missing(con: duckdb.DuckDBPyConnection, indicator: Indicator, month: str, row: dict[str, Any] | None) -> str:
    """The reason as `code` or `code:subject` for a month whose value could not be computed."""
    if _rests_on_withdrawn(con, indicator, month):
        return f"metric_withdrawn:{next(iter(indicator.header.assets), 'any')}"
    if row is not None:
        return "empty_denominator" if _knows_residents(con, indicator, month) else "no_population"
    method, assets = indicator.header.method, indicator.header.assets
    if method == "surveyed":
        return "no_wave"
    if method == "reported":
        return "no_entry"
    subject = assets[0] if len(assets) == 1 else "any"
    facts = [name for name in indicator.facts if name != "coverage"]
    if _covered(con, facts, assets):
        return f"not_covered:{subject}"
    if _covered(con, [f"{name}:no_roster" for name in facts], assets):
        return "no_roster"
    return f"no_source:{subject}"


def _covered(con: duckdb.DuckDBPyConnection, facts: list[str], assets: Sequence[str]) -> bool:
    """Whether any source ever spoke of one of the facts for one of the assets (any asset when none is named)."""
    found = con.execute(
        """
        select count(*) from coverage
        where list_contains(?, fact) and (len(?) = 0 or list_contains(?, coalesce(asset, '')))
        """,
        [facts, assets, assets],
    ).fetchall()
    return bool(found[0][0])


NAMED_METRIC = "starts_with(c.fact, 'platform_metric:') and contains(?, concat(chr(39), substr(c.fact, 17), chr(39)))"
"""Of coverage `c`: a withdrawn metric the statement given as parameter names in quotes."""


def _rests_on_withdrawn(con: duckdb.DuckDBPyConnection, indicator: Indicator, month: str) -> bool:
    """Whether the statement names a metric that the platform no longer gave in the month."""
    query = f"select count(*) from coverage c where c.month = ? and {NAMED_METRIC}"  # noqa: S608
    return bool(con.execute(query, [month, indicator.sql]).fetchall()[0][0])


def _knows_residents(con: duckdb.DuckDBPyConnection, indicator: Indicator, month: str) -> bool:
    """False when the statement needs the number of residents and the register has none for the month."""
    if "population" not in indicator.header.inputs:
        return True
    return bool(con.execute("select count(*) from population where month = ?", [month]).fetchall()[0][0])


def in_words(reason: str) -> str:
    """The reason as an English clause."""
    code, _, subject = reason.partition(":")
    return REASONS.get(code, code).format(subject=subject or "suitable")
