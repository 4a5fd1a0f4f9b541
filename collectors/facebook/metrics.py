"""The life of Page metrics, read from `metrics.yaml`: which are asked for, which are gone, what came after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Metric:
    """A metric and the days it may be asked for: `valid_from` included, `valid_to` not."""

    name: str
    periods: tuple[str, ...] = ("day",)
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str = ""

    def lives_on(self, day: date) -> bool:
        """Whether Facebook answers for it on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)

    def life_on(self, day: date) -> dict[str, Any]:
        """What is landed of a metric that is gone: since when, where the registry knows, and what came after."""
        is_known = self.valid_to is not None and self.valid_to <= day
        return {"gone_since": self.valid_to if is_known else None, "successor": self.successor}

    def obituary(self) -> str:
        """What to tell people once it is gone."""
        after = f"; {self.successor} took its place and is a series of its own" if self.successor else ""
        return f"Facebook withdrew the metric {self.name}{after}"


@cache
def registry() -> dict[str, Metric]:
    """Every metric we know of, by name."""
    text = (Path(__file__).parent / "metrics.yaml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = yaml.safe_load(text)
    return {row["name"]: Metric(**{**row, "periods": tuple(row.get("periods", ("day",)))}) for row in rows}


def wanted(day: date, names: Sequence[str] = ()) -> list[Metric]:
    """The metrics to report on: those a town names, dead ones included, else all that live on the day."""
    if names:
        return [registry().get(name, Metric(name)) for name in names]
    return [metric for metric in registry().values() if metric.lives_on(day)]


def departed(day: date, since: datetime | None, until: datetime) -> list[Metric]:
    """The metrics that were gone by the day and died within a window: whoever read them is owed a word of it."""
    return [
        metric
        for metric in registry().values()
        if metric.valid_to is not None
        and metric.valid_to <= day
        and (since is None or since.date() <= metric.valid_to)
        and metric.valid_to <= until.date()
    ]
