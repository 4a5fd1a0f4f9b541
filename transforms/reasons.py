"""Why a value is missing: a stable code and its subject, put into words by whoever shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transforms.catalogue import Indicator
from transforms.ever_heard import NO_SOURCE, subject
from transforms.heard import Extent

REASONS = frozenset(
    {
        "asset_not_used",
        "no_source",
        "not_told",
        "not_covered",
        "not_long_enough",
        "no_members",
        "space_unregistered",
        "partly_covered",
        "source_forgot",
        "not_in_export",
        "not_known",
        "source_silent",
        "metric_withdrawn",
        "no_entry",
        "no_wave",
        "no_roster",
        "empty_denominator",
        "not_reached",
        "no_population",
        "too_few_answers",
        "too_few_people",
        "kept_back",
        "facts_not_connected",
    }
)

REVEALING = frozenset({"not_reached", "empty_denominator"})
"""Reasons that say something of what was heard: how few were answered, that nobody asked."""


def is_revealing(reason: str) -> bool:
    """Whether a reason says something of what was heard."""
    return reason.partition(":")[0] in REVEALING


def why_empty(indicator: Indicator, cell: Mapping[str, Any], *, are_residents_known: bool) -> str:
    """The reason of a figure that was heard and has no value: nothing to divide by, or too few were ever answered."""
    asked, answered = cell["denominator"], cell["numerator"]
    if cell["unit"] == "hours" and asked:
        return f"not_reached:{int(100 * (answered or 0) / asked)}"
    if "population" in indicator.header.inputs and not are_residents_known:
        return "no_population"
    return "empty_denominator"


def why_missing(
    indicator: Indicator, extent: Extent, is_withdrawn: bool, *, is_offered: bool, is_left_to_staff: bool
) -> str:
    """The reason of a month of which nothing can be said, as `code` or `code:subject`.

    `extent` is how far what the whole needs was heard, `is_offered` whether its statement had a figure for it,
    `is_left_to_staff` whether staff are those who tell it where no source is connected.
    """
    if is_withdrawn:
        return f"metric_withdrawn:{next(iter(indicator.header.assets), 'any')}"
    if indicator.header.method == "surveyed":
        return "no_wave"
    if indicator.header.method == "reported":
        return "no_entry"
    if indicator.header.method == "mixed" and is_left_to_staff and extent.why.startswith(NO_SOURCE):
        return "no_entry"
    if extent.why:
        return extent.why
    assets = indicator.header.assets
    if not any(indicator.needs_of(part) for part in ("", *indicator.header.needs)):
        return "no_entry" if indicator.header.method == "mixed" else f"no_source:{subject(assets)}"
    if not is_offered and indicator.is_over_members and extent.spaces:
        return "no_members"
    return "empty_denominator" if is_offered else f"not_covered:{subject(assets)}"
