"""From a service's JSON to a stream's declared columns: typed, and honest about what it did not expect."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from collectors.base import Page, Rejected, Stream
from collectors.service import PullReport

Reader = Callable[[Any], Any]
_HALF = re.compile("[\ud800-\udfff]")


class WrongValue(Exception):
    """A value is not what the contract says; the message names the kind, never the value."""


def whole(value: Any) -> int | None:
    """A count: an integer, or text of digits with separators. None stays None; -1, 3.7 and 1e309 are wrong."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        raise WrongValue("a yes or no where a count belongs")
    if isinstance(value, str):
        value = value.replace(",", "").strip()
        # Longer than any count; int() would refuse thousands of digits with an error of its own.
        if not value.isascii() or not value.isdigit() or len(value) > 30:
            raise WrongValue("a text where a count belongs")
        value = int(value)
    if isinstance(value, float):
        if not value.is_integer():
            raise WrongValue("a fraction where a count belongs")
        value = int(value)
    if not isinstance(value, int) or value < 0 or value >= 1 << 63:
        raise WrongValue("no count")
    return value


def number(value: Any) -> float | None:
    """A finite number."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        raise WrongValue("a yes or no where a number belongs")
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        raise WrongValue("no number") from None
    if found != found or found in (float("inf"), float("-inf")):
        raise WrongValue("no finite number")
    return found


def words(value: Any) -> str | None:
    """A text or identifier; numbers become text, since services send identifiers as both."""
    if value is None:
        return None
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        # No text can hold a NUL, or half of a letter that was cut in two.
        return _HALF.sub("\ufffd", str(value).replace("\0", ""))
    raise WrongValue("no text")


def identifier(value: Any) -> str:
    """The name by which a record is told from others; without one it cannot be kept, nor asked about."""
    found = (words(value) or "").strip()
    if not found:
        raise WrongValue("missing")
    return found


def yes(value: Any) -> bool | None:
    """True or false."""
    if value is None or isinstance(value, bool):
        return value
    raise WrongValue("neither true nor false")


def instant(value: Any) -> datetime | None:
    """An instant: ISO 8601 with an offset, or seconds since 1970; naive ones are wrong, '' is none."""
    if value is None or value == "":
        return None
    try:
        found = datetime.fromtimestamp(int(value), UTC) if str(value).isdigit() else datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        raise WrongValue("no instant") from None
    if found.tzinfo is None:
        raise WrongValue("an instant without its zone")
    return found if found.tzinfo is UTC else found.astimezone(UTC)


def day(value: Any) -> date | None:
    """A day, YYYY-MM-DD or YYYYMMDD."""
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise WrongValue("no day") from None


def given(reader: Reader) -> Reader:
    """A reader for a field without which the record means nothing."""

    def read(value: Any) -> Any:
        found = reader(value)
        if found is None:
            raise WrongValue("missing")
        return found

    return read


def page_of(
    stream: type[Stream],
    records: Iterable[Mapping[str, Any]],
    fields: Mapping[str, tuple[str, Reader]],
    report: PullReport,
    *,
    known: Iterable[str] = (),
    fixed: Mapping[str, Any] | None = None,
) -> Page:
    """A page from JSON records: `fields` maps a column to (dotted path, reader).

    A record with a wrong value is put aside whole, named by its column; the others go on. Top-level
    fields that neither `fields` nor `known` name are drift: counted by name, their values never kept.
    `fixed` gives columns that are the same in every record.
    """
    expected = {path.split(".")[0] for path, _ in fields.values()} | set(known)
    plan = [(path, tuple(path.split(".")), reader) for path, reader in fields.values()]
    columns: list[list[Any]] = [[] for _ in plan]
    count = 0
    for place, record in enumerate(records):
        path = ""
        row: list[Any] = []
        try:
            if not _is_object(record):
                raise WrongValue("no record")
            if not expected.issuperset(record):
                for name in set(record) - expected:
                    report.drift[f"{stream.name}.{name}"] += 1
            for path, steps, reader in plan:  # noqa: B007 (`path` is named when the value is wrong)
                value: Any = record
                for step in steps:
                    value = value.get(step) if _is_object(value) else None
                row.append(reader(value))
        except WrongValue as problem:
            report.drift[f"{stream.name}.{path} ({problem})"] += 1
            report.rejected.append(
                Rejected(
                    f"{stream.name} record {place}, field {path}",
                    "wrong_value",
                    {
                        "en": f"{problem}; the record is put aside until the service or the collector is mended",
                        "he": "ערך שאינו מהסוג הצפוי; הרשומה הוצאה הצידה עד לתיקון",
                    },
                    _text(record),
                    _text({"stream": stream.name, "record": record, "fixed": fixed or {}, "at": datetime.now(UTC)}),
                )
            )
            continue
        count += 1
        for values, value in zip(columns, row, strict=True):
            values.append(value)
    found = dict(zip(fields, columns, strict=True))
    same = fixed or {}
    return Page(stream, pa.table([_column(f, found, same, count) for f in stream.schema], schema=stream.schema))


def _column(field: pa.Field, found: Mapping[str, list[Any]], same: Mapping[str, Any], count: int) -> pa.Array:
    """A column of the page: read from the records, the same in all of them, or empty."""
    if field.name in found:
        return pa.array(found[field.name], field.type)
    return pa.repeat(pa.scalar(same.get(field.name), field.type), count)


def _is_object(value: Any) -> bool:
    """Whether it is a JSON object; a dictionary, as it nearly always is, is known at once."""
    return type(value) is dict or isinstance(value, Mapping)


def read_again(
    stream: type[Stream], fields: Mapping[str, tuple[str, Reader]], kept: Mapping[str, Any], report: PullReport
) -> Page:
    """The page of one record that `page_of` put aside, empty if it still cannot be read; `kept` as it was sealed."""
    fixed = dict(kept["fixed"])
    for name, value in fixed.items():
        kind = stream.schema.field(name).type
        if value is not None and pa.types.is_timestamp(kind):
            fixed[name] = datetime.fromisoformat(value)
        elif value is not None and pa.types.is_date(kind):
            fixed[name] = date.fromisoformat(value)
    record = kept["record"]
    return page_of(stream, [record], fields, report, known=record if isinstance(record, Mapping) else (), fixed=fixed)


def _text(value: Any) -> bytes:
    plain = json.dumps(value, ensure_ascii=False, sort_keys=True, default=lambda one: one.isoformat())
    return plain.encode("utf-8", "surrogatepass")


def dig(record: Any, path: str) -> Any:
    """The value at a dotted path; None when a step is absent or not an object."""
    for step in path.split("."):
        if not _is_object(record):
            return None
        record = record.get(step)
    return record
