"""True or silent: of every indicator, every source it reads is silenced in every way, and what it then says is checked.

The truth is what the indicator says of a town of which all is heard. A rule of its own, written here from the mission
and not from the code, says how far a cell was heard; against it stand zeros, `final`, reasons, flags and staff entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from math import isclose
from typing import Any

import duckdb
import pytest

from tests.unit.indicators.loud_town import MONTH, town
from tests.unit.indicators.silence import Silence, Source, silences, whole, without
from transforms import cells as cells_module
from transforms.case_rows import ZONE, Row
from transforms.cases import SCHEMAS, TODAY, Case, table_of
from transforms.catalogue import Indicator, ours
from transforms.inputs import SPOKEN_FOR, copy_in, months_table, spoken_for
from transforms.inputs import session as new_session
from transforms.reasons import REASONS

Cells = dict[tuple[str, str], Row]
"""(space, part) -> cell."""
EVENTS = ("message", "visit", "mailing", "gathering", "attendance", "request", "publication")
UNFINISHED = {
    "zoom.resident_interactions": "where only chats beside the meetings are heard, its reason is that of the meetings",
    "policy.resident_use": "what residents write by mail or in a meeting is in it, and not in what it needs",
}
"""Indicators whose headers do not yet name all they rest on, and what that is."""
MEASURED = {
    name: one for name, one in ours().items() if one.header.method in ("measured", "mixed") and name not in UNFINISHED
}

NO_STAGE = "no_stage"
"""Items of which nobody said the stage: of a source that says none, all of them."""


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


def tried(*hows: str) -> list[Any]:
    """The variants as parameters of a test: those of all places of an asset in every run, the others in the long one."""
    found = [one for one in variants() if not hows or one.how in hows]
    is_short = {one for one in found if not one.source.space and one.how in ("nothing", "one day")}
    return [
        pytest.param(one, id=one.name.replace(" ", "-"), marks=() if one in is_short else pytest.mark.long)
        for one in found
    ]


def readers(source: Source) -> list[Indicator]:
    return [one for one in MEASURED.values() if reads(one, source)]


class Session:
    """A DuckDB that holds the rows of one variant after another: only the tables that differ are laid anew."""

    def __init__(self) -> None:
        self.con = new_session()
        self.laid: dict[str, Any] = {}

    def of(self, case: Case) -> duckdb.DuckDBPyConnection:
        coverage = table_of("coverage", case["coverage"]) if case.get("coverage") else SCHEMAS["coverage"].empty_table()
        for name in SCHEMAS:
            rows = case.get(name, ())
            told = (rows, case.get("coverage") if name in SPOKEN_FOR else None)
            if (laid := self.laid.get(name)) is None or any(
                one is not other for one, other in zip(laid, told, strict=True)
            ):
                table = table_of(name, rows) if rows else SCHEMAS[name].empty_table()
                copy_in(self.con, name, spoken_for(name, table, coverage))
                self.laid[name] = told
        return self.con


@cache
def laid() -> Session:
    return Session()


def told(case: Case, indicators: list[Indicator], today: date = TODAY) -> dict[str, Cells]:
    """What indicators say of a case."""
    con = laid().of(case)
    heard = cells_module.heard_in(con)
    return {
        one.id: {
            (cell["space"], cell["part"]): cell
            for cell in cells_module.cells_of(con, one, months_table("T", [MONTH], ZONE), today, heard=heard)
        }
        for one in indicators
    }


@cache
def of_the_truth() -> dict[str, Cells]:
    return told(truth(), list(MEASURED.values()))


# --- how far a cell was heard, by a rule of its own -------------------------------------------------
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
            either.append((fact, set(attributes), [] if where == "any" else [where] if where else list(head.assets)))
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
            reasons |= {"not_covered"} if ever else {"no_source"}
    return ("part" if able else "none"), reasons


# --- what is a lie ----------------------------------------------------------------------------------
def lies(indicator: Indicator, case: Case, cells: Cells, silence: Silence) -> Iterator[str]:
    """What an indicator says of a variant that nobody can know."""
    true = of_the_truth()[indicator.id]
    for (space, part), cell in cells.items():
        where = f"{indicator.id} {space or '-'} {part or '-'}: {cell['value']} {cell['status']} {cell['quality']} {cell['reason']}"
        state, reasons = heard_of(indicator, case, space, part)
        want = true[space, part]["value"] if (space, part) in true else None
        if cell["value"] is None:
            code = cell["reason"].partition(":")[0]
            if code not in REASONS:
                yield f"{where} | no reason"
            said = cell["reason"] if code == "not_known" else code
            if (
                not space
                and not part
                and state != "full"
                and said not in reasons | {"empty_denominator", "not_reached"}
            ):
                yield f"{where} | the reason is one of {sorted(reasons)}"
            continue
        if "entered_by_hand" in cell["quality"].split():
            continue
        if cell["value"] == 0 and (want or state != "full"):
            yield f"{where} | a zero nobody heard, of {want}"
        is_true = want is not None and isclose(cell["value"], want, rel_tol=1e-6)
        # What is of no one asset may rest on other places than those that fell silent.
        if cell["status"] == "final" and state != "full" and not (is_true and is_wide(indicator)):
            yield f"{where} | final, and heard in {state}"
        if cell["status"] == "final" and not is_true and not _is_other_way(indicator, cell, silence):
            yield f"{where} | final, and it is {want}"
        if state == "full" and is_true and "partial_period" in cell["quality"].split():
            yield f"{where} | heard in full, and called partial"


@cache
def other_way(name: str, source: Source) -> Cells:
    """What an indicator says where the source is no source at all: another may tell the same its own way."""
    return told(without(truth(), source, MONTH), [MEASURED[name]])[name]


def _is_other_way(indicator: Indicator, cell: Row, silence: Silence) -> bool:
    """Whether a figure is another source's, told in full, or of what was not said."""
    if cell["part"] == NO_STAGE:
        return True
    if not any("|" in text for texts in indicator.header.needs.values() for text in texts):
        return False
    source = silence.source
    for one in (source, Source(source.fact, source.asset)):
        other = other_way(indicator.id, one).get((cell["space"], cell["part"]))
        if other and other["value"] is not None and isclose(other["value"], cell["value"], rel_tol=1e-6):
            return True
    return False


def is_wide(indicator: Indicator) -> bool:
    """Whether it rests on whatever is heard anywhere: what fell silent may be no place of its own."""
    texts = [text for texts in indicator.header.needs.values() for text in texts]
    return not indicator.header.assets or any(text.endswith("@any") for text in texts)


# --- staff entries ----------------------------------------------------------------------------------
ENTRIES: dict[str, tuple[tuple[str, float], ...]] = {
    "website.service_pages": (("live", 987),),
    "website.process_publications": (("", 987),),
    "website.event_arrivals": (("arrived", 987),),
    "newsletter.process_items": (("", 987),),
    "newsletter.responses": (("mail", 987),),
    "newsletter.event_arrivals": (("arrived", 986),),
    "facebook.group_share": (("", 9870),),
    "facebook.process_posts": (("", 987),),
    "facebook.resident_posts": (("", 987),),
    "facebook.staff_in_resident_groups": (("", 987),),
    "whatsapp.broadcast_members": (("", 9870),),
    "whatsapp.open_members": (("", 9870),),
    "zoom.followups": (("meetings", 987), ("followed", 980)),
    "zoom.staff_in_resident_meetings": (("", 987),),
    "app.residents": (("", 987),),
    "app.requests": (("payment", 987),),
    "app.community_events": (("events", 987),),
    "app.answers": (("opened", 988), ("answered", 987)),
    "policy.resilience_use": (("learning", 987),),
    "ethics.virtual_initiatives": (("participation_meetings", 987), ("promoted", 5)),
    "societies.haredi_users": (("", 9870),),
    "societies.arab_users": (("", 9870),),
    "societies.language_investment": (("ils", 987),),
}
"""Indicator -> what staff enter for it, by part: more than any part of a month holds."""


@cache
def reports() -> tuple[Row, ...]:
    return tuple(
        {"indicator": name, "part": part, "amount": amount, "month": MONTH}
        for name, entered in ENTRIES.items()
        for part, amount in entered
    )


@cache
def alone() -> dict[str, Cells]:
    """What staff entered, where nobody heard anything."""
    nothing = {name: rows for name, rows in truth().items() if name in ("months", "space", "population")}
    said = told({**nothing, "report": reports()}, [MEASURED[name] for name in ENTRIES])
    return {
        name: {place: one for place, one in cells.items() if "entered_by_hand" in one["quality"].split()}
        for name, cells in said.items()
    }


def losses(indicator: Indicator, case: Case, cells: Cells) -> Iterator[str]:
    """Staff entries that are neither the value nor kept beside a better one."""
    head = indicator.header
    pieces = [one["amount"] for one in cells["", ""].get("composition", []) if one["kind"] in ("unused", "part")]
    for (space, part), entry in alone().get(indicator.id, {}).items():
        cell = cells.get((space, part))
        where = f"{indicator.id} {part or '-'}: {cell and (cell['value'], cell['quality'])}, entered {entry['value']}"
        state, _ = heard_of(indicator, case, space, part)
        is_value = (
            cell is not None and cell["value"] is not None and isclose(cell["value"], entry["value"], rel_tol=1e-6)
        )
        is_kept = any(one is not None and isclose(one, entry["value"], rel_tol=1e-6) for one in pieces)
        if isinstance(head.sum_of, list) and head.sum_of and not part:
            continue  # each kind by itself
        true = of_the_truth()[indicator.id].get((space, part), {}).get("value")
        is_true = cell is not None and cell["value"] == true and is_wide(indicator)
        if (state != "full" or not needed(indicator, part)) and not is_value and not is_true:
            yield f"{where} | staff entered it, and {state} was heard"
        if not is_value and not part and not is_kept:
            yield f"{where} | the entry is lost"


def reading(indicator_ids: Mapping[str, object], source: Source) -> list[Indicator]:
    return [one for one in readers(source) if one.id in indicator_ids]


@pytest.mark.parametrize("silence", tried("one day", "nothing"))
def test_no_staff_entry_is_lost(silence: Silence) -> None:
    found = reading(ENTRIES, silence.source)
    case = {**silence.case, "report": reports()}
    said = told(case, found)
    assert [one for each in found for one in losses(each, case, said[each.id])] == []


def beside() -> list[str]:
    """What is lost of entries where all was heard."""
    said = told(case := {**truth(), "report": reports()}, [MEASURED[name] for name in ENTRIES])
    return [one for name in ENTRIES for one in losses(MEASURED[name], case, said[name])]


def test_an_entry_stands_beside_a_full_measurement() -> None:
    assert beside() == []


def test_every_indicator_that_staff_enter_is_entered_alone() -> None:
    assert {name for name, cells in alone().items() if not cells} == set()


# --- the truth, what comes later, and rows of nobody ------------------------------------------------
def test_what_is_heard_in_full_is_told_and_final() -> None:
    """Where only staff can tell a kind the sum is a lower bound, and without staff some have nothing to say."""
    by_staff = {"whatsapp.meetups", "resilience.reach_depth", "programmes.goals", "measurement.participation"}
    bound = {one.id for one in MEASURED.values() if isinstance(one.header.sum_of, list) and one.header.sum_of}
    for name, cells in of_the_truth().items():
        head = cells["", ""]
        if name in by_staff:
            assert head["reason"] == "no_entry", name
        else:
            assert head["value"], name
            assert head["status"] == "final" or name in bound, (name, head["quality"])


@pytest.mark.parametrize("name", [one.id for one in MEASURED.values() if one.header.windows])
def test_what_may_still_come_makes_a_month_provisional_and_listening_on_makes_it_final(name: str) -> None:
    indicator = MEASURED[name]
    early = {**truth(), "coverage": [row for row in truth()["coverage"] if row["month"] <= MONTH]}
    open_ones = [told(early, [indicator])[name], told(truth(), [indicator], date(2026, 4, 10))[name]]
    final = of_the_truth()[name]
    for part in indicator.header.windows:
        for cells in open_ones:
            assert cells["", part]["status"] == "provisional", part
            assert "right_censored" in cells["", part]["quality"].split(), part
            assert cells["", part]["value"] == final["", part]["value"]
        assert final["", part]["status"] == "final"


PLACES = sorted(
    {(one["fact"], one["asset"], one["space"]) for one in truth()["coverage"] if one["space"].endswith("1")}
)


@pytest.mark.parametrize("place", PLACES, ids="-".join)
def test_rows_of_a_place_no_source_speaks_for_are_in_no_total(place: tuple[str, str, str]) -> None:
    """What is known of it without anybody speaking for it is a part of nobody knows what: as if it were not there."""
    source = Source(*place)
    gone = without(truth(), source, MONTH)
    without_rows = told(gone, found := readers(source))
    with_rows = told({**truth(), "coverage": gone["coverage"]}, found)
    for one in found:
        figures = [
            {at: cell["value"] for at, cell in said[one.id].items() if cell["value"] is not None}
            for said in (without_rows, with_rows)
        ]
        for at in figures[0].keys() & figures[1].keys() if place[0] == "membership" else {*figures[0], *figures[1]}:
            assert figures[0].get(at) == figures[1].get(at), (one.id, at)


@pytest.mark.parametrize("silence", tried())
def test_a_silenced_source_is_not_spoken_for(silence: Silence) -> None:
    said = told(silence.case, found := readers(silence.source))
    assert [lie for one in found for lie in lies(one, silence.case, said[one.id], silence)] == []
