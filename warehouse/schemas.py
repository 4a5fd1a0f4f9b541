"""Arrow schemas derived from the fact classes: the class is the only place a column is declared."""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

import pyarrow as pa
from pydantic import BaseModel

from warehouse.facts import FACTS

_PLAIN: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
}


def _arrow_type(annotation: Any) -> tuple[pa.DataType, bool]:
    """The Arrow type of a field's annotation, and whether it may be null."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        inner = [arg for arg in get_args(annotation) if arg is not type(None)]
        return _arrow_type(inner[0])[0], True
    if origin is Literal:
        return pa.string(), False
    return _PLAIN[annotation], False


def schema_of(model: type[BaseModel]) -> pa.Schema:
    """The Arrow schema of a class, columns in its order."""
    fields = []
    for name, info in model.model_fields.items():
        kind, nullable = _arrow_type(info.annotation)
        fields.append(pa.field(name, kind, nullable=nullable))
    return pa.schema(fields)


@cache
def arrow_schema(fact: str) -> pa.Schema:
    """The Arrow schema of a canonical fact by its name."""
    return schema_of(FACTS[fact])


def fact_table(fact: str, columns: Mapping[str, Any]) -> pa.Table:
    """A table of a fact from its columns (Arrow, numpy or lists), cast to the declared schema.

    Absent columns take the class's default. Raises ValueError naming the fact and column when a
    required column is missing or holds nulls.
    """
    schema = arrow_schema(fact)
    rows = len(next(iter(columns.values())))
    arrays = []
    for field, info in zip(schema, FACTS[fact].model_fields.values(), strict=True):
        if field.name in columns:
            values = columns[field.name]
            array = values if isinstance(values, (pa.Array, pa.ChunkedArray)) else pa.array(values)
            array = array.cast(field.type)
        elif not info.is_required():
            array = (
                pa.array([info.default] * rows, field.type) if info.default is not None else pa.nulls(rows, field.type)
            )
        else:
            raise ValueError(f"fact {fact}: column {field.name} is missing")
        if not field.nullable and array.null_count:
            raise ValueError(f"fact {fact}: column {field.name} holds {array.null_count} empty values")
        arrays.append(array)
    return pa.table(arrays, schema=schema)
