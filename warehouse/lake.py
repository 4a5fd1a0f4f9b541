"""The lake: a folder of immutable Parquet files. A file the ledger does not list does not exist.

A file is written under a temporary name, synced, renamed and its folder synced; only then may the
ledger speak of it. Names are made of the content's digest, so writing the same thing twice is one file.
Arrow is loaded when a file is read or written: most commands that look at the ledger do neither.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.files import OWNER_ONLY, put_in_place, replace_file
from warehouse.proof import NAME_DIGITS, LakeDamaged, LakeMissing, proven

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_UNFINISHED = r"tmp\w{8}\.tmp|\.[0-9a-f]+\.sealed\.[0-9a-f]{32}\.tmp"
_PARQUET = re.compile(rf"[0-9a-f]{{20}}(-[0-9a-f]{{1,8}})?\.parquet|{_UNFINISHED}")
OWN_NAMES = {
    "landing": _PARQUET,
    "facts": _PARQUET,
    "vault": re.compile(rf"[0-9a-f]+\.sealed|{_UNFINISHED}"),
}
"""Our folders of the lake, and how the files in them are named."""

MAX_FOOTERS = 64
"""Files whose footer stays in memory: a long chat's is read again for every month."""


@dataclass(frozen=True)
class LakeFile:
    """A durable file: `path` relative to the lake, its digest and number of rows."""

    path: str
    sha256: str
    records: int


class _Hashed(io.RawIOBase):
    """Hands bytes on to a file and takes their digest on the way."""

    def __init__(self, handle: int) -> None:
        self._file = os.fdopen(handle, "wb")
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self.digest.update(content)
        return self._file.write(content)

    def make_durable(self) -> None:
        """Sync what was written, and close."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self.close()

    def close(self) -> None:
        # What has to last was synced by then, and said if it was not. Whoever throws the file away hears nothing more:
        # the library prints the trace of an error it meets there.
        with suppress(OSError):
            self._file.close()
        super().close()


class PendingFile:
    """A Parquet file being written row group by row group; `keep` makes it durable, `discard` forgets it."""

    def __init__(self, lake: Lake, folder: str, schema: pa.Schema) -> None:
        import pyarrow as pa

        self._lake = lake
        self._folder = folder
        directory = f"{lake.root}/{folder}"
        os.makedirs(directory, exist_ok=True)  # noqa: PTH103 (a quarter of the cost, once for every file)
        handle, self._path = tempfile.mkstemp(dir=directory, suffix=".tmp")
        self._file = _Hashed(handle)
        self._sink = pa.BufferedOutputStream(pa.PythonFile(self._file, "w"), 1 << 18)  # it writes in small pieces
        self._writer = _writer(self._sink, schema)
        self.records = 0

    def write(self, table: pa.Table) -> None:
        """Append a row group."""
        _write(self._writer, table)
        self.records += table.num_rows

    def keep(self, suffix: str = "") -> LakeFile:
        """Make the file durable under its content's name, and `suffix` where equal content is not one file."""
        self._writer.close()
        self._sink.flush()
        self._file.make_durable()
        digest = self._file.digest.hexdigest()
        relative = f"{self._folder}/{digest[:NAME_DIGITS]}{'-' if suffix else ''}{suffix}.parquet"
        # Durable before visible: the bytes are synced by now.
        put_in_place(self._path, f"{self._lake.root}/{relative}", synced=True)
        return LakeFile(relative, digest, self.records)

    def discard(self) -> None:
        """Forget the file."""
        self._writer.close()
        self._sink.close()
        Path(self._path).unlink(missing_ok=True)


class Lake:
    """A folder of immutable files under `root`; up to `kept_bytes` of what was read stays in memory."""

    def __init__(self, root: Path, *, kept_bytes: int = 0) -> None:
        self.root = root
        self._most, self._bytes = kept_bytes, 0
        self._kept: dict[str, pa.Table] = {}
        self._footers: dict[str, pq.FileMetaData] = {}

    def begin(self, folder: str, schema: pa.Schema) -> PendingFile:
        """A new Parquet file in a folder of the lake."""
        return PendingFile(self, folder, schema)

    def write(self, folder: str, table: pa.Table, *, group_rows: int = 0) -> LakeFile:
        """Write one table as one durable file, in row groups of so many rows where a number is given."""
        pending = self.begin(folder, table.schema)
        for start in range(0, max(table.num_rows, 1), group_rows or max(table.num_rows, 1)):
            pending.write(table.slice(start, group_rows or None))
        return pending.keep()

    def write_bytes(self, folder: str, name: str, content: bytes) -> str:
        """Write a small durable file of bytes (the sealed vault); gives its path in the lake."""
        directory = self.root / folder
        directory.mkdir(parents=True, exist_ok=True)
        replace_file(directory / name, content, synced=True, mode=OWNER_ONLY)
        return f"{folder}/{name}"

    def read_bytes(self, path: str) -> bytes:
        """A small file of bytes as `write_bytes` wrote it. Raises LakeMissing."""
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError:
            raise LakeMissing(self.root, path) from None

    def read(self, paths: Iterable[str], schema: pa.Schema | None = None) -> pa.Table:
        """The rows of several files, in the order of the paths; with a schema, its columns only.

        A column the files do not have yet, of facts staged before it was declared, is null. As whatever reads here it
        raises LakeDamaged or LakeMissing for a file that is not what was written.
        """
        import pyarrow as pa

        tables = [self._table(path) for path in paths]
        if schema is not None:
            tables = [_shaped(table, schema) for table in tables]
        if not tables:
            if schema is None:
                raise ValueError("no files and no schema: the shape of the result is unknown")
            return schema.empty_table()
        return pa.concat_tables(tables, promote_options="permissive")

    def row_groups(self, path: str) -> Iterator[pa.Table]:
        """The row groups of one file, one after the other."""
        with proven(self.root, path) as file:
            for number in range(file.num_row_groups):
                yield file.read_row_group(number)

    def read_row_groups(self, path: str, numbers: Sequence[int]) -> pa.Table:
        """Some row groups of one file."""
        known = self._footers.get(path)
        with proven(self.root, path, known) as file:
            if known is None:
                if len(self._footers) == MAX_FOOTERS:
                    self._footers.clear()
                self._footers[path] = file.metadata
            return file.read_row_groups(list(numbers), use_threads=False)

    def _table(self, path: str) -> pa.Table:
        found = self._kept.get(path)
        if found is None:
            with proven(self.root, path) as file:
                found = file.read()
            if found.nbytes <= self._most:
                if self._bytes + found.nbytes > self._most:
                    self._kept, self._bytes = {}, 0
                self._kept[path] = found
                self._bytes += found.nbytes
        return found

    def find(self, path: str, column: str, values: pa.Array) -> pa.Table:
        """The rows of a file whose `column` is one of the sorted `values`; row groups that hold none are not read."""
        import pyarrow.compute as pc

        with proven(self.root, path) as file:
            index = file.schema_arrow.get_field_index(column)
            wanted = values.to_pylist()
            groups = []
            for number in range(file.num_row_groups):
                known = file.metadata.row_group(number).column(index).statistics
                place = bisect_left(wanted, known.min) if known is not None and known.has_min_max else -1
                if place < 0 or (place < len(wanted) and wanted[place] <= known.max):
                    groups.append(number)
            table = file.read_row_groups(groups)
        return table.filter(pc.is_in(table[column], values))

    def greatest(self, path: str, column: str) -> int:
        """The greatest number in a column of whole numbers, from the file's own statistics; -1 in an empty file."""
        with proven(self.root, path) as file:
            index = file.schema_arrow.get_field_index(column)
            groups = [file.metadata.row_group(number).column(index) for number in range(file.num_row_groups)]
            return max((int(one.statistics.max) for one in groups if one.num_values), default=-1)

    def is_whole(self, path: str) -> bool:
        """Whether a Parquet file is there, and is what was written."""
        try:
            with proven(self.root, path):
                return True
        except LakeDamaged:
            return False

    def has_landed(self) -> bool:
        """Whether landed files lie here, listed or not."""
        return any(_PARQUET.fullmatch(path.name) for path in (self.root / "landing").rglob("*.parquet"))

    def remove(self, paths: Iterable[str]) -> None:
        """Delete files that the ledger lists no more."""
        for path in paths:
            (self.root / path).unlink(missing_ok=True)

    def sweep(self, listed: set[str]) -> int:
        """Remove files of ours that the ledger does not list and unfinished ones; gives how many.

        Nobody may be about to list one: the caller keeps landings away. Whatever has no name that we give, or lies
        where we put nothing, is spared: this folder may be another's too.
        """
        removed = 0
        for folder, names in OWN_NAMES.items():
            for path in (self.root / folder).rglob("*"):
                if not names.fullmatch(path.name) or path.is_symlink() or not path.is_file():
                    continue
                if path.relative_to(self.root).as_posix() in listed:
                    continue
                with suppress(FileNotFoundError):  # another sweep
                    path.unlink()
                    removed += 1
        return removed


def _writer(target: Any, schema: pa.Schema) -> pq.ParquetWriter:
    import pyarrow.parquet as pq

    return pq.ParquetWriter(target, schema, compression="zstd", compression_level=1, write_page_checksum=True)


def _write(writer: pq.ParquetWriter, table: pa.Table) -> None:
    writer.write_table(table, row_group_size=max(table.num_rows, 1))


def _shaped(table: pa.Table, schema: pa.Schema) -> pa.Table:
    import pyarrow as pa

    for field in schema:
        if field.name not in table.column_names:
            table = table.append_column(field.name, pa.nulls(table.num_rows, field.type))
    return table.select(schema.names)
