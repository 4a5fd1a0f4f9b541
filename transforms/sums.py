"""Wholes that are the sum of their parts, or of their spaces, out of what was chosen for each of them.

A number for all of them together may stand beside: it may tell of the same people, or of those no part tells of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from transforms.catalogue import Indicator
from transforms.choice import DECIMALS, INCOMPLETE, LOWER_BOUND, OF_FULL, OF_PART, RANKS, Cell, Desk, empty_cell
from transforms.composition import BY_HAND, CARRIED
from transforms.heard import NOTHING_NEEDED, PARTIAL


def add_up(desk: Desk, months: Sequence[str]) -> None:
    """Choose the sum of each month for the whole, where the desk was offered no better one."""
    for month in months if desk.indicator.header.sum_of else ():
        if (total := _total(desk, month)) is not None:
            desk.chosen[month, "", ""] = total


def _total(desk: Desk, month: str) -> Cell | None:
    """The month's sum with its flags; None where nothing is known, or the number for all together stands."""
    is_of_spaces = desk.indicator.header.sum_of == "spaces"
    is_ratio = is_of_spaces or desk.indicator.header.own_bases
    parts, lacking = (desk.spaces_of(month), set[str]()) if is_of_spaces else _kinds(desk, month)
    known = {name: cell for name, cell in parts.items() if cell["value"] is not None}
    if not known:
        return None
    total = summed(desk.indicator, known, is_ratio=is_ratio)
    whole = desk.extent((month, "", ""))
    short = whole.lacking - set(known)
    if (lacking or (is_of_spaces and short)) and not total["value"]:
        return None
    bare = desk.chosen.get((month, "", ""))
    if bare is not None and bare["value"] is not None:
        beside = _beside(desk, known, bare, total, is_part=bool(lacking or short))
        if beside is None:
            bare["unused"] = [*bare["unused"], *known.values()]
            return None
        total = beside
    flags = set(total["quality"].split())
    flags |= {"estimated"} if is_of_spaces and len(known) > 1 and _counts_members(desk.indicator) else set()
    # A share that lacks a kind may be more or less with it.
    flags |= {f"{INCOMPLETE}:{kind}" for kind in lacking} if is_ratio else {LOWER_BOUND} if lacking else set()
    heard = [whole] if is_of_spaces else [one["extent"] for one in known.values()]
    lost = frozenset().union(*(one.lacking for one in heard))
    extent = replace(total["extent"], lacking=lost)
    return {**total, "quality": " ".join(sorted(flags)), "extent": extent, "kinds": known}


def _kinds(desk: Desk, month: str) -> tuple[dict[str, Cell], set[str]]:
    """The chosen cells of the kinds of a sum, and the kinds that are in use and have no figure."""
    head = desk.indicator.header
    parts = {kind: desk.chosen[month, "", kind] for kind in head.sum_of if (month, "", kind) in desk.chosen}
    wanted = [kind for kind in head.sum_of if kind in parts or not desk.is_foreign(kind)]
    lacking = {kind for kind in wanted if parts.get(kind, {}).get("value") is None}
    if head.own_bases:
        lacking -= {kind for kind in lacking if kind in parts and _is_of_nothing(parts[kind])}
    if _is_entered(desk, month):
        # Of kinds only staff can tell, one they left out where they told of others did not happen.
        lacking -= {kind for kind in lacking if not head.needs.get(kind)}
    return parts, lacking


def _is_of_nothing(cell: Cell) -> bool:
    """Whether a share has no value because nothing of the kind happened, in a month that was heard as a whole."""
    is_heard: bool = cell["method"] == "measured" and cell["extent"].extent == "full"
    return is_heard and cell["denominator"] == 0


def _is_entered(desk: Desk, month: str) -> bool:
    """Whether staff entered anything of this indicator in the month, or declared that there was nothing."""
    return any(
        one["method"] == "declared" or (one["method"] in BY_HAND and place[2])
        for place, offers in desk.offered.items()
        if place[0] == month
        for one in offers
    )


def _beside(desk: Desk, known: Mapping[str, Cell], bare: Cell, total: Cell, *, is_part: bool) -> Cell | None:
    """The sum of what is known beside a number for all together; None where that number goes before it.

    The number may be of the very same people: it stands where the parts are not all there is.
    """
    ranks = [_rank(one) for one in known.values()]
    if not _counts_members(desk.indicator) and all(one["method"] in BY_HAND for one in known.values()):
        return _with_bare(desk.indicator, known, bare)
    is_better = bare["method"] in BY_HAND and all(RANKS[bare["method"]] < rank for rank in ranks)
    is_part = is_part or any(rank > OF_FULL for rank in ranks)
    if is_better or (is_part and bare["value"] > (total["value"] or 0)):
        return None
    return {**total, "unused": [*total["unused"], bare]}


def _rank(cell: Cell) -> int:
    """The place of a figure of a sum among the methods: whole, a part, or a count carried over."""
    if cell["method"] == CARRIED:
        return RANKS[CARRIED]
    return OF_PART if PARTIAL in cell["quality"].split() else OF_FULL


def _with_bare(indicator: Indicator, known: Mapping[str, Cell], bare: Cell) -> Cell:
    """Kinds and a number without a kind, all by hand.

    It adds to what was entered of kinds, but may be of the very same things as a count made of what was kept
    for something else: of the two ways to tell them the larger is sure.
    """
    is_ratio = indicator.header.sum_of == "spaces"
    derived = {name: one for name, one in known.items() if one["method"] == "derived"}
    told = {name: one for name, one in known.items() if name not in derived}
    entered = summed(indicator, {**told, "": bare}, is_ratio=is_ratio)
    of_kinds = summed(indicator, known, is_ratio=is_ratio)
    if derived and of_kinds["value"] > entered["value"]:
        return {**of_kinds, "unused": [*of_kinds["unused"], bare]}
    return {**entered, "unused": [*entered["unused"], *derived.values()]}


def _counts_members(indicator: Indicator) -> bool:
    """Whether a person in two spaces is in the sum of them twice."""
    return any(need.fact == "membership" for either in indicator.needs_of("") for need in either)


def summed(indicator: Indicator, cells: Mapping[str, Cell], *, is_ratio: bool) -> Cell:
    """The whole of these cells: numbers are added; of spaces shares are weighed, of parts they have one denominator."""
    parts = list(cells.values())
    total = empty_cell(indicator, parts[0]["month"])

    def over(name: str) -> Any:
        known = [one[name] for one in parts if one[name] is not None]
        return sum(known) if known else None

    total |= {name: over(name) for name in ("value", "numerator", "denominator", "n")}
    if total["denominator"] is not None:
        if is_ratio:
            scale = 1000.0 if total["unit"] == "per_1000" else 1.0
            total["value"] = scale * total["numerator"] / total["denominator"] if total["denominator"] else None
        else:
            total["denominator"] = parts[0]["denominator"]
    for name in ("value", "numerator"):
        total[name] = None if total[name] is None else round(total[name], DECIMALS) + 0.0
    extent = NOTHING_NEEDED
    for one in parts:
        extent = extent & one["extent"] if one["method"] == "measured" else extent
    total["quality"] = " ".join(sorted({flag for one in parts for flag in one["quality"].split()}))
    total["method"] = " ".join(sorted({word for one in parts for word in one["method"].split()}))
    total["as_of"] = max((one["as_of"] for one in parts if one["as_of"] is not None), default=None)
    return {**total, "unused": [bare for one in parts for bare in one["unused"]], "extent": extent}
