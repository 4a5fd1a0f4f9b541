"""What records of a service are made of: paths, kinds of value and how often they came. Never a value.

It is held against what the columns of a stream declare, so that a first account with real data proves or corrects what
we know of a service.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from collectors.base import Stream
from collectors.kinds import Reader, WrongValue

SAMPLES: Mapping[str, Any] = {
    "null": None, "empty text": "", "boolean": True, "whole number": 7, "number": 7.5, "digits": "7", "text": "a b",
    "day": "2026-03-01", "instant": "2026-03-01T02:00:00+02:00", "object": {}, "list": [],
}  # fmt: skip
"""A value of each kind that is told apart."""
SAYS_NOTHING = ("null", "empty text")
MAX_KEYS, MAX_DEPTH, MAX_ITEMS = 60, 6, 20
"""An object of more keys is a table whose keys are data; what lies deeper, or further down a list, is not looked at."""
STAND_INS = Path(__file__).parent / "stand_ins.yaml"
_ALIKE = {"whole number": {"number"}, "digits": {"text"}, "day": {"text"}}
"""A kind that is no news where the other one is known."""
_NAME = re.compile(r"[a-z_][A-Za-z0-9_]{0,39}")
"""What can be the name of a field. Anything else may be somebody's."""


def kind_of(value: Any) -> str:
    """The kind of a value, one of SAMPLES: `"7"` is digits, `"2026-03-01"` a day."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number" if isinstance(value, float) and not value.is_integer() else "whole number"
    if isinstance(value, Mapping):
        return "object"
    if not isinstance(value, str):
        return "list"
    if not value.strip():
        return "empty text"
    if value.isascii() and value.isdigit():
        return "digits"
    with suppress(ValueError):
        date.fromisoformat(value)
        return "day"
    with suppress(ValueError):
        datetime.fromisoformat(value)
        return "instant"
    return "text"


@dataclass
class StreamShape:
    """How many records of a stream were seen, and at each path how often which kind of value."""

    known: set[str] = field(default_factory=set)  # fields that are read or left aside
    records: int = 0
    paths: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def see(self, record: Any, known: Collection[str]) -> None:
        """Take in a record, of which the fields `known` are read or left aside."""
        self.known.update(known)
        self.records += 1
        if isinstance(record, Mapping):
            self._walk(record, "", known, 0)

    def _walk(self, value: Any, path: str, known: Collection[str], depth: int) -> None:
        if isinstance(value, Mapping):
            is_table = len(value) > MAX_KEYS
            for key, one in value.items():
                if depth == 0 and str(key).startswith("_"):  # made by our collector
                    continue
                name = str(key) if depth == 0 and key in known else self._name(str(key), is_table=is_table)
                self._at(one, f"{path}.{name}" if path else name, known, depth)
        elif isinstance(value, (list, tuple)):
            for one in value[:MAX_ITEMS]:
                self._at(one, f"{path}[]", known, depth)

    def _at(self, value: Any, path: str, known: Collection[str], depth: int) -> None:
        self.paths[path][kind_of(value)] += 1
        if depth < MAX_DEPTH:
            self._walk(value, path, known, depth + 1)

    @staticmethod
    def _name(key: str, *, is_table: bool) -> str:
        return key if not is_table and _NAME.fullmatch(key) else "*"

    def as_json(self) -> dict[str, Any]:
        """Records, and path -> kind -> how often."""
        return {"records": self.records, "paths": {path: dict(kinds) for path, kinds in sorted(self.paths.items())}}


@dataclass
class Shapes:
    """The shapes of the streams whose records were seen, by the stream's name."""

    streams: dict[str, tuple[type[Stream], StreamShape]] = field(default_factory=dict)

    def see(self, stream: type[Stream], record: Any, known: Collection[str]) -> None:
        """Take in a record of a stream, of which the fields `known` are read or left aside."""
        _, shape = self.streams.setdefault(stream.name, (stream, StreamShape()))
        shape.see(record, known)


@dataclass(frozen=True)
class Difference:
    """Where a stream's records are not as its columns say, or not as our stand-in sends them. `kinds` came there: for
    `wrong_kind` those nobody reads, for `unlike_stand_in` those that it does not send."""

    kind: Literal["never_came", "wrong_kind", "unlike_stand_in", "unknown"]
    path: str
    kinds: tuple[str, ...] = ()


def read_by(reader: Reader) -> frozenset[str]:
    """The kinds of value a column's reader takes."""
    taken = set()
    for kind, sample in SAMPLES.items():
        with suppress(WrongValue):
            reader(sample)
            taken.add(kind)
    return frozenset(taken)


@cache
def stand_ins() -> dict[str, dict[str, list[str]]]:
    """Stream -> path -> kinds that our stand-in sends there, of the streams whose records are JSON."""
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(STAND_INS.read_text(encoding="utf-8")) or {}
    return found


def _news(came: Collection[str], sent: Collection[str]) -> tuple[str, ...]:
    """The kinds that came and that the stand-in does not send; none where it sends nothing there."""
    told = [kind for kind in came if kind not in SAYS_NOTHING and kind not in sent]
    return tuple(sorted(kind for kind in told if sent and not _ALIKE.get(kind, set()) & set(sent)))


def differences(stream: type[Stream], shape: StreamShape) -> Iterator[Difference]:
    """Declared fields that never came or came as another kind, what our stand-in sends otherwise, and fields nobody
    declared; by path.
    """
    declared = {path: reader for path, reader in stream.fields.values() if not path.startswith("_")}
    for path, reader in sorted(declared.items()):
        came = shape.paths.get(path, Counter())
        told = {kind for kind in came if kind not in SAYS_NOTHING}
        if not came and shape.records:
            yield Difference("never_came", path)
        elif wrong := told - read_by(reader):
            yield Difference("wrong_kind", path, tuple(sorted(wrong)))
        elif news := _news(came, stand_ins().get(stream.name, {}).get(path, ())):
            yield Difference("unlike_stand_in", path, news)
    sent = stand_ins().get(stream.name, {})
    for path in sorted(shape.paths):
        if path not in declared and (news := _news(shape.paths[path], sent.get(path, ()))):
            yield Difference("unlike_stand_in", path, news)
        if "." not in path and "[" not in path and path not in shape.known:
            yield Difference("unknown", path, tuple(sorted(shape.paths[path])))
