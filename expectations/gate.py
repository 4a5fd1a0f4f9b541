"""The gate between staging and the facts: pass, warn, put rows aside, or refuse the batch."""

from __future__ import annotations

import pyarrow as pa

from expectations.results import GateContext, GateResult, Notice, Outcome, Quarantined, Refused

__all__ = ["GateContext", "GateResult", "Notice", "Outcome", "Quarantined", "Refused", "check"]


def check(fact: str, table: pa.Table, context: GateContext) -> GateResult:
    """Judge the rows of one fact."""
    raise NotImplementedError
