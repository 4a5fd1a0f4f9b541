"""What a headline is the total of, and whether two months of it are of the same things.

A total of other places, methods or kinds of people than the month before is no news. Where both months know what they
have in common, that is compared (like for like); where they do not, the series is broken there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isclose
from typing import Any

from transforms.catalogue import Indicator
from transforms.heard import Heard
from transforms.working_days import Workdays
from warehouse.calendar import month_of, shift, span
from warehouse.vocabulary import SURVEY

Piece = dict[str, Any]
"""A row of `indicator_composition` without indicator, authority and month."""

CARRIED = "carried"
LIKE_FOR_LIKE, SERIES_BREAK = "like_for_like", "series_break"
SAMPLE = "opt_in_sample"
WEIGHTED_BY, ITEMS = "weighted_by", "items:"
"""Pieces of the kind `survey` by which two waves are compared: the weights, and the items of each scale."""
LARGEST = "largest:"
"""A formula of this beginning is the figure of the one place it names."""
BY_HAND = frozenset({"listed", "entered", "derived", "declared"})
RATIOS = frozenset({"share", "per_1000", "minutes", "decimal", "level_0_3"})


def piece(kind: str, name: str, amount: float | None = None, base: float | None = None, detail: str = "") -> Piece:
    """A piece of a composition."""
    return {"kind": kind, "name": name, "amount": amount, "base": base, "detail": detail}


def made_of(
    indicator: Indicator,
    cell: Mapping[str, Any],
    heard: Heard,
    spaces: Mapping[str, Any],
    residents: Mapping[str, int],
    life: str,
    workdays: Workdays,
) -> list[Piece]:
    """The pieces of a headline's cell: methods, formula, places, kinds, registers, life, and what was not used.

    `spaces` are the cells of single places of the month; of several formulas by that of the cell. `residents`
    is the population register by month, `life` that of the month when it was computed, `workdays` the town's calendar.
    With these and the partitions of its lineage the value can be computed again, whatever the registers say by then.
    """
    formula = cell.get("formula") or ""
    sample = "opt_in" if SAMPLE in cell["quality"].split() else "probability"
    made = [piece("method", name, detail=sample if name == "surveyed" else "") for name in cell["method"].split()]
    if formula:
        made.append(piece("formula", formula))
    is_of_heard = "measured" in cell["method"].split() and not indicator.is_over_members
    heard_of = cell["extent"].spaces if is_of_heard else frozenset()
    for name in sorted({*spaces, *heard_of} - {""}):
        one = spaces.get(name)
        made.append(_figure("space", name, one) if one else piece("space", name))
    if indicator.header.sum_of != "spaces":
        made += [_figure("part", name, one) for name, one in sorted(cell.get("kinds", {}).items())]
    made += _registers(indicator, cell, heard, residents, spaces)
    if "working_day" in indicator.header.inputs:
        # Of the calendar no day counts after the last on which something may still come.
        first = shift(cell["month"], indicator.header.inputs["working_day"][0])
        last = month_of(workdays.last_of(indicator.header.windows.values(), cell["month"]))
        made += [
            piece("register", f"working_day:{month}", detail=workdays.as_text(month)) for month in span(first, last)
        ]
    made.append(piece("life", life))
    return made + not_used(cell["unused"])


def _figure(kind: str, name: str, cell: Mapping[str, Any]) -> Piece:
    is_ratio = cell["unit"] in RATIOS and cell["denominator"] is not None and cell["numerator"] is not None
    amount = cell["numerator"] if is_ratio else cell["value"]
    return piece(kind, name, amount, cell["denominator"] if is_ratio else None, cell["method"])


REGISTERED = ("asset", "kind", "operated_by", "society", "language", "from_day", "to_day")
"""What statements read of a place beside the residents it could reach."""


def _registers(
    indicator: Indicator,
    cell: Mapping[str, Any],
    heard: Heard,
    residents: Mapping[str, int],
    spaces: Mapping[str, Any],
) -> Iterable[Piece]:
    """The register entries the value rests on, so that it can be computed again when they have changed."""
    month = cell["month"]
    if "population" in indicator.header.inputs and month in residents:
        yield piece("register", "population", residents[month])
    for row in _places_of(indicator, cell, heard, spaces):
        relevant = None if row["relevant_population"] is None else float(str(row["relevant_population"]))
        words = (f"{name}={row[name]}" for name in REGISTERED if row[name] is not None)
        yield piece("register", f"space:{row['space']}", relevant, detail=" ".join(words))


def _places_of(
    indicator: Indicator, cell: Mapping[str, Any], heard: Heard, spaces: Mapping[str, Any]
) -> list[Mapping[str, object]]:
    """The registered places a value is of; all those its indicator counts, where a source spoke of none by name."""
    cells = [cell, *cell.get("kinds", {}).values()]
    names = {*spaces, *(name for one in cells for name in one["extent"].spaces | one["extent"].lacking)}
    formula = cell.get("formula") or ""
    names |= {formula.removeprefix(LARGEST)} if formula.startswith(LARGEST) else set()
    head = indicator.header
    if not names or "" in names:
        names |= {
            str(row["space"])
            for row in heard.spaces
            if head.spaces.holds(row) and (not head.assets or row["asset"] in head.assets)
        }
    return [row for row in heard.spaces if row["space"] in names]


def not_used(cells: Iterable[Mapping[str, Any]]) -> list[Piece]:
    """Figures that were known of the month and are not published, the first of each way and place."""
    found: dict[str, Piece] = {}
    for one in (cell for cell in cells if cell["method"] != CARRIED):
        name = ":".join(word for word in (one["method"], one["space"], one["part"]) if word)
        found.setdefault(name, piece("unused", name, one["value"]))
    return [found[name] for name in sorted(found)]


@dataclass(frozen=True)
class Headline:
    """A month's headline: its value, unit and pieces."""

    month: str
    value: float
    unit: str
    pieces: tuple[Piece, ...]

    def names(self, *kinds: str) -> set[tuple[str, str]]:
        """Name and detail of the pieces of some kinds."""
        return {(one["name"], one["detail"]) for one in self.pieces if one["kind"] in kinds}

    def asked(self) -> dict[str, str]:
        """Of a survey's figure what its wave was weighed by, and the items of each scale."""
        told = {one["name"]: one["detail"] for one in self.pieces if one["kind"] == SURVEY}
        return {name: detail for name, detail in told.items() if name == WEIGHTED_BY or name.startswith(ITEMS)}

    def things(self) -> dict[str, Piece]:
        """What the total is of: its kinds where it is a sum of kinds, the largest place alone, else its places."""
        parts = {one["name"]: one for one in self.pieces if one["kind"] == "part"}
        places = {one["name"]: one for one in self.pieces if one["kind"] == "space"}
        largest = {name.removeprefix(LARGEST) for name, _ in self.names("formula") if name.startswith(LARGEST)}
        return parts or ({name: one for name, one in places.items() if name in largest} if largest else places)


def against(before: Headline | None, now: Headline) -> tuple[str, Piece | None]:
    """(flag, piece): how a month stands to the last one told, and what compares them like for like.

    '' and None where both are of the same things; `like_for_like` with both figures over what they share; otherwise
    `series_break:` and why: method, sample, weights, wording, formula, spaces or parts.
    """
    if before is None:
        return "", None
    if {name for name, _ in before.names("formula")} != {name for name, _ in now.names("formula")}:
        return f"{SERIES_BREAK}:formula", None
    earlier, later = before.things(), now.things()
    shared = sorted(earlier.keys() & later.keys())
    ways = [(_ways(before, earlier, name), _ways(now, later, name)) for name in shared or [""]]
    # A count carried over from the month before is the same count, however it was known.
    if any(then != today for then, today in ways if CARRIED not in then | today):
        return f"{SERIES_BREAK}:method", None
    if {detail for _, detail in before.names("method")} != {detail for _, detail in now.names("method")}:
        return f"{SERIES_BREAK}:sample", None
    if why := _asked_otherwise(before.asked(), now.asked()):
        return f"{SERIES_BREAK}:{why}", None
    # Of what staff said that there was none, there is a figure: zero.
    if _is_said_of(later, before, earlier) and _is_said_of(earlier, now, later):
        return "", None
    if shared and _adds_up(before) and _adds_up(now):
        then, today = (_over(told, shared) for told in (before, now))
        if then is not None and today is not None:
            return LIKE_FOR_LIKE, piece(LIKE_FOR_LIKE, before.month, round(today, 6), round(then, 6))
    kind = "parts" if any(one["kind"] == "part" for one in (*earlier.values(), *later.values())) else "spaces"
    return f"{SERIES_BREAK}:{kind}", None


def _asked_otherwise(then: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Why two waves are no one series though their samples are of a kind: weights or wording; '' where they are.

    A scale that only one of them asked is no other wording: it is a part, or the headline has no figure without it.
    """
    if not then or not now:
        return ""  # of a figure that is no survey's, and of one an earlier release stored, nothing is known
    if then[WEIGHTED_BY] != now[WEIGHTED_BY]:
        return "weights"
    shared = (then.keys() & now.keys()) - {WEIGHTED_BY}
    return "" if shared and all(then[name] == now[name] for name in shared) else "wording"


def _ways(told: Headline, things: Mapping[str, Piece], name: str) -> frozenset[str]:
    """How one of the things, or the whole, is known: measured, surveyed or by hand, however staff wrote it down."""
    words = (
        things[name]["detail"] if name and things[name]["detail"] else " ".join(way for way, _ in told.names("method"))
    )
    return frozenset("by_hand" if word in BY_HAND else word for word in words.split())


def _is_said_of(wanted: Mapping[str, Piece], told: Headline, things: Mapping[str, Piece]) -> bool:
    """Whether a month speaks of all these things; where staff declared a zero beside it, it speaks of each."""
    is_declared = any(name.startswith("declared") for name, _ in told.names("method", "unused"))
    return wanted.keys() <= things.keys() or is_declared


def _over(told: Headline, names: Iterable[str]) -> float | None:
    """The figure over some of the things a total is of."""
    things = [told.things()[name] for name in names]
    if any(one["amount"] is None for one in things):
        return None
    total = sum(float(one["amount"]) for one in things)
    bases = [float(one["base"]) for one in things if one["base"] is not None]
    if not bases:
        return total
    whole = bases[0] if _is_of_one_base(told) else sum(bases)
    return (1000.0 if told.unit == "per_1000" else 1.0) * total / whole if whole else None


def _is_of_one_base(told: Headline) -> bool:
    """Whether its things are over the same residents: kinds are, but for those that are shares of their own."""
    things = list(told.things().values())
    if not any(one["kind"] == "part" for one in things):
        return False
    bases = [float(one["base"]) for one in things if one["base"] is not None]
    own = sum(float(one["amount"] or 0) for one in things) / sum(bases) if sum(bases) else None
    return own is None or not isclose(own, told.value, rel_tol=1e-4, abs_tol=1e-6)


def _adds_up(told: Headline) -> bool:
    """Whether the total is the sum of its things: of people, whoever is in two of them is in the total once."""
    whole = _over(told, told.things())
    return whole is not None and isclose(whole, told.value, rel_tol=1e-4, abs_tol=1e-6)
