"""Every statement on both engines, over the cases of all indicators as towns: the same cells."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.integration import spark
from tests.integration.spark import is_same
from tests.unit.indicators.cases import load
from tests.unit.transforms.case_towns import all_cases, tables
from tests.unit.transforms.test_towns_together import asking, some_towns, told
from transforms.case_rows import ZONE
from transforms.catalogue import Indicator, ours
from transforms.cells import cells_of
from transforms.compute import compute
from transforms.engines import Session, StatementFailed
from transforms.engines.duck import DuckSession
from transforms.engines.spark import SparkSession
from transforms.inputs import fill, months_table
from warehouse.lake import Lake

pytestmark = pytest.mark.more

ALL = list(ours().values())


@pytest.fixture(scope="module", autouse=True)
def is_there() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        spark.let_be_found(patch)
        yield


@pytest.fixture(scope="module")
def engines(is_there: None) -> Iterator[dict[str, Session]]:
    """Both, with the tables of every case as a town: filled once, for that costs more than a statement."""
    laid = [tables(case, code_of(name, case["name"])) for name, case in all_cases()]
    made: dict[str, Session] = {"duckdb": DuckSession(), "spark": SparkSession()}
    for session in made.values():
        fill(session, laid)
    yield made
    for session in made.values():
        session.close()


@cache
def register() -> pa.Table:
    """The months of all these towns: asked of the same, views are made once for all statements."""
    return pa.concat_tables(
        [months_table(code_of(name, case["name"]), case["months"], ZONE) for name, case in all_cases()]
    )


def code_of(indicator: str, case: str) -> str:
    return f"{indicator}: {case}"


def differing(one: Any, other: Any) -> list[Any]:
    return [pair for pair in zip(one, other, strict=False) if not is_same(*pair)][:3]


@pytest.mark.parametrize("indicator", ALL, ids=lambda one: one.id)
def test_both_engines_give_the_same_cells(indicator: Indicator, engines: dict[str, Session]) -> None:
    cases = load(indicator.id)
    towns = [asking(case, tables(case, code), code) for case in cases for code in [code_of(indicator.id, case["name"])]]
    found = {name: cells_of(session, indicator, towns, register()) for name, session in engines.items()}
    for case, usual, other in zip(cases, found["duckdb"], found["spark"], strict=True):
        assert is_same(usual, other), (case["name"], len(usual), len(other), differing(usual, other))


def test_towns_are_computed_in_spark_as_in_this_process(tmp_path: Path) -> None:
    few = [one for one in ALL if one.family in ("whatsapp", "measurement")]
    towns = some_towns(Lake(tmp_path), 4)
    usual = [told(one) for one in compute(few, towns)]
    other = [told(one) for one in compute(few, towns, SparkSession)]
    assert any(cell["value"] is not None for one in usual for cells, *_ in one.values() for cell in cells)
    for one, two in zip(usual, other, strict=True):
        assert one.keys() == two.keys()
        assert not [name for name in one if not is_same(one[name][0], two[name][0]) or one[name][1:] != two[name][1:]]


def test_what_java_has_no_room_for_is_a_statement_that_failed() -> None:
    session = SparkSession()

    def full(_: Any) -> None:
        session._spark._jvm.java.util.Optional.empty().get()

    with pytest.raises(StatementFailed, match=r"^java\.util\.NoSuchElementException$"):
        session._asked("select 1", full)


def test_what_spark_says_of_a_statement_that_failed_quotes_no_value() -> None:
    session = SparkSession()
    session.put("told", pa.table({"name": ["a resident"]}))
    with pytest.raises(StatementFailed) as problem:
        session.ask("select cast(name as int) as n from told")
    assert str(problem.value).endswith(": CAST_INVALID_INPUT")
