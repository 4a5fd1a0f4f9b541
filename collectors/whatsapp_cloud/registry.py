"""`analytics.yaml` as checked objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from collectors.kinds import WrongValue


@dataclass(frozen=True)
class Edge:
    """One analytics edge: how it is asked, and field -> our name of the number."""

    granularity: str
    metrics: Mapping[str, str]
    metric_types: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Edge:
        """An edge as the file has it."""
        lists = {name: tuple(found.get(name, ())) for name in ("metric_types", "dimensions")}
        return cls(found["granularity"], found["metrics"], **lists)

    def name_of(self, name: str, point: Mapping[str, Any]) -> str:
        """Our name of a number of a data point. Raises WrongValue for one that does not say what it is a number of."""
        values = {d.lower(): str(point.get(d.lower()) or "").lower() for d in self.dimensions}
        if not all(values.values()):
            raise WrongValue("a data point without its dimension")
        return self.metrics[name].format(**values)


@dataclass(frozen=True)
class Registry:
    """All of it."""

    version: str
    templates: Edge
    edges: Mapping[str, Edge] = field(default_factory=dict)


@cache
def registry() -> Registry:
    """The product's own registry, read once."""
    found = yaml.safe_load(Path(__file__).with_name("analytics.yaml").read_text(encoding="utf-8"))
    edges = {name: Edge.of(edge) for name, edge in found["edges"].items()}
    return Registry(found["version"], Edge.of(found["templates"]), edges)
