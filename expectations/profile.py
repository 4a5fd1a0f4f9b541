"""What the months of a fact amount to: the measures of its suite, for each space and month.

A profile is small, is kept with the file it was taken of, and is all that later months are compared with: what a
refresh costs follows what changed, not how long a town has been measured.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa

from expectations.copies import READ, Sketch, sketch_of
from expectations.rules import MONTH_OF
from expectations.sql import cannot_run, session
from expectations.suite import Suite
from expectations.suites import SuiteProblem

ROWS = "rows"
"""A measure every fact has: how many rows there are."""
NEWEST = "newest"
"""A measure of facts with a day of their own: the newest one, as days since 1970-01-01."""

Amounts = Mapping[str, float]
"""Measure -> amount; measures nothing can be said of are left out."""


@dataclass(frozen=True)
class Profile:
    """What a month of a fact and source amounts to (space -> measure -> amount), and says (name -> thing -> sketch)."""

    digest: str
    spaces: Mapping[str, Amounts] = field(default_factory=dict)
    contents: Mapping[str, Mapping[str, Sketch]] = field(default_factory=dict)

    def as_text(self, rules: str) -> str:
        """As the ledger keeps it, with the digest of the rules its month was judged by."""
        told = {"digest": self.digest, "rules": rules, "spaces": self.spaces, "contents": self.contents}
        return json.dumps(told, sort_keys=True, separators=(",", ":"))

    @classmethod
    def of_text(cls, text: str, suite: Suite) -> Profile | None:
        """As it was kept; None where it was taken by other measures than the suite's."""
        found = json.loads(text) if text else {}
        if found.get("digest") != suite.digest:
            return None
        kept = {name: {one: tuple(said) for one, said in by.items()} for name, by in found["contents"].items()}
        return cls(found["digest"], found["spaces"], kept)


def rules_of(text: str) -> str:
    """The digest of the rules a month was judged by, of its profile as it was kept; '' where it was not noted."""
    return str(json.loads(text).get("rules", "")) if text else ""


def profiles(fact: str, suite: Suite, rows: pa.Table, timezone: str) -> dict[str, Profile]:
    """Month -> its profile, for every month of which `rows` holds all rows. Raises SuiteProblem for SQL that fails."""
    measures = {ROWS: "count(*)", **{name: one.of for name, one in suite.measures.items()}}
    if fact in MONTH_OF:
        measures[NEWEST] = f"max(datediff('day', date '1970-01-01', cast({MONTH_OF[fact][0]} as date)))"
    found: dict[str, dict[str, Amounts]] = {}
    for month, thing, *amounts in _asked(fact, suite, measures, rows, timezone):
        said = {name: round(float(one), 6) for name, one in zip(measures, amounts, strict=True) if one is not None}
        found.setdefault(month, {})[thing] = said
    said_in: dict[str, dict[str, dict[str, Sketch]]] = {}
    for name, one in suite.contents.items():
        pieces = f"map_entries(histogram((md5_number_lower(({one.of})::varchar) >> 16)::bigint))"
        digests = {name: f"list_sort({pieces})[:{READ}]"}
        for month, thing, counted in _asked(fact, suite, digests, rows, timezone, "contents", one.by):
            if sketch := sketch_of({piece["key"]: piece["value"] for piece in counted or ()}, one.minimum):
                said_in.setdefault(month, {}).setdefault(name, {})[thing] = sketch
    return {month: Profile(suite.digest, spaces, said_in.get(month, {})) for month, spaces in found.items()}


def _asked(
    fact: str, suite: Suite, measures: Mapping[str, str], rows: pa.Table, timezone: str, part: str = "measures",
    by: str = "",
) -> list[tuple[str, str, *tuple[Any, ...]]]:  # fmt: skip
    by = by or suite.by
    by = by if by != "space" or "space" in rows.column_names else "''"
    more = "".join(f', {sql} as "{name}"' for name, sql in suite.columns.items())
    columns = ", ".join(f'{sql} as "{name}"' for name, sql in measures.items())
    query = f"select month, coalesce({by}, '') as thing, {columns} from (select *{more} from rows) group by 1, 2"  # noqa: S608
    with session(timezone, rows=rows) as con:
        try:
            return con.execute(query).fetchall()
        except duckdb.Error as error:
            kind = type(error).__name__
            for name, sql in measures.items():
                try:
                    con.execute(f"select {sql} from (select *{more} from rows) group by month, {by}")  # noqa: S608
                except duckdb.Error:
                    where = suite.place(f"{part}.{name}") or f"suite {fact}"
                    raise SuiteProblem(f"{where}: {part}.{name}: {cannot_run(kind, sql)}") from None
            said = "; ".join([by, *suite.columns.values()])
            own = dict.fromkeys(filter(None, (suite.place(f"columns.{name}") for name in suite.columns)))
            where = " and ".join(own) or f"suite {fact}"
            raise SuiteProblem(f"{where}: by, columns: {cannot_run(kind, said)}") from None
