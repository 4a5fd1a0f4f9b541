"""A statement in the words of another engine: sqlglot from DuckDB's, and here the few things it does not know."""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp

from transforms.engines.macros import MACROS


@lru_cache(maxsize=1_000)
def in_spark(sql: str) -> str:
    """One SELECT in Spark's words."""
    tree = sqlglot.parse_one(sql, dialect="duckdb").transform(_meant).transform(_in_spark)
    for one in reversed(list(tree.find_all(exp.Select))):
        group = one.args.get("group")
        if group and one.args.get("having") and any(isinstance(by, exp.GroupingSets) for by in group.expressions):
            own = _kept_after(one)
            if one is tree:
                tree = own
            else:
                one.replace(expression=own)
    return tree.sql(dialect="spark")


def _kept_after(select: exp.Select) -> exp.Select:
    """A SELECT by grouping sets without its HAVING, which is asked of its rows afterwards.

    Beside a column of the result that is named as one it groups by, Spark finds neither in HAVING.
    """
    inner = select.copy()
    having = inner.args["having"].this
    inner.set("having", None)
    for place, one in enumerate(inner.expressions):
        if not isinstance(one, exp.Alias | exp.Column):  # a branch of a UNION need not name what it gives
            one.replace(expression=exp.alias_(one.copy(), f"column_{place}"))
    names = inner.named_selects
    inner.select(exp.alias_(having.copy(), "is_kept"), copy=False)
    return exp.select(*map(exp.column, names)).from_(inner.subquery("grouped")).where(exp.column("is_kept"))


def _meant(node: exp.Expression) -> exp.Expression:
    """A macro as what it means, to the last one within."""
    if isinstance(node, exp.Anonymous) and (ways := MACROS.get(node.name.lower())):
        parameters, body = next(way for way in ways if len(way[0]) == len(node.expressions))
        given = dict(zip(parameters, node.expressions, strict=True))

        def put(one: exp.Expression) -> exp.Expression:
            if isinstance(one, exp.Column) and not one.table and one.name in given:
                return exp.paren(given[one.name].copy())
            return one

        return exp.paren(sqlglot.parse_one(body, dialect="duckdb").transform(put).transform(_meant))
    return node


def _in_spark(node: exp.Expression) -> exp.Expression:
    """What Spark says otherwise and sqlglot does not know."""
    if isinstance(node, exp.Anonymous) and node.name.lower() == "timezone":
        zone, instant = node.expressions
        return exp.Anonymous(this="from_utc_timestamp", expressions=[instant, zone])
    if isinstance(node, exp.In) and isinstance(node.args.get("query"), exp.Subquery):
        asked = node.args["query"].this
        if len(asked.selects) == 1 and isinstance(asked.selects[0], exp.Tuple):
            asked.set("expressions", asked.selects[0].expressions)  # Spark wants as many columns as are compared
    return node
