"""The gate between staging and the facts: pass, warn, put rows aside, or refuse the batch.

Order: the class's suite and the context's checks (Great Expectations), the row rules (SQL), then months against
what is stored. A check of ours that raises refuses the batch as our
error. Nothing is ever repaired here: what passes is what staging made.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from expectations import volume
from expectations.failed_rows import split_failed
from expectations.frame import Batch, Positions, as_pandas, frame_of, has_declared_columns, prepare
from expectations.from_tables import checks_for
from expectations.gx_runner import run_suite
from expectations.results import (
    CRASHED,
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

    def outcome(self, rows: int) -> Outcome:
        """The same without positions, for the report."""
        whole = 0 if self.success else rows
        count = whole if self.positions is None else len(self.positions)
        share = round(100 * count / rows, 4) if rows else 0.0
        code = CRASHED if self.crashed else self.code
        return Outcome(self.check, self.column, code, self.severity, self.success, count, share, self.crashed)


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
    warnings: list[Notice] = []
    failures: list[Failure] = []
    aside: tuple[Quarantined, ...] = ()
    passed = nothing
    if table.num_rows:
        batch = prepare(fact, table)
        failures = _failures(batch, context)
        outcomes = tuple(one.outcome(table.num_rows) for one in failures)
        stopper = next((f for f in failures if f.crashed), None) or next(
            (f for f in failures if f.positions is None and not f.success and f.severity == "fail"), None
        )
        if stopper:
            code = CRASHED if stopper.crashed else stopper.code
            refusal = Refused(code, {"column": stopper.column}, "", table.num_rows)
            return GateResult(fact, table.num_rows, nothing, refused=(refusal,), outcomes=outcomes)
        failing = [
            (f.code, f.column, f.positions) for f in failures if f.severity == "fail" and f.positions is not None
        ]
        aside, kept = split_failed(batch, [one for one in failing if len(one[2])], context.authority)
        passed = batch.table.filter(pa.array(kept)).cast(arrow_schema(fact))
        warnings += _notices(failures)
    refused, passed, more, late = _by_volume(fact, passed, context)
    outcomes = (*(one.outcome(table.num_rows) for one in failures), *late)
    return GateResult(fact, table.num_rows, passed, aside, refused, (*warnings, *more), outcomes)


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
    for one in run_suite(batch.fact, as_pandas(batch), checks):
        which = one.check
        found.append(
            Failure(
                which.expectation, which.column, which.code, which.severity, one.success, one.positions, one.crashed
            )
        )
    for row in apply_rules(batch.fact, batch.table, context):
        rule, clean = row.rule, not len(row.positions) and not row.crashed
        found.append(Failure("row rule", rule.column, rule.code, rule.severity, clean, row.positions, row.crashed))
    return found


def _notices(failures: Sequence[Failure]) -> list[Notice]:
    return [
        Notice(one.code, {"column": one.column}, rows=len(one.positions))
        for one in failures
        if one.severity == "warn" and one.positions is not None and len(one.positions)
    ]


def _by_volume(
    fact: str, passed: pa.Table, context: GateContext
) -> tuple[tuple[Refused, ...], pa.Table, list[Notice], list[Outcome]]:
    """Months against what is stored, then age and silence of what is left."""
    whole = passed if context.kept is None else pa.concat_tables([context.kept.cast(passed.schema), passed])
    now, own = volume.rows_by_month(whole), volume.rows_by_month(passed)
    refused, stored = volume.against_stored(now, context)
    refused = [replace(one, rows=own.get(one.month, 0)) for one in refused]
    jumps = volume.between_months(fact, now, context)
    if refused:
        held = pa.array([one.month for one in refused])
        passed, whole = (table.filter(pc.invert(pc.is_in(table["month"], held))) for table in (passed, whole))
    old, mute = volume.freshness(fact, whole, context), volume.all_authors_null(fact, whole)
    outcomes = [
        _of_volume("rows of a stored month", [*refused, *stored]),
        _of_volume("rows from month to month", jumps),
        _of_volume("freshness", old),
        _of_volume("authors known", mute),
    ]
    return tuple(refused), passed, [*stored, *jumps, *old, *mute], outcomes


def _of_volume(name: str, found: Sequence[Refused | Notice]) -> Outcome:
    severity: Severity = "fail" if any(isinstance(one, Refused) for one in found) else "warn"
    code = found[0].code if found else ""
    return Outcome(name, "", code, severity, not found, len(found), 0.0)
