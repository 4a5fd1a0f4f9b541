"""From a service's JSON to a stream's declared columns: typed, and honest about what it did not expect."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from collectors.base import Page, Rejected, Stream
from collectors.kinds import Reader, WrongValue
from collectors.service import PullReport

Fields = Mapping[str, tuple[str, Reader]]
"""Column -> (dotted path in a record, reader)."""


def page_of(
    stream: type[Stream],
    records: Iterable[Mapping[str, Any]],
    report: PullReport,
    *,
    bound: Fields | None = None,
    fixed: Mapping[str, Any] | None = None,
) -> Page:
    """A page from JSON records, read by the stream's declared columns.

    A record with a wrong value goes to quarantine whole, in `report.rejected`, named by its column; the others go
    on. Top-level fields the stream does not know are drift: counted by name in `report.drift`, their values never
    kept. `fixed` gives columns that are the same in every record. `bound` reads FIXED columns from records by what
    only this pull knows (names shown beside them, the town's settings); read again alone, they stay empty.
    """
    fields = {**stream.fields, **(bound or {})}
    if (shapes := report.shapes) is not None:
        records, known = list(records), stream.known | {path.split(".")[0] for path, _ in fields.values()}
        for record in records:
            shapes.see(stream, record, known)
    return _page(stream, records, fields, report, fixed or {}, stream.known)


def _page(
    stream: type[Stream],
    records: Iterable[Mapping[str, Any]],
    fields: Fields,
    report: PullReport,
    fixed: Mapping[str, Any],
    known: Collection[str],
) -> Page:
    expected = {path.split(".")[0] for path, _ in fields.values()}.union(known)
    plan = [(column, path, tuple(path.split(".")), reader) for column, (path, reader) in fields.items()]
    columns: list[list[Any]] = [[] for _ in plan]
    taken = 0
    for place, record in enumerate(records):
        column = path = ""
        row: list[Any] = []
        try:
            if not _is_object(record):
                raise WrongValue("no record")
            if not expected.issuperset(record):
                for name in set(record) - expected:
                    report.drift[f"{stream.name}.{name}"] += 1
            for column, path, steps, reader in plan:  # noqa: B007 (both are named when the value is wrong)
                value: Any = record
                for step in steps:
                    value = value.get(step) if _is_object(value) else None
                row.append(reader(value))
        except WrongValue as problem:
            report.drift[f"{stream.name}.{path} ({problem})"] += 1
            report.rejected.append(
                Rejected(
                    f"{stream.name} record {place}, column {column}, field {path}",
                    "wrong_value",
                    {"found": str(problem)},
                    _sealable(record),
                    _sealable({"stream": stream.name, "record": record, "fixed": fixed, "at": datetime.now(UTC)}),
                )
            )
            continue
        taken += 1
        for values, value in zip(columns, row, strict=True):
            values.append(value)
    found = dict(zip(fields, columns, strict=True))
    rows = pa.table([_column(f, found, fixed, taken) for f in stream.schema], schema=stream.schema)
    return Page(stream, rows, is_whole=set(stream.fields) <= set(fields))


def _column(field: pa.Field, found: Mapping[str, list[Any]], same: Mapping[str, Any], count: int) -> pa.Array:
    """A column of the page: read from the records, the same in all of them, or empty."""
    if field.name in found:
        return pa.array(found[field.name], field.type)
    return pa.repeat(pa.scalar(same.get(field.name), field.type), count)


def _is_object(value: Any) -> bool:
    """Whether it is a JSON object; a dictionary, as it nearly always is, is known at once."""
    return type(value) is dict or isinstance(value, Mapping)


def read_again(
    stream: type[Stream], kept: Mapping[str, Any], report: PullReport, *, fields: Fields | None = None
) -> Page:
    """The page of one record that was put in quarantine, empty if it still cannot be read.

    `kept` is what was sealed of it. `fields` narrows what is read of it to a few columns.
    """
    kinds = {column.name: column.kind for column in stream.columns}
    fixed = {name: kinds[name](value) for name, value in kept["fixed"].items()}
    record = kept["record"]
    known = record if isinstance(record, Mapping) else ()
    return _page(stream, [record], stream.fields if fields is None else fields, report, fixed, known)


def _sealable(value: Any) -> bytes:
    plain = json.dumps(value, ensure_ascii=False, sort_keys=True, default=lambda one: one.isoformat())
    return plain.encode("utf-8", "surrogatepass")


def value_at(record: Any, path: str) -> Any:
    """The value at a dotted path; None when a step is absent or not an object.

    `value_at({"shares": {"count": 3}}, "shares.count")` is 3.
    """
    for step in path.split("."):
        if not _is_object(record):
            return None
        record = record.get(step)
    return record
