"""Records that wait to become rows: typed ones of many answers at once, or, where one is doubted, read one by one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectors.base import Page, Stream
from collectors.casts import Doubtful, is_blank
from collectors.columnar import Rows, Typed, plain
from collectors.columns import Column

ROWS_A_PAGE = 2_000
TYPED_A_PAGE, BYTES_A_PAGE = 16_000, 8 << 20
"""So many rows go on together; so many typed records, or so many bytes of them, become rows together."""

Make = Callable[[Rows], Mapping[str, pa.Array]]
"""What a collector makes of typed records: columns no record holds as they stand."""


def nothing_more(_rows: Rows) -> Mapping[str, pa.Array]:
    """No columns: the records hold all."""
    return {}


@dataclass(frozen=True)
class Waiting:
    """Typed records of an answer that are to become rows, of many answers at once.

    `slowly` reads records one by one; `drift` counts fields nobody declared. `fixed` gives columns that are
    the same in all of them, `make` those that the collector makes of many at once, `beside` the values of those that
    it made of each.
    """

    records: Typed
    drift: Counter[str]
    slowly: Callable[[list[Any]], Page]
    fixed: Mapping[str, Any] = field(default_factory=dict)
    make: Make = nothing_more
    beside: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    @property
    def stream(self) -> type[Stream]:
        """The stream they are of."""
        return self.records.shape.stream

    @property
    def alike(self) -> tuple[object, ...]:
        """What those have in common that can become rows at once."""
        return self.records.shape, self.make

    @property
    def count(self) -> int:
        """How many records they are."""
        return len(self.records)

    @property
    def size(self) -> int:
        """How many bytes they were."""
        return sum(len(memoryview(one)) for one in self.records.raw)

    def page(self) -> Page:
        """Its own page alone."""
        return Page(self.stream, _rows_of([self]))


def received(
    records: list[Any],
    slowly: Callable[[list[Any]], Page],
    drift: Counter[str],
    fixed: Mapping[str, Any],
    make: Make = nothing_more,
    beside: Mapping[str, Sequence[Any]] | None = None,
) -> Page | Waiting:
    """Records of an answer, typed or not, as `Waiting` or as the page that `slowly` makes of them."""
    if not isinstance(records, Typed):
        return slowly(records)
    return Waiting(records, drift, slowly, fixed, make, beside or {})


def gathered(pages: Iterable[Page | Waiting]) -> Iterator[Page]:
    """The pages, those of a stream together as far as memory goes: each is a row group of the lake."""
    waiting: dict[type[Stream], Held] = defaultdict(Held)
    for page in pages:
        held = waiting[page.stream]
        if held.add(page):
            yield joined(waiting.pop(page.stream).pages)
    for held in waiting.values():
        yield joined(held.pages)


@dataclass
class Held:
    """Pages of a stream that are to become one: how many rows are made and typed records wait, of what size."""

    pages: list[Page | Waiting] = field(default_factory=list)
    made: int = 0
    typed: int = 0
    size: int = 0

    def add(self, page: Page | Waiting) -> bool:
        """Hold one more; whether it is time for all to become one."""
        self.pages.append(page)
        if isinstance(page, Waiting):
            self.typed, self.size = self.typed + page.count, self.size + page.size
        else:
            self.made += page.count
        return self.typed >= TYPED_A_PAGE or self.size >= BYTES_A_PAGE or self.made >= ROWS_A_PAGE


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
    return pages[0].slowly(plain(pages[0].records)).rows


def _cast(pages: Sequence[Waiting]) -> pa.Table:
    stream, shape = pages[0].stream, pages[0].records.shape
    rows = Rows(shape, [page.records for page in pages])
    beside = {name: [one for page in pages for one in page.beside[name]] for name in pages[0].beside}
    found = {
        one.name: _column(one, beside[one.name] if one.name in beside else rows.values(one.path))
        for one in stream.columns
        if one.name in beside or one.path in shape.kinds
    }
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
