"""What indicators say of the loud town and of its silences, and how far a cell was heard by a rule of its own.

The rule is written from the mission and not from the code: against it stand zeros, `final`, reasons, flags and entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from tests.unit.indicators.loud_town import MONTH, town
from tests.unit.indicators.silence import Silence, Source, silences, whole
from transforms import cells as cells_module
from transforms.case_rows import ZONE, Row
from transforms.cases import SCHEMAS, TODAY, Case, table_of
from transforms.catalogue import Indicator, ours
from transforms.engines.duck import DuckSession
from transforms.inputs import SPOKEN_FOR, months_table, spoken_for
from transforms.week import SUNDAY_TO_THURSDAY
from transforms.working_days import working_days

Cells = dict[tuple[str, str], Row]
"""(space, part) -> cell."""
EVENTS = ("message", "visit", "mailing", "gathering", "attendance", "request", "publication")
MEASURED = {
    name: one
    for name, one in ours().items()
    if one.header.method in ("measured", "mixed") and not one.header.reaches_back
}
"""Of one month: what reaches back over a year is held against silence in its own cases."""


@cache
def truth() -> Case:
    return whole(town())


@cache
def variants() -> tuple[Silence, ...]:
    return tuple(silences(truth(), MONTH))


def reads(indicator: Indicator, source: Source) -> bool:
    """Whether an indicator reads a source: its fact, of its assets or wherever it is heard."""
    assets = indicator.header.assets
    is_near = (
        not assets
        or source.asset in assets
        or any("@" in one for texts in indicator.header.needs.values() for one in texts)
    )
    return source.fact.split(":")[0] in indicator.facts and is_near


def readers(source: Source) -> list[Indicator]:
    return [one for one in MEASURED.values() if reads(one, source)]


class Session:
    """A DuckDB that holds the rows of one variant after another: only the tables that differ are laid anew."""

    def __init__(self) -> None:
        self.session = DuckSession()
        self.laid: dict[str, Any] = {}

    def of(self, case: Case) -> DuckSession:
        coverage = table_of("coverage", case["coverage"]) if case.get("coverage") else SCHEMAS["coverage"].empty_table()
        if not self.laid:
            self.session.put("working_day", working_days("T", SUNDAY_TO_THURSDAY, [], ZONE, [MONTH]))
        for name in SCHEMAS.keys() - {"working_day"}:
            rows = case.get(name, ())
            told = (rows, case.get("coverage") if name in SPOKEN_FOR else None)
            if (laid := self.laid.get(name)) is None or any(
                one is not other for one, other in zip(laid, told, strict=True)
            ):
                table = table_of(name, rows) if rows else SCHEMAS[name].empty_table()
                self.session.put(name, spoken_for(name, table, coverage))
                self.laid[name] = told
        return self.session


@cache
def laid() -> Session:
    return Session()


def told(case: Case, indicators: list[Indicator], today: date = TODAY) -> dict[str, Cells]:
    """What indicators say of a case."""
    session = laid().of(case)
    town = cells_module.asking_in(session, months_table("T", [MONTH], ZONE), today)
    return {
        one.id: {(cell["space"], cell["part"]): cell for cell in cells_module.cells_of(session, one, [town])[0]}
        for one in indicators
    }


@cache
def of_the_truth() -> dict[str, Cells]:
    return told(truth(), list(MEASURED.values()))


def is_wide(indicator: Indicator) -> bool:
    """Whether it rests on whatever is heard anywhere: what fell silent may be no place of its own."""
    texts = [text for texts in indicator.header.needs.values() for text in texts]
    return not indicator.header.assets or any(text.endswith("@any") for text in texts)


def needed(indicator: Indicator, part: str) -> list[list[tuple[str, set[str], list[str]]]]:
    """(fact, attributes, assets) that must be heard, of alternatives any one."""
    head = indicator.header
    if not head.needs:
        texts = [name for name in indicator.facts if name in EVENTS]
    else:
        texts = head.needs.get(part, head.needs.get("", []))
    found = []
    for text in texts:
        either = []
        for one in text.split("|"):
            what, _, where = one.partition("@")
            fact, *attributes = what.split(".")
            assets: list[str] = [] if where == "any" else [where] if where else [*head.assets]
            either.append((fact, set(attributes), assets))
        found.append(either)
    return found


def heard_of(indicator: Indicator, case: Case, space: str, part: str) -> tuple[str, set[str]]:
    """(full, part or none; reasons that would be true) of a cell."""
    kinds = indicator.header.sum_of
    if not part and not space and isinstance(kinds, list) and kinds:
        each = [heard_of(indicator, case, "", kind) for kind in kinds if indicator.header.needs.get(kind)]
        states = {state for state, _ in each}
        reasons = set().union({"no_entry"}, *(why for _, why in each))
        return (states.pop() if len(states) == 1 else "part"), reasons
    worst, reasons = "full", set()
    for place, either in enumerate(needed(indicator, part)):
        found = [_one(indicator, case, space, one, is_first=place == 0) for one in either]
        state = max((state for state, _ in found), key=("none", "part", "full").index)
        if state != "full":
            reasons |= set().union(*(why for _, why in found))
        worst = min(worst, state, key=("none", "part", "full").index)
    return worst, reasons


def _one(
    indicator: Indicator, case: Case, space: str, need: tuple[str, set[str], list[str]], *, is_first: bool
) -> tuple[str, set[str]]:
    fact, attributes, assets = need
    rule = indicator.header.spaces

    def counts(place: Mapping[str, Any]) -> bool:
        by = place.get("operated_by", "authority")
        return rule.run_by in ("anyone", by) and (not rule.kinds or place["kind"] in rule.kinds)

    places = {one["space"]: one for one in case["space"]}
    spoken = [
        row for row in case["coverage"]
        if row["fact"] == fact and row["basis"] != "entered" and (not assets or row["asset"] in assets)
        and (not is_first or row["space"] not in places or counts(places[row["space"]]))
        and (not space or row["space"] == space or not is_first)
    ]  # fmt: skip
    ever = {row["space"] for row in spoken}
    now = [row for row in spoken if row["month"] == MONTH]
    able = {row["space"] for row in now if row["extent"] != "none" and attributes <= set(row["knows"].split())}
    whole_of = {row["space"] for row in now if row["extent"] == "full" and row["space"] in able}
    if able and whole_of == ever:
        return "full", set()
    reasons = {"partly_covered"} if able else set()
    if not able:
        reasons |= {row["why"] for row in now if row.get("why")}
        unknown = attributes - set().union(*(set(row["knows"].split()) for row in now if row["extent"] != "none"))
        if any(row["extent"] != "none" for row in now):
            reasons |= {"no_roster" if one == "role" else f"not_known:{one}" for one in unknown}
        elif not now:
            others = {
                row["asset"] for row in case["coverage"]
                if row["basis"] != "entered" and row["asset"] and (not assets or row["asset"] in assets)
            }  # fmt: skip
            reasons |= {"not_covered"} if ever else {"not_told"} if others else {"no_source"}
    return ("part" if able else "none"), reasons
