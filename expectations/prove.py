"""What a town expects on top, tried on no rows when it is opened: a mistake is told then, not at night."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow as pa

from expectations.months import MonthsContext, check_months
from expectations.profile import Profile, cannot_run, profiles
from expectations.results import GateContext
from expectations.rules import SEVERITY, apply_rules
from expectations.suites import PUBLISHED, Suite, SuiteProblem, Suites
from warehouse.facts import FACTS
from warehouse.schemas import arrow_schema


def prove_own(suites: Suites) -> None:
    """Try all that the town says itself. Raises SuiteProblem naming where it stands, the rule and the remedy."""
    for name in suites.own:
        source, _, fact = name.rpartition(".")
        if fact == PUBLISHED:  # of figures: it has no SQL of rows
            suites.of(source, fact)
            continue
        try:
            prove(suites, source, fact)
            _prove_expectations(suites.of(source, fact), fact, suites.said(name, "rows"))
        except SuiteProblem as problem:
            said = str(problem)
            raise SuiteProblem(said.replace(f"suite {fact}", suites.place(name), 1)) from None


def prove(suites: Suites, source: str, fact: str) -> None:
    """Run the SQL of a suite on no rows. Raises SuiteProblem naming the rule whose SQL cannot be run."""
    suite, nothing = suites.of(source, fact), _nothing(fact)
    profiles(fact, suite, nothing, "UTC")
    today = datetime.now(UTC).date()
    for one in apply_rules(fact, nothing, GateContext("", "UTC", frozenset(), today, suite=suite)):
        if one.crashed:
            why = cannot_run("where", one.rule.where)
            raise SuiteProblem(f"suite {fact}: rows.{one.rule.rule or one.rule.code}: {why}")
    _prove_bounds(suites, source, fact, today)


def _prove_bounds(suites: Suites, source: str, fact: str, today: date) -> None:
    month, all_of_it = f"{today:%Y-%m}", {one: suites.of(source, one) for one in FACTS}
    profile = Profile(all_of_it[fact].digest, {"": {}})
    check_months(
        [(fact, month)],
        MonthsContext(all_of_it, {(fact, month): profile}, {}, frozenset(), frozenset(), today, frozenset()),
    )


def _prove_expectations(suite: Suite, fact: str, own: set[str]) -> None:
    rules = {name: one for name, one in suite.rows.items() if name in own and one.expect}
    if not rules:
        return
    from expectations.frame import as_pandas, prepare
    from expectations.from_tables import Check
    from expectations.gx_runner import run_suite

    for name, one in rules.items():
        check = Check(one.expect, one.code, one.arguments, SEVERITY[one.then], name, one.column)
        try:
            (found,) = run_suite(fact, as_pandas(prepare(fact, _nothing(fact))), [check])
            is_wrong = found.crashed
        except (AttributeError, TypeError, ValueError):  # no such expectation, or arguments it does not have
            is_wrong = True
        if is_wrong:
            raise SuiteProblem(
                f"suite {fact}: rows.{name}: {one.expect} cannot be run with these arguments; "
                "correct them as Great Expectations has them, or say `off = true`"
            )


def _nothing(fact: str) -> pa.Table:
    return pa.schema([one.with_nullable(True) for one in arrow_schema(fact)]).empty_table()
