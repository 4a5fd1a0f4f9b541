"""What is expected of a source's fact: one YAML suite a fact, one a source and fact, and the town's own on top.

A suite says three kinds of things. `rows`: checks of single rows, as expectations of Great Expectations or as a
condition that names failing rows. `measures`: what a month of one space amounts to, compared with its own past and
with what is stored of the same month. `bounds`: what two measures of one month must be to each other. A later suite
changes a rule of an earlier one by its name, a setting at a time, or adds one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, ClassVar

import yaml
from pydantic import BaseModel, ValidationError

from expectations.suite import Bound, Measure, RowRule, Suite, Swap
from warehouse.facts import FACTS
from warehouse.names import nearest, no_such, shown

FOLDER = Path(__file__).parent / "suites"
PARTS = ("columns", "rows", "measures", "bounds", "contents", "swaps")

PUBLISHED = "indicator_value"
"""The suite of what is published: of all indicators, or of one: INDICATOR.indicator_value. Measures are units."""
FALL = 0.2
"""A stored month that loses more than this share of its rows, or of which more are doubted, is not believed."""


class SuiteProblem(Exception):
    """A suite that cannot be used; the message names the file or section, the rule and the remedy."""


class Suites:
    """The suites of an installation: those in this package, a folder of the town's own, its configuration."""

    def __init__(self, folder: Path | None = None, settings: Mapping[str, Any] | None = None) -> None:
        """`settings` is the section [expectations] of the configuration: suite -> part -> rule -> what changes."""
        self._own = _read_own(folder) if folder is not None and folder.is_dir() else {}
        self._settings = {name: _nested(name, said) for name, said in (settings or {}).items()}
        for name in self._own:
            _refuse_no_fact(name, _file(name))
        self._made: dict[tuple[str, str], Suite] = {}

    def of(self, source: str, fact: str) -> Suite:
        """What is expected of a source's fact. Raises SuiteProblem for a suite that cannot be read."""
        place = source, fact
        if place not in self._made:
            names = [fact, f"{source}.{fact}"]
            parts = [
                layer[name] for layer in (_built_in(), self._own, self._settings) for name in names if name in layer
            ]
            said: dict[str, str] = {}
            for layer, where in ((self._own, _file), (self._settings, _section)):
                for name in names:
                    for part in PARTS:
                        for rule in layer.get(name, {}).get(part) or {}:
                            key = f"{part}.{rule}"
                            said[key] = f"{said[key]} and {where(name)}" if key in said else where(name)
            own = [self.place(name) for name in names if name in self.own]
            self._made[place] = _read(" and ".join(own) or f"suite {fact}", parts, said)
        return self._made[place]

    def refuse_unknown(self, facts: Mapping[str, Collection[str]], indicators: Collection[str]) -> None:
        """`facts` are those there can be of each source. Raises SuiteProblem for a suite of what there is none."""
        for name in self.own:
            source, _, fact = name.rpartition(".")
            if not source:
                continue
            known, what = (indicators, "indicator") if fact == PUBLISHED else (facts, "source")
            if source not in known:
                raise SuiteProblem(f"{self.place(name)}: {no_such(what, source, known)}")
            if fact != PUBLISHED and fact not in facts[source]:
                raise SuiteProblem(f"{self.place(name)}: {no_such(f'fact of {source}', fact, facts[source])}")

    def rules(self, source: str, fact: str) -> str:
        """Digest of all a source's fact is judged by, the measures of other facts its bounds ask for among it."""
        suite = self.of(source, fact)
        asked = "".join(f"{one.less} {one.more} " for one in suite.bounds.values())
        facts = [fact, *(other for other in sorted(FACTS) if other != fact and f"{other}." in asked)]
        said = [self.of(source, one).model_dump(exclude={"fresh_days"}) for one in facts]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]

    @property
    def own(self) -> list[str]:
        """The names of the suites the town says something of."""
        return sorted({*self._own, *self._settings})

    def place(self, name: str) -> str:
        """Where the town says it, for messages: the file, the section or both."""
        file = [_file(name)] if name in self._own else []
        return " and ".join([*file, *([_section(name)] if name in self._settings else [])])

    @property
    def digest(self) -> str:
        """Of all suites: with another one everything is judged again."""
        return hashlib.sha256(repr((_built_in(), self._own, self._settings)).encode()).hexdigest()


def _file(name: str) -> str:
    return f"expectations/{shown(name)}.yaml"


def _section(name: str) -> str:
    return f'kehila.toml [expectations."{shown(name)}"]' if "." in name else f"kehila.toml [expectations.{shown(name)}]"


@cache
def _built_in() -> dict[str, Any]:
    return _read_folder(FOLDER)


def _read_folder(folder: Path) -> dict[str, Any]:
    return {path.stem: _read_file(path) for path in sorted(folder.glob("*.yaml"))}


def _read_own(folder: Path) -> dict[str, Any]:
    """The town's own; a file that only looks like a suite would be passed over without a word."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in (".yaml", ".yml") and (path.suffix != ".yaml" or path.parent != folder):
            where = shown(str(path.relative_to(folder)))
            raise SuiteProblem(f"expectations/{where}: call it {_file(path.stem)}, or take it out of the folder")
    return _read_folder(folder)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML in which only `true` and `false` are true and false: `off`, `on` and `no` are names as any."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, how) for tag, how in known if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@lru_cache(maxsize=256)
def _parsed(text: str) -> Any:
    return yaml.load(text, _Loader)  # noqa: S506 (it is a safe one)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = _parsed(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        raise SuiteProblem(f"expectations/{path.name} is no YAML ({type(problem).__name__}); correct it") from None
    wrong = not isinstance(found, dict) or not all(isinstance(found.get(part, {}), dict | None) for part in PARTS)
    if wrong or not all(
        isinstance(one, dict | None) or part == "columns" for part in PARTS for one in (found.get(part) or {}).values()
    ):
        raise SuiteProblem(f"expectations/{path.name} has to hold {', '.join(PARTS)}, each with rules by their names")
    return found


def _refuse_no_fact(name: str, place: str) -> None:
    fact = name.rpartition(".")[2]
    if fact not in {*FACTS, PUBLISHED}:
        why = no_such("fact", fact, [*FACTS, PUBLISHED])
        raise SuiteProblem(f"{place}: {why}; a suite is called FACT or SOURCE.FACT")


def _nested(name: str, said: Any) -> Any:
    """A section of the configuration as a suite has it: a rule may be named without its part."""
    here = _section(name)
    if not isinstance(said, Mapping):
        raise SuiteProblem(f"{here} has to hold rules by their names")
    _refuse_no_fact(name, here)
    source, _, fact = name.rpartition(".")
    parts = [_built_in()[one] for one in (fact, f"{source}.{fact}") if one in _built_in()]
    at = {rule: part for layer in parts for part in PARTS for rule in layer.get(part, {})}
    found: dict[str, Any] = {}
    for key, value in said.items():
        if (key in PARTS or key in at) and not isinstance(value, Mapping):
            raise SuiteProblem(f"{here} {key}: write it as {{ setting = value }}")
        if key in Suite.model_fields:
            found[key] = {**found.get(key, {}), **value} if isinstance(value, Mapping) else value
        elif key in at:
            found.setdefault(at[key], {})[key] = value
        else:
            why = no_such("rule", key, at)
            raise SuiteProblem(f"{here} {why} (a rule of your own goes into the folder expectations/)")
    return found


def _read(name: str, layers: list[Mapping[str, Any]], said_in: Mapping[str, str]) -> Suite:
    merged: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            if key not in PARTS:
                merged[key] = value
                continue
            rules = merged.setdefault(key, {})
            for rule, said in (value or {}).items():
                rules[rule] = said if isinstance(said, str) else {**rules.get(rule, {}), **(said or {})}
    try:
        suite = Suite.model_validate(merged)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        where = ".".join(shown(str(one)) for one in first["loc"])
        place = said_in.get(".".join(str(one) for one in first["loc"][:2]), name)
        near = _nearest(first["loc"]) if first["type"] == "extra_forbidden" else ""
        sentence = f"no such setting; did you mean {near}?" if near else _sentence(first["type"], first["msg"])
        raise SuiteProblem(f"{place}: {where}: {sentence}") from None
    suite._said = said_in
    on = {part: {rule: one for rule, one in getattr(suite, part).items() if not one.off} for part in PARTS[1:]}
    return suite.model_copy(update=on)


def _nearest(location: Sequence[int | str]) -> str:
    """The setting of a rule, or of a suite, that is most like the last of these steps; '' where none is."""
    kinds: dict[str, type[BaseModel]] = {"rows": RowRule, "measures": Measure, "bounds": Bound, "swaps": Swap}
    kind = kinds.get(str(location[0]), Suite)
    return nearest(str(location[-1]), kind.model_fields)


def _sentence(kind: str, words: str) -> str:
    known = {
        "extra_forbidden": "there is no such setting; leave it out",
        "missing": "is missing; add it",
        "bool_type": "write true or false, without quotes",
        "float_type": "write a number, without quotes",
        "int_type": "write a whole number, without quotes",
        "finite_number": "has to be a number that ends; to leave the rule out say `off = true`",
    }
    return known.get(kind, f"{words.removeprefix('Value error, ')}; correct it")


def built_in() -> Iterator[str]:
    """The names of the suites in this package: FACT, or SOURCE.FACT."""
    yield from _built_in()
