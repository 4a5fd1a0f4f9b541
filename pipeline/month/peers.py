"""Authorities of one configuration beside one another: what may be said of the groups they make. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select

from town.population import residents_in
from town.sections import Authority
from transforms.catalogue import Indicator
from transforms.peers import (
    DIMENSIONS,
    Attributes,
    Figure,
    Group,
    RollUp,
    beside_peers,
    groups_of,
    roll_up,
    share_of,
)
from transforms.peers.rollup import is_comparable
from warehouse.ledger import core, select_rows
from warehouse.reference import authorities
from warehouse.tables import IndicatorValue
from warehouse.vocabulary import Unit

OF_AUTHORITIES = frozenset({"policy.role_holder"})
"""Indicators that an authority has or has not: over authorities their figure is the share that has."""
BY_RESIDENTS: frozenset[Unit] = frozenset({"count", "ils"})
"""Units of which a large town has more than a small one: compared by a thousand residents."""
NOT_COMPARED = "not_compared"
VOLUNTEERS = "opt_in_sample"


@dataclass(frozen=True)
class PeerLine:
    """What is said of an indicator in a group. `sample`: '' or opt_in_sample, which is never put beside the others.

    `unit` is that of the middle; `is_per_1000` where it is by a thousand residents. `own`: the figure of the authority
    that sees itself beside its peers (None: it has none to compare, or nobody asked for one).
    """

    indicator: str
    sample: str
    unit: Unit
    is_per_1000: bool
    said: RollUp
    own: float | None = None

    def as_json(self) -> dict[str, Any]:
        """An entry of `groups` of `kehila peers --json`."""
        middle = self.said.middle
        return {
            "dimension": self.said.group.dimension,
            "group": self.said.group.code,
            "indicator": self.indicator,
            "sample": self.sample,
            "unit": self.unit,
            "is_per_1000": self.is_per_1000,
            "authorities": self.said.speaking,
            "statuses": dict(self.said.statuses),
            "median": middle.median if middle else None,
            "lower_quartile": middle.low if middle else None,
            "upper_quartile": middle.high if middle else None,
            "share": self.said.share,
            "why": self.said.why,
            "own": self.own,
        }


def peers(
    engine: Engine, towns: Sequence[Authority], catalogue: Mapping[str, Indicator], month: str,
    *, authority: str = "", by: Iterable[str] = DIMENSIONS,
) -> list[PeerLine]:  # fmt: skip
    """What may be said of each group and indicator of a month, over some authorities of one store.

    `by` are the dimensions asked for, all of them where it is left out. With `authority`, of the groups it is in, each
    without itself: it sees itself beside the others; where it is left out, of every group. In the order of the
    dimensions, the groups, the catalogue. No line names another authority.
    """
    groups = {town.code: groups_of(attributes(town, month)) for town in towns}
    cells = _cells(engine, list(groups), month)
    residents = {town.code: residents_in(town, [month]).get(month) for town in towns}
    asked = [one for one in DIMENSIONS if one in set(by)]
    found = []
    for name, indicator in catalogue.items():
        mine = {code: cells.get((code, name, indicator.header.headline)) for code in groups}
        samples = ["", *([VOLUNTEERS] if any(one and _sample(one) for one in mine.values()) else [])]
        for sample in samples:
            figures = [_figure(code, cell, indicator, residents[code], sample) for code, cell in mine.items()]
            found += list(_lines(indicator, sample, figures, groups, asked, authority))
    return sorted(found, key=lambda one: (DIMENSIONS.index(one.said.group.dimension), one.said.group))


def attributes(town: Authority, month: str) -> Attributes:
    """What the reference table knows of an authority, and its residents as its configuration has them."""
    known = authorities().get(town.code, {})

    def share(name: str) -> float | None:
        return None if known.get(name) is None else float(str(known[name]))

    cluster = known.get("ses_cluster")
    return Attributes(
        town.code,
        str(known.get("district_code", "")),
        None if cluster is None else int(str(cluster)),
        residents_in(town, [month]).get(month),
        share("haredi_share"),
        share("arab_share"),
    )


def _cells(engine: Engine, codes: list[str], month: str) -> dict[tuple[str, str, str], IndicatorValue]:
    table = core(IndicatorValue)
    of_towns = (table.c.cut == "") & (table.c.space == "") & (table.c.month == month)
    query = select(table).where(of_towns, table.c.authority.in_(codes))
    return {(row.authority, row.indicator, row.part): row for row in select_rows(engine, IndicatorValue, query)}


def _sample(cell: IndicatorValue) -> str:
    return VOLUNTEERS if VOLUNTEERS in cell.quality.split() else ""


def _figure(code: str, cell: IndicatorValue | None, indicator: Indicator, residents: int | None, sample: str) -> Figure:
    """A cell as one of a group: only what is final, of this definition, and of the same kind of sample has a value."""
    if cell is None:
        return Figure(code, "missing")
    if cell.status != "final" or cell.value is None:
        return Figure(code, cell.status)
    is_alike = cell.definition_version == indicator.definition_version and _sample(cell) == sample
    if not (is_alike and is_comparable(cell.quality.split())):
        return Figure(code, NOT_COMPARED)
    if indicator.header.headline_unit not in BY_RESIDENTS:
        return Figure(code, "final", cell.value)
    return Figure(code, "final", cell.value / residents * 1000) if residents else Figure(code, NOT_COMPARED)


def _lines(
    indicator: Indicator, sample: str, figures: Sequence[Figure], groups: Mapping[str, Mapping[str, Group]],
    asked: Iterable[str], authority: str,
) -> Iterator[PeerLine]:  # fmt: skip
    is_share, unit = indicator.id in OF_AUTHORITIES, indicator.header.headline_unit
    own = next((one.value for one in figures if one.authority == authority), None)
    for dimension in asked:
        there = sorted({mine[dimension] for mine in groups.values() if dimension in mine})
        for group in there:
            if authority and groups[authority].get(dimension) != group:
                continue
            members = [one for one in figures if groups[one.authority].get(dimension) == group]
            if authority:
                said = beside_peers(authority, group, members, figures, is_share=is_share)
            else:
                said = (share_of if is_share else roll_up)(group, members, figures)
            yield PeerLine(indicator.id, sample, unit, unit in BY_RESIDENTS, said, own)
