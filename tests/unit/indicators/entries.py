"""What staff enter of the loud town, and whether any of it is lost beside what is measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from math import isclose

from tests.unit.indicators.hearing import (
    MEASURED,
    Cells,
    heard_of,
    is_wide,
    needed,
    of_the_truth,
    readers,
    told,
    truth,
)  # fmt: skip
from tests.unit.indicators.loud_town import MONTH
from tests.unit.indicators.silence import Source
from transforms.case_rows import Row
from transforms.cases import Case
from transforms.catalogue import Indicator

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
    """Staff entries that are neither the value nor kept beside a better one, and those that go before a better one."""
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
        is_true = cell is not None and cell["value"] == true
        if (state != "full" or not needed(indicator, part)) and not is_value and not (is_true and is_wide(indicator)):
            yield f"{where} | staff entered it, and {state} was heard"
        if state == "full" and true is not None and needed(indicator, part) and is_value and not is_true:
            yield f"{where} | staff entered it, and all was heard"
        if not is_value and not part and not is_kept:
            yield f"{where} | the entry is lost"


def reading(indicator_ids: Mapping[str, object], source: Source) -> list[Indicator]:
    return [one for one in readers(source) if one.id in indicator_ids]


def beside() -> list[str]:
    """What is lost of entries where all was heard."""
    said = told(case := {**truth(), "report": reports()}, [MEASURED[name] for name in ENTRIES])
    return [one for name in ENTRIES for one in losses(MEASURED[name], case, said[name])]
