"""`--engine spark`: what is said where it cannot be had, and that both engines store the same figures."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.e2e.command_line import Run
from tests.e2e.test_towns_in_step import TOWNS, landed
from tests.finished import built_once
from tests.integration import spark
from tests.integration.spark import is_same
from transforms.engines import spark as engine
from warehouse.ledger import core
from warehouse.store import open_engine
from warehouse.tables import IndicatorValue

OWN = {"he": re.compile("[\u05d0-\u05ea]"), "ar": re.compile("[\u0627-\u064a]"), "en": re.compile("install")}
TOLD = ("authority", "indicator", "month", "space", "part", "cut", "value", "numerator", "denominator", "n", "lo", "hi",
        "status", "quality", "reason")  # fmt: skip


@pytest.fixture
def towns(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Path:
    return shutil.copytree(built_once(tmp_path_factory, "four_towns", landed), tmp_path / "towns")


@pytest.mark.parametrize("language", ["he", "ar", "en"])
@pytest.mark.parametrize("missing", ["pyspark", "java"])
@pytest.mark.parametrize("command", [("refresh",), ("run", "--month", "2026-10")])
def test_without_it_one_line_says_what_to_install_and_nothing_is_done(
    towns: Path, run: Run, monkeypatch: pytest.MonkeyPatch, language: str, missing: str, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr(engine.shutil, "which", lambda *_, **__: None if missing == "java" else "/usr/bin/java")
    monkeypatch.setitem(sys.modules, "pyspark", None)
    engine._running.cache_clear()
    before = (towns / "warehouse.db").read_bytes()
    asked = ("--config", towns / "kehila.toml", "--authority", "all", *command, "--engine", "spark")
    done = run(*asked, "--language", language)
    (line,) = done.err.splitlines()
    assert OWN[language].search(line) and {"java": "JAVA_HOME", "pyspark": "uv pip install"}[missing] in line
    assert done.code == 2 and not done.out and (towns / "warehouse.db").read_bytes() == before


@pytest.mark.more
def test_towns_refreshed_in_spark_have_the_figures_they_have_in_duckdb(towns: Path, tmp_path: Path, run: Run) -> None:
    found = []
    other = shutil.copytree(towns, tmp_path / "other")
    with pytest.MonkeyPatch.context() as patch:
        spark.let_be_found(patch)
        for folder, words in ((towns, ()), (other, ("--engine", "spark"))):
            asked = ("--config", folder / "kehila.toml", "--today", "2026-11-22", "--authority", "all")
            answer = json.loads(run(*asked, "refresh", "--json", *words).out)
            assert [one["authority"] for one in answer["towns"]] == list(TOWNS)
            table = core(IndicatorValue)
            warehouse = open_engine(f"sqlite:///{folder / 'warehouse.db'}")
            with warehouse.connect() as connection:
                columns = [table.c[name] for name in TOLD]
                found.append([list(row) for row in connection.execute(select(*columns).order_by(*columns[:6]))])
            warehouse.dispose()
    usual, others = found
    assert len(usual) == len(others) > 80
    assert not [pair for pair in zip(usual, others, strict=True) if not is_same(*pair)][:3]
