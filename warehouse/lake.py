"""The lake: immutable Parquet files. A file the ledger does not list does not exist.

A file is whole and durable before it has its name (`shelves` says how, in a folder and in a bucket); only then may the
ledger speak of it. Names are made of the content's digest, so writing the same thing twice is one file.
Arrow is loaded when a file is read or written: most commands that look at the ledger do neither.
"""

from __future__ import annotations

import re
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.proof import NAME_DIGITS, LakeDamaged, LakeMissing, digest_of, proven
from warehouse.shelves import FolderShelf, Lying, Opened, Shelf

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


class PendingFile:
    """A Parquet file being written row group by row group; `keep` makes it durable, `discard` forgets it."""

    def __init__(self, lake: Lake, folder: str, schema: pa.Schema) -> None:
        import pyarrow as pa

        self._shelf = lake.shelf
        self._folder = folder
        self._file = self._shelf.draft(folder)
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
        digest = self._file.digest.hexdigest()
        relative = f"{self._folder}/{digest[:NAME_DIGITS]}{'-' if suffix else ''}{suffix}.parquet"
        self._shelf.publish(self._file, relative)
        return LakeFile(relative, digest, self.records)

    def discard(self) -> None:
        """Forget the file."""
        self._writer.close()
        self._sink.close()
        self._shelf.discard(self._file)


class Lake:
    """Immutable files in a folder or on another shelf; up to `kept_bytes` of what was read stays in memory."""

    def __init__(self, place: Path | Shelf, *, kept_bytes: int = 0) -> None:
        self.shelf: Shelf = FolderShelf(place) if isinstance(place, Path) else place
        self._most, self._bytes = kept_bytes, 0
        self._kept: dict[str, pa.Table] = {}
        self._footers: dict[str, pq.FileMetaData] = {}

    @property
    def name(self) -> str:
        """What errors call it."""
        return self.shelf.name

    @property
    def is_folder(self) -> bool:
        """Whether it lies in a folder of this machine, its `root`."""
        return isinstance(self.shelf, FolderShelf)

    @property
    def root(self) -> Path:
        """The folder it lies in. Raises TypeError for one that `is_folder` not."""
        if not isinstance(self.shelf, FolderShelf):
            raise TypeError("this lake lies in no folder")
        return self.shelf.root

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
        self.shelf.put(f"{folder}/{name}", content, synced=True)
        return f"{folder}/{name}"

    def read_bytes(self, path: str) -> bytes:
        """A small file of bytes as `write_bytes` wrote it. Raises LakeMissing."""
        with self.opened(path) as file:
            return bytes(file.stream.read())

    @contextmanager
    def opened(self, path: str) -> Iterator[Opened]:
        """A file as it lies, to be read. Raises LakeMissing."""
        try:
            with self.shelf.opened(path) as file:
                yield file
        except FileNotFoundError as problem:
            raise problem if isinstance(problem, LakeMissing) else LakeMissing(self.name, path) from None

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
        with proven(self.shelf, path) as file:
            for number in range(file.num_row_groups):
                yield file.read_row_group(number)

    def read_row_groups(self, path: str, numbers: Sequence[int]) -> pa.Table:
        """Some row groups of one file."""
        known = self._footers.get(path)
        with proven(self.shelf, path, known) as file:
            if known is None:
                if len(self._footers) == MAX_FOOTERS:
                    self._footers.clear()
                self._footers[path] = file.metadata
            return file.read_row_groups(list(numbers), use_threads=False)

    def _table(self, path: str) -> pa.Table:
        found = self._kept.get(path)
        if found is None:
            with proven(self.shelf, path) as file:
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

        with proven(self.shelf, path) as file:
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
        with proven(self.shelf, path) as file:
            index = file.schema_arrow.get_field_index(column)
            groups = [file.metadata.row_group(number).column(index) for number in range(file.num_row_groups)]
            return max((int(one.statistics.max) for one in groups if one.num_values), default=-1)

    def is_whole(self, path: str) -> bool:
        """Whether a Parquet file is there, and is what was written."""
        try:
            with proven(self.shelf, path):
                return True
        except LakeDamaged:
            return False

    def sha256_of(self, path: str) -> str:
        """The digest of a file as it lies now. Raises LakeMissing, and LakeDamaged where it cannot be read."""
        return digest_of(self.shelf, path)

    def has_landed(self) -> bool:
        """Whether landed files lie here, listed or not."""
        return any(_is_parquet(one.path) for one in self.files("landing"))

    def files(self, folder: str) -> Iterator[Lying]:
        """The files in a folder of the lake, ours or not, and since when each lies there."""
        return self.shelf.files(folder)

    def remove(self, paths: Iterable[str]) -> None:
        """Delete files that the ledger lists no more."""
        for path in paths:
            self.shelf.remove(path)

    def sweep(self, listed: set[str]) -> int:
        """Remove files of ours that the ledger does not list and unfinished ones; gives how many.

        Nobody may be about to list one: the caller keeps landings away, and of a bucket what came of late stays.
        Whatever has no name that we give, or lies where we put nothing, is spared: this place may be another's too.
        """
        young = time.time() - self.shelf.spared_seconds
        removed = 0
        for folder, names in OWN_NAMES.items():
            for one in self.files(folder):
                if one.path in listed or one.since > young or not names.fullmatch(one.path.rpartition("/")[2]):
                    continue
                self.shelf.remove(one.path)
                removed += 1
        return removed


def _is_parquet(path: str) -> bool:
    return _PARQUET.fullmatch(path.rpartition("/")[2]) is not None


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
