"""What the registers of communities and goals come to.

A community keeps its kind and stage until staff state another; a goal stands from the month it is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.truth_pages import Pages, divided
from simulator.work import Goal

KINDS = ("in_person", "opinion_leaders", "functional_digital", "unmet_need", "hybrid")
STAGES = ("entry", "engagement", "intervention", "upkeep")


@dataclass
class Standing:
    """Where every community stands in a month, and who moved in it: community -> (from, to)."""

    states: dict[str, str] = field(default_factory=dict)
    moves: dict[str, tuple[str, str]] = field(default_factory=dict)


def enter(pages: Pages) -> None:
    """Communities by kind and stage, goals reached."""
    _communities(pages, "communities.mapped", "kind", KINDS)
    _communities(pages, "communities.stage", "stage", STAGES)
    _volunteers(pages)
    for month in pages.town.months:
        _goals(pages, month)
    pages.missing(("communities.mapped", "communities.stage", "programmes.goals"))


def standing(pages: Pages, what: str) -> dict[str, Standing]:
    """Month -> where the communities stand in their kind or stage."""
    now: dict[str, str] = {}
    found: dict[str, Standing] = {}
    for month in pages.town.months:
        one = Standing()
        for change in pages.town.work.communities:
            if change.month != month:
                continue
            said: str = getattr(change, what)
            if change.ended:
                now.pop(change.community, None)
            elif said:
                before = now.get(change.community)
                if before is not None and before != said:
                    one.moves[change.community] = (before, said)
                now[change.community] = said
        one.states = dict(now)
        found[month] = one
    return found


def _communities(pages: Pages, indicator: str, what: str, words: tuple[str, ...]) -> None:
    for month, one in standing(pages, what).items():
        if not one.states and "communities" not in pages.town.work.complete[month]:
            continue
        states, moves = list(one.states.values()), list(one.moves.values())
        pages.put(indicator, month, len(states))
        for word in words:
            pages.put(indicator, month, states.count(word), part=word)
        pages.put(indicator, month, len(moves), part="moves")
        if what == "kind":
            for word in words:
                pages.put(indicator, month, sum(to == word for _, to in moves), part=f"moved_to_{word}")
        else:
            forward = sum(words.index(before) < words.index(to) for before, to in moves)
            pages.put(indicator, month, forward, part="moves_forward")


def _volunteers(pages: Pages) -> None:
    """The last number and word of each community that did not end."""
    volunteers: dict[str, int] = {}
    ready: dict[str, bool] = {}
    for month in pages.town.months:
        for change in (one for one in pages.town.work.communities if one.month == month):
            if change.ended:
                volunteers.pop(change.community, None)
                ready.pop(change.community, None)
            if change.volunteers is not None:
                volunteers[change.community] = change.volunteers
            if change.is_ready is not None:
                ready[change.community] = change.is_ready
        if volunteers:
            pages.put("communities.mapped", month, sum(volunteers.values()), part="volunteers")
        if ready:
            pages.put("communities.mapped", month, sum(ready.values()), part="ready")


def _goals(pages: Pages, month: str) -> None:
    goals = [goal for goal in pages.town.work.goals if _first(goal) <= month]
    if not goals and "goals" not in pages.town.work.complete[month]:
        return
    amounts = [(goal, _amount(pages, goal, month)) for goal in goals]
    known = [(goal, amount) for goal, amount in amounts if amount is not None]
    improved = sum(_improved(goal, month, amount) for goal, amount in known)
    pages.put("programmes.goals", month, divided(improved, len(known)), n=len(known))
    pages.put("programmes.goals", month, len(goals), part="goals")
    pages.put("programmes.goals", month, len(known), part="goals_with_data")
    pages.put("programmes.goals", month, len({goal.programme for goal in goals}), part="programmes")


def _first(goal: Goal) -> str:
    return min([goal.month, *goal.values])


def _amount(pages: Pages, goal: Goal, month: str) -> float | None:
    """The goal's own measure, otherwise its linked indicator."""
    if month in goal.values:
        return goal.values[month]
    return pages.values.get((goal.linked, month, "", "")) if goal.linked else None


def _improved(goal: Goal, month: str, amount: float) -> bool:
    against = goal.baseline if goal.baseline is not None else _earliest(goal.values, month)
    if against is None:
        return False
    return amount < against if goal.direction == "lower" else amount > against


def _earliest(values: Mapping[str, float], month: str) -> float | None:
    earlier = [name for name in values if name < month]
    return values[min(earlier)] if earlier else None
