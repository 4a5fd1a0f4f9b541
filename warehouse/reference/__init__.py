"""Reference figures the project carries: authorities and their residents (see README.md for the origin)."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TypedDict

FOLDER = Path(__file__).parent


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


class Population(TypedDict):
    """A row of `dim_population`."""

    authority: str
    year: int
    population_group: str
    residents: int
    source: str


@cache
def authorities() -> dict[str, dict[str, object]]:
    """Authority code -> its row of `dim_authority`."""
    found: dict[str, dict[str, object]] = {}
    for row in _rows("authorities.csv"):
        numbers = {name: int(row[name]) if row[name] else None for name in ("ses_cluster", "periphery_cluster")}
        shares = {name: float(row[name]) if row[name] else None for name in ("haredi_share", "arab_share")}
        found[row["authority"]] = {**row, **numbers, **shares, "name_ar": ""}
    return found


@cache
def populations() -> dict[str, list[Population]]:
    """Authority code -> its rows of `dim_population`."""
    found: dict[str, list[Population]] = {}
    for row in _rows("population.csv"):
        counted = Population(
            authority=row["authority"],
            year=int(row["year"]),
            population_group=row["population_group"],
            residents=int(row["residents"]),
            source=row["source"],
        )
        found.setdefault(row["authority"], []).append(counted)
    return found
