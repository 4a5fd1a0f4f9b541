"""The checks of a suite as kernels over Arrow columns: whether every row surely keeps one.

Great Expectations remains the judge. A kernel only ever says "all rows keep it"; where one row does not, where an
argument is not one it was made for, or where it cannot be sure, it says no, and the whole suite runs over the batch.
What kernels let through is looked at again by the suite itself (`pipeline.refresh.validation`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from expectations.frame import NOWHERE
from expectations.from_tables import Check
from expectations.gx_runner import Finding, run_suite

Kernel = Callable[[pa.Table, Mapping[str, Any]], bool]


def run_checks(
    fact: str, table: pa.Table, frame: Callable[[], Any], checks: Sequence[Check], *, is_full: bool = False
) -> list[Finding]:
    """What the checks find in the rows, in their order: by kernels where all hold, else by the whole suite.

    `frame` gives the same rows as Great Expectations reads them. With `is_full` no kernel is asked. Raises
    SuiteProblem for a check of the town that breaks.
    """
    if not is_full and all(holds(table, one) for one in checks):
        return [Finding(one, True, NOWHERE) for one in checks]
    return run_suite(fact, frame(), checks)


def holds(table: pa.Table, check: Check) -> bool:
    """Whether every row surely keeps a check. False says nothing of the rows: ask Great Expectations."""
    known = KERNELS.get(check.expectation)
    if known is None:
        return False
    kernel, names = known
    arguments = dict(check.arguments)
    # Where all rows keep it, so do most of them.
    arguments.pop("mostly", None)
    try:
        if "row_condition" in arguments:
            table = _of_condition(table, str(arguments.pop("row_condition")), arguments.pop("condition_parser", None))
        return not arguments.keys() - names and kernel(table, arguments)
    except (KeyError, TypeError, ValueError, re.error, pa.ArrowException):
        return False  # a column that is not there, limits of another kind: whose fault that is the suite says


def _of_condition(table: pa.Table, condition: str, parser: str | None) -> pa.Table:
    """The rows a check is about, found as Great Expectations finds them."""
    if parser not in (None, "pandas"):
        raise ValueError(parser)
    try:
        found = table.to_pandas().query(condition)
    except Exception as problem:  # noqa: BLE001 (a town may write anything; what is wrong the suite says)
        raise ValueError(type(problem).__name__) from None
    return pa.Table.from_pandas(found, preserve_index=False)


def _columns_in_order(table: pa.Table, said: Mapping[str, Any]) -> bool:
    return list(table.column_names) == list(said["column_list"])


def _never_null(table: pa.Table, said: Mapping[str, Any]) -> bool:
    return bool(table[said["column"]].null_count == 0)


def _in_set(table: pa.Table, said: Mapping[str, Any]) -> bool:
    column = table[said["column"]].drop_null()
    allowed = list(said["value_set"])
    if not len(column):
        return True
    if not pa.types.is_string(column.type) or not all(isinstance(one, str) for one in allowed):
        return False
    return bool(pc.all(pc.is_in(column, pa.array(allowed, pa.string()))).as_py())


def _between(table: pa.Table, said: Mapping[str, Any]) -> bool:
    column = table[said["column"]]
    if pa.types.is_boolean(column.type) or pa.types.is_string(column.type):
        return False
    return _within(column, said)


def _lengths_between(table: pa.Table, said: Mapping[str, Any]) -> bool:
    return _within(pc.utf8_length(table[said["column"]]), said)


def _within(column: pa.ChunkedArray, said: Mapping[str, Any]) -> bool:
    """Whether all of a column lies between the limits: its ends do."""
    if pa.types.is_floating(column.type) and pc.any(pc.is_nan(column)).as_py():
        return False
    ends = pc.min_max(column).as_py()
    low, high = said.get("min_value"), said.get("max_value")
    if ends["min"] is None:
        return True
    is_above = low is None or (ends["min"] > low if said.get("strict_min") else ends["min"] >= low)
    is_below = high is None or (ends["max"] < high if said.get("strict_max") else ends["max"] <= high)
    return bool(is_above and is_below)


def _match(table: pa.Table, said: Mapping[str, Any]) -> bool:
    pattern = re.compile(said["regex"])
    return all(pattern.search(one) for one in table[said["column"]].drop_null().unique().to_pylist())


def _unique_together(table: pa.Table, said: Mapping[str, Any]) -> bool:
    names = list(said["column_list"])
    return bool(table.select(names).group_by(names).aggregate([]).num_rows == table.num_rows)


def _greater(table: pa.Table, said: Mapping[str, Any]) -> bool:
    more, less = table[said["column_A"]], table[said["column_B"]]
    if more.type != less.type or pa.types.is_string(more.type):
        return False
    is_lenient = said.get("ignore_row_if") == "either_value_is_missing"
    if said.get("ignore_row_if") not in (None, "either_value_is_missing"):
        return False
    if not is_lenient and (more.null_count or less.null_count):
        return False
    kept = pc.greater_equal(more, less) if said.get("or_equal") else pc.greater(more, less)
    return bool(pc.all(pc.fill_null(kept, is_lenient)).as_py() in (True, None))


_LIMITS = frozenset({"column", "min_value", "max_value", "strict_min", "strict_max"})
KERNELS: Mapping[str, tuple[Kernel, frozenset[str]]] = {
    "ExpectTableColumnsToMatchOrderedList": (_columns_in_order, frozenset({"column_list"})),
    "ExpectColumnValuesToNotBeNull": (_never_null, frozenset({"column"})),
    "ExpectColumnValuesToBeInSet": (_in_set, frozenset({"column", "value_set"})),
    "ExpectColumnValuesToBeBetween": (_between, _LIMITS),
    "ExpectColumnValueLengthsToBeBetween": (_lengths_between, _LIMITS),
    "ExpectColumnValuesToMatchRegex": (_match, frozenset({"column", "regex"})),
    "ExpectCompoundColumnsToBeUnique": (_unique_together, frozenset({"column_list"})),
    "ExpectColumnPairValuesAToBeGreaterThanB": (
        _greater, frozenset({"column_A", "column_B", "or_equal", "ignore_row_if"}),
    ),
}  # fmt: skip
"""Expectation -> its kernel, and the arguments it was made for."""
