"""What a refresh did."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from expectations.results import GateResult
from warehouse.gate_tables import CheckRow
from warehouse.ledger import FactFile


@dataclass(frozen=True)
class Standing:
    """What stands against a month of a source's fact, in this run or since an earlier one."""

    source: str
    fact: str
    month: str
    rule: str
    space: str
    code: str
    arguments: Mapping[str, Any]
    rows: int

    @classmethod
    def of(cls, row: CheckRow) -> Standing:
        """As the ledger keeps it."""
        told = json.loads(row.arguments)
        return cls(row.source, row.fact, row.month, row.rule, row.space, row.code, told, row.rows)

    def as_json(self) -> dict[str, str]:
        """Where and what, for machines."""
        return {name: getattr(self, name) for name in ("source", "fact", "month", "rule", "space", "code")}


@dataclass
class Refreshed:
    """What a refresh did, in numbers and names."""

    staged: list[str] = field(default_factory=list)  # sources staged anew
    partitions_changed: int = 0
    changed: dict[str, set[str]] = field(default_factory=dict)  # fact -> months replaced
    replaced: dict[tuple[str, str, str], tuple[FactFile | None, FactFile | None]] = field(default_factory=dict)
    """Fact, month and source -> the file before and the one that took its place, None where there is none."""
    quarantined: int = 0
    refused: list[Standing] = field(default_factory=list)
    warnings: list[Standing] = field(default_factory=list)
    indicators: dict[str, list[str]] = field(default_factory=dict)  # indicator -> months recomputed
    cells_written: int = 0
    restated: int = 0  # cells of closed months that are now known to be different
    changed_since: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Closed month -> (its revision, how many of its figures say something else now), since this run or another."""
    checks: dict[str, list[GateResult]] = field(default_factory=dict)  # source -> gate results

    def as_json(self) -> dict[str, Any]:
        """The object `kehila refresh --json` prints."""
        return {
            "staged": self.staged,
            "partitions_changed": self.partitions_changed,
            "quarantined": self.quarantined,
            "refused": [one.as_json() for one in self.refused],
            "warnings": [one.as_json() for one in self.warnings],
            "recomputed": self.indicators,
            "cells_written": self.cells_written,
            "restated": self.restated,
            "changed_since": {month: count for month, (_, count) in self.changed_since.items()},
        }
