"""What may stand in `kehila.toml`, by the classes that read it: for the pages, and for whoever wrote otherwise."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from collectors.settings import FormatSettings, SourceSettings, source_settings
from warehouse.names import nearest, shown

PAGE = "docs/configuration.md"
BY_KIND: dict[Any, tuple[str, Any]] = {
    str: ("text", "..."),
    int: ("whole number", 1),
    float: ("number", 1),
    bool: ("true or false", True),
    date: ("day", date(2026, 12, 31)),
    datetime: ("day or instant", date(2026, 12, 31)),
}
"""A kind of value -> its name, and one."""


ANY = "*"
"""A step that is a name of the town's own, or the number of one of several sections."""


@dataclass(frozen=True)
class Heading:
    """A section: the steps that lead to it, and the class that reads it."""

    steps: tuple[str, ...]
    kind: type[BaseModel]
    is_repeated: bool = False
    """Whether it is one of several, or stands in one: its second step is a number."""

    @property
    def title(self) -> str:
        """As it is written: `[[authority]]`, `[authority.calendar]`, `[push.NAME]`."""
        steps = [one.replace(ANY, "NAME") for one in self.steps if not (self.is_repeated and one == ANY)]
        return f"[[{steps[0]}]]" if self.is_repeated and len(steps) == 1 else f"[{'.'.join(steps)}]"

    @property
    def name(self) -> str:
        """Its steps without names of the town's own: `authority.calendar`, `push`."""
        return ".".join(one for one in self.steps if one != ANY)

    @property
    def page(self) -> str:
        """Where its keys are described."""
        if issubclass(self.kind, SourceSettings):
            return f"docs/sources.md#{self.kind.source}"
        page = "docs/sources.md" if issubclass(self.kind, FormatSettings) else PAGE
        return f"{page}#{self.name.replace('.', '')}"  # as headings are linked to

    def leads_to(self, location: Sequence[str]) -> bool:
        """Whether a key of this place stands in it."""
        return len(location) >= len(self.steps) and all(
            step in (ANY, one) for step, one in zip(self.steps, location, strict=False)
        )

    def of(self, location: Sequence[str]) -> str:
        """The section of a place, as somebody wrote it."""
        steps = list(location[: len(self.steps)])
        number = int(steps.pop(1)) if self.is_repeated else 0
        return f"[{'.'.join(map(shown, steps))}]" + (f" number {number + 1}" if number else "")


def headings(whole: type[BaseModel]) -> Iterator[Heading]:
    """Every section there can be, one that stands in another after it."""
    for name, field in whole.model_fields.items():
        origin, found = get_origin(field.annotation), list(models_in(field.annotation))
        for model in found[:1]:
            if issubclass(model, SourceSettings):
                yield from (Heading((name, source, ANY), kind) for source, kind in source_settings().items())
                continue
            steps = (name, ANY) if origin in (list, dict) else (name,)
            yield Heading(steps, model, origin is list)
            for inner, part in model.model_fields.items():
                deeper = (*steps, inner, ANY) if get_origin(part.annotation) is dict else (*steps, inner)
                yield from (Heading(deeper, kind, origin is list) for kind in models_in(part.annotation))


def models_in(kind: Any) -> Iterator[type[BaseModel]]:
    """The classes of sections a key's kind speaks of."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for part in get_args(kind):
        yield from models_in(part)


def kind_in_words(kind: object) -> str:
    """The kind of value a key takes."""
    parts, origin = get_args(kind), get_origin(kind)
    if origin is Annotated:
        return kind_in_words(parts[0])
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in parts)
    if origin in (Union, UnionType):
        return " or ".join(kind_in_words(one) for one in parts if one is not type(None))
    if origin is dict:
        return f"table of {kind_in_words(parts[1])}"
    if origin in (tuple, list):
        return f"list of {kind_in_words(parts[0])}"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return "section"
    return BY_KIND.get(kind, BY_KIND[str])[0]


def example(name: str, field: FieldInfo) -> str:
    """A line with a value the key takes: its own example, else what it is when left out, else any of its kind."""
    if field.examples:
        return f"{name} = {in_toml(field.examples[0])}"
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    return f"{name} = {in_toml(_any_of(field.annotation) if default in (None, '', (), [], {}) else default)}"


def _any_of(kind: Any) -> Any:
    parts, origin = get_args(kind), get_origin(kind)
    if origin is Literal:
        return parts[0]
    if origin in (Annotated, Union, UnionType):
        return _any_of(parts[0])
    if origin is dict:
        return {"...": _any_of(parts[1])}
    if origin in (tuple, list):
        return [_any_of(parts[0])]
    return BY_KIND.get(kind, BY_KIND[str])[1]


def left_out(field: FieldInfo) -> str:
    """What a key is when it is left out, as Markdown; `needed`, or nothing where that is empty."""
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    is_shown = default not in (None, "", (), [], {}) and not isinstance(default, BaseModel)
    return "needed" if field.is_required() else f"`{in_toml(default)}`" if is_shown else ""


def in_toml(value: Any) -> str:
    """A value as TOML has it, on one line."""
    if isinstance(value, dict):
        pairs = ", ".join(f"{json.dumps(key, ensure_ascii=False)} = {in_toml(one)}" for key, one in value.items())
        return f"{{ {pairs} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(in_toml, value))}]"
    return str(value) if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True)
class Wrong:
    """What is wrong with one key: a code of `texts/configuration.yaml` with its arguments, and what leads there.

    `place` is its section and name, `about` what the key is, in English, `example` a line of its kind, `see` the page.
    """

    code: str
    place: str
    arguments: Mapping[str, str] = dataclasses.field(default_factory=dict)
    about: str = ""
    example: str = ""
    see: str = ""

    def __str__(self) -> str:
        said = ENGLISH[self.code].format(**self.arguments)
        about = f" ({self.about})" if self.about else ""
        example = f"; for example `{self.example}`" if self.example else ""
        see = f"{'' if said.endswith('?') else ';'} see {self.see}" if self.see else ""
        return f"{self.place}: {said}{about}{example}{see}"


def wrong(error: ErrorDetails, whole: type[BaseModel]) -> Wrong:
    """What is wrong with one key: where it stands, what is expected or the nearest that is known, an example, the page.

    The value that was written is not in it: it may be a secret.
    """
    location = [str(step) for step in error["loc"]]
    found = [one for one in headings(whole) if one.leads_to(location)]
    heading = max(found, key=lambda one: len(one.steps), default=None)
    kind, keys = (heading.kind, location[len(heading.steps) :]) if heading else (whole, location)
    place = f"{heading.of(location) if heading else ''} {'.'.join(map(shown, keys))}".strip()
    see = heading.page if heading else PAGE
    if error["type"] == "extra_forbidden":
        if not heading and location[0] == "source":
            at = f"[{'.'.join(map(shown, location))}]"
            return _no_such_source(at, location[1])
        known = _known(kind, keys)
        near = nearest(keys[-1], known)
        if near:
            return Wrong("no_such_setting", place, {"near": near}, see=see)
        return Wrong("none_such_setting", place, {"known": ", ".join(known)}, see=see)
    key = kind.model_fields.get(keys[0]) if heading and keys else None
    code, arguments = _said(error)
    if key is not None:
        return Wrong(code, place, arguments, key.description or "", example(keys[0], key), see)
    titles = [
        one.title for one in headings(whole) if all(a in (ANY, b) for a, b in zip(one.steps, location, strict=False))
    ]
    if error["type"] in ("missing", "model_type", "dict_type", "list_type") and titles:
        return Wrong("section", place, {"title": titles[0]}, see=see)
    return Wrong(code, place, arguments, see=see)


def _no_such_source(place: str, name: str) -> Wrong:
    """A section of a service that nobody knows."""
    there_are = sorted(source_settings())
    arguments = {"name": shown(name), "known": ", ".join(there_are) or "-"}
    if near := nearest(name, there_are):
        return Wrong("no_such_source_near", place, {**arguments, "near": near})
    return Wrong("no_such_source", place, arguments)


ENGLISH = {
    "no_such_source": "there is no source {name}; known: {known}",
    "no_such_source_near": "there is no source {name}; did you mean {near}? known: {known}",
    "no_such_setting": "no such setting; did you mean {near}?",
    "none_such_setting": "no such setting; known: {known}", "missing": "it is missing", "empty": "it may not be empty",
    "one_of": "it has to be {expected}", "kind": "it has to be {what}", "own": "{said}",
    "section": "it has to be a section, `{title}` with its settings below it",
}  # fmt: skip
"""What is said where no texts are: in logs. A test holds it against `texts/configuration.yaml`."""


def _known(kind: type[BaseModel], keys: Sequence[str]) -> list[str]:
    """What may stand where the last of `keys` does."""
    if issubclass(kind, SourceSettings) and len(keys) > 1:
        return kind.known_secrets()
    return list(kind.model_fields)


KINDS_IN_WORDS = {
    "string": "text, in quotes", "int": "a whole number, without quotes", "float": "a number, without quotes",
    "bool": "true or false, without quotes", "list": "a list, [...]", "tuple": "a list, [...]",
    "dict": "a table, { ... = ... }", "model": "a table, { ... = ... }", "date": "a day, without quotes",
    "datetime": "a day or instant, without quotes", "finite": "a number that ends",
}  # fmt: skip
"""What an error's code begins with -> what is expected."""


def _said(error: ErrorDetails) -> tuple[str, dict[str, str]]:
    """The code of what is wrong with a value, and its arguments."""
    kind, words = error["type"], error["msg"].removeprefix("Value error, ")
    if kind == "missing":
        return "missing", {}
    if kind == "literal_error":
        return "one_of", {"expected": str(error["ctx"]["expected"])}
    expected, _, what = kind.partition("_")
    if expected in KINDS_IN_WORDS and what in ("type", "parsing", "from_float", "from_date_parsing", "number"):
        return "kind", {"kind": expected, "what": KINDS_IN_WORDS[expected]}
    if kind == "string_too_short":
        return "empty", {}
    words = words.replace("Input should", "it has to").replace("Value should", "it has to")
    return "own", {"said": f"{words[0].lower()}{words[1:]}"}
