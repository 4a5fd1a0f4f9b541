"""Rules neither a class nor a suite can say: against the town's registers and clock, and between rows.

`value_checks` are expectations whose limits come from the context, and those of the source's suite. `ROW_RULES` are
plain SQL over the batch that name failing row positions; Great Expectations does not run on DuckDB, and links between
rows are one short statement there.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa

from expectations.frame import Positions
from expectations.from_tables import Check, checks_for
from expectations.results import GateContext, Severity
from expectations.sql import cannot_run, session
from expectations.suite import Suite, Then
from expectations.suites import SuiteProblem
from warehouse.facts import FACTS
from warehouse.people import LOOKS_PERSONAL
from warehouse.schemas import arrow_schema
from warehouse.vocabulary import UNREGISTERED

log = logging.getLogger(__name__)

MONTH_OF: dict[str, tuple[str, str]] = {
    "message": ("sent_at", ""),
    "membership": ("day", ""),
    "visit": ("period_start", ""),
    "mailing": ("sent_at", ""),
    "gathering": ("started_at", ""),
    "request": ("opened_at", ""),
    "publication": ("published_day", ""),
    # A week or 28 days may begin in the month before the one it is counted in.
    "platform_metric": ("period_start", "period in ('day', 'month')"),
    "survey_response": ("closed_day", ""),
    "coverage": ("last_day", ""),
}
"""The column whose local day gives a fact its month, and for which rows."""

IDENTIFIERS = {"authority", "month", "message", "root", "reply_to"}
"""Columns whose text is made by a machine; the others could hold what somebody typed."""

MAY_BE_OF_THE_WHOLE = {"report", "coverage", "publication", "request"}
"""Facts whose space may be '', the authority as a whole: what staff enter, and what no one place received."""

MAY_LIE_AHEAD = {"in_force_from", "in_force_to", "first_day", "last_day", "day"}
"""Days that may be later than today: a routine's end, the end of a month in progress."""

SEVERITY: dict[Then, Severity] = {"aside": "fail", "hold": "fail", "doubt": "warn"}


@dataclass(frozen=True)
class RowRule:
    """Rows of the batch for which `where` holds have failed. `$tz`, `$today`, `$month` are filled in."""

    code: str
    facts: frozenset[str]
    column: str
    where: str
    severity: Severity = "fail"
    rule: str = ""  # its name in a suite
    place: str = ""  # where the town says it


def _one(code: str, fact: str, column: str, where: str, severity: Severity = "fail") -> RowRule:
    return RowRule(code, frozenset({fact}), column, where, severity)


def _local_day(fact: str, column: str) -> str:
    kind = arrow_schema(fact).field(column).type
    return f"cast(timezone($tz, {column}) as date)" if pa.types.is_timestamp(kind) else column


def _own_month(fact: str) -> RowRule:
    column, only = MONTH_OF[fact]
    where = f"month <> strftime({_local_day(fact, column)}, '%Y-%m')"
    return _one("wrong_month", fact, column, f"({only}) and {where}" if only else where)


KNOWN = """(
    select message from batch where message is not null
    union all select message from kept union all select message from beside
)"""

ROW_RULES: tuple[RowRule, ...] = (
    RowRule("impossible_month", frozenset(FACTS), "month", "not regexp_full_match(month, '[0-9]{4}-(0[1-9]|1[0-2])')"),
    RowRule("in_future", frozenset(FACTS), "month", "month > $month"),
    # A count entered for a month's end, or exported for a week, is laid on a day that may be to come.
    _one("in_future", "membership", "day", "day > cast($today as date) and basis in ('api', 'derived', 'seen')"),
    *(_own_month(fact) for fact in MONTH_OF),
    _one("wrong_month", "coverage", "first_day", "month <> strftime(first_day, '%Y-%m')"),
    _one("wrong_order", "coverage", "first_day", "first_day > last_day"),
    # A parent may be deleted, or older than the service lets us read: the message itself is still true.
    _one("unknown_reply", "message", "reply_to", f"reply_to not in {KNOWN}", "info"),
    _one("unknown_root", "message", "root", f"root not in {KNOWN}", "info"),
    _one("reply_to_itself", "message", "reply_to", "reply_to = message"),
)


def value_checks(fact: str, table: pa.Table, context: GateContext) -> list[Check]:
    """Checks of single columns against the authority, its register of spaces, its items and its clock."""
    checks = [Check("ExpectColumnValuesToBeInSet", "wrong_authority", _listed("authority", {context.authority}))]
    columns = arrow_schema(fact)
    if "space" in columns.names:
        waiting = {code for code in table["space"].unique().to_pylist() if code and code.startswith(UNREGISTERED)}
        known = context.spaces | ({""} if fact in MAY_BE_OF_THE_WHOLE else set())
        checks.append(Check("ExpectColumnValuesToBeInSet", "unknown_space", _listed("space", known | waiting)))
        if waiting - known:  # it passes, counts nowhere, and somebody should register it
            checks.append(Check("ExpectColumnValuesToBeInSet", "unregistered_space", _listed("space", known), "info"))
    if fact == "survey_response":
        checks.append(Check("ExpectColumnValuesToBeInSet", "unknown_item", _listed("item", context.survey_items)))
    tomorrow = datetime.combine(context.today + timedelta(days=1), time(), ZoneInfo(context.timezone)).astimezone(UTC)
    for field in columns:
        if pa.types.is_timestamp(field.type):
            limit = {"column": field.name, "max_value": tomorrow, "strict_max": True}
        elif pa.types.is_date(field.type) and field.name not in MAY_LIE_AHEAD:
            limit = {"column": field.name, "max_value": context.today}
        else:
            continue
        checks.append(Check("ExpectColumnValuesToBeBetween", "in_future", limit))
    for name, one in context.suite.rows.items():
        if one.expect:
            place = context.suite.place(f"rows.{name}")
            checks.append(Check(one.expect, one.code, one.arguments, SEVERITY[one.then], name, one.column, place))
    return checks


def _listed(column: str, allowed: set[str] | frozenset[str]) -> dict[str, object]:
    return {"column": column, "value_set": sorted(allowed)}


def _personal(fact: str) -> list[RowRule]:
    names = [f.name for f in arrow_schema(fact) if pa.types.is_string(f.type) and f.name not in IDENTIFIERS]
    closed = {check.column for check in checks_for(fact) if check.code == "not_in_list"}
    open_text = [name for name in names if name not in closed]
    return [
        _one("looks_personal", fact, name, f"""regexp_matches("{name}", '{LOOKS_PERSONAL}')""") for name in open_text
    ]


def rules_for(fact: str, suite: Suite) -> list[RowRule]:
    """The row rules of a fact, those of its suite last."""
    own = [
        RowRule(
            one.code, frozenset({fact}), one.column, one.where, SEVERITY[one.then], name, suite.place(f"rows.{name}")
        )
        for name, one in suite.rows.items()
        if one.where
    ]
    return [*(rule for rule in ROW_RULES if fact in rule.facts), *_personal(fact), *own]


@dataclass(frozen=True)
class RowFinding:
    """What a row rule found."""

    rule: RowRule
    positions: Positions
    crashed: bool = False


def apply_rules(fact: str, table: pa.Table, context: GateContext) -> list[RowFinding]:
    """Run the row rules over the batch in its declared types. Raises SuiteProblem for one of the town that fails."""
    rows = table.append_column("at_row", pa.array(np.arange(table.num_rows)))
    names = {"tz": context.timezone, "month": f"{context.today:%Y-%m}", "today": context.today.isoformat()}
    others = {"kept": context.kept, "beside": context.beside}
    there = {name: table.slice(0, 0) if other is None else other for name, other in others.items()}
    with session(batch=rows, **there) as con:
        return [_apply(con, fact, rule, names) for rule in rules_for(fact, context.suite)]


def _apply(con: duckdb.DuckDBPyConnection, fact: str, rule: RowRule, names: dict[str, str]) -> RowFinding:
    used = {name: value for name, value in names.items() if f"${name}" in rule.where}
    try:
        found = con.execute(f"select at_row from batch where {rule.where} order by at_row", used or None)  # noqa: S608
        return RowFinding(rule, found.fetchnumpy()["at_row"].astype(np.int64))
    except duckdb.Error as error:
        # The engine quotes values in its messages: only the kind of error is kept.
        if rule.place:
            raise SuiteProblem(
                f"{rule.place}: rows.{rule.rule}: {cannot_run(type(error).__name__, rule.where)}"
            ) from None
        log.error("rule %s on %s.%s crashed: %s", rule.code, fact, rule.column, type(error).__name__)
        return RowFinding(rule, np.empty(0, dtype=np.int64), crashed=True)
