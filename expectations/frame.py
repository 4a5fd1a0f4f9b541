"""From the staged Arrow table to the pandas frame Great Expectations reads, one row position a row.

A cell of the wrong type becomes empty and its position is remembered: a reason for its row, never a
crash of the conversion. Integers stay integers where cells are empty, so an ordinal is never rounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.schemas import arrow_schema

Positions = npt.NDArray[np.int64]
NOWHERE: Positions = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Batch:
    """A staged table in the declared types, and the positions of the cells that would not take them."""

    fact: str
    table: pa.Table
    misfits: dict[str, Positions]


def has_declared_columns(fact: str, table: pa.Table) -> bool:
    """Whether the columns are the class's, in its order."""
    return bool(table.column_names == arrow_schema(fact).names)


def prepare(fact: str, table: pa.Table) -> Batch:
    """Bring every column to its declared type; needs the declared columns."""
    arrays, misfits, fields = [], {}, []
    for wanted in arrow_schema(fact):
        array, wrong = _fit(table[wanted.name], wanted.type)
        if len(wrong):
            misfits[wanted.name] = wrong
        arrays.append(array)
        fields.append(wanted.with_nullable(True))
    return Batch(fact, pa.table(arrays, schema=pa.schema(fields)), misfits)


def _fit(column: pa.ChunkedArray, wanted: pa.DataType) -> tuple[pa.ChunkedArray, Positions]:
    """The column in the wanted type, cells that do not fit made empty, and where those were."""
    if not _is_same_kind(column.type, wanted):
        # Text that reads like a number is not a number: a silent change of type hides a changed source.
        lost = pc.is_valid(column).to_numpy()
        return pa.chunked_array([pa.nulls(len(column), wanted)]), np.flatnonzero(lost)
    try:
        fitted = column.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        fitted = _fit_by_value(column, wanted)
    if pa.types.is_floating(wanted):
        fitted = pc.if_else(pc.is_finite(fitted), fitted, pa.scalar(None, wanted))
    lost = pc.and_(pc.is_valid(column), pc.is_null(fitted)).to_numpy()
    return fitted, np.flatnonzero(lost)


def _is_same_kind(given: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether a value of the given type can be the wanted one without changing what it means."""
    if pa.types.is_dictionary(given):
        given = given.value_type
    if given == wanted or pa.types.is_null(given):
        return True
    if pa.types.is_string(wanted):
        return bool(pa.types.is_large_string(given) or pa.types.is_string_view(given))
    if pa.types.is_timestamp(wanted):
        return bool(pa.types.is_timestamp(given)) and given.tz is not None  # without a zone it is no instant
    if pa.types.is_date(wanted):
        return bool(pa.types.is_date(given))
    if pa.types.is_floating(wanted):
        return bool(pa.types.is_floating(given) or pa.types.is_integer(given) or pa.types.is_decimal(given))
    return bool(pa.types.is_integer(wanted) and (pa.types.is_integer(given) or pa.types.is_floating(given)))


def _fit_by_value(column: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray:
    """Cast value by value, each distinct value once; what does not fit becomes empty."""
    encoded = column.combine_chunks().dictionary_encode()
    values = [_cast_one(value, wanted) for value in encoded.dictionary]
    return pa.chunked_array([pa.array(values, wanted).take(encoded.indices)])


def _cast_one(value: pa.Scalar, wanted: pa.DataType) -> Any:
    try:
        return value.cast(wanted).as_py()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OverflowError, ValueError):
        return None


def as_pandas(batch: Batch) -> Any:
    """The batch as a pandas frame whose index is the row position.

    Columns without gaps keep the plain numpy types, which are compared whole instead of cell by cell.
    """
    import pandas as pd  # type: ignore[import-untyped]

    gapped = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    columns = {}
    for name in batch.table.column_names:
        column = batch.table[name]
        columns[name] = column.to_pandas(types_mapper=gapped.get) if column.null_count else column.to_pandas()
    return frame_of(columns, batch.table.num_rows)


def frame_of(columns: Mapping[str, Any], rows: int) -> Any:
    """A pandas frame of columns, indexed by row position."""
    import pandas as pd

    return pd.DataFrame(dict(columns), index=pd.RangeIndex(rows))
