"""Why a value is missing: a stable code and its subject, put into words by whoever shows it."""

from __future__ import annotations

from typing import Any

import duckdb

from transforms.catalogue import Indicator

REASONS = {
    "asset_not_used": "the authority declared that it does not use {subject}",
    "no_source": "no {subject} source is connected",
    "not_covered": "the {subject} sources do not cover this month",
    "no_entry": "nobody has entered this figure in the staff workbook for this month",
    "no_wave": "no survey wave has asked about this in the 12 months before",
    "no_roster": "the staff roster is empty, so the authority cannot be told from the residents",
    "empty_denominator": "there is nothing to divide by: nothing of the kind happened",
    "too_few_answers": "fewer than {subject} answers",
    "facts_not_connected": "no source gives {subject} yet",
}


def why_missing(con: duckdb.DuckDBPyConnection, indicator: Indicator, month: str, row: dict[str, Any] | None) -> str:
    """The reason as `code` or `code:subject` for a month whose value could not be computed."""
    if row is not None:
        return "empty_denominator"
    method, assets = indicator.header.method, indicator.header.assets
    if method == "surveyed":
        return "no_wave"
    if method == "reported":
        return "no_entry"
    facts = [name for name in indicator.facts if name != "coverage"]
    found = con.execute(
        """
        select count(*) from coverage
        where list_contains(?, fact) and (len(?) = 0 or list_contains(?, coalesce(asset, '')))
        """,
        [facts, assets, assets],
    ).fetchall()
    subject = assets[0] if len(assets) == 1 else "any"
    if found[0][0]:
        return f"not_covered:{subject}"
    return f"no_source:{subject}"


def in_words(reason: str) -> str:
    """The reason as an English clause."""
    code, _, subject = reason.partition(":")
    return REASONS.get(code, code).format(subject=subject or "suitable")
