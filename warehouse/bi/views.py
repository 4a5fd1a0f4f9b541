"""Views for people who open the warehouse in a BI tool, and the dictionary of their columns.

A view whose name begins with `v_` has names of columns in ASCII; its twin without `v_` has them in a language. Those of
headlines have one row a town, indicator and month, or with `wide` a town and indicator with thirteen months;
`indicator_value` has the wholes as now known, `as_published` those of closed months; what wholes are made of stands
apart, in views whose names say by what.
They are brought to what stands here whenever the schema is brought up to date. On PostgreSQL they stand in a schema of
their own, and are changed in place: views of a town's own that read them, and what was granted on them, stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, inspect, text
from sqlmodel import SQLModel

from warehouse.bi import selects
from warehouse.bi.labels import GROUP, LABELS, OF_HEADLINES, OF_VALUES, PUBLISHED, SPOKEN, Label

LANGUAGES = ("he", "ar", "en")
SCHEMA = "kehila_bi"
"""Where the views stand on PostgreSQL."""


@dataclass(frozen=True)
class View:
    """A view: its name, its columns by their names, its SELECT, what it holds, and of what columns its rows are one."""

    name: str
    columns: Mapping[str, Label]
    select: str
    about: str
    key: tuple[str, ...] = ()


HEADLINE_KEY = ("authority", "indicator", "month")
PLACE = (*HEADLINE_KEY, "space", "part")
ENDS = {
    "": "wholes alone",
    "_by_part": "parts of the whole town's figures, which are in no other view",
    "_by_space": "figures of places, of each the whole",
    "_by_space_and_part": "parts of the figures of places",
    "_by_group": "figures of groups of people, cuts of the others and never added to them",
    "_by_group_and_part": "parts of the figures of groups of people",
}


def views() -> Iterator[View]:
    """Every view, in the order they are made: a twin reads what was made before it."""
    neutral = {name: LABELS[name] for name in OF_HEADLINES if name not in SPOKEN}
    about = "One row a town, indicator and month: the figure that speaks for it; codes alone, names by the dimensions"
    yield View("v_headline", neutral, selects.of_headlines(None), about, HEADLINE_KEY)
    for language in LANGUAGES:
        for one in _in_language(language):
            yield one
            twin = one.name.removeprefix("v_")
            columns = {label[language]: label for label in one.columns.values()}
            named = ", ".join(f'{name} as "{label[language]}"' for name, label in one.columns.items())
            yield View(twin, columns, f"select {named} from {{at}}{one.name}", one.about)  # noqa: S608
    for name, (about, key, select) in selects.DIMENSIONS.items():
        yield View(name, {column: LABELS[column] for column in _names(select)}, select, about, key)


def _in_language(language: str) -> Iterator[View]:
    headlines = {name: LABELS[name] for name in OF_HEADLINES}
    about = "One row a town, indicator and month: the figure that speaks, last year's, the verdict and why; "
    yield View(f"v_headline_{language}", headlines, selects.of_headlines(language), f"{about}start here", HEADLINE_KEY)
    wide = {name: selects.WIDE_LABELS.get(name) or LABELS[name] for name in selects.WIDE}
    about = "One row a town and indicator: the latest month that is over, and the twelve before it"
    yield View(
        f"v_headline_wide_{language}", wide, selects.of_headlines_wide(language), about, ("authority", "indicator")
    )
    for end, where in selects.PLACES.items():
        about = f"Values as now known: {ENDS[end]}"
        yield View(f"v_indicator_value{end}_{language}", OF_VALUES, selects.of_values(language, where), about, PLACE)
    for end, where in selects.GROUPS.items():
        select = selects.of_values(language, where, of_groups=True)
        about, key = f"Values as now known: {ENDS[end]}", ("cut", *PLACE)
        yield View(f"v_indicator_value{end}_{language}", GROUP | OF_VALUES, select, about, key)
    for end, where in selects.PLACES.items():
        about = f"Closed months as published, beside what is known now: {ENDS[end]}"
        yield View(f"v_as_published{end}_{language}", PUBLISHED, selects.of_published(language, where), about, PLACE)


def _names(select: str) -> list[str]:
    """Names of the columns of a dimension's SELECT."""
    listed = " ".join(select.split()).partition(" from ")[0].removeprefix("select ").removeprefix("distinct ")
    depth, parts = 0, [""]
    for letter in listed:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.split()[-1].rpartition(".")[2] for part in parts]


def make_views(connection: Connection) -> None:
    """Bring the labelled views, the dictionary, and on PostgreSQL the comments, to what is declared."""
    is_sqlite = connection.dialect.name != "postgresql"
    if is_sqlite:  # nothing is granted, and a view finds what it reads by its name
        for one in views():
            connection.execute(text(f"drop view if exists {one.name}"))
            connection.execute(text(f"create view {one.name} as {one.select.format(at='')}"))
    else:
        connection.execute(text(f"create schema if not exists {SCHEMA}"))
        for one in views():
            _bring_up(connection, one)
        _comment(connection)
    _write_dictionary(connection)


def _bring_up(connection: Connection, one: View) -> None:
    """Make a view, or change the one that is there: it is moved, its columns are renamed, new ones are added."""
    name = one.name
    if not _columns(connection, SCHEMA, name) and _columns(connection, "public", name):  # of an older release
        connection.execute(text(f"alter view public.{name} set schema {SCHEMA}"))
    there = _columns(connection, SCHEMA, name)
    renamed = [(old, new) for old, new in zip(there, one.columns, strict=False) if old != new]
    for number, (old, _) in enumerate(renamed):  # by way of names nobody has: two may change places
        connection.execute(text(f'alter view {SCHEMA}.{name} rename column "{old}" to "kehila_{number}"'))
    for number, (_, new) in enumerate(renamed):
        connection.execute(text(f'alter view {SCHEMA}.{name} rename column "kehila_{number}" to "{new}"'))
    connection.execute(text(f"create or replace view {SCHEMA}.{name} as {one.select.format(at=f'{SCHEMA}.')}"))
    _say(connection, f"view {SCHEMA}.{name}", one.about)
    for column, label in one.columns.items():
        _say(connection, f'column {SCHEMA}.{name}."{column}"', label.about or label.en)


def address(connection: Connection, view: str) -> str:
    """Where a view stands."""
    return f"{SCHEMA}.{view}" if connection.dialect.name == "postgresql" else view


def _columns(connection: Connection, schema: str, view: str) -> list[str]:
    query = text(
        "select column_name from information_schema.columns where table_schema = :schema and table_name = :view"
        " order by ordinal_position"
    )
    return list(connection.execute(query, {"schema": schema, "view": view}).scalars())


def _comment(connection: Connection) -> None:
    from warehouse.store import LEDGER_TABLES, WAREHOUSE_TABLES

    for table in (*WAREHOUSE_TABLES, *LEDGER_TABLES):
        _say(connection, f"table {table.__tablename__}", about_table(table))
        for name, info in table.model_fields.items():
            _say(connection, f"column {table.__tablename__}.{name}", info.description or "")


def _say(connection: Connection, what: str, words: str) -> None:
    # A comment cannot be a parameter; the driver reads % as one.
    quoted = words.replace("'", "''").replace("%", "%%")
    connection.exec_driver_sql(f"comment on {what} is '{quoted}'")


def about_table(table: type[SQLModel]) -> str:
    """What a table holds: the first line of what its class says of itself."""
    return (table.__doc__ or "").strip().split("\n")[0]


def dictionary() -> Iterator[dict[str, object]]:
    """Rows of `dim_column`: of every view for BI, and of the tables they are made of."""
    from warehouse.store import WAREHOUSE_TABLES

    for one in views():
        for place, (column, label) in enumerate(one.columns.items(), start=1):
            yield {
                "relation": one.name, "column_name": column, "place": place, "name_he": label.he, "name_ar": label.ar,
                "name_en": label.en, "description": label.about or label.en, "relation_description": one.about,
            }  # fmt: skip
    for table in WAREHOUSE_TABLES:
        for place, (column, info) in enumerate(table.model_fields.items(), start=1):
            yield {
                "relation": str(table.__tablename__), "column_name": column, "place": place, "name_he": "",
                "name_ar": "", "name_en": "", "description": info.description or "",
                "relation_description": about_table(table),
            }  # fmt: skip


def _write_dictionary(connection: Connection) -> None:
    from warehouse.bi_tables import DimColumn

    table = SQLModel.metadata.tables[str(DimColumn.__tablename__)]
    if inspect(connection).has_table(table.name):  # not where an older schema is put back
        connection.execute(delete(table))
        connection.execute(insert(table), list(dictionary()))
