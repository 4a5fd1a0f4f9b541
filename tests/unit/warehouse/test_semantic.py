"""The semantic file names what there is: datasets, columns, keys that are keys of others, figures that can be reckoned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine, text

from tests.conftest import ROOT
from warehouse.migrations import upgrade
from warehouse.store import open_engine

[MODEL] = yaml.safe_load((ROOT / "docs" / "semantic.yaml").read_text(encoding="utf-8"))["semantic_model"]
DATASETS = {one["name"]: one for one in MODEL["datasets"]}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('semantic')}/w.db")
    upgrade(engine)
    return engine


def columns(one: dict[str, Any]) -> list[str]:
    return [field["name"] for field in one["fields"]]


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_is_a_view_with_these_columns_and_its_key(database: Engine, name: str) -> None:
    one = DATASETS[name]
    with database.connect() as connection:
        assert list(connection.execute(text(f"select * from {name}")).keys()) == columns(one)
    assert one["source"] == f"kehila_bi.{name}" and set(one["primary_key"]) <= set(columns(one)) and one["description"]
    assert all(field["description"] and len(field["ai_context"]["synonyms"]) == 2 for field in one["fields"])
    assert [field["name"] for field in one["fields"] if field.get("dimension")] == (
        ["date"] if "date" in columns(one) else []
    )


def test_relationships_lead_from_columns_to_whole_keys() -> None:
    for one in MODEL["relationships"]:
        assert one["to_columns"] == DATASETS[one["to"]]["primary_key"]
        assert set(one["from_columns"]) <= set(columns(DATASETS[one["from"]]))
    reached = {one["to"] for one in MODEL["relationships"] if one["from"] == "v_headline"}
    assert reached >= {
        "v_month",
        "v_authority",
        "v_indicator",
        "v_family",
        "v_owner",
        "v_outcome",
        "v_status",
        "v_verdict",
    }


@pytest.mark.parametrize("metric", MODEL["metrics"], ids=lambda one: one["name"])
def test_a_figure_can_be_reckoned(database: Engine, metric: dict[str, Any]) -> None:
    [expression] = metric["expression"]["dialects"]
    with database.connect() as connection:
        assert connection.execute(text(f"select {expression['expression']} from v_headline")).all()


def test_it_is_of_the_published_format() -> None:
    """The keys its core specification knows, and those it asks for."""
    whole = yaml.safe_load(Path(ROOT / "docs" / "semantic.yaml").read_text(encoding="utf-8"))
    assert set(whole) == {"version", "semantic_model"} and whole["version"] == "0.1.1"
    known = {
        "model": {"name", "description", "ai_context", "datasets", "relationships", "metrics"},
        "dataset": {"name", "source", "primary_key", "unique_keys", "description", "ai_context", "fields"},
        "field": {"name", "expression", "dimension", "label", "description", "ai_context"},
        "relationship": {"name", "from", "to", "from_columns", "to_columns"},
        "metric": {"name", "expression", "description", "ai_context"},
    }
    assert set(MODEL) <= known["model"]
    for one in DATASETS.values():
        assert {"name", "source"} <= set(one) <= known["dataset"]
        assert all({"name", "expression"} <= set(field) <= known["field"] for field in one["fields"])
    assert all(set(one) == known["relationship"] for one in MODEL["relationships"])
    assert all({"name", "expression"} <= set(one) <= known["metric"] for one in MODEL["metrics"])
