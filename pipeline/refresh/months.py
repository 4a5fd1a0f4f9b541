"""The months of one source judged as wholes, and what is noted of them in the ledger."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from expectations.profile import Profile, profiles
from expectations.results import Arguments, Finding, GateResult, Notice, Outcome, Quarantined, Refused
from expectations.suite import Suite
from expectations.suites import FALL
from town.store import TownStore
from warehouse.checks import ACCEPTED, QUARANTINED, Found, Judged, accepted_amounts
from warehouse.facts import FACTS
from warehouse.gate_tables import CheckRow
from warehouse.ledger import FactFile
from warehouse.schemas import arrow_schema

if TYPE_CHECKING:
    from expectations.months import MonthsJudged

Place = tuple[str, str]
"""Fact and month."""
COVERAGE = "coverage"


class SourceMonths:
    """What the months of a source amount to, before and now, and what was found when they were judged."""

    def __init__(
        self,
        store: TownStore,
        source: str,
        before: Mapping[Place, FactFile],
        spaces: frozenset[str],
        closed: frozenset[str],
        known: Sequence[CheckRow],
    ) -> None:
        """`before` is what is stored; `spaces` those known; `closed` the months of which nothing may worsen unsaid.

        `known` is all that was ever found of the source.
        """
        self._store, self._source, self._before, self._spaces = store, source, before, spaces
        self._closed, self._accepted = closed, store.ledger.accepted(source)
        self._agreed = accepted_amounts(known)
        self._known = {
            (one.fact, one.month, one.rule): one.rows
            for one in known
            if one.verdict == "doubted" and one.resolved_by in ("", ACCEPTED)
        }
        self._held: set[Place] = set()
        # What a month lost since it was last believed is not forgotten because it was stored meanwhile.
        self._fallen = [one for one in known if one.resolved_at is None and one.is_fall]
        self._taken: dict[Place, Profile] = {}
        self._stored: dict[Place, Profile] = {}
        self._passed: dict[Place, int] = {}
        self._new: set[Place] = set()
        self._checked: set[Place] = set()
        self._found: list[tuple[Place, Finding]] = []
        self._outcomes: dict[str, list[Outcome]] = {}
        self.used: frozenset[Place] = frozenset()

    def suite(self, fact: str) -> Suite:
        """What is expected of a fact of this source."""
        return self._store.suites.of(self._source, fact)

    def profile(self, place: Place, rows: pa.Table) -> Profile | None:
        """What the rows of a place amount to."""
        names = arrow_schema(place[0]).names
        timezone = self._store.authority.timezone
        return profiles(place[0], self.suite(place[0]), rows.select(names), timezone).get(place[1])

    def took(self, place: Place, profile: Profile | None, passed: int) -> None:
        """A place was written with what it amounts to; of its new rows so many passed."""
        self._taken[place] = profile or Profile(self.suite(place[0]).digest)
        self._passed[place] = passed
        self._new.add(place)

    def refuse(self, place: Place, records: int) -> bool:
        """So many records landed and nothing was made of them: whether the stored month stays for that."""
        if place in self._accepted:
            self.used |= {place}
            return False
        self._found.append((place, Refused("nothing_staged", {"figure": records}, place[1], 0, "announced")))
        return True

    def worse_rows(self, fact: str, result: GateResult, sizes: Mapping[str, int]) -> frozenset[str]:
        """Closed months of which many more rows are doubted than are known to be: what is stored of them stays.

        `sizes` are the rows of those that came otherwise than they are stored.
        """
        held: set[str] = set()
        for one in result.warnings:
            place, known = (fact, one.month), self._known.get((fact, one.month, one.rule), 0)
            is_published = place in self._before and one.month in self._closed
            if not is_published or one.month not in sizes or one.rows - known <= FALL * sizes[one.month]:
                continue
            if place in self._accepted:
                self.used |= {place}
                continue
            said: Arguments = {"measure": f"{fact}.{one.rule}", "month": one.month, "before": known, "now": one.rows}
            self._found.append((place, Refused("month_changed", said, one.month, one.rows, one.rule)))
            held.add(one.month)
        self._held |= {(fact, month) for month in held}
        return frozenset(held)

    def marks_nothing(self, fact: str, one: Finding) -> bool:
        """Whether a doubt marks nothing: of a month that was held as it is stored, or accepted by somebody."""
        found = _found(fact, "doubted", one)
        return (fact, one.month) in self._held or (*found.key, found.amount) in self._agreed

    def accepted_rows(self, rows: Sequence[Quarantined]) -> list[bool]:
        """Of each row put aside, whether somebody accepted that just so many of its month are for its rule."""
        agreed = {one.key for one in _put_aside(rows) if (*one.key, one.amount) in self._agreed}
        return [_found(one.fact, QUARANTINED, one).key in agreed for one in rows]

    def check_months(self, files: Mapping[Place, FactFile], coverage: Iterable[pa.Table]) -> list[Place]:
        """Judge what was taken since the last time; gives the places to hold as they are stored."""
        if not self._new:
            return []
        from expectations.lines import MonthsContext
        from expectations.months import check_months, later

        facts = sorted({fact for fact, _ in (*files, *self._before)} | set(FACTS))
        new = {place: self._taken.get(place) or self._of_stored(place) for place in {*files, *self._taken}}
        context = MonthsContext(
            suites={fact: self.suite(fact) for fact in facts},
            new=new,
            stored={place: self._of_stored(place) for place in self._new if place in self._before},
            closed=self._closed,
            accepted=self._accepted,
            today=self._store.today,
            spaces=self._spaces,
            partial=frozenset(_partial(coverage)),
            growing=frozenset(_partial(self._stored_coverage())),
            fallen=[(one.fact, one.month, one.rule, one.space, json.loads(one.arguments)) for one in self._fallen],
        )
        places = self._new | {place for place in new if later(place, self._new)}
        result = check_months(places, context)
        # What is held stays as it is stored, and the other facts of the source have to agree with that.
        held_now = _held(result)
        while held_now:
            left = {place: context.stored[place] if place in held_now else one for place, one in context.new.items()}
            further = check_months(self._new - held_now, replace(context, new=left))
            result = replace(result, found=(*result.found, *(o for o in further.found if isinstance(o[1], Refused))))
            if not (more := _held(further) - held_now):
                break
            held_now |= more
        if asked := self._new & self._accepted:
            strict = check_months(asked, replace(context, accepted=frozenset()))
            self.used |= {place for place, one in strict.found if isinstance(one, Refused)}
        self._checked |= places
        held: dict[Place, int] = {}
        for place, one in result.found:
            if isinstance(one, Refused):
                one = replace(one, rows=0 if place in held else self._passed[place])
                held.setdefault(place, one.rows)
            if isinstance(one, Refused) or not self.marks_nothing(place[0], one):
                self._found.append((place, one))
        for fact, outcomes in result.outcomes.items():
            self._outcomes.setdefault(fact, []).extend(outcomes)
        self._held |= set(held)
        # A published month of a source is taken as a whole: what is wrong in one fact spoils others unseen.
        months = {month for _, month in self._held} & self._closed
        whole = {one for one in (self._new & set(self._before)) - self._accepted if one[1] in months} | set(held)
        for place in whole:
            self._taken.pop(place)
        self._held |= whole
        self._new.clear()
        return sorted(whole)

    def with_months(self, result: GateResult) -> GateResult:
        """The gate's answer for a fact with what was found of its months."""
        mine = [one for (fact, _), one in self._found if fact == result.fact]
        refused = tuple(one for one in mine if isinstance(one, Refused))
        kept = result.passed.num_rows - sum(one.rows for one in refused)
        return replace(
            result,
            passed=result.passed.slice(0, kept),
            refused=(*result.refused, *refused),
            warnings=(*result.warnings, *(one for one in mine if isinstance(one, Notice))),
            outcomes=(*result.outcomes, *self._outcomes.get(result.fact, ())),
        )

    def judged(self, results: Mapping[str, Sequence[GateResult]]) -> Judged:
        """What stands against which places, as the ledger keeps it; `results` are those of the rows, fact by fact."""
        found: list[Found] = []
        for fact, batch in ((fact, batch) for fact, batches in results.items() for batch in batches):
            found += _put_aside(batch.quarantined)
            found += [_found(fact, "refused", one) for one in batch.refused]
            found += [_found(fact, "doubted", one) for one in batch.warnings]
        for (fact, month), finding in self._found:
            is_stored = (fact, month) in self._before
            verdict = "doubted" if isinstance(finding, Notice) else "held" if is_stored else "refused"
            found.append(_found(fact, verdict, finding))
        return Judged({*self._checked, *((one.fact, one.month) for one in found)}, found)

    def _stored_coverage(self) -> list[pa.Table]:
        """What the source said, as the months that are looked at were stored, of how far it had heard them."""
        places = [(COVERAGE, month) for month in sorted({month for _, month in self._new} - self._closed)]
        return [self._store.lake.read([self._before[place].path]) for place in places if place in self._before]

    def _of_stored(self, place: Place) -> Profile:
        """What a stored month amounts to: as it was kept, or taken of its rows where other measures are asked now."""
        if place not in self._stored:
            file, suite = self._before[place], self.suite(place[0])
            kept = Profile.of_text(file.profile, suite)
            self._stored[place] = (
                kept or self.profile(place, self._store.lake.read([file.path])) or Profile(suite.digest)
            )
        return self._stored[place]


def _held(result: MonthsJudged) -> set[Place]:
    return {place for place, one in result.found if isinstance(one, Refused)}


def _put_aside(rows: Sequence[Quarantined]) -> list[Found]:
    """Rows put aside, one a fact, month and rule, with how many they are."""
    found = [_found(one.fact, QUARANTINED, one) for one in rows]
    counted = Counter[tuple[str, ...]]()
    for one in found:
        counted[one.key] += one.rows
    return [replace(one, rows=counted[key]) for key, one in {one.key: one for one in found}.items()]


def _rule_of(one: Quarantined) -> str:
    """The rule that put a row aside: by its name in a suite, or by its code."""
    return str(one.arguments.get("measure", one.code)).rpartition(".")[2]


def _found(fact: str, verdict: str, one: Finding | Quarantined) -> Found:
    rule, space = (one.rule, one.space) if isinstance(one, Finding) else (_rule_of(one), "")
    is_fall = isinstance(one, Finding) and one.is_fall
    return Found(fact, one.month, rule or one.code, space, verdict, one.code, one.arguments, one.rows, is_fall)


def _partial(coverage: Iterable[pa.Table]) -> set[tuple[str, str, str]]:
    """Fact, space and month of what a source says it heard in part or not at all."""
    extents: dict[tuple[str, str, str], set[str]] = {}
    for table in coverage:
        columns = (table[name].to_pylist() for name in ("fact", "space", "month", "extent"))
        for fact, space, month, extent in zip(*columns, strict=True):
            extents.setdefault((fact, space, month), set()).add(extent)
    return {place for place, found in extents.items() if "full" not in found}
