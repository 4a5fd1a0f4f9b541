"""Many towns in one session: each is told what it is told alone, and a statement runs once for all of them.

The towns are the cases of indicators: unlike each other, and all of them name their places, messages and people alike.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.unit.indicators.cases import load
from tests.unit.transforms.case_towns import Tables, all_cases, tables, town
from transforms.case_rows import ZONE
from transforms.cases import TODAY, Case, computed
from transforms.catalogue import CatalogueError, Indicator, ours
from transforms.cells import Asking, Cell, cells_of, residents_in
from transforms.compute import Asks, Computed, compute
from transforms.engines.duck import DuckSession
from transforms.few import Few
from transforms.heard import Heard
from transforms.inputs import fill, months_table
from transforms.working_days import Workdays
from warehouse.lake import Lake

ALL = list(ours().values())


class Counting(DuckSession):
    """A session that keeps the statements it was asked."""

    asked: list[str] = []

    def ask(self, sql: str) -> Any:
        type(self).asked.append(sql)
        return super().ask(sql)

    def beside(self) -> DuckSession:
        self._beside = self._beside or Counting()
        return self._beside


@pytest.fixture
def counting() -> type[Counting]:
    Counting.asked = []
    return Counting


def asking(case: Case, mine: Tables, code: str) -> Asking:
    """A case as a town that asks, by its own tables."""
    heard = Heard(mine["coverage"], mine["space"].to_pylist(), mine["waiting"])
    return Asking(
        months_table(code, case["months"], ZONE), TODAY, heard, Workdays.of(mine["working_day"]),
        residents_in(mine["population"]), mine["survey_response"], frozenset(case.get("unused_assets", [])),
    )  # fmt: skip


@pytest.mark.parametrize("indicator", ALL, ids=lambda one: one.id)
def test_the_cases_of_an_indicator_are_as_many_towns(indicator: Indicator, counting: type[Counting]) -> None:
    cases = load(indicator.id)
    laid = [tables(case, f"T{number}") for number, case in enumerate(cases)]
    session = counting()
    fill(session, laid)
    towns = [asking(case, mine, f"T{number}") for number, (case, mine) in enumerate(zip(cases, laid, strict=True))]
    together = cells_of(session, indicator, towns)
    session.close()
    assert counting.asked.count(indicator.sql) in (1, 2, 3), "once for all towns, once for groups, once for personas"
    for case, cells in zip(cases, together, strict=True):
        assert cells == computed(indicator, case), case["name"]


def told(found: list[Computed]) -> dict[str, tuple[list[Cell], Any, Any]]:
    return {one.indicator.id: (one.cells, one.lineage, one.fingerprints) for one in found}


def some_towns(lake: Lake, count: int) -> list[Asks]:
    """Towns of unlike facts: the largest case of as many indicators, each with rules of its own."""
    seen, found = set[str](), list[Asks]()
    for name, case in all_cases():
        family = name.split(".")[0]
        if (family, len(seen) // 9) in seen or len(found) == count:
            continue
        seen.add(name)
        number = len(found)
        own: dict[str, Any] = {
            "unused_assets": frozenset({"zoom"} if number % 4 == 1 else ()),
            "silent": frozenset({("message", "whatsapp", case["months"][0])} if number % 4 == 2 else ()),
            "few": Few(personas={"young": ("age_band=18-34", "society=arab")} if number % 2 else {}),
        }
        today = date(2027, 1, 1) if number % 3 else date(2026, 1, 20)
        one = town(lake, case, f"{number:04d}", today, **own)
        one.inputs.timezone = ZONE if number % 2 else "UTC"
        found.append(one)
    return found


@pytest.mark.parametrize("count", [4, pytest.param(20, marks=pytest.mark.more)])
def test_every_indicator_of_towns_together_is_that_of_each_alone(tmp_path: Path, count: int) -> None:
    towns = some_towns(Lake(tmp_path), count)
    assert len(towns) == count
    together = compute(ALL, towns)
    valued = set[str]()
    for one, found in zip(towns, together, strict=True):
        (alone,) = compute(ALL, [replace(one)])
        assert told(found) == told(alone)
        valued |= {each.indicator.id for each in found if any(cell["value"] is not None for cell in each.cells)}
    assert len(valued) >= (30 if count > 4 else 12), "towns of which hardly anything is known prove nothing"


def test_twenty_towns_cost_the_statements_of_one(tmp_path: Path, counting: type[Counting]) -> None:
    lake, case = Lake(tmp_path), max(load("whatsapp.trust"), key=lambda one: len(one.get("survey_response", ())))
    counts = []
    for number in (1, 20):
        counting.asked = []
        compute(ALL, [town(lake, case, f"{at:04d}") for at in range(number)], counting)
        counts.append(len(counting.asked))
    assert counts[1] == counts[0] and counts[0] >= len(ALL)


def worded(name: str, sql: str, **inputs: tuple[int, int]) -> Indicator:
    """An indicator of ours with another statement, of other inputs."""
    one = ours()[name]
    return replace(one, sql=sql, header=one.header.model_copy(update={"inputs": inputs}))


def test_a_row_of_another_town_is_refused(tmp_path: Path) -> None:
    """A statement that forgets whose rows it counts tells no town of another's."""
    lake, case = Lake(tmp_path), load("whatsapp.answers")[0]
    name = "whatsapp.answers"
    stranger = worded(name, "select 'T9' as authority, month, 1.0 as value from months")
    with pytest.raises(CatalogueError, match="a row of T9, not asked for"):
        compute([stranger], [town(lake, case, "T0"), town(lake, case, "T1")])


def test_a_statement_that_is_not_ours_sees_one_town_at_a_time(tmp_path: Path) -> None:
    """It may join by month alone, as nothing ever told its author not to."""
    lake, case = Lake(tmp_path), load("whatsapp.answers")[0]
    count = (
        "select m.authority, m.month, count(*) as value from months m join message g on g.month = m.month group by all"
    )
    careless = worded("whatsapp.answers", count, message=(0, 0))
    careless = replace(careless, origin="the town's folder")
    both = compute([careless], [town(lake, case, "T0"), town(lake, case, "T1")])
    alone = compute([careless], [town(lake, case, "T0")])
    assert told(both[0]) == told(alone[0])
    assert any(cell["value"] for cell in both[1][0].cells)
