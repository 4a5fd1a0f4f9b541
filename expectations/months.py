"""Months judged as wholes: against what is stored of them, against their own past, one measure against another.

Every rule comes down to lines `less <= more`, and Great Expectations judges all lines of a source at once. A line
that holds a month back keeps what is stored until somebody accepts the new one; any other lets it pass in doubt.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

import duckdb
import pyarrow as pa

from expectations.beside import copied, swapped
from expectations.lines import Line, MonthsContext, Place, broken_lines, written
from expectations.profile import ROWS, Amounts
from expectations.results import CRASHED, Arguments, Finding, Notice, Outcome, Refused
from expectations.sql import cannot_run, session
from expectations.suite import Bound, Measure, Suite
from expectations.suites import FALL, SuiteProblem
from expectations.usual import MONTHS, apart, usual
from warehouse.calendar import shift
from warehouse.vocabulary import UNREGISTERED

FEW = 5
"""So many may be taken back of one space, comments somebody deleted, without a word."""


@dataclass(frozen=True)
class MonthsJudged:
    """What was found wrong with places, and for each fact how its rules went."""

    found: tuple[tuple[Place, Finding], ...] = ()
    outcomes: Mapping[str, tuple[Outcome, ...]] = field(default_factory=dict)


def check_months(places: Collection[Place], context: MonthsContext) -> MonthsJudged:
    """Judge some months of some facts of a source as wholes. Raises SuiteProblem for a bound whose SQL fails."""
    lines = [line for place in sorted(places) for line in _lines(place, context)]
    for fact in sorted({fact for fact, _ in places}):
        months = {month for one, month in places if one == fact}
        lines += [*_bounds(fact, months, context), *copied(fact, months, context), *swapped(fact, months, context)]
    if not lines:
        return MonthsJudged((), {})
    broken, is_crash = broken_lines(lines)
    found: list[tuple[Place, Finding]] = []
    for at in sorted(broken):
        line = lines[at]
        kind = Refused if line.holds else Notice
        code, arguments = (CRASHED, {}) if is_crash else (line.code, line.arguments)
        found.append((line.place, kind(code, arguments, line.place[1], 0, line.rule, line.space, line.is_fall)))
    return MonthsJudged(tuple(found), _outcomes(lines, broken, is_crash))


def _outcomes(lines: list[Line], broken: set[int], crashed: bool) -> dict[str, tuple[Outcome, ...]]:
    counted: dict[tuple[str, str, bool], int] = {}
    for at, line in enumerate(lines):
        key = line.place[0], line.rule, line.holds
        counted[key] = counted.get(key, 0) + (at in broken)
    found: dict[str, tuple[Outcome, ...]] = {}
    for (fact, rule, holds), bad in sorted(counted.items()):
        code = CRASHED if crashed else ("month_held" if holds else "month_doubted") if bad else ""
        one = Outcome(f"months: {rule}", "", code, "fail" if holds else "warn", not bad, bad, 0.0, crashed)
        found[fact] = (*found.get(fact, ()), one)
    return found


def _lines(place: Place, context: MonthsContext) -> Iterator[Line]:
    suite = context.suites[place[0]]
    now = context.new[place].spaces if place in context.new else {}
    before = context.stored[place].spaces if place in context.stored else None
    if before is not None:
        yield from _against_stored(place, suite, now, before, context)
    yield from _still_fallen(place, now, context)
    for thing, amounts in now.items():
        for name, measure in suite.measures.items():
            # What is counted in every month and in this one not at all is as good as none.
            amount = amounts.get(name, 0.0 if measure.kind == "count" else None)
            if amount is not None:
                yield from _against_past(place, thing, name, measure, amount, context)


def _against_stored(
    place: Place, suite: Suite, now: Mapping[str, Amounts], before: Mapping[str, Amounts], context: MonthsContext
) -> Iterator[Line]:
    """A month that is about to take the place of a stored one."""
    if place in context.accepted:
        return
    holds = place[1] in context.closed
    rows, stored = (sum(one.get(ROWS, 0) for one in some.values()) for some in (now, before))
    told: Arguments = {"month": place[1], "before": int(stored), "now": int(rows)}
    code = "month_shrank" if holds else "month_fell"
    if not suite.falls_are_said:
        yield Line(place, "", ROWS, code, stored * (1 - FALL), rows, told, holds, not holds)
    code = "month_changed" if holds else "month_differs"
    for thing, amounts in before.items():
        space = suite.space_of(thing)
        if thing not in now and space and (space.startswith(UNREGISTERED) or space not in context.spaces):
            continue  # it has been registered, or goes by another name: its rows are counted above
        is_growing = not holds and bool({(place[0], space, place[1]), (place[0], "", place[1])} & set(context.growing))
        for name, measure in suite.measures.items():
            if name not in amounts or measure.fall is None or (is_growing and measure.goes == "varies"):
                continue
            old = amounts[name]
            new = now.get(thing, {}).get(name)
            if new is None:
                if measure.kind == "hour" or (measure.kind == "level" and thing in now):
                    continue
                new = 0.0
            said = {"measure": f"{place[0]}.{name}", "month": place[1], "before": written(old), "now": written(new)}
            if measure.kind == "hour":
                yield Line(place, thing, name, code, abs(apart(new, old)), measure.floor, said, holds, not holds)
                continue
            if measure.worse != "up" and not suite.falls_are_said:
                slack = measure.floor if measure.kind == "level" else max(measure.fall * old, FEW)
                yield Line(place, thing, name, code, old - slack, new, said, holds, not holds)
            if measure.worse != "down" and not (is_growing and measure.goes == "adds"):
                few = measure.gain if holds and measure.gain is not None else measure.floor
                most = old + measure.floor if measure.kind == "level" else max(measure.rise * old, old + few)
                yield Line(place, thing, name, code, new, most, said, holds, not holds)


def _still_fallen(place: Place, now: Mapping[str, Amounts], context: MonthsContext) -> Iterator[Line]:
    """An amount that went once is doubted until it is back."""
    suite = context.suites[place[0]]
    for fact, month, rule, space, said in context.fallen:
        if (fact, month) != place or place in context.accepted:
            continue
        old = float(said["before"])
        amount = sum(one.get(rule, 0) for name, one in now.items() if space in ("", name))
        if float(said["now"]) < old:
            code = "month_fell" if rule == ROWS else "month_differs"
            yield Line(place, space, rule, code, old * (1 - FALL), amount, said, is_fall=True)
        else:
            most = max(suite.rise_of(rule) * old, 1.0)
            yield Line(place, space, rule, "month_differs", amount, most, said, is_fall=True)


def later(place: Place, changed: Collection[Place]) -> bool:
    """Whether a place is compared with one of those that changed: the twelve months before it, and the year before."""
    fact, month = place
    return any(fact == other and one < month <= shift(one, MONTHS) for other, one in changed)


def _against_past(
    place: Place, space: str, name: str, measure: Measure, amount: float, context: MonthsContext
) -> Iterator[Line]:
    fact, month = place
    band = usual(measure, month, context.series.get((fact, space, name), {}))
    if band is None:
        return
    low, high = band
    said = {
        "measure": f"{fact}.{name}", "month": month, "observed": written(amount),
        "low": written(max(low, 0.0)), "high": written(high),
    }  # fmt: skip
    at = (low + high) / 2 + apart(amount, (low + high) / 2) if measure.kind == "hour" else amount
    where = context.suites[fact].space_of(space)
    is_whole = month < f"{context.today:%Y-%m}" and not {(fact, where, month), (fact, "", month)} & set(context.partial)
    if measure.worse != "down":
        yield Line(place, space, name, "unusual_month", at, high, said)
    if measure.worse != "up" and (is_whole or measure.kind == "hour"):
        yield Line(place, space, name, "unusual_month", low, at, said)


def _bounds(fact: str, months: Collection[str], context: MonthsContext) -> Iterator[Line]:
    """One measure against another of the same space and month, this fact's or another's of the source."""
    bounds = context.suites[fact].bounds
    stored = {month for month in months if (fact, month) in context.stored and month in context.closed}
    before = _told(fact, bounds, stored, replace(context, new={**context.new, **context.stored}))
    broken = {place for place, (less, more) in before.items() if less > more}
    for (month, space, rule), (less, more) in _told(fact, bounds, months, context).items():
        # A published month that breaks a bound only now was better as it is stored.
        worsens = month in stored and (month, space, rule) not in broken
        holds = (bounds[rule].then == "hold" or worsens) and (fact, month) not in context.accepted
        said = {"measure": f"{fact}.{rule}", "month": month, "observed": written(less), "high": written(more)}
        yield Line((fact, month), space, rule, "bound_broken", less, more, said, holds)


def _told(
    fact: str, bounds: Mapping[str, Bound], months: Collection[str], context: MonthsContext
) -> dict[tuple[str, str, str], tuple[float, float]]:
    """(month, space, rule) -> both sides of a bound, where they are known."""
    places = [
        (month, space)
        for month in sorted(months)
        if (fact, month) in context.new
        for space in context.new[fact, month].spaces
    ]
    found: dict[tuple[str, str, str], tuple[float, float]] = {}
    if not bounds or not places:
        return found
    columns = ", ".join(f"({one.less})::double, ({one.more})::double" for one in bounds.values())
    with session(measures=pa.table(dict(_wide(fact, places, context)))) as con:
        try:
            rows = con.execute(f"select {columns} from measures").fetchall()  # noqa: S608
        except duckdb.Error as error:
            raise SuiteProblem(_failing(con, fact, context.suites[fact], type(error).__name__)) from None
    for (month, space), row in zip(places, rows, strict=True):
        for at, rule in enumerate(bounds):
            less, more = row[2 * at : 2 * at + 2]
            if less is not None and more is not None:
                found[month, space, rule] = less, more
    return found


def _failing(con: duckdb.DuckDBPyConnection, fact: str, suite: Suite, kind: str) -> str:
    """What is said of the bound that cannot be told."""
    for rule, one in suite.bounds.items():
        for sql in (one.less, one.more):
            try:
                con.execute(f"select ({sql})::double from measures").fetchall()  # noqa: S608
            except duckdb.Error:
                where = suite.place(f"bounds.{rule}") or f"suite {fact}"
                return f"{where}: bounds.{rule}: {cannot_run(kind, sql)}"
    return f"suite {fact}: bounds: {cannot_run(kind, '')}"


def _wide(fact: str, places: Collection[tuple[str, str]], context: MonthsContext) -> Iterator[tuple[str, pa.Array]]:
    """The fact's measures as columns, each other fact's as one column of several fields."""

    def amounts(of: str, month: str, space: str) -> Amounts:
        profile = context.new.get((of, month))
        return profile.spaces.get(space, {}) if profile else {}

    for other, suite in context.suites.items():
        names = [ROWS, *suite.measures]
        found = [{name: amounts(other, *place).get(name) for name in names} for place in places]
        if other == fact:
            yield from ((name, pa.array([one[name] for one in found], pa.float64())) for name in names)
        else:
            yield other, pa.array(found, pa.struct([(name, pa.float64()) for name in names]))
