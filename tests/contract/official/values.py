"""Values a schema allows, drawn by a seed: what may come, beside what the samples say did come.

Fields in any order, unknown ones among them, optional ones absent, every value of an enumeration, null
where the schema says so, texts empty, long and in Hebrew, counts at their ends.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.contract.official.specification import Schema, Specification

STRANGER = "added_by_the_service"
"""The unknown field that some records have."""
DEEPEST = 7
TEXTS = ("", "a", "שלום עולם", "x" * 300, "0", "🙂", "null", "a/b//c", "=1+1", "\u202emirror", "line\nline")


@dataclass
class Walker:
    """Draws values. `since` and `until` bound its instants; `given` are fields whose value is not drawn."""

    specification: Specification
    seed: int
    since: datetime
    until: datetime
    given: Mapping[str, Any] = field(default_factory=dict)
    strangers: int = 0  # records with the unknown field drawn so far

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        # A third of the seeds gives all fields, a third those that must be there only, a third any.
        self.share = (1.0, 0.0, 0.6)[self.seed % 3]

    def value(self, schema: Any, depth: int = 0) -> Any:
        """A value of a schema; an example of the file now and then."""
        schema = self.specification.resolved(schema)
        if not isinstance(schema, Mapping) or not schema:
            return self.chance.choice([None, "a", 1, {}, []])
        kinds = schema.get("type")
        is_nullable = schema.get("nullable") is True or (isinstance(kinds, list) and "null" in kinds)
        if is_nullable and self.chance.random() < 0.3:
            return None
        if isinstance(kinds, list):
            kinds = next((kind for kind in kinds if kind != "null"), "string")
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self.chance.choice(schema["enum"])
        for choice in ("oneOf", "anyOf"):
            if schema.get(choice) and not schema.get("properties"):
                return self.value(self.chance.choice(schema[choice]), depth)
        if kinds == "object" or "properties" in schema or "allOf" in schema:
            return self.record(schema, depth)
        if kinds == "array" or "items" in schema:
            least = int(schema.get("minItems", 0))
            most = min(int(schema.get("maxItems", 4)), 4) if depth < DEEPEST else least
            return [self.value(schema.get("items", {}), depth + 1) for _ in range(self.chance.randint(least, most))]
        return self._plain(str(kinds), schema)

    def record(self, schema: Any, depth: int = 0) -> dict[str, Any]:
        """An object: required fields, some of the others, in any order, at times with one nobody knows."""
        fields, required = self.specification.fields(schema), self._required(schema)
        if not depth:  # an answer without its list is no answer: that is refused, and tested by itself
            required |= {name for name, one in fields.items() if self._is_envelope(name, one)}
        names = [name for name in fields if name in required or self.chance.random() < self.share]
        if depth >= DEEPEST:
            names = [name for name in names if name in required]
        self.chance.shuffle(names)
        found = {
            name: self._given(name) if name in self.given else self.value(fields[name], depth + 1) for name in names
        }
        if self.chance.random() < 0.25:
            found[STRANGER] = "x"
            self.strangers += 1
        return found

    def _is_envelope(self, name: str, schema: Any) -> bool:
        return name in ("total_items", "count") or "items" in self.specification.resolved(schema)

    def _given(self, name: str) -> Any:
        value = self.given[name]
        return value(self) if callable(value) else value

    def _required(self, schema: Any) -> set[str]:
        schema = self.specification.resolved(schema)
        named = schema.get("required")
        found = set(named) if isinstance(named, list) else set()
        for part in schema.get("allOf", ()):
            found |= self._required(part)
        return found

    def instant(self) -> str:
        """An instant in the bounds, in one of the spellings ISO 8601 has."""
        at = self.since + timedelta(seconds=self.chance.randint(0, int((self.until - self.since).total_seconds()) - 1))
        spelled = [at.strftime("%Y-%m-%dT%H:%M:%SZ"), at.isoformat(), at.strftime("%Y-%m-%dT%H:%M:%S.000Z")]
        return self.chance.choice(spelled)

    def _plain(self, kind: str, schema: Schema) -> Any:
        if kind == "integer":
            least, most = int(schema.get("minimum", 0)), int(schema.get("maximum", 10**6))
            largest = 2**53 if schema.get("format") == "int64" and "maximum" not in schema else most
            return self.chance.choice([least, max(least, min(1, most)), self.chance.randint(least, most), largest])
        if kind == "number":
            return self.chance.choice([0, 0.0, 0.5, 100, 33.333])
        if kind == "boolean":
            return self.chance.random() < 0.5
        form = schema.get("format")
        if form in ("date-time", "google-datetime"):
            return self.instant()
        if form in ("int32", "int64"):  # Google writes large integers as texts
            return str(self.chance.choice([0, 1, 2**31 - 1]))
        if form == "date":
            return self.instant()[:10]
        if form in ("uri", "url"):
            return self.chance.choice(["https://town.example/a", "https://town.example/a?x=1", ""])
        if form == "email":
            return self.chance.choice(["somebody@home.example", ""])
        example = schema.get("example")
        if isinstance(example, str) and self.chance.random() < 0.5:
            return example
        least = int(schema.get("minLength", 0))
        return self.chance.choice([text for text in TEXTS if len(text) >= least])


def beginning(year: int = 2026, month: int = 3) -> datetime:
    """An instant to draw around."""
    return datetime(year, month, 1, tzinfo=UTC)
