"""Landed rows in, rows of facts out: what all staging modules do with tables, whatever they hold.

A row is a dict of plain values. Nothing here depends on the order of a table's rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms.staging.town import Town
from warehouse.schemas import arrow_schema, fact_table

Row = dict[str, Any]

INSTANTS = {"message": "sent_at", "request": "opened_at"}
"""Facts that bear a local hour -> the instant it is of."""
_UTC = pa.timestamp("us", tz="UTC")


def landed_rows(landed: Mapping[str, pa.Table], stream: str) -> list[Row]:
    """All landed rows of a stream, in no order that means anything; none when nothing landed."""
    table = landed.get(stream)
    return [] if table is None else table.to_pylist()


def latest(
    landed: Mapping[str, pa.Table], stream: str, key: Sequence[str], by: Sequence[str] = ("landed_order", "segment")
) -> list[Row]:
    """The last reading of each key, in the order of the keys (null first).

    `by` names the columns that say which reading is the later one. Of readings it cannot tell apart the one that
    comes last as text stands, so that the outcome never rests on the order of the table.
    """
    table = landed.get(stream)
    if table is None or not table.num_rows:
        return []
    ranks = np.stack([_ranks(table[name]) for name in (*key, *by)])
    order = np.lexsort(ranks[::-1])
    ranks = ranks[:, order]
    is_last = np.append((ranks[: len(key), 1:] != ranks[: len(key), :-1]).any(axis=0), True)
    ends = np.flatnonzero(is_last)
    # For each row the place of the last one of its key: as late as that one are it and its equals.
    last = ends[np.cumsum(is_last) - is_last]
    as_late = (ranks == ranks[:, last]).all(axis=0)
    found: dict[tuple[Any, ...], Row] = {}
    for row in table.take(pa.array(order[as_late])).to_pylist():
        place = tuple(row[name] for name in key)
        if place not in found or _as_text(row) > _as_text(found[place]):
            found[place] = row
    return list(found.values())


def _ranks(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """The place of each value among the column's values in order; null comes first."""
    found = column.combine_chunks().dictionary_encode()
    if isinstance(found, pa.ChunkedArray):
        found = found.unify_dictionaries().combine_chunks()
    words = found.dictionary.to_pylist()
    places = {word: place for place, word in enumerate(sorted(word for word in words if word is not None))}
    ranks = np.array([places.get(word, -1) for word in words] + [-1], np.int64)
    return np.asarray(ranks[found.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)])


def _as_text(row: Row) -> str:
    return repr(sorted(row.items()))


def fact_rows(fact: str, rows: Iterable[Row], town: Town, **same: Any) -> pa.Table:
    """Rows, which all have the same columns, as a table of the fact; an empty one of the right shape from none.

    `same` holds for all of them. Columns the fact does not have are left out, absent ones take the class's default; the
    local hour is that of the row's own instant.
    """
    found = list(rows)
    if not found:
        return arrow_schema(fact).empty_table()
    columns = {name: [value] * len(found) for name, value in {"authority": town.authority, **same}.items()}
    columns |= {name: [row[name] for row in found] for name in arrow_schema(fact).names if name in found[0]}
    if fact in INSTANTS:
        columns["local_hour"] = local_hours(pa.array(columns[INSTANTS[fact]], _UTC), town)
    return fact_table(fact, columns)


def local_hours(instants: pa.Array, town: Town) -> pa.Array:
    """The hour of the town's own day, 0 to 23, of instants in UTC."""
    return pc.hour(instants.cast(pa.timestamp("us", tz=town.timezone)))
