"""Bad batches in every source: what a person would stop is stopped or said, and no published figure changes.

What becomes of each stands in docs/gate.md.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import time_machine
from sqlalchemy import text

from pipeline.refresh.outcome import Refreshed
from pipeline.refresh.published import note_figures
from pipeline.refresh.refresh import refresh
from pipeline.upkeep.upkeep import rebuild
from tests.conftest import ROOT
from tests.e2e.bad_batches import PLANTS, rounds
from tests.e2e.bad_batches.planted import planted
from tests.e2e.bad_batches.plants import Plant
from tests.e2e.bad_town import CLOSED, NOW, OPEN, copied
from town.store import TownStore
from warehouse.checks import accept, checks
from warehouse.gate_tables import CheckRow

pytestmark = pytest.mark.more

ROUNDS = [*(one for one in rounds() if one[0].is_of_closed)][:3] + [
    *(one for one in rounds() if not one[0].is_of_closed)
][:2]
"""Rounds of every run of the tests; each plant by itself is long."""


def published(store: TownStore) -> dict[tuple[str, str, str], tuple[float | None, str]]:
    """The figures of the published month."""
    asked = text("select indicator, space, part, value, reason from indicator_value where month = :month")
    with store.engine.connect() as connection:
        rows = connection.execute(asked, {"month": CLOSED})
        return {(row.indicator, row.space, row.part): (row.value, row.reason) for row in rows}


def place(one: CheckRow) -> tuple[str, ...]:
    return one.source, one.fact, one.month, one.rule, one.space, one.verdict


def comes(store: TownStore, plants: list[Plant]) -> Refreshed:
    """The batches come, and the pipeline runs on them."""
    with time_machine.travel(NOW, tick=True), planted(plants):
        return refresh(store, months=[CLOSED])


def judge(store: TownStore, plants: list[Plant]) -> None:
    before, clean = published(store), {place(one) for one in checks(store.ledger)}
    done = comes(store, plants)
    found = [one for one in checks(store.ledger) if place(one) not in clean]
    for plant in plants:
        mine = [one for one in found if one.source == plant.source]
        assert mine, f"{plant.source}: {plant.name} passed in silence"
        said = {f"{one.fact}.{one.rule}" for one in mine if one.verdict == plant.verdict}
        said |= {f"{one.fact}.rows" for one in mine if f"{one.fact}.announced" in said}  # none at all is fewer, too
        assert mine[0].verdict == plant.verdict and plant.rule in said, (plant.name, sorted(map(place, mine)))
    told = {(one.source, one.fact, one.month) for one in (*done.refused, *done.warnings)}
    kept_back = {(one.source, one.fact, one.month) for one in found if one.verdict != "aside"}
    assert kept_back <= told, "whoever ran it is told"
    now = published(store)
    assert {key: (before.get(key), now.get(key)) for key in before | now if before.get(key) != now.get(key)} == {}


@pytest.mark.parametrize("number", range(len(ROUNDS)))
def test_a_bad_batch_is_stopped_or_said_and_changes_no_published_figure(
    number: int, bad_town_built: Path, tmp_path: Path
) -> None:
    with copied(bad_town_built, tmp_path / "town") as store:
        judge(store, ROUNDS[number])


@pytest.mark.long
@pytest.mark.parametrize("plant", PLANTS, ids=lambda one: f"{one.source}: {one.name}")
def test_a_bad_batch_by_itself(plant: Plant, bad_town_built: Path, tmp_path: Path) -> None:
    with copied(bad_town_built, tmp_path / "town") as store:
        judge(store, [plant])


def test_a_published_figure_follows_a_doubted_month_once_that_is_accepted(bad_town_built: Path, tmp_path: Path) -> None:
    """Answers of the open month count in the published one: they wait while it is doubted who wrote."""
    plant = next(one for one in PLANTS if one.name == "nobody is known, in an open month")
    with copied(bad_town_built, tmp_path / "town") as store:
        before = published(store)
        comes(store, [plant])
        assert published(store) == before
        accept(store.ledger, "message", OPEN, "tried")
        comes(store, [plant])
        assert published(store) != before


def test_a_rebuild_leaves_standing_what_a_refresh_does(bad_town_built: Path, tmp_path: Path) -> None:
    plant = next(one for one in PLANTS if one.name == "nobody is known, in an open month")
    with copied(bad_town_built, tmp_path / "town") as store:
        before = published(store)
        comes(store, [plant])
        with time_machine.travel(NOW, tick=True), planted([plant]):
            rebuild(store)
            assert published(store) == before
            accept(store.ledger, "message", OPEN, "tried")
            rebuild(store)
        assert published(store) != before, "what was accepted is not doubted again in other words"


def test_what_is_accepted_of_a_batch_is_accepted_of_its_figures_once(bad_town_built: Path, tmp_path: Path) -> None:
    plant = next(one for one in PLANTS if one.name.startswith("subscribers +900 %") and one.is_of_closed)
    figure = "newsletter.subscribers"

    def of_figures(store: TownStore) -> list[tuple[str, str]]:
        found = [one for one in checks(store.ledger, is_open=False) if (one.source, one.fact) == ("", figure)]
        return [(one.resolved_by, one.reason) for one in found if one.month == CLOSED]

    # One clock for all of it: an acceptance speaks for what is judged after it.
    with copied(bad_town_built, tmp_path / "town") as store, time_machine.travel(NOW, tick=True), planted([plant]):
        before = published(store)[figure, "", ""]
        refresh(store, months=[CLOSED])
        assert published(store)[figure, "", ""] == before and of_figures(store) == []
        accept(store.ledger, "membership", CLOSED, "a list was joined to it")
        refresh(store, months=[CLOSED])
        assert published(store)[figure, "", ""] != before
        assert of_figures(store) == [("accepted", "a list was joined to it")], "asked once, not in two words"
        refresh(store, months=[CLOSED])
        assert of_figures(store) == [("accepted", "a list was joined to it")]
        with store.engine.begin() as tx:  # what it becomes after that was accepted by nobody
            tx.execute(text("update indicator_value set value = value * 9 where indicator = :one"), {"one": figure})
        note_figures(store, [CLOSED], {"newsletter"})
        assert ("", "") in of_figures(store)


def test_the_page_tells_what_becomes_of_each() -> None:
    page = (ROOT / "docs" / "gate.md").read_text(encoding="utf-8").partition("## Bad batches")[2]
    rows = [f"| {one.source} | {one.name} | `{one.rule}` | {one.verdict} |" for one in PLANTS]
    assert len(PLANTS) >= 40 and len({(one.source, one.name) for one in PLANTS}) == len(PLANTS)
    assert [line for line in page.splitlines() if line.startswith("| ")][1:] == rows, "\n".join(rows)
