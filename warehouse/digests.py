"""Digests of rows: of what they say, not of the file or the tables they are cut into."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


class RowsDigest:
    """Digest of rows in their order, taken table by table; wherever the tables are cut, it is the same."""

    def __init__(self) -> None:
        self._columns: dict[str, list[Any]] = {}

    def add(self, rows: pa.Table) -> None:
        """Take rows of the same columns as those before."""
        for name, column in zip(rows.column_names, rows.columns, strict=True):
            hashers = self._columns.setdefault(name, [])
            for chunk in filter(len, column.chunks):
                for place, content in enumerate(_contents(chunk)):
                    if place == len(hashers):
                        hashers.append(hashlib.sha256())
                    hashers[place].update(content)

    def hexdigest(self) -> str:
        """The digest of all rows taken so far."""
        whole = hashlib.sha256()
        for name, hashers in sorted(self._columns.items()):
            whole.update(f"{name}:".encode())
            for one in hashers:
                whole.update(one.digest())
        return whole.hexdigest()


def digest_of(rows: pa.Table) -> str:
    """The digest of one table's rows."""
    digest = RowsDigest()
    digest.add(rows)
    return digest.hexdigest()


def _contents(array: pa.Array) -> Iterator[Any]:
    """What an array says: which values there are, how long those of no fixed length are, and the values."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        array, kind = array.cast(kind.value_type), kind.value_type
    yield np.ascontiguousarray(array.is_valid().to_numpy(zero_copy_only=False), np.uint8)
    if pa.types.is_string(kind) or pa.types.is_binary(kind):
        filled = pc.fill_null(array, "" if pa.types.is_string(kind) else b"") if array.null_count else array
        offsets = np.frombuffer(filled.buffers()[1], np.int32)[filled.offset : filled.offset + len(filled) + 1]
        yield np.diff(offsets)
        content = filled.buffers()[2]
        yield memoryview(content)[offsets[0] : offsets[-1]] if content is not None else b""
    elif pa.types.is_nested(kind):
        yield repr(array.to_pylist()).encode()
    else:
        if pa.types.is_timestamp(kind):  # Parquet gives back milliseconds for what was written as seconds
            array = array.cast(pa.timestamp("us", tz=kind.tz)).cast(pa.int64())
        elif pa.types.is_date32(kind):
            array = array.cast(pa.int32())
        elif pa.types.is_boolean(kind):
            array = array.cast(pa.uint8())
        filled = pc.fill_null(array, 0) if array.null_count else array
        yield np.ascontiguousarray(filled.to_numpy(zero_copy_only=False))
