"""What is expected of a source's fact: one YAML suite a fact, one a source and fact, and the town's own on top.

A suite says three kinds of things. `rows`: checks of single rows, as expectations of Great Expectations or as a
condition that names failing rows. `measures`: what a month of one space amounts to, compared with its own past and
with what is stored of the same month. `bounds`: what two measures of one month must be to each other. A later suite
changes a rule of an earlier one by its name, a setting at a time, or adds one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, ClassVar, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from warehouse.facts import FACTS
from warehouse.names import no_such, shown

FOLDER = Path(__file__).parent / "suites"
PARTS = ("columns", "rows", "measures", "bounds")

PUBLISHED = "indicator_value"
"""The suite of what is published: of all indicators, or of one: INDICATOR.indicator_value. Measures are units."""
FALL = 0.2
"""A stored month that loses more than this share of its rows, or of which more are doubted, is not believed."""

Then = Literal["aside", "hold", "doubt"]
"""What becomes of what breaks a rule: the row is put aside, the month is not taken, or it passes and is doubted."""


class SuiteProblem(Exception):
    """A suite that cannot be used; the message names the file or section, the rule and the remedy."""


class _Strict(BaseModel):
    # Strict: "no" is neither true nor false, and a number without end would be a rule that cannot fail.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class RowRule(_Strict):
    """A check of rows: an expectation with its arguments, or the condition under which a row is wrong."""

    expect: str = Field(default="", description="Class of Great Expectations, ExpectColumnValuesToBeBetween")
    arguments: dict[str, Any] = Field(default={}, description="Its arguments, `mostly` and `row_condition` among them")
    where: str = Field(default="", description="SQL over a row; rows it holds for are wrong")
    column: str = Field(default="", description="The column to name, where `arguments` name none")
    code: str = Field(default="rule_broken", description="Code of the sentence that tells it")
    then: Literal["aside", "doubt"] = "doubt"
    off: bool = False

    @model_validator(mode="after")
    def _one_kind(self) -> RowRule:
        if bool(self.expect) == bool(self.where):
            raise ValueError("say either `expect` or `where`")
        return self


class Measure(_Strict):
    """What a month of one space amounts to, and how far from its own past it may be before it is doubted."""

    of: str = Field(description="SQL aggregate over the month's rows of one space")
    kind: Literal["count", "level", "hour"] = Field(
        default="count", description="count: compared by factor; level: by difference; hour: around the clock"
    )
    worse: Literal["both", "up", "down"] = "both"
    factor: float | None = Field(
        default=None, gt=1, description="Times more or less than usual that is still believed; none: not compared"
    )
    floor: float = Field(default=0, ge=0, description="A difference up to this is never doubted")
    fall: float | None = Field(
        default=0.2, ge=0, le=1, description="Part of a stored month that may go before it is held; none: any"
    )
    rise: float = Field(default=3, gt=1, description="Times a stored amount that are believed of the same month")
    gain: float | None = Field(
        default=None, ge=0, description="What a published month may gain whatever its size; none: the floor"
    )
    in_progress: Literal["adds", "stays", "varies"] = Field(
        default="adds",
        description="What a count does while its month goes on: one stored before the month was whole may by then be "
        "more, has to be near what it was, or may be anything, as levels and hours",
    )
    past: bool = Field(default=True, description="Whether it is compared with earlier months")
    off: bool = False

    @property
    def goes(self) -> str:
        """What it does while its month goes on."""
        return self.in_progress if self.kind == "count" else "varies"


class Bound(_Strict):
    """`less` may not be above `more`: SQL over the measures of one space and month, another fact's as FACT.MEASURE."""

    less: str
    more: str
    then: Literal["hold", "doubt"] = "doubt"
    off: bool = False


class Suite(_Strict):
    """All that is expected of one source's fact."""

    by: str = Field(default="space", description="SQL that names what has a past of its own, a space or a metric")
    fresh_days: int | None = Field(default=None, gt=0, description="Days without anything new that are noticed")
    falls_are_said: bool = Field(
        default=False, description="Whether a month holds less only because somebody said so: then it may"
    )
    columns: dict[str, str] = Field(default={}, description="SQL of columns the measures need beside the fact's own")
    rows: dict[str, RowRule] = {}
    measures: dict[str, Measure] = {}
    bounds: dict[str, Bound] = {}
    _said: Mapping[str, str] = PrivateAttr(default={})

    def place(self, rule: str) -> str:
        """The file or section in which the town says a rule, PART.RULE; '' of one that is Kehila's alone."""
        return self._said.get(rule, "")

    def space_of(self, thing: str) -> str:
        """The space of what has a past of its own: its name up to a colon; '' where that is of no space."""
        return thing.partition(":")[0] if self.by.startswith("space") else ""

    def rise_of(self, measure: str) -> float:
        """Times a stored amount that are believed of the same month."""
        return self.measures[measure].rise if measure in self.measures else Measure(of="").rise

    @property
    def digest(self) -> str:
        """Of what its measures are; with another one they are taken anew."""
        said = self.by, sorted(self.columns.items()), sorted((name, one.of) for name, one in self.measures.items())
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


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
        raise SuiteProblem(f"{place}: {where}: {_sentence(first['type'], first['msg'])}") from None
    suite._said = said_in
    on = {part: {rule: one for rule, one in getattr(suite, part).items() if not one.off} for part in PARTS[1:]}
    return suite.model_copy(update=on)


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
