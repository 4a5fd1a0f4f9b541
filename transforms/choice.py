"""Which of several ways to know a figure is published, and how sure it is.

A statement gives what there is to say: measured figures, and beside them what staff entered, each row with its method.
What is published is decided here alone (mission: a value, its coverage and its composition):

1. a measurement of a month that was heard in full, its zero too
2. a survey; then what staff entered: a list, a number, a count made of a list kept for something else
3. a measurement of a month heard in part, if it is no zero; never final
4. a zero that staff declared, then a count carried over from a month before
5. nothing, with the reason

What was not used stands in the cell's composition. Sums of what was chosen are made in `sums`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, get_args

from transforms.catalogue import CatalogueError, Indicator
from transforms.composition import BY_HAND, LARGEST
from transforms.ever_heard import NO_SOURCE
from transforms.heard import PARTIAL, Extent, Heard
from transforms.surveys.intervals import Interval, mean_interval, share_interval
from transforms.working_days import Workdays
from warehouse.calendar import last_day
from warehouse.vocabulary import Asset

DECIMALS = 6
LOWER_BOUND, CENSORED, INCOMPLETE = "lower_bound", "right_censored", "incomplete"
NOT_FINAL = frozenset({PARTIAL, LOWER_BOUND, CENSORED, INCOMPLETE, "stale", "carried"})
"""A value with one of these is a part of what there was, or was known before the month: neither is final."""
MIN_ANSWERS = 30
"""Survey estimates on fewer effective answers are not shown."""

METHODS = {"measured": "measured", "surveyed": "surveyed", "reported": "entered", "mixed": "measured"}
"""An indicator's method -> that of its rows which name none."""
RANKS = {"surveyed": 1, "listed": 2, "entered": 3, "derived": 4, "declared": 6, "carried": 7}
OF_FULL, OF_PART = 0, 5
"""The place of a measurement, heard in full or in part, among the methods."""

Cell = dict[str, Any]
Place = tuple[str, str, str]
"""Month, space, part."""


@dataclass
class Desk:
    """One indicator before its sources: what its statement gave, and what becomes of it."""

    indicator: Indicator
    heard: Heard
    today: date
    workdays: Workdays
    unused_assets: frozenset[str] = frozenset()
    offered: dict[Place, list[Cell]] = field(default_factory=dict)
    chosen: dict[Place, Cell] = field(default_factory=dict)

    def extent(self, place: Place, formula: str = "") -> Extent:
        """How far what a measured row rests on was heard; a formula may need other things, or be of one place."""
        month, space, part = place
        space = formula.removeprefix(LARGEST) if formula.startswith(LARGEST) else space
        return self.heard.extent(self.indicator, formula if self._has_needs(formula) else part, month, space)

    def _has_needs(self, formula: str) -> bool:
        return bool(formula) and formula in self.indicator.header.needs

    def take(self, rows: Iterable[Mapping[str, Any]], months: Sequence[str]) -> None:
        """The statement's rows, as offers for their places."""
        for row in rows:
            if row["month"] not in months:
                raise CatalogueError(f"{self.indicator.id}: the statement gave month {row['month']}, not asked for")
            cell = offer(self.indicator, row)
            place = (cell["month"], cell["space"], cell["part"])
            others = self.offered.setdefault(place, [])
            if any((one["method"], one["formula"]) == (cell["method"], cell["formula"]) for one in others):
                raise CatalogueError(
                    f"{self.indicator.id}: two rows for month, space, part {place}; the grain is wrong"
                )
            others.append(cell)

    def choose(self) -> None:
        """Of each place's offers the best; parts that need nothing of their own go with the whole of their space."""
        for place in sorted(self.offered, key=lambda one: (one[2] != "", one)):
            month, space, part = place
            whole = self.chosen.get((month, space, ""))
            offers = self.offered[place]
            if part and whole is not None and self._goes_with(part, whole, place):
                offers = [one for one in offers if one["method"] == whole["method"]]
            if (best := self._best(offers, place)) is not None:
                self.chosen[place] = best

    def _goes_with(self, part: str, whole: Cell, place: Place) -> bool:
        """Whether a part is told the way the whole is: all that are no kinds of a sum, and name no needs that fail."""
        head = self.indicator.header
        if part in head.sum_of or head.needs.get(part) == [] or whole["method"] == "declared":
            return False  # that nothing else was entered takes back nothing that was
        return part not in head.needs or (whole["method"] == "measured" and self.extent(place).extent != "none")

    def _best(self, offers: list[Cell], place: Place) -> Cell | None:
        ranked = []
        carried = max((one["value"] or 0 for one in offers if one["method"] == "carried"), default=0)
        for one in offers:
            is_measured = one["method"] == "measured"
            extent = self.extent(place, one["formula"])
            is_part = extent.extent == "part" or bool(extent.lacking and not place[1])
            if is_measured and (extent.extent == "none" or (is_part and not one["value"])):
                continue  # a zero is heard in full, of every place that counts, or not at all
            if is_measured and one["value"] == 0 and self._unheard(extent) and self._is_none_of_all(place):
                continue  # none in one place is none of all only where the others were heard too
            bounded = LOWER_BOUND in one["quality"].split() and one["denominator"] is None
            if not one["value"] and (one["method"] == "carried" or (is_measured and bounded)):
                continue  # at least none, or none some months ago, is no zero
            is_whole = not is_part and LOWER_BOUND not in {*extent.flags, *one["quality"].split()}
            rank = (OF_FULL if is_whole else OF_PART) if is_measured else RANKS[one["method"]]
            if (
                is_measured
                and LOWER_BOUND in {*extent.flags, *one["quality"].split()}
                and (one["value"] or 0) < carried
            ):
                rank = RANKS["carried"] + 1  # a count by hand of some months ago says more than a few names seen since
            is_empty = (one["value"] is None and rank != OF_FULL) or is_of_too_few(self.indicator, one)
            # Of several formulas the one the header names first.
            formulas = list(self.indicator.header.needs)
            order = formulas.index(one["formula"]) if self._has_needs(one["formula"]) else 0
            ranked.append((is_empty, rank, one["method"], order, one, extent))
        if not ranked:
            return None
        *_, best, extent = min(ranked, key=lambda one: one[:4])
        flags = set(best["quality"].split())
        if best["method"] == "measured":
            flags |= extent.flags | self.heard.withdrawal(self.indicator, place[0])
            flags |= {PARTIAL} if extent.extent == "part" else set()
            if self._is_open(place, best["formula"], extent):
                flags.add(CENSORED)
            best = {**best, "as_of": best["as_of"] or extent.last_day}
        elif best["method"] in BY_HAND:
            flags.add("entered_by_hand")
            flags |= {CENSORED} if best["method"] == "listed" and self._may_still_come(place) else set()
            flags |= self.heard.marks(self.indicator, place[0])
        elif best["method"] == "surveyed":
            flags |= self.heard.marks(self.indicator, place[0], best["as_of"])
        used = best["method"], best["formula"]
        unused = [one for one in offers if (one["method"], one["formula"]) != used and one["value"] is not None]
        unused = [one for one in unused if not is_of_too_few(self.indicator, one)]
        return {**best, "quality": " ".join(sorted(flags)), "unused": unused, "extent": extent}

    def _unheard(self, extent: Extent) -> frozenset[str]:
        return extent.other_assets - self.unused_assets

    def _is_none_of_all(self, place: Place) -> bool:
        """Whether the measured whole is zero: of some, each part is a share of what there is."""
        return any(one["value"] == 0 for one in self.offered.get((place[0], "", ""), ()) if one["method"] == "measured")

    def why_no_zero(self, extent: Extent) -> str:
        """The reason of a zero that is not said, since assets it would be of were not heard; '' where all were."""
        unheard = self._unheard(extent)
        if extent.why or not unheard:
            return extent.why
        asset = min(unheard)
        return f"{'not_covered' if asset in {one for _, one in self.heard.ever.spoken_of} else NO_SOURCE}:{asset}"

    def _is_open(self, place: Place, formula: str, extent: Extent) -> bool:
        """Whether what may still come to a value after its month has not all been heard."""
        month, _, part = place
        window = self.indicator.header.windows.get(part, 0)
        if not window or last_day(month) >= self.today:
            return False
        if self._may_still_come(place):
            return True
        needed, until = formula if self._has_needs(formula) else part, self.workdays.end_of(window, month)
        return not self.heard.has_listened(self.indicator, needed, month, until, extent.spaces)

    def _may_still_come(self, place: Place) -> bool:
        """Whether the window after a month that is over has not ended yet."""
        month, _, part = place
        window = self.indicator.header.windows.get(part, 0)
        return bool(window) and last_day(month) < self.today <= self.workdays.end_of(window, month)

    def is_foreign(self, kind: str) -> bool:
        """Whether a kind is an asset the town does not use, or something of which nobody ever heard."""
        if kind in self.unused_assets:
            return True
        if kind in get_args(Asset) and not self.indicator.header.own_bases:
            return False  # whether an asset nobody connected is used only staff can say; a share is of what was heard
        needs = (
            [need for either in self.indicator.needs_of(kind) for need in either]
            if kind in self.indicator.header.needs
            else []
        )
        return bool(needs) and not any(
            need.fact == fact
            for need in needs
            for fact, asset in self.heard.ever.spoken_of
            if asset in (need.assets or (asset,))
        )

    def spaces_of(self, month: str, formula: str = "") -> dict[str, Cell]:
        """The chosen cells of single spaces; of several formulas, of which each is a part, those of one."""
        wanted = month, formula if formula in self.indicator.header.parts else ""
        return {where: one for (when, where, part), one in self.chosen.items() if (when, part) == wanted and where}

    def _is_declared(self, month: str) -> bool:
        """Whether staff declared that what they entered for the month is all there was."""
        return any(one["method"] == "declared" for one in self.offered.get((month, "", ""), ()))

    def lacking(self, place: Place) -> frozenset[str]:
        """Registered spaces of the kind that are in a total by no way at all."""
        cell, extent = self.chosen[place], self.chosen[place]["extent"]
        is_total = self.indicator.header.sum_of == "spaces" and "kinds" in cell
        if place[1] or not (is_total or "measured" in cell["method"].split()):
            return frozenset()
        told = {
            where
            for (when, where, part), one in self.chosen.items()
            if (when, part) == (place[0], place[2]) and where and one["value"] is not None
        }
        if "measured" not in cell["method"].split():
            # What staff declared complete lacks nothing they would know of.
            return frozenset() if self._is_declared(place[0]) else frozenset(extent.lacking - told)
        # Over the members of places no place is counted of which nobody knows the members, however well it was heard.
        counted = {where for when, where, part in self.chosen if (when, part) == (place[0], place[2]) and where}
        uncounted = extent.spaces - {"", *counted} if counted and self.indicator.is_over_members else frozenset()
        return frozenset(extent.lacking - told) | uncounted


def offer(indicator: Indicator, row: Mapping[str, Any]) -> Cell:
    """A statement's row as a cell, with its method."""
    space, part = row.get("space") or "", row.get("part") or ""
    if part and part not in indicator.header.parts:
        raise CatalogueError(f"{indicator.id}: part {part!r} is not declared in the header")
    cell = empty_cell(indicator, row["month"], space, part)
    for name in ("value", "numerator", "denominator"):
        amount = row.get(name)
        # The zero added turns -0.0 into 0.0: both databases then print the same text.
        cell[name] = None if amount is None else round(float(amount), DECIMALS) + 0.0
    cell["n"] = None if row.get("n") is None else int(row["n"])
    cell["quality"] = " ".join(sorted(set((row.get("quality") or "").split())))
    cell["n_effective"] = None if row.get("n_effective") is None else float(row["n_effective"])
    if (interval := _interval(cell, row.get("variance"))) is not None:
        cell["lo"], cell["hi"] = (round(end, DECIMALS) + 0.0 for end in interval)
    cell["method"] = row.get("method") or METHODS[indicator.header.method]
    cell["formula"] = row.get("formula") or ""
    cell["as_of"] = row.get("as_of")
    if cell["as_of"] is None and cell["method"] != "measured":
        cell["as_of"] = last_day(row["month"])
    return cell


def _interval(cell: Cell, variance: float | None) -> Interval | None:
    """How sure a sample is of a figure; None of what is no estimate: it says how many equal answers it is worth."""
    if cell["value"] is None or cell["n_effective"] is None:
        return None
    if cell["unit"] == "share":
        return share_interval(cell["value"], cell["n_effective"])
    return None if variance is None else mean_interval(cell["value"], float(variance), cell["n_effective"])


def answers_of(indicator: Indicator, cell: Mapping[str, Any]) -> float | None:
    """The effective answers behind a survey's estimate; None of what is none."""
    if cell["method"] != "surveyed" or cell["value"] is None:
        return None
    if cell["n_effective"] is None and indicator.header.method == "surveyed":
        return float(cell["n"] or 0)
    effective: float | None = cell["n_effective"]
    return effective


def is_of_too_few(indicator: Indicator, cell: Mapping[str, Any]) -> bool:
    """Whether a survey's estimate is of fewer answers than are shown."""
    answers = answers_of(indicator, cell)
    return answers is not None and answers < MIN_ANSWERS


def empty_cell(indicator: Indicator, month: str, space: str = "", part: str = "") -> Cell:
    """A cell without a value."""
    unit = indicator.header.parts[part].unit if part else indicator.header.unit
    return {
        "indicator": indicator.id, "month": month, "cut": "", "space": space, "part": part, "value": None,
        "numerator": None, "denominator": None, "n": None, "lo": None, "hi": None, "unit": unit,
        "status": "missing", "quality": "", "reason": "",
        "definition_version": indicator.definition_version, "as_of": None,
    }  # fmt: skip
