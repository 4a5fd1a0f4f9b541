"""What surveys of a town are weighed by: its configuration, what its staff entered, the reference table."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from town.sections import Authority
from transforms.registers import population_register
from transforms.staging.town import Town
from transforms.surveys.population import Population, adult_share, own_margin, reference_margins
from warehouse.reference import authorities, populations


def residents_by_year(authority: Authority) -> dict[int, int]:
    """Year -> residents at its end, where known: the town's own figures before the reference table's."""
    rows = populations().get(authority.code, [])
    found = {row["year"]: row["residents"] for row in rows if row["population_group"] == "all"}
    return {**found, **{int(year): residents for year, residents in authority.population.items()}}


def residents_in(authority: Authority, months: Iterable[str]) -> dict[str, int]:
    """Month -> its residents, where they are known."""
    rows = population_register(authority.code, residents_by_year(authority), sorted(months)).to_pylist()
    return {row["month"]: row["residents"] for row in rows}


def with_population(town: Town, authority: Authority) -> Town:
    """The town with all that is known of its population."""
    rows = populations().get(authority.code, [])
    # Groups are of the last year that tells of ages: the latest count has none.
    year = max((row["year"] for row in rows if row["population_group"] == "age_0_17"), default=None)
    people = {row["population_group"]: float(row["residents"]) for row in rows if row["year"] == year}
    known = authorities().get(authority.code, {})
    shares = [
        float(str(one)) if (one := known.get(name)) is not None else None for name in ("haredi_share", "arab_share")
    ]
    entered = town.population.entered
    found = Population(
        {cut: own_margin(cut, figures) for cut, figures in authority.margins.items()},
        reference_margins(people, *shares),
        entered,
        residents_in(authority, entered),
        adult_share(people),
    )
    return dataclasses.replace(town, population=found)
