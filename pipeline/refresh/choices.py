"""What a town asks of its indicators: which lead, what they are to reach, what change counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from collectors.kinds import SCALES
from town.config import ConfigProblem
from town.sections import Authority
from transforms.catalogue import Indicator, leads
from transforms.header import Header
from warehouse.names import no_such

NO_TARGETS: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True)
class Choice:
    """What is asked of an indicator. `lead` is its place among those that lead, from 1, 0 of one that does not;
    `target` is in the headline's unit; `minimum_effect` a share."""

    lead: int
    target: float | None
    minimum_effect: float


def choices_of(
    authority: Authority, catalogue: Mapping[str, Indicator], targets: Mapping[str, float] = NO_TARGETS
) -> dict[str, Choice]:
    """What the town asks of each indicator of its catalogue; `targets` are those of its staff, and go before.

    Raises ConfigProblem for a name there is none of, with the nearest, and for a target no figure can reach.
    """
    for key in ("lead", "targets", "minimum_effect"):
        for name in getattr(authority, key):
            if name not in catalogue:
                raise ConfigProblem(
                    f"[authority] {key}: {no_such('indicator', name, catalogue, '`kehila indicators` lists them')}"
                )
    order = authority.lead or leads()
    configured = {name: _target(name, authority.targets.get(name), one.header) for name, one in catalogue.items()}
    return {
        name: Choice(
            lead=order.index(name) + 1 if name in order else 0,
            target=asked if (asked := _within(targets.get(name), one.header)) is not None else configured[name],
            minimum_effect=authority.minimum_effect.get(name, one.header.minimum_effect),
        )
        for name, one in catalogue.items()
    }


def _reach(head: Header) -> tuple[float, float]:
    return SCALES.get(head.headline_unit, (0.0, float("inf")))


def _within(target: float | None, head: Header) -> float | None:
    """A target of staff's, where the figure can reach it: a workbook that was not ours may say anything."""
    lowest, highest = _reach(head)
    return target if target is not None and lowest <= target <= highest else None


def _target(name: str, target: float | None, head: Header) -> float | None:
    if target is None:
        return None
    lowest, highest = _reach(head)
    if not lowest <= target <= highest or target != target:
        is_share = head.headline_unit == "share"
        between = f"between {lowest:g} and {highest:g}" if highest < float("inf") else "that is not negative"
        hint = f"; {target:g} % is {target / 100:g}" if is_share and 1 < target <= 100 else ""
        raise ConfigProblem(f"[authority] targets: {name} takes a figure {between}, not {target:g}{hint}")
    return target
