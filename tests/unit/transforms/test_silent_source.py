"""A month a silent source owes: missing by that name, and what others told is not the whole."""

from typing import Any

import pytest

from transforms.catalogue import catalogue
from transforms.cells import empty_cell, mark_source_down, suspect_assets

MONTH = "2026-11"


def cell(**more: Any) -> dict[str, Any]:
    return {**empty_cell(catalogue()["newsletter.clickers"], MONTH), **more}


@pytest.mark.parametrize(
    ("silent", "assets"),
    [
        ({("mailing", "newsletter", MONTH)}, ["newsletter"]),
        ({("mailing", "newsletter", "2026-10")}, []),  # another month
        ({("membership", "newsletter", MONTH)}, []),  # a fact it does not read
        ({("mailing", "facebook", MONTH)}, []),  # another asset
        (set(), []),
    ],
)
def test_only_what_an_indicator_reads_of_its_assets_in_the_month_concerns_it(
    silent: set[tuple[str, str, str]], assets: list[str]
) -> None:
    assert suspect_assets(catalogue()["newsletter.clickers"], frozenset(silent), MONTH) == assets


@pytest.mark.parametrize("reason", ["not_covered:newsletter", "no_source:newsletter", "empty_denominator"])
def test_what_is_missing_because_of_silence_says_so(reason: str) -> None:
    one = cell(reason=reason)
    mark_source_down(one, ["newsletter"])
    assert (one["value"], one["status"], one["reason"]) == (None, "missing", "source_silent:newsletter")


def test_a_value_from_before_the_silence_stays_and_carries_a_sign() -> None:
    one = cell(value=7.0, status="provisional", quality="partial_period")
    mark_source_down(one, ["newsletter"])
    assert (one["value"], one["quality"], one["reason"]) == (7.0, "partial_period source_down", "")


@pytest.mark.parametrize(
    "more",
    [
        {"reason": "no_entry"},
        {"reason": "no_roster"},
        {"status": "not_applicable", "reason": "asset_not_used:newsletter"},
    ],
)
def test_what_is_missing_for_another_reason_keeps_it(more: dict[str, Any]) -> None:
    one = cell(**more)
    mark_source_down(one, ["newsletter"])
    assert one["reason"] == more["reason"]
