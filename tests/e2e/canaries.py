"""Looks for planted names, numbers and texts in everything a run leaves behind."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyarrow.parquet as pq


def spellings(canary: str) -> set[bytes]:
    """The forms in which a text may lie in a file: plain, wide, escaped, encoded."""
    plain = canary.encode()
    forms = {plain, canary.encode("utf-16-le"), canary.encode("utf-16-be"), quote(canary).encode()}
    forms.add(json.dumps(canary)[1:-1].encode())
    forms.add(base64.b64encode(plain).rstrip(b"=")[:-1] or plain)
    if canary.isascii():
        return forms
    for old in ("cp1255", "cp1256", "cp1251"):  # a letter a code page lacks leaves nothing to look for
        with contextlib.suppress(UnicodeEncodeError):
            forms.add(canary.encode(old))
    return forms


def contents(path: Path) -> Iterator[bytes]:
    """A file's bytes, and what is packed inside it: Parquet columns, members of zips and workbooks."""
    data = path.read_bytes()
    yield data
    if path.suffix == ".parquet":
        yield str(pq.read_table(path, partitioning=None).to_pydict()).encode()
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield archive.read(name)


def found(folder: Path, canaries: list[str], skip: tuple[str, ...] = ()) -> set[tuple[str, str]]:
    """(canary, file) for every hit under a folder, in file contents and file names."""
    hits = set()
    forms = {canary: spellings(canary) for canary in canaries}
    for path in folder.rglob("*"):
        relative = path.relative_to(folder).as_posix()
        if relative.startswith(skip) or not path.is_file():
            continue
        blobs = [relative.encode(), *contents(path)]
        hits |= {(c, relative) for c, marks in forms.items() if any(m in blob for m in marks for blob in blobs)}
    return hits
