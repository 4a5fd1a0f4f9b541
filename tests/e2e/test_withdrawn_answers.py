"""Somebody takes her answers back, or comes late, when a month was published: no figure tells what they were.

The attacker has all that was published before and after, and knows who it was. From a mean of so many he takes the mean
of one fewer, and has her answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.land.files import import_file
from pipeline.month.close import close
from pipeline.refresh.refresh import refresh
from pipeline.upkeep.upkeep import rebuild
from tests.e2e import hostile
from tests.e2e.test_survey_waves import Survey, people
from town.config import load
from town.store import TownStore, open_store
from warehouse.ledger import core
from warehouse.tables import IndicatorValue, Restatement

pytestmark = pytest.mark.more

MONTH = "2026-10"
TRUST = "whatsapp.trust"
Figures = Mapping[tuple[str, str], tuple[float, int]]
"""(month, part) -> value and answers."""


def figures(store: TownStore, indicator: str = TRUST) -> Figures:
    table = core(IndicatorValue)
    mine = (table.c.indicator == indicator) & (table.c.cut == "") & table.c.value.is_not(None)
    with store.engine.connect() as connection:
        return {(row.month, row.part): (row.value, row.n) for row in connection.execute(select(table).where(mine))}


def found_out(before: Figures, after: Figures) -> list[float]:
    """What one who left or came answered, worked out from every pair of figures that differ by one person."""
    return [
        abs(value * n - other * m) for value, n in before.values() for other, m in after.values() if abs(n - m) == 1
    ]


def restated(store: TownStore) -> set[str]:
    with store.engine.connect() as connection:
        return set(connection.execute(select(core(Restatement).c.indicator)).scalars())


@pytest.fixture
def survey(tmp_path: Path) -> Survey:
    """A town with a wave of sixty, its month closed; it is December now, and the wave is carried to November."""
    store = hostile.town(tmp_path / "town")
    store.engine.dispose()
    store = open_store(load(tmp_path / "town" / "kehila.toml"), today=date(2026, 12, 10))
    survey = Survey(store)
    survey.take(people(60))
    later = tmp_path / "town" / "_chat.txt"
    later.write_text(hostile.chat(month=11), encoding="utf-8")
    import_file(store, later)  # something was heard of the month after, so that the wave is carried to it
    refresh(store)
    close(store, MONTH, is_forced=True)
    return survey


@pytest.mark.parametrize(("first", "count"), [(1, 59), (0, 61), (9, 51)])
def test_few_who_left_or_came_are_not_told_by_the_difference(survey: Survey, first: int, count: int) -> None:
    before = figures(survey.store)
    assert before[MONTH, ""][1] == 60 and len(before) > 1, "the wave is carried"
    survey.take(people(count, first))
    for again in (refresh, rebuild):
        again(survey.store)
        assert figures(survey.store) == before
        assert found_out(before, figures(survey.store)) == []
        assert restated(survey.store) == {"measurement.participation"}, "how many took part is told, not what they said"
    assert survey.respondents() == count, "the answers themselves have gone or come"


@pytest.mark.parametrize(("first", "count"), [(10, 50), (0, 70)])
def test_ten_are_enough_to_be_told_of(survey: Survey, first: int, count: int) -> None:
    survey.take(people(count, first))
    refresh(survey.store)
    assert {n for _, n in figures(survey.store).values()} == {count}
    assert TRUST in restated(survey.store)


def test_one_after_another_are_told_together(survey: Survey) -> None:
    """Each time one, until ten have left: no two figures that were ever told differ by fewer."""
    seen = {n for _, n in figures(survey.store).values()}
    for gone in range(1, 11):
        survey.take(people(60 - gone, gone))
        refresh(survey.store)
        seen |= {n for _, n in figures(survey.store).values()}
    assert seen == {60, 50}


def test_answers_that_were_mended_are_told(survey: Survey) -> None:
    """As many people as before: what ten had said was read wrongly, and the closed month is restated."""
    before = figures(survey.store)
    survey.take([(sent, (5, *answers[1:]) if n < 10 else answers) for n, (sent, answers) in enumerate(people(60))])
    refresh(survey.store)
    after = figures(survey.store)
    assert {n for _, n in after.values()} == {60}
    assert after[MONTH, ""][0] != before[MONTH, ""][0] and TRUST in restated(survey.store)
