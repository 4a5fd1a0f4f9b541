"""A service's own OpenAPI or Swagger file: which calls it knows, and the schema of what it answers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote

import yaml

from simulator.services.server import Call
from tests.conftest import shared

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """One method of one path. `parameters` are those of the query; `answer` is the schema of its 200, {} when none."""

    template: str
    parameters: Mapping[str, Schema]
    required: frozenset[str]
    path_parameters: Mapping[str, Schema]
    answer: Schema


@dataclass
class Specification:
    """A file. `own_parameters` are query parameters the service takes everywhere and its file does not repeat."""

    document: Mapping[str, Any]
    own_parameters: frozenset[str] = frozenset()
    _operations: dict[tuple[str, str], Operation] = field(default_factory=dict)

    @classmethod
    def of(cls, *parts: str, own_parameters: frozenset[str] = frozenset()) -> Specification:
        """The file at a place under contracts; the test is skipped when the folder is not there."""
        text = shared("contracts", *parts).read_text(encoding="utf-8")
        return cls(json.loads(text) if parts[-1].endswith("json") else yaml.safe_load(text), own_parameters)

    def resolved(self, node: Any) -> Any:
        """What a `$ref` points at; anything else is itself."""
        for _ in range(20):
            if not isinstance(node, Mapping) or "$ref" not in node:
                return node
            found: Any = self.document
            for step in str(node["$ref"]).lstrip("#/").split("/"):
                found = found[unquote(step).replace("~1", "/").replace("~0", "~")]
            node = found
        raise AssertionError("a reference that leads in a circle")

    def fields(self, schema: Any) -> dict[str, Any]:
        """The properties of an object, all parts of `allOf` laid together."""
        schema = self.resolved(schema)
        found = dict(schema.get("properties", {}))
        for part in schema.get("allOf", ()):
            found.update(self.fields(part))
        return found

    def operation(self, method: str, path: str) -> Operation | None:
        """The one a call means: of several templates that fit, the one with the most fixed steps."""
        fitting = [template for template in self.document["paths"] if _fits(template, path)]
        fitting = [one for one in fitting if method.lower() in self.document["paths"][one]]
        if not fitting:
            return None
        return self.named(method, min(fitting, key=lambda one: (one.count("{"), "WABA-ID" not in one)))

    def named(self, method: str, template: str) -> Operation:
        """The operation of a template."""
        if (method, template) not in self._operations:
            path = self.document["paths"][template]
            found = path[method.lower()]
            listed = [self.resolved(one) for one in (*path.get("parameters", ()), *found.get("parameters", ()))]
            asked = {one["name"]: one for one in listed if one["in"] == "query"}
            good = self.resolved(found["responses"].get("200") or found["responses"].get(200) or {})
            content = good.get("content", {})
            answer = content.get("application/json", {}).get("schema") if content else good.get("schema")
            self._operations[method, template] = Operation(
                template,
                {name: self._typed(one) for name, one in asked.items()},
                frozenset(name for name, one in asked.items() if one.get("required")),
                {one["name"]: self._typed(one) for one in listed if one["in"] == "path"},
                self.resolved(answer or {}),
            )
        return self._operations[method, template]

    def faults(self, call: Call, path: str) -> list[str]:
        """What a call asks that the file does not know, in words; nothing when it knows all of it."""
        operation = self.operation(call.method, path)
        if operation is None:
            return [f"no such call: {call.method} {path}"]
        where, found = operation.template, []
        for name, value in call.params.items():
            if name in self.own_parameters:
                continue
            if name not in operation.parameters:
                found.append(f"{where}: no parameter {name}")
            elif problem := _wrong(value, operation.parameters.get(name, {})):
                found.append(f"{where}: {name} is {problem}")
        found += [f"{where}: {name} is missing" for name in sorted(operation.required - set(call.params))]
        found += [f"{where}: a name that is none in the path" for step in path.split("/") if step in ("None", "")][1:]
        names = re.findall(r"\{([^}]+)\}", where)
        for name, value in zip(names, _steps(where, path), strict=True):
            if problem := _wrong(unquote(value), operation.path_parameters.get(name, {})):
                found.append(f"{where}: {name} in the path is {problem}")
        return found

    def _typed(self, parameter: Mapping[str, Any]) -> Schema:
        """Its schema; Swagger 2 writes it into the parameter itself."""
        found: Schema = self.resolved(parameter.get("schema", parameter))
        return found


def _expression(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[^}]+\\\}", "([^/]+)", re.escape(template)))


def _fits(template: str, path: str) -> bool:
    return _expression(template).fullmatch(path) is not None


def _steps(template: str, path: str) -> tuple[str, ...]:
    found = _expression(template).fullmatch(path)
    assert found is not None
    return found.groups()


def _wrong(value: str, schema: Schema) -> str | None:
    """Why a value of a query or path does not fit, or None."""
    kind, form = schema.get("type"), schema.get("format")
    if kind == "integer":
        if not re.fullmatch(r"-?\d+", value):
            return "no integer"
        if int(value) > schema.get("maximum", int(value)) or int(value) < schema.get("minimum", int(value)):
            return f"outside {schema.get('minimum')}..{schema.get('maximum')}"
    if kind == "boolean" and value not in ("true", "false"):
        return "neither true nor false"
    if "enum" in schema and value not in map(str, schema["enum"]):
        return f"none of {', '.join(map(str, schema['enum']))}"
    if kind == "string" and "pattern" in schema and not re.search(schema["pattern"], value):
        return f"not like {schema['pattern']}"
    try:
        if form == "date":
            date.fromisoformat(value)
        elif form == "date-time":
            datetime.fromisoformat(value)
    except ValueError:
        return f"no {form}"
    return None
