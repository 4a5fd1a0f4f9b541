"""The modules that stage sources, ours and those of installed packages, and the facts each can make."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import ModuleType

import transforms.staging
from collectors.discovery import STAGING, PartError, import_part, packages
from town.streams import streams_by_name
from transforms.staging.skipped import Need


@cache
def staging_modules() -> list[ModuleType]:
    """Every module that stages a source, by `units` or as a whole by `stage`: ours, then those of installed packages.

    Raises PartError when a package's module breaks the contract or bears the name of a source that is staged already.
    """
    names = [m.name for m in pkgutil.iter_modules(transforms.staging.__path__)]
    modules = [importlib.import_module(f"transforms.staging.{name}") for name in sorted(names)]
    found = {module.SOURCE: ("", module) for module in modules if hasattr(module, "STREAMS")}
    for path, name in packages(STAGING).items():
        module = import_part(path, name)
        if not all(hasattr(module, one) for one in ("SOURCE", "STREAMS")) or not {"stage", "units"} & set(dir(module)):
            raise PartError(
                name, f"the package {name}: {path} has to say SOURCE and STREAMS, and to stage them by `stage`"
            )
        if unknown := set(module.STREAMS) - set(streams_by_name()):
            raise PartError(
                name, f"the package {name}: {path} stages {', '.join(sorted(unknown))}, which no collector lands"
            )
        whose, taken = found.setdefault(module.SOURCE, (name, module))
        if taken is not module:
            raise PartError.taken("staged source", module.SOURCE, whose, name)
    return [module for _, module in found.values()]


def facts_of(module: ModuleType, stream: str) -> tuple[str, ...]:
    """The facts, as coverage names them, that records of a stream feed, by what the staging `module` says."""
    need: Need | None = getattr(module, "NEEDS", {}).get(stream)
    return need.facts if need else tuple(one for one in streams_by_name()[stream].facts if one != "coverage")


def facts_of_sources() -> Mapping[str, frozenset[str]]:
    """Staged source -> the facts there can be of it. Raises PartError as `staging_modules`."""
    return {
        module.SOURCE: frozenset(
            {"coverage", *(fact.partition(":")[0] for stream in module.STREAMS for fact in facts_of(module, stream))}
        )
        for module in staging_modules()
    }
