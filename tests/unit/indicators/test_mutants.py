"""The tests of `test_heard` can fail: every rule of coverage, broken, makes them tell lies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.indicators.entries import ENTRIES, alone, beside, losses, reading, reports
from tests.unit.indicators.hearing import of_the_truth, readers, told, variants
from tests.unit.indicators.lies import lies
from tests.unit.indicators.mutants import MUTANTS, Mutant, broken
from tests.unit.indicators.test_heard import (
    test_what_may_still_come_makes_a_month_provisional_and_listening_on_makes_it_final,
)

TOLD_BY = ("request", "message", "gathering", "publication")
"""Facts whose silence is tried: the rule is one for all of them."""


def caught() -> Iterator[str]:
    """What the tests say, one after another."""
    for silence in variants():
        if silence.source.fact not in TOLD_BY:
            continue
        found = readers(silence.source)
        said = told(silence.case, found)
        for one in found:
            yield from lies(one, silence.case, said[one.id], silence)
        if silence.how in ("nothing", "one day"):
            case = {**silence.case, "report": reports()}
            entered = reading(ENTRIES, silence.source)
            with_entries = told(case, entered)
            for one in entered:
                yield from losses(one, case, with_entries[one.id])


def late() -> Iterator[str]:
    """What the test of open windows says."""
    for name in ("website.answers", "whatsapp.answers"):
        try:
            test_what_may_still_come_makes_a_month_provisional_and_listening_on_makes_it_final(name)
        except AssertionError as problem:
            yield str(problem)


SHORT = 2
"""Mutants tried in every run; all are in the long one."""


@pytest.mark.parametrize(
    "mutant",
    [
        pytest.param(one, id=one.name.replace(" ", "-"), marks=pytest.mark.long if place >= SHORT else ())
        for place, one in enumerate(MUTANTS)
    ],
)
def test_a_broken_rule_is_caught(mutant: Mutant) -> None:
    of_the_truth(), alone()  # before the rule is broken
    with broken(mutant):
        assert next((lie for tries in (late, beside, caught) for lie in tries()), None)
