"""Records straight from the bytes of an answer to columns, without a Python object a value walked and asked.

A stream's columns say where a value stands and of what kind it is; of that follows the strict form here: a decoder that
takes records of declared fields and plain kinds only, and the casts of whole columns. Whatever it refuses (a field
nobody knows, a text where a count belongs, an instant without its zone) goes, the whole page, to `collectors.records`,
which alone names what was wrong, seals the record and counts drift. The two give the same rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec

from collectors.base import Stream
from collectors.columns import FIXED

MAX_LEARNED = 50
"""Fields nobody declared that a decoder learns to pass over; a service that sends more is read record by record."""
_UNSET = msgspec.UNSET
_UNREAD: Any = msgspec.Raw | msgspec.UnsetType
"""The type of a field that is known and left aside."""
_ANSWER = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Typed(list[Any]):
    """Records of one shape, as the strict form decoded them from `raw`, their bytes in one or several answers."""

    def __init__(self, shape: Shape, records: Iterable[Any], raw: Sequence[msgspec.Raw]) -> None:
        super().__init__(records)
        self.shape, self.raw = shape, raw


def plain(records: list[Any]) -> list[Any]:
    """Records as JSON objects, which typed ones are decoded again to be."""
    return [one for raw in records.raw for one in json.loads(bytes(raw))] if isinstance(records, Typed) else records


def together(answers: Sequence[list[Any]]) -> list[Any]:
    """The records of several answers, typed where those of all of them are."""
    typed = [one for one in answers if isinstance(one, Typed)]
    if typed and len(typed) == len(answers) and all(one.shape is typed[0].shape for one in typed):
        raw = [each for one in typed for each in one.raw]
        return Typed(typed[0].shape, (record for one in typed for record in one), raw)
    return [record for one in answers for record in plain(one)]


def values_of(records: list[Any], name: str) -> list[Any]:
    """The value of each record's field, as far as they are objects; None where there is none."""
    if isinstance(records, Typed):
        return Rows(records.shape, [records]).values(name)
    return [one.get(name) for one in records if isinstance(one, Mapping)]


class Form:
    """The strict form of a stream's records, within one pull: what fields it has learned is of that pull.

    `items` names the list of records in an answer. A stream of which a column has no fast form has none: its answers
    are never taken.
    """

    def __init__(self, stream: type[Stream], items: str) -> None:
        self.stream, self.items = stream, items
        self.learned: tuple[str, ...] = ()
        self._is_open = True

    def read(self, body: bytes) -> dict[str, Any] | None:
        """The answer, its list of records as `Typed`; None where it is not plainly what it should be.

        What every text must be made fit for (a NUL, half of a letter) is not taken, nor what is no UTF-8.
        """
        if not self._is_open or (shape := self._shape()) is None or b"\\u0000" in body:
            return None
        try:
            if not body.isascii():
                body.decode()
            raw = _ANSWER.decode(body)
            found = {name: msgspec.json.decode(one) for name, one in raw.items() if name != self.items}
            found[self.items] = Typed(shape, shape.decoder.decode(raw[self.items]), [raw[self.items]])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, KeyError):
            return None
        return found

    def _shape(self) -> Shape | None:
        stream: Any = self.stream  # mypy does not take a class for hashable
        return shape_of(stream, self.learned)

    def learn(self, answer: Any) -> None:
        """Take note of fields of records that nobody declared: they are counted, and their answers taken again."""
        records = answer.get(self.items) if isinstance(answer, Mapping) else None
        met = {name for one in records if isinstance(one, dict) for name in one} if isinstance(records, list) else set()
        known = self.stream.known.union(self.learned, (path.split(".")[0] for path in self.stream.wire))
        self.learned += tuple(sorted(met - known))
        self._is_open = len(self.learned) <= MAX_LEARNED


class Rows:
    """Typed records of one or several answers, asked for by path. `lengths` tells where an answer ends."""

    def __init__(self, shape: Shape, answers: Sequence[Sequence[Any]]) -> None:
        self._shape, self.lengths = shape, [len(one) for one in answers]
        self._records = [record for one in answers for record in one]
        self._found: dict[str, list[Any]] = {}

    def __len__(self) -> int:
        return len(self._records)

    def values(self, path: str) -> list[Any]:
        """The value of each record at a dotted path, None where there is none."""
        if path not in self._found:
            above, _, _ = path.rpartition(".")
            name = self._shape.names[path]
            self._found[path] = (
                [None if one is None else getattr(one, name) for one in self.values(above)]
                if above
                else list(map(attrgetter(name), self._records))
            )
        return self._found[path]

    def sent(self, name: str) -> int:
        """How many of the records have a field that was learned."""
        return sum(one is not _UNSET for one in self.values(name))


@dataclass(frozen=True)
class Shape:
    """What records of a form are decoded by.

    `names` maps a path to the attribute that holds it in its object, `kinds` those of values to their types.
    """

    stream: type[Stream]
    decoder: msgspec.json.Decoder[Any]
    names: Mapping[str, str]
    kinds: Mapping[str, Any]
    learned: tuple[str, ...]


@lru_cache(maxsize=256)
def shape_of(stream: type[Stream], learned: tuple[str, ...]) -> Shape | None:
    """What a stream's records are decoded by; None where a kind it holds can only be read value by value.

    What the collector makes itself is not among them: at paths that begin with "_" or that `made` names, and below a
    value that `wire` names.
    """
    kinds: dict[str, Any] = dict(stream.wire)
    for column in stream.columns:
        is_made = column.path in stream.made or column.path.startswith(("_", *(f"{path}." for path in stream.wire)))
        if column.path != FIXED and not is_made:
            if column.kind.fast is None:
                return None
            kinds.setdefault(column.path, column.kind.fast.wire)
    tree: dict[str, Any] = dict.fromkeys((*stream.ignored, *learned), _UNREAD)
    for path, kind in kinds.items():
        *above, last = path.split(".")
        place = tree
        for step in above:
            place = place.setdefault(step, {})
        place[last] = kind
    names: dict[str, str] = {}
    return Shape(stream, msgspec.json.Decoder(list[_struct(tree, "", names)]), names, kinds, learned)  # type: ignore[misc]


def _struct(tree: Mapping[str, Any], above: str, names: dict[str, str]) -> type[msgspec.Struct]:
    """A struct of the fields of one object. Below the top, where drift is not looked for, others may be there."""
    fields: list[Any] = []
    spelled: dict[str, str] = {}
    for number, (name, inside) in enumerate(tree.items()):
        attribute = names[above + name] = f"f{number}"
        spelled[attribute] = name
        kind = _struct(inside, f"{above}{name}.", names) | None if isinstance(inside, dict) else inside
        fields.append((attribute, kind, _UNSET if inside is _UNREAD else None))
    return msgspec.defstruct("Record", fields, gc=False, rename=spelled, forbid_unknown_fields=not above)
