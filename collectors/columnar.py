"""Records straight from the bytes of an answer to columns, without a Python object a value walked and asked.

A stream's columns say where a value stands and of what kind it is; of that follows the strict form here: a decoder that
takes records of declared fields and plain kinds only, and the casts of whole columns. Whatever it refuses (a field
nobody knows, a text where a count belongs, an instant without its zone) goes, the whole page, to `collectors.records`,
which alone names what was wrong, seals the record and counts drift. The two give the same rows.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectors.base import Page, Stream
from collectors.casts import Doubtful, is_blank
from collectors.columns import FIXED, Column

ROWS_A_PAGE = 2_000
TYPED_A_PAGE, BYTES_A_PAGE = 16_000, 8 << 20
"""So many rows go on together; so many typed records, or so many bytes of them, become rows together."""

MAX_LEARNED = 50
"""Fields nobody declared that a decoder learns to pass over; a service that sends more is read record by record."""
_UNSET = msgspec.UNSET
_UNREAD: Any = msgspec.Raw | msgspec.UnsetType
"""The type of a field that is known and left aside."""
_ANSWER = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Typed(list[Any]):
    """Records of an answer in the strict form; `plain()` gives them as JSON objects; `size`: their bytes."""

    def __init__(self, form: Form, shape: _Shape, raw: msgspec.Raw) -> None:
        super().__init__(shape.decoder.decode(raw))
        self.form, self.shape, self.size, self._raw = form, shape, len(memoryview(raw)), raw

    def plain(self) -> list[Any]:
        """The records as JSON objects."""
        found: list[Any] = json.loads(bytes(self._raw))
        return found


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
            found[self.items] = Typed(self, shape, raw[self.items])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, KeyError):
            return None
        return found

    def _shape(self) -> _Shape | None:
        stream: Any = self.stream  # mypy does not take a class for hashable
        return _shape(stream, self.learned)

    def learn(self, answer: Any) -> None:
        """Take note of fields of records that nobody declared: they are counted, and their answers taken again."""
        records = answer.get(self.items) if isinstance(answer, Mapping) else None
        met = {name for one in records if isinstance(one, dict) for name in one} if isinstance(records, list) else set()
        known = self.stream.known.union(self.learned, (path.split(".")[0] for path in self.stream.wire))
        self.learned += tuple(sorted(met - known))
        self._is_open = len(self.learned) <= MAX_LEARNED


class Rows:
    """Typed records of one or several answers, asked for by path. `lengths` tells where an answer ends."""

    def __init__(self, shape: _Shape, answers: Sequence[Sequence[Any]]) -> None:
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


Make = Callable[[Rows], Mapping[str, pa.Array]]
"""What a collector makes of typed records: columns no record holds as they stand."""


def nothing_more(_rows: Rows) -> Mapping[str, pa.Array]:
    """No columns: the records hold all."""
    return {}


@dataclass(frozen=True)
class Waiting:
    """Typed records of an answer that are to become rows, of many answers at once.

    `slowly` reads records one by one; `drift` counts fields nobody declared. `fixed` gives columns that are
    the same in all of them, `make` those that the collector makes.
    """

    records: Typed
    drift: Counter[str]
    slowly: Callable[[list[Any]], Page]
    fixed: Mapping[str, Any] = field(default_factory=dict)
    make: Make = nothing_more

    @property
    def stream(self) -> type[Stream]:
        """The stream they are of."""
        return self.records.form.stream

    @property
    def alike(self) -> tuple[object, ...]:
        """What those have in common that can become rows at once."""
        return self.stream, self.records.shape, self.make

    @property
    def count(self) -> int:
        """How many records they are."""
        return len(self.records)

    @property
    def size(self) -> int:
        """How many bytes they were."""
        return self.records.size

    def page(self) -> Page:
        """Its own page alone."""
        return Page(self.stream, _rows_of([self]))


def received(
    records: list[Any],
    slowly: Callable[[list[Any]], Page],
    drift: Counter[str],
    fixed: Mapping[str, Any],
    make: Make = nothing_more,
) -> Page | Waiting:
    """Records of an answer, typed or not, as `Waiting` or as the page that `slowly` makes of them."""
    return Waiting(records, drift, slowly, fixed, make) if isinstance(records, Typed) else slowly(records)


def gathered(pages: Iterable[Page | Waiting]) -> Iterator[Page]:
    """The pages, those of a stream together as far as memory goes: each is a row group of the lake."""
    waiting: dict[type[Stream], list[Page | Waiting]] = defaultdict(list)
    for page in pages:
        held = waiting[page.stream]
        held.append(page)
        if is_enough(held):
            yield joined(waiting.pop(page.stream))
    yield from map(joined, waiting.values())


def is_enough(pages: Iterable[Page | Waiting]) -> bool:
    """Whether these are to become one page now."""
    made = typed = size = 0
    for page in pages:
        if isinstance(page, Waiting):
            typed, size = typed + page.count, size + page.size
        else:
            made += page.count
    return typed >= TYPED_A_PAGE or size >= BYTES_A_PAGE or made >= ROWS_A_PAGE


def joined(pages: Sequence[Page | Waiting]) -> Page:
    """One page of pages of one stream, in their order."""
    tables: list[pa.Table] = []
    for _, alike in groupby(pages, lambda page: page.alike if isinstance(page, Waiting) else None):
        run = [*alike]
        waiting = [page for page in run if isinstance(page, Waiting)]
        tables += [_rows_of(waiting)] if waiting else [page.rows for page in run if isinstance(page, Page)]
    return Page(pages[0].stream, pa.concat_tables(tables), all(getattr(page, "is_whole", True) for page in pages))


def _rows_of(pages: Sequence[Waiting]) -> pa.Table:
    """The rows of answers of one form: all at once, or, where one of them is doubted, each by itself."""
    try:
        return _cast(pages)
    except (Doubtful, pa.ArrowException, OverflowError):
        is_one = len(pages) == 1
    # Out here, so that Arrow's error, which quotes values, is not chained to any.
    if not is_one:
        return pa.concat_tables(_rows_of([page]) for page in pages)
    return pages[0].slowly(pages[0].records.plain()).rows


def _cast(pages: Sequence[Waiting]) -> pa.Table:
    stream, shape = pages[0].stream, pages[0].records.shape
    rows = Rows(shape, [page.records for page in pages])
    found = {one.name: _column(one, rows.values(one.path)) for one in stream.columns if one.path in shape.kinds}
    found |= pages[0].make(rows)  # last: what it counts is counted once
    for column in stream.columns:
        if column.name not in found:
            found[column.name] = _repeated(column, [page.fixed.get(column.name) for page in pages], rows.lengths)
    for name in shape.learned:
        if sent := rows.sent(name):
            pages[0].drift[f"{stream.name}.{name}"] += sent
    return pa.table([found[name] for name in stream.schema.names], schema=stream.schema)


def _column(column: Column, values: Sequence[Any]) -> pa.Array:
    """A column of the values sent, as `Column.reader` reads each of them. Raises Doubtful."""
    assert column.kind.fast is not None
    found = column.kind.fast.cast(values)
    if pa.types.is_string(found.type) and not column.key:
        found = pc.if_else(is_blank(found), None, found)
    if column.required and (found.null_count or (column.key and pc.any(is_blank(found)).as_py())):
        raise Doubtful
    return found


def _repeated(column: Column, values: Sequence[Any], lengths: Sequence[int]) -> pa.Array:
    """A column that is the same in all records of an answer."""
    if all(value == values[0] for value in values):
        return pa.repeat(pa.scalar(values[0], column.kind.type), sum(lengths))
    return pa.array(values, column.kind.type).take(pa.array(np.repeat(np.arange(len(lengths)), lengths)))


@dataclass(frozen=True)
class _Shape:
    """What records of a form are decoded by.

    `names` maps a path to the attribute that holds it in its object, `kinds` those of values to their types.
    """

    decoder: msgspec.json.Decoder[Any]
    names: Mapping[str, str]
    kinds: Mapping[str, Any]
    learned: tuple[str, ...]


@lru_cache(maxsize=256)
def _shape(stream: type[Stream], learned: tuple[str, ...]) -> _Shape | None:
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
    return _Shape(msgspec.json.Decoder(list[_struct(tree, "", names)]), names, kinds, learned)  # type: ignore[misc]


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
