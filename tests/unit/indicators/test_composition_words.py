"""What a headline is made of has words in three languages, and names of the registers what was used of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.unit.indicators.cases import load
from texts import group
from texts.composition import name_of
from texts.values import ways
from transforms.cases import computed
from transforms.catalogue import catalogue
from transforms.choice import METHODS, RANKS
from warehouse.calendar import last_day, month_of, span

SHOWN = ("method", "formula", "part", "unused", "register")


@dataclass(frozen=True)
class Made:
    """A piece of what the headline of an indicator is made of in a month."""

    indicator: str
    month: str
    kind: str
    name: str


def pieces() -> Iterator[Made]:
    """Of every case in which a headline is calculated one of several ways, or with the calendar."""
    for one in catalogue().values():
        cases = load(one.id)
        is_filtered = any("asked_of" in row for case in cases for row in case.get("survey_response", ()))
        if is_filtered or "formula" in one.sql or "working_day" in one.header.inputs:
            for case in cases:
                for cell in computed(one, case):
                    yield from (Made(one.id, cell["month"], it["kind"], it["name"]) for it in cell["composition"])


@pytest.fixture(scope="module")
def made() -> frozenset[Made]:
    return frozenset(pieces())


def test_no_piece_is_shown_as_a_code(made: frozenset[Made]) -> None:
    raw = set()
    for one in made:
        titles = {name: part.title.he for name, part in catalogue()[one.indicator].header.parts.items()}
        if one.kind in SHOWN and not one.name.startswith("space:"):
            said = name_of(one.kind, one.name, "he", titles)
            raw |= {one} if one.name.partition(":")[0] in said else set()
    assert raw == set()


def test_every_way_to_know_a_figure_has_words() -> None:
    assert set(group("codes.ways")) == {*METHODS.values(), *RANKS, "opt_in", "probability"}
    assert ways("entered carried", "en") == "entered by staff, known from an earlier month"


def test_every_formula_that_has_words_is_one(made: frozenset[Made]) -> None:
    assert set(group("codes.formulas")) <= {one.name.partition(":")[0] for one in made if one.kind == "formula"}


def test_of_the_calendar_the_months_are_named_in_which_something_may_still_come(made: frozenset[Made]) -> None:
    """An answer counts within thirty days: December says nothing of what was asked in October."""
    named: dict[str, set[str]] = defaultdict(set)
    for one in made:
        if one.indicator == "website.answers" and one.name.startswith("working_day:"):
            named[one.month].add(one.name.partition(":")[2])
    assert {"2026-01", "2026-02"} <= named.keys()
    for month, months in named.items():
        assert months == set(span(month, month_of(last_day(month) + timedelta(30))))
