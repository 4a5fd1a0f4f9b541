"""Each rule of the facts' suites has a fault that it finds alone: without the rule the fault passes in silence.

The suite of what is published has its own in test_published.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from expectations.gate import check
from expectations.lines import MonthsContext
from expectations.months import check_months
from expectations.profile import Profile
from expectations.results import GateContext
from expectations.suite import Suite
from expectations.suites import Suites, built_in
from tests.unit.expectations.rows import TOWN, good_row, table
from warehouse.calendar import shift
from warehouse.facts import FACTS

MONTH = "2026-09"
USUAL = {"count": 100.0, "level": 0.1, "hour": 12.0}

BROKEN: dict[str, dict[str, float]] = {
    "attendance.meetings_exist": {"of_meetings": 9, "gathering.rows": 5},
    "attendance.people_counted": {"attendances": 100, "gathering.present": 20},
    "attendance.within_the_meeting": {"in_meeting": 300, "gathering.longest": 60},
    "message.authors_within_members": {"authors": 100, "membership.members": 20, "membership.left": 0},
    "gathering.twice_at_most": {"twice": 0.5},
    "mailing.clicks_within_opens": {"clicked": 50, "opened_all": 20},
    "mailing.recipients_within_list": {"recipients": 1000, "membership.members": 100},
    "mailing.twice_at_most": {"twice": 0.5},
    "membership.changes_within_members": {"joined": 500, "members": 100, "left": 0},
    "message.twice_at_most": {"twice": 0.5},
    "publication.one_day_at_most": {"one_day": 1.0},
    "survey_response.straight_lined_at_most": {"straight_lined": 0.7},
    "visit.users_within_their_sessions": {"users": 500, "sessions": 100},
    "visit.month_within_its_days": {"users": 500, "day_users": 100},
    "visit.day_within_its_month": {"top_day": 500, "users": 100},
    "visit.sessions_agree": {"sessions": 500, "day_sessions": 300},
}
"""Bound -> amounts, another fact's as FACT.MEASURE, that break it."""

NOON = datetime(2026, 10, 10, 12).astimezone()
ROWS: dict[str, dict[str, Any]] = {
    "gathering.length_possible": {"minutes": 2000},
    "mailing.delivered_within_recipients": {"recipients": 100, "delivered": 104},
    "mailing.opens_within_delivered": {"recipients": 100, "delivered": 90, "unique_opens": 95},
    "mailing.clicks_within_delivered": {"recipients": 100, "delivered": 90, "clickers": 95},
    "mailing.counts_impossible": {"recipients": 100, "delivered": 100, "replies": 500},
    "membership.staff_within_members": {"members": 5, "staff": 9},
    "platform_metric.amount_possible": {"amount": 1e12},
    "publication.removed_after_published": {"published_day": date(2026, 10, 10), "removed_day": date(2026, 10, 2)},
    "report.ends_after_it_began": {"in_force_from": date(2026, 10, 10), "in_force_to": date(2026, 10, 2)},
    "request.answered_after_opened": {"opened_at": NOON, "answered_at": NOON - timedelta(hours=3)},
    "request.closed_after_opened": {"opened_at": NOON, "closed_at": NOON - timedelta(hours=3)},
    "visit.says_nothing": dict.fromkeys(("users", "sessions", "engaged_seconds", "events")),
    "visit.users_within_sessions": {"users": 90, "sessions": 10},
    "visit.day_is_a_day": {"users": 1, "engaged_seconds": 1e7},
}
"""Rule of rows -> what a row holds that breaks it."""


def rules(part: str) -> Iterator[tuple[str, str]]:
    for name in sorted(built_in()):
        source, _, fact = name.rpartition(".")
        if fact not in FACTS:
            continue
        own, shared = getattr(Suites().of(source, fact), part), getattr(Suites().of("", fact), part)
        yield from ((name, rule) for rule in own if not source or rule not in shared)


def suite_of(name: str, part: str, rule: str, *, off: bool) -> Suite:
    """The suite, without the rule where it is `off`."""
    source, _, fact = name.rpartition(".")
    return Suites(settings={name: {part: {rule: {"off": True}}}} if off else {}).of(source, fact)


def found(fact: str, suite: Suite, now: Profile, before: Profile, *, replaces: bool) -> set[str]:
    """Which rules speak of a month after twelve others; it `replaces` a stored and published one."""
    suites = {**{one: Suites().of("", one) for one in FACTS}, fact: suite}
    months = {(fact, shift(MONTH, -back)): before for back in range(1, 13)}
    place = fact, MONTH
    stored = {place: before} if replaces else {}
    town = MonthsContext(
        suites, {**months, place: now}, stored, {MONTH} if replaces else set(), (), date(2026, 10, 2), {"square"}
    )
    return {one.rule for _, one in check_months([place], town).found}


@pytest.mark.parametrize(("name", "rule"), [*rules("measures")])
def test_a_measure_speaks_of_its_own_amount_alone(name: str, rule: str) -> None:
    fact = name.rpartition(".")[2]
    for off in (False, True):
        suite = suite_of(name, "measures", rule, off=off)
        whole = suite_of(name, "measures", rule, off=False)
        measure = whole.measures[rule]
        usual = {one: USUAL[two.kind] for one, two in whole.measures.items()} | {"rows": 100.0}
        up = measure.worse != "down"
        odd = {"level": 0.99 if up else -0.8, "hour": 20.0, "count": 5000.0 if up else 5.0}[measure.kind]
        # A bound speaks of two measures: here one of them at a time is looked at.
        alone = suite.model_copy(update={"bounds": {}})
        before = Profile(suite.digest, {"square": usual})
        now = Profile(suite.digest, {"square": usual | {rule: odd}})
        is_compared = measure.past and (measure.kind != "count" or measure.factor is not None)
        is_kept = measure.fall is not None
        if not is_compared and not is_kept:
            is_beside = any(rule in one.among for one in whole.swaps.values())
            is_bound = any(rule in f"{one.less} {one.more}" for one in whole.bounds.values())
            assert is_beside or is_bound or _used_elsewhere(fact, rule)
            continue
        said = found(fact, alone, now, before, replaces=not is_compared)
        assert said == (set() if off else {rule})


def _used_elsewhere(fact: str, rule: str) -> bool:
    suites = [
        Suites().of(name.rpartition(".")[0], name.rpartition(".")[2])
        for name in built_in()
        if name.rpartition(".")[2] in FACTS
    ]
    return any(f"{fact}.{rule}" in one.more for suite in suites for one in suite.bounds.values())


@pytest.mark.parametrize(("name", "rule"), [*rules("swaps")])
def test_columns_in_each_others_place_are_found_by_what_stands_beside_them(name: str, rule: str) -> None:
    fact = name.rpartition(".")[2]
    for off in (False, True):
        suite = suite_of(name, "swaps", rule, off=off)
        suite = suite.model_copy(update={"bounds": {}})
        among = suite_of(name, "swaps", rule, off=False).swaps[rule].among
        if len(among) == 1:
            usual = {"square:a": {among[0]: 60.0}, "square:b": {among[0]: 30.0}}
            now = {"square:a": {among[0]: 30.0}, "square:b": {among[0]: 60.0}}
        else:
            usual, now = ({"square": dict(zip(among[:2], some, strict=True))} for some in ((60.0, 30.0), (30.0, 60.0)))
        before = Profile(suite.digest, usual)
        assert found(fact, suite, before, before, replaces=False) == set()
        assert found(fact, suite, Profile(suite.digest, now), before, replaces=False) == (set() if off else {rule})


@pytest.mark.parametrize(("name", "rule"), [*rules("bounds")])
def test_a_bound_speaks_alone(name: str, rule: str) -> None:
    fact = name.rpartition(".")[2]
    amounts = BROKEN[f"{fact}.{rule}"]
    for off in (False, True):
        suite = suite_of(name, "bounds", rule, off=off)
        suites = {**{one: Suites().of("", one) for one in FACTS}, fact: suite}
        spaces: dict[str, dict[str, float]] = {fact: {"rows": 100.0}}
        for measure, amount in amounts.items():
            other, _, of = measure.rpartition(".")
            spaces.setdefault(other or fact, {})[of] = float(amount)
        new = {(one, MONTH): Profile("", {"square": two}) for one, two in spaces.items()}
        town = MonthsContext(suites, new, {}, (), (), date(2026, 10, 2), {"square"})
        said = {one.rule for _, one in check_months([(fact, MONTH)], town).found}
        assert said == (set() if off else {rule})


@pytest.mark.parametrize(("name", "rule"), [*rules("rows")])
def test_a_rule_of_rows_speaks_alone(name: str, rule: str) -> None:
    fact = name.rpartition(".")[2]
    rows = [good_row(fact, n) for n in range(10, 11)]
    rows[0] |= ROWS[f"{fact}.{rule}"]
    for off in (False, True):
        suite = suite_of(name, "rows", rule, off=off)
        town = GateContext(TOWN.authority, TOWN.timezone, TOWN.spaces, TOWN.today, suite=suite)
        result = check(fact, table(fact, rows), town)
        said = {one.rule for one in result.warnings} | {
            str(one.arguments.get("measure", one.code)).rpartition(".")[2] for one in result.quarantined
        }
        assert said == (set() if off else {rule})
