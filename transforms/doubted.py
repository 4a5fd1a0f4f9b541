"""Which values lean on what the gate doubts: by the files they are computed from, not by what they are mostly about.

A measurement leans on every fact its statement reads, its base too; what staff entered on what they entered; a survey
on its answers. Of a fact it leans on the rows of its assets and of the places it counts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from transforms.catalogue import Indicator
from transforms.heard import Heard
from warehouse.calendar import month_of

SUSPECT = "suspect"
SINCE = "change_since_baseline"
STAFF = "staff"
"""The source of what people entered by hand."""


@dataclass(frozen=True, order=True)
class Doubt:
    """Rows of a month of a source's fact that passed in doubt.

    `assets` are theirs; `space` is the one place they are of, '' for all of it; of reports `indicator` is what was
    entered.
    """

    fact: str
    month: str
    source: str
    assets: tuple[str, ...] = ()
    space: str = ""
    indicator: str = ""


def leans_on_doubt(
    indicator: Indicator, heard: Heard, cell: Mapping[str, Any], as_of: date | None, doubts: Collection[Doubt]
) -> bool:
    """Whether a chosen cell leans on one of `doubts`, those of the files its month reads.

    `as_of` is the day a survey closed, or the last one heard.
    """
    counts = heard.counting(indicator, cell["month"])
    return any(
        _is_used(one, indicator, cell, as_of)
        and _is_of_asset(one, indicator, cell["part"])
        and (one.space in ("", cell["space"]) or (not cell["space"] and counts(one.space)))
        for one in doubts
    )


def waits_for_doubt(
    indicator: Indicator, heard: Heard, month: str, doubts: Collection[Doubt], published: Collection[str]
) -> bool:
    """Whether a published month of an indicator would now be computed of what is doubted of one that is not.

    `doubts` are those of the files the month reads. Its figures stay as they were until nothing is doubted there.
    """
    if month not in published:
        return False
    counts = heard.counting(indicator, month)
    return any(
        one.month not in published
        and one.indicator in ("", indicator.id)
        and _is_of_asset(one, indicator, "")
        and counts(one.space)
        for one in doubts
    )


def _is_used(one: Doubt, indicator: Indicator, cell: Mapping[str, Any], as_of: date | None) -> bool:
    """Whether a value known in these ways rests on the fact at all."""
    methods = set(cell["method"].split())
    by_hand = bool(methods - {"measured", "surveyed"})
    if one.fact == "report":
        return by_hand and one.indicator in ("", indicator.id)
    if one.fact == "survey_response" and "surveyed" in methods:
        # An earlier wave is the base of a change since then, and of nothing else.
        return as_of is None or cell["part"] == SINCE or one.month == month_of(as_of)
    return "measured" in methods or (by_hand and one.source == STAFF)


def _is_of_asset(one: Doubt, indicator: Indicator, part: str) -> bool:
    needs = indicator.needs_of(part) if part in indicator.header.needs else []
    of_part = {asset for either in needs for need in either for asset in need.assets or ()}
    assets = of_part or set(indicator.header.assets)
    return not assets or not one.assets or bool(assets & {*one.assets})
