"""Declared columns are true: a record made from a declaration lands, and a wrong value is never lost."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors import kinds
from collectors.base import Page, Stream
from collectors.columns import FIXED, Column
from collectors.records import page_of
from collectors.service import PullReport
from tests.contract.test_declarations import declared
from warehouse.people import People, landed_schema

COLUMNS = [(stream, column) for stream in declared() for column in stream.columns]
READ = [stream for stream in declared() if stream.fields]
OWN = {one.read for one in vars(kinds).values() if isinstance(one, kinds.Kind)}
"""The readers of the shared kinds: each refuses what is not of its kind. One of a service may take it for nothing."""

texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20).filter(str.strip)
instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
SENT: dict[str, st.SearchStrategy[Any]] = {
    "count": st.integers(0, 1 << 40) | st.integers(0, 1 << 40).map("{:,}".format),
    "some": st.integers(1, 1 << 40),
    "number": st.floats(-1e9, 1e9),
    "text": texts | st.integers(0, 1 << 40),
    "identifier": texts,
    "boolean": st.booleans(),
    "instant": instants.map(datetime.isoformat) | instants.map(lambda at: int(at.timestamp())),
    "day": st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(date.isoformat),
}
"""Kind -> what a service may send of it."""
WRONG: dict[str, list[Any]] = {
    "count": ["many", -1, 3.7, True, []],
    "some": ["many", -1, 0, "0", 3.7, True, []],
    "number": ["much", True, {}],
    "text": [True, [], {}, 3.7],
    "identifier": ["", " ", None, [], True],
    "boolean": ["true", 1, []],
    "instant": ["soon", "2026-03-01T00:00:00", [], "9" * 30],
    "day": ["2026-13-01", "soon", []],
}
FIXED_VALUES: list[tuple[Any, Any]] = [
    (pa.types.is_integer, 1),
    (pa.types.is_floating, 1.5),
    (pa.types.is_boolean, True),
    (pa.types.is_timestamp, datetime(2026, 3, 1, tzinfo=UTC)),
    (pa.types.is_date, date(2026, 3, 1)),
    (pa.types.is_list, ["x"]),
    (lambda _: True, "x"),
]


def fixed_of(stream: type[Stream]) -> dict[str, Any]:
    """A value for each column that no record holds."""
    left = {one.name: one.kind.type for one in stream.columns if one.path == FIXED}
    return {name: next(value for fits, value in FIXED_VALUES if fits(stored)) for name, stored in left.items()}


def parents(stream: type[Stream]) -> set[str]:
    """Paths that hold others: a reader of a whole object stands beside those of its fields."""
    paths = {path for path, _ in stream.fields.values()}
    return {path for path in paths if any(other.startswith(path + ".") for other in paths)}


def put(record: dict[str, Any], path: str, value: Any) -> None:
    *steps, last = path.split(".")
    for step in steps:
        record = record.setdefault(step, {})
    record[last] = value


@st.composite
def records(draw: st.DrawFn, stream: type[Stream]) -> dict[str, Any]:
    """A record as a service that keeps the declaration would send it."""
    made: dict[str, Any] = {}
    kind_of = {column.path: column.kind.name for column in stream.columns if column.path != FIXED}
    for path in sorted(set(kind_of) - parents(stream)):
        put(made, path, draw(SENT[kind_of[path]]))
    return made


@pytest.mark.parametrize(("stream", "column"), COLUMNS, ids=lambda one: one.name)
def test_a_column_is_described(stream: type[Stream], column: Column) -> None:
    said = column.description
    assert said.strip() == said != "" and not {"\n", "|"} & set(said)
    assert not said.endswith("."), "a phrase, as all of the dictionary"
    assert said.casefold() not in (column.name, column.name.replace("_", " ")), "it says no more than the name"
    if column.kind.type == kinds.instant.type:
        assert "UTC" in said
    if column.kind.type == kinds.local_time.type or pa.types.is_date(column.kind.type):
        assert {"local", "Local", "Pacific", "zone", "day", "Day"} & set(
            said.replace(",", " ").replace(":", " ").split()
        )
    for unit in ("seconds", "minutes"):
        assert unit not in column.name or unit in said


def test_a_key_is_declared_and_one_cursor_at_most() -> None:
    for stream in declared():
        names = [column.name for column in stream.columns]
        assert stream.key and len(set(names)) == len(names)
        assert sum(column.cursor for column in stream.columns) <= 1
        assert not set(stream.ignored) & {path.split(".")[0] for path, _ in stream.fields.values() if "." not in path}


def test_what_columns_say_is_not_said_a_second_time() -> None:
    with pytest.raises(TypeError, match="key, schema by hand"):
        type("Twice", (Stream,), {"columns": (), "schema": pa.schema([]), "key": ()})


@pytest.mark.parametrize("stream", [one for one in declared() if not one.fields], ids=lambda one: one.name)
def test_a_row_made_by_its_collector_lands_as_declared(stream: type[Stream]) -> None:
    values = fixed_of(stream)
    naive = {
        name: values[name].replace(tzinfo=None)
        for name in values
        if stream.schema.field(name).type == pa.timestamp("s")
    }
    landed(Page.of(stream, [{**values, **naive}]))


@pytest.mark.parametrize("stream", READ, ids=lambda one: one.name)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_record_made_from_the_declaration_lands_as_declared(stream: type[Stream], data: st.DataObject) -> None:
    record, report = data.draw(records(stream)), PullReport()
    row = landed(page_of(stream, [record, {**record, "unheard_of": "x"}], report, fixed=fixed_of(stream)))
    assert not report.rejected and report.drift == {f"{stream.name}.unheard_of": 1}
    for column in stream.columns:
        if column.path not in (FIXED, *parents(stream)) and column.kind.read in OWN and not column.person:
            assert row[column.name] == column.kind(at(record, column.path)) is not None


@pytest.mark.parametrize("stream", READ, ids=lambda one: one.name)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_wrong_value_is_put_in_quarantine_by_its_column(stream: type[Stream], data: st.DataObject) -> None:
    record = data.draw(records(stream))
    column = data.draw(st.sampled_from([one for one in stream.columns if one.path not in (FIXED, *parents(stream))]))
    put(record, column.path, data.draw(st.sampled_from(WRONG[column.kind.name] + [None] * column.required)))
    report = PullReport()
    page = page_of(stream, [record], report, fixed=fixed_of(stream))
    assert page.rows.schema == stream.schema and page.rows.num_rows + len(report.rejected) == 1
    if column.kind.read in OWN:
        (aside,) = report.rejected
        assert f"column {column.name}, field {column.path}" in aside.where and aside.raw and aside.kept


def landed(page: Page) -> dict[str, Any]:
    """The first row, once it is seen that the page has the declared schema and lands."""
    assert page.rows.schema == page.stream.schema and page.rows.num_rows
    table = People(b"k" * 32).replace(page.rows, page.stream.personal_fields)
    assert table.schema.names == page.stream.schema.names
    assert table.schema == landed_schema(page.stream.schema, page.stream.personal_fields)
    row: dict[str, Any] = table.slice(0, 1).to_pylist()[0]
    return row


def at(record: Mapping[str, Any], path: str) -> Any:
    found: Any = record
    for step in path.split("."):
        found = found[step]
    return found
