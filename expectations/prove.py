"""What a town expects on top, tried on no rows when it is opened: a mistake is told then, not at night."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from expectations.lines import MonthsContext
from expectations.months import check_months
from expectations.profile import Profile, profiles
from expectations.results import GateContext
from expectations.rules import SEVERITY, apply_rules
from expectations.suite import Suite
from expectations.suites import PUBLISHED, SuiteProblem, Suites
from warehouse.facts import FACTS
from warehouse.schemas import arrow_schema


def prove_own(suites: Suites) -> None:
    """Try all that the town says itself. Raises SuiteProblem naming where it stands, the rule and the remedy."""
    for name in suites.own:
        source, _, fact = name.rpartition(".")
        suite = suites.of(source, fact)
        if fact == PUBLISHED:
            _prove_figures(suite)
            continue
        prove(suites, source, fact)
        _prove_expectations(suite, fact)


def prove(suites: Suites, source: str, fact: str) -> None:
    """Run the SQL of a suite on no rows. Raises SuiteProblem naming the rule whose SQL cannot be run."""
    suite, nothing = suites.of(source, fact), _nothing(fact)
    profiles(fact, suite, nothing, "UTC")
    today = datetime.now(UTC).date()
    apply_rules(fact, nothing, GateContext("", "UTC", frozenset(), today, suite=suite))
    _prove_bounds(suites, source, fact, today)


def _prove_bounds(suites: Suites, source: str, fact: str, today: date) -> None:
    month, all_of_it = f"{today:%Y-%m}", {one: suites.of(source, one) for one in FACTS}
    profile = Profile(all_of_it[fact].digest, {"": {}})
    check_months(
        [(fact, month)],
        MonthsContext(all_of_it, {(fact, month): profile}, {}, frozenset(), frozenset(), today, frozenset()),
    )


def _prove_figures(suite: Suite) -> None:
    """Figures are judged by expectations and measures alone: what else is said of them would be passed over."""
    others = [f"rows.{name}" for name, one in suite.rows.items() if one.where]
    for rule in (*others, *(f"bounds.{name}" for name in suite.bounds)):
        raise SuiteProblem(f"{suite.place(rule)}: {rule}: figures take rows with `expect`, and measures; leave it out")
    _prove_expectations(suite, PUBLISHED)


def _prove_expectations(suite: Suite, fact: str) -> None:
    rules = {name: place for name, one in suite.rows.items() if one.expect and (place := suite.place(f"rows.{name}"))}
    if not rules:
        return
    from expectations.from_tables import Check
    from expectations.gx_runner import run_suite

    frame = _empty_frame(fact)
    for name, place in rules.items():
        one = suite.rows[name]
        check = Check(one.expect, one.code, one.arguments, SEVERITY[one.then], name, one.column, place)
        try:
            run_suite(fact, frame, [check])
        except (AttributeError, TypeError, ValueError):  # no such expectation, or arguments it does not have
            raise SuiteProblem(
                f"{place}: rows.{name}: {one.expect} cannot be run with these arguments; "
                "correct them as Great Expectations has them, or say `off = true`"
            ) from None


def _empty_frame(fact: str) -> Any:
    from expectations.frame import as_pandas, prepare
    from expectations.published import frame_of_figures

    return frame_of_figures([]) if fact == PUBLISHED else as_pandas(prepare(fact, _nothing(fact)))


def _nothing(fact: str) -> pa.Table:
    return pa.schema([one.with_nullable(True) for one in arrow_schema(fact)]).empty_table()
