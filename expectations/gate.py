"""The gate between staging and the facts, row by row: pass, doubt, put rows aside, or refuse the batch.

Order: what the class implies, what the context limits and what the suite expects (Great Expectations), then the row
rules (SQL). Months are judged as wholes afterwards (`expectations.months`). A check of ours that raises refuses the
batch as our error. Nothing is ever repaired here: what passes is what staging made.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from expectations.compiled import holds, run_checks
from expectations.failed_rows import month_or_none, split_failed
from expectations.frame import Batch, Positions, as_pandas, frame_of, has_declared_columns, prepare
from expectations.from_tables import checks_for
from expectations.gx_runner import run_suite
from expectations.results import (
    CRASHED,
    Arguments,
    GateContext,
    GateResult,
    Notice,
    Outcome,
    Quarantined,
    Refused,
    Severity,
)
from expectations.rules import apply_rules, value_checks
from warehouse.schemas import arrow_schema

__all__ = ["GateContext", "GateResult", "Notice", "Outcome", "Quarantined", "Refused", "check"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """A check and the rows it failed on; `positions` None is the whole table."""

    check: str
    column: str
    code: str
    severity: Severity
    success: bool
    positions: Positions | None
    crashed: bool = False
    rule: str = ""

    def arguments(self, fact: str) -> Arguments:
        """What fills the sentence of its code."""
        return {"column": self.column, **({"measure": f"{fact}.{self.rule}"} if self.rule else {})}

    def outcome(self, rows: int) -> Outcome:
        """The same without positions, for the report."""
        whole = 0 if self.success else rows
        count = whole if self.positions is None else len(self.positions)
        share = round(100 * count / rows, 4) if rows else 0.0
        code = CRASHED if self.crashed else self.code
        return Outcome(
            self.rule or self.check, self.column, code, self.severity, self.success, count, share, self.crashed
        )


def check(fact: str, table: pa.Table, context: GateContext) -> GateResult:
    """Judge the staged rows of one fact for one authority.

    The passed table has the fact's declared schema. For `refused_months` the caller must leave the
    stored partitions as they are ('' among them: all of them).
    """
    result = _check(fact, table, context)
    log.info("gate %s: %s %s", fact, result.status, result.counts())
    return result


def _check(fact: str, table: pa.Table, context: GateContext) -> GateResult:
    nothing = arrow_schema(fact).empty_table()
    if not has_declared_columns(fact, table):
        return _refuse_columns(fact, table)
    if not table.num_rows:
        return GateResult(fact, 0, nothing)
    batch = prepare(fact, table)
    failures = _failures(batch, context)
    outcomes = tuple(one.outcome(table.num_rows) for one in failures)
    stopper = next((f for f in failures if f.crashed), None) or next(
        (f for f in failures if f.positions is None and not f.success and f.severity == "fail"), None
    )
    if stopper:
        code = CRASHED if stopper.crashed else stopper.code
        refusal = Refused(code, {"column": stopper.column}, "", table.num_rows, stopper.rule)
        return GateResult(fact, table.num_rows, nothing, refused=(refusal,), outcomes=outcomes)
    failing = [
        (one.code, one.arguments(fact), one.positions)
        for one in failures
        if one.severity == "fail" and one.positions is not None and len(one.positions)
    ]
    aside, kept = split_failed(batch, failing, context.authority)
    passed = batch.table.filter(pa.array(kept)).cast(arrow_schema(fact))
    return GateResult(fact, table.num_rows, passed, aside, (), tuple(_notices(batch, failures)), outcomes)


def _refuse_columns(fact: str, table: pa.Table) -> GateResult:
    """Without the declared columns no other check means anything."""
    shape = run_suite(fact, frame_of(dict.fromkeys(table.column_names, ()), 0), checks_for(fact)[:1])[0]
    code = CRASHED if shape.crashed else shape.check.code
    rows = table.num_rows
    outcome = Outcome(shape.check.expectation, "", code, "fail", False, rows, 100.0, shape.crashed)
    refusal = Refused(code, {}, "", rows)
    nothing = arrow_schema(fact).empty_table()
    return GateResult(fact, rows, nothing, refused=(refusal,), outcomes=(outcome,))


def _failures(batch: Batch, context: GateContext) -> list[Failure]:
    """Every check that was run and what it found, in the order of how telling they are."""
    checks = [*checks_for(batch.fact), *value_checks(batch.fact, batch.table, context)]
    found = [
        Failure("declared type", column, "wrong_type", "fail", False, positions)
        for column, positions in batch.misfits.items()
    ]
    for one in run_checks(batch.fact, batch.table, lambda: as_pandas(batch), checks, is_full=context.is_full):
        which = one.check
        found.append(
            Failure(
                which.expectation,
                which.column,
                which.code,
                which.severity,
                one.success,
                one.positions,
                one.crashed,
                which.rule,
            )
        )
    for row in apply_rules(batch.fact, batch.table, context):
        rule, clean = row.rule, not len(row.positions) and not row.crashed
        severity = rule.severity
        found.append(
            Failure("row rule", rule.column, rule.code, severity, clean, row.positions, row.crashed, rule.rule)
        )
    return found


def disputes(fact: str, table: pa.Table, context: GateContext) -> dict[str, dict[str, int]]:
    """Check and column -> month -> rows in which Great Expectations finds what its kernel says there is not.

    `table` are rows that were let through, whole months; they have the fact's declared columns or more.
    """
    batch = prepare(fact, table.select(arrow_schema(fact).names))
    checks = [*checks_for(fact), *value_checks(fact, batch.table, context)]
    found: dict[str, dict[str, int]] = {}
    for one in run_suite(fact, as_pandas(batch), checks):
        if one.success or one.check.severity == "info" or not holds(batch.table, one.check):
            continue
        at = range(batch.table.num_rows) if one.positions is None or one.crashed else one.positions
        months = batch.table["month"].take(pa.array(at, pa.int64())).to_pylist()
        found[f"{one.check.expectation} {one.check.column}".rstrip()] = dict(Counter(map(str, months)))
    return found


def _notices(batch: Batch, failures: Sequence[Failure]) -> Iterator[Notice]:
    """What is doubted, month by month; a doubt of the whole batch has none."""
    for one in failures:
        if one.severity != "warn" or one.success:
            continue
        if one.positions is None:
            yield Notice(one.code, one.arguments(batch.fact), rule=one.rule)
            continue
        counted = Counter(map(month_or_none, batch.table["month"].take(pa.array(one.positions)).to_pylist()))
        for month, rows in sorted(counted.items()):
            yield Notice(one.code, one.arguments(batch.fact), month, rows, one.rule)
