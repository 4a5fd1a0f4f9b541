"""True or silent: of every indicator, every source it reads is silenced in every way, and what it then says is checked.

The truth is what the indicator says of a town of which all is heard.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.unit.indicators.entries import ENTRIES, alone, beside, losses, reading, reports
from tests.unit.indicators.hearing import MEASURED, of_the_truth, readers, told, truth, variants
from tests.unit.indicators.lies import lies
from tests.unit.indicators.loud_town import MONTH
from tests.unit.indicators.silence import Silence, Source, without


def tried(*hows: str) -> list[Any]:
    """The variants as parameters of a test: those of all places of an asset in every run, the others in the long one."""
    found = [one for one in variants() if not hows or one.how in hows]
    is_short = {one for one in found if not one.source.space and one.how in ("nothing", "one day")}
    return [
        pytest.param(one, id=one.name.replace(" ", "-"), marks=() if one in is_short else pytest.mark.long)
        for one in found
    ]


@pytest.mark.parametrize("silence", tried("one day", "nothing"))
def test_no_staff_entry_is_lost(silence: Silence) -> None:
    found = reading(ENTRIES, silence.source)
    case = {**silence.case, "report": reports()}
    said = told(case, found)
    assert [one for each in found for one in losses(each, case, said[each.id])] == []


def test_an_entry_stands_beside_a_full_measurement() -> None:
    assert beside() == []


def test_every_indicator_that_staff_enter_is_entered_alone() -> None:
    assert {name for name, cells in alone().items() if not cells} == set()


def test_what_is_heard_in_full_is_told_and_final() -> None:
    """Where only staff can tell a kind the sum is a lower bound, and without staff some have nothing to say."""
    by_staff = {"whatsapp.meetups", "resilience.reach_depth", "programmes.goals", "measurement.participation"}
    by_staff |= {"assets.told_back"}
    bound = {one.id for one in MEASURED.values() if isinstance(one.header.sum_of, list) and one.header.sum_of}
    for name, cells in of_the_truth().items():
        head = cells["", ""]
        if name in by_staff:
            assert head["reason"] == "no_entry", name
        else:
            assert head["value"], name
            assert head["status"] == "final" or name in bound, (name, head["quality"])


@pytest.mark.parametrize("name", [one.id for one in MEASURED.values() if one.header.windows and one.header.needs])
def test_what_may_still_come_makes_a_month_provisional_and_listening_on_makes_it_final(name: str) -> None:
    indicator = MEASURED[name]
    early = {**truth(), "coverage": [row for row in truth()["coverage"] if row["month"] <= MONTH]}
    open_ones = [told(early, [indicator])[name], told(truth(), [indicator], date(2026, 4, 1))[name]]
    final = of_the_truth()[name]
    told_of = [part for part in indicator.header.windows if ("", part) in final]
    assert told_of
    for part in told_of:
        for cells in open_ones:
            assert cells["", part]["status"] == "provisional", part
            assert "right_censored" in cells["", part]["quality"].split(), part
            assert cells["", part]["value"] == final["", part]["value"]
        assert final["", part]["status"] == "final"


PLACES = sorted(
    {(one["fact"], one["asset"], one["space"]) for one in truth()["coverage"] if one["space"].endswith("1")}
)


ONE_OF_EACH = {fact: place for place in reversed(PLACES) for fact in place[:1]}


@pytest.mark.parametrize(
    "place",
    [pytest.param(one, marks=() if one in ONE_OF_EACH.values() else pytest.mark.more) for one in PLACES],
    ids="-".join,
)
def test_rows_of_a_place_no_source_speaks_for_are_in_no_total(place: tuple[str, str, str]) -> None:
    """What is known of it without anybody speaking for it is a part of nobody knows what: as if it were not there."""
    source = Source(*place)
    gone = without(truth(), source, MONTH)
    without_rows = told(gone, found := readers(source))
    with_rows = told({**truth(), "coverage": gone["coverage"]}, found)
    for one in found:
        figures = [
            {at: cell["value"] for at, cell in said[one.id].items() if cell["value"] is not None}
            for said in (without_rows, with_rows)
        ]
        for at in figures[0].keys() & figures[1].keys() if place[0] == "membership" else {*figures[0], *figures[1]}:
            assert figures[0].get(at) == figures[1].get(at), (one.id, at)


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(one, marks=() if one[1] in ("open1", "page1", "site1", "list1") else pytest.mark.more)
        for one in sorted({(one["asset"], one["space"]) for one in truth()["coverage"]})
    ],
    ids="-".join,
)
def test_a_place_shown_to_be_older_than_it_was_heard_is_lacking_as_one_registered_since(place: tuple[str, str]) -> None:
    """A source that comes to a place long after it began: of the months before, what it shows says what a day would."""
    asset, space = place
    sources = [Source(fact, asset, space) for fact in sorted({one["fact"] for one in truth()["coverage"]})]
    case = truth()
    for source in sources:
        case = without(without(case, source, MONTH), source, "2026-02")
    found = list(MEASURED.values())

    def said(from_day: date | None, exists_since: date | None) -> dict[str, Any]:
        places = [{**one, "from_day": from_day} if one["space"] == space else one for one in case["space"]]
        older = [
            {**one, "exists_since": exists_since} if (one["space"], one["month"]) == (space, "2026-04") else one
            for one in case["coverage"]
        ]
        return told({**case, "space": places, "coverage": older}, found)

    shown = said(None, date(2025, 11, 30))
    asked = ("value", "status", "quality", "reason")
    for name, cells in said(date(2025, 11, 30), None).items():
        for at, cell in cells.items():
            assert [shown[name][at][one] for one in asked] == [cell[one] for one in asked], (name, at)
    unknown = said(None, None)
    missed = {name for name, cells in shown.items() if f"incomplete:{space}" in cells["", ""]["quality"].split()}
    assert all(shown[name]["", ""]["status"] != "final" for name in missed)
    if space != asset:  # an asset nobody heard is named alike
        assert not any(f"incomplete:{space}" in cells["", ""]["quality"].split() for cells in unknown.values())
    beside = [one for one in case["space"] if one["asset"] == asset and one["space"] != space]
    assert missed or not beside, "the total of an asset with another place says that this one was there"


@pytest.mark.parametrize("silence", tried())
def test_a_silenced_source_is_not_spoken_for(silence: Silence) -> None:
    said = told(silence.case, found := readers(silence.source))
    assert [lie for one in found for lie in lies(one, silence.case, said[one.id], silence)] == []
