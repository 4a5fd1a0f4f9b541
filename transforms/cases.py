"""Cases of indicators: how a case file is read, put before the engine, and compared with what comes out.

A case gives rows of facts and registers (columns left out take the defaults below) and every cell it expects:
a cell that is computed and not expected is a difference, and so is the other way round. With `expect_views` it
also says what shared views hold on the way, in the columns it names. Working time is that of a plain week, Sunday to
Thursday from eight to four, and of the rows of `event` the case gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache, lru_cache
from itertools import zip_longest
from math import isclose
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from transforms.case_rows import ZONE, Row, defaults
from transforms.catalogue import Indicator
from transforms.cells import asking_in, cells_of
from transforms.engines import Engine, Session
from transforms.engines.duck import DuckSession
from transforms.inputs import COMPUTED_SCHEMA, months_table, spoken_for
from transforms.registers import REGISTER_SCHEMAS
from transforms.week import SUNDAY_TO_THURSDAY
from transforms.working_days import working_days
from warehouse.facts import FACTS
from warehouse.schemas import arrow_schema, fact_table
from warehouse.vocabulary import plain_kind

TODAY = date(2027, 1, 1)
Case = Mapping[str, Any]

COMPARED = ("value", "numerator", "denominator", "n", "lo", "hi", "status", "quality", "reason", "as_of")
REGISTERS = {**REGISTER_SCHEMAS, "computed": COMPUTED_SCHEMA, "waiting": arrow_schema("coverage")}
SCHEMAS: dict[str, pa.Schema] = {**{fact: arrow_schema(fact) for fact in FACTS}, **REGISTERS}
KEYS = {"name", "months", "expect", "expect_views", "unused_assets", *SCHEMAS} - {"working_day"}
REGISTER_DEFAULTS: dict[str, Row] = {
    "space": {"asset": "whatsapp", "kind": "open", "operated_by": "authority", "language": "he", "society": "general"},
    "population": {"quality": ""},
    "event": {"kind": "emergency", "scope": "", "source": ""},
    "computed": {"space": "", "part": ""},
}


class CaseError(Exception):
    """A case file says something that cannot be meant; the message says where and what to write."""


def load(path: Path) -> list[Case]:
    """The cases of a file, checked. Raises CaseError."""
    if not path.exists():
        raise CaseError(f"write {path.name}: cases with rows and expected cells")
    return _load(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1_000)
def _load(path: Path, _changed: int) -> list[Case]:
    try:
        cases: list[Case] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["cases"]
    except (yaml.YAMLError, TypeError, KeyError):
        raise CaseError(
            f"{path.name} is no list of cases; write `cases:` and below it what each gives and expects"
        ) from None
    for case in cases:
        check(case, f"{path.name}, case {case.get('name')!r}")
    return cases


def lacking(cases: Sequence[Case]) -> str:
    """What an indicator's cases still need to say, in words; '' when they say enough."""
    cells = [cell for case in cases for cell in case["expect"]]
    if len(cases) < 2:
        return "write two cases or more"
    if not any(cell.get("status") == "missing" or cell.get("value", 1) is None for cell in cells):
        return "write a case without anything to count"
    return ""


def check(case: Case, where: str) -> None:
    """Refuse names nobody knows and texts in place of days and instants."""
    known("key", case, KEYS, where)
    if missing := {"months", "expect"} - set(case):
        raise CaseError(f"{where}: say its {' and '.join(sorted(missing))}")
    for cell in case["expect"]:
        known("column of a cell", cell, {"month", "space", "part", *COMPARED}, where)
    for table, schema in SCHEMAS.items():
        for row in case.get(table, []):
            known(f"column of {table}", row, {*schema.names, "repeat"}, where)
            for column, value in row.items():
                kind = schema.field(column).type if column in schema.names else None
                if isinstance(value, str) and (pa.types.is_timestamp(kind) or pa.types.is_date(kind)):
                    sample = "2026-01-05" if pa.types.is_date(kind) else "2026-01-05T10:00:00Z"
                    raise CaseError(
                        f"{where}: {table}.{column} is a text ({value!r}); write it without quotes, like {sample}"
                    )


def known(kind: str, names: Iterable[str], allowed: set[str], where: str) -> None:
    """Refuse names that are not allowed, with the nearest that is."""
    for name in names:
        if name not in allowed:
            near = get_close_matches(name, allowed, n=1)
            raise CaseError(f"{where}: {name} is no {kind}{f'; did you mean {near[0]}?' if near else ''}")


PLACED = [name for name, fact in FACTS.items() if {"space", "asset"} <= fact.model_fields.keys() and name != "coverage"]
"""Facts that happen in a place: a case's town has registered each of those it names."""


class Desk:
    """One session with all facts and registers, emptied between cases: making its tables costs more than a case."""

    def __init__(self, engine: Engine = DuckSession) -> None:
        self.session = engine()
        self.filled: set[str] = set()
        self.working: pa.Table | None = None
        for name, schema in SCHEMAS.items():
            self.session.put(name, schema.empty_table())

    def laid(self, case: Case) -> Session:
        """The session with the rows of this case and no others."""
        for name in self.filled:
            self.session.put(name, SCHEMAS[name].empty_table())
        case = completed(case)
        self.filled = {name for name in SCHEMAS if case.get(name)}
        coverage = table_of("coverage", case["coverage"])
        for name in self.filled:
            self.session.put(name, spoken_for(name, table_of(name, case[name]), coverage))
        events = [(one["kind"], one["first_day"], one.get("last_day")) for one in case.get("event", [])]
        working = working_days("T", SUNDAY_TO_THURSDAY, events, ZONE, case.get("months", []))
        if working is not self.working:
            self.working = working
            self.session.put("working_day", working)
        return self.session


def completed(case: Case) -> Case:
    """The case with the places it does not register, plain ones of the authority, and members covered in full."""
    named = {row["space"] for row in case.get("space", [])}
    places: dict[str, Row] = {}
    for fact in ("coverage", *PLACED):
        for row in (defaults(fact, row, 0) for row in case.get(fact, [])):
            if row.get("space") and row["space"] not in named and row.get("asset"):
                kind = plain_kind(row["asset"])
                places.setdefault(row["space"], {"space": row["space"], "asset": row["asset"], "kind": kind})
    covered = [defaults("coverage", row, 0) for row in case.get("coverage", [])]
    heard = {(row["space"], row["month"]) for row in covered if row["fact"] == "membership"}
    told = []
    for row in (defaults("membership", row, 0) for row in case.get("membership", [])):
        place = row["space"], row["month"]
        if row["basis"] != "entered" and place not in heard:
            heard.add(place)
            told.append({"fact": "membership", "asset": row["asset"], "space": place[0], "month": place[1]})
    return {**case, "space": [*case.get("space", []), *places.values()], "coverage": [*case.get("coverage", []), *told]}


@cache
def desk() -> Desk:
    """The process's own."""
    return Desk()


def session(case: Case) -> Session:
    """A session with the rows of a case; the one given before is the same, and has lost its rows."""
    return desk().laid(case)


def table_of(name: str, rows: Iterable[Row]) -> pa.Table:
    """A case's rows of one fact or register, completed."""
    if name == "waiting":
        return table_of("coverage", rows)
    if name not in FACTS:
        return pa.Table.from_pylist(
            [{"authority": "T", **REGISTER_DEFAULTS.get(name, {}), **row} for row in rows], schema=SCHEMAS[name]
        )
    whole = [defaults(name, row, number) for number, row in enumerate(repeated(rows))]
    fields = FACTS[name].model_fields
    columns = {k: [row.get(k, None if f.is_required() else f.default) for row in whole] for k, f in fields.items()}
    return fact_table(name, columns)


def repeated(rows: Iterable[Row]) -> list[Row]:
    """The rows, one that says `repeat: 40` as forty equal ones."""
    return [{k: v for k, v in row.items() if k != "repeat"} for row in rows for _ in range(row.get("repeat", 1))]


def computed(indicator: Indicator, case: Case) -> list[Row]:
    """The cells the engine computes from a case."""
    months = months_table("T", case["months"], ZONE)
    laid = session(case)
    town = asking_in(laid, months, TODAY, unused_assets=frozenset(case.get("unused_assets", [])))
    return cells_of(laid, indicator, [town])[0]


def view_rows(indicator: Indicator, view: str, columns: Iterable[str] = ("*",)) -> list[Row]:
    """What a shared view holds after `computed`, sorted by its text."""
    if view not in indicator.views:
        raise CaseError(f"{indicator.id} reads no view {view}; it reads {', '.join(indicator.views) or 'none'}")
    names, rows = desk().session.ask(f"select {', '.join(columns)} from {view}")  # noqa: S608 (reaches no file)
    return sorted((dict(zip(names, row, strict=True)) for row in rows), key=text_of)


@dataclass(frozen=True)
class Line:
    """A line of the table a failing case prints."""

    place: str
    column: str
    expected: Any
    got: Any

    @property
    def differs(self) -> bool:
        """Whether they are not the same; figures may differ by a rounding."""
        if isinstance(self.expected, float) and isinstance(self.got, int | float | Decimal):
            return not isclose(float(self.got), self.expected, rel_tol=1e-6, abs_tol=1e-6)
        return bool(self.expected != self.got)


def compared(indicator: Indicator, case: Case) -> list[Line]:
    """Every expected cell and view row beside what came out, missing and surplus ones among them.

    Raises CaseError when the case expects rows of a view the indicator does not read.
    """
    got = {place_of(cell): cell for cell in computed(indicator, case)}
    wanted = {place_of(cell): cell for cell in case["expect"]}
    lines: list[Line] = []
    for place in sorted({*got, *wanted}):
        lines += beside(place, wanted.get(place), got.get(place), COMPARED)
    for view, rows in case.get("expect_views", {}).items():
        columns = list(dict.fromkeys(column for row in rows for column in row if column != "repeat"))
        pairs = zip_longest(sorted(repeated(rows), key=text_of), view_rows(indicator, view, columns or ("*",)))
        for number, (expected, found) in enumerate(pairs, start=1):
            lines += beside(f"{view} {number}", expected, found, columns)
    return lines


def beside(place: str, expected: Row | None, got: Row | None, columns: Iterable[str]) -> Iterator[Line]:
    """One row's columns, those that are expected; a row that only one side has is a line of its own."""
    if expected is None or got is None:
        yield Line(place, "(row)", brief(expected), brief(got))
        return
    yield from (Line(place, column, expected[column], got[column]) for column in columns if column in expected)


def brief(row: Row | None) -> str:
    """A whole row in a few words."""
    if row is None:
        return "none"
    return " ".join(f"{name}={row[name]}" for name in row if name in ("value", "status", "reason")) or text_of(row)


def place_of(cell: Row) -> str:
    """Month, space and part of a cell, as one text."""
    part = f" [{cell['part']}]" if cell.get("part") else ""
    return f"{cell['month']} {cell.get('space', '')}".strip() + part


def text_of(row: Row) -> str:
    """A row as text, its columns in order, to sort by: 4 and 4.00 are the same."""
    plain = {name: float(value) if isinstance(value, Decimal | int) else value for name, value in row.items()}
    return " ".join(f"{name}={plain[name]}" for name in sorted(plain))


def as_table(lines: Iterable[Line]) -> str:
    """The lines below each other, those that differ marked."""
    rows = [("", "place", "column", "expected", "got")]
    rows += [("≠" if one.differs else "", one.place, one.column, repr(one.expected), repr(one.got)) for one in lines]
    widths = [max(len(row[place]) for row in rows) for place in range(5)]
    return "\n".join(" | ".join(f"{cell:<{n}}" for cell, n in zip(row, widths, strict=True)).rstrip() for row in rows)
