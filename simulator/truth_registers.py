"""What holds over time comes to: routines, roles, communities, goals.

An entry holds until the last month the town's entries speak of; here that is the town's last month.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from simulator.calendar import last_of
from simulator.truth_pages import Pages
from simulator.work import RoleHeld, Routine

RANKS = ("mayor", "chief_executive", "deputy", "department_head", "unit_head", "other")


def enter(pages: Pages) -> None:
    """Routines and roles."""
    for month in pages.town.months:
        _routines(pages, month)
        _role(pages, month)
    pages.missing(("policy.routines", "ethics.routines", "ethics.cross_department", "policy.role_holder"))


def _holds(one: Routine | RoleHeld, day: date) -> bool:
    return one.from_day <= day and (one.to_day is None or one.to_day >= day)


def _routines(pages: Pages, month: str) -> None:
    day = last_of(month)
    in_force = [routine for routine in pages.town.work.routines if _holds(routine, day)]
    is_complete = "routines" in pages.town.work.complete[month]
    for indicator in ("policy.routines", "ethics.routines"):
        mine = [routine for routine in in_force if routine.indicator == indicator]
        if mine or is_complete:
            pages.put(indicator, month, len(mine))
            pages.put(indicator, month, sum(routine.shared for routine in mine), part="shared")
    joint = [r for r in in_force if r.indicator == "ethics.cross_department" or r.shared]
    if joint or is_complete:
        pages.put("ethics.cross_department", month, _names(joint))
        projects = _names(r for r in joint if r.form == "project")
        pages.put("ethics.cross_department", month, projects, part="projects")


def _names(routines: Iterable[Routine]) -> int:
    return len({routine.name for routine in routines})


def _role(pages: Pages, month: str) -> None:
    held = [role for role in pages.town.work.roles if _holds(role, last_of(month))]
    if held or "roles" in pages.town.work.complete[month]:
        pages.put("policy.role_holder", month, 1 if held else 0)
    shares = [role.share for role in held if role.share is not None]
    if shares:
        pages.put("policy.role_holder", month, sum(shares), part="posts", n=len(shares))
    for rank in RANKS:
        count = sum(role.reports_to == rank for role in held)
        if count:
            pages.put("policy.role_holder", month, count, part=f"reports_to_{rank}")
