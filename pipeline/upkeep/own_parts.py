"""Parts that are not Kehila's, of the town's folder and of installed packages, and whether they hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from collectors.base import file_formats
from collectors.discovery import COLLECTORS, STAGING, PartError, origin_of, packages
from collectors.service import sources
from town.staged import staging_modules
from transforms.cases import CaseError, as_table, compared, lacking, load
from transforms.catalogue import CatalogueError, Indicator, own


@dataclass(frozen=True)
class OwnPart:
    """One of them: what it is, its name, where it comes from, and what is wrong with it; '' when nothing is."""

    kind: Literal["indicator", "collectors", "staging"]
    name: str
    origin: str
    fault: str = ""


def own_parts(folder: Path) -> list[OwnPart]:
    """Every part of its own that a town has, its contract checked and its cases run; `folder` holds its indicators."""
    return [*_brought(), *_indicators(folder)]


def _brought() -> Iterator[OwnPart]:
    """What packages bring by entry points. While one of them breaks the contract, nothing of any can be used."""
    problem: PartError | None = None
    try:
        found = {one.name: origin_of(type(one)) for one in file_formats()}
        found |= {name: origin_of(type(one)) for name, one in sources().items()}
        staged = {module.__name__: module.SOURCE for module in staging_modules()}
    except PartError as wrong:
        found, staged, problem = {}, {}, wrong
    for name in packages(COLLECTORS).values():
        listed = ", ".join(sorted(one for one, origin in found.items() if origin == name))
        yield OwnPart("collectors", listed or name, f"the package {name}", _fault(problem, name))
    for module, name in packages(STAGING).items():
        yield OwnPart("staging", staged.get(module, module), f"the package {name}", _fault(problem, name))


def _fault(problem: PartError | None, name: str) -> str:
    return str(problem) if problem is not None and problem.package == name else ""


def _indicators(folder: Path) -> Iterator[OwnPart]:
    try:
        for origin, path, one in own(folder):
            fault = str(one) if isinstance(one, CatalogueError) else _differing(one)
            yield OwnPart("indicator", path.stem, origin, fault)
    except CatalogueError as problem:  # a package that is none
        yield OwnPart("indicator", "", "a package", str(problem))


def _differing(indicator: Indicator) -> str:
    """What of its cases does not come out as they say; '' when all does."""
    try:
        cases = load(indicator.path.with_suffix(".yaml"))
        if lacks := lacking(cases):
            return f"{indicator.id}.yaml: {lacks}"
        for case in cases:
            lines = compared(indicator, case)
            if any(line.differs for line in lines):
                return f"case {case['name']!r} comes out otherwise\n{as_table(lines)}"
    except (CaseError, CatalogueError) as problem:
        return str(problem)
    return ""
