"""What there is of a kind: the classes of this package, and those that installed packages bring.

A package names a module by the entry point group `kehila.collectors`. In it, or in modules under it, stand subclasses
of Source and FileFormat; in `MODULE.settings` what a town may write of them, in `MODULE.hook` their webhooks, as in a
folder of ours. What it brings never takes the place of anything that is there: a name that is taken is refused.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Final, TypeVar

T = TypeVar("T")

COLLECTORS: Final = "kehila.collectors"
STAGING: Final = "kehila.staging"
"""Entry point groups: each names a module."""

_OURS = Path(__file__).parent


class PartError(Exception):
    """What an installed package brings cannot be used; the message names the package and the remedy."""

    def __init__(self, package: str, told: str) -> None:
        super().__init__(told)
        self.package = package

    @classmethod
    def taken(cls, what: str, name: str, whose: str | None, origin: str) -> PartError:
        """A package brings a name that is there already; `whose` is '' or None where it is ours."""
        told = f"{whose or 'Kehila'} has a {what} of the name {name}; give that of the package {origin} another"
        return cls(origin, told)


@cache
def packages(group: str) -> Mapping[str, str]:
    """Module -> name of the package that brings it, in the order of the names."""
    points = sorted(entry_points(group=group), key=lambda one: (one.name, one.module))
    return {one.module: one.name for one in points}


def import_part(module: str, name: str) -> ModuleType:
    """Import a module that a package brings. Raises PartError whatever goes wrong in it."""
    try:
        return importlib.import_module(module)
    except Exception as problem:  # noqa: BLE001 (others wrote it; what it quotes is not passed on)
        why = type(problem).__name__
        told = f"the package {name} names {module}, which cannot be imported ({why}); mend or remove it"
        raise PartError(name, told) from None


def origin_of(cls: type) -> str | None:
    """The package that brings a class; '' of one of ours, None of a class that belongs to neither."""
    if cls.__module__.startswith("collectors."):
        return ""
    brought = packages(COLLECTORS).items()
    return next((name for module, name in brought if f"{cls.__module__}.".startswith(f"{module}.")), None)


@cache
def load_all() -> None:
    """Import every module in which a source or a file format may stand: once, for it looks through all folders."""
    for one in pkgutil.walk_packages([str(_OURS)], "collectors."):
        importlib.import_module(one.name)
    for module, name in packages(COLLECTORS).items():
        for under in pkgutil.walk_packages(getattr(import_part(module, name), "__path__", []), f"{module}."):
            import_part(under.name, name)


@cache
def load_only(*patterns: str) -> None:
    """Import the modules of that name and nothing else: `*/hook.py` of our folders, `MODULE.hook` of packages."""
    for path in sorted(path for pattern in patterns for path in _OURS.glob(pattern)):
        importlib.import_module(".".join(("collectors", *path.relative_to(_OURS).with_suffix("").parts)))
    for module, name in packages(COLLECTORS).items():
        for pattern in patterns:
            wanted = f"{module}.{Path(pattern).stem}"
            if "*" not in wanted and _is_there(wanted, module, name):
                import_part(wanted, name)


def _is_there(wanted: str, module: str, name: str) -> bool:
    return hasattr(import_part(module, name), "__path__") and find_spec(wanted) is not None


def named(base: type[T], name_of: Callable[[type[T]], str], what: str) -> dict[str, type[T]]:
    """The loaded subclasses by name, in the order of the names, ours before those of packages.

    Raises PartError when a package brings a name that is taken.
    """
    found: dict[str, type[T]] = {}
    for origin, cls in sorted(_belonging(base), key=lambda one: (one[0], name_of(one[1]))):
        taken = found.setdefault(name_of(cls), cls)
        if taken is not cls and origin:
            raise PartError.taken(what, name_of(cls), origin_of(taken), origin)
    return dict(sorted(found.items()))


def _belonging(base: type[T]) -> Iterator[tuple[str, type[T]]]:
    for cls in base.__subclasses__():
        yield from _belonging(cls)
        origin = origin_of(cls)
        if origin is not None:
            yield origin, cls
