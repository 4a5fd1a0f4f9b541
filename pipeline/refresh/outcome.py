"""What a refresh did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from expectations.results import GateResult


@dataclass(frozen=True)
class Finding:
    """What the gate said of a fact's month ('' for all months): a code, and what fills its sentence."""

    fact: str
    month: str
    code: str
    arguments: Mapping[str, str | int | date]

    def as_json(self) -> dict[str, str]:
        """Where and what, for machines."""
        return {"fact": self.fact, "month": self.month, "code": self.code}


@dataclass
class Refreshed:
    """What a refresh did, in numbers and names."""

    staged: list[str] = field(default_factory=list)  # sources staged anew
    partitions_changed: int = 0
    changed: dict[str, set[str]] = field(default_factory=dict)  # fact -> months replaced
    quarantined: int = 0
    refused: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    indicators: dict[str, list[str]] = field(default_factory=dict)  # indicator -> months recomputed
    cells_written: int = 0
    restated: int = 0  # cells of closed months that are now known to be different
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
        }
